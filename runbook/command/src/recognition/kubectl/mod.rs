//! kubectl and oc: every verb that reads, and by name those that do not.

mod ask;
mod get;
mod inspect;
mod logs;
mod raw;
mod secrets;

use super::{
    args::{Flag, Parsed, Style, switch, value},
    reason::{Stop, unknown},
    table::{Does, Place, Program, Verb, asks, changes, group, refuses},
};
use crate::check::{Cause, ClusterAsk, ClusterQuestion, Question, Scope};

pub use raw::is_raw_path;
pub(super) use secrets::names_secrets;
pub use secrets::prints_secret_data;

pub(super) static PROGRAMS: &[Program] = &[
    Program {
        names: &["kubectl", "k", "kubecolor", "k3s-kubectl"],
        summary: "Kubernetes",
        style: Style::Posix,
        flags: GLOBAL_FLAGS,
        does: Does::Verbs(VERBS),
    },
    Program {
        names: &["oc"],
        summary: "OpenShift: its verbs that are kubectl's",
        style: Style::Posix,
        flags: GLOBAL_FLAGS,
        does: Does::Verbs(OC_VERBS),
    },
];

const OTHER_CLUSTER: &str = "This names a cluster by its address; Runlight asks the clusters that are configured.";
const OTHER_ACCOUNT: &str = "This asks as somebody else; Runlight asks with its own account.";
const IN_A_FILE: &str = "What is asked about lies in a file that is not here.";
const OTHER_FORM: &str = "This flag asks for a form that is not shown.";

/// Flags of every verb. What says how to reach the API server is Runlight's own business.
const GLOBAL_FLAGS: &[Flag] = &[
    value("namespace").or('n'),
    value("context"),
    value("kubeconfig").ignored(),
    value("config").ignored(),
    value("cluster").stops(OTHER_CLUSTER),
    value("server").or('s').stops(OTHER_CLUSTER),
    value("user").stops(OTHER_ACCOUNT),
    value("as").stops(OTHER_ACCOUNT),
    value("as-group").stops(OTHER_ACCOUNT),
    value("token").stops(OTHER_ACCOUNT),
    value("certificate-authority").stops(OTHER_CLUSTER),
    value("client-certificate").stops(OTHER_ACCOUNT),
    value("client-key").stops(OTHER_ACCOUNT),
    value("request-timeout").ignored(),
    value("cache-dir").ignored(),
    value("v").or('v').ignored(),
    switch("insecure-skip-tls-verify").ignored(),
    switch("match-server-version").ignored(),
    switch("warnings-as-errors").ignored(),
];

const SELECTOR: Flag = value("selector").or('l');
const ALL_NAMESPACES: Flag = switch("all-namespaces").or('A');
const OUTPUT: Flag = value("output").or('o');
const NO_HEADERS: Flag = switch("no-headers");
const FIELD_SELECTOR: Flag = value("field-selector");
const CHUNK_SIZE: Flag = value("chunk-size").ignored();

const GET_FLAGS: &[Flag] = &[
    OUTPUT,
    SELECTOR,
    ALL_NAMESPACES,
    FIELD_SELECTOR,
    value("sort-by"),
    NO_HEADERS,
    switch("show-labels"),
    value("label-columns").or('L'),
    switch("watch").or('w'),
    switch("watch-only"),
    switch("output-watch-events").stops(OTHER_FORM),
    switch("ignore-not-found").ignored(),
    switch("show-kind"),
    switch("server-print").stops(OTHER_FORM),
    switch("allow-missing-template-keys").ignored(),
    switch("show-managed-fields").stops(OTHER_FORM),
    switch("export").stops(OTHER_FORM),
    value("filename").or('f').stops(IN_A_FILE),
    value("kustomize").or('k').stops(IN_A_FILE),
    switch("recursive").or('R').stops(IN_A_FILE),
    value("subresource").stops(OTHER_FORM),
    value("template"),
    value("raw"),
    CHUNK_SIZE,
];

const DESCRIBE_FLAGS: &[Flag] =
    &[SELECTOR, ALL_NAMESPACES, switch("show-events"), CHUNK_SIZE, value("filename").or('f').stops(IN_A_FILE)];

const LOGS_FLAGS: &[Flag] = &[
    value("container").or('c'),
    switch("all-containers"),
    switch("all-pods").stops("`--all-pods` reads many logs at once: choose one pod, or use a selector."),
    SELECTOR,
    switch("previous").or('p'),
    switch("follow").or('f'),
    value("tail"),
    value("since"),
    value("since-time"),
    switch("timestamps"),
    switch("prefix"),
    value("limit-bytes").stops("It would cut the log in the middle of a line: use `--tail`."),
    value("max-log-requests").ignored(),
    value("pod-running-timeout").ignored(),
    switch("ignore-errors").ignored(),
    switch("insecure-skip-tls-verify-backend").ignored(),
];

const EVENTS_FLAGS: &[Flag] =
    &[ALL_NAMESPACES, value("for"), value("types"), switch("watch").or('w'), NO_HEADERS, OUTPUT, CHUNK_SIZE];

const TOP_POD_FLAGS: &[Flag] = &[
    ALL_NAMESPACES,
    SELECTOR,
    FIELD_SELECTOR,
    switch("containers"),
    value("sort-by"),
    NO_HEADERS,
    switch("sum"),
    switch("use-protocol-buffers").ignored(),
];
const TOP_NODE_FLAGS: &[Flag] = &[
    SELECTOR,
    value("sort-by"),
    NO_HEADERS,
    switch("show-capacity").stops(OTHER_FORM),
    switch("show-swap").stops(OTHER_FORM),
    switch("use-protocol-buffers").ignored(),
];

const ROLLOUT_STATUS_FLAGS: &[Flag] = &[
    SELECTOR,
    switch("watch").or('w'),
    value("timeout"),
    value("revision").stops("The state of one revision is not asked for on its own."),
    value("filename").or('f').stops(IN_A_FILE),
];
const ROLLOUT_HISTORY_FLAGS: &[Flag] = &[
    SELECTOR,
    value("revision"),
    OUTPUT.stops("The history of a rollout is shown as a table only."),
    value("filename").or('f').stops(IN_A_FILE),
];

const WAIT_FLAGS: &[Flag] = &[
    value("for"),
    value("timeout"),
    SELECTOR,
    FIELD_SELECTOR,
    ALL_NAMESPACES,
    switch("all"),
    OUTPUT.stops("What is waited for is told in words only."),
    value("filename").or('f').stops(IN_A_FILE),
];

const CAN_I_FLAGS: &[Flag] = &[
    ALL_NAMESPACES,
    switch("list"),
    switch("quiet").or('q').ignored(),
    value("subresource"),
    NO_HEADERS,
    value("as"),
    value("as-group"),
];

const API_RESOURCES_FLAGS: &[Flag] = &[
    value("api-group"),
    switch("namespaced"),
    OUTPUT,
    NO_HEADERS,
    value("verbs"),
    value("sort-by").stops("Kinds stand in the order of their groups."),
    switch("cached").ignored(),
    value("categories"),
];

const EXPLAIN_FLAGS: &[Flag] = &[switch("recursive"), value("api-version").stops(OTHER_FORM), OUTPUT.stops(OTHER_FORM)];
const VERSION_FLAGS: &[Flag] = &[switch("client"), switch("short").ignored(), OUTPUT];
const CONFIG_VIEW_FLAGS: &[Flag] =
    &[switch("minify"), switch("raw"), switch("flatten"), OUTPUT, switch("merge").ignored()];
const GET_CONTEXTS_FLAGS: &[Flag] = &[OUTPUT, NO_HEADERS];

const DELETE_FLAGS: &[Flag] = &[
    value("grace-period"),
    switch("force"),
    switch("now"),
    value("cascade"),
    switch("wait"),
    switch("all"),
    value("filename").or('f'),
    value("dry-run"),
];
const APPLY_FLAGS: &[Flag] = &[
    value("filename").or('f'),
    value("kustomize").or('k'),
    switch("server-side"),
    switch("prune"),
    value("field-manager"),
];
const SCALE_FLAGS: &[Flag] = &[value("replicas"), value("current-replicas")];
const DRAIN_FLAGS: &[Flag] =
    &[switch("ignore-daemonsets"), switch("delete-emptydir-data"), switch("disable-eviction"), value("pod-selector")];
const EXEC_FLAGS: &[Flag] = &[switch("stdin").or('i'), switch("tty").or('t'), value("container").or('c')];
const RUN_FLAGS: &[Flag] = &[value("image"), switch("rm"), value("restart"), value("overrides"), value("env")];

const VERBS: &[Verb] = &[
    asks(&["get"], GET_FLAGS, get::get),
    asks(&["describe"], DESCRIBE_FLAGS, inspect::describe),
    asks(&["logs", "log"], LOGS_FLAGS, logs::logs),
    asks(&["events"], EVENTS_FLAGS, inspect::events),
    group(&["top"], TOP_VERBS),
    group(&["rollout"], ROLLOUT_VERBS),
    asks(&["wait"], WAIT_FLAGS, inspect::wait),
    group(&["auth"], AUTH_VERBS),
    asks(&["api-resources"], API_RESOURCES_FLAGS, ask::api_resources),
    asks(&["api-versions"], &[], ask::api_versions),
    asks(&["explain"], EXPLAIN_FLAGS, ask::explain),
    asks(&["cluster-info"], &[], ask::cluster_info),
    asks(&["version"], VERSION_FLAGS, ask::version),
    group(&["config"], CONFIG_VERBS),
    changes(&["delete"], "removes objects.").with(DELETE_FLAGS),
    changes(&["apply"], "changes objects.").with(APPLY_FLAGS),
    changes(&["create"], "creates objects."),
    changes(&["replace"], "replaces objects."),
    changes(&["patch"], "changes objects."),
    changes(&["edit"], "changes objects."),
    changes(&["scale"], "changes how many pods run.").with(SCALE_FLAGS),
    changes(&["autoscale"], "creates an autoscaler."),
    changes(&["set"], "changes objects."),
    changes(&["label"], "changes labels."),
    changes(&["annotate"], "changes annotations."),
    changes(&["taint"], "changes a node's taints."),
    changes(&["cordon"], "keeps pods off a node."),
    changes(&["uncordon"], "lets pods onto a node again."),
    changes(&["drain"], "evicts the pods of a node.").with(DRAIN_FLAGS),
    changes(&["expose"], "creates a service."),
    changes(&["run"], "starts a pod.").with(RUN_FLAGS),
    changes(&["debug"], "starts a container."),
    changes(&["certificate"], "decides on a certificate request."),
    changes(&["cp"], "copies files into or out of a container."),
    refuses(&["exec"], Cause::NeedsShell, "runs a program in a container; Runlight runs none.").with(EXEC_FLAGS),
    refuses(&["attach"], Cause::Interactive, "joins a running program."),
    refuses(&["port-forward"], Cause::Interactive, "opens a tunnel that lasts while somebody holds it."),
    refuses(&["proxy"], Cause::Interactive, "opens a way into the API that lasts while somebody holds it."),
    refuses(&["diff"], Cause::NeedsShell, "compares with files that are not here, by a dry run of a change."),
    refuses(&["kustomize"], Cause::Local, "prints files; no cluster is asked."),
    refuses(&["plugin"], Cause::Local, "lists programs of the machine it runs on."),
    refuses(&["completion"], Cause::Local, "prints a text for a shell."),
    refuses(&["help"], Cause::Local, "prints a text of its own."),
    refuses(&["options"], Cause::Local, "prints a text of its own."),
    refuses(&["krew"], Cause::Changes, "installs plugins."),
];

/// What oc adds.
const OC_VERBS: &[Verb] = &[
    asks(&["get"], GET_FLAGS, get::get),
    asks(&["describe"], DESCRIBE_FLAGS, inspect::describe),
    asks(&["logs", "log"], LOGS_FLAGS, logs::logs),
    asks(&["events"], EVENTS_FLAGS, inspect::events),
    group(&["rollout"], ROLLOUT_VERBS),
    asks(&["wait"], WAIT_FLAGS, inspect::wait),
    group(&["auth"], AUTH_VERBS),
    asks(&["api-resources"], API_RESOURCES_FLAGS, ask::api_resources),
    asks(&["api-versions"], &[], ask::api_versions),
    asks(&["explain"], EXPLAIN_FLAGS, ask::explain),
    asks(&["cluster-info"], &[], ask::cluster_info),
    asks(&["version"], VERSION_FLAGS, ask::version),
    asks(&["whoami"], &[], ask::who_am_i),
    group(&["config"], CONFIG_VERBS),
    Verb { names: &["adm"], flags: &[], does: Does::Verbs(OC_ADM_VERBS) },
    changes(&["delete"], "removes objects.").with(DELETE_FLAGS),
    changes(&["apply"], "changes objects.").with(APPLY_FLAGS),
    changes(&["create"], "creates objects."),
    changes(&["replace"], "replaces objects."),
    changes(&["patch"], "changes objects."),
    changes(&["edit"], "changes objects."),
    changes(&["scale"], "changes how many pods run.").with(SCALE_FLAGS),
    changes(&["set"], "changes objects."),
    changes(&["label"], "changes labels."),
    changes(&["annotate"], "changes annotations."),
    changes(&["new-app"], "creates objects."),
    changes(&["new-project"], "creates a project."),
    changes(&["start-build"], "starts a build."),
    changes(&["import-image"], "changes an image stream."),
    changes(&["policy"], "changes who may do what."),
    changes(&["process"], "makes objects of a template."),
    changes(&["extract"], "writes secrets or configuration to files."),
    changes(&["run"], "starts a pod."),
    changes(&["debug"], "starts a pod."),
    changes(&["expose"], "creates a route."),
    changes(&["cp"], "copies files into or out of a container."),
    changes(&["rsync"], "copies files into or out of a container."),
    refuses(&["login", "logout", "project"], Cause::Local, "changes which cluster or project a shell talks to."),
    refuses(&["exec", "rsh"], Cause::NeedsShell, "runs a program in a container; Runlight runs none.").with(EXEC_FLAGS),
    refuses(&["port-forward"], Cause::Interactive, "opens a tunnel that lasts while somebody holds it."),
    refuses(&["status"], Cause::NoSource, "prints a summary that only oc makes."),
];

const OC_ADM_VERBS: &[Verb] = &[
    group(&["top"], TOP_VERBS),
    changes(&["drain", "cordon", "uncordon", "taint", "certificate", "prune"], "changes the cluster."),
    changes(&["policy"], "can change who may do what."),
    changes(&["upgrade"], "can change the version of the cluster; `oc get clusterversion` tells it."),
    changes(&["must-gather", "inspect"], "starts pods or writes files to gather what it finds."),
    refuses(&["node-logs"], Cause::NoSource, "reads files of a node through its kubelet."),
    refuses(&["release"], Cause::NoSource, "asks a registry of images."),
];

const TOP_VERBS: &[Verb] = &[
    asks(&["pods", "pod", "po"], TOP_POD_FLAGS, inspect::top_pods),
    asks(&["nodes", "node", "no"], TOP_NODE_FLAGS, inspect::top_nodes),
];

const ROLLOUT_VERBS: &[Verb] = &[
    asks(&["status"], ROLLOUT_STATUS_FLAGS, inspect::rollout_status),
    asks(&["history"], ROLLOUT_HISTORY_FLAGS, inspect::rollout_history),
    changes(&["restart"], "restarts pods."),
    changes(&["undo"], "goes back to an earlier revision."),
    changes(&["pause"], "stops a rollout."),
    changes(&["resume"], "goes on with a rollout."),
    changes(&["latest", "cancel", "retry"], "changes a rollout."),
];

const AUTH_VERBS: &[Verb] = &[
    asks(&["can-i"], CAN_I_FLAGS, ask::can_i),
    asks(&["whoami"], &[OUTPUT.stops(OTHER_FORM)], ask::who_am_i),
    changes(&["reconcile"], "changes roles."),
];

const CONFIG_VERBS: &[Verb] = &[
    asks(&["current-context"], &[], ask::current_context),
    asks(&["get-contexts"], GET_CONTEXTS_FLAGS, ask::get_contexts),
    asks(&["get-clusters"], &[], ask::get_clusters),
    asks(&["view"], CONFIG_VIEW_FLAGS, ask::config_view),
    refuses(&["use-context", "use"], Cause::Local, "changes which cluster a shell talks to; choose the cluster above."),
    refuses(&["set-context"], Cause::Local, "changes a kubeconfig file."),
    refuses(&["get-users"], Cause::SecretData, "lists credentials."),
    changes(
        &[
            "set",
            "unset",
            "set-cluster",
            "set-credentials",
            "delete-context",
            "delete-cluster",
            "delete-user",
            "rename-context",
        ],
        "changes a kubeconfig file.",
    ),
];

/// A question to the cluster that the flags or the reader name.
fn question(parsed: &Parsed<'_>, place: &Place<'_>, ask: ClusterAsk) -> Result<Question, Stop> {
    if parsed.has_dashes {
        return Err(unknown(parsed.span.clone(), "`--` has no place in a command that only reads."));
    }
    if let Some(namespace) = parsed.arg("namespace")
        && !is_namespace(&get::without_placeholders(namespace))
    {
        return Err(unknown(namespace.span(), format!("`{}` is no name of a namespace.", namespace.as_str())));
    }
    // From level 6 on kubectl prints how it asks.
    if let Some(level) = parsed.arg("v").filter(|level| level.as_str().parse().is_ok_and(|level: u32| level > 5)) {
        return Err(unknown(level.span(), "It would print how kubectl asks, which Runlight does in its own way."));
    }
    Ok(Question::Cluster(ClusterQuestion { context: parsed.text("context"), via: place.host(), ask }))
}

fn is_namespace(text: &str) -> bool {
    !text.starts_with(['-', '.']) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// `-n`, `-A`, or neither.
fn scope(parsed: &Parsed<'_>) -> Scope {
    if parsed.has("all-namespaces") {
        return Scope::All;
    }
    parsed.text("namespace").map_or(Scope::Default, Scope::Named)
}
