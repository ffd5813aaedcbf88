//! kubectl's JSONPath templates, as `-o jsonpath`, `-o custom-columns` and `--sort-by` read them. Pure: a value in,
//! text out; work and output are bounded.

mod eval;
pub mod gosort;
mod order;
mod parse;

use serde_json::Value;

pub(crate) use eval::weight;
pub use order::{natural, sort};

use crate::filter::{Budget, TooCostly};

/// Why a template is not read, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPathError(pub String);

impl std::fmt::Display for JsonPathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JsonPathError {}

impl From<TooCostly> for JsonPathError {
    fn from(reason: TooCostly) -> Self {
        Self(reason.to_string())
    }
}

/// A template: text with `{…}` in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    nodes: Vec<Node>,
}

/// A path, such as `.status.containerStatuses[0].restartCount`.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Whether it starts at the whole value (`$`) and not at the current one.
    from_root: bool,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Text(String),
    Path(Path),
    /// `{range …}…{end}`.
    Range(Path, Vec<Node>),
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Field(String),
    /// `['a','b']`.
    Fields(Vec<String>),
    /// `[0]`, `[-1]`, `[0,2]`.
    Indices(Vec<i64>),
    /// `[1:3]`, `[::2]`.
    Slice(Option<i64>, Option<i64>, i64),
    /// `[*]`, `.*`.
    All,
    /// `..`: the value and everything in it.
    Descend,
    /// `[?(@.a=="b")]`.
    Filter(Operand, Option<(Comparison, Operand)>),
}

#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Path(Path),
    Literal(Value),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Template {
    /// Reads a template as `-o jsonpath=` takes it.
    ///
    /// # Errors
    /// What is not read in it.
    pub fn parse(text: &str) -> Result<Self, JsonPathError> {
        parse::template(text)
    }

    /// What kubectl prints for a value: missing fields are empty, objects and lists are JSON.
    ///
    /// # Errors
    /// A list that has no entry of a number.
    pub fn render(&self, value: &Value) -> Result<String, JsonPathError> {
        self.render_within(value, &Budget::default())
    }

    /// As [`Self::render`], paid from a budget that others may share.
    ///
    /// # Errors
    /// A list that has no entry of a number, and what takes more than the budget has.
    pub fn render_within(&self, value: &Value, budget: &Budget) -> Result<String, JsonPathError> {
        eval::render(&self.nodes, value, budget)
    }

    /// Whether every path that it prints fulfils one condition, and every one that it goes over either of both.
    pub fn all_paths(&self, prints: impl Fn(&Path) -> bool, goes_over: impl Fn(&Path) -> bool) -> bool {
        let mut waiting: Vec<&Node> = self.nodes.iter().collect();
        while let Some(node) = waiting.pop() {
            let is_wanted = match node {
                Node::Text(_) => true,
                Node::Path(path) => prints(path),
                Node::Range(path, nodes) => {
                    waiting.extend(nodes);
                    goes_over(path) || prints(path)
                }
            };
            if !is_wanted {
                return false;
            }
        }
        true
    }
}

impl Path {
    /// Reads a path as `--sort-by` and `-o custom-columns` take it: braces and the leading dot may be missing.
    ///
    /// # Errors
    /// What is not read in it.
    pub fn parse(text: &str) -> Result<Self, JsonPathError> {
        parse::path(text)
    }

    /// Every value it leads to, in order.
    ///
    /// # Errors
    /// When it takes more than the budget has.
    pub fn find<'v>(&self, value: &'v Value, budget: &Budget) -> Result<Vec<&'v Value>, TooCostly> {
        eval::find(self, value, value, budget)
    }

    /// Its steps as plain field names, `*` for list entries; `None` when it holds anything else.
    pub fn plain_fields(&self) -> Option<Vec<&str>> {
        self.steps
            .iter()
            .map(|step| match step {
                Step::Field(name) => Some(name.as_str()),
                Step::All | Step::Indices(_) | Step::Slice(..) => Some("*"),
                Step::Fields(names) if names.len() == 1 => names.first().map(String::as_str),
                _ => None,
            })
            .collect()
    }
}

/// What kubectl prints for one value.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".into(),
        other => other.to_string(),
    }
}
