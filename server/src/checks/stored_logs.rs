//! `kubectl logs` of a pod that is gone: the lines that a log store has kept of it, and said to be so.

use runbook::{
    check::{ClusterAsk, LogTarget, Question},
    outcome::{Cause, Unknown},
};

use super::{Ask, fetch::Answer, fetch::log_store, find_cluster};
use crate::{clock::Clock, sources::log_store::PodLines};

/// How far back is looked, in milliseconds.
const LOOK_BACK_MS: i64 = 86_400_000;
/// Lines that are asked for where a command does not say.
const LINES: u32 = 200;

/// The answer, or what a log store has of a pod that the cluster does not have any more. Whoever may see the cluster may see
/// this pod's lines: the query names it.
pub(super) async fn or_stored(ask: &Ask, answer: Result<Answer, Unknown>, clock: Clock) -> Result<Answer, Unknown> {
    match answer {
        Err(unknown) if unknown.cause == Cause::NotFound => stored(ask, clock).await.ok_or(unknown),
        answer => answer,
    }
}

async fn stored(ask: &Ask, clock: Clock) -> Option<Answer> {
    let Question::Cluster(question) = &ask.check.question else { return None };
    let ClusterAsk::Logs(logs) = &question.ask else { return None };
    let LogTarget::Pod(pod) = &logs.target else { return None };
    let grant = &ask.situation.grant;
    let cluster = find_cluster(grant, question.context.as_deref(), &ask.situation).ok()?;
    let store = log_store::find(grant, None, Some(cluster.name())).ok()?;
    let namespace = super::fetch::log_namespace(cluster, logs);
    let query = store.query_of(PodLines { cluster: cluster.name(), namespace: &namespace, pod })?;
    let now = clock.now();
    let limit = logs.tail_lines.unwrap_or(LINES);
    let lines = store.lines(&query, (now.plus_ms(-LOOK_BACK_MS), now), limit).await.ok()?;
    (!lines.is_empty()).then(|| log_store::log((store, &query), lines, limit, now))
}
