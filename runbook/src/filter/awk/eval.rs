//! Carries an awk program out, line by line.

use std::{collections::BTreeMap, collections::HashMap};

use super::{
    Expression, Function, Operator, Program, Separator, Statement, When, separator,
    value::{Value, number_text, significant},
};
use crate::filter::{Awk, Line};

/// Longest text that a program may build, in bytes.
const MAX_TEXT_BYTES: usize = 1 << 20;
/// Most fields that a line may have.
const MAX_FIELDS: usize = 1 << 16;

/// Carries out a program on lines.
pub(in crate::filter) fn run(awk: &Awk, program: &Program, lines: Vec<Line>) -> Vec<Line> {
    let mut machine = Machine::new(awk);
    let mut ranges = vec![false; program.rules.len()];
    let mut goes_on = machine.rules(program, &mut ranges, |when| matches!(when, When::Begin), None);
    let has_lines = program.rules.iter().any(|rule| !matches!(rule.when, When::Begin));
    if has_lines {
        for line in lines {
            if !goes_on {
                break;
            }
            machine.read(line);
            goes_on = machine.rules(program, &mut ranges, |when| !matches!(when, When::Begin | When::End), Some(()));
        }
        machine.origin = None;
        machine.rules(program, &mut ranges, |when| matches!(when, When::End), None);
    }
    machine.finish()
}

/// How an action went on.
#[derive(PartialEq, Eq)]
enum Flow {
    On,
    Next,
    Exit,
}

struct Machine {
    separator: Separator,
    line: String,
    fields: Vec<String>,
    line_number: f64,
    variables: HashMap<String, Value>,
    arrays: HashMap<String, BTreeMap<String, Value>>,
    out: Vec<Line>,
    /// What has been printed since the last line break.
    open: String,
    /// The line that is read, as long as nobody has changed it.
    origin: Option<usize>,
}

impl Machine {
    fn new(awk: &Awk) -> Self {
        let mut variables =
            HashMap::from([("OFS".to_owned(), Value::Text(" ".into())), ("ORS".to_owned(), Value::Text("\n".into()))]);
        variables.extend(awk.variables.iter().map(|(name, value)| (name.clone(), Value::Input(value.clone()))));
        Self {
            separator: separator(awk.separator.as_deref().unwrap_or(" ")).unwrap_or(Separator::Blanks),
            line: String::new(),
            fields: Vec::new(),
            line_number: 0.0,
            variables,
            arrays: HashMap::new(),
            out: Vec::new(),
            open: String::new(),
            origin: None,
        }
    }

    fn read(&mut self, line: Line) {
        self.line_number += 1.0;
        self.origin = line.origin;
        self.line = line.text;
        self.split();
    }

    fn split(&mut self) {
        let line = self.line.as_str();
        self.fields = match &self.separator {
            _ if line.is_empty() => Vec::new(),
            Separator::Blanks => line.split([' ', '\t', '\n']).filter(|f| !f.is_empty()).map(str::to_owned).collect(),
            Separator::Char(c) => line.split(*c).map(str::to_owned).collect(),
            Separator::Pattern(pattern) => pattern.split(line).map(str::to_owned).collect(),
        };
        self.fields.truncate(MAX_FIELDS);
    }

    /// Applies the rules that are wanted; `false` after `exit`.
    fn rules(
        &mut self,
        program: &Program,
        ranges: &mut [bool],
        wanted: impl Fn(&When) -> bool,
        line: Option<()>,
    ) -> bool {
        for (index, rule) in program.rules.iter().enumerate().filter(|(_, rule)| wanted(&rule.when)) {
            let applies = match &rule.when {
                When::Begin | When::End | When::Always => true,
                When::If(condition) => self.value(condition).is_true(),
                When::Between(first, last) => {
                    let was_open = ranges[index];
                    let opens = was_open || self.value(first).is_true();
                    ranges[index] = opens && !self.value(last).is_true();
                    opens
                }
            };
            if !applies {
                continue;
            }
            let flow = match &rule.action {
                None => {
                    self.print_line();
                    Flow::On
                }
                Some(statements) => self.run(statements),
            };
            match flow {
                Flow::On => {}
                Flow::Next if line.is_some() => return true,
                Flow::Next | Flow::Exit => return false,
            }
        }
        true
    }

    /// `print` of the line as it is: it stays the answer's own line.
    fn print_line(&mut self) {
        let plain_end = self.variables.get("ORS").is_some_and(|end| end.text() == "\n");
        if self.open.is_empty() && plain_end {
            self.out.push(Line { text: self.line.clone(), origin: self.origin });
        } else {
            let text = self.line.clone();
            self.print(&text);
        }
    }

    fn print(&mut self, text: &str) {
        let end = self.variables.get("ORS").map_or_else(|| "\n".into(), |end| end.text().into_owned());
        self.write(text);
        self.write(&end);
    }

    fn write(&mut self, text: &str) {
        let mut parts = text.split('\n');
        if let Some(first) = parts.next() {
            self.open.push_str(first);
        }
        for part in parts {
            let line = std::mem::replace(&mut self.open, part.to_owned());
            self.out.push(Line::made(line));
        }
        self.open.truncate(floor_char(&self.open, MAX_TEXT_BYTES));
    }

    fn finish(mut self) -> Vec<Line> {
        if !self.open.is_empty() {
            self.out.push(Line::made(self.open));
        }
        self.out
    }

    fn run(&mut self, statements: &[Statement]) -> Flow {
        for statement in statements {
            let flow = self.step(statement);
            if flow != Flow::On {
                return flow;
            }
        }
        Flow::On
    }

    fn step(&mut self, statement: &Statement) -> Flow {
        match statement {
            Statement::Print(values) if values.is_empty() => self.print_line(),
            Statement::Print(values) => {
                let separator = self.variables.get("OFS").map_or_else(String::new, |value| value.text().into_owned());
                let texts: Vec<String> = values.iter().map(|value| self.value(value).text().into_owned()).collect();
                self.print(&texts.join(&separator));
            }
            Statement::Printf(values) => {
                let text = self.format(values);
                self.write(&text);
            }
            Statement::Evaluate(expression) => drop(self.value(expression)),
            Statement::If(condition, then, otherwise) => {
                let branch = if self.value(condition).is_true() { then } else { otherwise };
                return self.run(branch);
            }
            Statement::ForIn(key, array, body) => {
                let keys: Vec<String> =
                    self.arrays.get(array).map_or_else(Vec::new, |array| array.keys().cloned().collect());
                for value in keys {
                    self.variables.insert(key.clone(), Value::Input(value));
                    let flow = self.run(body);
                    if flow != Flow::On {
                        return flow;
                    }
                }
            }
            Statement::Next => return Flow::Next,
            Statement::Exit => return Flow::Exit,
        }
        Flow::On
    }

    fn value(&mut self, expression: &Expression) -> Value {
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

    /// `printf`: `%s %d %i %f %g %x %o %c %%` with flags, width and precision.
    fn format(&mut self, arguments: &[Expression]) -> String {
        let mut values = arguments.iter().map(|argument| self.value(argument)).collect::<Vec<_>>().into_iter();
        let format = values.next().map_or_else(String::new, |value| value.text().into_owned());
        let mut out = String::new();
        let mut rest = format.as_str();
        while let Some(at) = rest.find('%') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let end = rest.find(|c: char| !matches!(c, '-' | '+' | ' ' | '0'..='9' | '.' | '*')).unwrap_or(rest.len());
            let Some(kind) = rest[end..].chars().next() else {
                out.push('%');
                break;
            };
            let (flags, width, precision) = spec(&rest[..end], &mut values);
            rest = &rest[end + kind.len_utf8()..];
            let text = match kind {
                '%' => "%".to_owned(),
                'c' | 's' | 'd' | 'i' | 'f' | 'g' | 'e' | 'x' | 'X' | 'o' | 'u' => {
                    let value = values.next().unwrap_or(Value::Nothing);
                    converted(kind, &value, flags, precision)
                }
                other => format!("%{other}"),
            };
            out.push_str(&padded(&text, flags, width, kind));
            if out.len() > MAX_TEXT_BYTES {
                return out;
            }
        }
        out.push_str(rest);
        out
    }
}

/// Flags, width and precision of a conversion.
fn spec<'f>(text: &'f str, values: &mut impl Iterator<Item = Value>) -> (&'f str, usize, Option<usize>) {
    let flags_end = text.find(|c: char| !matches!(c, '-' | '+' | ' ' | '0')).unwrap_or(text.len());
    let (flags, rest) = text.split_at(flags_end);
    let (width, precision) = match rest.split_once('.') {
        Some((width, precision)) => (width, Some(precision)),
        None => (rest, None),
    };
    let mut size = |text: &str| match text {
        "*" => values.next().map_or(0, |value| value.number().clamp(0.0, 4096.0) as usize),
        text => text.parse::<usize>().unwrap_or(0).min(4096),
    };
    let width = size(width);
    (flags, width, precision.map(size))
}

fn converted(kind: char, value: &Value, flags: &str, precision: Option<usize>) -> String {
    let number = value.number();
    let signed = |text: String| if flags.contains('+') && number >= 0.0 { format!("+{text}") } else { text };
    match kind {
        's' => value.text().chars().take(precision.unwrap_or(usize::MAX)).collect(),
        'c' => match value {
            Value::Number(code) => char::from_u32(*code as u32).map_or_else(String::new, String::from),
            _ => value.text().chars().take(1).collect(),
        },
        'd' | 'i' | 'u' => signed(number_text(number.trunc())),
        'f' => signed(format!("{number:.*}", precision.unwrap_or(6).min(64))),
        'g' => signed(significant(number, precision.unwrap_or(6).min(64))),
        'e' => {
            let text = format!("{number:.*e}", precision.unwrap_or(6).min(64));
            match text.split_once('e') {
                Some((mantissa, exponent)) => {
                    let exponent: i32 = exponent.parse().unwrap_or(0);
                    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
                }
                None => text,
            }
        }
        'x' => format!("{:x}", number as i64),
        'X' => format!("{:X}", number as i64),
        _ => format!("{:o}", number as i64),
    }
}

fn padded(text: &str, flags: &str, width: usize, kind: char) -> String {
    let missing = width.saturating_sub(text.chars().count());
    if flags.contains('-') {
        return format!("{text}{}", " ".repeat(missing));
    }
    if flags.contains('0') && kind != 's' && kind != 'c' {
        let sign = text.len() - text.trim_start_matches(['-', '+']).len();
        return format!("{}{}{}", &text[..sign], "0".repeat(missing), &text[sign..]);
    }
    format!("{}{text}", " ".repeat(missing))
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

/// The last character boundary at or before `at`.
fn floor_char(text: &str, at: usize) -> usize {
    if text.len() <= at {
        return text.len();
    }
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
