//! The work of a backup server in words, as stretches of time, and against a pod's restarts. Arithmetic on instants; it
//! claims no cause.

use crate::tally::HORIZON_DAYS;
use document::{
    outcome::{ServerTask, ServerWork, Stretch, TimeSpan},
    time::{DAY_MS, Timestamp},
};

/// Tasks that follow one another within this are one stretch.
const ONE_STRETCH_GAP_MS: i64 = 10 * 60_000;

/// Tasks of a kind and server that follow one another as one, oldest first.
pub fn stretches(tasks: &[ServerTask], now: Timestamp) -> Vec<Stretch> {
    let mut sorted: Vec<&ServerTask> = tasks.iter().collect();
    sorted.sort_by_key(|task| (&task.server, task.work, task.started_at));
    let mut found: Vec<Stretch> = Vec::new();
    for task in sorted {
        let to = end_of(task, now);
        let follows = |last: &&mut Stretch| {
            last.server == task.server
                && last.work == task.work
                && task.started_at.ms_since(last.span.to) <= ONE_STRETCH_GAP_MS
        };
        if found.last_mut().filter(follows).is_none() {
            found.push(Stretch {
                server: task.server.clone(),
                work: task.work,
                span: TimeSpan { from: task.started_at, to },
                tasks: 0,
                failed: 0,
                is_running: false,
            });
        }
        let Some(stretch) = found.last_mut() else { continue };
        stretch.span.to = stretch.span.to.max(to);
        stretch.tasks += 1;
        stretch.failed += usize::from(task.ended_at.is_some() && task.status != "OK");
        stretch.is_running |= task.ended_at.is_none();
    }
    found.sort_by_key(|stretch| (stretch.span.from, stretch.work));
    found
}

/// What is known of one server's work.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The server's name.
    pub server: &'a str,
    /// Its tasks, by our clock.
    pub tasks: &'a [ServerTask],
    /// From when on the list of tasks is whole, when that is later than the horizon.
    pub since: Option<Timestamp>,
    /// How near to a task's edge a restart cannot be told: what the two clocks may differ by.
    pub margin_ms: i64,
}

/// "5 of 5 restarts while pbs worked (5 during backup, 1 during verification); 0 while it did not, in 7 days". Nothing
/// without a dated restart.
pub fn statement(known: &Known<'_>, restarts: &[Timestamp], undated: u32, now: Timestamp) -> Option<String> {
    let horizon = now.plus_ms(-HORIZON_DAYS * DAY_MS);
    let judged: Vec<Timestamp> = restarts.iter().copied().filter(|at| *at >= horizon).collect();
    if judged.is_empty() {
        return None;
    }
    let mut during: Vec<(ServerWork, usize)> = Vec::new();
    let (mut inside, mut unclear) = (0_usize, 0_usize);
    for restart in &judged {
        let depths: Vec<(ServerWork, i64)> =
            known.tasks.iter().map(|task| (task.work, depth(task, *restart))).collect();
        let mut works: Vec<ServerWork> =
            depths.iter().filter(|(_, depth)| *depth >= known.margin_ms).map(|(work, _)| *work).collect();
        works.sort_unstable();
        works.dedup();
        let is_edge = depths.iter().any(|(_, depth)| *depth > -known.margin_ms);
        match works.is_empty() {
            false => inside += 1,
            true if is_edge || known.since.is_some_and(|since| *restart < since) => unclear += 1,
            true => {}
        }
        for work in works {
            match during.iter_mut().find(|(known, _)| *known == work) {
                Some((_, count)) => *count += 1,
                None => during.push((work, 1)),
            }
        }
    }
    during.sort_unstable();
    let parts: Vec<String> = during.iter().map(|(work, count)| format!("{count} during {}", work.words())).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    let total = judged.len();
    let dated = if undated > 0 { "dated " } else { "" };
    let restarts = if total == 1 { "restart" } else { "restarts" };
    let outside = total - inside - unclear;
    let mut text = format!(
        "{inside} of {total} {dated}{restarts} while {} worked{parts}; {outside} while it did not",
        known.server
    );
    if undated == 0 {
        text.push_str(&format!(", in {HORIZON_DAYS} days"));
    }
    if unclear > 0 {
        text.push_str(&format!("; {unclear} cannot be told"));
    }
    Some(text)
}

fn end_of(task: &ServerTask, now: Timestamp) -> Timestamp {
    task.ended_at.unwrap_or(now).max(task.started_at)
}

/// How far inside a task an instant lies; negative outside. A running task has no end to be close to.
fn depth(task: &ServerTask, at: Timestamp) -> i64 {
    let to_end = task.ended_at.map_or(i64::MAX, |end| end.max(task.started_at).ms_since(at));
    at.ms_since(task.started_at).min(to_end)
}
