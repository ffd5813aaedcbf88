//! Tools that a verb needs and a machine may lack. Each goes into the cache folder, or is done without, aloud.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use crate::run::{Outcome, ask, is_there, run, run_within, say, trouble};
use crate::setup;
use crate::workshop::Workshop;

/// The version whose result is known to run. Debian's own binaryen (108) breaks modules without saying so.
const BINARYEN: &str = "binaryen@132.0.0";

/// How long a download may take before it is done without.
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(120);

/// wasm-opt, when npm can bring it. Without it the module is a few kilobytes larger and works the same.
pub(crate) fn wasm_opt(workshop: &Workshop) -> Option<PathBuf> {
    const PROGRAM: &str = "node_modules/.bin/wasm-opt";
    let folder = workshop.tools().join("binaryen-132");
    let is_whole = |folder: &Path| folder.join(PROGRAM).exists();
    if !is_whole(&folder) && !is_there("npm") {
        say("npm is not there: the WebAssembly module stays without wasm-opt's last two kilobytes");
        return None;
    }
    let installed = setup::make_once(workshop, "binaryen", &folder, is_whole, |folder| {
        let mut npm = workshop.command("npm");
        npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
        run_within(npm.arg(folder).arg(BINARYEN), DOWNLOAD_LIMIT)
    });
    match installed {
        Ok(()) => Some(folder.join(PROGRAM)),
        Err(reason) => {
            say(format!("{reason}; the WebAssembly module stays without wasm-opt's last two kilobytes"));
            None
        }
    }
}

/// A Chromium: `CHROMIUM`, one on the path, or, as root on a Debian, one that apt installs.
pub(crate) fn chromium(workshop: &Workshop) -> Outcome<PathBuf> {
    if let Some(set) = env::var_os("CHROMIUM").map(PathBuf::from) {
        return if set.is_file() { Ok(set) } else { trouble(format!("CHROMIUM names {}, no file", set.display())) };
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    if let Some(found) = names.iter().find_map(|name| on_path(name)) {
        return Ok(found);
    }
    install_by_apt(workshop, "chromium")?;
    on_path("chromium").map_or_else(|| trouble("apt installed no chromium"), Ok)
}

/// The packages of `end2end/`, exactly as its lock file has them.
pub(crate) fn install_end2end_packages(workshop: &Workshop, folder: &Path) -> Outcome {
    const LOCK_FILE: &str = "package-lock.json";
    if !is_there("npm") {
        install_by_apt(workshop, "npm")?;
    }
    let locked = fs::read(folder.join(LOCK_FILE))?;
    // What was installed keeps the lock file that it was installed by.
    let is_whole = |modules: &Path| fs::read(modules.join(LOCK_FILE)).is_ok_and(|installed| installed == locked);
    setup::make_once(workshop, "end2end", &folder.join("node_modules"), is_whole, |unfinished| {
        for name in ["package.json", LOCK_FILE, ".npmrc"] {
            fs::copy(folder.join(name), unfinished.join(name))?;
        }
        let mut npm = workshop.command("npm");
        npm.current_dir(unfinished).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        run(npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
        // npm installs into a folder below; its content is what is wanted here.
        let below = unfinished.join("node_modules");
        for entry in fs::read_dir(&below)? {
            let entry = entry?;
            fs::rename(entry.path(), unfinished.join(entry.file_name()))?;
        }
        Ok(fs::remove_dir(below)?)
    })
}

/// cargo-deny: installed, built into the cache earlier, or, when `build` says so, built now.
pub(crate) fn cargo_deny(workshop: &Workshop, build: bool) -> Outcome<Option<PathBuf>> {
    const PROGRAM: &str = "bin/cargo-deny";
    if let Some(installed) = on_path("cargo-deny") {
        return Ok(Some(installed));
    }
    let folder = workshop.tools().join("cargo-deny");
    let is_whole = |folder: &Path| folder.join(PROGRAM).is_file();
    if build {
        setup::make_once(workshop, "cargo-deny", &folder, is_whole, |folder| {
            let target = folder.join("target");
            let mut cargo = workshop.command("cargo");
            cargo.current_dir(&workshop.cache).env("CARGO_TARGET_DIR", &target).args(["install", "--locked", "--root"]);
            run(cargo.arg(folder).arg("cargo-deny"))?;
            Ok(fs::remove_dir_all(target)?)
        })?;
    }
    Ok(Some(folder.join(PROGRAM)).filter(|program| program.is_file()))
}

/// Whether cargo-deny has fetched the database of advisories, now or earlier.
pub(crate) fn has_advisories() -> bool {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let entries = home.and_then(|home| fs::read_dir(home.join("advisory-dbs")).ok());
    // A try that failed leaves its lock file behind.
    entries.is_some_and(|entries| entries.flatten().any(|entry| entry.path().is_dir()))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

/// Installs a Debian package when this process may.
fn install_by_apt(workshop: &Workshop, package: &str) -> Outcome {
    let is_root = ask(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    if !is_root || !is_there("apt-get") {
        return trouble(format!("{package} is missing; install it (on Debian: `sudo apt-get install {package}`)"));
    }
    let script = workshop.root.join("end2end/install-debian");
    run(workshop.command(&script.to_string_lossy()).env("RUNLIGHT_CACHE", &workshop.cache).arg(package))
}
