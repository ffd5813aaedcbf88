//! Carries an awk program out, line by line.

mod expression;
mod format;

use std::{collections::BTreeMap, collections::HashMap};

use super::{Program, Separator, Statement, When, separator, value::Value};
use crate::filter::{Awk, Line, room::Room};

/// Longest text that a program may build, in bytes.
const MAX_TEXT_BYTES: usize = 1 << 20;
/// Most statements and expressions that a program may carry out.
const MAX_STEPS: u64 = if cfg!(test) { 200_000 } else { 50_000_000 };
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
            if !goes_on || machine.must_end() {
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
    out: Room,
    steps_left: u64,
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
            out: Room::new(),
            steps_left: MAX_STEPS,
            open: String::new(),
            origin: None,
        }
    }

    fn read(&mut self, line: Line) {
        self.pay(line.text.len());
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
        let mut lines = self.out.finish();
        if self.steps_left == 0 {
            lines.push(Line::made("awk: this program takes more steps than Runlight allows.".into()));
        }
        lines
    }

    /// Counts steps, and the text that they build.
    fn pay(&mut self, size_bytes: usize) {
        let steps = 1 + u64::try_from(size_bytes / 64).unwrap_or(u64::MAX);
        self.steps_left = self.steps_left.saturating_sub(steps);
    }

    fn must_end(&self) -> bool {
        self.steps_left == 0 || self.out.is_full()
    }

    fn run(&mut self, statements: &[Statement]) -> Flow {
        for statement in statements {
            self.pay(0);
            let flow = if self.must_end() { Flow::Exit } else { self.step(statement) };
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
}

/// The last character boundary at or before `at`.
fn floor_char(text: &str, at: usize) -> usize {
    if text.len() <= at {
        return text.len();
    }
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
