//! What the views show of what was: a crash that was kept, a page that was shared, and the crashes of a pod's owner.

use runbook::{
    outcome::{Report, Unknown},
    time::Timestamp,
};

/// What a permanent link leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum EvidenceView {
    /// A crash.
    Crash(Box<CrashView>),
    /// A page as somebody saw it.
    Page(Box<SharedView>),
}

/// A crash that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct CrashView {
    /// The id of its link.
    pub id: String,
    /// `kube-scheduler ended: Error, exit code 1`.
    pub title: String,
    /// When the run ended.
    pub at: Timestamp,
    /// When the page was made.
    pub now: Timestamp,
    /// What is known of it, by name.
    pub facts: Vec<(&'static str, String)>,
    /// How often this kind was seen; `None` where that could not be read.
    pub seen: Option<SeenView>,
    /// Crashes of its loop.
    pub in_loop: u64,
    /// The line that tells why.
    pub telling: Option<String>,
    /// The verdict then, with the words that say what judged it.
    pub verdict: Option<(Report, String)>,
    /// The log of the run that ended, as a panel.
    pub log: Report,
    /// Events about the pod, as a panel.
    pub events: Report,
    /// Backups that were at work.
    pub backup: Result<Vec<String>, Unknown>,
    /// What differs from the crash before.
    pub difference: Option<DifferenceView>,
    /// First, previous, next and last crash of the owner.
    pub neighbours: Vec<(&'static str, Option<CrashLink>)>,
    /// What could not be had, one sentence each.
    pub unknown: Vec<String>,
    /// The runbook opened for this pod.
    pub runbook: Option<(String, String)>,
    /// Whether it stays whatever its age.
    pub is_pinned: bool,
}

/// A page that was shared.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedView {
    /// The id of its link.
    pub id: String,
    /// Whether it stays whatever its age.
    pub is_pinned: bool,
    /// The runbook's title.
    pub title: String,
    /// Who shared it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When this page was made.
    pub now: Timestamp,
    /// The values that it was opened with.
    pub bindings: Vec<(String, String)>,
    /// What was shown, each with its command.
    pub reports: Vec<(String, Report)>,
    /// The live page.
    pub live: String,
}

/// How often a kind of crash was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenView {
    /// In the last 30 days.
    pub crashes: u64,
    /// Of these inside a backup.
    pub in_backup: u64,
    /// Of these nobody knows whether a backup was at work.
    pub backup_unknown: u64,
    /// First of all.
    pub first_at: Option<Timestamp>,
    /// The last note on an incident there.
    pub note: Option<String>,
}

/// What differs from the crash before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DifferenceView {
    /// The crash before.
    pub before: CrashLink,
    /// What, then, now.
    pub fields: Vec<(&'static str, String, String)>,
    /// Last lines that only that one has.
    pub only_before: Vec<String>,
    /// Last lines that only this one has.
    pub only_now: Vec<String>,
    /// What cannot be compared.
    pub unknown: Vec<String>,
}

/// A crash as a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrashLink {
    /// Its address.
    pub href: String,
    /// When.
    pub at: Timestamp,
    /// `Error, exit code 1`.
    pub words: String,
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// Whether a backup was at work; `None` when unknown.
    pub in_backup: Option<bool>,
    /// Whether its log was kept.
    pub is_full: bool,
}

/// The crashes of a pod's owner, on a runbook's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrashesView {
    /// `Deployment/web`.
    pub owner: String,
    /// How often the last kind was seen.
    pub seen: Option<SeenView>,
    /// Crashes by the hour in the last seven days: when, how many, how many inside a backup.
    pub hours: Vec<(Timestamp, u64, u64)>,
    /// Crashes that were kept of them, newest first.
    pub kept: Vec<CrashLink>,
    /// What changed before the first of them, one sentence.
    pub changed: Option<String>,
    /// Incidents of the pod's namespace that name the pod or its owner: address and words, newest first.
    pub incidents: Vec<(String, String)>,
    /// What is not being kept, or was lost.
    pub complaint: Option<String>,
}

impl SeenView {
    /// `Seen 14 times in 30 days, 13 inside a backup; first 2026-11-03`.
    pub fn words(&self) -> String {
        let times = if self.crashes == 1 { "once".to_owned() } else { format!("{} times", self.crashes) };
        let backup = match (self.in_backup, self.crashes) {
            (0, crashes) if self.backup_unknown >= crashes => ", whether inside a backup is unknown".to_owned(),
            (some, _) if self.backup_unknown > 0 => {
                format!(", {some} inside a backup, of {} that is unknown", self.backup_unknown)
            }
            (0, _) => ", none inside a backup".to_owned(),
            (all, crashes) if all >= crashes => {
                if crashes == 1 {
                    ", inside a backup".to_owned()
                } else {
                    ", all inside a backup".to_owned()
                }
            }
            (some, _) => format!(", {some} inside a backup"),
        };
        let first = self.first_at.map_or_else(String::new, |at| format!("; first {}", long_date(at)));
        format!("Seen {times} in 30 days{backup}{first}")
    }
}

/// `3 November 2026`.
pub fn long_date(at: Timestamp) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let date = at.date();
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let month = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    match month {
        Some(month) => format!("{} {month} {year}", day.trim_start_matches('0')),
        None => date.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_often_it_was_seen() {
        let seen_of = |crashes, in_backup, backup_unknown| {
            let first_at = Some(Timestamp(1_793_672_621_000));
            SeenView { crashes, in_backup, backup_unknown, first_at, note: None }.words()
        };
        let seen = |crashes, in_backup| seen_of(crashes, in_backup, 0);
        assert_eq!(
            seen_of(3, 0, 3),
            "Seen 3 times in 30 days, whether inside a backup is unknown; first 3 November 2026"
        );
        assert_eq!(
            seen_of(14, 2, 12),
            "Seen 14 times in 30 days, 2 inside a backup, of 12 that is unknown; first 3 November 2026"
        );
        assert_eq!(seen(14, 13), "Seen 14 times in 30 days, 13 inside a backup; first 3 November 2026");
        assert_eq!(seen(1, 1), "Seen once in 30 days, inside a backup; first 3 November 2026");
        assert_eq!(seen(2, 0), "Seen 2 times in 30 days, none inside a backup; first 3 November 2026");
        assert_eq!(seen(2, 2), "Seen 2 times in 30 days, all inside a backup; first 3 November 2026");
    }
}
