//! Differences that are meant, with the reason. Anything else is a fault of Runlight or of the comparison.

use runbook::check::ClusterAsk;

use super::prepare::Prepared;

/// The minor version of kubectl whose `describe` ours follows, word for word. Older ones lay it out otherwise.
const DESCRIBE_MINOR: u64 = 36;

/// Why Runlight answers this command otherwise than a kubectl of this minor version, when it is meant to.
pub(super) fn why(command: &Prepared, theirs: &str, kubectl_minor: u64) -> Option<&'static str> {
    if command.text.contains("&>/dev/null") {
        return Some("the command throws its answer away; Runlight shows it");
    }
    if command.text.contains("--as=") || command.text.contains("--as ") {
        return Some("Runlight never asks as somebody else");
    }
    if !theirs.trim().is_empty()
        && command.text.split_once("||").is_some_and(|(_, otherwise)| otherwise.contains(theirs.trim()))
    {
        return Some("what runs after `||` is left out; Runlight says itself that there is nothing");
    }
    if command.text.contains("grep -q") {
        return Some("`grep -q` tells by its exit status; Runlight shows the lines");
    }
    match &command.ask {
        ClusterAsk::Version { .. } => return Some("kubectl tells its own version, or knows no --short any more"),
        ClusterAsk::Describe(_) if kubectl_minor < DESCRIBE_MINOR => {
            return Some("this kubectl is older than the one whose describe Runlight follows");
        }
        ClusterAsk::Describe(describe)
            if describe.resources.iter().any(|resource| matches!(resource.kind.as_str(), "secret" | "secrets")) =>
        {
            return Some("annotations of a Secret may hold a copy of its data; Runlight says how many it leaves out");
        }
        ClusterAsk::Logs(_) => {}
        _ => return None,
    }
    if theirs.starts_with("unable to retrieve container logs") {
        return Some("kubectl prints the runtime's excuse as if it were the log of a container");
    }
    None
}
