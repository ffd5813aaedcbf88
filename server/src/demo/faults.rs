//! What can be made to go wrong with a simulated API, for tests and for presenters.

use std::time::Duration;

/// How an API behaves at present.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults {
    /// Every answer waits this long.
    pub(super) delay: Duration,
    /// Every request gets this HTTP status in place of an answer.
    pub(super) status: Option<u16>,
}

/// How a cluster tells a client that its watch is too old.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Expiry {
    /// An `ERROR` event inside an answer with status 200, as the watch cache does.
    #[default]
    AsEvent,
    /// HTTP status 410.
    AsStatus,
}
