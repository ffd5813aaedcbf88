//! `kubectl top`: what pods and nodes use, by the metrics API. Where that API is absent there is no answer, and never a
//! zero.

use std::{cmp::Reverse, sync::Arc};

use runbook::{
    check::{Scope, Top, TopOrder, TopSubject},
    columns::Layout,
    describe::Quantity,
    outcome::{Cause, Outcome, Unknown},
};
use serde_json::Value;

use super::{
    Answer,
    cluster::{place, request},
    rows::{Around, Rows},
};
use crate::{
    clock::Clock,
    sources::{SourceFailure, cluster::Cluster},
};

/// From this share of its memory on, a node is worth a look.
const HIGH_PERCENT: i128 = 90;

pub(super) async fn get(cluster: &Arc<Cluster>, top: &Top, clock: Clock) -> Result<Answer, Unknown> {
    let groups = cluster.raw_json("/apis").await.map_err(|failure| failure.to_unknown())?;
    let has_metrics =
        groups["groups"].as_array().is_some_and(|groups| groups.iter().any(|g| g["name"] == "metrics.k8s.io"));
    if !has_metrics {
        return Err(Cause::NoSuchKind.unknown(
            format!("Usage in {}", cluster.name()),
            format!("Metrics API not available in {}.", cluster.name()),
            "Install metrics-server in that cluster, or look at Prometheus instead.",
        ));
    }
    let list = cluster.raw_json(&path(cluster, top)).await.map_err(|failure| without_server(cluster, failure))?;
    let items: Vec<Value> = match list["items"].as_array() {
        Some(items) => items.clone(),
        None if list.get("items").is_some() || list["metadata"]["name"].is_null() => Vec::new(),
        None => vec![list],
    };
    let answer = match top.subject {
        TopSubject::Pods => pods(cluster, top, &items, clock)?,
        TopSubject::Nodes => nodes(cluster, top, &items, clock).await?,
    };
    Ok(answer.answer())
}

/// The group is registered: an answer of 404, 502 or 503 means that no server stands behind it.
fn without_server(cluster: &Cluster, failure: SourceFailure) -> Unknown {
    let is_about_server = matches!(failure.kind, Cause::Broken | Cause::Unreadable);
    let unknown = failure.to_unknown();
    if !is_about_server {
        return unknown;
    }
    Unknown {
        reason: format!(
            "metrics.k8s.io of {} is registered, and its server does not answer. {}",
            cluster.name(),
            unknown.reason
        ),
        remedy: "Look at kubectl get apiservice v1beta1.metrics.k8s.io, and at metrics-server in that cluster.".into(),
        ..unknown
    }
}

fn path(cluster: &Cluster, top: &Top) -> String {
    let mut path = "/apis/metrics.k8s.io/v1beta1".to_owned();
    if top.subject == TopSubject::Pods {
        match &top.scope {
            Scope::All => {}
            Scope::Named(namespace) => path.push_str(&format!("/namespaces/{}", escape(namespace))),
            Scope::Default => path.push_str(&format!("/namespaces/{}", escape(&cluster.default_namespace()))),
        }
    }
    path.push_str(if top.subject == TopSubject::Pods { "/pods" } else { "/nodes" });
    if let Some(name) = &top.name {
        path.push_str(&format!("/{}", escape(name)));
    }
    let selectors = [("labelSelector", &top.selector), ("fieldSelector", &top.field_selector)];
    let given = selectors.iter().filter_map(|(name, value)| Some(format!("{name}={}", escape(value.as_deref()?))));
    let query: Vec<String> = given.collect();
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

/// One measured thing: its cells before the figures, and its figures in billionths.
struct Usage {
    names: Vec<String>,
    cpu: i128,
    memory: i128,
}

fn pods(cluster: &Cluster, top: &Top, items: &[Value], clock: Clock) -> Result<Rows, Unknown> {
    let with_namespace = top.scope == Scope::All;
    let mut usages = Vec::new();
    for pod in items {
        let name = |path: &str| pod["metadata"][path].as_str().map_or_else(String::new, str::to_owned);
        let mut own: Vec<Usage> = Vec::new();
        for container in pod["containers"].as_array().into_iter().flatten() {
            let (cpu, memory) = figures(&container["usage"]).ok_or_else(|| no_figure(cluster, &name("name")))?;
            let mut names = if with_namespace { vec![name("namespace")] } else { Vec::new() };
            names.push(name("name"));
            names.extend(container["name"].as_str().filter(|_| top.containers).map(str::to_owned));
            own.push(Usage { names, cpu, memory });
        }
        let (cpu, memory) = own.iter().fold((0, 0), |(cpu, memory), one| (cpu + one.cpu, memory + one.memory));
        order(&mut own, top.sort_by);
        match own.first() {
            Some(first) if !top.containers => usages.push((Usage { names: first.names.clone(), cpu, memory }, own)),
            Some(_) => usages.push((Usage { names: vec![name("namespace"), name("name")], cpu, memory }, own)),
            None => {}
        }
    }
    let (cpu, memory) = usages.iter().fold((0, 0), |(cpu, memory), (pod, _)| (cpu + pod.cpu, memory + pod.memory));
    usages.sort_by(|(a, _), (b, _)| compare(a, b, top.sort_by));
    let flat: Vec<Usage> = if top.containers {
        usages.into_iter().flat_map(|(_, own)| own).collect()
    } else {
        usages.into_iter().map(|(pod, _)| pod).collect()
    };
    let mut heads = if with_namespace { vec!["NAMESPACE"] } else { Vec::new() };
    heads.extend(if top.containers { &["POD", "NAME"][..] } else { &["NAME"][..] });
    heads.extend(["CPU(cores)", "MEMORY(bytes)"]);
    let pod_at = usize::from(with_namespace);
    let namespace = match &top.scope {
        Scope::Named(namespace) => namespace.clone(),
        _ => cluster.default_namespace(),
    };
    let binds = flat.iter().map(|usage| {
        let namespace = if with_namespace { usage.names[0].clone() } else { namespace.clone() };
        vec![("namespace".to_owned(), namespace), ("pod".to_owned(), usage.names[pod_at].clone())]
    });
    let rows: Vec<Vec<String>> = flat
        .iter()
        .map(|usage| [usage.names.clone(), vec![cores(usage.cpu), mebibytes(usage.memory)]].concat())
        .collect();
    Ok(Rows {
        binds: binds.collect(),
        around: Around {
            before: Vec::new(),
            after: if top.sum { sum(&heads, &rows, top, cpu, memory) } else { Vec::new() },
        },
        rows,
        numeric: &["CPU(cores)", "MEMORY(bytes)"],
        without_header: top.no_headers,
        layout: Layout::Filled,
        ..Rows::new(cluster.name(), format!("usage of pods{}", place(cluster, &top.scope)), heads, clock.now())
    })
}

/// kubectl's two lines under the table, in its columns.
fn sum(heads: &[&'static str], rows: &[Vec<String>], top: &Top, cpu: i128, memory: i128) -> Vec<String> {
    let blank = |count: usize| vec![String::new(); count];
    let rule = "________".to_owned();
    // Without its head kubectl forgets the columns that stand before the name.
    let width = if top.no_headers { 3 } else { heads.len() };
    let lines = [
        [blank(width - 2), vec![rule.clone(), rule]].concat(),
        [blank(width - 2), vec![cores(cpu), mebibytes(memory)]].concat(),
    ];
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let all = [rows, &lines[..]].concat();
    let head = (!top.no_headers).then_some(heads.as_slice());
    runbook::columns::align_with(head, &all, Layout::Filled).split_off(rows.len() + usize::from(head.is_some()))
}

async fn nodes(cluster: &Cluster, top: &Top, items: &[Value], clock: Clock) -> Result<Rows, Unknown> {
    let names: Vec<String> = top.name.iter().cloned().collect();
    let request =
        crate::sources::cluster::GetRequest { selector: top.selector.clone(), ..request("nodes", &names, &Scope::All) };
    let nodes = cluster.get_json(&request).await.map_err(|failure| failure.to_unknown())?;
    let nodes = nodes["items"].as_array().map_or_else(|| vec![nodes.clone()], Clone::clone);
    let mut usages = Vec::new();
    for item in items {
        let name = item["metadata"]["name"].as_str().map_or_else(String::new, str::to_owned);
        let (cpu, memory) = figures(&item["usage"]).ok_or_else(|| no_figure(cluster, &name))?;
        usages.push(Usage { names: vec![name], cpu, memory });
    }
    order(&mut usages, top.sort_by);
    let mut high = Vec::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for usage in &usages {
        let node = nodes.iter().find(|node| node["metadata"]["name"] == usage.names[0].as_str());
        let allocatable = node.and_then(|node| figures(&node["status"]["allocatable"]));
        let percent = |used: i128, all: i128| if all == 0 { 0 } else { used * 100 / all };
        let mut cells = vec![usage.names[0].clone(), cores(usage.cpu)];
        // kubectl leaves the share out for a node that it does not know.
        cells.extend(allocatable.map(|(cpu, _)| format!("{}%", percent(usage.cpu, cpu))));
        cells.push(mebibytes(usage.memory));
        if let Some((_, memory)) = allocatable {
            let share = percent(usage.memory, memory);
            cells.push(format!("{share}%"));
            if share >= HIGH_PERCENT {
                high.push(format!("{} uses {share} % of its memory", usage.names[0]));
            }
        }
        rows.push(cells);
    }
    for node in &nodes {
        let name = node["metadata"]["name"].as_str().map_or_else(String::new, str::to_owned);
        if !usages.iter().any(|usage| usage.names[0] == name) {
            rows.push([vec![name], vec!["<unknown>".to_owned(); 4]].concat());
        }
    }
    let heads = vec!["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"];
    Ok(Rows {
        binds: rows.iter().map(|row| vec![("node".to_owned(), row[0].clone())]).collect(),
        rows,
        numeric: &["CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"],
        without_header: top.no_headers,
        layout: Layout::Filled,
        outcome: (!high.is_empty()).then(|| Outcome::Warn { summary: format!("{}.", high.join(", ")) }),
        ..Rows::new(cluster.name(), "usage of nodes".into(), heads, clock.now())
    })
}

fn order(usages: &mut [Usage], by: Option<TopOrder>) {
    usages.sort_by(|a, b| compare(a, b, by));
}

fn compare(a: &Usage, b: &Usage, by: Option<TopOrder>) -> std::cmp::Ordering {
    match by {
        Some(TopOrder::Cpu) => Reverse(a.cpu).cmp(&Reverse(b.cpu)),
        Some(TopOrder::Memory) => Reverse(a.memory).cmp(&Reverse(b.memory)),
        None => a.names.cmp(&b.names),
    }
}

/// Processor time and memory, in billionths of a core and of a byte.
fn figures(usage: &Value) -> Option<(i128, i128)> {
    Some((billionths(usage["cpu"].as_str()?)?, billionths(usage["memory"].as_str()?)?))
}

fn cores(cpu: i128) -> String {
    format!("{}m", (cpu + 999_999).div_euclid(1_000_000))
}

fn mebibytes(memory: i128) -> String {
    format!("{}Mi", (memory + 999_999_999).div_euclid(1_000_000_000) >> 20)
}

/// Nothing uses less than nothing.
fn billionths(text: &str) -> Option<i128> {
    text.parse().ok().map(Quantity::billionths).filter(|amount| *amount >= 0)
}

fn no_figure(cluster: &Cluster, name: &str) -> Unknown {
    Cause::Unreadable.unknown(
        format!("Usage of {name} in {}", cluster.name()),
        format!("The metrics API of {} gave a quantity that cannot be read.", cluster.name()),
        "Check metrics-server in that cluster.",
    )
}

fn escape(value: &str) -> String {
    crate::sources::percent_encode(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_quantities_and_rounds_them_as_kubectl_does() {
        for (text, expected) in [("250m", "250m"), ("1", "1000m"), ("1234567n", "2m"), ("0", "0m"), ("1.5", "1500m")] {
            assert_eq!(billionths(text).map(cores).as_deref(), Some(expected), "{text}");
        }
        for (text, expected) in [
            ("64Mi", "64Mi"),
            ("131072Ki", "128Mi"),
            ("1048575", "0Mi"),
            ("2Gi", "2048Mi"),
            ("1e6", "0Mi"),
            ("1Ei", "1099511627776Mi"),
        ] {
            assert_eq!(billionths(text).map(mebibytes).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "x", "-1", "1Xi", "1.2.3", "99999999999999999999999999999999999999Ti"] {
            assert_eq!(billionths(text), None, "{text}");
        }
    }
}
