//! How long something waits for an answer that it can do without. What does not come in time comes by the live stream.

use std::time::Duration;

/// How long a page waits for panels that nobody asked for, and what follows from that for their parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Patience {
    page_wait: Duration,
}

impl Patience {
    /// With `page_wait_ms` of `[server]`.
    pub fn of_pages(page_wait_ms: u64) -> Self {
        Self { page_wait: Duration::from_millis(page_wait_ms) }
    }

    /// Of a page with something that nobody asked for: its text must not wait for a slow source.
    pub fn with_panel(self) -> Duration {
        self.page_wait
    }

    /// Of a panel with something that adds to it.
    pub fn with_addition(self) -> Duration {
        self.page_wait / 3
    }

    /// Of a panel that its reader asked for with something that it can be drawn without.
    pub fn with_detail(self) -> Duration {
        self.page_wait * 2
    }
}
