//! `runlight serve`: the portal on the sources of a configuration.

use std::process::ExitCode;

use super::{PathBuf, SocketAddr};
use crate::{clock::Clock, config::Config, http, portal::Portal};

/// `runlight serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "RUNLIGHT_CONFIG", default_value = "runlight.toml")]
    config: PathBuf,
    /// Overrides `listen` in [server].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let mut config = match Config::load(&arguments.config, std::env::vars()) {
        Ok(config) => config,
        Err(error) => return super::refuse(error),
    };
    if let Some(listen) = arguments.listen {
        config.server.listen = listen;
    }
    crate::telemetry::start();
    let runtime = match super::start_runtime() {
        Ok(runtime) => runtime,
        Err(error) => return super::refuse(error),
    };
    match runtime.block_on(serve(&config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::refuse(error),
    }
}

async fn serve(config: &Config) -> Result<(), Box<dyn std::error::Error>> {
    let portal = Portal::open(config, Clock::system(), Vec::new()).await?;
    http::serve(portal, &config.server, |address| {
        super::output::announce(&format!("listening on http://{address}"));
    })
    .await?;
    Ok(())
}
