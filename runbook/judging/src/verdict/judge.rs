//! The table against the facts: every row judged, one winner or none, and what stays open.

use document::{
    outcome::{Cause, Unknown},
    time::Timestamp,
};

use super::{
    AlsoFits, Classifier, Clause, Condition, Container, ContainerKind, Ended, Evidence, Fact, Facts, LogText,
    MemoryUse, RowOutcome, RowVerdict, Rule, RuleReading, Standing, State, Verdict,
    crash::list_facts,
    last_words::find_last_words,
    lexicon::subjects,
    sentence::{self, Told},
    weighing::{
        Answer, Case, FactKind, Found,
        fold::strip_ansi,
        kubelet_excuse, potential,
        support::{Support, find_support},
        weigh,
        wording::find_telling_line,
    },
};

/// Points up to which a row rests on symptoms and exit codes alone: any row with a cause says more.
const SYMPTOMS: u32 = 30;
/// What something that is absent weighs.
const DENIAL: u32 = 5;

/// An exit code that says less names no signal and nothing that a shell means by it.
const SPECIFIC_EXIT: u32 = 25;

/// A row, judged, and how strongly it fits.
struct Judged {
    verdict: RowVerdict,
    found: Option<Found>,
    /// A mere symptom with words that nobody could read: the row cannot be told.
    potential: u32,
}

/// Judges the rows of a runbook's table.
pub fn judge(classifier: &Classifier, facts: &Facts, now: Timestamp) -> Verdict {
    let rules = &classifier.rules;
    let blank = blank_container(facts);
    let container = facts.focus().unwrap_or(&blank);
    let case = Case::new(facts, container, now);
    let judged = judge_rows(rules, &case);
    let is_quiet = case.is_healthy();
    let winner = if is_quiet { None } else { find_winner(&judged) };
    let open = find_open(rules, &judged, winner);
    let support = winner.map_or(Support::Unasked, |row| find_support(&rules[row], &case));
    let doubt = winner
        .and_then(|row| doubt_of(row, rules, &judged).or_else(|| doubt_of_kill(&rules[row], &judged[row], container)));
    let standing = stand(winner, &open, &support, doubt.is_some(), &judged, is_quiet);
    let also = winner.map_or_else(Vec::new, |row| list_others(row, &judged));
    let rests_on_words =
        winner.and_then(|row| judged[row].found.as_ref()).is_some_and(|found| found.kind == FactKind::Words);
    let rows: Vec<RowVerdict> = judged.into_iter().map(|row| row.verdict).collect();
    let told = Told {
        rules,
        rows: &rows,
        winner,
        origin: classifier.origin,
        open: &open,
        support: &support,
        standing,
        rests_on_words,
        doubt: doubt.as_deref(),
    };
    let is_sure = standing != Standing::Doubted;
    let action = winner.map(|row| rules[row].action.clone()).filter(|text| !text.is_empty() && is_sure);
    Verdict {
        container: facts.focus().map_or_else(String::new, |one| one.name.clone()),
        sentence: sentence::tell(&told, &case),
        notes: sentence::list_notes(&told, &case),
        last_words: find_last_words(facts),
        recovery: None,
        facts: list_facts(facts, now),
        patterns: rules.iter().map(|rule| rule.pattern.clone()).collect(),
        standing,
        winner,
        leads_to: winner.filter(|_| is_sure).and_then(|row| rules[row].leads_to.clone()),
        also,
        origin: classifier.origin,
        action,
        rows,
        judged_at: now,
    }
}

fn judge_rows(rules: &[Rule], case: &Case<'_>) -> Vec<Judged> {
    let mut rows: Vec<Judged> = rules.iter().map(|rule| judge_row(rule, case)).collect();
    let remainder = judge_remainder(&rows, case);
    for (row, rule) in rows.iter_mut().zip(rules) {
        if rule.reading == RuleReading::Remainder {
            *row = made(rule, remainder.clone(), 1);
        }
    }
    for at in 0..rows.len() {
        if rows[at].found.is_some() && rules[at].asks_for_the_rest() {
            let others =
                || (0..rows.len()).filter(|other| *other != at && rules[*other].reading != RuleReading::Remainder);
            let fits = others().find(|other| rows[*other].found.is_some());
            let open = others().find_map(|other| open_reason(&rows[other]).cloned());
            let answer = match (fits, open) {
                (Some(other), _) => {
                    let text = format!("row {} fits", other + 1);
                    Answer::No(vec![Evidence { text, source: "the table".into(), at: None }])
                }
                (None, Some(unknown)) => Answer::Open(vec![unknown]),
                (None, None) => continue,
            };
            rows[at] = made(&rules[at], answer, rows[at].potential);
        }
    }
    rows
}

fn judge_row(rule: &Rule, case: &Case<'_>) -> Judged {
    match &rule.reading {
        RuleReading::Unread { why } => made(rule, Answer::Left(why.clone(), Vec::new()), 0),
        // Judged below, when the others are known.
        RuleReading::Remainder => made(rule, Answer::No(Vec::new()), 1),
        RuleReading::When(condition) => {
            let answer = match &case.facts.containers {
                Fact::Unknown(unknown) if !is_about_the_node(condition) => {
                    if condition.asks_for_facts() {
                        Answer::Open(vec![unknown.clone()])
                    } else {
                        weigh(condition, case)
                    }
                }
                _ => weigh(condition, case),
            };
            made(rule, narrow(rule, answer), potential(condition) + extra(rule))
        }
    }
}

/// Words that nobody could read say more, if they hold.
fn extra(rule: &Rule) -> u32 {
    if rule.narrowing().is_some() { 5 } else { 0 }
}

/// A mere symptom that words narrow is no row that could be told by the symptom.
fn narrow(rule: &Rule, answer: Answer) -> Answer {
    match (answer, rule.narrowing()) {
        (Answer::Yes(found), Some(words)) if found.points <= SYMPTOMS => {
            Answer::Left(format!("\"{words}\" is nothing that can be looked up"), found.evidence)
        }
        (answer, _) => answer,
    }
}

fn is_about_the_node(condition: &Condition) -> bool {
    match condition {
        Condition::Is(clause) => matches!(clause, Clause::Node(_)),
        Condition::Not(inner) => is_about_the_node(inner),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().all(is_about_the_node),
    }
}

fn made(rule: &Rule, answer: Answer, potential: u32) -> Judged {
    let mut found = None;
    let (outcome, evidence) = match answer {
        Answer::Yes(yes) => {
            let evidence = yes.evidence.clone();
            found = Some(yes);
            (RowOutcome::Matches, evidence)
        }
        Answer::No(evidence) => (RowOutcome::DoesNot, evidence),
        Answer::Open(unknowns) => (RowOutcome::Unknown(first(unknowns)), Vec::new()),
        Answer::Left(why, evidence) => (RowOutcome::ForTheReader { why }, evidence),
    };
    let verdict = RowVerdict { outcome, evidence, read_as: rule.read_as(), unread: rule.what_is_left() };
    Judged { verdict, found, potential }
}

fn first(unknowns: Vec<Unknown>) -> Unknown {
    unknowns.into_iter().next().expect("an open answer names what is open")
}

/// What remains fits when no other row does and the log of the run that ended reports an error.
fn judge_remainder(rows: &[Judged], case: &Case<'_>) -> Answer {
    let no = |text: String, source: &str| Answer::No(vec![Evidence { text, source: source.to_owned(), at: None }]);
    if let Fact::Unknown(unknown) = &case.facts.containers {
        return Answer::Open(vec![unknown.clone()]);
    }
    if let Some(row) = rows.iter().position(|row| row.verdict.outcome == RowOutcome::Matches) {
        return no(format!("row {} fits", row + 1), "the table");
    }
    let container = case.container;
    if case.is_healthy() {
        return no(format!("{} is well", container.name), &format!("status of {}", container.name));
    }
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
        Answer::Yes(found) => match rows.iter().find_map(open_reason) {
            Some(unknown) => Answer::Open(vec![unknown.clone()]),
            None => Answer::Yes(found),
        },
        answer => answer,
    }
}

fn find_error(log: &Fact<LogText>, name: &str, end: Option<&Ended>) -> Answer {
    let lines = match log {
        Fact::Unknown(unknown) => return Answer::Open(vec![unknown.clone()]),
        Fact::Known(log) => match kubelet_excuse(log, name) {
            Some(unknown) => return Answer::Open(vec![unknown]),
            None => &log.lines,
        },
    };
    let evidence = |text: String, at| vec![Evidence { text, source: name.to_owned(), at }];
    match find_telling_line(lines, end) {
        Some(at) => {
            let text = strip_ansi(&lines[at].text).trim().to_owned();
            Answer::Yes(Found::new(1, FactKind::Remainder, evidence(text, lines[at].at)))
        }
        None => Answer::No(evidence(format!("no line reports an error ({} lines)", lines.len()), None)),
    }
}

fn open_reason(row: &Judged) -> Option<&Unknown> {
    match &row.verdict.outcome {
        RowOutcome::Unknown(unknown) => Some(unknown),
        RowOutcome::Matches | RowOutcome::DoesNot | RowOutcome::ForTheReader { .. } => None,
    }
}

/// What a row has to say: what ends the log before what warned early, then points.
fn strength(row: &Judged) -> Option<(bool, u32)> {
    row.found.as_ref().map(|found| (!found.is_early || found.points <= 1, found.points))
}

/// The matching row that says most; the first of equals.
fn find_winner(rows: &[Judged]) -> Option<usize> {
    (0..rows.len()).filter(|row| rows[*row].found.is_some()).rev().max_by_key(|row| strength(&rows[*row]))
}

/// Rows that cannot be told and would win if they fitted.
fn find_open(rules: &[Rule], rows: &[Judged], winner: Option<usize>) -> Vec<usize> {
    let to_beat = winner.and_then(|row| rows[row].found.as_ref()).map_or(0, |found| found.points);
    let is_open = |row: &usize| match rows[*row].verdict.outcome {
        RowOutcome::Unknown(_) => {
            rows[*row].potential > to_beat || rules[*row].reading == RuleReading::Remainder && winner.is_none()
        }
        _ => false,
    };
    (0..rows.len()).filter(is_open).collect()
}

/// What keeps a winner from being sure although everything was asked; one sentence without a full stop.
fn doubt_of(winner: usize, rules: &[Rule], rows: &[Judged]) -> Option<String> {
    let found = rows[winner].found.as_ref()?;
    if let Some(words) = rules[winner].narrowing() {
        return Some(format!("\"{words}\" is for you to judge"));
    }
    if found.is_early {
        return Some("it rests on a line that stands well before the error that the log ends with".into());
    }
    let left = |row: &usize| matches!(rows[*row].verdict.outcome, RowOutcome::ForTheReader { .. });
    let mut unread = (0..rows.len()).filter(|row| *row != winner).filter(left);
    if found.kind == FactKind::Remainder || rules[winner].reading == RuleReading::Remainder {
        return unread.next().map(|row| format!("row {} is for you to judge", row + 1));
    }
    // A symptom or an exit code says that something is wrong: an unread row may say what.
    let is_vague = match found.kind {
        FactKind::Symptom => true,
        FactKind::ExitCode => found.points < SPECIFIC_EXIT || rules[winner].names_exit(137),
        _ => false,
    };
    if is_vague && found.points <= SYMPTOMS {
        let may_say_why = |row: &usize| {
            let is_unread = matches!(rules[*row].reading, RuleReading::Unread { .. });
            (is_unread || rows[*row].potential > found.points) && !subjects::is_of_no_pod(&rules[*row].pattern)
        };
        return unread.find(may_say_why).map(|row| format!("row {} is for you to judge", row + 1));
    }
    // What a row only denies ("no logs at all") says less than anything that was found.
    let has_found = |row: &usize| !rows[*row].verdict.evidence.is_empty() && rows[*row].potential > DENIAL;
    let says_more = |row: &usize| has_found(row) || begins_alike(&rules[*row], &rules[winner]);
    if let Some(row) = unread.find(says_more) {
        return Some(format!("row {}, which says more, is for you to judge", row + 1));
    }
    let same = |row: &usize| {
        *row != winner
            && rows[*row].found.is_some()
            && rules[*row].reading == rules[winner].reading
            && rules[*row].left != rules[winner].left
    };
    (0..rows.len()).find(same).map(|row| format!("row {} differs only in words that are for you to judge", row + 1))
}

/// A run that the kernel ended for memory was not ended by a line of its log that speaks of something else.
fn doubt_of_kill(rule: &Rule, row: &Judged, container: &Container) -> Option<String> {
    let is_killed = container.latest_end().is_some_and(|end| end.reason == "OOMKilled");
    let rests_on_text = row.found.as_ref().is_some_and(|found| matches!(found.kind, FactKind::Log | FactKind::Words));
    let pattern = rule.pattern.to_lowercase();
    let is_of_memory = ["memory", "oom", "heap", "speicher", "mémoire", "memoria", "memória", "137"]
        .iter()
        .any(|word| pattern.contains(word));
    (is_killed && rests_on_text && !is_of_memory)
        .then(|| "the run ended because it used more memory than its limit, of which this row says nothing".into())
}

/// Whether a row begins with the words of another and goes on.
fn begins_alike(longer: &Rule, shorter: &Rule) -> bool {
    let bare = |text: &str| text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (longer, shorter) = (bare(&longer.pattern), bare(&shorter.pattern));
    !shorter.is_empty() && longer.len() > shorter.len() && longer.starts_with(&shorter)
}

/// The other rows that fit, with why the winner leads.
fn list_others(winner: usize, rows: &[Judged]) -> Vec<AlsoFits> {
    let Some(leading) = &rows[winner].found else { return Vec::new() };
    let mut others: Vec<(usize, &Found)> = rows
        .iter()
        .enumerate()
        .filter(|(row, _)| *row != winner)
        .filter_map(|(row, judged)| judged.found.as_ref().map(|found| (row, found)))
        .collect();
    others.sort_by_key(|(row, found)| (found.is_early, std::cmp::Reverse(found.points), *row));
    let why = |row: usize, found: &Found| sentence::why_first(winner, leading, row, found);
    others.into_iter().map(|(row, found)| AlsoFits { row, why: why(row, found) }).collect()
}

fn stand(
    winner: Option<usize>,
    open: &[usize],
    support: &Support,
    is_doubted: bool,
    rows: &[Judged],
    is_quiet: bool,
) -> Standing {
    let is_open = rows.iter().any(|row| matches!(row.verdict.outcome, RowOutcome::Unknown(_)));
    match (winner, support) {
        (Some(_), Support::Against(_)) => Standing::Doubted,
        (Some(_), _) if !open.is_empty() => Standing::Provisional,
        (Some(_), Support::Open(_)) => Standing::Provisional,
        (Some(_), _) if is_doubted => Standing::Provisional,
        (Some(_), Support::Unasked | Support::Full(_) | Support::Partial(_)) => Standing::Fits,
        (None, _) if is_quiet => Standing::Quiet,
        (None, _) if is_open => Standing::Unknown,
        (None, _) => Standing::Nothing,
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
    Cause::Untold.unknown("Memory use", "The pod has no container status.", "Look at its events.")
}
