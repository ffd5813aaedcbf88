//! Leader election around a pod: who holds which lease, when it was last renewed, how often it changed hands; and the
//! older form, an annotation of Endpoints.

use futures::join;
use runbook::{
    outcome::{Body, Cause, Finding, FindingState, Findings, FindingsPanel, Outcome, Report, Unknown},
    time::{Timestamp, ago},
};
use serde_json::Value;

use super::{super::unanswered, CaseFile, CaseFiles, PanelAsk};
use crate::{
    checks::{facts::within, fetch::cluster},
    sources::cluster::{Cluster, GetRequest, GetScope},
};

/// Where the older form keeps its record.
const ANNOTATION: &str = "control-plane.alpha.kubernetes.io/leader";
/// A lease that was not renewed for this many of its own lengths is not held by anybody who is well.
const LATE_FACTOR: i64 = 2;

/// One election, in either form.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Election {
    form: &'static str,
    name: String,
    holder: String,
    renewed_at: Option<Timestamp>,
    length_s: Option<i64>,
    transitions: Option<i64>,
}

pub(super) async fn report(files: &CaseFiles, ask: &PanelAsk, file: &CaseFile) -> Report {
    let cluster = match cluster::find(&ask.situation.grant, None, &ask.situation) {
        Ok(cluster) => cluster,
        Err(unknown) => return unanswered(unknown, file.asked_at),
    };
    // Of a pod that nobody knows no election can be told apart from the others.
    if let (true, Some(unknown)) = (files.is_stranger(&ask.situation), file.facts.containers.unknown()) {
        return unanswered(unknown.clone(), file.asked_at);
    }
    let namespace = &file.facts.namespace;
    let (leases, endpoints) = join!(
        list(files, cluster, "leases.coordination.k8s.io", namespace),
        list(files, cluster, "endpoints", namespace)
    );
    let now = files.clock.now();
    let mut elections = Vec::new();
    let mut rows = Vec::new();
    let mut not_asked = None;
    match leases {
        Ok(objects) => elections.extend(objects.iter().map(read_lease)),
        Err(unknown) => {
            rows.push(unasked("Leases", &unknown));
            not_asked = Some(unknown);
        }
    }
    match endpoints {
        Ok(objects) => elections.extend(objects.iter().filter_map(read_endpoints)),
        Err(unknown) => {
            rows.push(unasked("Endpoints with a leader's annotation", &unknown));
            not_asked = not_asked.or(Some(unknown));
        }
    }
    elections.retain(|election| concerns(election, file));
    rows.extend(elections.iter().map(|election| judge(election, file, now)));
    Report {
        title: format!("Leader election around {}", file.facts.pod),
        source: file.cluster.clone(),
        asked_at: now,
        outcome: outcome(&rows, not_asked),
        body: Body::Findings(Findings { panel: FindingsPanel::Leases, rows }),
        notes: Vec::new(),
    }
}

async fn list(files: &CaseFiles, cluster: &Cluster, kind: &str, namespace: &str) -> Result<Vec<Value>, Unknown> {
    let request = GetRequest {
        kind: kind.to_owned(),
        names: Vec::new(),
        scope: GetScope::Namespace(namespace.to_owned()),
        selector: None,
        field_selector: None,
    };
    let asked = format!("{kind} in {namespace}");
    match within(files.part_limit, asked, cluster.get_json(&request)).await {
        Ok(list) => Ok(list["items"].as_array().cloned().into_iter().flatten().collect()),
        // What a cluster does not have, holds no record.
        Err(unknown) if unknown.cause == Cause::NoSuchKind => Ok(Vec::new()),
        Err(unknown) => Err(unknown),
    }
}

fn unasked(subject: &str, unknown: &Unknown) -> Finding {
    Finding {
        state: FindingState::Unknown,
        subject: subject.to_owned(),
        words: format!("unknown: {} {}", unknown.reason, unknown.remedy),
        detail: None,
        at: None,
    }
}

fn read_lease(object: &Value) -> Election {
    let spec = &object["spec"];
    Election {
        form: "Lease",
        name: text(&object["metadata"]["name"]),
        holder: text(&spec["holderIdentity"]),
        renewed_at: instant(&spec["renewTime"]),
        length_s: spec["leaseDurationSeconds"].as_i64(),
        transitions: spec["leaseTransitions"].as_i64(),
    }
}

fn read_endpoints(object: &Value) -> Option<Election> {
    let record = object["metadata"]["annotations"][ANNOTATION].as_str()?;
    // A record that cannot be read is none that somebody holds.
    let record: Value = serde_json::from_str(record).unwrap_or(Value::Null);
    Some(Election {
        form: "Endpoints",
        name: text(&object["metadata"]["name"]),
        holder: text(&record["holderIdentity"]),
        renewed_at: instant(&record["renewTime"]),
        length_s: record["leaseDurationSeconds"].as_i64(),
        transitions: record["leaderTransitions"].as_i64(),
    })
}

/// Whether an election is the pod's: it holds it, or bears a name of the pod's. Holders write `pod_uuid`, and on the
/// host's network `node_uuid`.
fn concerns(election: &Election, file: &CaseFile) -> bool {
    let holder = election.holder.split('_').next().unwrap_or("");
    let container = file.facts.focus().map_or("", |container| container.name.as_str());
    let owners = file.facts.owners.iter().map(|owner| owner.name.as_str());
    let names: Vec<&str> = owners.chain([container]).filter(|name| name.len() > 2).collect();
    holder == file.facts.pod
        || holder.starts_with(&format!("{}.", file.facts.pod))
        || names.iter().any(|name| election.name == *name || election.name.starts_with(&format!("{name}-")))
        || names.iter().any(|name| election.name.contains(name) && name.len() > 5)
}

fn judge(election: &Election, file: &CaseFile, now: Timestamp) -> Finding {
    let late = election
        .renewed_at
        .zip(election.length_s)
        .map(|(at, length_s)| now.ms_since(at) > length_s.saturating_mul(1_000).saturating_mul(LATE_FACTOR));
    let is_ours = election.holder.starts_with(&file.facts.pod);
    let state = match late {
        _ if election.holder.is_empty() => FindingState::Plain,
        Some(true) => FindingState::Bad,
        Some(false) => FindingState::Good,
        None => FindingState::Unknown,
    };
    let holder = match (election.holder.as_str(), is_ours) {
        ("", _) => "nobody holds it".to_owned(),
        (holder, true) => format!("held by this pod ({holder})"),
        (holder, false) => format!("held by {holder}"),
    };
    let renewed = election.renewed_at.map_or_else(
        || ", never renewed".to_owned(),
        |at| format!(", renewed at {} UTC ({})", at.clock(), ago(now.ms_since(at))),
    );
    let length = election.length_s.map(|seconds| format!("valid for {seconds} s"));
    let changes = election.transitions.map(|count| format!("changed hands {count} times"));
    let old = (election.form == "Endpoints").then(|| "the deprecated form: it should use a Lease".to_owned());
    let detail: Vec<String> = [length, changes, old].into_iter().flatten().collect();
    Finding {
        state,
        subject: format!("{} {}", election.form, election.name),
        words: format!("{holder}{renewed}"),
        detail: (!detail.is_empty()).then(|| detail.join("; ")),
        at: election.renewed_at,
    }
}

/// A lease that is late tells the most; then that something could not be asked.
fn outcome(rows: &[Finding], not_asked: Option<Unknown>) -> Outcome {
    let first = |state: FindingState| rows.iter().find(|row| row.state == state);
    if let Some(late) = first(FindingState::Bad) {
        return Outcome::Warn { summary: format!("{} is not renewed in time: {}.", late.subject, late.words) };
    }
    if let Some(unknown) = not_asked {
        return Outcome::Unknown(unknown);
    }
    if let Some(unknown) = first(FindingState::Unknown) {
        return Outcome::Warn { summary: format!("{}: {}", unknown.subject, unknown.words) };
    }
    let summary = match rows.len() {
        0 => "No lease of this namespace belongs to the pod.".to_owned(),
        1 => "Its lease is renewed in time.".to_owned(),
        many => format!("Its {many} leases are renewed in time."),
    };
    Outcome::Pass { summary }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("").to_owned()
}

fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_both_forms() {
        let lease = read_lease(&json!({"metadata": {"name": "kube-scheduler"}, "spec": {"holderIdentity": "node_1-2",
            "renewTime": "2026-02-26T02:23:41.123456Z", "leaseDurationSeconds": 15, "leaseTransitions": 12}}));
        assert_eq!((lease.holder.as_str(), lease.length_s, lease.transitions), ("node_1-2", Some(15), Some(12)));
        assert_eq!(lease.renewed_at, Some(Timestamp(1_772_072_621_123)));
        let record = r#"{"holderIdentity":"localpv-0_9","leaseDurationSeconds":15,"renewTime":"2026-02-26T02:23:41Z","leaderTransitions":26}"#;
        let old =
            read_endpoints(&json!({"metadata": {"name": "openebs.io-local", "annotations": {ANNOTATION: record}}}));
        assert_eq!(
            old.map(|old| (old.form, old.holder, old.transitions)),
            Some(("Endpoints", "localpv-0_9".into(), Some(26)))
        );
        assert_eq!(read_endpoints(&json!({"metadata": {"name": "web"}})), None);
        let broken = json!({"metadata": {"name": "web", "annotations": {ANNOTATION: "{"}}});
        assert_eq!(read_endpoints(&broken).map(|election| election.holder), Some(String::new()));
    }
}
