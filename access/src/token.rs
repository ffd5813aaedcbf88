//! Tokens of machines: 32 random bytes, of which the configuration keeps a hash. A random token needs no slow hash.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What every token begins with, so that scanners for leaked secrets know one when they see it.
const PREFIX: &str = "runlight_";
/// Random bytes of a token.
const TOKEN_BYTES: usize = 32;
/// What a hash begins with in the configuration.
const HASH_PREFIX: &str = "sha256:";

/// What a token is for. A token can do nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Pages and checks, as a reader with the token's groups.
    Read,
    /// `/metrics`.
    Metrics,
    /// `/hooks/…`.
    Webhook,
    /// `/mcp`.
    Mcp,
}

/// The hash of a token.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

/// A new token: what the machine keeps, and what the configuration keeps.
pub struct NewToken {
    /// To be shown once.
    pub token: String,
    /// For `hash` of `[sign_in.tokens.NAME]`.
    pub hash: String,
}

/// Makes a token of random bytes.
pub fn new_token(random: [u8; TOKEN_BYTES]) -> NewToken {
    let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random));
    let hash = TokenHash::of(&token).to_string();
    NewToken { token, hash }
}

impl TokenHash {
    fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Whether this is the token. Takes as long for a wrong one.
    pub fn is_of(&self, token: &str) -> bool {
        token.len() <= 256 && token.starts_with(PREFIX) && bool::from(self.0.ct_eq(&Self::of(token).0))
    }
}

impl FromStr for TokenHash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "is no hash of a token; `runlight token new` prints one";
        let digits = text.strip_prefix(HASH_PREFIX).filter(|digits| digits.len() == 64).ok_or(FORM)?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| FORM)?;
            if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(FORM);
            }
            *byte = u8::from_str_radix(pair, 16).map_err(|_| FORM)?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HASH_PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

impl Scope {
    /// As the configuration writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Metrics => "metrics",
            Self::Webhook => "webhook",
            Self::Mcp => "mcp",
        }
    }
}

impl FromStr for Scope {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let all = [Self::Read, Self::Metrics, Self::Webhook, Self::Mcp];
        all.into_iter().find(|scope| scope.word() == text).ok_or("a scope is read, metrics, webhook or mcp")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_token_alone() {
        let (one, other) = (new_token([1; 32]), new_token([2; 32]));
        let hash: TokenHash = one.hash.parse().expect("a hash");
        assert!(hash.is_of(&one.token));
        for wrong in [other.token.as_str(), "", "runlight_", &one.token[..20], &one.hash, &"runlight_x".repeat(6_554)] {
            assert!(!hash.is_of(wrong), "{wrong:.30}");
        }
        assert!(!format!("{hash:?}").contains(&one.hash[8..]));
    }

    #[test]
    fn only_a_whole_hash_is_taken() {
        let hash = new_token([1; 32]).hash;
        let upper = hash[7..].to_uppercase();
        assert!(format!("sha256:{upper}").parse::<TokenHash>().is_ok());
        for wrong in ["", "sha256:", &hash[7..], &hash[..70], &format!("{hash}0"), &hash.replace("sha256", "md5")] {
            assert!(wrong.parse::<TokenHash>().is_err(), "{wrong}");
        }
        let signed = format!("sha256:{}", "+1".repeat(32));
        assert!(signed.parse::<TokenHash>().is_err());
    }
}
