//! What a file sets its variables to, and what putting them into its commands may cost. A variable may hold others, and
//! those others again, so that without bounds a line of a few hundred bytes would grow to any length.

use std::{cell::Cell, collections::BTreeMap, ops::Range};

use super::not_understood;
use crate::check::Refusal;

/// Longest value of a variable, others put in, in bytes.
const MAX_VALUE_BYTES: usize = 4096;
/// Most variables that are put into one command, those inside its substitutions included.
const MAX_REPLACEMENTS: usize = 256;
/// Most text that variables bring into one command, in bytes.
const MAX_COMMAND_BYTES: usize = 64 * 1024;
/// Most text that variables bring into all commands of a file, in bytes.
const MAX_FILE_BYTES: usize = 1024 * 1024;

/// What a file sets a variable to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Variable {
    /// Plain text.
    Literal(String),
    /// The answer of a command: `$(…)`.
    Answer(String),
    /// More than is followed.
    TooLong,
}

/// Values of shell variables that a file sets, and what is left of the means to put them in.
#[derive(Debug, Clone)]
pub(crate) struct Variables {
    values: BTreeMap<String, Variable>,
    file_bytes_left: Cell<usize>,
    command_bytes_left: Cell<usize>,
    replacements_left: Cell<usize>,
}

/// The variables of a file where a command stands, with those that the command sets itself.
#[derive(Debug)]
pub(super) struct Scope<'f> {
    file: &'f Variables,
    /// `None` where the command takes away what the file set.
    own: BTreeMap<String, Option<Variable>>,
}

impl Default for Variables {
    fn default() -> Self {
        Self {
            values: BTreeMap::new(),
            file_bytes_left: Cell::new(MAX_FILE_BYTES),
            command_bytes_left: Cell::new(MAX_COMMAND_BYTES),
            replacements_left: Cell::new(MAX_REPLACEMENTS),
        }
    }
}

impl Variables {
    /// A command begins.
    pub(crate) fn begin_command(&self) {
        self.command_bytes_left.set(MAX_COMMAND_BYTES);
        self.replacements_left.set(MAX_REPLACEMENTS);
    }

    /// From here on a variable has this value.
    pub(crate) fn set(&mut self, name: &str, value: Variable) {
        self.values.insert(name.to_owned(), value.bounded());
    }

    /// From here on a variable has no value.
    pub(crate) fn unset(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// Pays for text that a variable brings into a command.
    fn pay(&self, size_bytes: usize) -> Result<(), &'static str> {
        let take = |left: &Cell<usize>, amount: usize| {
            let rest = left.get().checked_sub(amount);
            left.set(rest.unwrap_or(0));
            rest.is_some()
        };
        if !take(&self.replacements_left, 1) {
            return Err("This command puts in more than 256 variables, which Runlight does not follow.");
        }
        if !take(&self.command_bytes_left, size_bytes) {
            return Err("This command grows beyond 64 KiB by its variables, which Runlight does not follow.");
        }
        if !take(&self.file_bytes_left, size_bytes) {
            return Err(
                "The commands of this file grow by more than 1 MiB by variables, which Runlight does not follow.",
            );
        }
        Ok(())
    }
}

impl<'f> Scope<'f> {
    pub(super) fn new(file: &'f Variables) -> Self {
        Self { file, own: BTreeMap::new() }
    }

    /// What a variable holds, which is paid for. The span is where it stands.
    pub(super) fn take(&self, name: &str, span: &Range<usize>) -> Result<Option<&Variable>, Refusal> {
        let value = match self.own.get(name) {
            Some(own) => own.as_ref(),
            None => self.file.values.get(name),
        };
        let Some(value) = value else { return Ok(None) };
        let (Variable::Literal(text) | Variable::Answer(text)) = value else {
            let reason =
                format!("`${name}` is longer than 4 KiB with its variables put in, which Runlight does not follow.");
            return Err(not_understood(span.clone(), reason));
        };
        self.file.pay(text.len()).map_err(|reason| not_understood(span.clone(), reason))?;
        Ok(Some(value))
    }

    /// Sets a variable for the rest of the command, and gives back what the command had set it to before.
    pub(super) fn set(&mut self, name: &str, value: Variable) -> Option<Option<Variable>> {
        self.own.insert(name.to_owned(), Some(value.bounded()))
    }

    /// Puts back what [`Self::set`] gave.
    pub(super) fn restore(&mut self, name: &str, before: Option<Option<Variable>>) {
        match before {
            Some(before) => drop(self.own.insert(name.to_owned(), before)),
            None => drop(self.own.remove(name)),
        }
    }
}

impl Variable {
    fn bounded(self) -> Self {
        match &self {
            Self::Literal(text) | Self::Answer(text) if text.len() > MAX_VALUE_BYTES => Self::TooLong,
            _ => self,
        }
    }
}
