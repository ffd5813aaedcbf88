//! argocd: applications and projects, by their custom resources.

use super::{
    super::{
        args::{Arg, Flag, Parsed, switch, value},
        reason::{Stop, unknown},
        table::{Place, Verb, asks, changes, group, refuses},
    },
    get, no_words,
};
use crate::check::{Cause, ClusterAsk, ClusterQuestion, Describe, Question, Resource, Scope};

pub(super) const ARGOCD_FLAGS: &[Flag] = &[
    value("server").ignored(),
    value("auth-token").ignored(),
    value("grpc-web-root-path").ignored(),
    value("argocd-context").ignored(),
    switch("grpc-web").ignored(),
    switch("insecure").ignored(),
    switch("plaintext").ignored(),
    switch("core").ignored(),
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

pub(super) const ARGOCD_VERBS: &[Verb] = &[
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
        return Err(super::super::reason::refused(Cause::Changes, parsed.span.clone(), reason));
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
