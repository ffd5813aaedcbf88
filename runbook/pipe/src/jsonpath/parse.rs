//! Text to templates and paths. One pass; nesting is bounded.

use serde_json::Value;

use super::{Comparison, JsonPathError, Node, Operand, Path, Step, Template};

/// Deepest nesting of ranges and filters.
const MAX_DEPTH: usize = 16;

/// Reads a template.
pub(super) fn template(text: &str) -> Result<Template, JsonPathError> {
    let mut rest = text;
    // The open ranges, each with what came before it.
    let mut open: Vec<(Path, Vec<Node>)> = Vec::new();
    let mut nodes = Vec::new();
    while !rest.is_empty() {
        let Some(at) = rest.find('{') else {
            nodes.push(Node::Text(rest.to_owned()));
            break;
        };
        if at > 0 {
            nodes.push(Node::Text(rest[..at].to_owned()));
        }
        let mut reader = Reader { rest: &rest[at + 1..], depth: 0 };
        reader.skip_blanks();
        if let Some(after) = keyword(reader.rest, "range") {
            reader.rest = after;
            let path = reader.path()?;
            if open.len() == MAX_DEPTH {
                return refuse("This template nests more than 16 ranges.");
            }
            open.push((path, std::mem::take(&mut nodes)));
        } else if let Some(after) = keyword(reader.rest, "end") {
            reader.rest = after;
            let Some((path, before)) = open.pop() else { return refuse("`{end}` without `{range}`.") };
            let body = std::mem::replace(&mut nodes, before);
            nodes.push(Node::Range(path, body));
        } else {
            reader.action(&mut nodes)?;
        }
        reader.skip_blanks();
        rest = match reader.rest.strip_prefix('}') {
            Some(rest) => rest,
            None => return refuse("A brace of this template is never closed."),
        };
    }
    if open.is_empty() { Ok(Template { nodes }) } else { refuse("`{range}` without `{end}`.") }
}

/// Reads a path whose braces and leading dot may be missing.
pub(super) fn path(text: &str) -> Result<Path, JsonPathError> {
    let text = text.trim();
    let inner = match (text.strip_prefix('{'), text.strip_suffix('}')) {
        (Some(_), Some(_)) => &text[1..text.len() - 1],
        (None, None) => text,
        _ => return refuse("A brace of this path has no counterpart."),
    };
    let dotted;
    let inner = if inner.starts_with(['.', '[', '$', '@']) {
        inner
    } else {
        dotted = format!(".{inner}");
        &dotted
    };
    let mut reader = Reader { rest: inner, depth: 0 };
    let path = reader.path()?;
    if reader.rest.trim().is_empty() && !path.steps.is_empty() { Ok(path) } else { refuse("This path is not read.") }
}

fn refuse<T>(reason: &str) -> Result<T, JsonPathError> {
    Err(JsonPathError(reason.into()))
}

fn keyword<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    // kubectl ends a word at a dot or a bracket too: `{range.items[*]}`.
    text.strip_prefix(word)
        .filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '.', '[', ']', '$', '@', '{', '}', ',']))
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n']);
    }

    fn take(&mut self, mark: &str) -> bool {
        let rest = self.rest.strip_prefix(mark);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Inside braces: quoted texts and paths, one after the other.
    fn action(&mut self, nodes: &mut Vec<Node>) -> Result<(), JsonPathError> {
        loop {
            self.skip_blanks();
            match self.rest.chars().next() {
                None | Some('}') => return Ok(()),
                Some('"' | '\'') => nodes.push(Node::Text(self.quoted()?)),
                Some('.' | '[' | '$' | '@') => nodes.push(Node::Path(self.path()?)),
                Some(c) if c.is_ascii_alphabetic() => {
                    // `{metadata.name}`, as custom columns allow it.
                    let path = Path { from_root: false, steps: vec![Step::Field(self.field()?)] };
                    let mut path = path;
                    self.steps(&mut path)?;
                    nodes.push(Node::Path(path));
                }
                Some(_) => return refuse("What stands in these braces is not read."),
            }
        }
    }

    fn quoted(&mut self) -> Result<String, JsonPathError> {
        let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            return refuse("A name between these brackets needs quotes.");
        };
        let mut out = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                c if c == quote => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(out);
                }
                '\\' => match chars.next().map(|(_, c)| c) {
                    Some('n') => out.push('\n'),
                    Some('t') => out.push('\t'),
                    Some('r') => out.push('\r'),
                    Some(c) => out.push(c),
                    None => break,
                },
                c => out.push(c),
            }
        }
        refuse("A text of this template is never closed.")
    }

    fn path(&mut self) -> Result<Path, JsonPathError> {
        self.skip_blanks();
        let from_root = self.take("$");
        if !from_root {
            self.take("@");
        }
        let mut path = Path { from_root, steps: Vec::new() };
        self.steps(&mut path)?;
        Ok(path)
    }

    fn steps(&mut self, path: &mut Path) -> Result<(), JsonPathError> {
        loop {
            if self.take("..") {
                path.steps.push(Step::Descend);
                if self.take("*") {
                    path.steps.push(Step::All);
                } else if !self.rest.starts_with('[') {
                    path.steps.push(Step::Field(self.field()?));
                }
            } else if self.take(".") {
                if self.take("*") {
                    path.steps.push(Step::All);
                } else if self.rest.starts_with('[') || self.rest.is_empty() || self.rest.starts_with(['}', ' ']) {
                    // `.[0]` and a lone dot.
                } else {
                    path.steps.push(Step::Field(self.field()?));
                }
            } else if self.take("[") {
                path.steps.push(self.brackets()?);
            } else {
                return Ok(());
            }
            if path.steps.len() > 256 {
                return refuse("This path is too long.");
            }
        }
    }

    /// A field's name; `\.` is a dot in it.
    fn field(&mut self) -> Result<String, JsonPathError> {
        let mut name = String::new();
        let mut chars = self.rest.char_indices();
        let mut end = self.rest.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some((_, c)) => name.push(c),
                    None => return refuse("This path ends in a backslash."),
                },
                '.' | '[' | ']' | '{' | '}' | ' ' | '\t' | '\n' | '=' | '!' | '<' | '>' | ')' | '(' | ',' | '|'
                | '&' | '"' | '\'' => {
                    end = at;
                    break;
                }
                c => name.push(c),
            }
        }
        self.rest = &self.rest[end..];
        if name.is_empty() { refuse("A field's name is missing in this path.") } else { Ok(name) }
    }

    fn brackets(&mut self) -> Result<Step, JsonPathError> {
        self.skip_blanks();
        let step = match self.rest.chars().next() {
            Some('*') => {
                self.take("*");
                Step::All
            }
            Some('?') => self.filter()?,
            Some('\'' | '"') => {
                let mut names = vec![self.quoted()?];
                self.skip_blanks();
                while self.take(",") {
                    self.skip_blanks();
                    names.push(self.quoted()?);
                    self.skip_blanks();
                }
                Step::Fields(names)
            }
            _ => self.numbers()?,
        };
        self.skip_blanks();
        if self.take("]") { Ok(step) } else { refuse("A bracket of this path is never closed.") }
    }

    fn numbers(&mut self) -> Result<Step, JsonPathError> {
        let end = self.rest.find(']').unwrap_or(self.rest.len());
        let inner: String = self.rest[..end].chars().filter(|c| !c.is_whitespace()).collect();
        self.rest = &self.rest[end..];
        let number = |text: &str| text.parse::<i64>().ok();
        let bad = || JsonPathError(format!("`[{inner}]` is not an index of a list."));
        if inner.is_empty() {
            return Ok(Step::All);
        }
        if inner.contains(':') {
            let parts: Vec<&str> = inner.split(':').collect();
            let bound = |text: Option<&&str>| match text {
                None | Some(&"") => Ok(None),
                Some(text) => number(text).map(Some).ok_or_else(bad),
            };
            let step = bound(parts.get(2))?.unwrap_or(1);
            if parts.len() > 3 || step < 1 {
                return Err(bad());
            }
            return Ok(Step::Slice(bound(parts.first())?, bound(parts.get(1))?, step));
        }
        let indices: Option<Vec<i64>> = inner.split(',').map(number).collect();
        indices.map(Step::Indices).ok_or_else(bad)
    }

    fn filter(&mut self) -> Result<Step, JsonPathError> {
        self.depth += 1;
        if !self.take("?(") || self.depth > MAX_DEPTH {
            return refuse("This filter of a path is not read.");
        }
        let left = self.operand()?;
        self.skip_blanks();
        let comparison = [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ]
        .into_iter()
        .find(|(mark, _)| self.rest.starts_with(mark));
        let right = match comparison {
            None => None,
            Some((mark, comparison)) => {
                self.take(mark);
                Some((comparison, self.operand()?))
            }
        };
        self.skip_blanks();
        self.depth -= 1;
        if self.take(")") { Ok(Step::Filter(left, right)) } else { refuse("This filter of a path is not read.") }
    }

    fn operand(&mut self) -> Result<Operand, JsonPathError> {
        self.skip_blanks();
        match self.rest.chars().next() {
            Some('@' | '$' | '.') => self.path().map(Operand::Path),
            Some('"' | '\'') => self.quoted().map(|text| Operand::Literal(Value::String(text))),
            _ => {
                let end = self.rest.find([')', ' ', '=', '<', '>', '!']).unwrap_or(self.rest.len());
                let word = &self.rest[..end];
                let literal: Result<Value, _> = serde_json::from_str(word);
                self.rest = &self.rest[end..];
                match literal {
                    Ok(value) if !value.is_object() && !value.is_array() => Ok(Operand::Literal(value)),
                    _ => refuse("A filter of this path compares with something that is not read."),
                }
            }
        }
    }
}
