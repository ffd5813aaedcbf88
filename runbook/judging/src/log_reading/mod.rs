//! Reads a log as an engineer does: levels in their many spellings, a stack trace as one entry, and the one line that
//! tells why the run ended. Pure; never guesses a cause where the log holds none.

mod cause;
mod entry;
mod level;
mod payload;
mod telling;
mod words;

pub(crate) use entry::without_escapes;
pub use entry::{Entry, read_entries};
pub use level::Level;
pub use telling::{Ending, find_telling_line};

/// Whether one line, read by itself, reports an error.
pub fn reports_error(line: &str) -> bool {
    read_entries([line]).first().is_some_and(|entry| entry.level >= Level::Error && !entry.is_benign)
}
