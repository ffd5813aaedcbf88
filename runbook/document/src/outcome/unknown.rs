//! Why there is no answer: a cause for code, sentences for readers. Code never reads the sentences.

use serde::{Deserialize, Serialize};

/// Why there is no answer, and what would give one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// Which kind of reason it is. What was kept before causes were, has none.
    #[serde(default)]
    pub cause: Cause,
    /// What was asked, in words: "Pods of homelab-prod".
    pub asked: String,
    /// Why there is no answer, one sentence: "Proxmox at pihanga:8006 answered 401."
    pub reason: String,
    /// What would give one: "Give the role Sys.Audit to runlight@pve!ro."
    pub remedy: String,
    /// The id under which the server's log has the cause, when there is one.
    pub log_id: Option<String>,
}

/// The kinds of reasons for which there is no answer. Whether a question is put again, and whether what was asked about
/// counts as absent, is decided by it and never by the wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// No connection, or it broke.
    Unreachable,
    /// No answer within the time limit.
    TimedOut,
    /// The credentials are not accepted, or could not be had.
    Unauthorized,
    /// The credentials lack a privilege.
    Forbidden,
    /// The server's certificate is not the trusted one.
    Certificate,
    /// What was asked about does not exist.
    NotFound,
    /// The cluster has no such kind of object: what would bring it is not installed.
    NoSuchKind,
    /// The source says that the question is wrong, or Runlight does not put it.
    BadRequest,
    /// The source, or Runlight, failed by itself.
    Broken,
    /// The answer cannot be read.
    Unreadable,
    /// The answer is larger than Runlight takes.
    TooLarge,
    /// Working it out costs more than one question may.
    TooCostly,
    /// Runlight asks as many questions as it can at once.
    Busy,
    /// No source is configured that could be asked.
    NotConfigured,
    /// It is not said which one of several is meant.
    NotChosen,
    /// The reader's rights do not show it, or Runlight reads no such thing.
    Withheld,
    /// It is not there any more, or never was: what is asked about changes by itself.
    Gone,
    /// It is not there yet: asking again will give it.
    NotYet,
    /// Nobody asked for it here.
    NotAsked,
    /// What is known is too old to go by.
    Stale,
    /// The source answered, and its answer does not tell.
    Untold,
    /// No cause was kept.
    #[default]
    #[serde(other)]
    Unstated,
}

impl Cause {
    /// The answer that is missing for this cause.
    pub fn unknown(self, asked: impl Into<String>, reason: impl Into<String>, remedy: impl Into<String>) -> Unknown {
        Unknown { cause: self, asked: asked.into(), reason: reason.into(), remedy: remedy.into(), log_id: None }
    }

    /// Whether it says that there is no such thing, which is an answer.
    pub fn is_absence(self) -> bool {
        matches!(self, Self::NotFound | Self::NoSuchKind)
    }

    /// Whether asking again later may help without anybody changing anything.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::Unreachable | Self::TimedOut | Self::Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_kept_before_causes_were_and_after() {
        let kept = r#"{"asked":"a","reason":"b","remedy":"c","log_id":null"#;
        let read =
            |more: &str| serde_json::from_str::<Unknown>(&format!("{kept}{more}}}")).map(|unknown| unknown.cause);
        assert_eq!(read("").ok(), Some(Cause::Unstated));
        assert_eq!(read(r#","cause":"not-found""#).ok(), Some(Cause::NotFound));
        assert_eq!(read(r#","cause":"of-another-day""#).ok(), Some(Cause::Unstated));
    }
}
