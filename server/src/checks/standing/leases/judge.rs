//! Judges elections: whose they are, and whether they are renewed in time. Asks nothing.

use k8s_openapi::api::{coordination::v1::Lease, core::v1::Endpoints};
use runbook::{
    outcome::{Body, Finding, FindingState, Findings, FindingsPanel, Outcome, Report, Unknown},
    time::{Timestamp, ago},
};
use serde::Deserialize;

use super::CaseFile;

/// Where the older form keeps its record.
const ANNOTATION: &str = "control-plane.alpha.kubernetes.io/leader";
/// A lease that was not renewed for this many of its own lengths is not held by anybody who is well.
const LATE_FACTOR: i64 = 2;

/// The record of the older form. What it does not say is absent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Record {
    holder_identity: String,
    renew_time: Option<jiff::Timestamp>,
    lease_duration_seconds: Option<i64>,
    leader_transitions: Option<i64>,
}

/// A record that cannot be read is none that somebody holds.
const NOBODYS: Record =
    Record { holder_identity: String::new(), renew_time: None, lease_duration_seconds: None, leader_transitions: None };

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

/// What is known of the elections of the pod's namespace.
pub(super) fn report(
    file: &CaseFile,
    leases: Result<Vec<Lease>, Unknown>,
    endpoints: Result<Vec<Endpoints>, Unknown>,
    now: Timestamp,
) -> Report {
    let mut elections = Vec::new();
    let mut rows = Vec::new();
    let mut not_asked = None;
    match leases {
        Ok(leases) => elections.extend(leases.into_iter().map(read_lease)),
        Err(unknown) => {
            rows.push(unasked("Leases", &unknown));
            not_asked = Some(unknown);
        }
    }
    match endpoints {
        Ok(endpoints) => elections.extend(endpoints.into_iter().filter_map(read_endpoints)),
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

fn unasked(subject: &str, unknown: &Unknown) -> Finding {
    Finding {
        state: FindingState::Unknown,
        subject: subject.to_owned(),
        words: format!("unknown: {} {}", unknown.reason, unknown.remedy),
        detail: None,
        at: None,
    }
}

fn read_lease(lease: Lease) -> Election {
    let (spec, name) = (lease.spec, lease.metadata.name);
    let (holder, renewed, length_s, transitions) = match spec {
        Some(spec) => (spec.holder_identity, spec.renew_time, spec.lease_duration_seconds, spec.lease_transitions),
        None => (None, None, None, None),
    };
    Election {
        form: "Lease",
        name: name.unwrap_or_else(String::new),
        // A lease without a holder is held by nobody.
        holder: holder.unwrap_or_else(String::new),
        renewed_at: renewed.map(|at| timestamp(at.0)),
        length_s: length_s.map(i64::from),
        transitions: transitions.map(i64::from),
    }
}

fn read_endpoints(endpoints: Endpoints) -> Option<Election> {
    let record = endpoints.metadata.annotations?.remove(ANNOTATION)?;
    let record: Record = serde_json::from_str(&record).unwrap_or(NOBODYS);
    Some(Election {
        form: "Endpoints",
        name: endpoints.metadata.name?,
        holder: record.holder_identity,
        renewed_at: record.renew_time.map(timestamp),
        length_s: record.lease_duration_seconds,
        transitions: record.leader_transitions,
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

fn timestamp(at: jiff::Timestamp) -> Timestamp {
    Timestamp(at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn typed<T: serde::de::DeserializeOwned>(object: serde_json::Value) -> T {
        serde_json::from_value(object).expect("an object of the kind")
    }

    #[test]
    fn reads_both_forms() {
        let lease =
            read_lease(typed(json!({"metadata": {"name": "kube-scheduler"}, "spec": {"holderIdentity": "node_1-2",
            "renewTime": "2026-02-26T02:23:41.123456Z", "leaseDurationSeconds": 15, "leaseTransitions": 12}})));
        assert_eq!((lease.holder.as_str(), lease.length_s, lease.transitions), ("node_1-2", Some(15), Some(12)));
        assert_eq!(lease.renewed_at, Some(Timestamp(1_772_072_621_123)));
        let record = r#"{"holderIdentity":"localpv-0_9","leaseDurationSeconds":15,"renewTime":"2026-02-26T02:23:41Z","leaderTransitions":26}"#;
        let old = read_endpoints(typed(
            json!({"metadata": {"name": "openebs.io-local", "annotations": {ANNOTATION: record}}}),
        ));
        assert_eq!(
            old.map(|old| (old.form, old.holder, old.transitions)),
            Some(("Endpoints", "localpv-0_9".into(), Some(26)))
        );
        assert_eq!(read_endpoints(typed(json!({"metadata": {"name": "web"}}))), None);
        let broken = json!({"metadata": {"name": "web", "annotations": {ANNOTATION: "{"}}});
        assert_eq!(read_endpoints(typed(broken)).map(|election| election.holder), Some(String::new()));
    }
}
