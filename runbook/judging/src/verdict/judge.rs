//! The table against the facts: every row judged, one winner or none, and what stays open.

use document::{outcome::Unknown, time::Timestamp};

use super::{
    Classifier, Container, ContainerKind, Ended, Evidence, Fact, Facts, LogText, MemoryUse, RowOutcome, RowVerdict,
    Rule, RuleReading, Standing, State, Verdict,
    clause::{Answer, Case, weigh, weight},
    crash::list_facts,
    fold::strip_ansi,
    sentence::{self, Told},
    support::{Support, find_support},
    wording::find_telling_line,
};

/// Judges the rows of a runbook's table.
pub fn judge(classifier: &Classifier, facts: &Facts, now: Timestamp) -> Verdict {
    let rules = &classifier.rules;
    let blank = blank_container(facts);
    let container = facts.focus().unwrap_or(&blank);
    let case = Case { facts, container, now };
    let rows = match &facts.containers {
        Fact::Unknown(unknown) => rules.iter().map(|rule| unasked(rule, unknown)).collect(),
        Fact::Known(_) => judge_rows(rules, &case),
    };
    let winner = find_winner(rules, &rows);
    let open = find_open(rules, &rows, winner);
    let support = winner.map_or(Support::Unasked, |row| find_support(&rules[row], &case));
    let standing = stand(winner, &open, &support, &rows, &case);
    let told = Told { rules, rows: &rows, winner, open: &open, support: &support, standing };
    let action =
        winner.map(|row| rules[row].action.clone()).filter(|text| !text.is_empty() && standing != Standing::Doubted);
    Verdict {
        container: facts.focus().map_or_else(String::new, |one| one.name.clone()),
        sentence: sentence::tell(&told, &case),
        notes: sentence::list_notes(&told, &case),
        facts: list_facts(facts, now),
        patterns: rules.iter().map(|rule| rule.pattern.clone()).collect(),
        standing,
        winner,
        action,
        rows,
        judged_at: now,
    }
}

fn judge_rows(rules: &[Rule], case: &Case<'_>) -> Vec<RowVerdict> {
    let mut rows: Vec<RowVerdict> = rules
        .iter()
        .map(|rule| match &rule.reading {
            RuleReading::When(condition) => row_of(weigh(condition, case)),
            RuleReading::Unread { why } => {
                RowVerdict { outcome: RowOutcome::ForTheReader { why: why.clone() }, evidence: Vec::new() }
            }
            // Judged below, when the others are known.
            RuleReading::Remainder => RowVerdict { outcome: RowOutcome::DoesNot, evidence: Vec::new() },
        })
        .collect();
    let remainder = judge_remainder(&rows, case);
    for (row, rule) in rows.iter_mut().zip(rules) {
        if rule.reading == RuleReading::Remainder {
            *row = remainder.clone();
        }
    }
    rows
}

fn row_of(answer: Answer) -> RowVerdict {
    match answer {
        Answer::Yes(evidence) => RowVerdict { outcome: RowOutcome::Matches, evidence },
        Answer::No(evidence) => RowVerdict { outcome: RowOutcome::DoesNot, evidence },
        Answer::Open(unknowns) => RowVerdict { outcome: RowOutcome::Unknown(first(unknowns)), evidence: Vec::new() },
    }
}

fn first(unknowns: Vec<Unknown>) -> Unknown {
    unknowns.into_iter().next().expect("an open answer names what is open")
}

fn unasked(rule: &Rule, unknown: &Unknown) -> RowVerdict {
    let outcome = match &rule.reading {
        RuleReading::Unread { why } => RowOutcome::ForTheReader { why: why.clone() },
        RuleReading::When(_) | RuleReading::Remainder => RowOutcome::Unknown(unknown.clone()),
    };
    RowVerdict { outcome, evidence: Vec::new() }
}

/// What remains fits when no other row does and the log of the run that ended reports an error.
fn judge_remainder(rows: &[RowVerdict], case: &Case<'_>) -> RowVerdict {
    let no =
        |text: String, source: &str| row_of(Answer::No(vec![Evidence { text, source: source.to_owned(), at: None }]));
    if let Some(row) = rows.iter().position(|row| row.outcome == RowOutcome::Matches) {
        return no(format!("row {} fits", row + 1), "the table");
    }
    let container = case.container;
    let (log, name) = if container.has_never_ended() {
        (&case.facts.current_log, format!("log of {}", container.name))
    } else {
        (&case.facts.previous_log, format!("previous log of {}", container.name))
    };
    if container.has_never_ended() && !matches!(container.state, State::Running { .. }) {
        return no(
            format!("{} has not run, so it has no log", container.name),
            &format!("status of {}", container.name),
        );
    }
    match find_error(log, &name, container.latest_end()) {
        Answer::Yes(evidence) => match rows.iter().find_map(open_reason) {
            Some(unknown) => RowVerdict { outcome: RowOutcome::Unknown(unknown.clone()), evidence },
            None => row_of(Answer::Yes(evidence)),
        },
        answer => row_of(answer),
    }
}

fn find_error(log: &Fact<LogText>, name: &str, end: Option<&Ended>) -> Answer {
    let lines = match log {
        Fact::Unknown(unknown) => return Answer::Open(vec![unknown.clone()]),
        Fact::Known(log) => match super::search::kubelet_excuse(log, name) {
            Some(unknown) => return Answer::Open(vec![unknown]),
            None => &log.lines,
        },
    };
    let evidence = |text: String, at| vec![Evidence { text, source: name.to_owned(), at }];
    match find_telling_line(lines, end) {
        Some(at) => Answer::Yes(evidence(strip_ansi(&lines[at].text).trim().to_owned(), lines[at].at)),
        None => Answer::No(evidence(format!("no line reports an error ({} lines)", lines.len()), None)),
    }
}

fn open_reason(row: &RowVerdict) -> Option<&Unknown> {
    match &row.outcome {
        RowOutcome::Unknown(unknown) => Some(unknown),
        RowOutcome::Matches | RowOutcome::DoesNot | RowOutcome::ForTheReader { .. } => None,
    }
}

/// The matching row that says most; the first of equals.
fn find_winner(rules: &[Rule], rows: &[RowVerdict]) -> Option<usize> {
    let matches = (0..rows.len()).filter(|row| rows[*row].outcome == RowOutcome::Matches);
    matches.rev().max_by_key(|row| rule_weight(&rules[*row]))
}

/// Rows that cannot be told and would win if they fitted.
fn find_open(rules: &[Rule], rows: &[RowVerdict], winner: Option<usize>) -> Vec<usize> {
    let to_beat = winner.map_or(0, |row| rule_weight(&rules[row]));
    let is_open = |row: &usize| matches!(rows[*row].outcome, RowOutcome::Unknown(_));
    (0..rows.len()).filter(is_open).filter(|row| rule_weight(&rules[*row]) > to_beat).collect()
}

fn rule_weight(rule: &Rule) -> u32 {
    match &rule.reading {
        RuleReading::When(condition) => weight(condition),
        RuleReading::Remainder => 1,
        RuleReading::Unread { .. } => 0,
    }
}

fn stand(winner: Option<usize>, open: &[usize], support: &Support, rows: &[RowVerdict], case: &Case<'_>) -> Standing {
    let is_open = rows.iter().any(|row| matches!(row.outcome, RowOutcome::Unknown(_)));
    match (winner, support) {
        (Some(_), Support::Against(_)) => Standing::Doubted,
        (Some(_), _) if !open.is_empty() => Standing::Provisional,
        (Some(_), Support::Open(_)) => Standing::Provisional,
        (Some(_), Support::Unasked | Support::Full(_) | Support::Partial(_)) => Standing::Fits,
        (None, _) if case.is_quiet() => Standing::Quiet,
        (None, _) if is_open => Standing::Unknown,
        (None, _) => Standing::Nothing,
    }
}

impl Case<'_> {
    /// Whether the pod is there, runs, and has never ended.
    fn is_quiet(&self) -> bool {
        let runs = matches!(self.container.state, State::Running { .. }) && self.container.is_ready;
        let is_heard = self.facts.node.as_ref().is_none_or(|node| node.silent_since.is_none());
        self.facts.containers.known().is_some()
            && runs
            && is_heard
            && self.container.has_never_ended()
            && self.facts.pod_reason.is_none()
    }
}

/// Stands for the container of a pod that has no status yet, or none any more.
fn blank_container(facts: &Facts) -> Container {
    Container {
        name: facts.container.clone().unwrap_or_else(|| facts.pod.clone()),
        kind: ContainerKind::Main,
        image: String::new(),
        is_ready: false,
        restart_count: 0,
        restarts: Vec::new(),
        record: Fact::Unknown(not_measured()),
        state: State::NotReported,
        last_ended: None,
        memory: MemoryUse { request_bytes: None, limit_bytes: None, peak_bytes: Fact::Unknown(not_measured()) },
        probes: Vec::new(),
    }
}

fn not_measured() -> Unknown {
    Unknown {
        asked: "Memory use".into(),
        reason: "The pod has no container status.".into(),
        remedy: "Look at its events.".into(),
        log_id: None,
    }
}
