//! The browser's half: the crate `frontend` compiled, bound, optimised and compressed into the site's folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::build::SELECTION;
use crate::run::{Outcome, run, say};
use crate::setup::Turn;
use crate::workshop::Workshop;
use crate::{target, tools};

/// What the development profile optimises because the server and the tests wait for it. The browser's half links these and
/// hardly runs them, so their code is made in the quickest way. None is part of a macro, whose build both halves share.
const OPTIMISED_FOR_THE_SERVER: [&str; 5] = ["aho-corasick", "memchr", "regex-automata", "regex-syntax", "serde_json"];

/// How much time the browser's half gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thoroughness {
    /// For the demo: compiled like everything else, so that it shares the build of macros with it. Some megabytes.
    Quick,
    /// For use and for the tests: every byte travels to a phone.
    Small,
}

impl Thoroughness {
    fn profile(self) -> &'static str {
        match self {
            Self::Quick => "dev",
            Self::Small => "client",
        }
    }

    /// The profile's name among folders.
    fn folder(self) -> &'static str {
        match self {
            Self::Quick => "debug",
            Self::Small => "client",
        }
    }
}

/// The verb `client`.
pub(crate) fn run_client(workshop: &Workshop, _arguments: &[String]) -> Outcome {
    let site = build(workshop, Thoroughness::Small)?;
    say(format!("the site lies in {}", site.display()));
    Ok(())
}

/// Builds the site and the program that makes it; gives the site's folder.
pub(crate) fn build(workshop: &Workshop, thoroughness: Thoroughness) -> Outcome<PathBuf> {
    let module = compile(workshop, thoroughness)?;
    run(workshop.cargo().arg("build").args(SELECTION).args(["--bin", "bundle"]))?;
    bundle(workshop, &module, thoroughness)
}

/// Compiles the module as rustc makes it; gives its file.
pub(crate) fn compile(workshop: &Workshop, thoroughness: Thoroughness) -> Outcome<PathBuf> {
    let compiler = target::ensure(workshop)?;
    let mut cargo = compiler.cargo(workshop);
    cargo.args(["build", "--package", "frontend", "--lib", "--target", target::TRIPLE]);
    cargo.args(["--profile", thoroughness.profile()]);
    if thoroughness == Thoroughness::Quick {
        for name in OPTIMISED_FOR_THE_SERVER {
            cargo.args(["--config", &format!("profile.dev.package.{name}.opt-level=0")]);
        }
    }
    run(&mut cargo)?;
    let made = compiler.target(workshop).join(target::TRIPLE).join(thoroughness.folder());
    Ok(made.join("frontend.wasm"))
}

/// Makes the site out of the module, when one of its sources is newer than it. The bundler is built already.
pub(crate) fn bundle(workshop: &Workshop, module: &Path, thoroughness: Thoroughness) -> Outcome<PathBuf> {
    let site = workshop.target.join(thoroughness.folder()).join("site");
    let bundler = workshop.target.join("debug/bundle");
    let (style, public) = (workshop.root.join("style"), workshop.root.join("public"));
    let _turn = Turn::take(workshop, "site")?;
    let made = fs::metadata(site.join("manifest")).and_then(|manifest| manifest.modified());
    if made.is_ok_and(|made| [module, &bundler, &style, &public].iter().all(|path| is_older(path, made))) {
        return Ok(site);
    }
    let mut bundle = workshop.command(&bundler.to_string_lossy());
    bundle.arg(module).arg(&workshop.root).arg(&site);
    match thoroughness {
        Thoroughness::Quick => bundle.arg("--quick"),
        Thoroughness::Small => bundle.args(tools::wasm_opt(workshop)),
    };
    run(&mut bundle)?;
    Ok(site)
}

/// Whether nothing at or below `path` changed after `time`. What cannot be read counts as changed.
fn is_older(path: &Path, time: SystemTime) -> bool {
    newest(path).is_ok_and(|newest| newest < time)
}

fn newest(path: &Path) -> io::Result<SystemTime> {
    let mut newest = fs::metadata(path)?.modified()?;
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            newest = newest.max(self::newest(&entry?.path())?);
        }
    }
    Ok(newest)
}
