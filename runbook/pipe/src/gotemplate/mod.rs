//! `kubectl -o go-template`: the part of Go's templates that prints objects. Pure: text and data in, text out. Defines
//! no templates, calls no methods, and ends after a bounded number of steps.

mod evaluate;
mod format;
mod functions;
mod lex;
mod parse;
mod value;

use self::parse::Node;
use crate::filter::{Budget, TooCostly};

/// Longest template, in bytes.
const MAX_TEMPLATE_BYTES: usize = 16 * 1024;

/// What is wrong with a template, or with what it does to its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError(pub String);

impl std::fmt::Display for TemplateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TemplateError {}

impl From<TooCostly> for TemplateError {
    fn from(reason: TooCostly) -> Self {
        Self(reason.to_string())
    }
}

/// A template, read.
#[derive(Debug)]
pub struct GoTemplate {
    nodes: Vec<Node>,
}

impl GoTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// The part that is not read, with the reason.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.len() > MAX_TEMPLATE_BYTES {
            return refuse("This template is longer than 16 KiB.");
        }
        parse::parse(&lex::lex(text)?).map(|nodes| Self { nodes })
    }

    /// Prints data as the template says.
    ///
    /// # Errors
    /// What Go would stop at as well: a comparison of unlike values, an index beyond the end, a function with the wrong
    /// arguments; and templates that take too many steps or print too much.
    pub fn render(&self, data: &serde_json::Value) -> Result<String, TemplateError> {
        self.render_within(data, &Budget::default())
    }

    /// As [`Self::render`], paid from a budget that others may share.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn render_within(&self, data: &serde_json::Value, budget: &Budget) -> Result<String, TemplateError> {
        evaluate::render(&self.nodes, data, budget)
    }
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, TemplateError> {
    Err(TemplateError(reason.into()))
}
