//! How much work reading one file may take. Counted in steps, not in time, so that a file is read on every machine or on
//! none. A step is about a microsecond's work.

use std::{cell::Cell, fmt};

/// Steps that a runbook of the library may take: about a quarter of a second.
pub const LIBRARY_STEPS: usize = 250_000;

/// A text takes more work to be read than it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMuchToRead;

impl fmt::Display for TooMuchToRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("reading it takes more work than a runbook is worth; cut it into several")
    }
}

impl std::error::Error for TooMuchToRead {}

/// What is left of the steps.
#[derive(Debug)]
pub(crate) struct Effort(Cell<usize>);

impl Effort {
    pub(crate) fn new(steps: usize) -> Self {
        Self(Cell::new(steps))
    }

    /// Takes steps; what is not there is not missed until [`Self::check`].
    pub(crate) fn spend(&self, steps: usize) {
        self.0.set(self.0.get().saturating_sub(steps));
    }

    /// Whether reading may go on.
    pub(crate) fn check(&self) -> Result<(), TooMuchToRead> {
        if self.0.get() == 0 { Err(TooMuchToRead) } else { Ok(()) }
    }
}
