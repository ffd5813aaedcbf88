//! The open page: which checks it shows, how each stands, the clock, and the islands around the runbook's text.
//! Knows nothing of what a report holds.

pub mod context;
pub mod link;
pub mod page;
pub mod rail;
pub mod sentence;

#[cfg(feature = "hydrate")]
mod ask;
#[cfg(feature = "hydrate")]
pub(crate) mod browser;
#[cfg(feature = "hydrate")]
mod keys;
#[cfg(feature = "hydrate")]
pub mod search;
#[cfg(feature = "hydrate")]
mod stream;
#[cfg(feature = "hydrate")]
mod tasks;
