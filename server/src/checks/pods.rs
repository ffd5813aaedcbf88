//! Judges pods out of the watch: the restart table, with kubectl's own order and filters.

use std::{
    cmp::{Ordering, Reverse},
    sync::Arc,
};

use runbook::{
    check::{Get, Output, Scope},
    filter::{self, Budget, Filter, Line, TailFrom, TooCostly},
    jsonpath::{self, gosort},
    outcome::{Body, Cause, LastState, Outcome, Report, RestartRow, RestartTable, Unknown},
    promql::Expression,
    time::Timestamp,
};

use super::{Ask, print};
use crate::sources::cluster::{CachedPod, Container, PodView, PodWatchState, Role, State};
use crate::sources::prometheus::RestartRecord;

/// Rows that a panel shows; a longer answer says how many there are.
const MAX_ROWS: usize = 200;
/// "The last hour" of the table and of the alert.
const HOUR_MS: i64 = 3_600_000;

/// Pods that a question covers.
#[derive(Debug)]
pub(super) struct PodsAnswer {
    /// The cluster.
    pub(super) cluster: String,
    /// What the command lists.
    pub(super) get: Get,
    /// What the watch knows.
    pub(super) view: PodView,
    /// The namespace of a question that names none.
    pub(super) default_namespace: String,
    /// When the answer was taken from the watch.
    pub(super) asked_at: Timestamp,
    /// What monitoring adds.
    pub(super) monitoring: Monitoring,
}

/// What Prometheus knows beyond the watch.
#[derive(Debug, Default)]
pub(super) struct Monitoring {
    /// Restarts in the last hour, and which Prometheus has recorded them.
    pub(super) recorded: Option<(String, Arc<RestartRecord>)>,
    /// The expression of the page's alert, by the alert's name.
    pub(super) rule: Option<(String, Expression)>,
    /// What could not be had, one sentence each.
    pub(super) gaps: Vec<String>,
}

impl PodsAnswer {
    /// Restarts of a pod in the last hour: as recorded, or as the watch has seen them where that is more, since a
    /// record is a scrape behind.
    fn restarts_last_hour(&self, pod: &CachedPod, now: Timestamp) -> u32 {
        let seen = pod.restarts_since(now.plus_ms(-HOUR_MS));
        let recorded = self.monitoring.recorded.as_ref();
        recorded.and_then(|(_, record)| record.restarts(&pod.namespace, &pod.name)).unwrap_or(0).max(seen)
    }

    /// The matcher by which the page's alert leaves a pod out, whichever of its containers is looked at.
    fn excluded_by(&self, pod: &CachedPod) -> Option<String> {
        let (_, expression) = self.monitoring.rule.as_ref()?;
        expression.excluding(&[("namespace", &*pod.namespace), ("pod", &*pod.name)])
    }
}

/// Whether the watch can answer: pods, in kubectl's own columns, unselected.
pub(super) fn is_answered_by_watch(get: &Get) -> bool {
    let [resource] = get.resources.as_slice() else { return false };
    let is_pods = matches!(resource.kind.as_str(), "pods" | "pod" | "po");
    let is_known_order = get.sort_by.as_deref().is_none_or(|path| SortKey::read(path).is_some());
    let is_plain = get.selector.is_none() && get.field_selector.is_none() && get.label_columns.is_empty();
    let is_wider = get.show_labels || get.show_kind;
    is_pods && is_known_order && is_plain && !is_wider && matches!(get.output, Output::Table | Output::Wide)
}

pub(super) fn judge(answer: &PodsAnswer, ask: &Ask, now: Timestamp, budget: &Budget) -> Result<Report, TooCostly> {
    let get = &answer.get;
    let selection = select(answer, get, &ask.check.filters);
    let names = get.resources.first().map_or(&[][..], |resource| resource.names.as_slice());
    let missing: Vec<&String> =
        names.iter().filter(|name| !selection.pods.iter().any(|pod| *pod.name == ***name)).collect();
    let lines = selection.lines(get, now);
    let header_lines = lines.len() - selection.pods.len();
    let kept = filter::apply(&selection.filters, lines, budget)?;
    let pods: Option<Vec<&CachedPod>> = kept
        .iter()
        .filter(|line| line.origin != Some(0) || header_lines == 0)
        .map(|line| line.origin.map(|index| &*selection.pods[index - header_lines]))
        .collect();
    let mut notes = notes(answer, ask, now);
    let (body, outcome) = match &pods {
        Some(pods) => {
            if pods.len() > MAX_ROWS {
                notes.push(format!("Showing the first {MAX_ROWS} of {} rows.", pods.len()));
            }
            // kubectl lists the most restarts last, next to the prompt; on a page they come first.
            let is_most_last = get.sort_by.as_deref().and_then(SortKey::read) == Some(SortKey::FirstContainersRestarts);
            let mut rows: Vec<RestartRow> = pods.iter().map(|pod| row(answer, pod, ask, now)).collect();
            if is_most_last {
                rows.reverse();
            }
            rows.truncate(MAX_ROWS);
            let outcome = match missing.first() {
                Some(name) => Outcome::Fail {
                    summary: format!("{} has no pod {name} in {}.", answer.cluster, place(&get.scope, answer)),
                },
                None => judge_rows(answer, pods, names, selection.total, now),
            };
            (Body::RestartTable(table(answer, ask, rows, selection.total)), outcome)
        }
        None => {
            let text: Vec<&str> = kept.iter().map(|line| line.text.as_str()).collect();
            (Body::Text { text: text.join("\n") }, Outcome::Pass { summary: format!("{} lines.", kept.len()) })
        }
    };
    Ok(Report { title: title(get), source: answer.cluster.clone(), asked_at: answer.asked_at, outcome, body, notes })
}

/// What kubectl says on its error stream of pods that are asked for by name and not there.
pub(super) fn missing(answer: &PodsAnswer) -> Vec<Unknown> {
    let names = answer.get.resources.first().map_or(&[][..], |resource| resource.names.as_slice());
    let place = place(&answer.get.scope, answer);
    let here = select(answer, &answer.get, &[]).pods;
    let is_missing = |name: &&String| !here.iter().any(|pod| *pod.name == ***name);
    let say = |name: &String| {
        Cause::NotFound.unknown(
            format!("Pod {name} in {place}"),
            format!("{} has no pod {name} in {place}.", answer.cluster),
            "It may have been replaced: list the namespace's pods.",
        )
    };
    names.iter().filter(is_missing).map(say).collect()
}

/// The lines that kubectl prints.
pub(super) fn lines(answer: &PodsAnswer, now: Timestamp) -> Vec<Line> {
    select(answer, &answer.get, &[]).lines(&answer.get, now)
}

/// The pods of an answer in kubectl's order, and the filters that are still to be applied to their lines.
struct Selection {
    pods: Vec<Arc<CachedPod>>,
    filters: Vec<Filter>,
    total: usize,
}

impl Selection {
    fn lines(&self, get: &Get, now: Timestamp) -> Vec<Line> {
        let with_namespace = get.scope == Scope::All;
        let is_wide = get.output == Output::Wide;
        let mut head = vec!["NAME", "READY", "STATUS", "RESTARTS", "AGE"];
        if with_namespace {
            head.insert(0, "NAMESPACE");
        }
        if is_wide {
            head.extend(["IP", "NODE", "NOMINATED NODE", "READINESS GATES"]);
        }
        let cells = |pod: &Arc<CachedPod>| {
            let mut cells = Vec::with_capacity(head.len());
            if with_namespace {
                cells.push(pod.namespace.to_string());
            }
            cells.extend([pod.name.to_string(), pod.ready(), pod.status.to_string()]);
            cells.extend([pod.restarts_text(now), pod.age(now)]);
            if is_wide {
                let or_none = |text: &str| if text.is_empty() { "<none>".to_owned() } else { text.to_owned() };
                cells.extend([or_none(&pod.ip), or_none(&pod.node), "<none>".into(), "<none>".into()]);
            }
            cells
        };
        let rows: Vec<Vec<String>> = self.pods.iter().map(cells).collect();
        print::align(&head, &rows, get.no_headers)
    }
}

/// What `--sort-by` can ask of the watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SortKey {
    FirstContainersRestarts,
    Created,
    Name,
}

impl SortKey {
    fn read(path: &str) -> Option<Self> {
        match path.trim_matches(['{', '}']).trim_start_matches('.') {
            "status.containerStatuses[0].restartCount" => Some(Self::FirstContainersRestarts),
            "metadata.creationTimestamp" => Some(Self::Created),
            "metadata.name" => Some(Self::Name),
            _ => None,
        }
    }
}

fn select(answer: &PodsAnswer, get: &Get, filters: &[Filter]) -> Selection {
    let set = &answer.view.pods;
    let names = get.resources.first().map_or(&[][..], |resource| resource.names.as_slice());
    let is_named = |pod: &&Arc<CachedPod>| names.is_empty() || names.iter().any(|name| **name == *pod.name);
    let mut pods: Vec<Arc<CachedPod>> = match &get.scope {
        Scope::All => set.iter().filter(is_named).cloned().collect(),
        Scope::Named(namespace) => set.in_namespace(namespace).filter(is_named).cloned().collect(),
        Scope::Default => set.in_namespace(&answer.default_namespace).filter(is_named).cloned().collect(),
    };
    let total = pods.len();
    let Some(key) = get.sort_by.as_deref().and_then(SortKey::read) else {
        return Selection { pods, filters: filters.to_vec(), total };
    };
    // `… --sort-by=… | tail -20` over 50,000 pods: only the rows that tail leaves need printing.
    if let Some((Filter::Tail(TailFrom::Last(wanted)), rest)) = filters.split_first()
        && let Ok(wanted) = usize::try_from(*wanted)
        && (1..total).contains(&wanted)
    {
        sort(&mut pods, key);
        // The header is among the lines that tail drops.
        pods.drain(..total - wanted);
        return Selection { pods, filters: [drop_header(get), rest.to_vec()].concat(), total };
    }
    sort(&mut pods, key);
    Selection { pods, filters: filters.to_vec(), total }
}

/// A stage that leaves the header out, where the command prints one.
fn drop_header(get: &Get) -> Vec<Filter> {
    if get.no_headers { Vec::new() } else { vec![Filter::Tail(TailFrom::Line(2))] }
}

/// kubectl's own order, equal values where Go's sort leaves them: `tail` behind the command cuts through them.
fn sort(pods: &mut [Arc<CachedPod>], key: SortKey) {
    match key {
        SortKey::FirstContainersRestarts => sort_by_number(pods, first_containers_restarts),
        SortKey::Created => sort_by_number(pods, |pod| pod.created_at),
        SortKey::Name => gosort::sort(pods, |a, b| jsonpath::natural(&a.name, &b.name) == Ordering::Less),
    }
}

/// A pod without the value is less than anything to kubectl, another one without it included.
fn sort_by_number<K: Ord>(pods: &mut [Arc<CachedPod>], key: impl Fn(&CachedPod) -> Option<K>) {
    let mut keyed: Vec<(Option<K>, Arc<CachedPod>)> = pods.iter().map(|pod| (key(pod), Arc::clone(pod))).collect();
    gosort::sort(&mut keyed, |(a, _), (b, _)| a.is_none() || (b.is_some() && a < b));
    pods.iter_mut().zip(keyed).for_each(|(place, (_, pod))| *place = pod);
}

/// `status.containerStatuses[0].restartCount`; pods without a status come first.
fn first_containers_restarts(pod: &CachedPod) -> Option<u32> {
    let has_status = |container: &&Container| container.role == Role::Main && container.state.is_some();
    pod.containers.iter().find(has_status).map(|container| container.restarts)
}

fn judge_rows(answer: &PodsAnswer, pods: &[&CachedPod], names: &[String], total: usize, now: Timestamp) -> Outcome {
    if let [pod] = pods
        && !names.is_empty()
    {
        return judge_pod(pod, answer.restarts_last_hour(pod, now));
    }
    let mut restarting: Vec<(u32, &CachedPod)> = pods
        .iter()
        .map(|pod| (answer.restarts_last_hour(pod, now), *pod))
        .filter(|(restarts, _)| *restarts > 0)
        .collect();
    restarting.sort_by_key(|(restarts, _)| Reverse(*restarts));
    match (pods.len(), restarting.first()) {
        (0, _) if total == 0 => Outcome::Pass { summary: "There are no pods.".into() },
        (0, _) => Outcome::Pass { summary: format!("Pods looked at: {total}; none is what the command asks for.") },
        (1, None) => Outcome::Pass { summary: format!("{} has not restarted in the last hour.", pods[0].name) },
        (shown, None) => Outcome::Pass {
            summary: format!("Looked at {shown} of {}: none restarted in the last hour.", count(total, "pod")),
        },
        (shown, Some((most, pod))) => {
            let (name, often) = (&pod.name, count(*most, "time"));
            let summary = match (shown, restarting.len()) {
                (1, _) => format!("{name} restarted {often} in the last hour."),
                (_, 1) => format!("1 of {shown} pods restarted in the last hour: {name} ({often})."),
                (_, many) => {
                    format!("{many} of {shown} pods restarted in the last hour, most of all {name} ({often}).")
                }
            };
            Outcome::Warn { summary }
        }
    }
}

fn judge_pod(pod: &CachedPod, restarts: u32) -> Outcome {
    let is_ready = pod.ready_containers == pod.total_containers;
    let name = &pod.name;
    let ready = pod.ready();
    match (is_ready, restarts) {
        _ if &*pod.status == "Completed" => Outcome::Pass { summary: format!("{name} has completed.") },
        (true, 0) => Outcome::Pass { summary: format!("{name} is ready ({ready}), no restart in the last hour.") },
        (true, n) => Outcome::Warn {
            summary: format!("{name} is ready ({ready}), but restarted {} in the last hour.", count(n, "time")),
        },
        (false, n) => Outcome::Fail {
            summary: format!(
                "{name} is not ready ({ready}): {}; {} in the last hour.",
                pod.status,
                count(n, "restart")
            ),
        },
    }
}

/// `1 time`, `2 times`.
fn count<N: PartialEq + From<u8> + std::fmt::Display>(number: N, word: &str) -> String {
    if number == N::from(1) { format!("1 {word}") } else { format!("{number} {word}s") }
}

fn row(answer: &PodsAnswer, pod: &CachedPod, ask: &Ask, now: Timestamp) -> RestartRow {
    let container = pod.most_restarted();
    let situation = &ask.situation;
    let is_bound = situation.pod.as_deref() == Some(&pod.name)
        && situation.namespace.as_deref().is_none_or(|namespace| namespace == &*pod.namespace);
    RestartRow {
        namespace: pod.namespace.to_string(),
        pod: pod.name.to_string(),
        container: container.map_or_else(String::new, |container| container.name.to_string()),
        ready: pod.ready(),
        status: pod.status.to_string(),
        restarts: pod.restarts,
        restarts_last_hour: answer.restarts_last_hour(pod, now),
        last_state: container.and_then(last_state),
        created_at: pod.created_at,
        node: pod.node.to_string(),
        is_bound,
        excluded_by: answer.excluded_by(pod),
    }
}

fn last_state(container: &Container) -> Option<LastState> {
    if let Some(ended) = container.last_end() {
        let reason = ended.reason.to_string();
        return Some(LastState { reason, exit_code: Some(ended.exit_code), at: ended.finished_at });
    }
    match &container.state {
        Some(State::Waiting { reason, .. }) if !reason.is_empty() => {
            Some(LastState { reason: reason.to_string(), exit_code: None, at: None })
        }
        _ => None,
    }
}

fn table(answer: &PodsAnswer, ask: &Ask, rows: Vec<RestartRow>, total_pods: usize) -> RestartTable {
    let stale_since = match &answer.view.state {
        PodWatchState::Stale { since, .. } => Some(*since),
        _ => None,
    };
    let logs_check = ask.situation.logs_check.as_ref().map(|check| check.as_str().to_owned());
    let recorded_by = answer.monitoring.recorded.as_ref().map(|(name, _)| name.clone());
    let alert = answer.monitoring.rule.as_ref().map(|(name, _)| name.clone());
    let watching_since = answer.view.watching_since;
    RestartTable { rows, total_pods, watching_since, stale_since, logs_check, recorded_by, alert }
}

fn notes(answer: &PodsAnswer, ask: &Ask, now: Timestamp) -> Vec<String> {
    let mut notes = answer.monitoring.gaps.clone();
    if let PodWatchState::Stale { failure, .. } = &answer.view.state {
        notes.push(format!("{} {}", failure.reason, failure.remedy));
    }
    let greps_crash_loop = ask.check.filters.iter().any(|filter| match filter {
        Filter::Grep(grep) => grep.patterns.iter().any(|pattern| pattern.to_lowercase().contains("crashloop")),
        _ => false,
    });
    if greps_crash_loop {
        let hour_ago = now.plus_ms(-HOUR_MS);
        let between = |pod: &&Arc<CachedPod>| pod.restarts_since(hour_ago) > 0 && !pod.status.contains("CrashLoop");
        let names: Vec<&str> = answer.view.pods.iter().filter(between).map(|pod| &*pod.name).take(5).collect();
        let also = if names.is_empty() {
            String::new()
        } else {
            format!(" Restarted in the last hour without that word: {}.", names.join(", "))
        };
        notes.push(format!(
            "A pod between crashes shows another word (Running, Error, OOMKilled), so an empty answer proves nothing.{also}"
        ));
    }
    notes
}

fn title(get: &Get) -> String {
    let names = get.resources.first().map_or_else(String::new, |resource| resource.names.join(", "));
    match get.sort_by.as_deref().and_then(SortKey::read) {
        _ if !names.is_empty() => format!("Pod {names}"),
        Some(SortKey::FirstContainersRestarts) => "Pods by restarts".into(),
        Some(SortKey::Created) => "Pods by age".into(),
        _ => "Pods".into(),
    }
}

fn place(scope: &Scope, answer: &PodsAnswer) -> String {
    match scope {
        Scope::All => "any namespace".into(),
        Scope::Named(namespace) => format!("namespace {namespace}"),
        Scope::Default => format!("namespace {}", answer.default_namespace),
    }
}
