//! Parameters and the values they get. Values are checked here, once, and can never become shell syntax: they
//! replace parts of words after the shell's own reading.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Values by canonical parameter name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bindings(pub BTreeMap<String, String>);

impl Bindings {
    /// The value of a canonical name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// Why a command could not be resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BindError {
    /// These parameters are empty.
    Missing(Vec<String>),
    /// A value breaks its parameter's rule.
    Invalid {
        /// The parameter.
        name: String,
        /// The rule, as a sentence without a full stop.
        rule: String,
    },
    /// With the values filled in it is no longer a check.
    NotACheck(String),
}
