//! Carries an awk program out, line by line.

mod expression;
mod format;

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use super::{Program, Separator, Statement, When, separator, value::Value};
use crate::filter::{Awk, Budget, Line, TooCostly, out::Out, pattern::Pattern};

/// Most fields that a program may give a line.
const MAX_FIELDS: usize = 1 << 16;
/// What a field takes besides its text, in bytes.
const FIELD_BYTES: usize = 40;
/// What an element of an array takes besides its texts, in bytes.
const ELEMENT_BYTES: usize = 128;

/// Carries out a program on lines.
///
/// Expressions cannot fail on their way: where the means are spent they come to nothing, and the end says so.
pub(in crate::filter) fn run(
    awk: &Awk,
    program: &Program,
    lines: Vec<Line>,
    budget: &Budget,
) -> Result<Vec<Line>, TooCostly> {
    let mut machine = Machine::new(awk, budget);
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

struct Machine<'b> {
    budget: &'b Budget,
    separator: Separator,
    line: String,
    fields: Vec<String>,
    line_number: f64,
    variables: HashMap<String, Value>,
    arrays: HashMap<String, BTreeMap<String, Value>>,
    out: Out<'b>,
    /// What has been printed since the last line break.
    open: String,
    /// The line that is read, as long as nobody has changed it.
    origin: Option<usize>,
}

impl<'b> Machine<'b> {
    fn new(awk: &Awk, budget: &'b Budget) -> Self {
        let mut variables =
            HashMap::from([("OFS".to_owned(), Value::Text(" ".into())), ("ORS".to_owned(), Value::Text("\n".into()))]);
        variables.extend(awk.variables.iter().map(|(name, value)| (name.clone(), Value::Input(value.clone()))));
        Self {
            budget,
            separator: separator(awk.separator.as_deref().unwrap_or(" ")).unwrap_or(Separator::Blanks),
            line: String::new(),
            fields: Vec::new(),
            line_number: 0.0,
            variables,
            arrays: HashMap::new(),
            out: Out::new(budget),
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
        // In the worst case every second character begins a field.
        let count = match &self.separator {
            Separator::Blanks => line.split([' ', '\t', '\n']).filter(|field| !field.is_empty()).count(),
            Separator::Char(c) => line.matches(*c).count() + 1,
            Separator::Pattern(_) => 0,
        };
        if !self.may_build(line.len() + count.saturating_mul(FIELD_BYTES)) {
            self.fields.clear();
            return;
        }
        self.fields = match &self.separator {
            _ if line.is_empty() => Vec::new(),
            Separator::Blanks => line.split([' ', '\t', '\n']).filter(|f| !f.is_empty()).map(str::to_owned).collect(),
            Separator::Char(c) => line.split(*c).map(str::to_owned).collect(),
            Separator::Pattern(pattern) => fields_between(pattern, line, self.budget),
        };
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

    /// Texts as one, with a separator between them.
    fn joined<'t>(&self, texts: impl Iterator<Item = Cow<'t, str>>, separator: &str) -> String {
        let mut joined = String::new();
        for (index, text) in texts.enumerate() {
            if !self.may_build(text.len() + separator.len()) {
                break;
            }
            if index > 0 {
                joined.push_str(separator);
            }
            joined.push_str(&text);
        }
        joined
    }

    /// `print` of the line as it is: it stays the answer's own line.
    fn print_line(&mut self) {
        if !self.may_build(self.line.len()) {
            return;
        }
        let plain_end = self.variables.get("ORS").is_some_and(|end| end.text() == "\n");
        if self.open.is_empty() && plain_end {
            // Once the means are spent, the end says so.
            let _ = self.out.push(Line { text: self.line.clone(), origin: self.origin });
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
        if !self.may_build(text.len()) {
            return;
        }
        let mut parts = text.split('\n');
        if let Some(first) = parts.next() {
            self.open.push_str(first);
        }
        for part in parts {
            let line = std::mem::replace(&mut self.open, part.to_owned());
            let _ = self.out.push(Line::made(line));
        }
    }

    fn finish(mut self) -> Result<Vec<Line>, TooCostly> {
        if !self.open.is_empty() {
            self.out.push(Line::made(self.open))?;
        }
        self.budget.check()?;
        Ok(self.out.finish())
    }

    /// Whether a text of this length may be built, which is then paid for.
    fn may_build(&self, size_bytes: usize) -> bool {
        self.budget.build(size_bytes).is_ok()
    }

    fn must_end(&self) -> bool {
        self.budget.check().is_err()
    }

    fn run(&mut self, statements: &[Statement]) -> Flow {
        for statement in statements {
            let flow = if self.budget.pay(0).is_err() { Flow::Exit } else { self.step(statement) };
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
                let values: Vec<Value> = values.iter().map(|value| self.value(value)).collect();
                let text = self.joined(values.iter().map(Value::text), &separator);
                self.print(&text);
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
                let keys = self.arrays.get(array).map(BTreeMap::keys);
                let size_bytes = keys.clone().into_iter().flatten().map(|key| key.len() + FIELD_BYTES).sum();
                if !self.may_build(size_bytes) {
                    return Flow::Exit;
                }
                let keys: Vec<String> = keys.into_iter().flatten().cloned().collect();
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

/// The fields between a pattern's matches.
fn fields_between(pattern: &Pattern, line: &str, budget: &Budget) -> Vec<String> {
    let mut fields = Vec::new();
    let mut at = 0;
    let whole = pattern.each_match(line, budget, |start, end| {
        budget.build(FIELD_BYTES)?;
        fields.push(line[at..start].to_owned());
        at = end;
        Ok(true)
    });
    if whole.is_ok() {
        fields.push(line[at..].to_owned());
    }
    fields
}
