//! `logs --previous` where the cluster has no previous log any more: the one that was kept, and said to be so.

use std::sync::{Arc, Weak};

use runbook::{
    check::{ClusterAsk, LogTarget, Logs, Question},
    outcome::Unknown,
};

use super::{Ask, Runner, fetch::Answer, find_cluster, logs::ContainerLog};
use crate::{
    evidence::Evidence,
    sources::cluster::{LogAnswer, LogBound, RawLogLine},
};

impl Runner {
    /// From now on previous logs that the cluster has lost are answered from here.
    pub fn read_kept_logs(&self, evidence: &Arc<Evidence>) {
        // A second one changes nothing.
        drop(self.evidence.set(Arc::downgrade(evidence)));
    }

    /// The answer, or the log that was kept where it is a previous log that the cluster does not have.
    pub(super) async fn with_kept_log(&self, ask: &Ask, answer: Result<Answer, Unknown>) -> Result<Answer, Unknown> {
        let Question::Cluster(question) = &ask.check.question else { return answer };
        let ClusterAsk::Logs(logs) = &question.ask else { return answer };
        let lacks = match &answer {
            Ok(Answer::Log(log)) => !matches!(log.answer, LogAnswer::Lines { .. }),
            Ok(_) => false,
            Err(_) => true,
        };
        if !logs.previous || !lacks {
            return answer;
        }
        self.kept(ask, logs, question.context.as_deref()).await.map_or(answer, Ok)
    }

    async fn kept(&self, ask: &Ask, logs: &Logs, context: Option<&str>) -> Option<Answer> {
        let evidence = self.evidence.get().and_then(Weak::upgrade)?;
        let LogTarget::Pod(pod) = &logs.target else { return None };
        let cluster = find_cluster(&ask.situation.grant, context, &ask.situation).ok()?;
        let namespace = super::fetch::log_namespace(cluster, logs);
        let container = logs.container.as_deref().or(ask.situation.container.as_deref());
        let (at, container, kept) = evidence.kept_log(cluster.name(), &namespace, pod, container).await?;
        let lines = kept.lines().map(|line| RawLogLine { at: line.at, stamp: "".into(), text: line.text.clone() });
        let mut lines: Vec<RawLogLine> = lines.collect();
        let all = lines.len();
        let wanted = logs.tail_lines.and_then(|wanted| usize::try_from(wanted).ok()).unwrap_or(all);
        drop(lines.drain(..all.saturating_sub(wanted)));
        let bound = LogBound {
            tail_lines: u32::try_from(lines.len()).unwrap_or(u32::MAX),
            is_asked_for: logs.tail_lines.is_some(),
            dropped_lines: 0,
            is_cut_at_end: false,
            has_older: lines.len() < all || kept.has_older || kept.left_out > 0,
        };
        Some(Answer::Log(Box::new(ContainerLog {
            cluster: cluster.name().to_owned(),
            logs: logs.clone(),
            pod: format!("{namespace}/{pod}"),
            container,
            choice: None,
            answer: LogAnswer::Lines { lines, bound },
            others: Vec::new(),
            kept_at: Some(at),
            stored: None,
            asked_at: self.clock.now(),
        })))
    }
}
