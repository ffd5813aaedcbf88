//! The backup job and when it runs.

use document::time::{DAY_MS, Timestamp};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Host, Query, Refusal, seconds};
use crate::lock;

/// `GET /cluster/backup`.
pub(super) fn jobs(host: &Host) -> Result<Value, Refusal> {
    host.require("/", &["Sys.Audit"])?;
    Ok(json!([{
        "id": format!("backup-{}-nightly", host.name), "type": "vzdump", "schedule": "02:00", "enabled": 1, "all": 1,
        "mode": "snapshot", "storage": "pbs", "node": host.name, "next-run": seconds(next_start(host)),
        "notes-template": "{{guestname}}", "prune-backups": { "keep-daily": 7, "keep-weekly": 4 },
    }]))
}

/// `GET /cluster/jobs/schedule-analyze`: the next runs of a schedule. The simulation knows daily ones, `HH:MM`.
pub(super) fn analyze(host: &Host, query: &Query) -> Result<Value, Refusal> {
    let invalid = || Refusal::new(StatusCode::BAD_REQUEST, "Parameter verification failed.");
    let (hour, minute) = query.get("schedule").and_then(|text| text.split_once(':')).ok_or_else(invalid)?;
    let minutes = match (hour.parse::<i64>(), minute.parse::<i64>()) {
        (Ok(hour @ 0..24), Ok(minute @ 0..60)) => hour * 60 + minute,
        _ => return Err(invalid()),
    };
    let iterations = query.get("iterations").map_or(Ok(10), |text| text.parse::<i64>()).map_err(|_| invalid())?;
    let from = match query.get("starttime") {
        Some(text) => Timestamp(text.parse::<i64>().map_err(|_| invalid())?.saturating_mul(1_000)),
        None => host.now(),
    };
    let today = from.start_of_day().plus_ms(minutes * 60_000);
    let first = if today > from { today } else { today.plus_ms(DAY_MS) };
    let runs = (0..iterations.clamp(1, 100)).map(|i| first.plus_ms(i * DAY_MS));
    Ok(runs.map(|at| json!({ "timestamp": seconds(at), "utc": format!("{} {} UTC", at.date(), at.clock()) })).collect())
}

fn next_start(host: &Host) -> Timestamp {
    lock(&host.backups).next_start(host.now())
}
