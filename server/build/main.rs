//! Lists what the binary embeds: the site that `cargo xtask client` made, or, without it, the style sheet alone.
//!
//! `RUNLIGHT_SITE` names the site's folder. A plain `cargo build` has none; its pages then offer no script, and work.

mod stylesheet;

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fmt::Write;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=RUNLIGHT_SITE");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let tables = match env::var_os("RUNLIGHT_SITE") {
        Some(site) => from_site(Path::new(&site))?,
        None => from_checkout(Path::new("..").canonicalize()?.as_path(), &out)?,
    };
    fs::write(out.join("embedded.rs"), tables)?;
    Ok(())
}

/// The files of the manifest, each with its compressed forms.
fn from_site(site: &Path) -> Result<String, Box<dyn Error>> {
    let manifest = site.join("manifest");
    println!("cargo::rerun-if-changed={}", manifest.display());
    let lines = fs::read_to_string(&manifest)
        .map_err(|error| format!("{}: {error}; run `cargo xtask client` first", manifest.display()))?;
    let mut tables = Tables::default();
    for line in lines.lines() {
        let (kind, name) = line.split_once(' ').ok_or_else(|| format!("{}: bad line {line:?}", manifest.display()))?;
        tables.add(kind, name, &site.join(name))?;
    }
    Ok(tables.close())
}

/// The style sheet and the public files as they stand in the checkout, uncompressed.
fn from_checkout(checkout: &Path, out: &Path) -> Result<String, Box<dyn Error>> {
    let (style, public) = (checkout.join("style"), checkout.join("public"));
    println!("cargo::rerun-if-changed={}", style.display());
    println!("cargo::rerun-if-changed={}", public.display());
    let css = stylesheet::assemble(&style)?;
    let mut hasher = DefaultHasher::new();
    hasher.write(css.as_bytes());
    let name = format!("runlight-{:016x}.css", hasher.finish());
    fs::write(out.join("runlight.css"), css)?;

    let mut tables = Tables::default();
    tables.add("pkg", &name, &out.join("runlight.css"))?;
    let mut files = fs::read_dir(&public)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    files.sort();
    for file in files.iter().filter(|file| file.is_file()) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        tables.add("public", &name, file)?;
    }
    Ok(tables.close())
}

/// The Rust text of the two tables that `http::assets` includes.
#[derive(Default)]
struct Tables {
    package: String,
    public: String,
}

impl Tables {
    fn add(&mut self, kind: &str, name: &str, file: &Path) -> Result<(), Box<dyn Error>> {
        let rows = match kind {
            "pkg" => &mut self.package,
            "public" => &mut self.public,
            other => return Err(format!("the site's manifest has a file of an unknown kind: {other}").into()),
        };
        println!("cargo::rerun-if-changed={}", file.display());
        writeln!(
            rows,
            "    Asset {{ name: {name:?}, plain: include_bytes!({file:?}), brotli: {}, gzip: {} }},",
            optional(file, "br"),
            optional(file, "gz"),
        )?;
        Ok(())
    }

    fn close(self) -> String {
        let Self { package, public } = self;
        format!("static PACKAGE: &[Asset] = &[\n{package}];\n\nstatic PUBLIC: &[Asset] = &[\n{public}];\n")
    }
}

/// `Some(bytes)` when the compressed form stands beside the file.
fn optional(file: &Path, suffix: &str) -> String {
    let compressed = PathBuf::from(format!("{}.{suffix}", file.display()));
    if compressed.is_file() { format!("Some(include_bytes!({compressed:?}))") } else { "None".to_owned() }
}
