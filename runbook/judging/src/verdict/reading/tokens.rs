//! A table cell as words, code spans, groups in brackets and the joints between them. Knows no meaning beyond the words
//! that join.

use crate::verdict::lexicon::fold_word;
use text::runbook::{Command, Inline};

/// A longer cell is not read: it is no pattern, and reading has its price.
pub(crate) const MAX_CELL_CHARS: usize = 2_000;
/// Brackets within brackets are read to this depth.
const MAX_DEPTH: usize = 4;

/// A piece of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A code span, or a text in quotes.
    Code(String),
    /// A word of prose, without the punctuation around it.
    Word(String),
    /// What stands in round or square brackets.
    Group(Vec<Token>),
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
    /// `+`, `&`, "and", "but".
    And,
    /// "with": what stands before it may be a choice.
    With,
    /// A comma or a line break: a choice or a conjunction, as its neighbours say.
    Comma,
    /// A colon, a dash or an arrow: what follows explains what stands before it.
    Remark,
}

const AND: [&str; 14] = ["+", "&", "&&", "and", "plus", "but", "und", "aber", "et", "mais", "y", "pero", "e", "mas"];
const OR: [&str; 6] = ["or", "and/or", "oder", "ou", "||", "bzw"];
const WITH: [&str; 6] = ["with", "mit", "avec", "con", "com", "w/"];
const REMARK: [&str; 12] = ["–", "—", "-", "--", "→", "⇒", "->", "=>", "⟶", "➜", "➡", ":"];
/// Verbs that take "with" for themselves: "exits with code 1".
const ENDS: [&str; 15] = [
    "exit",
    "exits",
    "exited",
    "exiting",
    "terminated",
    "terminates",
    "beendet",
    "endet",
    "sich",
    "quitte",
    "sort",
    "sale",
    "sai",
    "termina",
    "ends",
];

/// What Kubernetes says in sentences that would fall apart at their joints, in lower case.
const SENTENCES: [&str; 11] = [
    "no such file or directory",
    "has expired or is not yet valid",
    "does not exist or no pull access",
    "not found or not available",
    "unable to attach or mount volumes",
    "didn't match pod's node affinity/selector",
    "didn't match pod's node affinity",
    "pod has unbound immediate persistentvolumeclaims",
    "node was low on resource",
    "no preemption victims found",
    "failed to create pod sandbox",
];

/// The pieces of a cell; `None` when it is too long to be a pattern.
pub(crate) fn tokenise(cell: &[Inline], commands: &[Command]) -> Option<Vec<Token>> {
    let mut pieces = Pieces::default();
    pieces.push_inlines(cell, commands);
    (pieces.chars <= MAX_CELL_CHARS).then(|| settle_short_words(nest(pieces.flat)))
}

/// Before brackets are nested.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Flat {
    Token(Token),
    Open,
    Close,
}

#[derive(Default)]
struct Pieces {
    flat: Vec<Flat>,
    chars: usize,
}

impl Pieces {
    fn push_inlines(&mut self, cell: &[Inline], commands: &[Command]) {
        for inline in cell {
            if self.chars > MAX_CELL_CHARS {
                return;
            }
            match inline {
                Inline::Text(text) => self.push_text(text),
                Inline::Code { text, .. } => self.push_code(text),
                Inline::Command(index) => {
                    if let Some(command) = commands.get(*index) {
                        self.push_code(&command.text);
                    }
                }
                Inline::Emphasis(content)
                | Inline::Strong(content)
                | Inline::Strike(content)
                | Inline::Link { content, .. }
                | Inline::RunbookLink { content, .. } => self.push_inlines(content, commands),
                Inline::Image { .. } | Inline::FootnoteReference { .. } => {}
                Inline::Break => self.push(Token::Joint(Joint::Comma)),
            }
        }
    }

    fn push(&mut self, token: Token) {
        self.flat.push(Flat::Token(token));
    }

    fn push_code(&mut self, text: &str) {
        self.chars += text.len();
        if self.chars <= MAX_CELL_CHARS {
            self.push(Token::Code(clean(text).trim().to_owned()));
        }
    }

    /// Splits prose. A text in double quotes is one piece.
    fn push_text(&mut self, text: &str) {
        self.chars += text.len();
        if self.chars > MAX_CELL_CHARS {
            return;
        }
        let text = clean(text);
        for (at, part) in text.split(['"', '“', '”', '„', '«', '»']).enumerate() {
            let is_quoted = at % 2 == 1;
            if is_quoted && !part.trim().is_empty() {
                self.push(Token::Code(part.trim().to_owned()));
            } else {
                self.push_prose(part);
            }
        }
    }

    /// Words one by one, but for the sentences of Kubernetes that hold words which join elsewhere.
    fn push_prose(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        let known = SENTENCES.iter().filter_map(|words| lower.find(words).map(|at| at..at + words.len()));
        let Some(span) = known.min_by_key(|span| span.start) else {
            return text.split_whitespace().for_each(|word| self.push_word(word));
        };
        text[..span.start].split_whitespace().for_each(|word| self.push_word(word));
        self.push(Token::Code(text[span.clone()].to_owned()));
        self.push_prose(&text[span.end..]);
    }

    fn push_word(&mut self, word: &str) {
        let opened = word.trim_start_matches(['(', '[']);
        (0..word.len() - opened.len()).for_each(|_| self.flat.push(Flat::Open));
        let closed = opened.trim_end_matches([',', ';', ':', '.', '!', '?']);
        let tail = &opened[closed.len()..];
        // "node(s)" is one word.
        let bare = if closed.ends_with("(s)") { closed } else { closed.trim_end_matches([')', ']']) };
        let closes = closed.len() - bare.len();
        let inner_tail = bare.len() - bare.trim_end_matches([',', ';', ':', '.', '!', '?']).len();
        let bare = &bare[..bare.len() - inner_tail];
        self.push_bare(bare.trim_matches(['\'', '*']));
        (0..closes).for_each(|_| self.flat.push(Flat::Close));
        if tail.contains([',', ';']) {
            self.push(Token::Joint(Joint::Comma));
        } else if tail.contains([':']) || (tail.starts_with('.') && (bare.chars().count() > 2 || is_number(bare))) {
            self.push(Token::Joint(Joint::Remark));
        }
    }

    fn push_bare(&mut self, bare: &str) {
        let folded = fold_word(bare);
        let token = match folded.as_str() {
            "" => return,
            mark if REMARK.contains(&mark) => Token::Joint(Joint::Remark),
            "/" | "|" => Token::Joint(Joint::Slash),
            // A capital Y stands for anything.
            "y" if bare == "Y" => Token::Word(bare.to_owned()),
            word if AND.contains(&word) => Token::Joint(Joint::And),
            word if OR.contains(&word) => Token::Joint(Joint::Or),
            word if WITH.contains(&word) && !self.follows_an_end() => Token::Joint(Joint::With),
            _ => return self.push_joined(bare),
        };
        self.push(token);
    }

    fn follows_an_end(&self) -> bool {
        matches!(self.flat.last(), Some(Flat::Token(Token::Word(word))) if ENDS.contains(&fold_word(word).as_str()))
    }

    /// `137/143` and `OOMKilled/Error` are choices; `I/O`, paths and addresses are words.
    fn push_joined(&mut self, word: &str) {
        let is_address =
            word.contains("//") || word.starts_with('/') || word.contains('.') || word.starts_with("Init:");
        let splits = |mark: char| word.contains(mark) && word.split(mark).all(|part| part.len() > 1 || is_number(part));
        let follows_code = matches!(self.flat.last(), Some(Flat::Token(Token::Code(_))));
        let (mark, joint) = if is_ready_count(word) {
            return self.push(Token::Word(word.to_owned()));
        } else if !is_address && splits('/') {
            ('/', Joint::Slash)
        } else if !is_address && splits('|') {
            ('|', Joint::Slash)
        } else if splits('+') && !word.starts_with("128+") {
            ('+', Joint::And)
        } else if word.starts_with('/') && word.len() > 1 && follows_code {
            self.push(Token::Joint(Joint::Slash));
            return self.push(Token::Word(word[1..].to_owned()));
        } else {
            return self.push(Token::Word(word.to_owned()));
        };
        for (at, part) in word.split(mark).enumerate() {
            if at > 0 {
                self.push(Token::Joint(joint));
            }
            self.push(Token::Word(part.to_owned()));
        }
    }
}

/// Without marks that show nothing or adorn: directions, joiners, emoji, and the tick boxes of lists.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{ad}' => '\u{0}',
            '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '•' | '▶' | '►' => {
                ' '
            }
            other => other,
        })
        .filter(|c| *c != '\u{0}')
        .collect()
}

/// Brackets become groups; one that is never closed ends with the cell, one that was never opened is left out.
fn nest(flat: Vec<Flat>) -> Vec<Token> {
    let mut stack: Vec<Vec<Token>> = vec![Vec::new()];
    let close = |stack: &mut Vec<Vec<Token>>| {
        if let (true, Some(group)) = (stack.len() > 1, stack.pop())
            && let Some(outer) = stack.last_mut()
            && !group.is_empty()
        {
            outer.push(Token::Group(group));
        }
    };
    for piece in flat {
        match piece {
            Flat::Open if stack.len() <= MAX_DEPTH => stack.push(Vec::new()),
            Flat::Open => {}
            Flat::Close => {
                if stack.len() > 1 {
                    close(&mut stack);
                }
            }
            Flat::Token(token) => {
                if let Some(top) = stack.last_mut() {
                    top.push(token);
                }
            }
        }
    }
    while stack.len() > 1 {
        close(&mut stack);
    }
    stack.pop().unwrap_or_default()
}

/// "o" is Spanish for "or" between two terms, and an article in Portuguese before a word.
fn settle_short_words(mut tokens: Vec<Token>) -> Vec<Token> {
    let is_term = |token: Option<&Token>| match token {
        Some(Token::Code(_)) => true,
        Some(Token::Word(word)) => word.chars().any(|c| c.is_uppercase() || c.is_ascii_digit()),
        _ => false,
    };
    for at in 1..tokens.len() {
        if tokens[at] == Token::Word("o".into()) && is_term(tokens.get(at - 1)) && is_term(tokens.get(at + 1)) {
            tokens[at] = Token::Joint(Joint::Or);
        }
    }
    tokens
}

/// `0/1`, as kubectl counts the containers that are ready: fewer than there are.
pub(super) fn is_ready_count(word: &str) -> bool {
    let count =
        word.split_once('/').and_then(|(ready, all)| Some((ready.parse::<u8>().ok()?, all.parse::<u8>().ok()?)));
    count.is_some_and(|(ready, all)| ready < all && all < 10)
}

pub(super) fn is_number(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_digit())
}
