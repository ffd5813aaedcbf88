//! A runbook's text made safe to read on: secrets masked, control characters visible, `!!!` admonitions as quotes.
//! Everything later sees only this text, so a secret can leak from nowhere; positions map back to the file.

use std::{borrow::Cow, ops::Range};

use crate::{
    MASK, admonition,
    secret::{self, Certainty},
    shortcode, vault,
};
use document::problem::{Problem, Severity};

/// A replacement of a stretch of the file.
#[derive(Debug)]
pub(crate) struct Edit {
    /// Byte range in the file.
    pub(crate) original: Range<usize>,
    /// What stands there instead. Never adds or removes a line break.
    pub(crate) replacement: Cow<'static, str>,
}

/// A replaced stretch: its range in the text to read, and in the file.
type Moved = (Range<usize>, Range<usize>);

/// The text to read, and the way back to the file.
#[derive(Debug)]
pub(crate) struct Source {
    text: String,
    /// Replaced stretches, in order.
    moved: Vec<Moved>,
    line_starts: Vec<usize>,
    problems: Vec<Problem>,
}

impl Source {
    pub(crate) fn read(file: &str) -> Self {
        let secrets = secret::find(file);
        let masked = secrets.iter().map(|secret| Edit { original: secret.span.clone(), replacement: MASK.into() });
        let mut edits: Vec<Edit> = masked.collect();
        edits.extend(admonition::quote(file));
        edits.extend(shortcode::rewrite(file));
        edits.extend(vault::rewrite(file));
        edits.extend(reveal_controls(file));
        let (text, moved) = apply(file, edits);
        let file_lines = line_starts(file);
        let problems =
            secrets.iter().map(|secret| secret_problem(secret, line(&file_lines, secret.span.start))).collect();
        let line_starts = line_starts(&text);
        Self { text, moved, line_starts, problems }
    }

    /// The text that everything else reads.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What reading the source itself brought up.
    pub(crate) fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// The line of an offset in `text`, from 1.
    pub(crate) fn line(&self, offset: usize) -> usize {
        line(&self.line_starts, offset)
    }

    /// A range of `text` as a range of the file.
    pub(crate) fn in_file(&self, span: Range<usize>) -> Range<usize> {
        self.offset_in_file(span.start, false)..self.offset_in_file(span.end, true)
    }

    fn offset_in_file(&self, offset: usize, is_end: bool) -> usize {
        let after = self.moved.partition_point(|(here, _)| here.end <= offset);
        if let Some((here, original)) = self.moved.get(after)
            && here.start < offset
        {
            return if is_end { original.end } else { original.start };
        }
        match after.checked_sub(1).map(|before| &self.moved[before]) {
            Some((here, original)) => original.end + (offset - here.end),
            None => offset,
        }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

fn line(starts: &[usize], offset: usize) -> usize {
    starts.partition_point(|start| *start <= offset)
}

fn secret_problem(secret: &secret::Secret, line: usize) -> Problem {
    let severity = match secret.certainty {
        Certainty::Sure => Severity::Error,
        Certainty::Likely => Severity::Warning,
    };
    Problem {
        severity,
        code: "plain-text-secret".into(),
        message: format!("{} stands here in plain text; the page shows dots in its place.", secret.what),
        help: Some("Change it, and let the runbook name where it is kept instead.".into()),
        line,
        span: secret.span.clone(),
    }
}

/// Control characters and direction overrides could hide what a command does, so they become visible marks.
fn reveal_controls(file: &str) -> Vec<Edit> {
    let hidden = |c: char| {
        (c.is_ascii_control() && !matches!(c, '\n' | '\r' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let edit = |(at, c): (usize, char)| {
        let picture = match c {
            '\u{7f}' => "\u{2421}".into(),
            c if c.is_ascii() => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}').to_string(),
            c => format!("⟦U+{:04X}⟧", c as u32),
        };
        Edit { original: at..at + c.len_utf8(), replacement: picture.into() }
    };
    file.char_indices().filter(|(_, c)| hidden(*c)).map(edit).collect()
}

/// Carries out the edits; of two that overlap, the earlier and then the longer one counts. A secret is never the one that gives way: what
/// overlaps it is a mark or a control character within it.
fn apply(file: &str, mut edits: Vec<Edit>) -> (String, Vec<Moved>) {
    edits.sort_by_key(|edit| (edit.original.start, std::cmp::Reverse(edit.original.end)));
    let mut text = String::with_capacity(file.len() + edits.len() * MASK.len());
    let mut moved = Vec::with_capacity(edits.len());
    let mut done = 0;
    for edit in edits {
        if edit.original.start < done {
            continue;
        }
        text.push_str(&file[done..edit.original.start]);
        let start = text.len();
        text.push_str(&edit.replacement);
        moved.push((start..text.len(), edit.original.clone()));
        done = edit.original.end;
    }
    text.push_str(&file[done..]);
    (text, moved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_positions_back_to_the_file() {
        let file = "a\nsshpass -p hunter2 ssh x\nrest";
        let source = Source::read(file);
        assert_eq!(source.text(), "a\nsshpass -p •••••• ssh x\nrest");
        let at = source.text().find("rest").unwrap();
        assert_eq!(source.line(at), 3);
        assert_eq!(&file[source.in_file(at..at + 4)], "rest");
        let mask = source.text().find(MASK).unwrap();
        assert_eq!(&file[source.in_file(mask..mask + MASK.len())], "hunter2");
    }

    #[test]
    fn a_secret_is_reported_without_its_value() {
        let mut source = Source::read("x\nsshpass -p 'hunter2' ssh y");
        let problems = source.take_problems();
        assert_eq!((problems[0].line, problems[0].severity), (2, Severity::Error));
        assert!(!format!("{problems:?}").contains("hunter2"));
    }

    #[test]
    fn shows_control_characters_and_direction_overrides() {
        let source = Source::read("a\0b\u{1b}[1m \u{202e}evil\u{2066}\tok\r\n");
        assert_eq!(source.text(), "a␀b␛[1m ⟦U+202E⟧evil⟦U+2066⟧\tok\r\n");
    }
}
