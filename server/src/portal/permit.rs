//! What the configuration allows beyond the default: the data of Secrets, cluster by cluster. What is decided here decides
//! what a page offers; the cluster as a source looks again before it reads.

use std::borrow::Cow;

use runbook::{
    binding::{BindError, Bindings},
    check::{Check, Question},
    document::Command,
};

use crate::{
    checks::{Situation, find_cluster},
    sources::Grant,
};

/// The command as it stands for these values: one that is refused for the data of Secrets alone is a check where the
/// cluster that it asks lets that be shown, and to whom.
pub(super) fn permitted<'c>(command: &'c Command, grant: &Grant, bindings: &Bindings) -> Cow<'c, Command> {
    match command.showing_secret_data() {
        Some(shown) if permits(&shown.resolve(bindings), &Situation::of(grant, bindings)) => Cow::Owned(shown),
        _ => Cow::Borrowed(command),
    }
}

/// Whether every cluster that a check asks for the data of Secrets lets it be shown.
pub(super) fn permits(check: &Result<Check, BindError>, situation: &Situation) -> bool {
    match check {
        Ok(check) => permits_check(check, situation),
        // While values are missing, the reader's cluster stands for the one that will be asked.
        Err(BindError::Missing(_)) => shows_secret_data(None, situation),
        Err(BindError::Invalid { .. } | BindError::NotACheck(_)) => false,
    }
}

fn permits_check(check: &Check, situation: &Situation) -> bool {
    match &check.question {
        Question::Cluster(question) if check.reads_secret_data() => {
            shows_secret_data(question.context.as_deref(), situation)
        }
        Question::Several(checks) => checks.iter().all(|check| permits_check(check, situation)),
        Question::Each(each) => permits_check(&each.from, situation),
        _ => true,
    }
}

fn shows_secret_data(context: Option<&str>, situation: &Situation) -> bool {
    let grant = &situation.grant;
    find_cluster(grant, context, situation).is_ok_and(|cluster| grant.shows_secret_data(cluster))
}
