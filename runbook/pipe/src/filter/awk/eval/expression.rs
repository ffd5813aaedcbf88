//! What awk's expressions come to, and what they change.

use super::{
    super::{Expression, Function, Operator, separator, value::Value},
    MAX_FIELDS, MAX_TEXT_BYTES, Machine, floor_char,
};

impl Machine {
    pub(super) fn value(&mut self, expression: &Expression) -> Value {
        self.pay(0);
        if self.must_end() {
            return Value::Nothing;
        }
        let value = self.evaluate(expression);
        if let Value::Text(text) | Value::Input(text) = &value {
            self.pay(text.len());
        }
        value
    }

    fn evaluate(&mut self, expression: &Expression) -> Value {
        match expression {
            Expression::Number(number) => Value::Number(*number),
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Matches(pattern) => truth(pattern.is_match(&self.line)),
            Expression::Variable(name) => self.variable(name),
            Expression::Element(array, index) => {
                let index = self.value(index).text().into_owned();
                self.arrays.entry(array.clone()).or_default().entry(index).or_insert(Value::Nothing).clone()
            }
            Expression::Field(number) => {
                let number = self.value(number).number();
                self.field(number)
            }
            Expression::Assign(target, operator, value) => {
                let value = self.value(value);
                let value = match operator {
                    None => value,
                    Some(operator) => Value::Number(arithmetic(*operator, self.value(target).number(), value.number())),
                };
                self.assign(target, value.clone());
                value
            }
            Expression::Step(target, amount, old_counts) => {
                let old = self.value(target).number();
                self.assign(target, Value::Number(old + amount));
                Value::Number(if *old_counts { old } else { old + amount })
            }
            Expression::Not(value) => truth(!self.value(value).is_true()),
            Expression::Negate(value) => Value::Number(-self.value(value).number()),
            Expression::Match(value, pattern, negated) => {
                truth(pattern.is_match(&self.value(value).text()) != *negated)
            }
            Expression::Binary(operator, left, right) => self.binary(*operator, left, right),
            Expression::In(key, array) => {
                let key = self.value(key).text().into_owned();
                truth(self.arrays.get(array).is_some_and(|array| array.contains_key(&key)))
            }
            Expression::Choose(condition, yes, no) => {
                let branch = if self.value(condition).is_true() { yes } else { no };
                self.value(branch)
            }
            Expression::Call(function, arguments) => self.call(*function, arguments),
            Expression::Replace(pattern, with, target, every) => {
                let text = self.value(target).text().into_owned();
                let with = self.value(with).text().into_owned();
                let count =
                    if *every { pattern.find_iter(&text).count() } else { usize::from(pattern.is_match(&text)) };
                let limit = usize::from(!*every);
                let replaced =
                    pattern.replacen(&text, limit, |found: &regex::Captures<'_>| replacement(&with, &found[0]));
                let replaced = replaced.into_owned();
                if count > 0 {
                    self.assign(target, Value::Text(replaced));
                }
                Value::Number(count as f64)
            }
        }
    }

    fn variable(&self, name: &str) -> Value {
        match name {
            "NR" | "FNR" => Value::Number(self.line_number),
            "NF" => Value::Number(self.fields.len() as f64),
            _ => self.variables.get(name).cloned().unwrap_or(Value::Nothing),
        }
    }

    fn field(&self, number: f64) -> Value {
        match number {
            0.0 => Value::Input(self.line.clone()),
            n if n >= 1.0 => {
                self.fields.get(n as usize - 1).map_or(Value::Nothing, |field| Value::Input(field.clone()))
            }
            _ => Value::Nothing,
        }
    }

    fn assign(&mut self, target: &Expression, value: Value) {
        let value = match value {
            Value::Text(mut text) => {
                text.truncate(floor_char(&text, MAX_TEXT_BYTES));
                Value::Text(text)
            }
            value => value,
        };
        match target {
            Expression::Variable(name) if name == "NF" => {
                let count = value.number().clamp(0.0, MAX_FIELDS as f64) as usize;
                self.fields.resize(count, String::new());
                self.rebuild();
            }
            Expression::Variable(name) => {
                if name == "FS"
                    && let Ok(separator) = separator(&value.text())
                {
                    self.separator = separator;
                }
                self.variables.insert(name.clone(), value);
            }
            Expression::Element(array, index) => {
                let index = self.value(index).text().into_owned();
                self.arrays.entry(array.clone()).or_default().insert(index, value);
            }
            Expression::Field(number) => {
                let number = self.value(number).number();
                self.origin = None;
                if number == 0.0 {
                    self.line = value.text().into_owned();
                    self.split();
                } else if number >= 1.0 && number <= MAX_FIELDS as f64 {
                    let index = number as usize - 1;
                    if self.fields.len() <= index {
                        self.fields.resize(index + 1, String::new());
                    }
                    self.fields[index] = value.text().into_owned();
                    self.rebuild();
                }
            }
            _ => {}
        }
    }

    fn rebuild(&mut self) {
        let separator = self.variables.get("OFS").map_or_else(String::new, |value| value.text().into_owned());
        self.line = self.fields.join(&separator);
        self.origin = None;
    }

    fn binary(&mut self, operator: Operator, left: &Expression, right: &Expression) -> Value {
        let left = self.value(left);
        match operator {
            Operator::Or => return truth(left.is_true() || self.value(right).is_true()),
            Operator::And => return truth(left.is_true() && self.value(right).is_true()),
            _ => {}
        }
        let right = self.value(right);
        match operator {
            Operator::Less => truth(left.compare(&right).is_lt()),
            Operator::LessOrEqual => truth(left.compare(&right).is_le()),
            Operator::Equal => truth(left.compare(&right).is_eq()),
            Operator::NotEqual => truth(left.compare(&right).is_ne()),
            Operator::Greater => truth(left.compare(&right).is_gt()),
            Operator::GreaterOrEqual => truth(left.compare(&right).is_ge()),
            Operator::Add => Value::Number(left.number() + right.number()),
            Operator::Subtract => Value::Number(left.number() - right.number()),
            Operator::Multiply => Value::Number(left.number() * right.number()),
            Operator::Divide => Value::Number(arithmetic('/', left.number(), right.number())),
            Operator::Remainder => Value::Number(arithmetic('%', left.number(), right.number())),
            Operator::Power => Value::Number(left.number().powf(right.number())),
            Operator::Join | Operator::Or | Operator::And => {
                let mut text = left.text().into_owned();
                text.push_str(&right.text());
                text.truncate(floor_char(&text, MAX_TEXT_BYTES));
                Value::Text(text)
            }
        }
    }

    fn call(&mut self, function: Function, arguments: &[Expression]) -> Value {
        if function == Function::Format {
            return Value::Text(self.format(arguments));
        }
        let values: Vec<Value> = arguments.iter().map(|argument| self.value(argument)).collect();
        let text = |index: usize| values.get(index).map_or_else(String::new, |value| value.text().into_owned());
        let number = |index: usize| values.get(index).map_or(0.0, Value::number);
        match function {
            Function::Length if values.is_empty() => Value::Number(self.line.chars().count() as f64),
            Function::Length => Value::Number(text(0).chars().count() as f64),
            Function::Substring => {
                let start = number(1).round();
                let end = if values.len() == 3 { start + number(2).round() } else { f64::INFINITY };
                let chosen = |(index, _): &(usize, char)| {
                    let place = *index as f64 + 1.0;
                    place >= start && place < end
                };
                Value::Text(text(0).chars().enumerate().filter(chosen).map(|(_, c)| c).collect())
            }
            Function::Index => {
                let (whole, part) = (text(0), text(1));
                let place = whole.find(&part).map_or(0, |at| whole[..at].chars().count() + 1);
                Value::Number(place as f64)
            }
            Function::Lower => Value::Text(text(0).to_lowercase()),
            Function::Upper => Value::Text(text(0).to_uppercase()),
            Function::Integer => Value::Number(number(0).trunc()),
            Function::SquareRoot => Value::Number(number(0).sqrt()),
            Function::Format => Value::Nothing,
        }
    }
}

/// `&` stands for the match, `\&` for itself.
fn replacement(with: &str, found: &str) -> String {
    let mut out = String::new();
    let mut chars = with.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'&') => {
                chars.next();
                out.push('&');
            }
            '&' => out.push_str(found),
            c => out.push(c),
        }
    }
    out
}

fn truth(is_true: bool) -> Value {
    Value::Number(if is_true { 1.0 } else { 0.0 })
}

fn arithmetic(operator: char, left: f64, right: f64) -> f64 {
    match operator {
        '+' => left + right,
        '-' => left - right,
        '*' => left * right,
        // awk stops at a division by zero; here it counts as zero, and the answer goes on.
        '/' if right == 0.0 => 0.0,
        '%' if right == 0.0 => 0.0,
        '/' => left / right,
        _ => left % right,
    }
}
