//! How often somebody may try a password: per name, and all together. Names that nobody has are counted like any other.

use std::{
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed, keyed::HashMapStateStore},
};

/// Attempts at one name that may follow each other at once; then six a minute.
const OF_ONE_NAME: Quota = quota(20, 6);
/// Attempts at all names that may follow each other at once; then sixty a minute.
const OF_ALL: Quota = quota(120, 60);
/// Names are counted in so many places, whatever names are tried: a bound on memory. Which place a name has differs from
/// process to process.
const PLACES: u64 = 4_096;

/// The limits and what has been used of them.
pub(super) struct Attempts<C: Clock = DefaultClock> {
    by_name: RateLimiter<u64, HashMapStateStore<u64>, C, NoOpMiddleware<C::Instant>>,
    all: RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<C::Instant>>,
    place: RandomState,
}

const fn quota(burst: u32, per_minute: u32) -> Quota {
    let (Some(burst), Some(per_minute)) = (NonZeroU32::new(burst), NonZeroU32::new(per_minute)) else {
        panic!("a quota is not zero")
    };
    Quota::per_minute(per_minute).allow_burst(burst)
}

impl Attempts {
    pub(super) fn new() -> Self {
        Self::with_clock(DefaultClock::default())
    }
}

impl<C: Clock + Clone> Attempts<C> {
    fn with_clock(clock: C) -> Self {
        Self {
            by_name: RateLimiter::new(OF_ONE_NAME, HashMapStateStore::default(), clock.clone()),
            all: RateLimiter::direct_with_clock(OF_ALL, clock),
            place: RandomState::new(),
        }
    }

    /// Whether one more attempt at this name may be made.
    pub(super) fn take(&self, name: &str) -> bool {
        let place = self.place.hash_one(name) % PLACES;
        self.by_name.check_key(&place).is_ok() && self.all.check().is_ok()
    }
}

impl<C: Clock> std::fmt::Debug for Attempts<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempts").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn of_ten_thousand_attempts_at_a_password_few_are_looked_at() {
        let clock = FakeRelativeClock::default();
        let attempts = Attempts::with_clock(clock.clone());
        let mut taken = 0;
        for _ in 0..10_000 {
            taken += u32::from(attempts.take("anna"));
            // Ten a second.
            clock.advance(Duration::from_millis(100));
        }
        // 1,000 s: the burst, and six a minute.
        assert!((115..=125).contains(&taken), "{taken}");
    }

    #[test]
    fn many_names_together_are_limited_too_and_cost_no_memory() {
        let clock = FakeRelativeClock::default();
        let attempts = Attempts::with_clock(clock.clone());
        let taken = (0..10_000).filter(|i| attempts.take(&format!("name {i}"))).count();
        assert!(taken <= 120, "{taken}");
        assert!(attempts.by_name.len() <= usize::try_from(PLACES).expect("small"));
        clock.advance(Duration::from_secs(60));
        assert!(attempts.take("anna"));
    }

    #[test]
    fn whoever_waits_gets_in_again() {
        let clock = FakeRelativeClock::default();
        let attempts = Attempts::with_clock(clock.clone());
        while attempts.take("anna") {}
        clock.advance(Duration::from_secs(10));
        assert!(attempts.take("anna"));
        assert!(!attempts.take("anna"));
    }
}
