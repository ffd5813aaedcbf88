//! `kubectl logs`.

use super::{
    super::{
        args::{Arg, Parsed},
        reason::{Stop, unknown},
        table::Place,
    },
    get::{check_word, selector},
    question, scope,
};
use crate::check::{ClusterAsk, LogTarget, Logs, Question};

/// `kubectl logs POD [CONTAINER]`, `kubectl logs TYPE/NAME`, `kubectl logs -l SELECTOR`.
pub(super) fn logs(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let selector = selector(parsed)?;
    parsed.operands.iter().try_for_each(check_word)?;
    let (target, container) = match (parsed.operands.as_slice(), selector) {
        ([], Some(selector)) => (LogTarget::Selector(selector), None),
        // kubectl refuses a name beside a selector; the pod that is meant is named.
        ([target], None) => (log_target(target)?, None),
        ([target, container], None) => (log_target(target)?, Some(container.as_str().to_owned())),
        ([], None) => return Err(unknown(parsed.span.clone(), "No pod is named: whose logs?")),
        ([extra, ..], Some(_)) => return Err(unknown(extra.span(), "A pod's name cannot stand beside a selector.")),
        ([.., extra], None) => return Err(unknown(extra.span(), "Only a pod and a container can be named.")),
    };
    if let Some(arg) = parsed.operands.iter().find(|arg| arg.as_str().contains([' ', ',']) && !arg.is_open()) {
        return Err(unknown(arg.span(), format!("`{}` is not the name of a pod.", arg.as_str())));
    }
    let tail_lines = match parsed.arg("tail") {
        // `--tail=-1` is kubectl's way of writing no limit.
        Some(arg) if arg.as_str() == "-1" => None,
        _ => parsed.number("tail")?,
    };
    let logs = Logs {
        target,
        scope: scope(parsed),
        container: parsed.text("container").or(container),
        all_containers: parsed.has("all-containers"),
        previous: parsed.has("previous"),
        follow: parsed.has("follow"),
        tail_lines,
        whole: parsed.arg("selector").is_some() && parsed.text("tail").as_deref() == Some("-1"),
        since_s: parsed.duration_s("since")?,
        since_time: parsed.text("since-time"),
        timestamps: parsed.has("timestamps"),
        prefix: parsed.has("prefix"),
    };
    question(parsed, place, ClusterAsk::Logs(logs))
}

fn log_target(arg: &Arg<'_>) -> Result<LogTarget, Stop> {
    let text = arg.as_str();
    Ok(match text.split_once('/') {
        Some((kind, name)) if kind.is_empty() || name.is_empty() || name.contains('/') => {
            return Err(unknown(arg.span(), format!("`{text}` is neither a pod nor TYPE/NAME.")));
        }
        Some(("pod" | "pods" | "po", name)) => LogTarget::Pod(name.to_owned()),
        Some((kind, name)) => LogTarget::Owner { kind: kind.to_owned(), name: name.to_owned() },
        None => LogTarget::Pod(text.to_owned()),
    })
}
