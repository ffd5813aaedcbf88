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
}
