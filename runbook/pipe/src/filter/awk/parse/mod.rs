//! Text of an awk program to rules. What writes, runs or loops is refused.

mod expression;
mod literal;

use super::{AwkError, Expression, Program, Rule, Statement, When};
use crate::filter::{GrepSyntax, pattern::Pattern};

/// Longest program, in bytes.
const MAX_PROGRAM_BYTES: usize = 4096;
/// Deepest nesting of expressions and blocks.
const MAX_DEPTH: usize = 48;

/// Reads a program.
pub(super) fn parse(text: &str) -> Result<Program, AwkError> {
    if text.len() > MAX_PROGRAM_BYTES {
        return refuse("This program is longer than 4 KiB.");
    }
    let mut parser = Parser { text, at: 0, depth: 0, in_print: false };
    let mut rules = Vec::new();
    loop {
        parser.skip_separators();
        if parser.at == text.len() {
            return match rules.is_empty() {
                true => refuse("This program is empty."),
                false => Ok(Program { rules }),
            };
        }
        rules.push(parser.rule()?);
    }
}

/// An extended pattern with awk's escapes.
pub(super) fn pattern(text: &str) -> Result<Pattern, AwkError> {
    let text = text.replace("\\/", "/").replace("\\\"", "\"").replace("\\t", "\t").replace("\\n", "\n");
    Pattern::read(&text, GrepSyntax::Extended, false).map_err(|error| AwkError(error.0))
}

fn refuse<T>(reason: &str) -> Result<T, AwkError> {
    Err(AwkError(reason.into()))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// In `print …` a bare `>` writes to a file.
    in_print: bool,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
            self.at += blank;
            if self.rest().starts_with("\\\n") {
                self.at += 2;
            } else if self.rest().starts_with('#') {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else {
                return;
            }
        }
    }

    fn skip_separators(&mut self) {
        loop {
            self.skip_blanks();
            if self.rest().starts_with([';', '\n']) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            if self.rest().starts_with('\n') {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn take(&mut self, mark: &str) -> bool {
        self.skip_blanks();
        let taken = self.rest().starts_with(mark);
        if taken {
            self.at += mark.len();
        }
        taken
    }

    fn expect(&mut self, mark: &str) -> Result<(), AwkError> {
        if self.take(mark) { Ok(()) } else { Err(AwkError(format!("`{mark}` is missing in this program."))) }
    }

    fn peek_word(&mut self) -> &'a str {
        self.skip_blanks();
        let rest = self.rest();
        let len = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if rest.starts_with(|c: char| c.is_ascii_digit()) { "" } else { &rest[..len] }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let taken = self.peek_word() == word;
        if taken {
            self.at += word.len();
        }
        taken
    }

    fn rule(&mut self) -> Result<Rule, AwkError> {
        self.skip_blanks();
        let when = if self.take_word("BEGIN") {
            When::Begin
        } else if self.take_word("END") {
            When::End
        } else if self.rest().starts_with('{') {
            When::Always
        } else {
            let first = self.expression()?;
            if self.take(",") { When::Between(first, self.expression()?) } else { When::If(first) }
        };
        self.skip_blanks();
        let action = if self.rest().starts_with('{') { Some(self.block()?) } else { None };
        if action.is_none() && matches!(when, When::Begin | When::End) {
            return refuse("BEGIN and END need an action.");
        }
        Ok(Rule { when, action })
    }

    fn block(&mut self) -> Result<Vec<Statement>, AwkError> {
        self.deeper()?;
        self.expect("{")?;
        let mut statements = Vec::new();
        loop {
            self.skip_separators();
            if self.take("}") {
                self.depth -= 1;
                return Ok(statements);
            }
            statements.push(self.statement()?);
            self.skip_blanks();
            if !self.rest().starts_with([';', '\n', '}']) {
                let follows_block = self.text[..self.at].trim_end().ends_with('}');
                if !follows_block {
                    return refuse("A statement of this program is not read.");
                }
            }
        }
    }

    fn deeper(&mut self) -> Result<(), AwkError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { refuse("This program is nested too deeply.") } else { Ok(()) }
    }

    fn statement(&mut self) -> Result<Statement, AwkError> {
        let word = self.peek_word();
        match word {
            "print" | "printf" => {
                self.at += word.len();
                let arguments = self.print_arguments()?;
                if word == "print" {
                    return Ok(Statement::Print(arguments));
                }
                if arguments.is_empty() { refuse("`printf` needs a format.") } else { Ok(Statement::Printf(arguments)) }
            }
            "if" => {
                self.at += 2;
                self.expect("(")?;
                let condition = self.expression()?;
                self.expect(")")?;
                let then = self.body()?;
                let before = self.at;
                self.skip_separators();
                let otherwise = if self.take_word("else") {
                    self.body()?
                } else {
                    self.at = before;
                    Vec::new()
                };
                Ok(Statement::If(condition, then, otherwise))
            }
            "for" => {
                self.at += 3;
                self.expect("(")?;
                let key = self.name()?;
                if !self.take_word("in") {
                    return refuse("Only `for (key in array)` loops are carried out.");
                }
                let array = self.name()?;
                self.expect(")")?;
                Ok(Statement::ForIn(key, array, self.body()?))
            }
            "next" => {
                self.at += 4;
                Ok(Statement::Next)
            }
            "exit" => {
                self.at += 4;
                Ok(Statement::Exit)
            }
            "while" | "do" | "function" | "func" | "getline" | "delete" | "return" | "break" | "continue"
            | "nextfile" => Err(AwkError(format!("`{word}` of awk is not carried out."))),
            _ => self.expression().map(Statement::Evaluate),
        }
    }

    fn body(&mut self) -> Result<Vec<Statement>, AwkError> {
        self.skip_lines();
        if self.rest().starts_with('{') {
            return self.block();
        }
        self.deeper()?;
        let statement = self.statement()?;
        self.depth -= 1;
        Ok(vec![statement])
    }

    fn print_arguments(&mut self) -> Result<Vec<Expression>, AwkError> {
        let outer = std::mem::replace(&mut self.in_print, true);
        let mut arguments = Vec::new();
        self.skip_blanks();
        // `print (a, b)` is a list in parentheses.
        let start = self.at;
        if self.take("(") {
            self.in_print = false;
            let mut list = Vec::new();
            loop {
                list.push(self.expression()?);
                if !self.take(",") {
                    break;
                }
            }
            self.expect(")")?;
            self.skip_blanks();
            if self.rest().is_empty() || self.rest().starts_with([';', '\n', '}']) {
                self.in_print = outer;
                return Ok(list);
            }
            self.at = start;
            self.in_print = true;
        }
        while !(self.rest().is_empty() || self.rest().starts_with([';', '\n', '}', '>', '|'])) {
            arguments.push(self.expression()?);
            if !self.take(",") {
                break;
            }
            self.skip_blanks();
        }
        self.in_print = outer;
        self.skip_blanks();
        if self.rest().starts_with(['>', '|']) {
            return refuse("awk would write to a file or a command here.");
        }
        Ok(arguments)
    }
}
