//! PromQL expressions, read: which threshold one draws, what it measures, and which series its label matchers leave
//! out. Evaluates nothing: that is Prometheus' own work.

mod exclusion;
pub mod fence;
mod found;
mod threshold;

use promql_parser::parser::{self, Expr};

pub use self::found::{is_expression, split_wait};
use document::chart::Threshold;

/// Longest expression that is read, in bytes.
const MAX_BYTES: usize = 8 * 1024;

/// An expression, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    text: String,
    tree: Expr,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// Why it is none, in the reader's own words.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() > MAX_BYTES {
            return Err(format!("An expression of more than {MAX_BYTES} bytes is not read."));
        }
        // The parser knows no comments at the end of lines.
        Ok(Self { tree: parser::parse(text)?, text: text.to_owned() })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number that it compares with, if it compares with one.
    pub fn threshold(&self) -> Option<Threshold> {
        threshold::of(&self.tree)
    }

    /// What is compared, without the comparison: what a chart of it shows, so that values on the other side of the
    /// threshold are seen too. The expression itself when it compares nothing.
    pub fn measured(&self) -> String {
        threshold::measured(&self.tree).unwrap_or_else(|| self.text.clone())
    }

    /// The label matcher that leaves out whatever has these labels: `pod!~"etcd-.*"`. A label that is not given is
    /// taken to pass. `None` when nothing leaves it out, or when that cannot be told from matchers alone.
    pub fn excluding(&self, labels: &[(&str, &str)]) -> Option<String> {
        exclusion::excluding(&self.tree, labels).map(|exclusion| exclusion.matcher)
    }
}
