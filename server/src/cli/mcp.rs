//! `runlight mcp`: the tools for assistants on standard input and output, with Runlight's own rights, as `runlight check`
//! has them. Standard output carries the protocol alone; what there is to say goes to standard error.

use std::{process::ExitCode, time::Duration};

use super::PathBuf;
use crate::{
    clock::Clock,
    config::{Config, LogFormat},
    mcp::Assistants,
    portal::Portal,
};

/// What a call may take besides the longest check in it.
const ALLOWANCE: Duration = Duration::from_secs(5);

/// `runlight mcp`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "RUNLIGHT_CONFIG", default_value = "runlight.toml")]
    config: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let config = match Config::load(&arguments.config, std::env::vars()) {
        Ok(config) => config,
        Err(error) => return super::refuse(error),
    };
    crate::telemetry::start(LogFormat::Text);
    let runtime = match super::start_runtime() {
        Ok(runtime) => runtime,
        Err(error) => return super::refuse(error),
    };
    let served = runtime.block_on(serve(&config));
    // A read of standard input that is under way cannot be ended.
    runtime.shutdown_background();
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::refuse(error),
    }
}

async fn serve(config: &Config) -> Result<(), Box<dyn std::error::Error>> {
    let portal = Portal::open(config, Clock::system(), Vec::new()).await?;
    portal.read_evidence(&config.evidence);
    portal.library_read().await;
    let patience = Duration::from_millis(config.server.check_timeout_ms) + ALLOWANCE;
    Ok(Assistants::of_this_machine(portal, patience).serve_pipes().await?)
}
