//! helm: its releases, which it keeps in Secrets. Whoever asks about them reads the data of Secrets.

use super::super::{
    args::{Arg, Flag, Parsed, switch, value},
    permission::SecretData,
    reason::{Stop, refused, unknown},
    table::{Place, Verb, asks, changes, refuses},
};
use crate::check::{Cause, ClusterAsk, ClusterQuestion, Helm, HelmAsk, Output, Question, Scope};

const REASON: &str = "Helm keeps its releases in Secrets, whose data Runlight does not read unless its operator says \
                      secret_data = \"show\" for the cluster.";
const OTHER_CLUSTER: &str = "This names a cluster by its address; Runlight asks the clusters that are configured.";
const OTHER_ACCOUNT: &str = "This asks as somebody else; Runlight asks with its own account.";
const CHOICE: &str = "This choice among the releases is not read.";
const OTHER_FORM: &str = "This flag asks for a form that is not shown.";

pub(super) const HELM_FLAGS: &[Flag] = &[
    value("namespace").or('n'),
    value("kube-context"),
    value("kubeconfig").ignored(),
    value("burst-limit").ignored(),
    value("qps").ignored(),
    switch("debug").stops("`--debug` prints values, which are not shown."),
    value("kube-apiserver").stops(OTHER_CLUSTER),
    value("kube-ca-file").stops(OTHER_CLUSTER),
    value("kube-tls-server-name").stops(OTHER_CLUSTER),
    value("kube-token").stops(OTHER_ACCOUNT),
    value("kube-as-user").stops(OTHER_ACCOUNT),
    value("kube-as-group").stops(OTHER_ACCOUNT),
];

const OUTPUT: Flag = value("output").or('o');

const LIST_FLAGS: &[Flag] = &[
    switch("all-namespaces").or('A'),
    switch("all").or('a'),
    switch("short").or('q'),
    OUTPUT,
    value("max").or('m'),
    switch("no-headers"),
    value("filter").or('f').stops(CHOICE),
    value("selector").or('l').stops(CHOICE),
    value("offset").stops(CHOICE),
    switch("deployed").stops(CHOICE),
    switch("failed").stops(CHOICE),
    switch("pending").stops(CHOICE),
    switch("superseded").stops(CHOICE),
    switch("uninstalled").stops(CHOICE),
    switch("uninstalling").stops(CHOICE),
    switch("date").or('d').stops(OTHER_FORM),
    switch("reverse").or('r').stops(OTHER_FORM),
    value("time-format").stops(OTHER_FORM),
];
const STATUS_FLAGS: &[Flag] = &[
    switch("show-desc"),
    value("revision").stops("Of a release the last revision is shown; `helm history` tells of the others."),
    switch("show-resources").stops(OTHER_FORM),
    OUTPUT.stops("Other forms print the values of a release, which are not shown."),
];
const HISTORY_FLAGS: &[Flag] = &[value("max"), OUTPUT];

pub(super) const HELM_VERBS: &[Verb] = &[
    asks(&["list", "ls"], LIST_FLAGS, list),
    asks(&["status"], STATUS_FLAGS, status),
    asks(&["history", "hist"], HISTORY_FLAGS, history),
    refuses(
        &["get"],
        Cause::SecretData,
        "prints values and manifests of a release, which Helm keeps in Secrets; Runlight does not read those.",
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

fn list(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    super::no_words(parsed)?;
    let output = output(parsed)?;
    let scope = if parsed.has("all-namespaces") { Scope::All } else { scope(parsed) };
    let ask = HelmAsk::List {
        all: parsed.has("all"),
        short: parsed.has("short"),
        output,
        max: parsed.number("max")?,
        no_headers: parsed.has("no-headers"),
    };
    question(parsed, place, Helm { scope, ask })
}

fn status(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let ask = HelmAsk::Status { name: name(parsed)?, show_description: parsed.has("show-desc") };
    question(parsed, place, Helm { scope: scope(parsed), ask })
}

fn history(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let ask = HelmAsk::History { name: name(parsed)?, output: output(parsed)?, max: parsed.number("max")? };
    question(parsed, place, Helm { scope: scope(parsed), ask })
}

fn output(parsed: &Parsed<'_>) -> Result<Output, Stop> {
    match parsed.arg("output").map(|arg| (arg.as_str(), arg)) {
        None | Some(("table", _)) => Ok(Output::Table),
        Some(("json", _)) => Ok(Output::Json),
        Some(("yaml", _)) => Ok(Output::Yaml),
        Some((_, arg)) => Err(unknown(arg.span(), "Releases are shown as a table, as JSON or as YAML.")),
    }
}

/// What is wrong with the command itself has been said; what remains is whether it may be asked.
fn question(parsed: &Parsed<'_>, place: &Place<'_>, helm: Helm) -> Result<Question, Stop> {
    if parsed.has_dashes {
        return Err(unknown(parsed.span.clone(), "`--` has no place in a command that only reads."));
    }
    if place.secret_data == SecretData::Refuse {
        return Err(refused(Cause::SecretData, parsed.span.clone(), REASON));
    }
    let context = parsed.text("kube-context");
    Ok(Question::Cluster(ClusterQuestion { context, via: place.host(), ask: ClusterAsk::Helm(helm) }))
}

fn scope(parsed: &Parsed<'_>) -> Scope {
    parsed.text("namespace").map_or(Scope::Default, Scope::Named)
}

fn name(parsed: &Parsed<'_>) -> Result<String, Stop> {
    match parsed.operands.as_slice() {
        [name] => release_name(name),
        _ => Err(unknown(parsed.span.clone(), "The name of one release is needed.")),
    }
}

/// A name goes into a selector: only what Helm itself takes for one.
fn release_name(arg: &Arg<'_>) -> Result<String, Stop> {
    let name = arg.as_str();
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    match arg.is_open() || (!name.is_empty() && name.len() <= MAX_NAME_BYTES && name.chars().all(is_name)) {
        true => Ok(name.to_owned()),
        false => Err(unknown(arg.span(), format!("`{name}` is no name of a release."))),
    }
}

/// Longest name that Helm takes.
const MAX_NAME_BYTES: usize = 53;
