//! Words, quotes and pipes, with spans. Reads shell text; never runs it.

/// A command line in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline;
