//! What awk's expressions come to, and what they change.

use super::{
    super::{Expression, Function, Operator, separator, value::Value},
    ELEMENT_BYTES, FIELD_BYTES, MAX_FIELDS, Machine,
};
use crate::filter::{TooCostly, pattern::Pattern};

impl Machine<'_> {
    pub(super) fn value(&mut self, expression: &Expression) -> Value {
        if self.budget.pay(0).is_err() {
            return Value::Nothing;
        }
        self.evaluate(expression)
    }

    /// A copy of a value, paid for.
    fn copy(&self, value: &Value) -> Value {
        match value {
            Value::Text(text) | Value::Input(text) if !self.may_build(text.len()) => Value::Nothing,
            value => value.clone(),
        }
    }

    /// A value as a text of its own, paid for.
    fn owned_text(&mut self, expression: &Expression) -> String {
        match self.value(expression) {
            Value::Text(text) | Value::Input(text) => text,
            value => value.text().into_owned(),
        }
    }

    fn is_match(&self, pattern: &Pattern, text: &str) -> bool {
        pattern.is_match(text, self.budget).unwrap_or(false)
    }

    fn evaluate(&mut self, expression: &Expression) -> Value {
        match expression {
            Expression::Number(number) => Value::Number(*number),
            Expression::Text(text) if self.may_build(text.len()) => Value::Text(text.clone()),
            Expression::Text(_) => Value::Nothing,
            Expression::Matches(pattern) => truth(self.is_match(pattern, &self.line)),
            Expression::Variable(name) => self.variable(name),
            Expression::Element(array, index) => {
                let index = self.owned_text(index);
                if !self.may_build(index.len() + ELEMENT_BYTES) {
                    return Value::Nothing;
                }
                let value = self.arrays.entry(array.clone()).or_default().entry(index).or_insert(Value::Nothing);
                match value {
                    Value::Text(text) | Value::Input(text) if self.budget.build(text.len()).is_err() => Value::Nothing,
                    value => value.clone(),
                }
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
                let copy = self.copy(&value);
                self.assign(target, copy);
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
                let value = self.value(value);
                truth(self.is_match(pattern, &value.text()) != *negated)
            }
            Expression::Binary(operator, left, right) => self.binary(*operator, left, right),
            Expression::In(key, array) => {
                let key = self.owned_text(key);
                truth(self.arrays.get(array).is_some_and(|array| array.contains_key(&key)))
            }
            Expression::Choose(condition, yes, no) => {
                let branch = if self.value(condition).is_true() { yes } else { no };
                self.value(branch)
            }
            Expression::Call(function, arguments) => self.call(*function, arguments),
            Expression::Replace(pattern, with, target, every) => {
                let text = self.owned_text(target);
                let with = self.owned_text(with);
                match self.replaced(pattern, &text, &with, *every) {
                    Ok((count, replaced)) => {
                        if count > 0 {
                            self.assign(target, Value::Text(replaced));
                        }
                        Value::Number(count as f64)
                    }
                    Err(_) => Value::Nothing,
                }
            }
        }
    }

    /// How many matches there are, and the text with all of them, or the first, replaced.
    fn replaced(&self, pattern: &Pattern, text: &str, with: &str, every: bool) -> Result<(usize, String), TooCostly> {
        let mut out = String::new();
        let (mut at, mut count) = (0, 0);
        pattern.each_match(text, self.budget, |start, end| {
            let found = &text[start..end];
            self.budget.build((start - at).saturating_add(replacement_bytes(with, found)))?;
            out.push_str(&text[at..start]);
            replacement(with, found, &mut out);
            (at, count) = (end, count + 1);
            Ok(every)
        })?;
        self.budget.build(text.len() - at)?;
        out.push_str(&text[at..]);
        Ok((count, out))
    }

    fn variable(&self, name: &str) -> Value {
        match name {
            "NR" | "FNR" => Value::Number(self.line_number),
            "NF" => Value::Number(self.fields.len() as f64),
            _ => self.variables.get(name).map_or(Value::Nothing, |value| self.copy(value)),
        }
    }

    fn field(&self, number: f64) -> Value {
        match number {
            0.0 if self.may_build(self.line.len()) => Value::Input(self.line.clone()),
            n if n >= 1.0 => match self.fields.get(n as usize - 1) {
                Some(field) if self.may_build(field.len()) => Value::Input(field.clone()),
                _ => Value::Nothing,
            },
            _ => Value::Nothing,
        }
    }

    fn assign(&mut self, target: &Expression, value: Value) {
        match target {
            Expression::Variable(name) if name == "NF" => {
                let count = value.number().clamp(0.0, MAX_FIELDS as f64) as usize;
                if self.may_build(count * FIELD_BYTES) {
                    self.fields.resize(count, String::new());
                    self.rebuild();
                }
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
                let index = self.owned_text(index);
                if self.may_build(index.len() + ELEMENT_BYTES) {
                    self.arrays.entry(array.clone()).or_default().insert(index, value);
                }
            }
            Expression::Field(number) => {
                let number = self.value(number).number();
                self.origin = None;
                if number == 0.0 {
                    self.line = value.text().into_owned();
                    self.split();
                } else if number >= 1.0 && number <= MAX_FIELDS as f64 {
                    let index = number as usize - 1;
                    if !self.may_build(index.saturating_sub(self.fields.len()) * FIELD_BYTES) {
                        return;
                    }
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
        self.line = self.joined(self.fields.iter().map(|field| field.as_str().into()), &separator);
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
        if self.budget.scan(text_bytes(&left) + text_bytes(&right)).is_err() {
            return Value::Nothing;
        }
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
                let right = right.text();
                // The left side was copied when it was read; only what is added to it is new.
                if !self.may_build(text_bytes(&left) + right.len()) {
                    return Value::Nothing;
                }
                let mut text = match left {
                    Value::Text(text) | Value::Input(text) => text,
                    value => value.text().into_owned(),
                };
                text.push_str(&right);
                Value::Text(text)
            }
        }
    }

    fn call(&mut self, function: Function, arguments: &[Expression]) -> Value {
        if function == Function::Format {
            return Value::Text(self.format(arguments));
        }
        let values: Vec<Value> = arguments.iter().map(|argument| self.value(argument)).collect();
        // Twice copied; in another case a text may take three times as much.
        if !self.may_build(values.iter().map(text_bytes).sum::<usize>().saturating_mul(4)) {
            return Value::Nothing;
        }
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

/// The length of a text that a value holds; what is no text is short.
fn text_bytes(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Input(text) => text.len(),
        Value::Number(_) | Value::Nothing => 32,
    }
}

/// How long `&` in a replacement makes it, at most.
fn replacement_bytes(with: &str, found: &str) -> usize {
    with.len().saturating_add(with.matches('&').count().saturating_mul(found.len()))
}

/// `&` stands for the match, `\&` for itself.
fn replacement(with: &str, found: &str, out: &mut String) {
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
