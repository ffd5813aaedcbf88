//! Questions that a program waits on and a page looks at once.

use std::borrow::Cow;

use runbook::check::{ClusterAsk, Question, Rollout, RolloutAsk};

use super::Ask;

/// A program waits for the end of a rollout, as kubectl does; a page shows how far it has come, look by look.
pub(super) fn look_once(ask: &Ask) -> Cow<'_, Ask> {
    let mut once = Cow::Borrowed(ask);
    if let Question::Cluster(question) = &ask.check.question
        && let ClusterAsk::Rollout(Rollout { ask: RolloutAsk::Status { watch: true, .. }, .. }) = &question.ask
        && let Question::Cluster(question) = &mut once.to_mut().check.question
        && let ClusterAsk::Rollout(rollout) = &mut question.ask
    {
        rollout.ask = RolloutAsk::Status { watch: false, timeout_s: None };
    }
    once
}
