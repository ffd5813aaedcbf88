//! What Runlight asks of a Kubernetes API by itself and for commands, as rules of access control, and what is missing of
//! it as a role to apply.

use std::collections::{BTreeMap, BTreeSet};

/// Something that Runlight reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Right {
    /// Empty for the core group.
    pub(super) group: &'static str,
    /// `pods`, `pods/log`.
    pub(super) resource: &'static str,
    /// What it does with them.
    pub(super) verbs: &'static [&'static str],
    /// Whether pages ask it by themselves. The rest is asked when a runbook's command wants it.
    pub(super) is_basic: bool,
}

const READ: &[&str] = &["get", "list"];

/// All that Runlight reads, the data of Secrets aside.
pub(super) const RIGHTS: &[Right] = &[
    basic("", "pods", &["get", "list", "watch"]),
    basic("", "pods/log", &["get"]),
    basic("", "events", READ),
    basic("", "nodes", READ),
    basic("", "namespaces", READ),
    basic("", "configmaps", READ),
    basic("apps", "deployments", READ),
    basic("apps", "replicasets", READ),
    basic("apps", "statefulsets", READ),
    basic("apps", "daemonsets", READ),
    basic("batch", "jobs", READ),
    basic("coordination.k8s.io", "leases", READ),
    asked_for("", "services", READ),
    asked_for("", "endpoints", READ),
    asked_for("", "persistentvolumeclaims", READ),
    asked_for("", "persistentvolumes", READ),
    asked_for("batch", "cronjobs", READ),
    asked_for("networking.k8s.io", "ingresses", READ),
    asked_for("storage.k8s.io", "storageclasses", READ),
    asked_for("metrics.k8s.io", "pods", READ),
    asked_for("metrics.k8s.io", "nodes", READ),
];

/// Added where `secret_data = "show"`.
pub(super) const SECRETS: Right = asked_for("", "secrets", READ);

const fn basic(group: &'static str, resource: &'static str, verbs: &'static [&'static str]) -> Right {
    Right { group, resource, verbs, is_basic: true }
}

const fn asked_for(group: &'static str, resource: &'static str, verbs: &'static [&'static str]) -> Right {
    Right { group, resource, verbs, is_basic: false }
}

/// A right that is missing: the resource and one verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) right: Right,
    pub(super) verb: &'static str,
}

/// "list and watch pods, get pods/log".
pub(super) fn sentence(missing: &[Missing]) -> String {
    let mut by_resource: Vec<(String, Vec<&str>)> = Vec::new();
    for Missing { right, verb } in missing {
        let resource = if right.group.is_empty() {
            right.resource.to_owned()
        } else {
            format!("{}.{}", right.resource, right.group)
        };
        match by_resource.iter_mut().find(|(known, _)| *known == resource) {
            Some((_, verbs)) => verbs.push(verb),
            None => by_resource.push((resource, vec![verb])),
        }
    }
    let parts: Vec<String> =
        by_resource.iter().map(|(resource, verbs)| format!("{} {resource}", listed(verbs))).collect();
    parts.join(", ")
}

fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The role that gives what is missing, and its binding to the account, as YAML to apply.
pub(super) fn role(missing: &[Missing], account: Option<&str>) -> Vec<String> {
    let mut rules: BTreeMap<(&str, Vec<&str>), BTreeSet<&str>> = BTreeMap::new();
    let mut verbs_of: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for Missing { right, verb } in missing {
        verbs_of.entry((right.group, right.resource)).or_default().push(verb);
    }
    for ((group, resource), verbs) in verbs_of {
        rules.entry((group, verbs)).or_default().insert(resource);
    }
    let mut lines: Vec<String> = [
        "apiVersion: rbac.authorization.k8s.io/v1",
        "kind: ClusterRole",
        "metadata:",
        "  name: runlight-missing",
        "rules:",
    ]
    .map(str::to_owned)
    .to_vec();
    for ((group, verbs), resources) in rules {
        lines.push(format!("  - apiGroups: [\"{group}\"]"));
        lines.push(format!("    resources: [{}]", resources.into_iter().collect::<Vec<_>>().join(", ")));
        lines.push(format!("    verbs: [{}]", verbs.join(", ")));
    }
    lines.extend(
        [
            "---",
            "apiVersion: rbac.authorization.k8s.io/v1",
            "kind: ClusterRoleBinding",
            "metadata:",
            "  name: runlight-missing",
            "roleRef:",
            "  apiGroup: rbac.authorization.k8s.io",
            "  kind: ClusterRole",
            "  name: runlight-missing",
            "subjects:",
        ]
        .map(str::to_owned),
    );
    lines.extend(subject(account));
    lines
}

fn subject(account: Option<&str>) -> Vec<String> {
    let account = account.unwrap_or("THE-ACCOUNT-OF-RUNLIGHT");
    match account.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':')) {
        Some((namespace, name)) => vec![
            "  - kind: ServiceAccount".to_owned(),
            format!("    name: {}", yaml_text(name)),
            format!("    namespace: {}", yaml_text(namespace)),
        ],
        None => vec![
            "  - apiGroup: rbac.authorization.k8s.io".to_owned(),
            "    kind: User".to_owned(),
            format!("    name: {}", yaml_text(account)),
        ],
    }
}

/// A JSON string is a YAML one, whatever stands in it.
fn yaml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(resource: &str, verb: &'static str) -> Missing {
        let right = RIGHTS.iter().find(|right| right.resource == resource && right.group != "metrics.k8s.io");
        Missing { right: *right.expect("a right"), verb }
    }

    #[test]
    fn says_what_is_missing_in_one_sentence() {
        let missing = [missing("pods", "list"), missing("pods", "watch"), missing("leases", "get")];
        assert_eq!(sentence(&missing), "list and watch pods, get leases.coordination.k8s.io");
    }

    #[test]
    fn writes_a_role_that_gives_exactly_what_is_missing() {
        let missing =
            [missing("pods", "list"), missing("nodes", "list"), missing("pods/log", "get"), missing("leases", "get")];
        let text = role(&missing, Some("system:serviceaccount:runlight:reader")).join("\n");
        let documents: Vec<serde_json::Value> =
            text.split("---\n").map(|document| yaml_serde::from_str(document).expect("YAML")).collect();
        assert_eq!(
            documents[0]["rules"],
            serde_json::json!([
                { "apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"] },
                { "apiGroups": [""], "resources": ["nodes", "pods"], "verbs": ["list"] },
                { "apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get"] },
            ])
        );
        let subject = serde_json::json!([{ "kind": "ServiceAccount", "name": "reader", "namespace": "runlight" }]);
        assert_eq!(documents[1]["subjects"], subject);
    }

    #[test]
    fn binds_a_user_whatever_it_is_called() {
        let text = role(&[missing("pods", "list")], Some("a: \"b\"\n- c")).join("\n");
        let binding: serde_json::Value = yaml_serde::from_str(text.split("---\n").nth(1).expect("two")).expect("YAML");
        assert_eq!(binding["subjects"][0]["name"], "a: \"b\"\n- c");
    }
}
