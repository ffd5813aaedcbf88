//! States, exit codes and parts of lines in words.

use document::time::{Timestamp, ago};

use super::{Container, State, lexicon::states};

/// "02:23:41 UTC (14 min ago)".
pub(crate) fn instant(at: Timestamp, now: Timestamp) -> String {
    format!("{} UTC ({})", at.clock(), ago(now.ms_since(at)))
}

/// "exit code 137 (killed with SIGKILL)".
pub(crate) fn describe_exit(code: i32) -> String {
    states::explain_exit_code(code)
        .map_or_else(|| format!("exit code {code}"), |meaning| format!("exit code {code} ({meaning})"))
}

/// "running since 02:23:41 UTC (14 min ago)", "waiting: ImagePullBackOff".
pub(crate) fn describe_state(container: &Container, now: Timestamp) -> String {
    match &container.state {
        State::Waiting { reason, .. } => format!("waiting: {reason}"),
        State::Running { started_at: Some(at) } => format!("running since {}", instant(*at, now)),
        State::Running { started_at: None } => "running".into(),
        State::Ended(ended) => format!("ended: {}, {}", ended.reason, describe_exit(ended.exit_code)),
        State::NotReported => "no status yet".into(),
    }
}
