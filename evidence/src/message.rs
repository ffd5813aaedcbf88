//! A message about an incident to one receiver.

use document::time::Timestamp;

use crate::EvidenceId;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The event's id: the same event told twice has one.
    pub id: EvidenceId,
    /// The receiver's section in the configuration.
    pub receiver: String,
    /// What it is about.
    pub incident: EvidenceId,
    /// `known`, `changed` or `recovered`.
    pub kind: String,
    /// The verdict's sentence.
    pub sentence: String,
    /// What it tells, as JSON.
    pub body: String,
    /// `waiting`, `sent` or `failed`.
    pub state: String,
    /// How often it was tried.
    pub tries: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// Why the last try failed.
    pub reason: String,
}
