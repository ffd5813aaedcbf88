//! Being asked to stop: by a signal, or by whoever runs the portal. The first time the portal sends its readers away and
//! closes; each time after that ends what it is waiting for.

use std::sync::Arc;

use tokio::sync::watch;

/// Asks a portal to stop. Clones ask the same one.
#[derive(Debug, Clone)]
pub struct Stop {
    times: Arc<watch::Sender<usize>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { times: Arc::new(watch::Sender::new(0)) }
    }
}

impl Stop {
    /// Asks whenever the process gets an interrupt or is told to end. Needs a tokio runtime.
    pub fn on_signals() -> Self {
        let stop = Self::default();
        let asking = stop.clone();
        tokio::spawn(async move {
            let mut signals = Signals::listen();
            loop {
                signals.next().await;
                asking.ask();
            }
        });
        stop
    }

    /// Asks once more.
    pub fn ask(&self) {
        self.times.send_modify(|times| *times += 1);
    }

    /// How often it was asked.
    pub fn times(&self) -> usize {
        *self.times.borrow()
    }

    /// Waits until it was asked so often.
    pub(super) async fn reach(&self, times: usize) {
        // `self` holds the sender, so waiting cannot fail.
        let _ = self.times.subscribe().wait_for(|now| *now >= times).await;
    }

    /// Waits until it is asked once more than now.
    pub(super) async fn again(&self) {
        self.reach(self.times() + 1).await;
    }
}

/// What a terminal and a supervisor send.
struct Signals {
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
}

impl Signals {
    fn listen() -> Self {
        Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok(),
        }
    }

    async fn next(&mut self) {
        let interrupt = async {
            if let Err(cause) = tokio::signal::ctrl_c().await {
                tracing::error!(%cause, "cannot wait for an interrupt");
                std::future::pending::<()>().await;
            }
        };
        #[cfg(unix)]
        let terminate = async {
            match &mut self.terminate {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        };
        #[cfg(not(unix))]
        let terminate = std::future::pending::<()>();
        tokio::select! {
            () = interrupt => {}
            () = terminate => {}
        }
    }
}
