//! How long a verdict takes: a table of 100 rows against 1,000 lines of log and 200 events: `cargo run --release -p
//! judging --example verdict_speed`. The table is read once, as the portal does; each judgement begins with bare facts.

use std::{error::Error, fmt::Write as _, time::Instant};

use document::{outcome::Cause, time::Timestamp};
use judging::verdict::{
    Container, ContainerKind, Ended, Event, Fact, Facts, LogText, MemoryUse, Node, State, TextLine, find_classifier,
    judge,
};

const ROWS: usize = 100;
const LINES: usize = 1_000;
const EVENTS: usize = 200;
const NOW: Timestamp = Timestamp(1_771_900_000_000);

fn main() -> Result<(), Box<dyn Error>> {
    let markdown = table();
    let started = Instant::now();
    let book = text::parse(&markdown);
    let (_, classifier) = find_classifier(&book.blocks, &book.commands).ok_or("the table is no classifier")?;
    println!("table of {} rows read in {:.1?}", classifier.rules.len(), started.elapsed());
    let facts = facts();
    let mut times: Vec<_> = (0..50)
        .map(|_| {
            let started = Instant::now();
            let verdict = judge(&classifier, &facts, NOW);
            (started.elapsed(), verdict.winner)
        })
        .collect();
    times.sort();
    println!(
        "{ROWS} rows x {LINES} lines x {EVENTS} events: median {:.2?}, worst {:.2?}; row {:?} leads",
        times[times.len() / 2].0,
        times[times.len() - 1].0,
        times[0].1.map(|row| row + 1)
    );
    Ok(())
}

fn table() -> String {
    let mut text = "# T\n\n| Symptom | Cause |\n|---|---|\n".to_owned();
    for row in 0..ROWS {
        let cell = match row % 10 {
            0 => format!("`worker {row} lost its queue`"),
            1 => format!("exit code {row} and `shard {row} is gone`"),
            2 => format!("timeout to 10.0.0.{row}"),
            3 => format!("`job-[0-9]+ {row} failed.*`"),
            4 => "`FailedMount` or `FailedScheduling`".to_owned(),
            5 => format!("connection refused to db{row}.internal:5432"),
            6 => format!("secret `<name>-{row}` not found"),
            7 => "`OOMKilled`".to_owned(),
            8 => format!("permission denied on /data/{row}"),
            _ => format!("queue number {row} grows beyond reason"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {cell} | cause {row} |");
    }
    text
}

fn facts() -> Facts {
    let line = |at: usize| TextLine {
        at: Some(NOW.plus_ms(at as i64 - 100_000)),
        text: format!(
            "2026-02-24T02:40:{:02}Z level=info msg=\"request {at} for /orders/{at} took 12 ms\" shard={}",
            at % 60,
            at % 7
        ),
    };
    let event = |at: usize| Event {
        reason: if at.is_multiple_of(3) { "Pulled".into() } else { "BackOff".into() },
        message: format!("Back-off restarting failed container web in pod web-{at}_shop(1a)"),
        at: Some(NOW.plus_ms(-60_000)),
        count: 3,
        container: Some("web".into()),
    };
    let mut lines: Vec<TextLine> = (0..LINES).map(line).collect();
    lines.push(TextLine { at: None, text: "level=fatal msg=\"shard 41 is gone\"".into() });
    let unknown = || Cause::NotAsked.unknown("x", "None.", "Add one.");
    let ended = Ended {
        reason: "Error".into(),
        exit_code: 41,
        message: String::new(),
        started_at: None,
        ended_at: Some(NOW.plus_ms(-30_000)),
    };
    let container = Container {
        name: "web".into(),
        kind: ContainerKind::Main,
        image: "web:1".into(),
        is_ready: false,
        restart_count: 7,
        restarts: Vec::new(),
        record: Fact::Unknown(unknown()),
        state: State::Waiting { reason: "CrashLoopBackOff".into(), message: String::new() },
        last_ended: Some(ended),
        memory: MemoryUse { request_bytes: None, limit_bytes: None, peak_bytes: Fact::Unknown(unknown()) },
        probes: Vec::new(),
    };
    Facts {
        namespace: "shop".into(),
        pod: "web-0".into(),
        container: None,
        phase: "Running".into(),
        pod_reason: None,
        pod_message: None,
        containers: Fact::Known(vec![container]),
        previous_log: Fact::Known(LogText { lines, is_whole: false }),
        current_log: Fact::Unknown(unknown()),
        events: Fact::Known((0..EVENTS).map(event).collect()),
        node: Some(Node { name: "n".into(), silent_since: None, troubles: Vec::new() }),
        owners: Vec::new(),
        watching_since: Some(NOW.plus_ms(-86_400_000)),
        backups: Fact::Unknown(unknown()),
        windows: Vec::new(),
        local_zone: None,
        excluded_by: None,
    }
}
