//! Code in a runbook: which of it is commands. Keeps the commands of a file in order and gives each its id.

use std::{collections::HashMap, ops::Range};

use crate::{
    MASK, link,
    runbook::{Command, Fence, FenceLine, Inline, Mark, MarkKind},
    source::Source,
};
use command::{
    binding::find_placeholders,
    promql::{self, fence::Part},
    recognition::{FenceContext, ReadCommand, read, read_promql},
    shell::{FencePart, is_command, read_fence},
};
use document::names::CheckId;

/// Languages whose fences may hold commands; so may a fence without one.
const SHELLS: [&str; 11] = [
    "bash",
    "sh",
    "shell",
    "console",
    "zsh",
    "terminal",
    "shell-session",
    "shellsession",
    "sh-session",
    "bash-session",
    "ksh",
];

/// How far from its line an expression is looked for, in bytes.
const MAX_PLACE_BYTES: usize = 4096;

/// Commands found so far.
#[derive(Default)]
pub(crate) struct Code {
    pub(crate) commands: Vec<Command>,
    context: FenceContext,
    /// How often a command's text has come.
    seen: HashMap<String, usize>,
}

/// A code block as Markdown gives it.
pub(crate) struct CodeBlock {
    /// The info string of a fence; `None` for an indented block.
    pub(crate) info: Option<String>,
    /// Its content, indentation of its container removed.
    pub(crate) text: String,
    /// For stretches of `text`: where each begins there, and in the source.
    pub(crate) origins: Vec<(usize, usize)>,
}

impl CodeBlock {
    fn in_source(&self, offset: usize) -> usize {
        let next = self.origins.partition_point(|(here, _)| *here <= offset);
        next.checked_sub(1).map_or(0, |at| self.origins[at].1 + (offset - self.origins[at].0))
    }
}

impl CodeBlock {
    /// Where an expression stands in the file, that begins on the line at this offset or on the next. Quoted in YAML it
    /// may be spelled otherwise, so what is looked for is its beginning, up to the first quote.
    fn place_of(&self, expression: &str, at: usize) -> Range<usize> {
        let is_end = |c: char| c.is_whitespace() || "\"'\\".contains(c);
        let beginning = expression.split(is_end).next().unwrap_or_default();
        let near = self.text.floor_char_boundary(at.saturating_add(MAX_PLACE_BYTES));
        let start = self.text[at..near].find(beginning).map_or(at, |after| at + after);
        let end = self.text.floor_char_boundary(start + expression.len());
        self.in_source(start)..self.in_source(end)
    }
}

impl Code {
    /// Reads a code block.
    pub(crate) fn read_block(&mut self, block: &CodeBlock, source: &Source) -> Fence {
        let language = block.info.as_deref().and_then(language);
        if let Some(parts) = language.as_deref().and_then(|language| promql_parts(language, &block.text)) {
            let line = |part| match part {
                Part::Expression { text, at, label } => {
                    let place = block.place_of(&text, at);
                    FenceLine::Command(self.add_expression(text, place, source, label))
                }
                Part::Text(text) => FenceLine::Text(text),
            };
            return Fence { lines: parts.into_iter().map(line).collect(), language };
        }
        let may_hold_commands = match (&block.info, &language) {
            (Some(_), Some(language)) => SHELLS.contains(&language.as_str()),
            (Some(_), None) => true,
            (None, _) => block.text.lines().any(|line| is_command(line.trim_start().trim_start_matches("$ "))),
        };
        if !may_hold_commands {
            return Fence { language, lines: vec![FenceLine::Text(block.text.clone())] };
        }
        let mut lines: Vec<FenceLine> = Vec::new();
        for part in read_fence(&block.text) {
            match part {
                FencePart::Command { text, span, label } => {
                    let place = block.in_source(span.start)..block.in_source(span.end);
                    lines.push(FenceLine::Command(self.add(text, place, source, label)));
                }
                FencePart::Comment { text, .. } => lines.push(FenceLine::Comment(text)),
                FencePart::Text { text, .. } => lines.push(FenceLine::Text(text + "\n")),
            }
        }
        self.context.end_fence();
        Fence { language, lines }
    }

    /// Reads inline code: a command, a runbook's path, or neither.
    pub(crate) fn read_span(&mut self, text: &str, span: &Range<usize>, source: &Source) -> Inline {
        let text = text.trim();
        let written = &source.text()[span.clone()];
        let is_dress = |c: char| c == '`' || c.is_whitespace();
        let start = span.end - written.trim_start_matches(is_dress).len();
        let place = start..start.max(span.start + written.trim_end_matches(is_dress).len());
        if is_command(text) {
            return Inline::Command(self.add(text.to_owned(), place, source, None));
        }
        if promql::is_expression(text) {
            return Inline::Command(self.add_expression(text.to_owned(), place, source, None));
        }
        let code = plain_code(text);
        if link::is_runbook_path(text) {
            Inline::RunbookLink { path: text.to_owned(), content: vec![code] }
        } else {
            code
        }
    }

    fn add(&mut self, text: String, place: Range<usize>, source: &Source, label: Option<String>) -> usize {
        let read = read(&text, &self.context);
        self.context.absorb(&text);
        self.keep(text, place, source, label, read)
    }

    /// A PromQL expression; how long it must hold (`for 15m`) stays with its text.
    fn add_expression(&mut self, text: String, place: Range<usize>, source: &Source, label: Option<String>) -> usize {
        let read = read_promql(promql::split_wait(&text).0);
        self.keep(text, place, source, label, read)
    }

    fn keep(
        &mut self,
        text: String,
        place: Range<usize>,
        source: &Source,
        label: Option<String>,
        mut read: ReadCommand,
    ) -> usize {
        read.marks.extend(masks(&text));
        read.marks.sort_by_key(|mark| mark.span.start);
        let id = self.next_id(&text);
        let (line, span) = (source.line(place.start), source.in_file(place));
        let command = Command::new(id, text, line, span, label, read);
        self.commands.push(command);
        self.commands.len() - 1
    }

    /// Derived from the text alone, so that edits elsewhere leave it as it is.
    fn next_id(&mut self, text: &str) -> CheckId {
        let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "\\").collect();
        let stem = format!("{:08x}", fnv1a(&words.join(" ")));
        let count = self.seen.entry(stem.clone()).or_insert(0);
        *count += 1;
        let id = if *count == 1 { stem } else { format!("{stem}-{count}") };
        id.parse().expect("hex digits, a hyphen and a number are a check id")
    }
}

/// A fence of PromQL, or of rules in YAML, cut into expressions and the rest. `None` when there is no expression.
fn promql_parts(language: &str, text: &str) -> Option<Vec<Part>> {
    let parts = match language {
        language if promql::fence::LANGUAGES.contains(&language) => promql::fence::expressions(text),
        language if promql::fence::RULE_LANGUAGES.contains(&language) => promql::fence::rules(text),
        _ => return None,
    };
    parts.iter().any(|part| matches!(part, Part::Expression { .. })).then_some(parts)
}

/// Inline code that stays code.
pub(crate) fn plain_code(text: &str) -> Inline {
    let mut marks = find_placeholders(text);
    marks.extend(masks(text));
    marks.sort_by_key(|mark| mark.span.start);
    Inline::Code { text: text.to_owned(), marks }
}

fn masks(text: &str) -> impl Iterator<Item = Mark> {
    text.match_indices(MASK).map(|(at, mask)| Mark { span: at..at + mask.len(), kind: MarkKind::Masked })
}

/// The language of an info string: `bash`, `{.bash}`, `bash,ignore`, `sh title="x"`.
fn language(info: &str) -> Option<String> {
    let word = info.trim().trim_start_matches(['{', '.', ' ']);
    let word = word.split(|c: char| c.is_whitespace() || ",{}:;".contains(c)).next().unwrap_or("");
    (!word.is_empty()).then(|| word.to_lowercase())
}

/// FNV-1a over 64 bits, folded to 32.
pub(crate) fn fnv1a(text: &str) -> u32 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    (hash >> 32) as u32 ^ hash as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(commands: &[&str]) -> Vec<String> {
        let mut code = Code::default();
        commands.iter().map(|text| code.next_id(text).to_string()).collect()
    }

    #[test]
    fn ids_survive_edits_elsewhere_and_other_spacing() {
        let before = ids(&["kubectl get pods", "kubectl get nodes"]);
        let after = ids(&["uptime", "kubectl  get \\\n  nodes"]);
        assert_eq!(before[1], after[1]);
        assert_eq!(before[1].len(), 8);
    }

    #[test]
    fn a_repeated_command_gets_a_numbered_id() {
        let ids = ids(&["uptime", "uptime", "df", "uptime"]);
        assert_eq!(ids[1], format!("{}-2", ids[0]));
        assert_eq!(ids[3], format!("{}-3", ids[0]));
    }

    #[test]
    fn reads_info_strings() {
        assert_eq!(language("Bash"), Some("bash".into()));
        assert_eq!(language("{.sh .numberLines}"), Some("sh".into()));
        assert_eq!(language("bash,ignore title=\"x\""), Some("bash".into()));
        assert_eq!(language(" "), None);
    }
}
