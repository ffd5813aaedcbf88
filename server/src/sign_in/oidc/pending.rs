//! A sign-in that has gone to a provider and not come back. It lies in the browser, sealed, so that any replica with the
//! same key finishes it and nobody else can read or make one.

use std::path::Path;

use access::ReturnTo;
use axum_extra::extract::cookie::{Cookie, Key, PrivateCookieJar, SameSite};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha512};
use subtle::ConstantTimeEq;

use crate::sources::ConfigProblem;

/// How long a sign-in may take at the provider, in seconds.
const LASTS_S: i64 = 900;
/// Longest address that a sealed cookie has room for.
const MAX_ADDRESS_BYTES: usize = 2_200;
/// Fewest bytes of a key's file.
const MIN_KEY_BYTES: usize = 32;
const SECURE_COOKIE: &str = "__Host-runlight-sign-in";
const PLAIN_COOKIE: &str = "runlight-sign-in";

/// What is remembered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub(super) provider: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) to: String,
    pub(super) begun_s: i64,
}

/// What seals it.
#[derive(Clone)]
pub struct Seal {
    key: Key,
    is_https: bool,
}

impl Pending {
    /// Where the reader wanted to go.
    pub fn to(&self) -> ReturnTo {
        ReturnTo::read(&self.to)
    }

    pub(super) fn is_fresh(&self, now_s: i64) -> bool {
        (0..LASTS_S).contains(&(now_s - self.begun_s))
    }

    pub(super) fn has_state(&self, state: &str) -> bool {
        state.as_bytes().ct_eq(self.state.as_bytes()).into()
    }
}

/// The address as far as it has room: without its query, a link that is too long still leads to the right runbook.
pub(super) fn short(to: &ReturnTo) -> String {
    let whole = to.as_str();
    match whole.len() <= MAX_ADDRESS_BYTES {
        true => whole.to_owned(),
        false => whole.split('?').next().filter(|path| path.len() <= MAX_ADDRESS_BYTES).unwrap_or("/").to_owned(),
    }
}

impl Seal {
    /// With the bytes of a file; without one, with bytes that this process alone has.
    pub fn new(key_file: Option<&Path>, is_https: bool) -> Result<Self, ConfigProblem> {
        let Some(path) = key_file else { return Ok(Self { key: Key::generate(), is_https }) };
        let problem = |problem: String| {
            ConfigProblem::new(
                "sign_in.key_file",
                problem,
                "Make one with: head -c 64 /dev/urandom > FILE; chmod 600 FILE",
            )
        };
        let bytes =
            std::fs::read(path).map_err(|cause| problem(format!("{} cannot be read: {cause}", path.display())))?;
        if bytes.len() < MIN_KEY_BYTES {
            return Err(problem(format!("{} holds fewer than {MIN_KEY_BYTES} bytes", path.display())));
        }
        let digest = Sha512::new().chain_update(b"runlight sign-in\0").chain_update(&bytes).finalize();
        Ok(Self { key: Key::from(&digest), is_https })
    }

    /// The headers that leave it in the browser.
    pub fn close(&self, pending: &Pending) -> PrivateCookieJar {
        let text = serde_json::to_string(pending).expect("strings and a number can be written as JSON");
        let mut cookie = self.cookie(text);
        cookie.set_max_age(tower_sessions::cookie::time::Duration::seconds(LASTS_S));
        PrivateCookieJar::new(self.key.clone()).add(cookie)
    }

    /// What a browser brought back, and the headers that take it away: a sign-in is finished once.
    pub fn open(&self, headers: &HeaderMap) -> (Option<Pending>, PrivateCookieJar) {
        let jar = PrivateCookieJar::from_headers(headers, self.key.clone());
        let pending = jar.get(self.name()).and_then(|cookie| serde_json::from_str(cookie.value()).ok());
        (pending, jar.remove(self.cookie(String::new())))
    }

    fn cookie(&self, value: String) -> Cookie<'static> {
        // The provider sends the reader back from its own site: a stricter cookie would stay behind.
        Cookie::build((self.name(), value))
            .path("/")
            .http_only(true)
            .secure(self.is_https)
            .same_site(SameSite::Lax)
            .build()
    }

    fn name(&self) -> &'static str {
        if self.is_https { SECURE_COOKIE } else { PLAIN_COOKIE }
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("provider", &self.provider).finish_non_exhaustive()
    }
}
