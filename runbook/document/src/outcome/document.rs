//! Texts whose lines hang together: YAML and JSON.

use serde::{Deserialize, Serialize};

/// A text in a notation that a panel can fold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// How it is written.
    pub notation: Notation,
    /// The whole text.
    pub text: String,
}

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notation {
    /// YAML.
    Yaml,
    /// JSON, indented.
    Json,
}
