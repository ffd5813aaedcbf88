//! How much one caller may ask for: calls a minute, and calls at the same time.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
};

use access::Caller;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};

/// Calls of one caller that may follow each other at once, and calls a minute after that.
const CALLS: u32 = 120;
/// Callers are counted in so many places, however many there are: a bound on memory.
const PLACES: u64 = 4_096;
/// Calls of one caller that may be under way at the same time.
const AT_ONCE_OF_ONE: usize = 8;
/// Calls of all callers that may be under way at the same time.
const AT_ONCE: usize = 64;

/// The limits, and what has been used of them.
pub(super) struct Limits<C: Clock = DefaultClock> {
    by_caller: RateLimiter<u64, HashMapStateStore<u64>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    place: RandomState,
    under_way: Arc<Mutex<HashMap<u64, usize>>>,
}

/// Why a call is not carried out now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TooMuch {
    /// Too many calls in the last minute: so many seconds until the next.
    Often(u64),
    /// Too many of this caller's are under way.
    AtOnce,
    /// Too many of everybody's are under way.
    Busy,
}

/// A call that is under way. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    place: u64,
    under_way: Arc<Mutex<HashMap<u64, usize>>>,
}

impl TooMuch {
    /// The reason and what to do.
    pub(super) fn words(self) -> String {
        match self {
            Self::Often(wait_s) => {
                format!("That is more than {CALLS} calls in a minute. Wait {wait_s} s, then ask again.")
            }
            Self::AtOnce => format!("{AT_ONCE_OF_ONE} of your calls are under way. Wait for one of them to end."),
            Self::Busy => "Too many calls are under way here. Ask again in a few seconds.".into(),
        }
    }
}

impl Limits {
    pub(super) fn new() -> Self {
        Self::with_clock(DefaultClock::default())
    }
}

impl<C: Clock + Clone> Limits<C> {
    fn with_clock(clock: C) -> Self {
        let quota = const {
            match NonZeroU32::new(CALLS) {
                Some(calls) => Quota::per_minute(calls),
                None => panic!("a quota is not zero"),
            }
        };
        Self {
            by_caller: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()),
            clock,
            place: RandomState::new(),
            under_way: Arc::default(),
        }
    }

    /// One more call of this caller, or why not.
    pub(super) fn take(&self, caller: &Caller) -> Result<Turn, TooMuch> {
        let place = self.place.hash_one(key(caller)) % PLACES;
        if let Err(early) = self.by_caller.check_key(&place) {
            return Err(TooMuch::Often(early.wait_time_from(self.clock.now()).as_secs() + 1));
        }
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.values().sum::<usize>() >= AT_ONCE {
            return Err(TooMuch::Busy);
        }
        let own = under_way.entry(place).or_default();
        if *own >= AT_ONCE_OF_ONE {
            return Err(TooMuch::AtOnce);
        }
        *own += 1;
        drop(under_way);
        Ok(Turn { place, under_way: Arc::clone(&self.under_way) })
    }
}

/// Who is counted as one: groups and scopes change, a name does not.
fn key(caller: &Caller) -> (&str, &str) {
    match caller {
        Caller::Local => ("", ""),
        Caller::Person(person) => (&person.issuer, &person.subject),
        Caller::Machine(machine) => ("token", &machine.name),
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = under_way.get_mut(&self.place) {
            *own -= 1;
            if *own == 0 {
                under_way.remove(&self.place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use access::{Groups, Machine};
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn machine(name: &str) -> Caller {
        Caller::Machine(Arc::new(Machine { name: name.into(), scopes: Vec::new(), groups: Groups::default() }))
    }

    #[test]
    fn of_ten_thousand_calls_in_a_minute_few_are_carried_out() {
        let clock = FakeRelativeClock::default();
        let limits = Limits::with_clock(clock.clone());
        let (one, other) = (machine("one"), machine("other"));
        let taken = (0..10_000).filter(|_| limits.take(&one).is_ok()).count();
        assert_eq!(taken, 120);
        assert!(matches!(limits.take(&one), Err(TooMuch::Often(1))));
        // Another caller is not held to what the first one did.
        assert!(limits.take(&other).is_ok());
        clock.advance(Duration::from_secs(1));
        assert!(limits.take(&one).is_ok());
    }

    #[test]
    fn few_calls_of_one_caller_are_under_way_at_the_same_time() {
        let limits = Limits::with_clock(FakeRelativeClock::default());
        let one = machine("one");
        let mut turns: Vec<Turn> = (0..AT_ONCE_OF_ONE).map(|_| limits.take(&one).expect("there is room")).collect();
        assert_eq!(limits.take(&one).err(), Some(TooMuch::AtOnce));
        turns.pop();
        assert!(limits.take(&one).is_ok());
        drop(turns);
        assert!(limits.under_way.lock().expect("whole").is_empty());
    }

    #[test]
    fn all_callers_together_are_limited_too() {
        let limits = Limits::with_clock(FakeRelativeClock::default());
        let callers: Vec<Caller> = (0..AT_ONCE + 1).map(|number| machine(&number.to_string())).collect();
        let turns: Vec<_> = callers.iter().map(|caller| limits.take(caller)).collect();
        assert!(turns.iter().filter(|turn| turn.is_ok()).count() <= AT_ONCE);
        assert!(matches!(turns.last(), Some(Err(TooMuch::Busy))));
    }
}
