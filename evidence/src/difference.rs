//! What differs between two crashes of one owner, and nothing else: state, image, revision, configuration, limits, and
//! the last lines without what changes from run to run.

use std::collections::BTreeSet;

use crate::{Capture, normalise};

/// Last lines that are compared.
const MAX_LINES: usize = 20;
/// Lines of each side that are told.
const MAX_TOLD: usize = 8;

/// What differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// What, then, now.
    pub fields: Vec<(&'static str, String, String)>,
    /// Last lines that only the earlier one has.
    pub only_before: Vec<String>,
    /// Last lines that only the later one has.
    pub only_now: Vec<String>,
    /// What cannot be compared, one sentence each.
    pub unknown: Vec<String>,
}

impl Difference {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.only_before.is_empty() && self.only_now.is_empty()
    }
}

/// Compares a crash with an earlier one.
pub fn difference(before: &Capture, now: &Capture) -> Difference {
    let mut found = Difference::default();
    let facts = |capture: &Capture| {
        let crash = &capture.crash;
        [
            ("Reason", crash.ended.reason.clone()),
            ("Exit code", crash.ended.exit_code.to_string()),
            ("Signal", crash.ended.signal.to_string()),
            ("Image", crash.image.clone()),
            ("Revision", crash.revision.clone()),
            ("Memory limit", crash.memory_limit.clone()),
            ("Node", crash.node.clone()),
            ("Pod", crash.pod.clone()),
        ]
    };
    for ((name, then), (_, new)) in facts(before).into_iter().zip(facts(now)) {
        if then != new {
            found.fields.push((name, or_none(then), or_none(new)));
        }
    }
    compare_config(before, now, &mut found);
    match (&before.backup, &now.backup) {
        (Ok(then), Ok(new)) if then.is_running != new.is_running => {
            let words = |is_running| if is_running { "at work" } else { "not at work" }.to_owned();
            found.fields.push(("Backup", words(then.is_running), words(new.is_running)));
        }
        _ => {}
    }
    match (&before.log, &now.log) {
        (Ok(then), Ok(new)) => {
            let last = |log: &crate::KeptLog| {
                let lines: Vec<&str> = log.lines().map(|line| line.text.as_str()).collect();
                let from = lines.len().saturating_sub(MAX_LINES);
                lines[from..].iter().map(|line| (normalise(line), (*line).to_owned())).collect::<Vec<_>>()
            };
            let (then, new) = (last(then), last(new));
            found.only_before = missing_in(&then, &new);
            found.only_now = missing_in(&new, &then);
        }
        _ => found.unknown.push("The last lines cannot be compared: one of the two logs was not kept.".into()),
    }
    found
}

fn compare_config(before: &Capture, now: &Capture, found: &mut Difference) {
    let (Ok(then), Ok(new)) = (&before.config, &now.config) else {
        found.unknown.push("Configuration cannot be compared: it was not read for one of the two.".into());
        return;
    };
    let names: BTreeSet<&str> = then.iter().chain(new).map(|config| config.name.as_str()).collect();
    for name in names {
        let hash = |all: &[crate::ConfigHash]| all.iter().find(|one| one.name == name).map(|one| one.hash.clone());
        let (was, is) = (hash(then), hash(new));
        if was != is {
            let words = |hash: Option<String>| hash.map_or_else(|| "absent".into(), |hash| format!("{name} {hash}"));
            found.fields.push(("ConfigMap", words(was), words(is)));
        }
    }
}

fn or_none(text: String) -> String {
    if text.is_empty() { "none".into() } else { text }
}

fn missing_in(lines: &[(String, String)], other: &[(String, String)]) -> Vec<String> {
    let known: BTreeSet<&str> = other.iter().map(|(normal, _)| normal.as_str()).collect();
    let missing = lines.iter().filter(|(normal, _)| !known.contains(normal.as_str()) && !normal.is_empty());
    missing.map(|(_, line)| line.clone()).take(MAX_TOLD).collect()
}
