//! The target wasm32-unknown-unknown: found, added by rustup, or built from Debian's copy of the source.
//!
//! Nothing is installed into the system, and nothing is written into a toolchain that rustup looks after.

mod debian;
mod sysroot;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::run::{self, Outcome, say, trouble};
use crate::setup::Turn;
use crate::workshop::Workshop;

/// The target's name.
pub(crate) const TRIPLE: &str = "wasm32-unknown-unknown";

/// Forces one rung, so that each can be tried on a machine where an earlier one would do.
const FORCED_RUNG: &str = "RUNLIGHT_WASM_TARGET_FROM";

/// How long rustup may take before the next rung is tried.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// The compiler that can build for the browser.
pub(crate) enum Compiler {
    /// The one that cargo takes by itself.
    Own,
    /// The own one, with a private folder of libraries.
    WithLibraries {
        /// A wrapper that adds the folder.
        rustc: PathBuf,
        /// The folder itself, for clippy.
        sysroot: PathBuf,
        /// Where to build: what one copy of std was linked into cannot be used with another.
        target: PathBuf,
    },
    /// Another version, from Debian's security archive.
    Other {
        /// A wrapper that starts it.
        rustc: PathBuf,
        /// Where to build.
        target: PathBuf,
    },
}

impl Compiler {
    /// A cargo command that builds with it.
    pub(crate) fn cargo(&self, workshop: &Workshop) -> Command {
        let mut cargo = workshop.cargo();
        match self {
            Self::Own => {}
            Self::WithLibraries { rustc, sysroot, target } => {
                cargo.env("RUSTC", rustc).env("SYSROOT", sysroot).env("CARGO_TARGET_DIR", target);
            }
            Self::Other { rustc, target } => {
                cargo.env("RUSTC", rustc).env("CARGO_TARGET_DIR", target);
            }
        }
        cargo
    }

    /// The folder in which its builds end up.
    pub(crate) fn target<'all>(&'all self, workshop: &'all Workshop) -> &'all Path {
        match self {
            Self::Own => &workshop.target,
            Self::WithLibraries { target, .. } | Self::Other { target, .. } => target,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rung {
    Present,
    Rustup,
    DebianSource,
    DebianToolchain,
}

const LADDER: [Rung; 4] = [Rung::Present, Rung::Rustup, Rung::DebianSource, Rung::DebianToolchain];

/// Climbs the ladder until a compiler stands. Quick when one stood before.
pub(crate) fn ensure(workshop: &Workshop) -> Outcome<Compiler> {
    let rungs = match env::var(FORCED_RUNG).as_deref() {
        Err(_) => LADDER.to_vec(),
        Ok("rustup") => vec![Rung::Rustup],
        Ok("debian-src") => vec![Rung::DebianSource],
        Ok("debian-toolchain") => vec![Rung::DebianToolchain],
        Ok(other) => return trouble(format!("{FORCED_RUNG} is rustup, debian-src or debian-toolchain, not {other:?}")),
    };
    let mut reasons = String::new();
    let mut turn = None;
    for rung in rungs {
        if rung != Rung::Present && turn.is_none() {
            turn = Some(Turn::take(workshop, "wasm-target")?);
            // Another run may have had its turn meanwhile.
            if env::var_os(FORCED_RUNG).is_none()
                && let Ok(compiler) = climb(Rung::Present, workshop)
            {
                return Ok(compiler);
            }
        }
        match climb(rung, workshop) {
            Ok(compiler) => return Ok(compiler),
            Err(reason) if rung == Rung::Present => say(reason),
            Err(reason) => {
                say(&reason);
                reasons.push_str(&format!("\n  - {reason}"));
            }
        }
    }
    trouble(format!(
        "no way to compile for {TRIPLE}:{reasons}\nGive this machine one of them: a rustup that can download, or \
         Debian archives that hold rust-src of the version that `rustc --version` names."
    ))
}

fn climb(rung: Rung, workshop: &Workshop) -> Outcome<Compiler> {
    match rung {
        Rung::Present => match compiles(workshop) {
            true => Ok(Compiler::Own),
            false => match sysroot::built_earlier(workshop)? {
                Some(compiler) => Ok(compiler),
                None => trouble(format!("the target {TRIPLE} is not installed yet")),
            },
        },
        Rung::Rustup => {
            run::run_within(workshop.command("rustup").args(["target", "add", TRIPLE]), RUSTUP_LIMIT)?;
            match compiles(workshop) {
                true => Ok(Compiler::Own),
                false => {
                    trouble("what rustup has added is not whole, or went to another toolchain than the one in use")
                }
            }
        }
        Rung::DebianSource => sysroot::from_debian_source(workshop),
        Rung::DebianToolchain => sysroot::from_debian_toolchain(workshop),
    }
}

/// Whether the own compiler builds for the target. Tried, because an installation that was cut off leaves some of the
/// libraries.
fn compiles(workshop: &Workshop) -> bool {
    let mut rustc = workshop.command("rustc");
    rustc.args(["--target", TRIPLE, "--crate-type", "lib", "--crate-name", "probe", "--emit", "metadata=-", "-"]);
    rustc.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn holds_std(libraries: &Path) -> bool {
    std::fs::read_dir(libraries).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    })
}
