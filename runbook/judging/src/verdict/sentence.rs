//! The one sentence, and the notes beside it. Says what the facts say and no more.

use crate::tally::{History, tally};
use document::time::Timestamp;

use super::{
    Clause, Condition, ContainerKind, Fact, LinePart, Origin, RowOutcome, RowVerdict, Rule, RuleReading, Standing,
    State,
    describe::{describe_exit, describe_state, instant},
    weighing::{
        Answer, Case, FactKind, Found,
        support::{Support, without_stop},
        weigh,
    },
};

/// What was judged.
pub(crate) struct Told<'t> {
    pub(crate) rules: &'t [Rule],
    pub(crate) rows: &'t [RowVerdict],
    pub(crate) winner: Option<usize>,
    pub(crate) origin: Origin,
    /// Rows that cannot be told and would win.
    pub(crate) open: &'t [usize],
    pub(crate) support: &'t Support,
    pub(crate) standing: Standing,
    /// The winner was found by words that no rule reads.
    pub(crate) rests_on_words: bool,
    /// What keeps the winner from being sure.
    pub(crate) doubt: Option<&'t str>,
}

/// Why one row leads before another that fits, too: one sentence.
pub(crate) fn why_first(winner: usize, leading: &Found, row: usize, other: &Found) -> String {
    let (first, second) = (winner + 1, row + 1);
    let name = |kind: FactKind| match kind {
        FactKind::State => "a state",
        FactKind::Event => "an event",
        FactKind::Log => "a line of the log",
        FactKind::ExitCode => "an exit code",
        FactKind::Words => "words that stand together in a line",
        FactKind::Symptom => "a symptom, which says that something is wrong but not why",
        FactKind::Remainder => "what remains",
    };
    if other.is_early && !leading.is_early {
        return format!("Row {first} leads: it rests on how the log ends, row {second} on an earlier warning.");
    }
    if leading.kind != other.kind {
        let (one, two) = (name(leading.kind), name(other.kind));
        return format!("Row {first} leads: it rests on {one}, row {second} on {two}.");
    }
    if leading.points > other.points {
        return format!("Row {first} leads: it asks for more than row {second}, and all of that is there.");
    }
    format!("Row {first} leads: it says as much as row {second} and stands before it.")
}

/// The one sentence.
pub(crate) fn tell(told: &Told<'_>, case: &Case<'_>) -> String {
    let name = &case.container.name;
    match (told.winner, told.standing) {
        (Some(row), _) => tell_winner(row, told, case),
        (None, Standing::Quiet) => {
            format!(
                "There is no crash to judge: {name} is {}{}.",
                describe_state(case.container, case.now),
                if case.container.has_never_ended() { " and no run has ended" } else { "" }
            )
        }
        (None, Standing::Unknown) => {
            let reason = told.rows.iter().find_map(reason_of).unwrap_or("it could not be asked");
            format!("Which row fits is unknown: {}.", without_stop(reason))
        }
        (None, _) => {
            let left = told.rows.iter().filter(|row| matches!(row.outcome, RowOutcome::ForTheReader { .. })).count();
            let rest = match left {
                0 => String::new(),
                1 => "; one row is left for you to judge".into(),
                left => format!("; {left} rows are left for you to judge"),
            };
            format!("No row {} fits: {}{rest}.", told.origin.words(), describe_crash(case))
        }
    }
}

fn tell_winner(row: usize, told: &Told<'_>, case: &Case<'_>) -> String {
    let rule = &told.rules[row];
    let what = capitalise(&name_row(rule, case));
    if let Some(first) = told.open.first() {
        let reason = reason_of(&told.rows[*first]).unwrap_or("it could not be asked");
        let rows = match told.open.len() {
            1 => "a row that says more is unknown".to_owned(),
            several => format!("{several} rows that say more are unknown"),
        };
        return format!("{what} fits so far, but {rows}: {}.", without_stop(reason));
    }
    if let Some(doubt) = told.doubt.filter(|_| told.standing == Standing::Provisional) {
        return format!("{what} fits so far, but {doubt}.");
    }
    match told.support {
        Support::Full(text) => format!("{what}: {text}.{}", lead(&rule.action)),
        Support::Partial(text) | Support::Against(text) | Support::Open(text) => format!("{what}: {text}."),
        Support::Unasked => {
            let at = told.rows[row].evidence.iter().find_map(|evidence| evidence.at).or_else(|| end_of_crash(case));
            let when = at.map_or_else(String::new, |at| format!(" at {}", instant(at, case.now)));
            let meaning = if rule.cause.is_empty() { &rule.action } else { &rule.cause };
            let meaning =
                if meaning.is_empty() { String::new() } else { format!(": {}", uncapitalise(without_stop(meaning))) };
            format!("{what} in {}{when}{meaning}.", case.container.name)
        }
    }
}

/// What a reader must know beside the sentence.
pub(crate) fn list_notes(told: &Told<'_>, case: &Case<'_>) -> Vec<String> {
    let facts = case.facts;
    let mut notes = Vec::new();
    if told.origin == Origin::BuiltIn {
        notes.push("The runbook has no table of crash patterns: this is judged by Runlight's own.".to_owned());
    }
    if let Some(row) = told.winner.filter(|_| told.rests_on_words) {
        notes.push(format!("Row {} fits by its words, which stand together in one line; no rule reads it.", row + 1));
    }
    if let Some(rule) = &facts.excluded_by {
        notes.push(format!("The alert's rule excludes this pod: {rule}."));
    }
    let others =
        facts.containers.known().map_or(0, |all| all.iter().filter(|one| one.name != case.container.name).count());
    if facts.container.as_deref().is_some_and(|named| named != case.container.name) {
        notes.push(format!(
            "The pod has no container {}; {} was judged.",
            facts.container.as_deref().unwrap_or_default(),
            case.container.name
        ));
    } else if facts.container.is_none() && others > 0 && facts.phase == "Succeeded" {
        notes.push(format!("The pod has completed; container {} was judged.", case.container.name));
    } else if facts.container.is_none() && others > 0 {
        let kind = if case.container.kind == ContainerKind::Init { "init container" } else { "container" };
        notes.push(format!(
            "The alert names no container; {kind} {} is in most trouble and was judged.",
            case.container.name
        ));
    }
    if let Some((node, since)) = facts.node.as_ref().and_then(|node| Some((node, node.silent_since?))) {
        notes.push(format!(
            "Node {} has been silent since {}; the pod's status is as old as that.",
            node.name,
            instant(since, case.now)
        ));
    }
    if *told.support != Support::Unasked
        && let Some(backups) = facts.backups.known()
    {
        let undated = tally(&History::of(case.container, facts.watching_since), backups, case.now).undated;
        if let (Fact::Unknown(unknown), 1..) = (&case.container.record, undated) {
            notes.push(format!("{undated} restarts carry no date: {} {}", unknown.reason, unknown.remedy));
        }
        match backups.clock_ahead_ms {
            None => notes.push("Proxmox's clock could not be compared with ours; restarts within a minute of a run's edge are not counted.".into()),
            Some(ahead) if ahead.abs() >= 5_000 => {
                let side = if ahead > 0 { "ahead of" } else { "behind" };
                notes.push(format!("Proxmox's clock is {} s {side} ours; its runs are set against restarts by our clock.", ahead.abs() / 1_000));
            }
            Some(_) => {}
        }
        if backups.host.is_none() {
            notes.push("Which Proxmox node runs this pod's machine is not known; backups on every node count.".into());
        }
    }
    for (row, verdict) in told.rows.iter().enumerate() {
        if let RowOutcome::ForTheReader { why } = &verdict.outcome {
            notes.push(format!("Row {} is for you to judge: {why}.", row + 1));
        }
    }
    notes
}

fn reason_of(row: &RowVerdict) -> Option<&str> {
    match &row.outcome {
        RowOutcome::Unknown(unknown) => Some(&unknown.reason),
        RowOutcome::Matches | RowOutcome::DoesNot | RowOutcome::ForTheReader { .. } => None,
    }
}

/// "app ended with Error, exit code 3 at 02:23:41 UTC (14 min ago)".
fn describe_crash(case: &Case<'_>) -> String {
    let name = &case.container.name;
    match (&case.container.state, case.container.latest_end()) {
        (State::Waiting { reason, .. }, None) => format!("{name} waits: {reason}"),
        (_, Some(ended)) => {
            let when = ended.ended_at.map_or_else(String::new, |at| format!(" at {}", instant(at, case.now)));
            format!("{name} ended with {}, {}{when}", ended.reason, describe_exit(ended.exit_code))
        }
        (State::NotReported, None) => {
            let reason = case.facts.pod_reason.as_ref().map_or_else(String::new, |reason| format!(", {reason}"));
            format!("{name} is {}{reason}", case.facts.phase)
        }
        (_, None) => format!("{name} is {}", describe_state(case.container, case.now)),
    }
}

/// When the crash was. A container that waits for something else than its next run has another trouble since.
fn end_of_crash(case: &Case<'_>) -> Option<Timestamp> {
    match &case.container.state {
        State::Waiting { reason, .. } if reason != "CrashLoopBackOff" => None,
        _ => case.container.latest_end().and_then(|ended| ended.ended_at),
    }
}

/// The pattern in words; of a choice, the one that is there.
fn name_row(rule: &Rule, case: &Case<'_>) -> String {
    let is_there = |part: &&Condition| matches!(weigh(part, case), Answer::Yes(_));
    let clause = match &rule.reading {
        RuleReading::When(Condition::Any(parts)) => parts.iter().find(is_there),
        RuleReading::When(condition @ Condition::Is(Clause::Exit(_))) => Some(condition),
        RuleReading::When(_) | RuleReading::Remainder | RuleReading::Unread { .. } => None,
    };
    if let Some(Condition::Is(clause)) = clause {
        return match clause {
            Clause::Reason(name) if name != "Init:" => name.clone(),
            Clause::Line { parts, .. } => parts.iter().map(name_part).collect::<Vec<_>>().join(" with "),
            other => other.to_string(),
        };
    }
    name_pattern(&rule.pattern)
}

fn name_part(part: &LinePart) -> String {
    match part {
        LinePart::Says(saying) => saying.phrase().to_owned(),
        LinePart::Object(kind) | LinePart::Product { name: kind, .. } => kind.clone(),
        other => other.to_string(),
    }
}

/// The pattern as a part of a sentence: joints as commas, without the place where to look.
fn name_pattern(pattern: &str) -> String {
    // What adorns a cell ("🔴 OOMKilled") has no place in a sentence.
    let pattern = pattern.trim_start_matches(|c: char| !(c.is_alphanumeric() || c.is_ascii_punctuation())).trim_start();
    let text = pattern.replace(" + ", ", ").replace(" & ", ", ");
    let lower = text.to_lowercase();
    let end = [
        " in last",
        " in the last",
        " in log",
        " in the log",
        " in previous",
        " in the previous",
        " in event",
        " in the event",
    ]
    .iter()
    .filter_map(|tail| lower.find(tail))
    .min()
    .unwrap_or(text.len());
    let text = text.get(..end).unwrap_or(&text).to_owned();
    // Kubernetes prints it as one word; people read it as two.
    text.replacen("leaderelection", "leader election", 1).replacen("Leaderelection", "Leader election", 1)
}

/// " Transient." from "Transient — see below".
fn lead(action: &str) -> String {
    let first = action.split([',', ';', '.', '(', ':', '—', '–']).next().unwrap_or_default().trim();
    if first.is_empty() { String::new() } else { format!(" {first}.") }
}

fn capitalise(text: &str) -> String {
    change_first(text, |first| first.to_uppercase().collect())
}

/// Lower case for an ordinary first word; names and abbreviations stay.
fn uncapitalise(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    let is_ordinary = word.chars().skip(1).all(|c| c.is_lowercase() || c == '-');
    if is_ordinary && (word.len() > 1 || word == "A") {
        change_first(text, |first| first.to_lowercase().collect())
    } else {
        text.to_owned()
    }
}

fn change_first(text: &str, change: impl Fn(char) -> String) -> String {
    let mut chars = text.chars();
    let word = text.split_whitespace().next().unwrap_or_default();
    // `kubelet-x:8080` and `iPhone` keep their shape.
    let is_plain = word.chars().skip(1).all(|c| c.is_lowercase() || matches!(c, ',' | '-'));
    match chars.next() {
        Some(first) if is_plain => format!("{}{}", change(first), chars.as_str()),
        _ => text.to_owned(),
    }
}
