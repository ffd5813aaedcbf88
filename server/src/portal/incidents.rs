//! Incidents for the views and as files: what fired and ended when, the crashes that belong to it, what was written down.

use std::collections::BTreeMap;

use ::evidence::{Capture, Entry, EntryKind, EvidenceId, Incident, SharedPage, Store, StoreError};
use app::{
    error::WireError,
    paths,
    server_side::{
        backend::Caller,
        incident::{IncidentView, Line},
    },
};
use runbook::{
    names::RunbookPath,
    outcome::{Body, Report, Unknown},
    time::{Span, Timestamp},
};
use serde_json::json;

use super::{Portal, withheld::hidden_hosts};
use crate::sources::Grant;

/// How long before its alert fires an incident may have begun, in milliseconds: rules wait before they fire.
const BEFORE_MS: i64 = 30 * 60_000;
/// How long after an alert has ended a crash still belongs to it, in milliseconds.
const AFTER_MS: i64 = 5 * 60_000;
/// Crashes of one incident that are shown.
const MAX_CRASHES: usize = 100;
/// Longest note, in bytes.
const MAX_NOTE_BYTES: usize = 4_096;
/// Longest name of whoever writes, in bytes.
const MAX_NAME_BYTES: usize = 80;

/// As what an incident is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncidentFormat {
    /// For a ticket.
    Markdown,
    /// For a program.
    Json,
}

/// An incident with its crashes.
struct Told {
    incident: Incident,
    entries: Vec<Entry>,
    crashes: Vec<Capture>,
}

impl Told {
    /// Takes out what rests on Proxmox.
    fn withhold_hosts(&mut self) {
        self.entries.retain(|entry| entry.kind != EntryKind::Verdict);
        for capture in &mut self.crashes {
            capture.verdict = None;
            capture.backup = Err(hidden_hosts());
        }
    }
}

impl Portal {
    pub(super) async fn find_incident(&self, grant: &Grant, id: &str) -> Result<IncidentView, WireError> {
        let told = self.told(grant, id).await?;
        let now = self.now();
        let lines = time_line(&told);
        let labels = &told.incident.alert.labels;
        let pairs = labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let alert = told.incident.alert.label("alertname");
        Ok(IncidentView {
            id: told.incident.id.to_string(),
            title: title(&told.incident),
            state: state(&told.incident, now),
            starts_at: told.incident.alert.starts_at,
            ends_at: told.incident.alert.ends_at,
            now,
            labels: labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            runbook: paths::alert(alert, pairs.filter(|(name, _)| *name != "alertname")),
            markdown: markdown(&told, &lines, now),
            lines,
        })
    }

    /// An incident as a file.
    pub async fn incident_file(&self, caller: &Caller, id: &str, format: IncidentFormat) -> Result<String, WireError> {
        let told = self.told(&self.grant(caller), id).await?;
        let lines = time_line(&told);
        match format {
            IncidentFormat::Markdown => Ok(markdown(&told, &lines, self.now())),
            IncidentFormat::Json => {
                let crashes: Vec<_> = told
                    .crashes
                    .iter()
                    .map(|capture| {
                        json!({
                            "id": capture.id(), "crash": capture.crash, "telling": capture.telling,
                        })
                    })
                    .collect();
                let whole = json!({"incident": told.incident, "entries": told.entries, "crashes": crashes});
                Ok(format!("{whole:#}\n"))
            }
        }
    }

    /// Writes a note on an incident; without words, that somebody has it.
    pub async fn note_on_incident(&self, caller: &Caller, id: &str, who: &str, text: &str) -> Result<(), WireError> {
        let incident = self.told(&self.grant(caller), id).await?.incident.id;
        let (who, text) = (who.trim(), text.trim());
        if text.len() > MAX_NOTE_BYTES || who.len() > MAX_NAME_BYTES {
            return Err(WireError {
                status: 400,
                title: "The note is too long".into(),
                message: format!("A note has at most {MAX_NOTE_BYTES} bytes, a name {MAX_NAME_BYTES}."),
                next_step: "Write it shorter.".into(),
                links: vec![("The incident".into(), paths::incident(id))],
                log_id: None,
            });
        }
        let mut words = [text.to_owned()];
        crate::checks::mask_lines(&mut words);
        let [text] = words;
        let entry = Entry {
            kind: if text.is_empty() { EntryKind::Taken } else { EntryKind::Note },
            at: self.now(),
            who: name_of(caller, who),
            text,
        };
        let written = self.keeping()?.read(async |store| store.note(&incident, &entry).await).await;
        written.map_err(|unknown| unreadable(&unknown))
    }

    /// Keeps a page as it is shown, and gives the id of its link.
    pub async fn share(&self, caller: &Caller, path: &str, query: &str) -> Result<String, WireError> {
        let path: RunbookPath = path.parse().map_err(|_| absent("runbook"))?;
        let entry = self.entry(caller, &path)?;
        let query = app::server_side::request::read_query(query);
        let view = self.view(&self.grant(caller), &entry, &query).await;
        let mut reports = Vec::new();
        for panel in &view.standing {
            if let app::server_side::backend::PanelState::Done(report) = &panel.state {
                reports.extend(keepable(report).into_iter().map(|report| (String::new(), report)));
            }
        }
        for command in &view.runbook.commands {
            if let Some(app::server_side::backend::PanelState::Done(report)) = view.panels.get(&command.id) {
                reports.extend(keepable(report).into_iter().map(|report| (command.text.clone(), report)));
            }
        }
        let bindings: BTreeMap<String, String> = view.bindings.0.clone().into_iter().collect();
        let page = SharedPage {
            runbook: path.as_str().to_owned(),
            title: view.runbook.title.clone(),
            revision: view.revision.clone(),
            bindings,
            reports,
            by: name_of(caller, ""),
            at: self.now(),
        };
        let kept = self.keeping()?.read(async |store| store.keep_page(&page).await).await;
        kept.map(|id| id.to_string()).map_err(|unknown| unreadable(&unknown))
    }

    fn keeping(&self) -> Result<&crate::evidence::Evidence, WireError> {
        self.evidence().map(|evidence| &**evidence).ok_or_else(|| absent("incident"))
    }

    async fn told(&self, grant: &Grant, id: &str) -> Result<Told, WireError> {
        let id: EvidenceId = id.parse().map_err(|_| absent("incident"))?;
        let now = self.now();
        let read = self.keeping()?.read(async |store| tell(&store, &id, now).await).await;
        let mut told = read.map_err(|unknown| unreadable(&unknown))?.ok_or_else(|| absent("incident"))?;
        let cluster = &told.incident.cluster;
        // An alert about no cluster of ours is for whoever may see all that Runlight may.
        let may_see = grant.cluster(cluster).is_some() || grant == self.sources.own();
        if !may_see {
            return Err(absent("incident"));
        }
        if !self.sees_every_host(grant) {
            told.withhold_hosts();
        }
        Ok(told)
    }
}

/// A report in a form that can be kept: several reports stand one after the other, findings as lines.
fn keepable(report: &Report) -> Vec<Report> {
    match &report.body {
        Body::Several(reports) => reports.iter().flat_map(keepable).collect(),
        Body::Findings(findings) => {
            let line = |row: &runbook::outcome::Finding| match &row.detail {
                Some(detail) => format!("{} {}: {detail}", row.subject, row.words),
                None => format!("{} {}", row.subject, row.words),
            };
            let lines: Vec<String> = findings.rows.iter().map(line).collect();
            vec![Report { body: Body::Text { text: lines.join("\n") }, ..report.clone() }]
        }
        _ => vec![report.clone()],
    }
}

/// Who writes: whoever has signed in, else the name that is given.
fn name_of(caller: &Caller, given: &str) -> String {
    match caller {
        Caller::Person(person) => person.name.clone(),
        Caller::Machine(machine) => machine.name.clone(),
        Caller::Local if given.is_empty() => "somebody".into(),
        Caller::Local => given.to_owned(),
    }
}

async fn tell(store: &Store, id: &EvidenceId, now: Timestamp) -> Result<Option<Told>, StoreError> {
    let Some((incident, entries)) = store.incident(id).await? else { return Ok(None) };
    let from = incident.alert.starts_at.plus_ms(-BEFORE_MS);
    let until = incident.alert.ends_at.map_or(now, |ended| ended.plus_ms(AFTER_MS));
    let (namespace, pod) = (incident.alert.label("namespace"), incident.alert.label("pod"));
    let rows = match (namespace, pod) {
        ("", _) | (_, "") => Vec::new(),
        _ => store.crashes_of_pod(&incident.cluster, namespace, pod, from, until, MAX_CRASHES).await?,
    };
    let mut crashes = Vec::new();
    for row in &rows {
        crashes.extend(store.capture(&row.id).await?);
    }
    crashes.sort_by_key(|capture| capture.crash.at);
    Ok(Some(Told { incident, entries, crashes }))
}

fn title(incident: &Incident) -> String {
    let alert = &incident.alert;
    let place = [incident.cluster.as_str(), alert.label("namespace"), alert.label("pod")];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    let name = if alert.label("alertname").is_empty() { "An alert without a name" } else { alert.label("alertname") };
    if place.is_empty() { name.to_owned() } else { format!("{name}: {}", place.join("/")) }
}

fn state(incident: &Incident, now: Timestamp) -> String {
    let begun = incident.alert.starts_at;
    let told = if incident.is_end_alone { " Only its end was told, not its beginning." } else { "" };
    match incident.alert.ends_at {
        Some(ended) => format!("Ended after {}.{told}", Span(ended.ms_since(begun))),
        None => format!("Fires for {} now.", Span(now.ms_since(begun))),
    }
}

/// Everything on one time axis.
fn time_line(told: &Told) -> Vec<Line> {
    let entry = |entry: &Entry| {
        let words = match entry.kind {
            EntryKind::Fired => "The alert fired.".to_owned(),
            EntryKind::Ended => "The alert ended.".to_owned(),
            EntryKind::Taken => format!("{} has it.", entry.who),
            EntryKind::Note => format!("{}: {}", entry.who, entry.text),
            EntryKind::Verdict | EntryKind::Check | EntryKind::Remark => entry.text.clone(),
        };
        Line { at: entry.at, words, href: None }
    };
    let mut lines: Vec<Line> = told.entries.iter().map(entry).collect();
    let mut last_verdict: Option<&str> = None;
    for capture in &told.crashes {
        let crash = &capture.crash;
        let reason = if crash.ended.reason.is_empty() { "no reason given" } else { &crash.ended.reason };
        let telling = capture.telling.as_ref().map_or_else(String::new, |line| format!(": {line}"));
        let words = format!("{} ended, {reason}, exit code {}{telling}", crash.key.container, crash.ended.exit_code);
        lines.push(Line { at: crash.at, words, href: Some(paths::evidence(capture.id().as_str())) });
        if let Some(judged) = &capture.verdict {
            let sentence = judged.report.outcome.summary();
            if last_verdict != Some(sentence) {
                lines.push(Line { at: capture.captured_at, words: format!("Verdict: {sentence}"), href: None });
            }
            last_verdict = Some(sentence);
        }
        for work in capture.backup.iter().flat_map(|backup| &backup.work) {
            let words = format!("At that time: {work}.");
            if lines.iter().all(|line| line.words != words) {
                lines.push(Line { at: crash.at, words, href: None });
            }
        }
    }
    lines.sort_by_key(|line| line.at);
    lines
}

/// One page for a ticket.
fn markdown(told: &Told, lines: &[Line], now: Timestamp) -> String {
    let alert = &told.incident.alert;
    // The day is said once where all of it was on one.
    let day = alert.starts_at.date();
    let is_one_day = lines.iter().all(|line| line.at.date() == day);
    let time = |at: Timestamp| if is_one_day { at.clock() } else { format!("{} {}", at.date(), at.clock()) };
    let mut text = format!("# {}\n\n{}", plain(&title(&told.incident)), state(&told.incident, now));
    text.push_str(&if is_one_day { format!(" All on {day}, in UTC.\n\n") } else { " Times are UTC.\n\n".to_owned() });
    for (name, value) in &alert.labels {
        text.push_str(&format!("- {}: `{}`\n", plain(name), one_line(&value.replace('`', "'"))));
    }
    text.push_str("\n## What happened\n\n| When | What |\n|---|---|\n");
    for line in lines {
        text.push_str(&format!("| {} | {} |\n", time(line.at), plain(&line.words)));
    }
    if let Some(capture) = told.crashes.iter().rev().find(|capture| capture.log.is_ok())
        && let Ok(log) = &capture.log
    {
        const LAST_LINES: usize = 20;
        let all: Vec<_> = log.lines().collect();
        let last = &all[all.len().saturating_sub(LAST_LINES)..];
        text.push_str(&format!("\n## Last lines of the log at {}\n\n", time(capture.crash.at)));
        for line in last {
            // Most programs write the time themselves.
            let at = line.at.map(|at| at.clock()).filter(|at| !line.text.contains(at.as_str()));
            let at = at.map_or_else(String::new, |at| format!("{at} "));
            text.push_str(&format!("    {at}{}\n", one_line(&line.text)));
        }
    }
    text
}

/// Text without what would end a line: a lone carriage return does in Markdown.
fn one_line(text: &str) -> String {
    let is_break = |char: char| char.is_control() && char != '\t' || matches!(char, '\u{2028}' | '\u{2029}');
    text.replace(is_break, " ")
}

/// Words on one line, without what Markdown, or the tracker that shows it, would take for more than words: markup, cells of
/// a table, names of people who would be told, addresses of pictures.
fn plain(words: &str) -> String {
    let mut out = String::new();
    for char in one_line(words).chars() {
        match char {
            '\\' | '<' | '>' | '[' | ']' | '*' | '_' | '`' | '#' | '|' | '&' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(char);
            }
            // Nobody is called by a log line.
            '@' => out.push_str("@\u{2060}"),
            _ => out.push(char),
        }
    }
    out
}

fn absent(what: &str) -> WireError {
    WireError {
        status: 404,
        title: format!("No such {what}"),
        message: format!("No {what} is known under this address."),
        next_step: "Check the link.".into(),
        links: Vec::new(),
        log_id: None,
    }
}

fn unreadable(unknown: &Unknown) -> WireError {
    WireError {
        status: 503,
        title: "The store does not answer".into(),
        message: unknown.reason.clone(),
        next_step: unknown.remedy.clone(),
        links: Vec::new(),
        log_id: None,
    }
}

#[cfg(test)]
mod tests {
    use super::{one_line, plain};

    #[test]
    fn words_from_outside_stay_words_in_a_ticket() {
        assert_eq!(plain("a\\| b\r\n| c"), "a\\\\\\| b  \\| c");
        assert_eq!(plain("![x](http://h) <img>"), "\\!\\[x\\](http://h) \\<img\\>");
        assert_eq!(plain("@team &lt; #12"), "@\u{2060}team \\&lt; \\#12");
        assert_eq!(one_line("progress\r# heading\u{2028}x\ty"), "progress # heading x\ty");
    }
}
