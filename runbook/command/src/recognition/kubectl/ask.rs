//! Questions about the cluster itself: its API, its versions, who may do what, and the configured contexts.

use super::{
    super::{
        args::Parsed,
        reason::{Stop, refused, unknown},
        table::Place,
    },
    get, question, scope,
};
use crate::check::{AccessQuestion, Cause, ClusterAsk, ConfigAsk, Output, Question};

/// `kubectl auth can-i`.
pub(super) fn can_i(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let mut words = parsed.operands.iter().map(|arg| arg.as_str().to_owned());
    let (verb, resource, name) = (words.next(), words.next(), words.next());
    if verb.is_none() && !parsed.has("list") {
        return Err(unknown(parsed.span.clone(), "No verb is named: may somebody do what?"));
    }
    if words.next().is_some() || (verb.is_some() && resource.is_none()) {
        return Err(unknown(parsed.span.clone(), "A verb and a kind are asked about."));
    }
    let resource = match (resource, name) {
        (Some(kind), Some(name)) => Some(format!("{kind}/{name}")),
        (resource, _) => resource,
    };
    let access = AccessQuestion {
        verb,
        resource,
        subresource: parsed.text("subresource"),
        scope: scope(parsed),
        as_user: parsed.text("as"),
        as_groups: parsed.all("as-group").map(|arg| arg.as_str().to_owned()).collect(),
        no_headers: parsed.has("no-headers"),
    };
    question(parsed, place, ClusterAsk::Access(access))
}

/// `kubectl auth whoami`.
pub(super) fn who_am_i(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    no_words(parsed)?;
    question(parsed, place, ClusterAsk::WhoAmI)
}

/// `kubectl api-resources`.
pub(super) fn api_resources(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    no_words(parsed)?;
    let output = match parsed.arg("output") {
        None => Output::Table,
        Some(arg) if arg.as_str() == "wide" => Output::Wide,
        Some(arg) if arg.as_str() == "name" => Output::Name,
        Some(arg) => return Err(unknown(arg.span(), "Kinds are shown as a table, wide, or by name.")),
    };
    let ask = ClusterAsk::ApiResources {
        group: parsed.text("api-group"),
        namespaced: parsed.switched("namespaced"),
        verbs: listed(parsed, "verbs"),
        categories: listed(parsed, "categories"),
        output,
        no_headers: parsed.has("no-headers"),
    };
    question(parsed, place, ask)
}

/// Words of a flag, between commas or one a flag.
fn listed(parsed: &Parsed<'_>, flag: &str) -> Vec<String> {
    let words = parsed.all(flag).flat_map(|arg| arg.as_str().split(',').map(str::to_owned).collect::<Vec<_>>());
    words.filter(|word| !word.is_empty()).collect()
}

/// `kubectl api-versions`.
pub(super) fn api_versions(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    no_words(parsed)?;
    question(parsed, place, ClusterAsk::ApiVersions)
}

/// `kubectl explain`.
pub(super) fn explain(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    match parsed.operands.as_slice() {
        [path] => {
            let ask = ClusterAsk::Explain { path: path.as_str().to_owned(), recursive: parsed.has("recursive") };
            question(parsed, place, ask)
        }
        _ => Err(unknown(parsed.span.clone(), "One field is explained at a time, such as pods.spec.")),
    }
}

/// `kubectl cluster-info`.
pub(super) fn cluster_info(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    match parsed.operands.first() {
        None => question(parsed, place, ClusterAsk::ClusterInfo),
        Some(arg) if arg.as_str() == "dump" => {
            Err(refused(Cause::NoSource, arg.span(), "`kubectl cluster-info dump` writes down the whole cluster."))
        }
        Some(arg) => Err(unknown(arg.span(), "`kubectl cluster-info` takes no words.")),
    }
}

/// `kubectl version`.
pub(super) fn version(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    no_words(parsed)?;
    if parsed.has("client") {
        let reason = "`kubectl version --client` tells about the kubectl on your own machine.";
        return Err(refused(Cause::Local, parsed.span.clone(), reason));
    }
    let output = match parsed.arg("output") {
        None => Output::Table,
        Some(arg) if arg.as_str() == "yaml" => Output::Yaml,
        Some(arg) if arg.as_str() == "json" => Output::Json,
        Some(arg) => return Err(unknown(arg.span(), "Versions are shown as lines, YAML or JSON.")),
    };
    question(parsed, place, ClusterAsk::Version { output })
}

/// `kubectl config current-context`.
pub(super) fn current_context(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    config(parsed, place, ConfigAsk::CurrentContext)
}

/// `kubectl config get-contexts`.
pub(super) fn get_contexts(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let ask = match parsed.arg("output") {
        None => ConfigAsk::Contexts,
        Some(arg) if arg.as_str() == "name" => ConfigAsk::ContextNames,
        Some(arg) => return Err(unknown(arg.span(), "Contexts are shown as a table or by name.")),
    };
    config(parsed, place, ask)
}

/// `kubectl config get-clusters`.
pub(super) fn get_clusters(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    config(parsed, place, ConfigAsk::Clusters)
}

/// `kubectl config view`, never with the credentials.
pub(super) fn config_view(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    if parsed.has("raw") || parsed.has("flatten") {
        let reason = "`--raw` and `--flatten` print the credentials of a kubeconfig file.";
        return Err(refused(Cause::SecretData, parsed.span.clone(), reason));
    }
    let output = match parsed.arg("output") {
        None => Output::Yaml,
        Some(arg) if arg.as_str().contains("user") => {
            return Err(refused(Cause::SecretData, arg.span(), "This prints the credentials of a kubeconfig file."));
        }
        Some(arg) => match get::output(parsed)? {
            Output::Table | Output::Wide | Output::Name | Output::CustomColumns(_) => {
                return Err(unknown(arg.span(), "The configured clusters are shown as YAML, JSON or by a template."));
            }
            output => output,
        },
    };
    config(parsed, place, ConfigAsk::View { minify: parsed.has("minify"), output })
}

fn config(parsed: &Parsed<'_>, place: &Place<'_>, ask: ConfigAsk) -> Result<Question, Stop> {
    no_words(parsed)?;
    question(parsed, place, ClusterAsk::Config(ask))
}

fn no_words(parsed: &Parsed<'_>) -> Result<(), Stop> {
    match parsed.operands.first() {
        None => Ok(()),
        Some(arg) => Err(unknown(arg.span(), format!("`{}` does not belong here.", arg.as_str()))),
    }
}
