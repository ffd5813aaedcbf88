//! Tokens to command lines. What belongs to a script (functions, conditions, jobs) is refused with its span.

use std::ops::Range;

use super::{
    Item, Loop, Placeholder, Script, Stage, Variable, Variables, Word,
    lexer::{Lexer, Operator, Token},
    not_understood,
    variables::Scope,
};
use crate::check::Refusal;

/// Words that open a construct of the shell.
const SCRIPT_WORDS: [&str; 18] = [
    "if", "then", "else", "elif", "fi", "while", "until", "do", "done", "case", "esac", "function", "select", "{", "}",
    "!", "[[", "coproc",
];

/// Reads a whole text.
pub(super) fn parse(text: &str, variables: &Variables, placeholders: &mut Vec<Placeholder>) -> Result<Script, Refusal> {
    let mut parser = Parser { text, lexer: Lexer::new(text), variables: Scope::new(variables) };
    let (script, end) = parser.script(placeholders, false)?;
    match end {
        End::Text => Ok(script),
        End::Done(span) => Err(not_understood(span, "`done` without a loop.")),
    }
}

struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    variables: Scope<'a>,
}

enum End {
    Text,
    Done(Range<usize>),
}

impl Parser<'_> {
    fn next(&mut self, placeholders: &mut Vec<Placeholder>) -> Result<Option<Token>, Refusal> {
        self.lexer.next(&self.variables, placeholders)
    }

    fn script(&mut self, placeholders: &mut Vec<Placeholder>, in_loop: bool) -> Result<(Script, End), Refusal> {
        let mut script = Script::default();
        let mut pipe: Vec<Stage> = Vec::new();
        let mut stage = Stage::default();
        let mut awaits_stage: Option<Range<usize>> = None;
        let mut is_fallback = false;
        // The operator that something must follow.
        let mut awaits_command: Option<Range<usize>> = None;
        loop {
            let Some(token) = self.next(placeholders)? else {
                if let Some(span) = awaits_command.filter(|_| stage.words.is_empty() && pipe.is_empty()) {
                    return Err(not_understood(span, "Nothing follows this operator."));
                }
                finish_stage(&mut pipe, &mut stage, &mut awaits_stage)?;
                self.finish_pipe(&mut script, pipe, is_fallback)?;
                return Ok((script, End::Text));
            };
            match token {
                Token::Word(word) => {
                    if stage.words.is_empty() && !word.is_quoted {
                        if stage.assignments.is_empty() && pipe.is_empty() {
                            if in_loop && word.text == "done" {
                                return Ok((script, End::Done(word.span)));
                            }
                            if word.text == "for" {
                                let each = self.for_loop(placeholders, word.span.start, in_loop)?;
                                script.items.push(Item::For(each));
                                continue;
                            }
                        }
                        if SCRIPT_WORDS.contains(&word.text.as_str()) {
                            let reason = format!("`{}` belongs to a shell script.", word.text);
                            return Err(not_understood(word.span, reason));
                        }
                    }
                    add_word(&mut stage, word)?;
                }
                Token::Words(words) => words.into_iter().for_each(|word| {
                    extend_span(&mut stage, &word.span);
                    stage.words.push(word);
                }),
                Token::Operator(operator, span) => match operator {
                    Operator::Pipe | Operator::PipeBoth => {
                        if stage.words.is_empty() {
                            return Err(not_understood(span, "Nothing stands in front of this pipe."));
                        }
                        pipe.push(std::mem::take(&mut stage));
                        awaits_stage = Some(span);
                    }
                    Operator::Newline if awaits_stage.is_some() && stage.words.is_empty() => {}
                    Operator::Newline | Operator::Then | Operator::And | Operator::Or => {
                        let is_empty = stage.words.is_empty() && stage.assignments.is_empty() && pipe.is_empty();
                        if is_empty && matches!(operator, Operator::And | Operator::Or) {
                            return Err(not_understood(span, "Nothing stands in front of this operator."));
                        }
                        finish_stage(&mut pipe, &mut stage, &mut awaits_stage)?;
                        self.finish_pipe(&mut script, std::mem::take(&mut pipe), is_fallback)?;
                        if !is_empty {
                            is_fallback = operator == Operator::Or;
                            awaits_command = matches!(operator, Operator::And | Operator::Or).then_some(span);
                        }
                    }
                    Operator::Write(descriptor) => self.redirect(&mut stage, descriptor, &span, placeholders)?,
                    Operator::Duplicate => extend_span(&mut stage, &span),
                    Operator::Background => {
                        return Err(not_understood(span, "`&` sends a command to the background."));
                    }
                    Operator::Read => return Err(not_understood(span, "Reading from a file needs a shell.")),
                    Operator::HereDocument => return Err(not_understood(span, "A here-document feeds a program.")),
                    Operator::Parenthesis => return Err(not_understood(span, "Subshells are not read.")),
                },
            }
        }
    }

    /// `> file`: kept for a download; `/dev/null` and errors are dropped.
    fn redirect(
        &mut self,
        stage: &mut Stage,
        descriptor: u8,
        operator: &Range<usize>,
        placeholders: &mut Vec<Placeholder>,
    ) -> Result<(), Refusal> {
        let Some(Token::Word(file)) = self.next(placeholders)? else {
            return Err(not_understood(operator.clone(), "This redirection names no file."));
        };
        extend_span(stage, operator);
        extend_span(stage, &file.span);
        let is_null = file.text == "/dev/null";
        match descriptor {
            _ if is_null => {}
            0 | 1 if stage.output.is_none() => stage.output = Some(file),
            2 => {
                return Err(not_understood(
                    operator.start..file.span.end,
                    "Errors are shown, never written to a file.",
                ));
            }
            _ => return Err(not_understood(operator.start..file.span.end, "This redirection is not read.")),
        }
        Ok(())
    }

    fn finish_pipe(&mut self, script: &mut Script, pipe: Vec<Stage>, is_fallback: bool) -> Result<(), Refusal> {
        let Some(first) = pipe.first() else { return Ok(()) };
        if is_fallback {
            // `|| true`, `|| echo …` and `|| log_error …` say what happens when there is no answer; Runlight says that itself.
            let is_harmless = pipe.len() == 1 && first.words.first().is_some_and(|word| only_tells(&word.text));
            if is_harmless && first.output.is_none() && !first.words.iter().any(|word| word.has_placeholder) {
                return Ok(());
            }
            return Err(not_understood(first.span.clone(), "What runs after `||` depends on a failure."));
        }
        if pipe.len() == 1 && first.words.is_empty() {
            for (name, word) in &first.assignments {
                if !word.has_placeholder {
                    self.variables.set(name, Variable::Literal(word.text.clone()));
                }
            }
        }
        script.items.push(Item::Pipe(pipe));
        Ok(())
    }

    /// `for x in a b c; do …; done`, after its first word.
    fn for_loop(&mut self, placeholders: &mut Vec<Placeholder>, start: usize, in_loop: bool) -> Result<Loop, Refusal> {
        let here = |parser: &Self| start..parser.lexer.position();
        if in_loop {
            return Err(not_understood(here(self), "A loop inside a loop is not read."));
        }
        let name = match self.next(placeholders)? {
            Some(Token::Word(word)) if is_variable_name(&word.text) => word.text,
            _ => return Err(not_understood(here(self), "This loop names no variable.")),
        };
        match self.next(placeholders)? {
            Some(Token::Word(word)) if word.text == "in" => {}
            _ => return Err(not_understood(here(self), "Only loops over given words are read.")),
        }
        let mut values = Vec::new();
        loop {
            match self.next(placeholders)? {
                Some(Token::Word(word)) => values.push(word),
                Some(Token::Operator(Operator::Then | Operator::Newline, _)) => break,
                _ => return Err(not_understood(here(self), "Only loops over given words are read.")),
            }
        }
        loop {
            match self.next(placeholders)? {
                Some(Token::Operator(Operator::Newline, _)) => {}
                Some(Token::Word(word)) if word.text == "do" => break,
                _ => return Err(not_understood(here(self), "This loop has no `do`.")),
            }
        }
        let variable = placeholders.len();
        let span = start..start;
        placeholders.push(Placeholder { name: name.clone(), span, kind: super::PlaceholderKind::Loop });
        let value = Variable::Literal(super::marker(variable).to_string());
        let outer = self.variables.set(&name, value);
        let (body, end) = self.script(placeholders, true)?;
        self.variables.restore(&name, outer);
        match end {
            End::Done(span) => Ok(Loop { variable, values, body, span: start..span.end }),
            End::Text => Err(not_understood(start..self.text.len(), "This loop has no `done`.")),
        }
    }
}

fn finish_stage(
    pipe: &mut Vec<Stage>,
    stage: &mut Stage,
    awaits_stage: &mut Option<Range<usize>>,
) -> Result<(), Refusal> {
    let is_empty = stage.words.is_empty();
    if let Some(span) = awaits_stage.take()
        && is_empty
    {
        return Err(not_understood(span, "Nothing follows this pipe."));
    }
    if is_empty && stage.assignments.is_empty() {
        return match &stage.output {
            Some(file) => Err(not_understood(file.span.clone(), "This only writes to a file.")),
            None => Ok(()),
        };
    }
    pipe.push(std::mem::take(stage));
    Ok(())
}

fn extend_span(stage: &mut Stage, span: &Range<usize>) {
    if stage.span.is_empty() {
        stage.span = span.clone();
    } else {
        stage.span.end = stage.span.end.max(span.end);
    }
}

/// Adds a word: in front of a command `NAME=value` is an assignment.
fn add_word(stage: &mut Stage, word: Word) -> Result<(), Refusal> {
    extend_span(stage, &word.span);
    if stage.words.is_empty()
        && let Some((name, value)) = word.text.split_once('=')
        && is_variable_name(name)
    {
        let cut = name.len() + 1;
        let inner = Word {
            text: value.to_owned(),
            span: word.span.start + cut..word.span.end,
            verbatim_at: word.verbatim_at.map(|at| at + cut),
            ..word
        };
        stage.assignments.push((name.to_owned(), inner));
        return Ok(());
    }
    stage.words.push(word);
    Ok(())
}

pub(super) fn is_variable_name(text: &str) -> bool {
    text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Whether what runs after a failure only says or ends something. Functions of a script go by these names.
fn only_tells(program: &str) -> bool {
    matches!(program, "true" | ":" | "echo" | "printf" | "exit" | "return" | "warn" | "die" | "fail")
        || program.starts_with("log_")
}
