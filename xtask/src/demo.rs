//! The binary `runlight` with the site inside: built quickly for a look, or thoroughly for use.

use std::path::PathBuf;

use crate::client;
use crate::run::{Outcome, run, say};
use crate::workshop::Workshop;

/// The verb `demo`: everything from a fresh clone to a running portal. Arguments go to `runlight demo`.
pub(crate) fn run_demo(workshop: &Workshop, arguments: &[String]) -> Outcome {
    let runlight = build(workshop, "demo")?;
    run(workshop.command(&runlight.to_string_lossy()).arg("demo").args(arguments))
}

/// The verb `release`.
pub(crate) fn run_release(workshop: &Workshop, _arguments: &[String]) -> Outcome {
    let runlight = build(workshop, "release")?;
    say(format!("the binary is {}", runlight.display()));
    Ok(())
}

/// Builds the site and the binary around it; gives the binary's path.
pub(crate) fn build(workshop: &Workshop, profile: &str) -> Outcome<PathBuf> {
    client::build(workshop)?;
    let mut cargo = workshop.cargo();
    cargo.args(["build", "--package", "server", "--bin", "runlight", "--profile", profile]);
    run(cargo.env("RUNLIGHT_SITE", workshop.site()))?;
    Ok(workshop.target.join(profile).join("runlight"))
}
