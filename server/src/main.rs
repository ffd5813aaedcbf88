//! The binary `runlight`, which is also `kubectl-runlight` where it is installed under that name.

use std::process::ExitCode;

use clap::Parser;
use server::cli::{Arguments, PluginArguments};

fn main() -> ExitCode {
    match PluginArguments::is_meant_by(std::env::args_os().next().as_deref()) {
        true => PluginArguments::parse().run(),
        false => Arguments::parse().run(),
    }
}
