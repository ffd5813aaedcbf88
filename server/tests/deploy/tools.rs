//! Programs of others that a test can do without, aloud.

use std::{path::Path, process::Command};

/// A program and where it comes from.
pub(super) struct Tool {
    name: &'static str,
    package: &'static str,
}

pub(super) const PROMTOOL: Tool = Tool { name: "promtool", package: "prometheus" };
pub(super) const AMTOOL: Tool = Tool { name: "amtool", package: "prometheus-alertmanager" };

impl Tool {
    /// The tool, or none after saying what is missing.
    pub(super) fn find(&self) -> Option<&Self> {
        let is_there = Command::new(self.name).arg("--version").output().is_ok_and(|output| output.status.success());
        if !is_there {
            eprintln!("NOT RUN: there is no {}; on Debian: apt-get install {}", self.name, self.package);
        }
        is_there.then_some(self)
    }

    /// Runs it in a folder: what it printed, or what it complained of.
    pub(super) fn run(&self, folder: &Path, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new(self.name).current_dir(folder).args(arguments).output().expect("it can be started");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        match output.status.success() {
            true => Ok(said),
            false => Err(said + &String::from_utf8_lossy(&output.stderr)),
        }
    }
}
