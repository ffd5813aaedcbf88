//! Facts judged: which row of a runbook's table fits, whether it is over, what fell into a window.
//!
//! Pure. Asks no source and reads no clock. What could not be asked makes a judgement *unknown*, never *no*.

pub mod crash_rules;
pub mod daily;
pub mod host;
pub mod log_reading;
pub mod memory;
pub mod recovery;
pub mod server_work;
pub mod tally;
pub mod verdict;
