//! The node's journal: what its services said today, made of its backups and of what services always say.

use document::time::Timestamp;
use http::StatusCode;
use serde_json::{Value, json};

use super::{Host, Query, Refusal, seconds};
use crate::{lock, voice::syslog_stamp};

/// How far back the journal reaches, in minutes.
const MINUTES: i64 = 1_440;
/// A line of the daily round this often, in minutes.
const STEP: i64 = 7;

/// What services say all day.
const ROUND: &[(&str, &str)] = &[
    ("pvedaemon", "<root@pam> successful auth for user 'root@pam'"),
    ("pveproxy", "worker exit"),
    ("pveproxy", "starting 1 worker(s)"),
    ("systemd", "Starting pve-daily-update.service - Daily PVE download activities..."),
    ("pvestatd", "auth key pair too old, rotating.."),
    ("chronyd", "Selected source 10.10.0.1"),
];

struct Entry {
    at: Timestamp,
    unit: &'static str,
    text: String,
}

/// `GET /nodes/{node}/journal`: lines between two cursors.
pub(super) fn journal(host: &Host, query: &Query) -> Result<Value, Refusal> {
    allow(host)?;
    let mut entries = entries(host);
    let since = number(query, "since")?;
    let until = number(query, "until")?;
    entries.retain(|entry| {
        since.is_none_or(|it| seconds(entry.at) >= it) && until.is_none_or(|it| seconds(entry.at) <= it)
    });
    if let Some(last) = number(query, "lastentries")? {
        let last = usize::try_from(last).map_err(|_| invalid())?;
        entries.drain(..entries.len().saturating_sub(last));
    }
    let cursor = |entry: Option<&Entry>| json!(format!("s=5d1f;i={:x};b=77ab", entry.map_or(0, |entry| entry.at.0)));
    let lines = entries.iter().map(|entry| json!(line(host, entry)));
    Ok([cursor(entries.first())].into_iter().chain(lines).chain([cursor(entries.last())]).collect())
}

/// `GET /nodes/{node}/syslog`: one service's lines, by number.
pub(super) fn syslog(host: &Host, query: &Query) -> Result<Value, Refusal> {
    allow(host)?;
    let mut entries = entries(host);
    let is_wanted = |entry: &Entry| query.get("service").is_none_or(|unit| entry.unit == unit);
    entries.retain(is_wanted);
    for (name, keeps_later) in [("since", true), ("until", false)] {
        if let Some(text) = query.get(name) {
            entries.retain(|entry| {
                let at = format!("{} {}", entry.at.date(), entry.at.clock());
                if keeps_later { at.as_str() >= text.as_str() } else { at.as_str() <= text.as_str() }
            });
        }
    }
    let total = entries.len();
    let start = usize::try_from(number(query, "start")?.unwrap_or(0)).map_err(|_| invalid())?;
    let limit = usize::try_from(number(query, "limit")?.unwrap_or(50)).map_err(|_| invalid())?;
    let lines: Vec<Value> = entries
        .iter()
        .enumerate()
        .skip(start)
        .take(limit)
        .map(|(index, entry)| json!({ "n": index + 1, "t": line(host, entry) }))
        .collect();
    Ok(json!({ "data": lines, "total": total }))
}

fn entries(host: &Host) -> Vec<Entry> {
    let now = host.now();
    let first = now.plus_ms(-MINUTES * 60_000);
    let mut entries: Vec<Entry> = (0..MINUTES / STEP)
        .map(|step| {
            let (unit, text) = ROUND[usize::try_from(step).unwrap_or(0) % ROUND.len()];
            Entry { at: first.plus_ms(step * STEP * 60_000), unit, text: text.to_owned() }
        })
        .collect();
    for run in lock(&host.backups).runs(now).into_iter().filter(|run| run.started_at >= first) {
        let say = |at, text: String| Entry { at, unit: "pvescheduler", text };
        entries.push(say(
            run.started_at,
            format!("INFO: starting new backup job: vzdump --all 1 --storage pbs --node {}", host.name),
        ));
        if let Some(ended_at) = run.ended_at {
            let how = if run.has_errors { "with errors" } else { "successfully" };
            entries.push(say(ended_at, format!("INFO: Backup job finished {how}")));
        }
    }
    entries.sort_by_key(|entry| entry.at);
    entries
}

/// `Feb 26 02:00:04 pihanga pvescheduler[1204]: INFO: …`.
fn line(host: &Host, entry: &Entry) -> String {
    let pid = 1_000 + entry.unit.len() * 17;
    format!("{} {} {}[{pid}]: {}", syslog_stamp(entry.at), host.name, entry.unit, entry.text)
}

fn allow(host: &Host) -> Result<(), Refusal> {
    host.require(&format!("/nodes/{}", host.name), &["Sys.Syslog"])
}

fn number(query: &Query, name: &str) -> Result<Option<i64>, Refusal> {
    query.get(name).map(|text| text.parse().map_err(|_| invalid())).transpose()
}

fn invalid() -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "Parameter verification failed.")
}
