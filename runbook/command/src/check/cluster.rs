//! Questions to a cluster: what kubectl can read.

use serde::{Deserialize, Serialize};

use super::Helm;

/// A question to a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClusterQuestion {
    /// `--context`, else the reader's `cluster` binding (`None`).
    pub context: Option<String>,
    /// The host on which the command would have run (`ssh HOST kubectl …`): a note, not an address to go to.
    pub via: Option<String>,
    /// What is asked.
    pub ask: ClusterAsk,
}

/// What can be asked of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "verb", content = "of", rename_all = "kebab-case")]
pub enum ClusterAsk {
    /// `kubectl get`.
    Get(Get),
    /// `kubectl get --raw PATH`: an allow-listed path with its query, such as `/readyz?verbose`.
    Raw(String),
    /// `kubectl logs`.
    Logs(Logs),
    /// `kubectl describe`.
    Describe(Describe),
    /// `kubectl events`.
    Events(Events),
    /// `kubectl top`.
    Top(Top),
    /// `kubectl rollout status` and `history`.
    Rollout(Rollout),
    /// `kubectl wait`, bounded by the portal.
    Wait(Wait),
    /// `kubectl auth can-i`.
    Access(AccessQuestion),
    /// `kubectl auth whoami`.
    WhoAmI,
    /// `kubectl api-resources`.
    ApiResources {
        /// `--api-group`.
        group: Option<String>,
        /// `--namespaced=true|false`.
        namespaced: Option<bool>,
        /// `--verbs`: all of them are offered.
        verbs: Vec<String>,
        /// `--categories`: it belongs to each.
        categories: Vec<String>,
        /// `-o wide` or `-o name`; otherwise a table.
        output: Output,
        /// `--no-headers`.
        no_headers: bool,
    },
    /// `kubectl api-versions`.
    ApiVersions,
    /// `kubectl explain PATH`: `pods.spec.containers`.
    Explain {
        /// The field's path.
        path: String,
        /// `--recursive`.
        recursive: bool,
    },
    /// `kubectl cluster-info`.
    ClusterInfo,
    /// `kubectl version`.
    Version {
        /// `-o yaml` or `-o json`; otherwise lines.
        output: Output,
    },
    /// `kubectl config` as far as it reads; never the secrets in it.
    Config(ConfigAsk),
    /// `helm list`, `status` and `history`, which read the data of Secrets.
    Helm(Helm),
}

/// What can be read of the configured clusters, under the names that Runlight knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConfigAsk {
    /// `current-context`.
    CurrentContext,
    /// `get-contexts`.
    Contexts,
    /// `get-contexts -o name`.
    ContextNames,
    /// `get-clusters`.
    Clusters,
    /// `view`, without credentials.
    View {
        /// `--minify`: of the current context alone.
        minify: bool,
        /// YAML, JSON or a template.
        output: Output,
    },
}

/// Which namespaces a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The context's own namespace: `default`.
    Default,
    /// `-n`.
    Named(String),
    /// `-A`.
    All,
}

/// `kubectl get KIND [NAME…]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Get {
    /// What is listed: a kind as typed (`pods`, `po`, `certificates.cert-manager.io`) with its names; several for
    /// `get a,b` and `get TYPE/NAME TYPE/NAME`.
    pub resources: Vec<Resource>,
    /// Where.
    pub scope: Scope,
    /// `-l`.
    pub selector: Option<String>,
    /// `--field-selector`.
    pub field_selector: Option<String>,
    /// `--sort-by`, without braces and leading dot: `status.containerStatuses[0].restartCount`.
    pub sort_by: Option<String>,
    /// `-o`.
    pub output: Output,
    /// `--no-headers`.
    pub no_headers: bool,
    /// `--show-labels`.
    pub show_labels: bool,
    /// `--show-kind`: names with their kind, as several kinds have them anyway.
    pub show_kind: bool,
    /// `-L`.
    pub label_columns: Vec<String>,
    /// `-w`: as a panel it is live anyway.
    pub watch: bool,
}

/// A kind and, when given, names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resource {
    /// As typed.
    pub kind: String,
    /// Empty: all of them.
    pub names: Vec<String>,
}

/// `-o`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// The columns that kubectl prints.
    Table,
    /// With the wide columns.
    Wide,
    /// `kind/name` lines.
    Name,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// A JSONPath template, as typed.
    JsonPath(String),
    /// `NAME:.metadata.name,…`, as typed.
    CustomColumns(String),
    /// A template of Go's, as typed.
    GoTemplate(String),
}

/// `kubectl logs`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Logs {
    /// Whose.
    pub target: LogTarget,
    /// Where.
    pub scope: Scope,
    /// `-c`.
    pub container: Option<String>,
    /// `--all-containers`.
    pub all_containers: bool,
    /// `--previous`.
    pub previous: bool,
    /// `-f`: as a panel it follows.
    pub follow: bool,
    /// `--tail`, in lines.
    pub tail_lines: Option<u32>,
    /// `--tail=-1` beside a selector: every line, where kubectl would print the last 10 of each pod.
    pub whole: bool,
    /// `--since`, in seconds.
    pub since_s: Option<u64>,
    /// `--since-time`, as typed (RFC 3339).
    pub since_time: Option<String>,
    /// `--timestamps`.
    pub timestamps: bool,
    /// `--prefix`.
    pub prefix: bool,
}

/// Whose logs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogTarget {
    /// A pod by name.
    Pod(String),
    /// `TYPE/NAME`: a pod of that owner.
    Owner {
        /// As typed.
        kind: String,
        /// Its name.
        name: String,
    },
    /// `-l`.
    Selector(String),
}

/// `kubectl describe KIND [NAME…]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Describe {
    /// What is described.
    pub resources: Vec<Resource>,
    /// Where.
    pub scope: Scope,
    /// `-l`.
    pub selector: Option<String>,
    /// `--show-events`; unsaid, one object alone is shown with its events.
    pub show_events: Option<bool>,
}

/// `kubectl events`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Events {
    /// Where.
    pub scope: Scope,
    /// `--for KIND/NAME`.
    pub about: Option<String>,
    /// `--types`: `Warning`, `Normal`.
    pub types: Vec<String>,
    /// `-w`.
    pub watch: bool,
    /// `--no-headers`.
    pub no_headers: bool,
}

/// `kubectl top`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Top {
    /// Pods or nodes.
    pub subject: TopSubject,
    /// One of them.
    pub name: Option<String>,
    /// Where.
    pub scope: Scope,
    /// `-l`.
    pub selector: Option<String>,
    /// `--field-selector`.
    pub field_selector: Option<String>,
    /// `--containers`.
    pub containers: bool,
    /// `--sort-by`.
    pub sort_by: Option<TopOrder>,
    /// `--no-headers`.
    pub no_headers: bool,
    /// `--sum`.
    pub sum: bool,
}

/// What `kubectl top` measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TopSubject {
    /// `top pods`.
    Pods,
    /// `top nodes`.
    Nodes,
}

/// The order of `kubectl top`: most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TopOrder {
    /// `--sort-by=cpu`.
    Cpu,
    /// `--sort-by=memory`.
    Memory,
}

/// `kubectl rollout status` and `history`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rollout {
    /// A deployment, daemon set or stateful set.
    pub resource: Resource,
    /// Where.
    pub scope: Scope,
    /// `-l`.
    pub selector: Option<String>,
    /// What is asked of it.
    pub ask: RolloutAsk,
}

/// What is asked of a rollout.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RolloutAsk {
    /// `status`.
    Status {
        /// `--watch`, which is on unless it is switched off.
        watch: bool,
        /// `--timeout`, in seconds.
        timeout_s: Option<u64>,
    },
    /// `history`.
    History {
        /// `--revision`.
        revision: Option<u64>,
    },
}

/// `kubectl wait`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Wait {
    /// For whom; `all` with a kind is an empty list of names.
    pub resources: Vec<Resource>,
    /// Where.
    pub scope: Scope,
    /// `-l`.
    pub selector: Option<String>,
    /// `--field-selector`.
    pub field_selector: Option<String>,
    /// For what.
    pub until: WaitFor,
    /// `--timeout`, in seconds; kubectl's own is 30.
    pub timeout_s: Option<u64>,
}

/// What `kubectl wait` waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitFor {
    /// `condition=NAME[=STATUS]`; the status is `True` when it is not given.
    Condition {
        /// The condition's type.
        name: String,
        /// Its wanted status.
        status: String,
    },
    /// `delete`.
    Delete,
    /// `create`.
    Create,
    /// `jsonpath={.status.phase}=Running`.
    JsonPath {
        /// The path, as typed.
        path: String,
        /// The wanted value; any when absent.
        value: Option<String>,
    },
}

/// `kubectl auth can-i VERB RESOURCE`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccessQuestion {
    /// Absent for `--list`.
    pub verb: Option<String>,
    /// Kind, `KIND/NAME` or a non-resource path.
    pub resource: Option<String>,
    /// `--subresource`.
    pub subresource: Option<String>,
    /// Where.
    pub scope: Scope,
    /// `--as`: about whom.
    pub as_user: Option<String>,
    /// `--as-group`.
    pub as_groups: Vec<String>,
    /// `--no-headers`, which goes with `--list`.
    pub no_headers: bool,
}
