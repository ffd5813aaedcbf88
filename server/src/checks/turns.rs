//! Turns to ask: only so many checks ask sources at the same time, the others stand in line.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

/// The turns that there are.
#[derive(Debug)]
pub(super) struct Turns {
    free: Semaphore,
    most: usize,
    waiting: AtomicUsize,
}

impl Turns {
    /// At most so many at the same time.
    pub(super) fn new(most: usize) -> Self {
        Self { free: Semaphore::new(most), most, waiting: AtomicUsize::new(0) }
    }

    /// Stands in line until it is one's turn, which ends when this is dropped.
    pub(super) async fn take(&self) -> Option<SemaphorePermit<'_>> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let _place = Place(&self.waiting);
        // The semaphore is never closed.
        self.free.acquire().await.ok()
    }

    /// How many have a turn, and how many stand in line.
    pub(super) fn count(&self) -> (usize, usize) {
        (self.most.saturating_sub(self.free.available_permits()), self.waiting.load(Ordering::Relaxed))
    }
}

/// A place in line; it is left when this is dropped.
struct Place<'t>(&'t AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn counts_who_has_a_turn_and_who_waits() {
        let turns = Turns::new(1);
        let first = turns.take().await;
        let mut second = Box::pin(turns.take());
        assert!(second.as_mut().now_or_never().is_none());
        assert_eq!(turns.count(), (1, 1));
        drop(first);
        let second = second.await;
        assert_eq!(turns.count(), (1, 0));
        drop(second);
        // Who goes away leaves the line.
        let held = turns.take().await;
        drop(Box::pin(turns.take()).now_or_never());
        assert_eq!(turns.count(), (1, 0));
        drop(held);
        assert_eq!(turns.count(), (0, 0));
    }
}
