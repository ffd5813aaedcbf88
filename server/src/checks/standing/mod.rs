//! Panels that stand on the page without a command: they are asked for the pod that the reader looks at, as soon as
//! the page is opened, and again when that pod changes.

mod recovery;
mod verdict;

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use futures::{StreamExt, stream, stream::BoxStream};
use runbook::{
    document::Runbook,
    memory::MemoryRule,
    names::CheckId,
    outcome::{Report, Unknown},
    recovery::find_stated_rule,
    verdict::{Classifier, find_classifier},
};
use tokio::time::{Instant, interval_at};
use tokio_stream::wrappers::{IntervalStream, WatchStream};

use super::{
    Situation,
    facts::{CaseFile, CaseFiles, mark_of},
    fetch::cluster,
    unanswered,
};
use crate::sources::Sources;

/// What changes without the pod changing (a log that comes late, events, memory) is looked for this often.
const BETWEEN_LOOKS: Duration = Duration::from_secs(15);

/// Which panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PanelKind {
    /// The runbook's table judged against the facts.
    Verdict,
    /// Whether it is over.
    Recovery,
}

/// A panel and the situation in which it is asked. Equal asks have equal answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PanelAsk {
    /// Which panel.
    pub kind: PanelKind,
    /// What the reader is looking at.
    pub situation: Situation,
    /// What the runbook says of the matter.
    pub matter: Matter,
}

/// What a runbook says of crashes and recovery. Equal only to itself: a file that was read anew is another one.
#[derive(Debug, Clone)]
pub struct Matter(Arc<Words>);

#[derive(Debug)]
struct Words {
    classifier: Option<Classifier>,
    recovery: Option<(i64, String)>,
    memory: MemoryRule,
}

impl Matter {
    /// Reads it out of a runbook.
    pub fn of(runbook: &Runbook) -> Self {
        Self(Arc::new(Words {
            classifier: find_classifier(&runbook.blocks, &runbook.commands).map(|(_, classifier)| classifier),
            recovery: find_stated_rule(runbook),
            memory: MemoryRule::find(runbook),
        }))
    }

    /// Its table as rules, when it has one.
    pub fn classifier(&self) -> Option<&Classifier> {
        self.0.classifier.as_ref()
    }

    /// How long must be quiet, when it says so: milliseconds, and its words.
    pub fn recovery(&self) -> Option<&(i64, String)> {
        self.0.recovery.as_ref()
    }

    /// How it raises memory limits.
    pub fn memory(&self) -> &MemoryRule {
        &self.0.memory
    }
}

impl PartialEq for Matter {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Matter {}

impl Hash for Matter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

impl PanelKind {
    /// The id under which the page knows the panel.
    pub fn id(self) -> CheckId {
        let id = match self {
            Self::Verdict => "verdict",
            Self::Recovery => "recovery",
        };
        id.parse().expect("the ids of panels are valid")
    }

    /// The value of `data-panel`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Recovery => "recovery",
        }
    }

    /// What is being asked, as the page says it until there is an answer.
    pub fn asking(self, situation: &Situation) -> String {
        let pod = situation.pod.as_deref().unwrap_or("the pod");
        match self {
            Self::Verdict => {
                format!("Asking what {pod} shows: its containers, logs, events, node, and the backups of its host.")
            }
            Self::Recovery => format!("Asking how long {pod} has been quiet."),
        }
    }
}

/// Asks for a panel's facts and judges them.
pub(super) async fn report(files: &Arc<CaseFiles>, ask: &PanelAsk) -> Report {
    let (Some(namespace), Some(pod)) = (&ask.situation.namespace, &ask.situation.pod) else {
        return unanswered(needs_a_pod(), files.clock.now());
    };
    let file = files.gather(&ask.situation, namespace, pod).await;
    let now = files.clock.now();
    match ask.kind {
        PanelKind::Verdict => verdict::report(ask, &file, now),
        PanelKind::Recovery => recovery::report(files, ask, &file).await,
    }
}

/// Fires when the pod has changed, and now and then.
pub(super) fn changes(sources: &Sources, ask: &PanelAsk) -> BoxStream<'static, ()> {
    let looks = IntervalStream::new(interval_at(Instant::now() + BETWEEN_LOOKS, BETWEEN_LOOKS)).map(|_| ());
    let (Ok(cluster), Some(namespace), Some(pod)) =
        (cluster::find(sources, None, &ask.situation), ask.situation.namespace.clone(), ask.situation.pod.clone())
    else {
        return looks.boxed();
    };
    let cluster = Arc::clone(cluster);
    let mut known = mark_of(&cluster, &namespace, &pod);
    let changed = WatchStream::from_changes(cluster.pod_changes()).filter_map(move |_| {
        let mark = mark_of(&cluster, &namespace, &pod);
        let is_news = mark != known;
        known = mark;
        std::future::ready(is_news.then_some(()))
    });
    stream::select(changed, looks).boxed()
}

fn needs_a_pod() -> Unknown {
    Unknown {
        asked: "The facts of a crash".into(),
        reason: "No pod is chosen.".into(),
        remedy: "Set namespace and pod at the top of the page.".into(),
        log_id: None,
    }
}
