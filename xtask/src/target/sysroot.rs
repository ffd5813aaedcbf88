//! A private folder of libraries for the browser's target, built once from Debian's copy of the Rust source.
//!
//! It links to the toolchain's own libraries and adds only the missing target, so the toolchain stays untouched.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::debian::Archive;
use super::{Compiler, TRIPLE, holds_std};
use crate::run::{Outcome, Trouble, ask, run, say, trouble};
use crate::setup;
use crate::workshop::Workshop;

/// Where Debian keeps the source of current compilers, nearest first.
const SUITES: [&str; 3] = ["trixie-backports", "testing", "unstable"];

/// The suite whose archive carries a current compiler for building browsers.
const SECURITY_SUITE: &str = "bookworm-security";

/// What one of the two rungs below left behind, for the version in use.
pub(super) fn built_earlier(workshop: &Workshop) -> Outcome<Option<Compiler>> {
    let from_source = Place::for_source(workshop, &Toolchain::own(workshop)?.version);
    if has_target(&from_source.sysroot) {
        return Ok(Some(from_source.with_libraries()));
    }
    let toolchain = Place::for_toolchain(workshop);
    Ok(has_target(&toolchain.sysroot).then(|| toolchain.other()))
}

/// Third rung: the own compiler, with std built from rust-src of exactly its version.
pub(super) fn from_debian_source(workshop: &Workshop) -> Outcome<Compiler> {
    let own = Toolchain::own(workshop)?;
    let place = Place::for_source(workshop, &own.version);
    if !has_target(&place.sysroot) {
        let source = fetch_source(&place.folder, &own.version)?;
        lay_out(&place.sysroot, &own, &source)?;
        let start = format!("exec '{}' --sysroot '{}' \"$@\"", own.rustc.display(), place.sysroot.display());
        write_script(&place.rustc, &start)?;
        build_std(workshop, &place)?;
    }
    Ok(place.with_libraries())
}

/// Last rung: Debian's compiler for browsers with its own source, both unpacked into a private folder.
pub(super) fn from_debian_toolchain(workshop: &Workshop) -> Outcome<Compiler> {
    let place = Place::for_toolchain(workshop);
    if !has_target(&place.sysroot) {
        let unpacked = place.folder.join("unpacked");
        let archive = Archive::open(&place.folder, "debian-security", SECURITY_SUITE)?;
        let base = Archive::open(&place.folder, "debian", "bookworm")?;
        unpack_compiler(&archive, &base, &unpacked)?;
        let debian = Toolchain::unpacked(workshop, &unpacked, &place)?;
        lay_out(&place.sysroot, &debian, &unpacked.join("usr/src").join(format!("rustc-{}", debian.version)))?;
        build_std(workshop, &place)?;
    }
    Ok(place.other())
}

/// The private folder of one rung.
struct Place {
    folder: PathBuf,
    sysroot: PathBuf,
    rustc: PathBuf,
    target: PathBuf,
}

impl Place {
    fn for_source(workshop: &Workshop, version: &str) -> Self {
        Self::at(workshop.cache.join("wasm").join(version))
    }

    fn for_toolchain(workshop: &Workshop) -> Self {
        Self::at(workshop.cache.join("wasm/debian-toolchain"))
    }

    fn at(folder: PathBuf) -> Self {
        let (sysroot, rustc, target) = (folder.join("sysroot"), folder.join("bin/rustc"), folder.join("target"));
        Self { folder, sysroot, rustc, target }
    }

    fn with_libraries(self) -> Compiler {
        Compiler::WithLibraries { rustc: self.rustc, sysroot: self.sysroot, target: self.target }
    }

    fn other(self) -> Compiler {
        Compiler::Other { rustc: self.rustc, target: self.target }
    }
}

/// What a private folder of libraries is laid out from.
struct Toolchain {
    rustc: PathBuf,
    /// "1.95.0"
    version: String,
    /// The folder that holds `lib/rustlib`.
    libraries: PathBuf,
    host: String,
    /// The linker for WebAssembly, always from the own toolchain.
    linker: PathBuf,
}

impl Toolchain {
    fn own(workshop: &Workshop) -> Outcome<Self> {
        let libraries = PathBuf::from(ask(workshop.command("rustc").args(["--print", "sysroot"]))?);
        let text = ask(workshop.command("rustc").arg("-vV"))?;
        let host = field(&text, "host: ")?;
        let linker = libraries.join("lib/rustlib").join(&host).join("bin/rust-lld");
        let rustc = libraries.join("bin/rustc");
        Ok(Self { rustc, version: field(&text, "release: ")?, libraries, host, linker })
    }

    /// Debian's compiler in `unpacked`, started through the script `rustc`.
    fn unpacked(workshop: &Workshop, unpacked: &Path, place: &Place) -> Outcome<Self> {
        let own = Self::own(workshop)?;
        let shared =
            ask(workshop.command("find").arg(unpacked).args(["-name", "librustc_driver-*.so", "-printf", "%h"]))?;
        let start = format!(
            "LD_LIBRARY_PATH='{shared}':'{}' exec '{}' --sysroot '{}' \"$@\"",
            unpacked.join("usr/lib").join(multiarch(&own.host)).display(),
            unpacked.join("usr/bin/rustc").display(),
            place.sysroot.display(),
        );
        write_script(&place.rustc, &start)?;
        let text = ask(workshop.command(&place.rustc.to_string_lossy()).arg("-vV"))?;
        Ok(Self {
            rustc: place.rustc.clone(),
            version: field(&text, "release: ")?,
            libraries: unpacked.join("usr"),
            host: field(&text, "host: ")?,
            linker: own.linker,
        })
    }
}

fn fetch_source(folder: &Path, version: &str) -> Outcome<PathBuf> {
    let unpacked = folder.join("source");
    let source = unpacked.join("usr/src").join(format!("rustc-{version}"));
    if source.is_dir() {
        return Ok(source);
    }
    let unfinished = folder.join("source.unfinished");
    setup::remove(&unfinished)?;
    for suite in SUITES {
        let archive = match Archive::open(folder, "debian", suite) {
            Ok(archive) => archive,
            Err(reason) => {
                say(reason);
                continue;
            }
        };
        if let Some(full) = archive.version("rust-src", version)? {
            archive.unpack(&format!("rust-src={full}"), &unfinished)?;
            fs::rename(&unfinished, &unpacked)?;
            return Ok(source);
        }
    }
    trouble(format!("Debian has no rust-src {version} in {}", SUITES.join(", ")))
}

fn unpack_compiler(archive: &Archive, base: &Archive, unpacked: &Path) -> Outcome {
    let mut wanted = vec!["rustc-web".to_owned(), "rust-web-src".to_owned(), "libstd-rust-web-dev".to_owned()];
    let runtime = archive.needs("libstd-rust-web-dev")?.into_iter().find(|name| name.starts_with("libstd-rust-web-"));
    let runtime = runtime.ok_or_else(|| Trouble(format!("{SECURITY_SUITE} has no rustc-web")))?;
    let llvm = archive.needs(&runtime)?.into_iter().find(|name| name.starts_with("libllvm"));
    wanted.push(runtime);
    wanted.extend(llvm.clone());
    for package in &wanted {
        archive.unpack(package, unpacked)?;
    }
    // LLVM's own needs that a small machine may lack; what the machine has already does no harm.
    for package in llvm.map_or(Ok(Vec::new()), |llvm| archive.needs(&llvm))? {
        if package != "libc6" && base.unpack(&package, unpacked).is_err() {
            say(format!("{package} is left out; the machine may have it"));
        }
    }
    Ok(())
}

/// Links the toolchain's libraries, the source and the linker into one place.
fn lay_out(sysroot: &Path, toolchain: &Toolchain, source: &Path) -> Outcome {
    setup::remove(sysroot)?;
    let rustlib = sysroot.join("lib/rustlib");
    let host = rustlib.join(&toolchain.host);
    fs::create_dir_all(host.join("bin"))?;
    fs::create_dir_all(rustlib.join("src"))?;
    symlink(toolchain.libraries.join("lib/rustlib").join(&toolchain.host).join("lib"), host.join("lib"))?;
    symlink(&toolchain.linker, host.join("bin/rust-lld"))?;
    symlink(source, rustlib.join("src/rust"))?;
    Ok(())
}

/// Builds std for the target in an empty crate and keeps its libraries.
fn build_std(workshop: &Workshop, place: &Place) -> Outcome {
    let empty = place.folder.join("empty");
    fs::create_dir_all(empty.join("src"))?;
    fs::write(empty.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[workspace]\n")?;
    fs::write(empty.join("src/lib.rs"), "")?;
    let target = empty.join("target");
    run(workshop
        .command("cargo")
        .current_dir(&empty)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", &place.rustc)
        .env("CARGO_TARGET_DIR", &target)
        // The client is linked with fat LTO, which reads the bitcode that cargo would leave out here.
        .env("CARGO_ENCODED_RUSTFLAGS", "-Cembed-bitcode=yes")
        .args(["build", "-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test", "--release", "--target", TRIPLE]))?;
    let home = place.sysroot.join("lib/rustlib").join(TRIPLE);
    let unfinished = home.join("unfinished");
    setup::remove(&unfinished)?;
    fs::create_dir_all(&unfinished)?;
    for entry in fs::read_dir(target.join(TRIPLE).join("release/deps"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty") {
            fs::copy(&path, unfinished.join(name))?;
        }
    }
    fs::rename(unfinished, home.join("lib"))?;
    fs::remove_dir_all(&empty)?;
    if has_target(&place.sysroot) { Ok(()) } else { trouble("building std left no library behind") }
}

fn has_target(sysroot: &Path) -> bool {
    holds_std(&sysroot.join("lib/rustlib").join(TRIPLE).join("lib"))
}

fn write_script(path: &Path, line: &str) -> Outcome {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, format!("#!/bin/sh\n{line}\n"))?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

/// "x86_64-unknown-linux-gnu" is "x86_64-linux-gnu" in Debian's library paths.
fn multiarch(host: &str) -> String {
    host.replace("-unknown-", "-")
}

fn field(text: &str, name: &str) -> Outcome<String> {
    let found = text.lines().find_map(|line| line.strip_prefix(name));
    found.map(str::to_owned).ok_or_else(|| Trouble(format!("`rustc -vV` names no {}", name.trim_end_matches(": "))))
}
