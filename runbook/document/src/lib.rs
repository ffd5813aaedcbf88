//! The data that passes between server and browser: names, time, what is wrong with a runbook, what a check found.
//!
//! Knows nothing else of Runlight, reads no text and asks nothing. It is all that the browser gets of the pure crates.

pub mod chart;
pub mod loose;
pub mod names;
pub mod outcome;
pub mod problem;
pub mod quantity;
pub mod time;
