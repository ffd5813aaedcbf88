//! Passwords of local users: argon2id hashes in the PHC form, as `runlight user add` prints them.

use std::{fmt, str::FromStr, sync::LazyLock};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};

/// Most memory that a hash may ask for, in KiB: checking one must not take the machine down.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
/// Most passes over it.
const MAX_PASSES: u32 = 10;
/// Longest password that is looked at, in bytes.
const MAX_PASSWORD_BYTES: usize = 1024;
/// Shortest password that a hash is made of, in characters.
const MIN_PASSWORD_CHARS: usize = 10;

/// A password as it is kept: only its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a hash or a password is not taken: one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordProblem(pub &'static str);

impl fmt::Display for PasswordProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for PasswordProblem {}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl FromStr for Password {
    type Err = PasswordProblem;

    fn from_str(text: &str) -> Result<Self, PasswordProblem> {
        let form = PasswordProblem("is no argon2id hash; `runlight user add` prints one");
        if text.len() > MAX_PASSWORD_BYTES {
            return Err(form);
        }
        let hash = PasswordHash::new(text).map_err(|_| form.clone())?;
        if hash.algorithm.as_str() != Algorithm::Argon2id.ident().as_str() {
            return Err(form);
        }
        let params = Params::try_from(&hash).map_err(|_| form.clone())?;
        if params.m_cost() > MAX_MEMORY_KIB || params.t_cost() > MAX_PASSES || params.p_cost() > 16 {
            return Err(PasswordProblem("asks for more work than a sign-in may take: at most m=262144, t=10, p=16"));
        }
        if hash.hash.is_none() || hash.salt.is_none() {
            return Err(form);
        }
        Ok(Self(text.to_owned()))
    }
}

impl Password {
    /// Whether this is the password. Takes its time on purpose: call it where blocking is allowed.
    pub fn verify(&self, typed: &str) -> bool {
        let Ok(hash) = PasswordHash::new(&self.0) else { return false };
        typed.len() <= MAX_PASSWORD_BYTES && hasher().verify_password(typed.as_bytes(), &hash).is_ok()
    }

    /// A hash of nobody's password: what is checked for a name that nobody has, so that it takes as long as any other.
    pub fn of_nobody() -> &'static Self {
        static NOBODY: LazyLock<Password> = LazyLock::new(|| {
            let hash = hasher().hash_password_with_salt(b"nobody", b"nobody's salt").map(|hash| hash.to_string());
            Password(hash.unwrap_or_else(|_| String::new()))
        });
        &NOBODY
    }
}

/// The hash of a new password, with a salt of its own.
pub fn hash_password(typed: &str) -> Result<String, PasswordProblem> {
    if typed.chars().count() < MIN_PASSWORD_CHARS {
        return Err(PasswordProblem("A password has at least 10 characters."));
    }
    if typed.len() > MAX_PASSWORD_BYTES {
        return Err(PasswordProblem("A password has at most 1,024 bytes."));
    }
    let hash = hasher().hash_password(typed.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordProblem("The system gives no random bytes for a salt."))
}

/// 19 MiB, two passes, one lane: what OWASP recommends for argon2id.
fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_lets_its_password_in_and_no_other() {
        let hash = hash_password("correct horse").expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, hash_password("correct horse").expect("another salt"));
        let password: Password = hash.parse().expect("a hash");
        assert!(password.verify("correct horse"));
        for other in ["", "correct hors", "correct horse ", "Correct horse", &"x".repeat(70_000)] {
            assert!(!password.verify(other), "{:.20}", other);
        }
        assert!(!format!("{password:?}").contains("argon2"));
    }

    #[test]
    fn only_bounded_argon2id_hashes_are_taken() {
        let hash = hash_password("correct horse").expect("a hash");
        for wrong in [
            "".to_owned(),
            "hunter2".to_owned(),
            hash.replace("argon2id", "argon2i"),
            hash.replace("argon2id", "pbkdf2"),
            hash.replace("m=19456", "m=4194304"),
            hash.replace("t=2", "t=4000000"),
            hash.rsplit_once('$').expect("parts").0.to_owned(),
            format!("{hash}\n"),
            "$argon2id$".repeat(400),
        ] {
            assert!(wrong.parse::<Password>().is_err(), "{wrong:.80}");
        }
    }

    #[test]
    fn nobody_has_no_password() {
        assert!(Password::of_nobody().0.parse::<Password>().is_ok());
        assert!(!Password::of_nobody().verify(""));
    }

    #[test]
    fn a_short_password_gets_no_hash() {
        assert!(hash_password("short").is_err() && hash_password(&"x".repeat(2_000)).is_err());
    }
}
