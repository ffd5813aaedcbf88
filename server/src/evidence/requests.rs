//! What captures may cost an API server: two requests a crash at most, and of one owner's loop a full capture every ten
//! minutes at most.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use ::evidence::Crash;
use runbook::time::Timestamp;

/// Requests that one crash pays for.
const OF_ONE_CRASH: u32 = 2;
/// Requests that can be saved up: a quiet hour gives no storm of questions.
const MAX_SAVED: u32 = 200;
/// Between two full captures of one owner's container that end alike, in milliseconds.
const FULL_EVERY_MS: i64 = 600_000;
/// Owners of which that is remembered.
const MAX_OWNERS: usize = 10_000;

/// The requests that the crashes of a cluster have paid for.
#[derive(Debug, Default)]
pub(super) struct Requests(Mutex<u32>);

impl Requests {
    /// A crash was seen.
    pub(super) fn pay(&self) {
        let mut saved = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *saved = (*saved + OF_ONE_CRASH).min(MAX_SAVED);
    }

    /// Takes one, if there is one.
    pub(super) fn take(&self) -> bool {
        let mut saved = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = saved.checked_sub(1);
        *saved = taken.unwrap_or(0);
        taken.is_some()
    }
}

/// When each owner's container was last captured in full, and how that run had ended.
#[derive(Debug, Default)]
pub(super) struct FullCaptures(Mutex<HashMap<String, (Timestamp, String, i32)>>);

impl FullCaptures {
    /// Whether a crash is to be captured in full. Says yes once for each stretch of a loop.
    pub(super) fn is_due(&self, crash: &Crash) -> bool {
        let key = owner_key(crash);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_OWNERS {
            known.retain(|_, (at, _, _)| crash.at.ms_since(*at) < FULL_EVERY_MS);
        }
        let is_recent = known.get(&key).is_some_and(|(at, reason, code)| {
            (0..FULL_EVERY_MS).contains(&crash.at.ms_since(*at))
                && *reason == crash.ended.reason
                && *code == crash.ended.exit_code
        });
        if !is_recent && known.len() < MAX_OWNERS {
            known.insert(key, (crash.at, crash.ended.reason.clone(), crash.ended.exit_code));
        }
        !is_recent
    }
}

/// What an owner's container is known by.
pub(super) fn owner_key(crash: &Crash) -> String {
    format!("{}/{}/{}/{}", crash.namespace, crash.owner.kind, crash.owner.name, crash.key.container)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_pays_for_two_requests() {
        let requests = Requests::default();
        assert!(!requests.take());
        requests.pay();
        assert_eq!([requests.take(), requests.take(), requests.take()], [true, true, false]);
        (0..1_000).for_each(|_| requests.pay());
        assert_eq!((0..1_000).filter(|_| requests.take()).count(), 200);
    }
}
