//! Logs to standard error. Secrets and bindings are never logged.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging at the level that `RUNLIGHT_LOG` names (`info` when unset): `RUNLIGHT_LOG=server=debug`.
pub fn start() {
    let filter = EnvFilter::try_from_env("RUNLIGHT_LOG").unwrap_or_else(|_| EnvFilter::new("info,kube=warn"));
    let is_terminal = std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(is_terminal)
        .with_target(false)
        // Where standard error is closed, nobody reads the complaint either.
        .log_internal_errors(false)
        .init();
}
