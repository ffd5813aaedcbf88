//! Text to runbook, steps and typed checks; pipe filters; verdict rules.
//!
//! Pure: no IO, no clock, no async, no Leptos. Reading returns a value and its problems; it does not fail.

pub mod binding;
pub mod check;
pub mod document;
pub mod filter;
pub mod names;
pub mod outcome;
pub mod problem;
pub mod time;

#[cfg(feature = "parse")]
pub mod shell;
