//! Tokens to a tree. What defines or calls other templates is refused.

use super::{
    TemplateError,
    functions::{self, Function},
    lex::{Piece, Token},
    refuse,
};

/// Deepest nesting of blocks and parentheses.
const MAX_DEPTH: usize = 32;

/// A part of a template.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    /// `{{ pipeline }}`: printed, unless it sets a variable.
    Print(Pipeline),
    /// `if`: pipeline, then, otherwise.
    If(Pipeline, Vec<Node>, Vec<Node>),
    With(Pipeline, Vec<Node>, Vec<Node>),
    Range(Pipeline, Vec<Node>, Vec<Node>),
    Break,
    Continue,
}

/// Commands, each of which gets the one before as its last argument.
#[derive(Debug)]
pub(super) struct Pipeline {
    /// `$x :=`, or `$i, $x :=` in a range.
    pub(super) variables: Vec<String>,
    /// `$x = …` rather than `$x := …`.
    pub(super) assigns: bool,
    pub(super) commands: Vec<Command>,
}

/// A command of a pipeline.
#[derive(Debug)]
pub(super) enum Command {
    Operand(Operand),
    Call(Function, Vec<Operand>),
}

/// A value, with the fields asked of it.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) base: Base,
    pub(super) fields: Vec<String>,
}

/// Where an operand begins.
#[derive(Debug)]
pub(super) enum Base {
    Dot,
    Variable(String),
    Text(String),
    Whole(i64),
    Float(f64),
    Bool(bool),
    Nil,
    Pipeline(Box<Pipeline>),
}

/// Reads all pieces.
pub(super) fn parse(pieces: &[Piece]) -> Result<Vec<Node>, TemplateError> {
    let mut reader = Reader { pieces, at: 0, depth: 0, loops: 0, scopes: vec![vec![String::new()]] };
    match reader.block()? {
        (nodes, Closing::Text) => Ok(nodes),
        (_, Closing::Else(_)) => refuse("`else` stands without `if`, `with` or `range`."),
        (_, Closing::End) => refuse("`end` stands without `if`, `with` or `range`."),
    }
}

enum Closing {
    Text,
    End,
    /// `else`, with what follows it: `else if …`.
    Else(Vec<Token>),
}

struct Reader<'p> {
    pieces: &'p [Piece],
    at: usize,
    depth: usize,
    loops: usize,
    /// Variables that are known, by block.
    scopes: Vec<Vec<String>>,
}

impl Reader<'_> {
    fn block(&mut self) -> Result<(Vec<Node>, Closing), TemplateError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return refuse("This template is nested more than 32 deep.");
        }
        self.scopes.push(Vec::new());
        let result = self.nodes();
        self.scopes.pop();
        self.depth -= 1;
        result
    }

    fn nodes(&mut self) -> Result<(Vec<Node>, Closing), TemplateError> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.get(self.at) {
            self.at += 1;
            let tokens = match piece {
                Piece::Text(text) => {
                    nodes.push(Node::Text(text.clone()));
                    continue;
                }
                Piece::Action(tokens) => tokens.as_slice(),
            };
            let Some(Token::Word(word)) = tokens.first() else {
                nodes.push(Node::Print(self.pipeline(tokens, false)?));
                continue;
            };
            let rest = &tokens[1..];
            match word.as_str() {
                "end" if rest.is_empty() => return Ok((nodes, Closing::End)),
                "else" => return Ok((nodes, Closing::Else(without_blank(rest).to_vec()))),
                "if" | "with" | "range" => nodes.push(self.branch(word, rest)?),
                "break" | "continue" if self.loops == 0 => {
                    return refuse(format!("`{word}` stands outside of a range."));
                }
                "break" => nodes.push(Node::Break),
                "continue" => nodes.push(Node::Continue),
                "define" | "template" | "block" => {
                    return refuse(format!("`{word}` of Go templates is not carried out."));
                }
                _ => nodes.push(Node::Print(self.pipeline(tokens, false)?)),
            }
        }
        Ok((nodes, Closing::Text))
    }

    fn branch(&mut self, word: &str, rest: &[Token]) -> Result<Node, TemplateError> {
        self.scopes.push(Vec::new());
        let pipeline = self.pipeline(rest, word == "range")?;
        self.loops += usize::from(word == "range");
        let then = self.block();
        self.loops -= usize::from(word == "range");
        let (then, end) = then?;
        let otherwise = match end {
            Closing::End => Vec::new(),
            Closing::Text => return refuse(format!("`{word}` is never closed with `end`.")),
            Closing::Else(chained) => match chained.split_first() {
                None => match self.block()? {
                    (otherwise, Closing::End) => otherwise,
                    _ => return refuse(format!("`{word}` is never closed with `end`.")),
                },
                Some((Token::Word(next), rest)) if next == word && word != "range" => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return refuse("This template is nested more than 32 deep.");
                    }
                    let chained = self.branch(word, rest)?;
                    self.depth -= 1;
                    vec![chained]
                }
                Some(_) => return refuse("What follows `else` is not read."),
            },
        };
        self.scopes.pop();
        Ok(match word {
            "if" => Node::If(pipeline, then, otherwise),
            "with" => Node::With(pipeline, then, otherwise),
            _ => Node::Range(pipeline, then, otherwise),
        })
    }

    /// `$x := a | b c`.
    fn pipeline(&mut self, tokens: &[Token], is_range: bool) -> Result<Pipeline, TemplateError> {
        let tokens = without_blank(tokens);
        let setter = tokens.iter().position(|token| matches!(token, Token::Mark(":=" | "=")));
        let (variables, assigns, tokens) = match setter {
            None => (Vec::new(), false, tokens),
            Some(at) => {
                let names = self.variables(&tokens[..at], is_range)?;
                (names, tokens[at] == Token::Mark("="), &tokens[at + 1..])
            }
        };
        let mut commands = Vec::new();
        for part in split(tokens)? {
            let command = self.command(without_blank(part))?;
            if !commands.is_empty() && matches!(command, Command::Operand(_)) {
                return refuse("Only a function can stand behind a pipe.");
            }
            commands.push(command);
        }
        for name in &variables {
            match assigns {
                true if !self.is_known(name) => return refuse(format!("`${name}` has no value yet.")),
                true => {}
                false => self.scopes.last_mut().into_iter().for_each(|scope| scope.push(name.clone())),
            }
        }
        Ok(Pipeline { variables, assigns, commands })
    }

    fn variables(&self, tokens: &[Token], is_range: bool) -> Result<Vec<String>, TemplateError> {
        let mut names = Vec::new();
        for token in tokens.iter().filter(|token| !matches!(token, Token::Blank | Token::Mark(","))) {
            match token {
                Token::Variable(name) if !name.is_empty() => names.push(name.clone()),
                _ => return refuse("Only variables stand before `:=`."),
            }
        }
        let most = if is_range { 2 } else { 1 };
        if names.is_empty() || names.len() > most { refuse("Too many variables stand before `:=`.") } else { Ok(names) }
    }

    fn is_known(&self, name: &str) -> bool {
        self.scopes.iter().flatten().any(|known| known == name)
    }

    fn command(&mut self, tokens: &[Token]) -> Result<Command, TemplateError> {
        let (first, mut rest) = match tokens.split_first() {
            None => return refuse("An action or a part of it is empty."),
            Some(split) => split,
        };
        if let Token::Word(word) = first
            && !matches!(word.as_str(), "true" | "false" | "nil")
        {
            let Some(function) = functions::find(word) else {
                return refuse(format!("`{word}` is not a function of templates that Runlight knows."));
            };
            let mut arguments = Vec::new();
            while !without_blank(rest).is_empty() {
                let (operand, after) = self.operand(without_blank(rest))?;
                arguments.push(operand);
                rest = after;
            }
            return Ok(Command::Call(function, arguments));
        }
        match self.operand(tokens)? {
            (Operand { base: Base::Nil, .. }, _) => refuse("`nil` is no command."),
            (operand, rest) if without_blank(rest).is_empty() => Ok(Command::Operand(operand)),
            _ => refuse("Only a function takes arguments."),
        }
    }

    fn operand<'t>(&mut self, tokens: &'t [Token]) -> Result<(Operand, &'t [Token]), TemplateError> {
        let Some((first, mut rest)) = tokens.split_first() else { return refuse("An argument is missing.") };
        let base = match first {
            Token::Dot => Base::Dot,
            Token::Field(_) => {
                rest = tokens;
                Base::Dot
            }
            Token::Variable(name) if self.is_known(name) => Base::Variable(name.clone()),
            Token::Variable(name) => return refuse(format!("`${name}` has no value in this template.")),
            Token::Text(text) => Base::Text(text.clone()),
            Token::Whole(number) => Base::Whole(*number),
            Token::Float(number) => Base::Float(*number),
            Token::Word(word) => match word.as_str() {
                "true" => Base::Bool(true),
                "false" => Base::Bool(false),
                "nil" => Base::Nil,
                word if functions::find(word).is_some() => {
                    return refuse(format!("`{word}` as an argument needs parentheses."));
                }
                word => return refuse(format!("`{word}` is not a function of templates that Runlight knows.")),
            },
            Token::Mark("(") => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return refuse("This template is nested more than 32 deep.");
                }
                let end = closing(rest)?;
                let inner = self.pipeline(&rest[..end], false)?;
                self.depth -= 1;
                rest = &rest[end + 1..];
                Base::Pipeline(Box::new(inner))
            }
            Token::Mark(mark) => return refuse(format!("`{mark}` is out of place in this template.")),
            Token::Blank => return refuse("An argument is missing."),
        };
        let mut fields = Vec::new();
        while let Some((Token::Field(name), after)) = rest.split_first() {
            fields.push(name.clone());
            rest = after;
        }
        match rest.first() {
            None | Some(Token::Blank | Token::Mark(")")) => Ok((Operand { base, fields }, rest)),
            Some(_) => refuse("Arguments are set apart by blanks."),
        }
    }
}

fn without_blank(tokens: &[Token]) -> &[Token] {
    let from = tokens.iter().take_while(|token| **token == Token::Blank).count();
    let blanks = tokens[from..].iter().rev().take_while(|token| **token == Token::Blank).count();
    &tokens[from..tokens.len() - blanks]
}

/// The parts between pipes, parentheses apart.
fn split(tokens: &[Token]) -> Result<Vec<&[Token]>, TemplateError> {
    let mut depth = 0_usize;
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark("(") => depth += 1,
            Token::Mark(")") => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return refuse("A parenthesis is closed that was never opened."),
            },
            Token::Mark("|") if depth == 0 => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    Ok(parts)
}

/// Where the parenthesis ends that was opened before these tokens.
fn closing(tokens: &[Token]) -> Result<usize, TemplateError> {
    let mut depth = 1_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark("(") => depth += 1,
            Token::Mark(")") => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(at);
        }
    }
    refuse("A parenthesis is never closed.")
}
