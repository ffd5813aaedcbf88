//! Crashes and verdicts by where they were, for figures. Bounded: what goes beyond the bound is counted without its place.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use ::evidence::Crash;
use runbook::{outcome::Outcome, time::Timestamp};

/// Pairs of cluster and namespace that have a figure of their own.
const MAX_PLACES: usize = 500;
/// The namespace under which all others are counted.
const OTHERS: &str = "";
/// Verdicts that are looked back on.
const MAX_VERDICTS: usize = 2_000;
/// How long a verdict counts, in milliseconds.
const VERDICT_KEPT_MS: i64 = 3_600_000;

/// Crashes of one place: cluster, namespace, how many.
pub type Placed = (String, String, u64);
/// Verdicts of the last hour by cluster, namespace and outcome.
pub type Verdicts = BTreeMap<(String, String, &'static str), usize>;

/// What is counted by place.
#[derive(Debug, Default)]
pub(super) struct Places {
    crashes: Mutex<BTreeMap<(String, String), u64>>,
    verdicts: Mutex<VecDeque<(Timestamp, String, String, &'static str)>>,
}

impl Places {
    pub(super) fn crashed(&self, cluster: &str, namespace: &str) {
        let mut crashes = self.crashes.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (cluster.to_owned(), namespace.to_owned());
        let key = match crashes.contains_key(&key) || crashes.len() < MAX_PLACES {
            true => key,
            false => (cluster.to_owned(), OTHERS.to_owned()),
        };
        *crashes.entry(key).or_default() += 1;
    }

    pub(super) fn judged(&self, crash: &Crash, outcome: Outcome, now: Timestamp) {
        let word = match outcome {
            Outcome::Pass { .. } => "pass",
            Outcome::Warn { .. } => "warn",
            Outcome::Fail { .. } => "fail",
            Outcome::Unknown(_) => "unknown",
        };
        let mut verdicts = self.verdicts.lock().unwrap_or_else(PoisonError::into_inner);
        if verdicts.len() == MAX_VERDICTS {
            verdicts.pop_front();
        }
        verdicts.push_back((now, crash.key.cluster.clone(), crash.namespace.clone(), word));
    }

    pub(super) fn told(&self, now: Timestamp) -> (Vec<Placed>, Verdicts) {
        let crashes = self.crashes.lock().unwrap_or_else(PoisonError::into_inner);
        let crashes = crashes.iter().map(|((cluster, namespace), count)| (cluster.clone(), namespace.clone(), *count));
        let crashes = crashes.collect();
        let mut verdicts = self.verdicts.lock().unwrap_or_else(PoisonError::into_inner);
        verdicts.retain(|(at, ..)| now.ms_since(*at) <= VERDICT_KEPT_MS);
        let mut counted = Verdicts::new();
        for (_, cluster, namespace, word) in &*verdicts {
            let key = (cluster.clone(), namespace.clone(), *word);
            let key = match counted.contains_key(&key) || counted.len() < MAX_PLACES {
                true => key,
                false => (cluster.clone(), OTHERS.to_owned(), *word),
            };
            *counted.entry(key).or_default() += 1;
        }
        (crashes, counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_the_bound_a_crash_counts_without_its_namespace() {
        let places = Places::default();
        for number in 0..MAX_PLACES + 3 {
            places.crashed("home", &format!("n{number}"));
        }
        places.crashed("home", "n0");
        let (crashes, _) = places.told(Timestamp(0));
        assert_eq!(crashes.len(), MAX_PLACES + 1);
        let of = |name: &str| crashes.iter().find(|(_, namespace, _)| namespace == name).map(|(.., count)| *count);
        assert_eq!((of("n0"), of("")), (Some(2), Some(3)));
    }
}
