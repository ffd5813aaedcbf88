//! `runlight notify test NAME`: one message to a receiver of the configuration, to see it arrive.

use std::process::ExitCode;

use clap::Subcommand;

use super::PathBuf;
use crate::{
    clock::Clock,
    config::Config,
    notify::{self, Sending},
};

/// `runlight notify`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Send a test message to a receiver.
    Test {
        /// The configuration.
        #[arg(long, value_name = "FILE", env = "RUNLIGHT_CONFIG", default_value = "runlight.toml")]
        config: PathBuf,
        /// The receiver's section: NAME of `[notify.NAME]`.
        name: String,
    },
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let Action::Test { config, name } = &arguments.action;
    let config = match Config::load(config, std::env::vars()) {
        Ok(config) => config,
        Err(error) => return super::refuse(error),
    };
    let runtime = match super::start_runtime() {
        Ok(runtime) => runtime,
        Err(error) => return super::refuse(error),
    };
    match runtime.block_on(notify::test(&config, name, Clock::system().now())) {
        Ok(Some(Sending::Sent)) => super::output::print(|out| writeln!(out, "sent")).unwrap_or(ExitCode::SUCCESS),
        Ok(Some(Sending::Later { reason, .. } | Sending::Never { reason })) => {
            super::complain(format_args!("{name} did not take it: {reason}"));
            ExitCode::FAILURE
        }
        Ok(None) => super::refuse(format!("there is no section [notify.{name}] in the configuration.")),
        Err(error) => super::refuse(error),
    }
}
