//! A table of the kinds that the simulated API serves.

/// A kind of object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// Empty for the core group.
    pub(super) group: &'static str,
    pub(super) version: &'static str,
    pub(super) kind: &'static str,
    pub(super) singular: &'static str,
    pub(super) plural: &'static str,
    pub(super) short: &'static [&'static str],
    pub(super) categories: &'static [&'static str],
    pub(super) is_namespaced: bool,
}

impl Kind {
    /// `v1`, `apps/v1`.
    pub(super) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_owned() } else { format!("{}/{}", self.group, self.version) }
    }
}

/// The kind with this plural name in this group and version.
pub(super) fn find(group: &str, version: &str, plural: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.group == group && kind.version == version && kind.plural == plural)
}

/// Whether a path lies under a group and version that has kinds.
pub(super) fn is_served(segments: &[&str]) -> bool {
    match segments {
        ["api", version, ..] => *version == "v1",
        ["apis", group, version, ..] => KINDS.iter().any(|kind| kind.group == *group && kind.version == *version),
        _ => false,
    }
}

/// Every kind, by group.
pub(super) static KINDS: &[Kind] = &[
    namespaced("", "v1", "ConfigMap", "configmap", "configmaps", &["cm"], &[]),
    namespaced("", "v1", "Endpoints", "endpoints", "endpoints", &["ep"], &[]),
    namespaced("", "v1", "Event", "event", "events", &["ev"], &[]),
    cluster_wide("", "v1", "Namespace", "namespace", "namespaces", &["ns"]),
    cluster_wide("", "v1", "Node", "node", "nodes", &["no"]),
    namespaced("", "v1", "PersistentVolumeClaim", "persistentvolumeclaim", "persistentvolumeclaims", &["pvc"], &[]),
    namespaced("", "v1", "Pod", "pod", "pods", &["po"], &["all"]),
    namespaced("", "v1", "Secret", "secret", "secrets", &[], &[]),
    namespaced("", "v1", "ServiceAccount", "serviceaccount", "serviceaccounts", &["sa"], &[]),
    namespaced("", "v1", "Service", "service", "services", &["svc"], &["all"]),
    namespaced("apps", "v1", "DaemonSet", "daemonset", "daemonsets", &["ds"], &["all"]),
    namespaced("apps", "v1", "Deployment", "deployment", "deployments", &["deploy"], &["all"]),
    namespaced("apps", "v1", "ReplicaSet", "replicaset", "replicasets", &["rs"], &["all"]),
    namespaced("apps", "v1", "StatefulSet", "statefulset", "statefulsets", &["sts"], &["all"]),
    namespaced("argoproj.io", "v1alpha1", "Application", "application", "applications", &["app", "apps"], &[]),
    namespaced("batch", "v1", "CronJob", "cronjob", "cronjobs", &["cj"], &["all"]),
    namespaced("batch", "v1", "Job", "job", "jobs", &[], &["all"]),
    namespaced(
        "cert-manager.io",
        "v1",
        "Certificate",
        "certificate",
        "certificates",
        &["cert", "certs"],
        &["cert-manager"],
    ),
    namespaced("coordination.k8s.io", "v1", "Lease", "lease", "leases", &[], &[]),
    namespaced("secrets.infisical.com", "v1alpha1", "InfisicalSecret", "infisicalsecret", "infisicalsecrets", &[], &[]),
];

const fn namespaced(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    singular: &'static str,
    plural: &'static str,
    short: &'static [&'static str],
    categories: &'static [&'static str],
) -> Kind {
    Kind { group, version, kind, singular, plural, short, categories, is_namespaced: true }
}

const fn cluster_wide(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    singular: &'static str,
    plural: &'static str,
    short: &'static [&'static str],
) -> Kind {
    Kind { group, version, kind, singular, plural, short, categories: &[], is_namespaced: false }
}
