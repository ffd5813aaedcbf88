//! Tools that a verb needs and a machine may lack. Each goes into the cache folder, or is done without, aloud.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::run::{is_there, run_within, say};
use crate::workshop::Workshop;

/// The version whose result is known to run. Debian's own binaryen (108) breaks modules without saying so.
const BINARYEN: &str = "binaryen@132.0.0";

/// How long a download may take before it is done without.
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(120);

/// wasm-opt, when npm can bring it. Without it the module is a few kilobytes larger and works the same.
pub(crate) fn wasm_opt(workshop: &Workshop) -> Option<PathBuf> {
    let folder = workshop.tools().join("binaryen-132");
    let program = folder.join("node_modules/.bin/wasm-opt");
    if program.exists() {
        return Some(program);
    }
    if !is_there("npm") {
        say("npm is not there: the WebAssembly module stays without wasm-opt's last two kilobytes");
        return None;
    }
    let installed = fs::create_dir_all(&folder).map_err(Into::into).and_then(|()| {
        let mut npm = workshop.command("npm");
        npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
        run_within(npm.arg(&folder).arg(BINARYEN), DOWNLOAD_LIMIT)
    });
    match installed {
        Ok(()) => Some(program).filter(|program| program.exists()),
        Err(reason) => {
            say(format!("{reason}; the WebAssembly module stays without wasm-opt's last two kilobytes"));
            None
        }
    }
}
