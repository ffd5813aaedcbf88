//! Whether it is over: an explicit rule, a countdown, a final line. Knows no clock: `now` is a parameter.

use serde::{Deserialize, Serialize};

pub use document::outcome::{Recovery, RecoveryState};
use document::{
    outcome::{Cause, Unknown},
    time::{Timestamp, ago},
};

const MINUTE_MS: i64 = 60_000;
/// What is added to the longest back-off seen.
const AFTER_BACKOFF_MS: i64 = 5 * MINUTE_MS;
/// The least quiet that counts.
const LEAST_MS: i64 = 10 * MINUTE_MS;
/// The kubelet's own ceiling of back-off. A longer pause was somebody's doing.
const BACKOFF_CEILING_MS: i64 = 5 * MINUTE_MS;

/// When a pod counts as recovered: ready, and no restart for this long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryRule {
    /// Milliseconds without a restart.
    pub quiet_ms: i64,
    /// Where the figure comes from.
    pub origin: RuleOrigin,
}

/// Where a rule comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleOrigin {
    /// The runbook says so, in these words.
    Runbook(String),
    /// The longest back-off seen, in milliseconds, and five minutes; at least ten.
    Backoff(i64),
}

impl RecoveryRule {
    /// The runbook's own rule, else the one from back-offs.
    pub fn new(stated: Option<(i64, String)>, longest_backoff_ms: i64) -> Self {
        match stated {
            Some((quiet_ms, words)) => Self { quiet_ms, origin: RuleOrigin::Runbook(words) },
            None => {
                let backoff_ms = longest_backoff_ms.max(0);
                Self {
                    quiet_ms: (backoff_ms + AFTER_BACKOFF_MS).max(LEAST_MS),
                    origin: RuleOrigin::Backoff(backoff_ms),
                }
            }
        }
    }

    /// The rule in words.
    pub fn describe(&self) -> String {
        let quiet = minutes(self.quiet_ms);
        match &self.origin {
            RuleOrigin::Runbook(words) => format!("Ready, and no restart for {quiet}: the runbook says \"{words}\"."),
            RuleOrigin::Backoff(0) => format!("Ready, and no restart for {quiet}: no back-off was seen."),
            RuleOrigin::Backoff(ms) if self.quiet_ms == LEAST_MS && ms + AFTER_BACKOFF_MS < LEAST_MS => {
                format!("Ready, and no restart for {quiet}: the least that counts.")
            }
            RuleOrigin::Backoff(ms) => {
                format!("Ready, and no restart for {quiet}: the longest back-off seen, {}, and 5 min.", minutes(*ms))
            }
        }
    }
}

/// What is known of the pod that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// It is there.
    Pod(Watched),
    /// It is gone, and its owner has not replaced it.
    Gone {
        /// Since when.
        at: Option<Timestamp>,
        /// Its owner: "ReplicaSet web-7d9f".
        owner: Option<String>,
    },
    /// It could not be asked.
    Unasked(Unknown),
}

/// A pod that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Its name.
    pub pod: String,
    /// The pod that it replaced, when the watch followed the owner.
    pub replaces: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// Whether its `Ready` condition holds, and since when.
    pub readiness: Readiness,
    /// `Succeeded`: it is a job that has done its work.
    pub has_succeeded: bool,
    /// When its latest restart was, of all containers that count: the instant at which the run began.
    pub last_restart_at: Option<Timestamp>,
    /// Set while the watch is broken: what is known is as old as this.
    pub stale_since: Option<Timestamp>,
}

/// Whether a pod is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// Since this instant, when it is known.
    Ready(Option<Timestamp>),
    /// With the reason in words: "CrashLoopBackOff", "0 of 2 containers ready".
    NotReady(String),
}

/// Judges a pod by the rule.
pub fn judge(rule: &RecoveryRule, subject: &Subject, now: Timestamp) -> Recovery {
    let (pod, state) = match subject {
        Subject::Pod(watched) => (watched.pod.clone(), judge_pod(rule, watched, now)),
        Subject::Gone { .. } => (String::new(), RecoveryState::Gone),
        Subject::Unasked(unknown) => (String::new(), RecoveryState::Unknown(unknown.clone())),
    };
    let line = tell(rule, subject, &state, now);
    Recovery { rule: rule.describe(), needed_ms: rule.quiet_ms, pod, state, line, judged_at: now }
}

fn judge_pod(rule: &RecoveryRule, watched: &Watched, now: Timestamp) -> RecoveryState {
    if let Some(since) = watched.stale_since {
        return RecoveryState::Unknown(Cause::Stale.unknown(
            format!("Restarts of {}", watched.pod),
            format!(
                "The watch of this cluster has been broken since {} UTC, so a restart could be missed.",
                since.clock()
            ),
            "It is taken up again by itself; see whether the API server answers.",
        ));
    }
    let quiet_since = watched.last_restart_at.or(watched.created_at);
    match (&watched.readiness, quiet_since) {
        _ if watched.has_succeeded => RecoveryState::Recovered { at: quiet_since.unwrap_or(now).min(now) },
        (Readiness::NotReady(_), _) => RecoveryState::NotReady { quiet_since },
        (Readiness::Ready(_), None) => RecoveryState::Unknown(Cause::Untold.unknown(
            format!("The latest restart of {}", watched.pod),
            "Neither its latest restart nor its creation carries a date.",
            "Wait for the next change of the pod.",
        )),
        (Readiness::Ready(ready_since), Some(quiet_since)) => {
            // Both must hold: the quiet has lasted, and it is ready.
            let quiet_until = quiet_since.plus_ms(rule.quiet_ms);
            let at = ready_since.map_or(quiet_until, |ready| ready.max(quiet_until));
            if at <= now {
                RecoveryState::Recovered { at }
            } else {
                RecoveryState::Counting { quiet_since, recovers_at: at }
            }
        }
    }
}

fn tell(rule: &RecoveryRule, subject: &Subject, state: &RecoveryState, now: Timestamp) -> String {
    let instant = |at: Timestamp| format!("{} UTC ({})", at.clock(), ago(now.ms_since(at)));
    let quiet = minutes(rule.quiet_ms);
    let (name, followed) = match subject {
        Subject::Pod(watched) => {
            let followed = watched.replaces.as_ref().map_or_else(String::new, |old| format!(", which replaced {old},"));
            (watched.pod.as_str(), followed)
        }
        Subject::Gone { .. } | Subject::Unasked(_) => ("", String::new()),
    };
    match (state, subject) {
        (RecoveryState::Recovered { at }, Subject::Pod(watched)) if watched.has_succeeded => {
            format!("{name}{followed} has done its work: it ended without an error, last begun at {}.", instant(*at))
        }
        (RecoveryState::Recovered { at }, _) => {
            format!("Recovered at {}: no restart of {name}{followed} for {quiet}.", instant(*at))
        }
        (RecoveryState::Counting { quiet_since, recovers_at }, _) => {
            let left = clock(recovers_at.ms_since(now));
            format!(
                "{name}{followed} is ready and quiet since {}; recovered in {left} unless it restarts.",
                instant(*quiet_since)
            )
        }
        (RecoveryState::NotReady { .. }, Subject::Pod(Watched { readiness: Readiness::NotReady(why), .. })) => {
            format!("{name}{followed} is not ready: {why}.")
        }
        (RecoveryState::NotReady { .. }, _) => format!("{name}{followed} is not ready."),
        (RecoveryState::Gone, Subject::Gone { at, owner }) => {
            let when = at.map_or_else(String::new, |at| format!(" since {}", instant(at)));
            match owner {
                Some(owner) => format!("The pod is gone{when}; {owner} has not replaced it yet."),
                None => format!("The pod is gone{when}, and it had no owner to replace it."),
            }
        }
        (RecoveryState::Gone, _) => "The pod is gone.".into(),
        (RecoveryState::Unknown(unknown), _) => unknown.reason.clone(),
    }
}

/// The back-off in the kubelet's waiting message: `back-off 2m40s restarting failed container=…`, in milliseconds.
pub fn read_backoff_ms(message: &str) -> Option<i64> {
    let lower = message.to_lowercase();
    let rest = &lower[lower.find("back-off ")? + "back-off ".len()..];
    let word = rest.split_whitespace().next()?;
    let (mut total_ms, mut number, mut has_unit) = (0_i64, String::new(), false);
    for c in word.chars() {
        let unit_ms = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            'h' => 60 * MINUTE_MS,
            'm' => MINUTE_MS,
            's' => 1_000,
            _ => return None,
        };
        total_ms = total_ms.checked_add(number.parse::<i64>().ok()?.checked_mul(unit_ms)?)?;
        number.clear();
        has_unit = true;
    }
    (has_unit && number.is_empty()).then_some(total_ms)
}

/// The longest pause between the end of a run and the beginning of the next, as far as the kubelet's back-off goes.
/// Pairs are (ended, next began).
pub fn find_longest_backoff_ms(pauses: &[(Timestamp, Timestamp)]) -> i64 {
    let pause = |(ended, began): &(Timestamp, Timestamp)| began.ms_since(*ended).clamp(0, BACKOFF_CEILING_MS);
    pauses.iter().map(pause).max().unwrap_or(0)
}

/// The rule that a runbook states: "no restarts for 30 minutes", "stable for 15 min". Milliseconds, and its words.
pub fn read_stated_rule(text: &str) -> Option<(i64, String)> {
    use std::sync::LazyLock;

    use regex::Regex;

    static STATED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\b(?:(?:no|without|zero)\s+(?:a\s+)?(?:more|further|new|additional|any)?\s*restarts?",
            r"|(?:stays?|remains?|is|runs?|has been|been)?\s*(?:stable|quiet|ready|healthy|up))",
            r"\s+(?:for|in|within|over|during)\s+(?:at least\s+|the last\s+|another\s+|about\s+|~)?",
            r"(?<number>[0-9]{1,4}|an?|one)\s*-?(?<unit>s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)\b",
        ))
        .expect("a fixed pattern compiles")
    });
    let found = STATED.captures(text)?;
    let number: i64 = found["number"].parse().unwrap_or(1);
    let unit_ms = match found["unit"].chars().next()? {
        'h' | 'H' => 60 * MINUTE_MS,
        'm' | 'M' => MINUTE_MS,
        _ => 1_000,
    };
    let words = found[0].split_whitespace().collect::<Vec<_>>().join(" ");
    (number > 0).then(|| (number * unit_ms, words))
}

/// The rule that a runbook states where it speaks of recovery.
pub fn find_stated_rule(runbook: &text::runbook::Runbook) -> Option<(i64, String)> {
    let speaks_of_recovery = |heading: &str| {
        let heading = heading.to_lowercase();
        ["recover", "verif", "resolved", "all clear", "confirm"].iter().any(|word| heading.contains(word))
    };
    let passages = text::prose::passages(runbook);
    passages
        .iter()
        .filter(|passage| speaks_of_recovery(&passage.heading))
        .find_map(|passage| read_stated_rule(&passage.text))
}

/// `15 min`, `2 min 40 s`, `45 s`.
fn minutes(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    match (seconds / 60, seconds % 60) {
        (0, s) => format!("{s} s"),
        (m, 0) => format!("{m} min"),
        (m, s) => format!("{m} min {s} s"),
    }
}

/// `06:12`, rounded up so that it ends when it says so.
fn clock(ms: i64) -> String {
    let seconds = (ms.max(0) + 999) / 1_000;
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}
