//! Template text to tokens: text between actions, and the words of actions.

use super::{TemplateError, refuse};

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// Printed as it stands.
    Text(String),
    /// `{{ … }}`.
    Action(Vec<Token>),
}

/// A word of an action.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// `range`, `eq`, `true`.
    Word(String),
    /// `.metadata`, without its dot; a chain is several of them.
    Field(String),
    /// `.` alone.
    Dot,
    /// `$x`; `$` alone is the empty name.
    Variable(String),
    Text(String),
    Whole(i64),
    Float(f64),
    /// `( ) | , := =`
    Mark(&'static str),
    /// A blank, which tells `.a .b` from `.a.b`.
    Blank,
}

/// Cuts a template into pieces.
pub(super) fn lex(text: &str) -> Result<Vec<Piece>, TemplateError> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut trims_next = false;
    loop {
        let open = rest.find("{{");
        let mut before = &rest[..open.unwrap_or(rest.len())];
        if trims_next {
            before = before.trim_start_matches(is_blank);
        }
        let Some(open) = open else {
            push_text(&mut pieces, before);
            return Ok(pieces);
        };
        let mut inner = &rest[open + 2..];
        if let Some(trimmed) = inner.strip_prefix('-').filter(|rest| rest.starts_with(is_blank)) {
            before = before.trim_end_matches(is_blank);
            inner = trimmed;
        }
        push_text(&mut pieces, before);
        let (tokens, after, trims) = action(inner)?;
        pieces.extend(tokens.map(Piece::Action));
        (rest, trims_next) = (after, trims);
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

/// What an action holds (nothing for a comment), what follows it, and whether blanks there are taken away.
type Action<'t> = (Option<Vec<Token>>, &'t str, bool);

fn action(text: &str) -> Result<Action<'_>, TemplateError> {
    if let Some(comment) = text.trim_start_matches(is_blank).strip_prefix("/*") {
        let Some((_, after)) = comment.split_once("*/") else { return refuse("A comment is never closed.") };
        return match close(after.trim_start_matches(is_blank), after) {
            Some((after, trims)) => Ok((None, after, trims)),
            None => refuse("A comment must fill its action."),
        };
    }
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches(is_blank);
        if let Some((after, trims)) = close(trimmed, rest) {
            while tokens.last() == Some(&Token::Blank) {
                tokens.pop();
            }
            return Ok((Some(tokens), after, trims));
        }
        if trimmed.len() < rest.len() {
            if !tokens.is_empty() && tokens.last() != Some(&Token::Blank) {
                tokens.push(Token::Blank);
            }
            rest = trimmed;
        }
        let (token, after) = token(rest)?;
        tokens.push(token);
        rest = after;
    }
}

/// What follows `}}`, or `-}}` behind a blank.
fn close<'t>(trimmed: &'t str, rest: &str) -> Option<(&'t str, bool)> {
    let has_blank = trimmed.len() < rest.len();
    match trimmed.strip_prefix("-}}").filter(|_| has_blank) {
        Some(after) => Some((after, true)),
        None => trimmed.strip_prefix("}}").map(|after| (after, false)),
    }
}

fn token(text: &str) -> Result<(Token, &str), TemplateError> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let word = |text: &str| text.find(|c| !is_word(c)).unwrap_or(text.len());
    for mark in [":=", "(", ")", "|", ",", "="] {
        if let Some(after) = text.strip_prefix(mark) {
            return Ok((Token::Mark(mark), after));
        }
    }
    let Some(first) = text.chars().next() else { return refuse("An action is never closed with `}}`.") };
    match first {
        '.' => {
            let len = word(&text[1..]);
            let field = &text[1..1 + len];
            Ok((if len == 0 { Token::Dot } else { Token::Field(field.to_owned()) }, &text[1 + len..]))
        }
        '$' => {
            let len = word(&text[1..]);
            Ok((Token::Variable(text[1..1 + len].to_owned()), &text[1 + len..]))
        }
        '"' => quoted(text),
        '`' => match text[1..].split_once('`') {
            Some((raw, after)) => Ok((Token::Text(raw.to_owned()), after)),
            None => refuse("A quote in this template is never closed."),
        },
        '0'..='9' | '-' | '+' => number(text),
        c if is_word(c) => {
            let len = word(text);
            Ok((Token::Word(text[..len].to_owned()), &text[len..]))
        }
        c => refuse(format!("`{c}` is not read in a template's action.")),
    }
}

fn number(text: &str) -> Result<(Token, &str), TemplateError> {
    let len = text.find(|c: char| !c.is_ascii_alphanumeric() && !"+-._".contains(c)).unwrap_or(text.len());
    let (number, after) = text.split_at(len);
    let token = match (number.parse(), number.parse()) {
        (Ok(whole), _) => Token::Whole(whole),
        (_, Ok(float)) if number.contains(|c: char| c.is_ascii_digit()) => Token::Float(float),
        _ => return refuse(format!("`{number}` is not a number that Runlight reads.")),
    };
    Ok((token, after))
}

fn quoted(text: &str) -> Result<(Token, &str), TemplateError> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((Token::Text(out), &text[at + 1..])),
            '\n' => break,
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(c @ ('"' | '\\' | '\'')) => out.push(c),
                _ => return refuse("An escape in this template's quotes is not read."),
            },
            c => out.push(c),
        }
    }
    refuse("A quote in this template is never closed.")
}
