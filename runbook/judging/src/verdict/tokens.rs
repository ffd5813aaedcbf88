//! A table cell as words, code spans and the joints between them. Knows no meaning.

use text::runbook::{Command, Inline};

/// A piece of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A code span, or a text in quotes.
    Code(String),
    /// A word of prose, without the punctuation around it.
    Word(String),
    /// What joins phrases.
    Joint(Joint),
}

/// What joins phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joint {
    /// `/`: binds the closest.
    Slash,
    /// "or".
    Or,
    /// `+`, `&`, "and".
    And,
    /// "with": what stands before it may be a choice.
    With,
    /// A comma: a choice or a conjunction, as its neighbours say.
    Comma,
}

/// The pieces of a cell.
pub(crate) fn tokenise(cell: &[Inline], commands: &[Command]) -> Vec<Token> {
    let mut tokens = Vec::new();
    push_inlines(cell, commands, &mut tokens);
    tokens
}

fn push_inlines(cell: &[Inline], commands: &[Command], tokens: &mut Vec<Token>) {
    for inline in cell {
        match inline {
            Inline::Text(text) => push_text(text, tokens),
            Inline::Code { text, .. } => tokens.push(Token::Code(text.trim().to_owned())),
            Inline::Command(index) => {
                tokens.extend(commands.get(*index).map(|command| Token::Code(command.text.clone())));
            }
            Inline::Emphasis(content)
            | Inline::Strong(content)
            | Inline::Strike(content)
            | Inline::Link { content, .. }
            | Inline::RunbookLink { content, .. } => push_inlines(content, commands, tokens),
            Inline::Image { alt, .. } => push_text(alt, tokens),
            Inline::Break => tokens.push(Token::Joint(Joint::Comma)),
            Inline::FootnoteReference { .. } => {}
        }
    }
}

/// Splits prose. A text in double quotes is one piece.
fn push_text(text: &str, tokens: &mut Vec<Token>) {
    for (at, part) in text.split(['"', '“', '”', '„']).enumerate() {
        let is_quoted = at % 2 == 1;
        if is_quoted && !part.trim().is_empty() {
            tokens.push(Token::Code(part.trim().to_owned()));
        } else {
            part.split_whitespace().for_each(|word| push_word(word, tokens));
        }
    }
}

fn push_word(word: &str, tokens: &mut Vec<Token>) {
    let has_comma = word.ends_with([',', ';']);
    let bare =
        word.trim_matches(|c: char| matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | '!' | '?' | '.' | ':' | '\''));
    match bare.to_lowercase().as_str() {
        "" if word.starts_with([',', ';']) => {}
        "" | "–" | "—" | "-" | "→" => {}
        "/" | "|" | "||" => tokens.push(Token::Joint(Joint::Slash)),
        "+" | "&" | "&&" | "and" | "plus" => tokens.push(Token::Joint(Joint::And)),
        "or" => tokens.push(Token::Joint(Joint::Or)),
        // "exits with code 1" is one phrase.
        "with" if follows_exit(tokens) => tokens.push(Token::Word(bare.to_owned())),
        "with" => tokens.push(Token::Joint(Joint::With)),
        _ => push_joined_words(bare, tokens),
    }
    if has_comma {
        tokens.push(Token::Joint(Joint::Comma));
    }
}

/// `137/143` and `OOMKilled/Error` are choices; `I/O`, paths and addresses are words.
fn push_joined_words(word: &str, tokens: &mut Vec<Token>) {
    let is_address = word.contains("//") || word.starts_with('/') || word.contains('.');
    let splits = |mark: char| word.contains(mark) && word.split(mark).all(|part| part.len() > 1 || is_number(part));
    let (mark, joint) = if !is_address && splits('/') {
        ('/', Joint::Slash)
    } else if splits('+') {
        ('+', Joint::And)
    } else if word.starts_with('/')
        && word.len() > 1
        && tokens.last().is_some_and(|last| matches!(last, Token::Code(_)))
    {
        tokens.push(Token::Joint(Joint::Slash));
        tokens.push(Token::Word(word[1..].to_owned()));
        return;
    } else {
        tokens.push(Token::Word(word.to_owned()));
        return;
    };
    for (at, part) in word.split(mark).enumerate() {
        if at > 0 {
            tokens.push(Token::Joint(joint));
        }
        tokens.push(Token::Word(part.to_owned()));
    }
}

fn follows_exit(tokens: &[Token]) -> bool {
    matches!(tokens.last(), Some(Token::Word(word)) if ["exit", "exits", "exited"].contains(&word.to_lowercase().as_str()))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_digit())
}
