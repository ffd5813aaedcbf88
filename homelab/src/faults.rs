//! What can be made to go wrong with a simulated watch, for tests and for presenters.

/// How a cluster tells a client that its watch is too old.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Expiry {
    /// An `ERROR` event inside an answer with status 200, as the watch cache does.
    #[default]
    AsEvent,
    /// HTTP status 410.
    AsStatus,
}
