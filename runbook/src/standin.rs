//! Stands in for the shell reading until it lands.

use std::ops::Range;

use crate::{
    check::{Cause, Reading, Refusal},
    document::{Mark, MarkKind},
    shell::Pipeline,
};

pub(crate) enum FencePart {
    Command { text: String, span: Range<usize>, label: Option<String> },
    Comment { text: String },
    Text { text: String },
}

#[derive(Default)]
pub(crate) struct FenceContext;

pub(crate) struct ReadCommand {
    pub(crate) reading: Reading,
    pub(crate) parameters: Vec<String>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) pipeline: Option<Pipeline>,
}

const PROGRAMS: [&str; 5] = ["kubectl", "sshpass", "ssh", "pvesh", "qm"];

pub(crate) fn is_command(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.next().is_some_and(|word| PROGRAMS.contains(&word)) && words.next().is_some()
}

pub(crate) fn read_fence(text: &str) -> Vec<FencePart> {
    let mut parts = Vec::new();
    let mut at = 0;
    let mut label = None;
    let mut open: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let start = open.take().unwrap_or(at);
        at += line.len();
        let shown = line.trim_end();
        if shown.ends_with('\\') {
            open = Some(start);
        } else if let Some(comment) = shown.strip_prefix('#') {
            label = Some(comment.trim().to_owned());
            parts.push(FencePart::Comment { text: comment.trim().to_owned() });
        } else if is_command(&text[start..at]) {
            let span = start..start + text[start..at].trim_end().len();
            parts.push(FencePart::Command { text: text[span.clone()].to_owned(), span, label: label.take() });
        } else {
            label = None;
            parts.push(FencePart::Text { text: line.to_owned() });
        }
    }
    parts
}

pub(crate) fn read(text: &str, _: &FenceContext) -> ReadCommand {
    let marks = find_placeholders(text);
    let mut parameters = Vec::new();
    for mark in &marks {
        if let MarkKind::Placeholder(name) = &mark.kind
            && !parameters.contains(name)
        {
            parameters.push(name.clone());
        }
    }
    let refusal = Refusal { cause: Cause::UnknownProgram, reason: "Not read yet.".into(), span: None };
    ReadCommand { reading: Reading::Unknown(refusal), parameters, marks, pipeline: None }
}

pub(crate) fn find_placeholders(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|i| at + i) {
        let Some(close) = text[open..].find('>').map(|i| open + i) else { break };
        let name = &text[open + 1..close];
        if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-') {
            let kind = MarkKind::Placeholder(name.to_lowercase());
            marks.push(Mark { span: open..close + 1, kind });
        }
        at = close + 1;
    }
    marks
}
