//! Which kinds a cluster has, and by which names people call them. Kept for a few minutes, asked anew on a miss.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Mutex, time::Instant};

use super::{connection::Connection, error::ClusterError, kinds, path::ApiPath};
use crate::sources::Cause;

/// Time for which the kinds of a cluster are believed.
const FRESH: Duration = Duration::from_secs(300);
/// Age from which an unknown name is worth asking again: it may be a new custom resource.
const STALE_ON_MISS: Duration = Duration::from_secs(10);

/// A kind of objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    /// Empty for the core group.
    pub(super) group: String,
    pub(super) version: String,
    /// `pods`.
    pub(super) plural: String,
    pub(super) singular: String,
    /// `Pod`.
    pub(super) kind: String,
    pub(super) short_names: Vec<String>,
    pub(super) is_namespaced: bool,
    /// `get`, `list`, and what Runlight never does.
    pub(super) verbs: Vec<String>,
    /// `all`: names that stand for several kinds.
    pub(super) categories: Vec<String>,
}

/// The kinds of a cluster.
#[derive(Debug, Default)]
pub(super) struct Discovery {
    known: Mutex<Known>,
}

/// The kinds, and when they were asked for.
type Known = Option<(Instant, Arc<Vec<Kind>>)>;

impl Kind {
    /// `pods`, `certificates.cert-manager.io`: as access rules are spoken of.
    pub(super) fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// The path of the kind in one namespace, or over all.
    pub(super) fn path(&self, namespace: Option<&str>) -> Result<ApiPath, ClusterError> {
        let namespace = namespace.filter(|_| self.is_namespaced);
        ApiPath::of_group(&self.group, &self.version)?.in_namespace(namespace)?.part(&self.plural)
    }

    /// Whether its objects can be read.
    pub(super) fn is_readable(&self) -> bool {
        self.verbs.iter().any(|verb| verb == "get" || verb == "list")
    }

    /// Whether its objects hold secret data.
    pub(super) fn is_secret(&self) -> bool {
        self.group.is_empty() && self.plural == "secrets"
    }
}

impl Discovery {
    /// The kind that a reader means by `po`, `Pod`, `certificates.cert-manager.io` or `deployments.v1.apps`.
    pub(super) async fn find(&self, connection: &Connection, typed: &str) -> Result<Kind, ClusterError> {
        let mut known = self.known.lock().await;
        for _ in 0..2 {
            let (age, kinds) = fresh(&mut known, connection).await?;
            if let Some(kind) = choose(&kinds, typed) {
                return Ok(kind.clone());
            }
            if age < STALE_ON_MISS {
                break;
            }
            *known = None;
        }
        Err(ClusterError::NotAsked {
            kind: Cause::NoSuchKind,
            reason: format!("The cluster {} has no kind called {typed}.", connection.name),
            remedy: "Check the spelling; a custom resource exists only where its definition is installed.".into(),
        })
    }
}

impl Discovery {
    /// Every kind, in the API server's order: the core ones first.
    pub(super) async fn all(&self, connection: &Connection) -> Result<Arc<Vec<Kind>>, ClusterError> {
        Ok(fresh(&mut *self.known.lock().await, connection).await?.1)
    }

    /// The kinds that a category such as `all` stands for; empty for a word that is none.
    pub(super) async fn category(&self, connection: &Connection, word: &str) -> Result<Vec<Kind>, ClusterError> {
        let kinds = self.all(connection).await?;
        let belongs = |kind: &&Kind| kind.is_readable() && kind.categories.iter().any(|category| category == word);
        Ok(kinds.iter().filter(belongs).cloned().collect())
    }
}

/// What is known and how old that is; asks when it is nothing, or too old.
async fn fresh(known: &mut Known, connection: &Connection) -> Result<(Duration, Arc<Vec<Kind>>), ClusterError> {
    match known {
        Some((at, kinds)) if at.elapsed() < FRESH => Ok((at.elapsed(), kinds.clone())),
        _ => {
            let kinds = Arc::new(kinds::ask(connection).await?);
            *known = Some((Instant::now(), kinds.clone()));
            Ok((Duration::ZERO, kinds))
        }
    }
}

/// Picks by name, then by group. Core comes first, then groups in the API server's order, as kubectl has it.
fn choose<'a>(kinds: &'a [Kind], typed: &str) -> Option<&'a Kind> {
    let typed = typed.to_ascii_lowercase();
    let kinds = || kinds.iter().filter(|kind| kind.is_readable());
    let called = |kind: &Kind, name: &str| {
        kind.plural == name
            || kind.singular == name
            || kind.kind.eq_ignore_ascii_case(name)
            || kind.short_names.iter().any(|short| short == name)
    };
    // Exact words win over short names: `ev` may be short for a kind whose plural another group also has.
    if let Some(kind) = kinds().find(|kind| kind.plural == typed || kind.singular == typed) {
        return Some(kind);
    }
    if let Some(kind) = kinds().find(|kind| called(kind, &typed)) {
        return Some(kind);
    }
    let (name, group) = typed.split_once('.')?;
    let in_group = |kind: &&Kind, group: &str| called(kind, name) && kind.group == group;
    if let Some(kind) = kinds().find(|kind| in_group(kind, group)) {
        return Some(kind);
    }
    if let Some((version, group)) = group.split_once('.')
        && let Some(kind) = kinds().find(|kind| in_group(kind, group) && kind.version == version)
    {
        return Some(kind);
    }
    kinds().find(|kind| called(kind, name) && kind.group.starts_with(group))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kinds() -> Vec<Kind> {
        let resource = |plural: &str, kind: &str, scope: &str, short: &[&str]| {
            json!({"resource": plural, "responseKind": {"kind": kind}, "scope": scope,
                "singularResource": kind.to_lowercase(), "verbs": ["get", "list"], "shortNames": short})
        };
        let version = |version: &str, resources: serde_json::Value| json!({"version": version, "resources": resources});
        let group = |name: &str, versions: serde_json::Value| json!({"metadata": {"name": name}, "versions": versions});
        let answer = json!({"kind": "APIGroupDiscoveryList", "items": [
            group("", json!([version("v1", json!([
                resource("pods", "Pod", "Namespaced", &["po"]),
                resource("events", "Event", "Namespaced", &["ev"]),
                resource("nodes", "Node", "Cluster", &["no"]),
                {"resource": "bindings", "responseKind": {"kind": "Binding"}, "scope": "Namespaced",
                    "singularResource": "binding", "verbs": ["create"]}]))])),
            group("apps", json!([version("v1", json!([resource("deployments", "Deployment", "Namespaced", &["deploy"])]))])),
            group("events.k8s.io", json!([version("v1", json!([resource("events", "Event", "Namespaced", &["ev"])]))])),
            group("cert-manager.io", json!([
                version("v1", json!([resource("certificates", "Certificate", "Namespaced", &["cert", "certs"])])),
                version("v1alpha1", json!([resource("certificates", "Certificate", "Namespaced", &[])]))])),
        ]});
        kinds::read_all(answer.to_string().as_bytes()).expect("it is JSON").expect("it is the list")
    }

    fn path_of(typed: &str, namespace: Option<&str>) -> Option<String> {
        choose(&kinds(), typed).map(|kind| kind.path(namespace).expect("names").as_str().to_owned())
    }

    #[test]
    fn finds_a_kind_by_every_name_that_people_use() {
        for typed in ["pods", "pod", "po", "Pod", "POD"] {
            assert_eq!(path_of(typed, Some("kube-system")).as_deref(), Some("/api/v1/namespaces/kube-system/pods"));
        }
        for typed in ["deploy", "deployments.apps", "deployment.apps", "deployments.v1.apps", "deploy.app"] {
            assert_eq!(path_of(typed, None).as_deref(), Some("/apis/apps/v1/deployments"), "{typed}");
        }
        let certificate = "/apis/cert-manager.io/v1/certificates";
        for typed in ["certificates.cert-manager.io", "cert", "certificate"] {
            assert_eq!(path_of(typed, None).as_deref(), Some(certificate));
        }
    }

    #[test]
    fn prefers_core_unless_a_group_is_named() {
        assert_eq!(path_of("events", None).as_deref(), Some("/api/v1/events"));
        assert_eq!(path_of("events.events.k8s.io", None).as_deref(), Some("/apis/events.k8s.io/v1/events"));
    }

    #[test]
    fn knows_no_kind_that_cannot_be_read_or_does_not_exist() {
        assert_eq!(path_of("bindings", None), None);
        assert_eq!(path_of("pods.apps", None), None);
        assert_eq!(path_of("", None), None);
    }

    #[test]
    fn leaves_the_namespace_out_for_kinds_of_the_whole_cluster() {
        assert_eq!(path_of("no", Some("default")).as_deref(), Some("/api/v1/nodes"));
    }
}
