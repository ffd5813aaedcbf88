//! What the workspace is compiled as: one selection of packages and features for the demo, the tests, the lints and the
//! bundler, so that nothing is compiled twice because some dependency's features differ.
//!
//! The browser's half is the exception: it is built for another machine.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::client::{self, Thoroughness};
use crate::run::{Outcome, run, say};
use crate::workshop::Workshop;

/// Every package but the browser's, with the features that any of them is built with. A command adds what it wants of it
/// (`--bin runlight`, `--test real`).
pub(crate) const SELECTION: [&str; 5] = ["--workspace", "--exclude", "frontend", "--features", "app/ssr,xtask/bundle"];

/// The binary for development, and the site that it reads when it starts.
pub(crate) struct Built {
    /// `runlight`.
    pub(crate) runlight: PathBuf,
    /// The folder of the site.
    pub(crate) site: PathBuf,
}

impl Built {
    /// Builds both halves.
    pub(crate) fn make(workshop: &Workshop, thoroughness: Thoroughness) -> Outcome<Self> {
        let module = client::compile(workshop, thoroughness)?;
        run(workshop.cargo().arg("build").args(SELECTION).args(["--bin", "runlight", "--bin", "bundle"]))?;
        let site = client::bundle(workshop, &module, thoroughness)?;
        Ok(Self { runlight: workshop.target.join("debug/runlight"), site })
    }

    /// A command that starts the binary.
    pub(crate) fn start(&self, workshop: &Workshop) -> Command {
        let mut command = workshop.command(&self.runlight.to_string_lossy());
        command.env("RUNLIGHT_SITE", &self.site);
        command
    }
}

/// The verb `demo`: everything from a fresh clone to a running portal. Arguments go to `runlight demo`.
pub(crate) fn run_demo(workshop: &Workshop, arguments: &[String]) -> Outcome {
    let built = Built::make(workshop, Thoroughness::Quick)?;
    if env::var_os("CARGO_TARGET_DIR").is_none() {
        say(format!("to use these builds with cargo itself: export CARGO_TARGET_DIR='{}'", workshop.target.display()));
    }
    run(built.start(workshop).arg("demo").args(arguments))
}

/// The verb `release`: one binary with the site inside.
pub(crate) fn run_release(workshop: &Workshop, _arguments: &[String]) -> Outcome {
    let site = client::build(workshop, Thoroughness::Small)?;
    let mut cargo = workshop.cargo();
    run(cargo.args(["build", "--package", "server", "--bin", "runlight", "--release"]).env("RUNLIGHT_SITE", site))?;
    say(format!("the binary is {}", workshop.target.join("release/runlight").display()));
    Ok(())
}
