//! `argocd`, `flux`, `helm` and `talosctl`: what objects of the cluster can answer; the rest is refused by name.

mod argocd;
mod flux;
mod helm;

use self::{
    argocd::{ARGOCD_FLAGS, ARGOCD_VERBS},
    flux::{FLUX_FLAGS, FLUX_VERBS},
    helm::{HELM_FLAGS, HELM_VERBS},
};
use super::{
    args::{Flag, Parsed, Style, value},
    reason::{Stop, unknown},
    table::{Does, Place, Program, Verb, changes, group, refuses},
};
use crate::check::{Cause, ClusterAsk, ClusterQuestion, Get, Output, Question, Resource, Scope};

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
        summary: "Helm keeps its releases in Secrets: what is a check here is one where `secret_data = \"show\"` alone",
        style: Style::Posix,
        flags: HELM_FLAGS,
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
        show_kind: false,
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
