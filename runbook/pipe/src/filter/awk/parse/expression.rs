//! Expressions of awk, by how tightly their operators bind.

use super::{
    super::{AwkError, Expression, Function, Operator},
    Parser, refuse,
};

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Result<Expression, AwkError> {
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
