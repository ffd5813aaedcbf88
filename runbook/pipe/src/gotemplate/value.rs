//! What templates compute with: parts of the data, and values of their own. Whole numbers and fractions are unlike
//! kinds, as they are for Go.

use serde_json::Value as Json;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'d> {
    /// A member that is not there.
    Missing,
    /// Part of the data.
    Data(&'d Json),
    Bool(bool),
    Whole(i64),
    Float(f64),
    Text(String),
    /// `nil`.
    Nil,
}

/// What a value is, for functions that care.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Plain<'v> {
    Nothing,
    Bool(bool),
    Whole(i64),
    Float(f64),
    Text(&'v str),
    List(&'v [Json]),
    Map(&'v serde_json::Map<String, Json>),
}

impl<'d> Value<'d> {
    pub(super) fn plain(&self) -> Plain<'_> {
        match self {
            Self::Missing | Self::Nil | Self::Data(Json::Null) => Plain::Nothing,
            Self::Bool(value) | Self::Data(Json::Bool(value)) => Plain::Bool(*value),
            Self::Whole(value) => Plain::Whole(*value),
            Self::Float(value) => Plain::Float(*value),
            Self::Data(Json::Number(number)) => match number.as_i64() {
                Some(whole) => Plain::Whole(whole),
                None => Plain::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Self::Text(text) | Self::Data(Json::String(text)) => Plain::Text(text),
            Self::Data(Json::Array(items)) => Plain::List(items),
            Self::Data(Json::Object(members)) => Plain::Map(members),
        }
    }

    /// Whether `if` takes its first branch.
    pub(super) fn is_true(&self) -> bool {
        match self.plain() {
            Plain::Nothing => false,
            Plain::Bool(value) => value,
            Plain::Whole(value) => value != 0,
            Plain::Float(value) => value != 0.0,
            Plain::Text(text) => !text.is_empty(),
            Plain::List(items) => !items.is_empty(),
            Plain::Map(members) => !members.is_empty(),
        }
    }

    /// `.name` of it. A member that is not there is missing, and so is a member of what is missing.
    pub(super) fn field(&self, name: &str) -> Result<Self, String> {
        match self {
            Self::Missing => Ok(Self::Missing),
            Self::Data(Json::Object(members)) => Ok(members.get(name).map_or(Self::Missing, Self::Data)),
            Self::Nil | Self::Data(Json::Null) => Err(format!("`.{name}` is asked of nothing")),
            other => Err(format!("`.{name}` is asked of {}", other.kind())),
        }
    }

    /// Its kind in words.
    pub(super) fn kind(&self) -> &'static str {
        match self.plain() {
            Plain::Nothing => "nothing",
            Plain::Bool(_) => "a truth value",
            Plain::Whole(_) | Plain::Float(_) => "a number",
            Plain::Text(_) => "a text",
            Plain::List(_) => "a list",
            Plain::Map(_) => "an object",
        }
    }
}
