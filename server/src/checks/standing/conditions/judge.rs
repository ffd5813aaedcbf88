//! Judges custom resources: which belong to a pod, and how their conditions stand. They have no types; what each may say
//! is read by its name. Asks nothing.

use std::collections::BTreeSet;

use runbook::{
    outcome::{Finding, FindingState, Outcome, Unknown},
    time::Timestamp,
};
use serde_json::Value;

use super::super::{CaseFile, named};

/// Conditions that are bad news when they hold.
const BAD_NEWS: [&str; 7] =
    ["Degraded", "Stalled", "Failed", "Error", "SyncError", "ComparisonError", "InvalidSpecError"];
/// Conditions that say that something is under way.
const UNDER_WAY: [&str; 3] = ["Reconciling", "Progressing", "Issuing"];

/// The rows of all that belongs to the pod. `kinds` holds each kind with its answer, `applications` that of Argo CD.
pub(super) fn rows(
    file: &CaseFile,
    kinds: Vec<(&str, Result<Vec<Value>, Unknown>)>,
    applications: (&str, Result<Vec<Value>, Unknown>),
) -> Vec<Finding> {
    let belongings = Belongings::of(file);
    let mut rows = Vec::new();
    let mut take = |(kind, answer): (&str, Result<Vec<Value>, Unknown>), belongs: &dyn Fn(&Value) -> bool| match answer
    {
        Ok(objects) => rows.extend(objects.iter().filter(|one| belongs(one)).flat_map(read)),
        Err(unknown) => rows.push(unasked(kind, &unknown)),
    };
    for answer in kinds {
        take(answer, &|one| belongings.own(one));
    }
    take(applications, &|one| belongings.are_deployed_by(one));
    for owner in &file.owners {
        // An operator's own resource: its conditions tell why it does not get on.
        if let Ok(object) = owner.object.as_ref()
            && owner
                .api_version
                .split('/')
                .next()
                .is_some_and(|group| group.contains('.') && !group.ends_with(".k8s.io"))
        {
            rows.extend(read(object));
        }
    }
    rows
}

fn unasked(kind: &str, unknown: &Unknown) -> Finding {
    Finding {
        state: FindingState::Unknown,
        subject: kind.to_owned(),
        words: format!("unknown: {} {}", unknown.reason, unknown.remedy),
        detail: None,
        at: None,
    }
}

/// What marks an object as a pod's.
struct Belongings {
    /// Secrets that the pod names.
    secrets: BTreeSet<String>,
    /// Names of its owners and of its app.
    names: BTreeSet<String>,
    namespace: String,
    /// Argo CD's own word for which Application it belongs to.
    application: Option<String>,
}

impl Belongings {
    fn of(file: &CaseFile) -> Self {
        let pod = file.object.as_ref().ok();
        let named = pod.map(named::list).into_iter().flatten();
        let secrets = named.filter(|(named, _)| named.kind == "Secret").map(|(named, _)| named.name).collect();
        let top = file.owners.iter().rev().find_map(|owner| owner.object.as_ref().ok());
        let label = |object: Option<&Value>, key: &str| {
            object.and_then(|object| object["metadata"]["labels"][key].as_str()).map(str::to_owned)
        };
        let mut names: BTreeSet<String> = file.owners.iter().map(|owner| owner.name.clone()).collect();
        let labels = pod.and_then(|pod| pod.metadata.labels.as_ref());
        let names_of_app = ["app.kubernetes.io/name", "app.kubernetes.io/instance", "app"];
        names.extend(names_of_app.iter().filter_map(|label| labels?.get(*label).cloned()));
        let tracking =
            top.and_then(|object| object["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"].as_str());
        let application = tracking
            .and_then(|id| id.split(':').next())
            .map(str::to_owned)
            .or_else(|| label(top, "argocd.argoproj.io/instance"))
            .or_else(|| label(top, "app.kubernetes.io/instance"));
        Self { secrets, names, namespace: file.facts.namespace.clone(), application }
    }

    /// Whether a resource of the namespace fills a secret that the pod names, or bears its app's name.
    fn own(&self, object: &Value) -> bool {
        let name = object["metadata"]["name"].as_str().unwrap_or("");
        targets(object).iter().any(|secret| self.secrets.contains(secret)) || self.names.contains(name)
    }

    /// Whether an Application deploys it: by Argo CD's own mark, else by the namespace that it deploys to.
    fn are_deployed_by(&self, application: &Value) -> bool {
        let name = application["metadata"]["name"].as_str();
        match &self.application {
            Some(wanted) if name == Some(wanted) => true,
            _ => application["spec"]["destination"]["namespace"] == *self.namespace,
        }
    }
}

/// Secrets that a resource writes.
fn targets(object: &Value) -> Vec<String> {
    let spec = &object["spec"];
    let one = [
        &spec["secretName"],
        &spec["target"]["name"],
        &spec["destination"]["name"],
        &spec["managedSecretReference"]["secretName"],
        &spec["template"]["metadata"]["name"],
    ];
    let several =
        spec["managedKubeSecretReferences"].as_array().into_iter().flatten().map(|entry| &entry["secretName"]);
    let mut names: Vec<String> =
        one.into_iter().chain(several).filter_map(|name| Some(name.as_str()?.to_owned())).collect();
    // External and sealed secrets write one of their own name when they name none.
    if names.is_empty() && matches!(object["kind"].as_str(), Some("ExternalSecret" | "SealedSecret")) {
        names.extend(object["metadata"]["name"].as_str().map(str::to_owned));
    }
    names
}

/// A row per condition; Applications have a word for their health instead, and a repository.
fn read(object: &Value) -> Vec<Finding> {
    let word = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let subject = format!("{} {}", word(&object["kind"]), word(&object["metadata"]["name"]));
    let mut rows = Vec::new();
    if object["kind"] == "Application" {
        rows.push(read_application(object, &subject));
    }
    for condition in object["status"]["conditions"].as_array().into_iter().flatten() {
        let (kind, status) = (word(&condition["type"]), word(&condition["status"]));
        let short = kind.rsplit('/').next().unwrap_or(&kind);
        let is_bad_news = BAD_NEWS.contains(&short) || short.ends_with("Error");
        // Argo CD's conditions have no status: one that is there holds.
        let holds = status.is_empty() || status == "True";
        let state = match (is_bad_news, holds, status.as_str()) {
            (_, _, "Unknown") => FindingState::Unknown,
            _ if UNDER_WAY.contains(&short) => FindingState::Plain,
            (true, true, _) | (false, false, _) => FindingState::Bad,
            (true, false, _) | (false, true, _) => FindingState::Good,
        };
        let reason = word(&condition["reason"]);
        let message = word(&condition["message"]);
        let words = [kind.as_str(), if status.is_empty() { "" } else { " is " }, &status].concat();
        let words = if reason.is_empty() { words } else { format!("{words}: {reason}") };
        rows.push(Finding {
            state,
            subject: subject.clone(),
            words,
            detail: (!message.is_empty()).then_some(message),
            at: instant(&condition["lastTransitionTime"]),
        });
    }
    if rows.is_empty() {
        let words = "reports no condition".to_owned();
        rows.push(Finding { state: FindingState::Plain, subject, words, detail: None, at: None });
    }
    rows
}

fn read_application(object: &Value, subject: &str) -> Finding {
    let word = |value: &Value| value.as_str().unwrap_or("unknown").to_owned();
    let (health, sync) = (word(&object["status"]["health"]["status"]), word(&object["status"]["sync"]["status"]));
    let sources: Vec<&Value> = match object["spec"]["sources"].as_array() {
        Some(sources) => sources.iter().collect(),
        None => vec![&object["spec"]["source"]],
    };
    let places = sources.iter().filter_map(|source| {
        let place = source["path"].as_str().or_else(|| source["chart"].as_str())?;
        let revision = source["targetRevision"].as_str().unwrap_or("HEAD");
        Some(format!("{place} of {} at {revision}", source["repoURL"].as_str()?))
    });
    let places: Vec<String> = places.collect();
    let state = match (health.as_str(), sync.as_str()) {
        ("Healthy", "Synced") => FindingState::Good,
        ("Degraded" | "Missing", _) => FindingState::Bad,
        ("unknown" | "Unknown", _) => FindingState::Unknown,
        _ => FindingState::Plain,
    };
    Finding {
        state,
        subject: subject.to_owned(),
        words: format!("{health}, {sync}"),
        detail: (!places.is_empty()).then(|| format!("edit {}", places.join("; "))),
        at: instant(&object["status"]["operationState"]["finishedAt"]),
    }
}

fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

pub(super) fn outcome(rows: &[Finding]) -> Outcome {
    let first = |state: FindingState| rows.iter().find(|row| row.state == state);
    if let Some(bad) = first(FindingState::Bad) {
        return Outcome::Fail { summary: format!("{}: {}.", bad.subject, bad.words) };
    }
    if let Some(unknown) = first(FindingState::Unknown) {
        return Outcome::Warn { summary: format!("{}: {}", unknown.subject, unknown.words) };
    }
    let summary = match rows.len() {
        0 => "No custom resource of this namespace belongs to the pod.".to_owned(),
        _ => "No condition of what belongs to the pod reports trouble.".to_owned(),
    };
    Outcome::Pass { summary }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn states(object: &Value) -> Vec<(FindingState, String)> {
        read(object).into_iter().map(|row| (row.state, row.words)).collect()
    }

    #[test]
    fn reads_conditions_by_their_meaning() {
        let object = json!({"kind": "InfisicalSecret", "metadata": {"name": "env"}, "status": {"conditions": [
            {"type": "secrets.infisical.com/ReadyToSyncSecrets", "status": "False", "reason": "Error", "message": "no key"},
            {"type": "Degraded", "status": "False"},
            {"type": "Stalled", "status": "True"},
            {"type": "Reconciling", "status": "True"},
            {"type": "Ready", "status": "Unknown"},
        ]}});
        let found: Vec<FindingState> = read(&object).into_iter().map(|row| row.state).collect();
        use FindingState::{Bad, Good, Plain, Unknown};
        assert_eq!(found, [Bad, Good, Bad, Plain, Unknown]);
        assert_eq!(read(&object)[0].detail.as_deref(), Some("no key"));
        let silent = json!({"kind": "Certificate", "metadata": {"name": "tls"}});
        assert_eq!(states(&silent), [(Plain, "reports no condition".into())]);
    }

    #[test]
    fn each_kind_that_fills_secrets_or_deploys_tells_its_trouble() {
        use FindingState::{Bad, Good, Plain};
        for (kind, condition, state, words) in [
            (
                "ExternalSecret",
                json!({"type": "Ready", "status": "False", "reason": "SecretSyncedError", "message": "no such path"}),
                Bad,
                "Ready is False: SecretSyncedError",
            ),
            (
                "ExternalSecret",
                json!({"type": "Ready", "status": "True", "reason": "SecretSynced"}),
                Good,
                "Ready is True: SecretSynced",
            ),
            (
                "Certificate",
                json!({"type": "Ready", "status": "False", "reason": "DoesNotExist", "message": "Issuing certificate"}),
                Bad,
                "Ready is False: DoesNotExist",
            ),
            ("Certificate", json!({"type": "Issuing", "status": "True"}), Plain, "Issuing is True"),
            (
                "InfisicalSecret",
                json!({"type": "secrets.infisical.com/LoadedInfisicalToken", "status": "True", "reason": "OK"}),
                Good,
                "secrets.infisical.com/LoadedInfisicalToken is True: OK",
            ),
            // Argo CD writes conditions without a status: one that is there holds.
            ("AppProject", json!({"type": "OrphanedResourceWarning"}), Good, "OrphanedResourceWarning"),
            (
                "Kustomization",
                json!({"type": "Stalled", "status": "True", "reason": "BuildFailed"}),
                Bad,
                "Stalled is True: BuildFailed",
            ),
        ] {
            let object = json!({"kind": kind, "metadata": {"name": "x"}, "status": {"conditions": [condition]}});
            assert_eq!(states(&object), [(state, words.to_owned())], "{kind}");
        }
    }

    #[test]
    fn an_application_of_several_sources_names_each_place() {
        let application = json!({"kind": "Application", "metadata": {"name": "web"},
            "spec": {"sources": [
                {"repoURL": "https://git.example/ops.git", "path": "apps/web", "targetRevision": "main"},
                {"repoURL": "https://charts.example", "chart": "web", "targetRevision": "1.2.3"},
                {"repoURL": "https://git.example/values.git", "ref": "values"},
            ]},
            "status": {"health": {"status": "Healthy"}, "sync": {"status": "Synced"}}});
        assert_eq!(
            read(&application)[0].detail.as_deref(),
            Some("edit apps/web of https://git.example/ops.git at main; web of https://charts.example at 1.2.3")
        );
    }

    #[test]
    fn says_where_an_applications_manifests_lie() {
        let application = json!({"kind": "Application", "metadata": {"name": "media"},
            "spec": {"source": {"repoURL": "https://git.example/ops.git", "path": "apps/media", "targetRevision": "main"}},
            "status": {"health": {"status": "Degraded"}, "sync": {"status": "OutOfSync"},
                "conditions": [{"type": "ComparisonError", "message": "cannot render"}]}});
        let rows = read(&application);
        assert_eq!(rows[0].detail.as_deref(), Some("edit apps/media of https://git.example/ops.git at main"));
        assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [FindingState::Bad, FindingState::Bad]);
        let bare = json!({"kind": "Application", "metadata": {"name": "x"}});
        assert_eq!(states(&bare), [(FindingState::Unknown, "unknown, unknown".into())]);
    }

    #[test]
    fn knows_which_secret_a_resource_writes() {
        assert_eq!(targets(&json!({"kind": "Certificate", "spec": {"secretName": "tls"}})), ["tls"]);
        assert_eq!(targets(&json!({"kind": "ExternalSecret", "metadata": {"name": "env"}, "spec": {}})), ["env"]);
        let infisical =
            json!({"kind": "InfisicalSecret", "spec": {"managedKubeSecretReferences": [{"secretName": "a"}]}});
        assert_eq!(targets(&infisical), ["a"]);
    }
}
