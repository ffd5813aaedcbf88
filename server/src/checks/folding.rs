//! Which answers are documents that fold on a page: YAML and JSON that no filter has broken. Looks at the question alone.

use runbook::{
    check::{
        ApiFormat, Check, ClusterAsk, ConfigAsk, Get, Helm, HelmAsk, Output, ProxmoxAsk, ProxmoxQuestion, Question,
    },
    outcome::Notation,
};

/// How an answer folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folding {
    /// It is text like any other.
    None,
    /// As the tool has indented it.
    As(Notation),
    /// The JSON of a host's API, which comes without line breaks.
    HostJson,
}

/// How the answer to a check folds.
pub(super) fn folding(check: &Check) -> Folding {
    if !check.filters.is_empty() {
        return Folding::None;
    }
    let format = match &check.question {
        Question::Cluster(question) => return of_cluster(&question.ask),
        Question::Proxmox(ProxmoxQuestion { ask: ProxmoxAsk::Api { format, .. }, .. }) => *format,
        Question::Backup(question) => question.format,
        _ => return Folding::None,
    };
    match format {
        ApiFormat::Json | ApiFormat::JsonPretty => Folding::HostJson,
        _ => Folding::None,
    }
}

fn of_cluster(ask: &ClusterAsk) -> Folding {
    let output = match ask {
        ClusterAsk::Get(Get { output, .. }) | ClusterAsk::Version { output } => output,
        ClusterAsk::Config(ConfigAsk::View { output, .. }) => output,
        ClusterAsk::Helm(Helm { ask: HelmAsk::List { output, .. } | HelmAsk::History { output, .. }, .. }) => output,
        _ => return Folding::None,
    };
    match output {
        Output::Yaml => Folding::As(Notation::Yaml),
        Output::Json => Folding::As(Notation::Json),
        _ => Folding::None,
    }
}
