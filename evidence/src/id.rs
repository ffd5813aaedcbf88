//! The id in a permanent link. It is made of what it names, so that two replicas that keep the same crash agree on it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Hexadecimal digits of an id.
const DIGITS: usize = 16;

/// Sixteen hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EvidenceId(String);

impl EvidenceId {
    /// The id of whatever these parts name. Where a part ends counts, so `["ab", "c"]` and `["a", "bc"]` differ.
    pub fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let mut id: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        id.truncate(DIGITS);
        Self(id)
    }

    /// As it stands in the link.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id has {DIGITS} hexadecimal digits")]
pub struct NoId;

impl FromStr for EvidenceId {
    type Err = NoId;

    fn from_str(text: &str) -> Result<Self, NoId> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == DIGITS && text.bytes().all(is_digit) { Ok(Self(text.to_owned())) } else { Err(NoId) }
    }
}

impl TryFrom<String> for EvidenceId {
    type Error = NoId;

    fn try_from(text: String) -> Result<Self, NoId> {
        text.parse()
    }
}

impl From<EvidenceId> for String {
    fn from(id: EvidenceId) -> Self {
        id.0
    }
}

impl fmt::Display for EvidenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::EvidenceId;

    #[test]
    fn an_id_depends_on_where_its_parts_end() {
        assert_ne!(EvidenceId::of(&["ab", "c"]), EvidenceId::of(&["a", "bc"]));
        assert_eq!(EvidenceId::of(&["a"]), EvidenceId::of(&["a"]));
    }

    #[test]
    fn only_sixteen_digits_are_an_id() {
        let id = EvidenceId::of(&["a"]);
        assert_eq!(id.as_str().parse(), Ok(id));
        for text in ["", "0123456789abcde", "0123456789ABCDEF", "../../etc/passwd", "0123456789abcdef0"] {
            assert!(text.parse::<EvidenceId>().is_err(), "{text}");
        }
    }
}
