//! Threads for work whose cost a runbook decides: filters, templates, paths. They are few and serve nothing else, so
//! that pages, streams and `/healthz` are answered whatever a runbook asks. Whoever no longer waits stops the work.

use std::{
    any::Any,
    num::NonZero,
    panic::{self, AssertUnwindSafe},
    sync::{Arc, LazyLock, Mutex, PoisonError, mpsc},
    thread,
};

use runbook::filter::{Budget, Stop, TooCostly};
use tokio::sync::{Semaphore, oneshot};

/// Most threads, however many cores there are.
const MAX_THREADS: usize = 4;

type Job = Box<dyn FnOnce() + Send>;

/// The threads, and how many of them are free.
struct Workers {
    free: Arc<Semaphore>,
    jobs: mpsc::Sender<Job>,
}

static WORKERS: LazyLock<Workers> = LazyLock::new(|| {
    let threads = thread::available_parallelism().map_or(2, NonZero::get).clamp(2, MAX_THREADS);
    Workers::start(threads)
});

/// Carries out work on the threads for it. Waits for a free one first.
///
/// # Errors
/// When the work takes more than its budget.
pub(super) async fn run<T: Send + 'static>(
    work: impl FnOnce(&Budget) -> Result<T, TooCostly> + Send + 'static,
) -> Result<T, TooCostly> {
    WORKERS.run(work).await
}

/// Says stop when whoever waits goes away.
struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.now();
    }
}

impl Workers {
    fn start(threads: usize) -> Self {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..threads {
            let waiting = Arc::clone(&waiting);
            let take = move || waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
            thread::spawn(move || {
                while let Ok(job) = take() {
                    job();
                }
            });
        }
        Self { free: Arc::new(Semaphore::new(threads)), jobs }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Budget) -> Result<T, TooCostly> + Send + 'static,
    ) -> Result<T, TooCostly> {
        // The semaphore is never closed.
        let turn = Arc::clone(&self.free).acquire_owned().await;
        let stop = StopOnDrop(Stop::default());
        let seen = stop.0.clone();
        let (answer, answered) = oneshot::channel::<Result<Result<T, TooCostly>, Box<dyn Any + Send>>>();
        let job = move || {
            let result = panic::catch_unwind(AssertUnwindSafe(|| work(&Budget::new(seen))));
            drop(turn);
            // Nobody may wait any more.
            let _ = answer.send(result);
        };
        if self.jobs.send(Box::new(job)).is_err() {
            return Err(TooCostly::Stopped);
        }
        match answered.await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => panic::resume_unwind(panic),
            Err(_) => Err(TooCostly::Stopped),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    /// Works until it is told to stop, and says when it begins and when it ends.
    fn endless(
        said: tokio::sync::mpsc::UnboundedSender<&'static str>,
    ) -> impl FnOnce(&Budget) -> Result<(), TooCostly> {
        move |budget| {
            said.send("begins").ok();
            while budget.check().is_ok() {
                thread::yield_now();
            }
            said.send("ends").ok();
            Err(TooCostly::Stopped)
        }
    }

    #[tokio::test]
    async fn whoever_leaves_stops_the_work() {
        let workers = Workers::start(1);
        let (said, mut heard) = unbounded_channel();
        let mut running = Box::pin(workers.run(endless(said)));
        tokio::select! {
            _ = &mut running => panic!("it ended by itself"),
            word = heard.recv() => assert_eq!(word, Some("begins")),
        }
        drop(running);
        assert_eq!(heard.recv().await, Some("ends"));
        assert_eq!(workers.run(|_| Ok(1)).await, Ok(1), "the thread is free again");
    }

    #[tokio::test]
    async fn work_beyond_the_threads_waits_and_does_not_hold_the_runtime() {
        let workers = Workers::start(1);
        let (said, mut heard) = unbounded_channel();
        let mut first = Box::pin(workers.run(endless(said.clone())));
        tokio::select! {
            _ = &mut first => panic!("it ended by itself"),
            word = heard.recv() => assert_eq!(word, Some("begins")),
        }
        let mut second = Box::pin(workers.run(endless(said)));
        assert!(futures::poll!(&mut second).is_pending());
        // This runtime has one thread, and it is here.
        tokio::task::yield_now().await;
        assert!(heard.try_recv().is_err(), "the second has not begun");
        drop(first);
        assert_eq!(heard.recv().await, Some("ends"));
        tokio::select! {
            _ = &mut second => panic!("it ended by itself"),
            word = heard.recv() => assert_eq!(word, Some("begins")),
        }
    }

    #[tokio::test]
    async fn a_panic_is_the_waiters() {
        let workers = Workers::start(1);
        let broken = workers.run(|_| -> Result<(), TooCostly> { panic!("broken") });
        let caught = futures::FutureExt::catch_unwind(AssertUnwindSafe(broken)).await;
        assert!(caught.is_err());
        assert_eq!(workers.run(|_| Ok(1)).await, Ok(1), "the thread lives on");
    }
}
