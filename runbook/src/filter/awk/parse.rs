//! Text of an awk program to rules. What writes, runs or loops is refused.

use regex::Regex;

use super::{AwkError, Expression, Function, Operator, Program, Rule, Statement, When};
use crate::filter::{GrepSyntax, posix};

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
pub(super) fn pattern(text: &str) -> Result<Regex, AwkError> {
    let text = text.replace("\\/", "/").replace("\\\"", "\"").replace("\\t", "\t").replace("\\n", "\n");
    posix::translate(&text, GrepSyntax::Extended)
        .and_then(|pattern| posix::compile(&pattern, false))
        .map_err(|error| AwkError(error.0))
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

    fn expression(&mut self) -> Result<Expression, AwkError> {
        self.deeper()?;
        let expression = self.assignment();
        self.depth -= 1;
        expression
    }

    fn assignment(&mut self) -> Result<Expression, AwkError> {
        let left = self.choice()?;
        self.skip_blanks();
        let is_target = matches!(left, Expression::Variable(_) | Expression::Element(..) | Expression::Field(_));
        if !is_target {
            return Ok(left);
        }
        let rest = self.rest();
        if rest.starts_with('=') && !rest.starts_with("==") {
            self.at += 1;
            return Ok(Expression::Assign(Box::new(left), None, Box::new(self.expression()?)));
        }
        for operator in ['+', '-', '*', '/', '%'] {
            if rest.starts_with(operator) && rest[1..].starts_with('=') {
                self.at += 2;
                return Ok(Expression::Assign(Box::new(left), Some(operator), Box::new(self.expression()?)));
            }
        }
        Ok(left)
    }

    fn choice(&mut self) -> Result<Expression, AwkError> {
        let condition = self.binary(0)?;
        if !self.take("?") {
            return Ok(condition);
        }
        let yes = self.expression()?;
        self.expect(":")?;
        let no = self.expression()?;
        Ok(Expression::Choose(Box::new(condition), Box::new(yes), Box::new(no)))
    }

    /// Operators by how tightly they bind, from `||` (0) to unary ones.
    fn binary(&mut self, level: usize) -> Result<Expression, AwkError> {
        if level == 8 {
            return self.unary();
        }
        let mut left = self.binary(level + 1)?;
        loop {
            self.skip_blanks();
            let rest = self.rest();
            let starts = |mark: &str| rest.starts_with(mark);
            let followed = |mark: &str| starts(mark) && !rest[mark.len()..].starts_with('=');
            let (operator, len) = match level {
                0 if starts("||") => (Operator::Or, 2),
                1 if starts("&&") => (Operator::And, 2),
                2 if self.peek_word() == "in" => {
                    self.at += 2;
                    left = Expression::In(Box::new(left), self.name()?);
                    continue;
                }
                3 if starts("!~") || starts("~") => {
                    let negated = starts("!~");
                    self.at += if negated { 2 } else { 1 };
                    let pattern = self.regex_operand()?;
                    left = Expression::Match(Box::new(left), pattern, negated);
                    continue;
                }
                4 if starts("<=") => (Operator::LessOrEqual, 2),
                4 if starts("==") => (Operator::Equal, 2),
                4 if starts("!=") => (Operator::NotEqual, 2),
                4 if starts(">=") => (Operator::GreaterOrEqual, 2),
                4 if starts("<") => (Operator::Less, 1),
                4 if starts(">") && !starts(">>") && !self.in_print => (Operator::Greater, 1),
                5 if self.begins_operand() => (Operator::Join, 0),
                6 if followed("+") && !starts("++") => (Operator::Add, 1),
                6 if followed("-") && !starts("--") => (Operator::Subtract, 1),
                7 if followed("*") && !starts("**") => (Operator::Multiply, 1),
                7 if followed("/") => (Operator::Divide, 1),
                7 if followed("%") => (Operator::Remainder, 1),
                _ => return Ok(left),
            };
            self.at += len;
            self.skip_lines_after(operator);
            let right = self.binary(level + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
    }

    fn skip_lines_after(&mut self, operator: Operator) {
        if matches!(operator, Operator::Or | Operator::And) {
            self.skip_lines();
        }
    }

    /// Whether a value follows at once: two values side by side are joined.
    fn begins_operand(&mut self) -> bool {
        let word = self.peek_word();
        let rest = self.rest();
        if !word.is_empty() {
            return !matches!(word, "in" | "else" | "if" | "print" | "printf");
        }
        rest.starts_with(['"', '$', '(', '!']) && !rest.starts_with("!=") && !rest.starts_with("!~")
            || rest.starts_with(|c: char| c.is_ascii_digit())
    }

    fn unary(&mut self) -> Result<Expression, AwkError> {
        self.skip_blanks();
        self.deeper()?;
        let expression = if self.rest().starts_with('!') && !self.rest().starts_with("!~") {
            self.at += 1;
            Ok(Expression::Not(Box::new(self.unary()?)))
        } else if self.rest().starts_with("++") || self.rest().starts_with("--") {
            let amount = if self.rest().starts_with("++") { 1.0 } else { -1.0 };
            self.at += 2;
            let target = self.primary()?;
            step(target, amount, false)
        } else if self.rest().starts_with('-') {
            self.at += 1;
            Ok(Expression::Negate(Box::new(self.unary()?)))
        } else if self.rest().starts_with('+') {
            self.at += 1;
            self.unary()
        } else {
            self.power()
        };
        self.depth -= 1;
        expression
    }

    fn power(&mut self) -> Result<Expression, AwkError> {
        let base = self.postfix()?;
        if self.take("^") || self.take("**") {
            let exponent = self.unary()?;
            return Ok(Expression::Binary(Operator::Power, Box::new(base), Box::new(exponent)));
        }
        Ok(base)
    }

    fn postfix(&mut self) -> Result<Expression, AwkError> {
        let value = self.primary()?;
        let is_target = matches!(value, Expression::Variable(_) | Expression::Element(..) | Expression::Field(_));
        if is_target && self.rest().starts_with("++") {
            self.at += 2;
            return step(value, 1.0, true);
        }
        if is_target && self.rest().starts_with("--") {
            self.at += 2;
            return step(value, -1.0, true);
        }
        Ok(value)
    }

    fn primary(&mut self) -> Result<Expression, AwkError> {
        self.skip_blanks();
        let rest = self.rest();
        match rest.chars().next() {
            Some('(') => {
                self.at += 1;
                let outer = std::mem::replace(&mut self.in_print, false);
                let inner = self.expression()?;
                self.in_print = outer;
                self.expect(")")?;
                Ok(inner)
            }
            Some('$') => {
                self.at += 1;
                self.deeper()?;
                let number = if self.rest().starts_with(['+', '-']) { self.unary()? } else { self.primary()? };
                self.depth -= 1;
                Ok(Expression::Field(Box::new(number)))
            }
            Some('"') => self.string().map(Expression::Text),
            Some('/') => self.regex().map(Expression::Matches),
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_ascii_alphabetic() || c == '_' => self.named(),
            _ => refuse("This awk program is not read."),
        }
    }

    fn number(&mut self) -> Result<Expression, AwkError> {
        let rest = self.rest();
        let len = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        self.at += len;
        match rest[..len].parse() {
            Ok(number) => Ok(Expression::Number(number)),
            Err(_) => refuse("A number of this program is not read."),
        }
    }

    fn name(&mut self) -> Result<String, AwkError> {
        let word = self.peek_word();
        if word.is_empty() {
            return refuse("A name is missing in this program.");
        }
        self.at += word.len();
        Ok(word.to_owned())
    }

    fn string(&mut self) -> Result<String, AwkError> {
        let mut out = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Ok(out);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, c @ ('"' | '\\' | '/'))) => out.push(c),
                    Some((_, c)) => {
                        out.push('\\');
                        out.push(c);
                    }
                    None => break,
                },
                c => out.push(c),
            }
        }
        refuse("A text of this program is never closed.")
    }

    fn regex(&mut self) -> Result<Regex, AwkError> {
        let mut is_escaped = false;
        let mut in_brackets = false;
        for (at, c) in self.rest().char_indices().skip(1) {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '[' => in_brackets = true,
                ']' => in_brackets = false,
                '/' if !in_brackets => {
                    let text = &self.rest()[1..at];
                    self.at += at + 1;
                    return pattern(text);
                }
                _ => {}
            }
        }
        refuse("A pattern of this program is never closed.")
    }

    /// After `~`: a pattern, or a text that is one.
    fn regex_operand(&mut self) -> Result<Regex, AwkError> {
        self.skip_blanks();
        match self.rest().chars().next() {
            Some('/') => self.regex(),
            Some('"') => {
                let text = self.string()?;
                pattern(&text)
            }
            _ => refuse("A pattern that is computed is not carried out."),
        }
    }

    fn named(&mut self) -> Result<Expression, AwkError> {
        let name = self.name()?;
        let function = match name.as_str() {
            "length" => Function::Length,
            "substr" => Function::Substring,
            "index" => Function::Index,
            "tolower" => Function::Lower,
            "toupper" => Function::Upper,
            "int" => Function::Integer,
            "sprintf" => Function::Format,
            "sqrt" => Function::SquareRoot,
            "sub" | "gsub" => return self.replace(name == "gsub"),
            "system" | "getline" | "close" | "fflush" | "ENVIRON" | "split" | "match" | "srand" | "rand"
            | "systime" | "strftime" | "gensub" | "RS" | "ARGV" | "ARGC" => {
                return Err(AwkError(format!("`{name}` of awk is not carried out.")));
            }
            _ => {
                if self.rest().starts_with('[') {
                    self.at += 1;
                    let index = self.expression()?;
                    self.expect("]")?;
                    return Ok(Expression::Element(name, Box::new(index)));
                }
                if self.rest().starts_with('(') {
                    return Err(AwkError(format!("`{name}()` is not a function of awk that is carried out.")));
                }
                return Ok(Expression::Variable(name));
            }
        };
        let mut arguments = Vec::new();
        if self.take("(") {
            let outer = std::mem::replace(&mut self.in_print, false);
            while !self.take(")") {
                arguments.push(self.expression()?);
                if !self.take(",") {
                    self.expect(")")?;
                    break;
                }
            }
            self.in_print = outer;
        }
        let allowed = match function {
            Function::Length => 0..=1,
            Function::Substring => 2..=3,
            Function::Index => 2..=2,
            Function::Format => 1..=64,
            _ => 1..=1,
        };
        if !allowed.contains(&arguments.len()) {
            return Err(AwkError(format!("`{name}` does not take {} values.", arguments.len())));
        }
        Ok(Expression::Call(function, arguments))
    }

    fn replace(&mut self, every: bool) -> Result<Expression, AwkError> {
        self.expect("(")?;
        let pattern = self.regex_operand()?;
        self.expect(",")?;
        let with = self.expression()?;
        let target = match self.take(",") {
            true => self.expression()?,
            false => Expression::Field(Box::new(Expression::Number(0.0))),
        };
        self.expect(")")?;
        if !matches!(target, Expression::Variable(_) | Expression::Field(_) | Expression::Element(..)) {
            return refuse("Only a variable or a field can be replaced in.");
        }
        Ok(Expression::Replace(pattern, Box::new(with), Box::new(target), every))
    }
}

fn step(target: Expression, amount: f64, old_counts: bool) -> Result<Expression, AwkError> {
    match target {
        Expression::Variable(_) | Expression::Element(..) | Expression::Field(_) => {
            Ok(Expression::Step(Box::new(target), amount, old_counts))
        }
        _ => refuse("Only a variable can be counted up."),
    }
}
