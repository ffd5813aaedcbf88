//! The node of the pod against the facts.

use document::outcome::Cause;

use super::{Answer, Case, FactKind, Found};
use crate::verdict::{Evidence, NodeTrouble};

/// A node that is gone takes everything with it; a node that is short of something may be one reason of several.
pub(super) fn points(trouble: NodeTrouble) -> u32 {
    if trouble == NodeTrouble::NotReady { 250 } else { 150 }
}

impl Case<'_> {
    pub(super) fn weigh_node(&self, trouble: NodeTrouble) -> Answer {
        let evidence = |text: String, source: &str| vec![Evidence { text, source: source.to_owned(), at: None }];
        if let Some(text) = self.says_pod(trouble) {
            return Answer::Yes(Found::new(points(trouble), FactKind::State, evidence(text, "status of the pod")));
        }
        let Some(node) = &self.facts.node else {
            return Answer::No(evidence("the pod is on no node".into(), "status of the pod"));
        };
        let source = format!("node {}", node.name);
        if let (NodeTrouble::NotReady, Some(since)) = (trouble, node.silent_since) {
            let text = format!("{} has not reported since {} UTC", node.name, since.clock());
            return Answer::Yes(Found::new(points(trouble), FactKind::State, evidence(text, &source)));
        }
        let begins = if trouble == NodeTrouble::NotReady { "not ready" } else { trouble.word() };
        if let Some(found) = node.troubles.iter().find(|text| text.starts_with(begins)) {
            return Answer::Yes(Found::new(points(trouble), FactKind::State, evidence(found.clone(), &source)));
        }
        match node.troubles.iter().find_map(|text| text.strip_prefix("conditions unknown, because ")) {
            Some(reason) => Answer::Open(vec![Cause::Untold.unknown(
                format!("The conditions of node {}", node.name),
                reason.to_owned(),
                format!("kubectl describe node {}.", node.name),
            )]),
            None => Answer::No(evidence(format!("{} has no such trouble", node.name), &source)),
        }
    }

    /// What the pod's own status says of its node.
    fn says_pod(&self, trouble: NodeTrouble) -> Option<String> {
        let reason = self.facts.pod_reason.as_deref()?;
        let message = self.facts.pod_message.as_deref().unwrap_or_default();
        let text = || format!("{reason}: {message}");
        match trouble {
            NodeTrouble::NotReady => (reason == "NodeLost").then(text),
            _ => (reason == "Evicted" && message.contains(trouble.word())).then(text),
        }
    }
}
