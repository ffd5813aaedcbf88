//! `runlight serve`: the portal on the sources of a configuration, and on the next one when its file changes.

use std::{process::ExitCode, sync::Arc, time::Duration};

use super::{PathBuf, SocketAddr, reload::Watched};
use crate::{
    clock::Clock,
    config::{Config, LogFormat},
    http::{self, Stop},
    portal::Portal,
};

/// Time that work which nobody waits for has to end, before the next configuration is served.
const LEAVE_TIME: Duration = Duration::from_secs(2);

/// `runlight serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "RUNLIGHT_CONFIG", default_value = "runlight.toml")]
    config: PathBuf,
    /// Overrides `listen` in [server].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Overrides `log_format` in [server].
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let (mut watched, mut config) = match Watched::open(arguments.config.clone(), arguments.listen) {
        Ok(opened) => opened,
        Err(error) => return super::refuse(error),
    };
    crate::telemetry::start(arguments.log_format.unwrap_or(config.server.log_format));
    let mut before = None;
    loop {
        let runtime = match super::start_runtime() {
            Ok(runtime) => runtime,
            Err(error) => return super::refuse(error),
        };
        match runtime.block_on(serve(&config, &mut watched)) {
            Ok(None) => return ExitCode::SUCCESS,
            Ok(Some(next)) => before = Some(std::mem::replace(&mut config, next)),
            Err(error) => match before.take() {
                Some(usable) => {
                    tracing::error!("the changed configuration cannot be used: {error} The one before is used on.");
                    config = usable;
                }
                None => return super::refuse(error),
            },
        }
        runtime.shutdown_timeout(LEAVE_TIME);
    }
}

/// Serves until asked to stop, or until the file holds another configuration, which is returned.
async fn serve(config: &Config, watched: &mut Watched) -> Result<Option<Config>, Box<dyn std::error::Error>> {
    let portal = Portal::open(config, Clock::system(), Vec::new()).await?;
    portal.keep_evidence(&config.evidence)?;
    portal.tell_receivers(config)?;
    let stop = Stop::on_signals();
    let scheme = if config.server.certificate_file.is_some() { "https" } else { "http" };
    let announce = |address| super::output::announce(&format!("listening on {scheme}://{address}"));
    let mut serving = std::pin::pin!(http::serve_until(Arc::clone(&portal), &config.server, &stop, announce));
    let next = tokio::select! {
        served = &mut serving => {
            served?;
            return Ok(None);
        }
        next = watched.replaced(&portal) => next,
    };
    tracing::info!("the configuration has changed: starting anew with it");
    // Nobody else can take the readers over, so there is nothing to wait for but what is under way.
    stop.ask();
    stop.ask();
    let asked = stop.times();
    serving.await?;
    Ok(Some(next).filter(|_| stop.times() == asked))
}
