//! `argocd`, `flux`, `helm` and `talosctl`: what their custom resources can answer; the rest is refused by name.

use super::{
    args::{Arg, Flag, Parsed, Style, switch, value},
    reason::{Stop, unknown},
    table::{Does, Place, Program, Verb, asks, changes, group, refuses},
};
use crate::check::{Cause, ClusterAsk, ClusterQuestion, Describe, Get, Output, Question, Resource, Scope};

pub(super) static PROGRAMS: &[Program] = &[
    Program {
        names: &["argocd"],
        summary: "Argo CD: its applications and projects, as objects of the cluster",
        style: Style::Posix,
        flags: ARGOCD_FLAGS,
        does: Does::Verbs(ARGOCD_VERBS),
    },
    Program {
        names: &["flux"],
        summary: "Flux: its objects of the cluster",
        style: Style::Posix,
        flags: FLUX_FLAGS,
        does: Does::Verbs(FLUX_VERBS),
    },
    Program {
        names: &["helm"],
        summary: "Helm keeps its releases in Secrets, which Runlight does not read",
        style: Style::Posix,
        flags: &[],
        does: Does::Verbs(HELM_VERBS),
    },
    Program {
        names: &["talosctl"],
        summary: "Talos has an API of its own, for which Runlight has no source",
        style: Style::Posix,
        flags: TALOSCTL_FLAGS,
        does: Does::Verbs(TALOSCTL_VERBS),
    },
];

const ARGOCD_FLAGS: &[Flag] = &[
    value("server").ignored(),
    value("auth-token").ignored(),
    value("grpc-web-root-path").ignored(),
    value("argocd-context").ignored(),
    switch("grpc-web"),
    switch("insecure"),
    switch("plaintext"),
    switch("core"),
];
const ARGOCD_GET_FLAGS: &[Flag] = &[
    switch("refresh"),
    switch("hard-refresh"),
    switch("show-operation"),
    switch("show-params"),
    value("output").or('o'),
    value("app-namespace").or('N'),
];
const ARGOCD_LIST_FLAGS: &[Flag] = &[
    value("output").or('o'),
    value("selector").or('l'),
    value("app-namespace").or('N'),
    value("project").or('p').stops("The project is not a column that can be chosen by."),
];

const ARGOCD_VERBS: &[Verb] = &[
    group(&["app", "apps"], ARGOCD_APP_VERBS),
    group(
        &["appset"],
        &[
            asks(&["list"], ARGOCD_LIST_FLAGS, |parsed, place| {
                argocd_list(parsed, place, "applicationsets.argoproj.io")
            }),
            changes(&["create", "delete", "generate"], "changes application sets."),
        ],
    ),
    group(
        &["proj"],
        &[
            asks(&["list"], ARGOCD_LIST_FLAGS, |parsed, place| argocd_list(parsed, place, "appprojects.argoproj.io")),
            asks(&["get"], ARGOCD_GET_FLAGS, |parsed, place| argocd_get(parsed, place, "appprojects.argoproj.io")),
            changes(
                &["create", "delete", "edit", "set", "add-source", "add-destination", "role", "windows"],
                "changes projects.",
            ),
        ],
    ),
    refuses(
        &["cluster", "repo", "repocreds", "cert", "gpg"],
        Cause::SecretData,
        "is kept in Secrets, which Runlight does not read.",
    ),
    refuses(&["account", "context", "version", "completion"], Cause::NoSource, "asks the server of Argo CD itself."),
    refuses(&["login", "logout", "relogin"], Cause::Interactive, "opens a session with Argo CD."),
    changes(&["admin"], "can change Argo CD itself."),
];

const ARGOCD_APP_VERBS: &[Verb] = &[
    asks(&["list"], ARGOCD_LIST_FLAGS, |parsed, place| argocd_list(parsed, place, "applications.argoproj.io")),
    asks(&["get"], ARGOCD_GET_FLAGS, |parsed, place| argocd_get(parsed, place, "applications.argoproj.io")),
    changes(
        &[
            "sync",
            "create",
            "delete",
            "set",
            "unset",
            "patch",
            "edit",
            "rollback",
            "terminate-op",
            "actions",
            "patch-resource",
            "delete-resource",
            "add-source",
            "remove-source",
        ],
        "changes an application.",
    ),
    refuses(
        &["diff", "history", "manifests", "logs", "resources", "wait", "confirm-deletion"],
        Cause::NoSource,
        "asks the server of Argo CD itself.",
    ),
];

/// The namespace that Argo CD lives in unless somebody has chosen another.
const ARGOCD_NAMESPACE: &str = "argocd";

fn argocd_list(parsed: &Parsed<'_>, place: &Place<'_>, kind: &str) -> Result<Question, Stop> {
    no_words(parsed)?;
    let scope = parsed.text("app-namespace").map_or(Scope::All, Scope::Named);
    get(parsed, place, vec![kind], Vec::new(), scope)
}

fn argocd_get(parsed: &Parsed<'_>, place: &Place<'_>, kind: &str) -> Result<Question, Stop> {
    if parsed.has("refresh") || parsed.has("hard-refresh") {
        let reason = "`--refresh` makes Argo CD compare anew, which writes to the application.";
        return Err(super::reason::refused(Cause::Changes, parsed.span.clone(), reason));
    }
    let [name] = parsed.operands.as_slice() else {
        return Err(unknown(parsed.span.clone(), "One name is needed."));
    };
    let (namespace, name) = match name.as_str().split_once('/') {
        Some((namespace, name)) => (namespace.to_owned(), name.to_owned()),
        None => (parsed.text("app-namespace").unwrap_or_else(|| ARGOCD_NAMESPACE.to_owned()), name.as_str().to_owned()),
    };
    let resource = Resource { kind: kind.to_owned(), names: vec![name.clone()] };
    let scope = Scope::Named(namespace.clone());
    let ask = match parsed.arg("output").map(Arg::as_str) {
        None => ClusterAsk::Describe(Describe { resources: vec![resource], scope, selector: None, show_events: None }),
        Some(_) => return get(parsed, place, vec![kind], vec![name], scope),
    };
    Ok(Question::Cluster(ClusterQuestion { context: None, via: place.host(), ask }))
}

const FLUX_FLAGS: &[Flag] = &[
    value("namespace").or('n'),
    value("context"),
    value("kubeconfig").ignored(),
    value("timeout").ignored(),
    switch("verbose"),
];
const FLUX_GET_FLAGS: &[Flag] = &[
    switch("all-namespaces").or('A'),
    value("label-selector").or('l'),
    switch("no-header"),
    switch("watch").or('w'),
    value("status-selector").stops("Choosing by a condition is not offered."),
];

const FLUX_VERBS: &[Verb] = &[
    asks(&["get"], FLUX_GET_FLAGS, flux_get),
    changes(
        &[
            "reconcile",
            "suspend",
            "resume",
            "delete",
            "create",
            "install",
            "uninstall",
            "bootstrap",
            "push",
            "tag",
            "migrate",
        ],
        "changes what Flux does.",
    ),
    refuses(
        &["logs", "check", "events", "stats", "tree", "trace", "debug", "export", "pull", "list", "envsubst"],
        Cause::NoSource,
        "prints what only flux puts together.",
    ),
    refuses(&["diff", "build"], Cause::NeedsShell, "compares with files that are not here."),
    refuses(&["version", "completion"], Cause::Local, "prints a text of its own."),
];

/// Kinds by flux' words for them.
const FLUX_KINDS: &[(&[&str], &str)] = &[
    (&["kustomizations", "kustomization", "ks"], "kustomizations.kustomize.toolkit.fluxcd.io"),
    (&["helmreleases", "helmrelease", "hr"], "helmreleases.helm.toolkit.fluxcd.io"),
    (&["alerts", "alert"], "alerts.notification.toolkit.fluxcd.io"),
    (&["alert-providers", "alert-provider"], "providers.notification.toolkit.fluxcd.io"),
    (&["receivers", "receiver"], "receivers.notification.toolkit.fluxcd.io"),
];
/// Sources by flux' words for them.
const FLUX_SOURCES: &[(&[&str], &str)] = &[
    (&["git"], "gitrepositories.source.toolkit.fluxcd.io"),
    (&["helm"], "helmrepositories.source.toolkit.fluxcd.io"),
    (&["oci"], "ocirepositories.source.toolkit.fluxcd.io"),
    (&["chart"], "helmcharts.source.toolkit.fluxcd.io"),
    (&["bucket"], "buckets.source.toolkit.fluxcd.io"),
];
/// Image automation by flux' words for it.
const FLUX_IMAGES: &[(&[&str], &str)] = &[
    (&["repository"], "imagerepositories.image.toolkit.fluxcd.io"),
    (&["policy"], "imagepolicies.image.toolkit.fluxcd.io"),
    (&["update"], "imageupdateautomations.image.toolkit.fluxcd.io"),
];

fn flux_get(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let Some((what, rest)) = parsed.operands.split_first() else {
        return Err(unknown(parsed.span.clone(), "What is asked for?"));
    };
    let (table, what, rest) = match (what.as_str(), rest.split_first()) {
        ("sources" | "source", Some((kind, rest))) => (FLUX_SOURCES, kind, rest),
        ("images" | "image", Some((kind, rest))) => (FLUX_IMAGES, kind, rest),
        _ => (FLUX_KINDS, what, rest),
    };
    let all = || table.iter().map(|(_, kind)| *kind).collect::<Vec<_>>();
    let kinds = match what.as_str() {
        "all" if table.len() == FLUX_KINDS.len() => {
            [FLUX_SOURCES, FLUX_KINDS].concat().iter().map(|(_, kind)| *kind).collect()
        }
        "all" => all(),
        word => match table.iter().find(|(words, _)| words.contains(&word)) {
            Some((_, kind)) => vec![*kind],
            None => return Err(unknown(what.span(), format!("`{word}` is not a kind of Flux that Runlight knows."))),
        },
    };
    let names = rest.iter().map(|arg| arg.as_str().to_owned()).collect();
    let scope = match parsed.has("all-namespaces") {
        true => Scope::All,
        false => Scope::Named(parsed.text("namespace").unwrap_or_else(|| "flux-system".to_owned())),
    };
    get(parsed, place, kinds, names, scope)
}

fn get(
    parsed: &Parsed<'_>,
    place: &Place<'_>,
    kinds: Vec<&str>,
    names: Vec<String>,
    scope: Scope,
) -> Result<Question, Stop> {
    let output = match parsed.arg("output").map(|arg| (arg.as_str(), arg)) {
        None | Some(("wide", _)) => Output::Table,
        Some(("name", _)) => Output::Name,
        Some(("json", _)) => Output::Json,
        Some(("yaml", _)) => Output::Yaml,
        Some((_, arg)) => return Err(unknown(arg.span(), "This form is not shown.")),
    };
    let resource = |kind: &str| Resource { kind: kind.to_owned(), names: names.clone() };
    let ask = ClusterAsk::Get(Get {
        resources: kinds.into_iter().map(resource).collect(),
        scope,
        selector: parsed.text("selector").or(parsed.text("label-selector")),
        field_selector: None,
        sort_by: None,
        output,
        no_headers: parsed.has("no-header"),
        show_labels: false,
        label_columns: Vec::new(),
        watch: parsed.has("watch"),
    });
    Ok(Question::Cluster(ClusterQuestion { context: parsed.text("context"), via: place.host(), ask }))
}

fn no_words(parsed: &Parsed<'_>) -> Result<(), Stop> {
    match parsed.operands.first() {
        None => Ok(()),
        Some(arg) => Err(unknown(arg.span(), format!("`{}` does not belong here.", arg.as_str()))),
    }
}

const HELM_VERBS: &[Verb] = &[
    refuses(
        &["list", "ls", "status", "history", "hist", "get"],
        Cause::SecretData,
        "reads releases, which Helm keeps in Secrets; Runlight does not read those.",
    ),
    changes(&["install", "upgrade", "uninstall", "delete", "un", "rollback", "test"], "changes a release."),
    refuses(
        &[
            "template",
            "show",
            "inspect",
            "lint",
            "search",
            "repo",
            "dependency",
            "dep",
            "pull",
            "fetch",
            "create",
            "package",
            "push",
            "plugin",
            "version",
            "env",
            "verify",
            "registry",
            "completion",
            "help",
            "diff",
        ],
        Cause::Local,
        "works on charts and repositories, not on the cluster.",
    ),
];

const TALOSCTL_FLAGS: &[Flag] = &[
    value("nodes").or('n'),
    value("endpoints").or('e'),
    value("talosconfig"),
    value("context"),
    value("cluster").or('c'),
    value("siderov1-keys-dir"),
];

const TALOS_SOURCE: &str =
    "asks the API of Talos, for which Runlight has no source; `kubectl get nodes` tells how its nodes stand.";

const TALOSCTL_VERBS: &[Verb] = &[
    refuses(
        &[
            "health",
            "services",
            "service",
            "logs",
            "dmesg",
            "get",
            "version",
            "containers",
            "time",
            "memory",
            "disks",
            "mounts",
            "processes",
            "stats",
            "usage",
            "list",
            "ls",
            "read",
            "netstat",
            "events",
            "inspect",
            "support",
            "cgroups",
            "conformance",
            "pcap",
            "meta",
            "copy",
            "cp",
            "machineconfig",
            "mc",
        ],
        Cause::NoSource,
        TALOS_SOURCE,
    ),
    group(
        &["etcd"],
        &[
            refuses(&["members", "status", "alarm"], Cause::NoSource, TALOS_SOURCE),
            changes(
                &["leave", "remove-member", "forfeit-leadership", "defrag", "snapshot", "downgrade"],
                "changes or copies etcd.",
            ),
        ],
    ),
    changes(
        &[
            "apply-config",
            "apply",
            "bootstrap",
            "reboot",
            "reset",
            "shutdown",
            "upgrade",
            "upgrade-k8s",
            "rollback",
            "restart",
            "edit",
            "patch",
            "image",
            "wipe",
            "rotate-ca",
            "cluster",
            "inject",
        ],
        "changes a node or the cluster.",
    ),
    refuses(&["dashboard"], Cause::Interactive, "fills a terminal while somebody looks."),
    refuses(
        &["config", "gen", "kubeconfig", "validate", "completion", "docs"],
        Cause::Local,
        "works on files of the machine it runs on.",
    ),
];
