//! A command where a runbook has it: its place in the file, and what reading gave.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::read::{IfShown, ReadCommand, resolve};
use crate::{
    binding::{self, BindError, Bindings, Piece},
    check::{Check, Reading, Supply},
    mark::Mark,
    shell::Pipeline,
};
use document::names::CheckId;

/// One shell command line found in a fence or in inline code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Derived from the text; a repeated command gets a numbered id.
    pub id: CheckId,
    /// As the author wrote it, continuation lines included, plain-text secrets masked.
    pub text: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// Byte range in the file, from its first word.
    pub span: Range<usize>,
    /// The comment above it.
    pub label: Option<String>,
    /// Its placeholders, in order of first appearance: canonical names (`pod`, `namespace`, …).
    pub parameters: Vec<String>,
    /// Where placeholders and secrets stand in `text`.
    pub marks: Vec<Mark>,
    /// Parameters whose value another check can give: `$(…)`, or a variable that the file sets by one.
    pub supplies: Vec<Supply>,
    /// What Runlight makes of it while its placeholders are empty.
    pub reading: Reading,
    /// The resolvable form: words with placeholders apart, for binding. Absent when it is not a check.
    #[serde(skip)]
    pipeline: Option<Pipeline>,
    /// What it is where the data of Secrets may be shown, if that alone stands against it.
    #[serde(skip)]
    if_shown: Option<Box<IfShown>>,
}

impl Command {
    /// A command where it stands: its place in the file and what was read.
    pub fn new(
        id: CheckId,
        text: String,
        line: usize,
        span: Range<usize>,
        label: Option<String>,
        read: ReadCommand,
    ) -> Self {
        let ReadCommand { reading, parameters, marks, supplies, pipeline, if_shown } = read;
        Self { id, text, line, span, label, parameters, marks, supplies, reading, pipeline, if_shown }
    }

    /// The command where its operator lets the data of Secrets be shown; `None` where that changes nothing.
    pub fn showing_secret_data(&self) -> Option<Self> {
        let shown = self.if_shown.as_deref()?;
        let mut command = Self { if_shown: None, ..self.clone() };
        shown.show(&mut command.reading, &mut command.parameters, &mut command.marks, &mut command.pipeline);
        Some(command)
    }

    /// The question with values filled in. Values are checked first, and take their places after the shell's own
    /// reading; then the recogniser judges the words as if they had been written so.
    ///
    /// # Errors
    /// Parameters without a value, values that break a rule, and commands that are no check with these values.
    pub fn resolve(&self, bindings: &Bindings) -> Result<Check, BindError> {
        resolve(self.pipeline.as_ref(), &self.parameters, bindings)
    }

    /// Its text cut at its marks, values filled in, for display and for copying.
    pub fn fill(&self, bindings: &Bindings) -> Vec<Piece> {
        binding::fill(&self.text, &self.marks, bindings)
    }
}
