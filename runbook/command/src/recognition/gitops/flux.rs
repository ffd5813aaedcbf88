//! flux: what it keeps in step, by its custom resources.

use super::{
    super::{
        args::{Flag, Parsed, switch, value},
        reason::{Stop, unknown},
        table::{Place, Verb, asks, changes, refuses},
    },
    get,
};
use crate::check::{Cause, Question, Scope};

pub(super) const FLUX_FLAGS: &[Flag] = &[
    value("namespace").or('n'),
    value("context"),
    value("kubeconfig").ignored(),
    value("timeout").ignored(),
    switch("verbose").ignored(),
];

const FLUX_GET_FLAGS: &[Flag] = &[
    switch("all-namespaces").or('A'),
    value("label-selector").or('l'),
    switch("no-header"),
    switch("watch").or('w'),
    value("status-selector").stops("Choosing by a condition is not offered."),
];

pub(super) const FLUX_VERBS: &[Verb] = &[
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
