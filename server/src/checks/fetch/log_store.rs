//! Questions to a log store: which one is meant, whether its answer may be shown to whoever asks, and what it has.

use std::sync::Arc;

use runbook::{
    check::{LogStoreAsk, LogStoreQuestion, LogTarget, Logs, Scope},
    outcome::{Cause, Unknown},
    time::Timestamp,
};

use super::{
    super::{Ask, logs::ContainerLog, sheet::SheetAnswer},
    Answer,
};
use crate::{
    clock::Clock,
    sources::{
        Grant,
        cluster::{LogAnswer, LogBound, RawLogLine},
        log_store::{LogStore, StoredLine},
    },
};

/// How far back is looked where a command does not say, in milliseconds: as far as logcli does.
const LOOK_BACK_MS: i64 = 3_600_000;
/// How many lines are asked for where a command does not say: as many as logcli does.
const LINES: u32 = 30;

/// Asks a log store.
pub(super) async fn fetch(
    grant: &Grant,
    question: &LogStoreQuestion,
    ask: &Ask,
    clock: Clock,
) -> Result<Answer, Unknown> {
    let store = find(grant, question.address.as_deref(), ask.situation.cluster.as_deref())?;
    may_see_all(grant, store)?;
    let now = clock.now();
    match &question.ask {
        LogStoreAsk::Lines { raw: false, .. } if !ask.check.filters.is_empty() => Err(Cause::BadRequest.unknown(
            "Log lines behind a pipe",
            "What logcli prints before each line depends on the machine that it runs on.",
            "Write --output=raw: then the lines alone go through the pipe.",
        )),
        LogStoreAsk::Lines { query, limit, since_s, .. } => {
            let back = since_s.and_then(|since_s| i64::try_from(since_s).ok()?.checked_mul(1_000));
            let from = now.plus_ms(-back.unwrap_or(LOOK_BACK_MS));
            let limit = limit.unwrap_or(LINES);
            let lines = store.lines(query, (from, now), limit).await.map_err(|failure| failure.to_unknown())?;
            Ok(log((store, query), lines, limit, now))
        }
        LogStoreAsk::Api { path, parameters } => {
            let text = store.get_text(path, parameters, now).await.map_err(|failure| failure.to_unknown())?;
            let query = parameters.iter().find(|(name, _)| name == "query").map_or("", |(_, value)| value.as_str());
            match LogStore::lines_in(path, &text).filter(|_| ask.check.filters.is_empty()) {
                Some(lines) => {
                    let limit = u32::try_from(lines.len()).unwrap_or(u32::MAX);
                    Ok(log((store, query), lines, limit, now))
                }
                None => Ok(Answer::from(SheetAnswer::text(store.name(), path.clone(), text, now))),
            }
        }
    }
}

/// The store that a command names, else the one of the cluster that the reader looks at.
pub(in crate::checks) fn find<'a>(
    grant: &'a Grant,
    address: Option<&str>,
    cluster: Option<&str>,
) -> Result<&'a Arc<LogStore>, Unknown> {
    let found = match address {
        Some(address) => grant.log_store_at(address),
        None => grant.log_store_of(cluster),
    };
    found.ok_or_else(|| {
        grant.without_monitoring("Log store", address).unwrap_or_else(|| {
            let (asked, remedy) = match address {
                Some(address) => (
                    format!("The log store at {address}"),
                    format!("Add a section [logs.NAME] with its url to runlight.toml, or {address} to its addresses."),
                ),
                None => {
                    ("A log store".to_owned(), "Add a section [logs.NAME] with its url to runlight.toml.".to_owned())
                }
            };
            Cause::NotConfigured.unknown(asked, "No such log store is configured.", remedy)
        })
    })
}

/// A query of a runbook chooses among all that a store holds: it is put for those alone who may see all of these clusters.
fn may_see_all(grant: &Grant, store: &LogStore) -> Result<(), Unknown> {
    let hidden = grant.withheld_clusters().find(|cluster| store.place().knows(cluster));
    match hidden {
        None => Ok(()),
        Some(_) => Err(Cause::Withheld.unknown(
            format!("Log lines of {}", store.name()),
            "The store also holds logs of clusters that your groups do not see.",
            "Ask whoever runs Runlight for the right, or for a store of your own clusters.",
        )),
    }
}

/// Lines as the panel of logs shows them.
pub(in crate::checks) fn log(
    (store, query): (&LogStore, &str),
    lines: Vec<StoredLine>,
    limit: u32,
    asked_at: Timestamp,
) -> Answer {
    let has_older = u32::try_from(lines.len()).is_ok_and(|count| count >= limit) && !lines.is_empty();
    let bound = LogBound { tail_lines: limit, is_asked_for: true, dropped_lines: 0, is_cut_at_end: false, has_older };
    let raw = |line: StoredLine| RawLogLine { at: line.at, stamp: "".into(), text: line.text };
    let lines = lines.into_iter().map(raw).collect();
    Answer::Log(Box::new(ContainerLog {
        cluster: store.name().to_owned(),
        logs: no_logs(),
        pod: "what is stored".into(),
        container: String::new(),
        choice: None,
        answer: LogAnswer::Lines { lines, bound },
        others: Vec::new(),
        kept_at: None,
        stored: Some((store.name().to_owned(), query.to_owned())),
        asked_at,
    }))
}

/// The question of `kubectl logs` that a store's lines stand for: the lines alone.
fn no_logs() -> Logs {
    Logs {
        target: LogTarget::Pod(String::new()),
        scope: Scope::Default,
        container: None,
        all_containers: false,
        previous: false,
        follow: false,
        tail_lines: None,
        whole: false,
        since_s: None,
        since_time: None,
        timestamps: false,
        prefix: false,
    }
}
