//! One door to the pure crates beside this file, for the crates above them. Holds no code of its own.
//!
//! Pure: no IO, no clock, no async, no Leptos. Without the feature `parse` only what the browser needs.

pub use ::document::{chart, loose, names, outcome, problem, quantity, time};

#[cfg(feature = "parse")]
pub use ::command::{binding, check, mark, promql, recognition as command, shapes, shell};
#[cfg(feature = "parse")]
pub use ::judging::{crash_rules, daily, host, log_reading, memory, recovery, server_work, tally, verdict};
#[cfg(feature = "parse")]
pub use ::pipe::{columns, filter, gotemplate, jsonpath, sheet};
#[cfg(feature = "parse")]
pub use ::printing::{describe, explain, helm, log_text, proxmox};
#[cfg(feature = "parse")]
pub use ::text::{
    self as text, LIBRARY_STEPS, MASK, TooMuchToRead, alerts, lookup, parse, parse_within, runbook as document, search,
    secret, starter, suspect, telling,
};
