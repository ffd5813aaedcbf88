//! What describing an object came to: the telling parts apart, the whole text beside them.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Objects as `kubectl describe` tells of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Each with what tells first.
    pub objects: Vec<DescribedObject>,
    /// The whole answer as the tool prints it.
    pub text: String,
}

/// One object, the telling parts apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DescribedObject {
    /// `Pod`.
    pub kind: String,
    /// Empty for kinds of the whole cluster.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What is known of it, the object itself first, then its parts.
    pub groups: Vec<FactGroup>,
    /// What happened to it.
    pub events: ObjectEvents,
}

/// Facts about one part of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactGroup {
    /// "container web"; empty for the object itself.
    pub title: String,
    /// In the order in which they tell.
    pub facts: Vec<Fact>,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// "Last state".
    pub name: String,
    /// "OOMKilled, exit code 137".
    pub value: String,
    /// When that was, or since when it is so.
    pub at: Option<Timestamp>,
    /// How it is to be taken.
    pub tone: Tone,
}

/// How a fact is to be taken. Ordered from the quietest to the most telling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// It says nothing of how things stand.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// It could not be read.
    Unknown,
    /// Worth a look.
    Attention,
    /// Something is wrong.
    Failing,
}

/// What happened to an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectEvents {
    /// Not asked for, or none are kept of this kind.
    Unwanted,
    /// They could not be read: one sentence.
    Unread(String),
    /// The newest first.
    Read(Vec<ObjectEvent>),
}

/// Something that happened to an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectEvent {
    /// Whether it is a warning.
    pub is_warning: bool,
    /// `BackOff`.
    pub reason: String,
    /// What was said.
    pub message: String,
    /// Who said it: `kubelet`.
    pub source: String,
    /// How often.
    pub count: u64,
    /// When last.
    pub last_at: Option<Timestamp>,
    /// When first.
    pub first_at: Option<Timestamp>,
}
