//! Panels that stand on the page without a command: they are asked for the pod that the reader looks at, as soon as
//! the page is opened, and again when that pod changes.

mod conditions;
mod kubelet;
mod leases;
mod memory;
mod named;
mod nights;
mod objects;
mod recovery;
mod references;
mod servers;
mod verdict;
mod window;

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream, stream::BoxStream};
use runbook::{
    crash_rules::CrashRules,
    names::CheckId,
    outcome::{Cause, Report, Unknown},
};
use tokio::time::{Instant, interval_at};
use tokio_stream::wrappers::{IntervalStream, WatchStream};

use super::{
    Situation,
    facts::{CaseFile, CaseFiles, mark_of},
    fetch::cluster,
    unanswered,
};

/// What changes without the pod changing (a log that comes late, events, memory) is looked for this often.
const BETWEEN_LOOKS: Duration = Duration::from_secs(15);
/// What helps to fix it changes by somebody's hand: it is looked for less often.
const BETWEEN_LOOKS_AT_FIXES: Duration = Duration::from_secs(60);

/// Which panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PanelKind {
    /// The runbook's table judged against the facts.
    Verdict,
    /// Whether it is over.
    Recovery,
    /// A daily window of the runbook, by its position.
    Window(usize),
    /// How to raise the container's memory limit.
    Memory,
    /// What the pod names, and whether it exists.
    References,
    /// Custom resources that belong to the pod.
    Conditions,
    /// Leader elections around the pod.
    Leases,
}

/// A panel and the situation in which it is asked. Equal asks have equal answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PanelAsk {
    /// Which panel.
    pub kind: PanelKind,
    /// What the reader is looking at.
    pub situation: Situation,
    /// What the runbook says of the matter.
    pub rules: CrashRules,
}

impl PanelKind {
    /// The id under which the page knows the panel.
    pub fn id(self) -> CheckId {
        let id = match self {
            Self::Verdict => "verdict".to_owned(),
            Self::Recovery => "recovery".to_owned(),
            Self::Window(at) => format!("window-{at}"),
            Self::Memory | Self::References | Self::Conditions | Self::Leases => self.word().to_owned(),
        };
        id.parse().expect("the ids of panels are valid")
    }

    /// The value of `data-panel`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Recovery => "recovery",
            Self::Window(_) => "window",
            Self::Memory => "memory",
            Self::References => "references",
            Self::Conditions => "conditions",
            Self::Leases => "leases",
        }
    }

    /// Whether it says nothing until a pod is chosen.
    pub fn needs_a_pod(self) -> bool {
        !matches!(self, Self::Window(_))
    }

    /// What is being asked, as the page says it until there is an answer.
    pub fn asking(self, situation: &Situation) -> String {
        let pod = situation.pod.as_deref().unwrap_or("the pod");
        match self {
            Self::Verdict => {
                format!("Asking what {pod} shows: its containers, logs, events, node, and the backups of its host.")
            }
            Self::Recovery => format!("Asking how long {pod} has been quiet."),
            Self::Memory => format!("Asking what memory {pod} has and uses."),
            Self::References => format!("Asking whether everything that {pod} names exists."),
            Self::Conditions => format!("Asking how the custom resources around {pod} stand."),
            Self::Leases => format!("Asking who leads around {pod}."),
            Self::Window(_) => "Asking the Proxmox nodes what runs, what ran in the last nights and what comes.".into(),
        }
    }
}

/// Asks for a panel's facts and judges them.
pub(super) async fn report(files: &Arc<CaseFiles>, ask: &PanelAsk) -> Report {
    if let PanelKind::Window(at) = ask.kind {
        return window::report(files, ask, at).await;
    }
    let (Some(namespace), Some(pod)) = (&ask.situation.namespace, &ask.situation.pod) else {
        return unanswered(needs_a_pod(), files.clock.now());
    };
    let file = files.gather(&ask.situation, namespace, pod).await;
    let now = files.clock.now();
    match ask.kind {
        PanelKind::Verdict => verdict::report(files, ask, &file).await,
        PanelKind::Recovery => recovery::report(files, ask, &file).await,
        PanelKind::Window(at) => window::report(files, ask, at).await,
        PanelKind::Memory => memory::report(ask, &file, now),
        PanelKind::References => references::report(files, ask, &file).await,
        PanelKind::Conditions => conditions::report(files, ask, &file).await,
        PanelKind::Leases => leases::report(files, ask, &file).await,
    }
}

/// Fires when the pod has changed, and now and then.
pub(super) fn changes(ask: &PanelAsk) -> BoxStream<'static, ()> {
    let pause = match ask.kind {
        PanelKind::Verdict | PanelKind::Recovery | PanelKind::Window(_) => BETWEEN_LOOKS,
        PanelKind::Memory | PanelKind::References | PanelKind::Conditions | PanelKind::Leases => BETWEEN_LOOKS_AT_FIXES,
    };
    let looks = IntervalStream::new(interval_at(Instant::now() + pause, pause)).map(|_| ()).boxed();
    let looks = match ask.kind {
        // Holding the receivers is what keeps the nodes being looked at.
        PanelKind::Window(_) => {
            let hosts =
                ask.situation.grant.proxmox().iter().map(|host| WatchStream::from_changes(host.backup_changes()));
            let hosts = hosts.map(|changes| changes.map(|_| ()).boxed());
            stream::select_all(hosts.chain([looks])).boxed()
        }
        _ => looks,
    };
    let (Ok(cluster), Some(namespace), Some(pod)) = (
        cluster::find(&ask.situation.grant, None, &ask.situation),
        ask.situation.namespace.clone(),
        ask.situation.pod.clone(),
    ) else {
        return looks;
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
    Cause::NotChosen.unknown(
        "The facts of a crash",
        "No pod is chosen.",
        "Set namespace and pod at the top of the page.",
    )
}
