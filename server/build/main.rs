//! Lists what the binary embeds: the site that `cargo xtask client` made, or, without it, the style sheet alone.
//!
//! A build for development never embeds the site; it reads it when it starts (`http::site`). Without scripts pages work.

mod stylesheet;

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fmt::Write;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let checkout = Path::new("..").canonicalize()?;
    let for_development = env::var("PROFILE")? == "debug";
    let mut text = match site_to_carry(&out, for_development) {
        Some(site) => from_site(&site)?,
        None => from_checkout(&checkout, &out)?,
    };
    // A build for development looks here for the site when it starts, so that neither half waits for the other.
    let folder = for_development.then(|| build_folder(&out)).flatten();
    writeln!(text, "\nstatic BUILD_FOLDER: Option<&str> = {folder:?};")?;
    fs::write(out.join("embedded.rs"), text)?;
    Ok(())
}

/// The site that a binary for use carries: the one that `RUNLIGHT_SITE` names, or the one in the folder of builds.
fn site_to_carry(out: &Path, for_development: bool) -> Option<PathBuf> {
    if for_development {
        return None;
    }
    println!("cargo::rerun-if-env-changed=RUNLIGHT_SITE");
    if let Some(named) = env::var_os("RUNLIGHT_SITE") {
        return Some(PathBuf::from(named));
    }
    let site = build_folder(out)?.join("client/site");
    println!("cargo::rerun-if-changed={}", site.join("manifest").display());
    if site.join("manifest").is_file() {
        return Some(site);
    }
    println!("cargo::warning=The browser's half is not built: this binary's pages work, but come without scripts.");
    println!("cargo::warning=`cargo xtask release` builds both halves.");
    None
}

/// The folder of builds: above `PROFILE/build/NAME/out`, and above the target's folder where one was named.
fn build_folder(out: &Path) -> Option<PathBuf> {
    let above = out.ancestors().nth(4)?;
    let target = env::var("TARGET").ok()?;
    if above.ends_with(target) { above.parent() } else { Some(above) }.map(Path::to_owned)
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

/// The Rust text of the two tables that `http::site` includes.
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
            "    Embedded({name:?}, include_bytes!({file:?}), {}, {}),",
            optional(file, "br"),
            optional(file, "gz"),
        )?;
        Ok(())
    }

    fn close(self) -> String {
        let Self { package, public } = self;
        format!("static PACKAGE: &[Embedded] = &[\n{package}];\n\nstatic PUBLIC: &[Embedded] = &[\n{public}];\n")
    }
}

/// `Some(bytes)` when the compressed form stands beside the file.
fn optional(file: &Path, suffix: &str) -> String {
    let compressed = PathBuf::from(format!("{}.{suffix}", file.display()));
    if compressed.is_file() { format!("Some(include_bytes!({compressed:?}))") } else { "None".to_owned() }
}
