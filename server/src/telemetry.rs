//! Logs to standard error. Secrets and bindings are never logged.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::config::LogFormat;

/// Starts logging at the level that `RUNLIGHT_LOG` names (`info` when unset, and less of what libraries say): `RUNLIGHT_LOG=server=debug`.
pub fn start(format: LogFormat) {
    let filter =
        EnvFilter::try_from_env("RUNLIGHT_LOG").unwrap_or_else(|_| EnvFilter::new("info,kube=warn,rmcp=error"));
    let is_terminal = std::io::stderr().is_terminal();
    let begun = match format {
        LogFormat::Text => tracing::subscriber::set_global_default(
            tracing_subscriber::fmt()
                .with_env_filter(filter)
                .with_writer(std::io::stderr)
                .with_ansi(is_terminal)
                .with_target(false)
                // Where standard error is closed, nobody reads the complaint either.
                .log_internal_errors(false)
                .finish(),
        ),
        LogFormat::Json => tracing::subscriber::set_global_default(json(filter, std::io::stderr)),
    };
    if begun.is_err() {
        tracing::debug!("logging has begun already");
    }
}

/// A JSON object a line: the event's own fields, and the request that it belongs to under `span`.
fn json<W>(filter: EnvFilter, writer: W) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(writer)
        .with_target(false)
        .log_internal_errors(false)
        .finish()
}

/// What tests need to read a log.
#[cfg(test)]
pub(crate) mod tests {
    use std::{
        io,
        sync::{Arc, Mutex, PoisonError},
    };

    use tracing_subscriber::fmt::MakeWriter;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'w> MakeWriter<'w> for Written {
        type Writer = Self;

        fn make_writer(&'w self) -> Self {
            self.clone()
        }
    }

    /// Everything that this thread logs meanwhile.
    pub(crate) fn logged(work: impl FnOnce()) -> String {
        let written = Written::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(written.clone())
            .with_ansi(false)
            .finish();
        tracing::subscriber::with_default(subscriber, work);
        let bytes = written.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn json_lines_name_the_request_and_hold_whatever_text_there_is() {
        let written = Written::default();
        let subscriber = super::json(tracing_subscriber::EnvFilter::new("info"), written.clone());
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::info_span!("request", id = "4bf9", route = "/r/{*path}");
            span.in_scope(|| tracing::warn!(status = 503, "a \"quoted\"\nline"));
        });
        let bytes = written.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let lines = String::from_utf8(bytes).expect("text");
        assert_eq!(lines.lines().count(), 1, "{lines}");
        let line: serde_json::Value = serde_json::from_str(&lines).expect("JSON");
        assert_eq!((&line["level"], &line["status"]), (&"WARN".into(), &503.into()));
        assert_eq!(line["message"], "a \"quoted\"\nline");
        assert_eq!((&line["span"]["id"], &line["span"]["route"]), (&"4bf9".into(), &"/r/{*path}".into()));
    }
}
