//! `kubectl logs`: what each container that a command means has written, and when there is more.

use std::{sync::Arc, time::Duration};

use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use runbook::{
    check::{LogTarget, Logs},
    outcome::{Cause, Unknown},
};

use super::{
    super::{Situation, logs::ContainerLog, parts::PartsAnswer},
    Answer,
    cluster::{pod_changes, ticks},
    log_sources::{MAX_FOLLOWED, Source, Sources, find, has_labels, namespace, no_such_pod, words},
};
use crate::{
    clock::Clock,
    sources::cluster::{CachedPod, Cluster, LogAnswer, LogRequest, LogTail},
};

/// How often a previous log that is not there yet is asked for.
const PREVIOUS_INTERVAL: Duration = Duration::from_secs(2);
/// How long to wait before a log is followed again that could not be found.
const RETRY_INTERVAL: Duration = Duration::from_secs(2);
/// Lines of each pod when a selector names them and no number is given, as kubectl has it.
const SELECTOR_TAIL_LINES: u32 = 10;
/// Logs that are read at the same time.
const CONCURRENT_LOGS: usize = 4;

pub(super) async fn get(
    cluster: &Arc<Cluster>,
    logs: &Logs,
    situation: &Situation,
    clock: Clock,
) -> Result<Answer, Unknown> {
    let found = find(cluster, logs, situation).await?;
    let since_s = since_s(logs, clock)?;
    if found.logs.is_empty() {
        let (what, namespace) = (words(&logs.target), namespace(cluster, logs));
        return Ok(Answer::Log(Box::new(ContainerLog {
            cluster: cluster.name().to_owned(),
            logs: logs.clone(),
            pod: format!("{what} in {namespace}"),
            container: String::new(),
            choice: None,
            answer: LogAnswer::Waiting { reason: no_such_pod(cluster, &namespace, &logs.target).reason },
            others: Vec::new(),
            kept_at: None,
            stored: None,
            asked_at: clock.now(),
        })));
    }
    let Sources { logs: sources, others, left_out } = found;
    let read = |source: Source| async move {
        let request = log_request(logs, &source, since_s);
        let answer = cluster.logs_now(&request).await.map_err(|failure| failure.to_unknown())?;
        Ok(ContainerLog {
            cluster: cluster.name().to_owned(),
            logs: logs.clone(),
            pod: format!("{}/{}", source.pod.namespace, source.pod.name),
            kept_at: None,
            stored: None,
            container: source.container.into_iter().collect(),
            choice: source.choice,
            answer,
            others: Vec::new(),
            asked_at: clock.now(),
        })
    };
    let mut read: Vec<ContainerLog> =
        stream::iter(sources.into_iter().map(read)).buffered(CONCURRENT_LOGS).try_collect().await?;
    if read.len() == 1 {
        let mut only = read.remove(0);
        only.others = others;
        return Ok(Answer::Log(Box::new(only)));
    }
    let mut notes = Vec::new();
    if left_out > 0 {
        notes.push(format!("The first {} logs are shown; {left_out} more are left out.", read.len()));
    }
    if matches!(logs.target, LogTarget::Selector(_)) && logs.tail_lines.is_none() && !logs.whole {
        notes.push(format!("The last {SELECTOR_TAIL_LINES} lines of each, as kubectl has it where -l names the pods."));
    }
    let what = format!("Logs of {} in {}", words(&logs.target), namespace(cluster, logs));
    Ok(Answer::Parts(PartsAnswer {
        source: cluster.name().to_owned(),
        what,
        parts: read.into_iter().map(|log| Answer::Log(Box::new(log))).collect(),
        has_gaps: false,
        complaints: Vec::new(),
        notes,
        asked_at: clock.now(),
    }))
}

/// Fires when a log may have grown: current logs are followed by a stream that is held open while somebody looks.
pub(super) fn changes(cluster: &Arc<Cluster>, logs: &Logs, situation: &Situation) -> BoxStream<'static, ()> {
    let (cluster, logs, situation) = (Arc::clone(cluster), logs.clone(), situation.clone());
    if logs.previous {
        let watched = Arc::clone(&cluster);
        let mut last = None;
        let restarts = pod_changes(&cluster).filter(move |()| {
            let now = restart_mark(&watched, &logs, &situation);
            let is_new = last.as_ref() != Some(&now);
            last = Some(now);
            std::future::ready(is_new)
        });
        // The log of a run can come later than the news that it has ended.
        return stream::select(restarts, ticks(PREVIOUS_INTERVAL)).boxed();
    }
    let mark = restart_mark(&cluster, &logs, &situation);
    stream::unfold((cluster, logs, situation, mark, None), next_change).boxed()
}

type Following = (Arc<Cluster>, Logs, Situation, Mark, Option<Vec<LogTail>>);

/// Waits until a followed log has grown, or until the command means other containers than before.
async fn next_change((cluster, logs, situation, mark, tails): Following) -> Option<((), Following)> {
    let Some(mut tails) = tails else {
        let tails = match find(&cluster, &logs, &situation).await {
            Ok(found) => {
                let followed = found.logs.iter().take(MAX_FOLLOWED);
                followed.map(|source| cluster.tail(log_request(&logs, source, logs.since_s))).collect()
            }
            Err(_) => Vec::new(),
        };
        if tails.is_empty() {
            tokio::time::sleep(RETRY_INTERVAL).await;
            return Some(((), (cluster, logs, situation, mark, None)));
        }
        return Some(((), (cluster, logs, situation, mark, Some(tails))));
    };
    let mut pods = cluster.pod_changes();
    loop {
        let has_grown = {
            let grown = futures::future::select_all(tails.iter_mut().map(|tail| Box::pin(tail.changed())));
            tokio::select! {
                _ = grown => true,
                changed = pods.changed() => {
                    changed.ok()?;
                    false
                }
            }
        };
        if has_grown {
            return Some(((), (cluster, logs, situation, mark, Some(tails))));
        }
        let now = restart_mark(&cluster, &logs, &situation);
        if now != mark {
            return Some(((), (cluster, logs, situation, now, None)));
        }
    }
}

/// Pods with what tells one run of theirs from the next.
type Mark = Vec<(Arc<str>, u32, bool)>;

fn restart_mark(cluster: &Cluster, logs: &Logs, situation: &Situation) -> Mark {
    let view = cluster.pods();
    let is_wanted = |pod: &&Arc<CachedPod>| match &logs.target {
        LogTarget::Pod(name) => *pod.name == **name,
        LogTarget::Owner { name, .. } => pod.owner.as_ref().is_some_and(|owner| owner.name.starts_with(name.as_str())),
        LogTarget::Selector(selector) => has_labels(pod, selector) != Some(false),
    };
    let mut pods: Vec<&Arc<CachedPod>> = view.pods.in_namespace(&namespace(cluster, logs)).filter(is_wanted).collect();
    pods.sort_by_key(|pod| (situation.pod.as_deref() != Some(&pod.name), Arc::clone(&pod.name)));
    pods.iter().map(|pod| (Arc::clone(&pod.name), pod.restarts, pod.ready_containers == pod.total_containers)).collect()
}

fn log_request(logs: &Logs, source: &Source, since_s: Option<u64>) -> LogRequest {
    let is_selected = matches!(logs.target, LogTarget::Selector(_)) && !logs.whole;
    LogRequest {
        namespace: source.pod.namespace.to_string(),
        pod: source.pod.name.to_string(),
        container: source.container.clone(),
        is_previous: logs.previous,
        tail_lines: logs.tail_lines.or(is_selected.then_some(SELECTOR_TAIL_LINES)),
        since_s,
    }
}

/// `--since`, or the time since `--since-time`.
fn since_s(logs: &Logs, clock: Clock) -> Result<Option<u64>, Unknown> {
    let Some(typed) = &logs.since_time else { return Ok(logs.since_s) };
    let since: jiff::Timestamp = typed.parse().map_err(|_| {
        Cause::BadRequest.unknown("The log", format!("{typed} is not a time."), "Write it as 2026-02-26T02:00:00Z.")
    })?;
    let ms = clock.now().0 - since.as_millisecond();
    // A time to come leaves no line; the API takes no zero.
    Ok(Some(u64::try_from(ms.div_euclid(1_000) + 1).unwrap_or(1).max(1)))
}
