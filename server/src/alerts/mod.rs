//! What fires, gathered from every Alertmanager: for the home page by runbook, for a runbook's page the one alert that
//! it is about. Asks through the sources only, and changes nothing.

mod board;
mod fired;
mod help;
mod page;

use std::{
    collections::HashSet,
    sync::{Arc, OnceLock},
};

use app::server_side::alerts::{AlertView, FiringView};
use futures::{
    Stream, StreamExt,
    future::join_all,
    stream::{self, BoxStream},
};
use runbook::{
    binding::{self, Bindings, STANDARD_PARAMETERS},
    names::RunbookPath,
    outcome::{Cause, Unknown},
};
use tokio_stream::wrappers::WatchStream;

use self::{fired::Fired, help::Helper};
use crate::{
    checks::Verdicts,
    clock::Clock,
    evidence::Evidence,
    library::Library,
    sources::{Grant, alertmanager::AlertView as Told},
};

/// How long a webhook may be silent, in milliseconds.
const MAX_SILENCE_MS: i64 = 20 * 60_000;

/// What fires.
pub struct Alerts {
    library: Arc<Library>,
    verdicts: Arc<Verdicts>,
    clock: Clock,
    evidence: OnceLock<Arc<Evidence>>,
}

/// What a page is about.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// The runbook's address.
    pub path: Option<RunbookPath>,
    /// The alert's name.
    pub name: String,
    /// Values for parameters, by canonical name.
    pub bindings: Bindings,
    /// Other labels, as the link names them.
    pub labels: Vec<(String, String)>,
    /// Parameters that the runbook has.
    pub parameters: Vec<String>,
}

impl Subject {
    /// What a link is about that leads to no single runbook.
    pub fn of_link(name: &str, labels: &[(String, String)]) -> Self {
        let has = |parameter: &&str| labels.iter().any(|(name, _)| binding::canonical_name(name) == **parameter);
        let missing = STANDARD_PARAMETERS.iter().filter(|name| !has(name));
        Self {
            name: name.to_owned(),
            labels: labels.to_vec(),
            parameters: missing.map(|name| (*name).to_owned()).collect(),
            ..Self::default()
        }
    }

    /// Whether an alert of this name is meant; links often have it in lower case.
    fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// A value by its canonical name, whether it is a parameter or a label here.
    fn value(&self, canonical: &str) -> Option<&str> {
        let label = || self.labels.iter().find(|(name, _)| binding::canonical_name(name) == canonical);
        self.bindings.get(canonical).or_else(|| label().map(|(_, value)| value.as_str()))
    }
}

/// What every Alertmanager says.
struct Gathered {
    told: Vec<(usize, Arc<Told>)>,
    unknown: Vec<Unknown>,
}

impl Alerts {
    /// Looks runbooks up in this library.
    pub fn new(library: Arc<Library>, verdicts: Arc<Verdicts>, clock: Clock) -> Arc<Self> {
        Arc::new(Self { library, verdicts, clock, evidence: OnceLock::new() })
    }

    /// What fires, by runbook; `None` when there is no Alertmanager that may be asked.
    pub async fn board(&self, grant: &Grant) -> Option<FiringView> {
        let silence = self.silence();
        if grant.alertmanagers().is_empty() && silence.is_none() {
            return None;
        }
        let mut gathered = gather(grant).await;
        gathered.unknown.extend(silence);
        let (fired, now) = (gathered.fired(grant), self.clock.now());
        let known = |alert: &Fired<'_>| alert.verdict(grant, &self.verdicts, now);
        Some(board::sort(&fired, gathered.unknown.clone(), &Helper::new(&self.library), known, now))
    }

    /// From now on a webhook that is not heard any more is told of.
    pub(crate) fn hear_of_silence(&self, evidence: &Arc<Evidence>) {
        // A second start changes nothing.
        drop(self.evidence.set(Arc::clone(evidence)));
    }

    /// Alertmanager repeats its Watchdog: when nothing comes, nobody will be told of anything else.
    fn silence(&self) -> Option<Unknown> {
        silence_of(self.evidence.get()?.webhook_silence_ms()?)
    }

    /// The alert that a page is about, and values for parameters that its link left out. `None` when nothing that
    /// knows alerts is configured.
    pub async fn of_page(&self, grant: &Grant, subject: &Subject) -> Option<(AlertView, Vec<(String, String)>)> {
        if grant.alertmanagers().is_empty() && grant.prometheus().is_empty() {
            return None;
        }
        let gathered = tokio::time::timeout(grant.patience().with_panel(), gather(grant)).await.ok();
        Some(page::look(self, grant, subject, gathered.as_ref()).await)
    }

    /// Fires whenever what fires has changed. While it is held, every Alertmanager is asked every few seconds.
    pub fn changes(grant: &Grant) -> BoxStream<'static, ()> {
        let sources = grant.alertmanagers().iter();
        stream::select_all(sources.map(|source| WatchStream::new(source.alert_changes()).map(|_| ()))).boxed()
    }

    /// The state of a page's alert, drawn, now and whenever it changes.
    pub fn follow_page(self: &Arc<Self>, grant: &Grant, subject: Subject) -> impl Stream<Item = String> + Send + use<> {
        let asked = (Arc::clone(self), grant.clone(), subject);
        let start = (asked, Self::changes(grant), None::<String>);
        stream::unfold(start, |(asked, mut changes, shown)| async move {
            let (alerts, grant, subject) = &asked;
            loop {
                changes.next().await?;
                let (view, _) = alerts.of_page(grant, subject).await?;
                let drawn = app::panels::drawn::alert(&view);
                if shown.as_ref() != Some(&drawn) {
                    return Some((drawn.clone(), (asked, changes, Some(drawn))));
                }
            }
        })
    }
}

fn silence_of(silent_ms: i64) -> Option<Unknown> {
    if silent_ms <= MAX_SILENCE_MS {
        return None;
    }
    let reason = format!("Nothing heard from Alertmanager for {} min.", silent_ms / 60_000);
    let remedy = "Look whether Prometheus and Alertmanager run, and whether the Watchdog is routed to Runlight's webhook \
                      with a repeat_interval of 5 min.";
    Some(Cause::Unreachable.unknown("Alertmanager's webhook", reason, remedy))
}

async fn gather(grant: &Grant) -> Gathered {
    let asked = grant.alertmanagers().iter().map(|source| source.current());
    let told: Vec<(usize, Arc<Told>)> = join_all(asked).await.into_iter().enumerate().collect();
    let unread = |(index, view): &(usize, Arc<Told>)| match &view.alerts {
        Err(failure) => Some(failure.to_unknown()),
        Ok(_) => unread(grant.alertmanagers()[*index].name(), view.left_out),
    };
    let unknown = told.iter().filter_map(unread).collect();
    Gathered { told, unknown }
}

/// Why some of what fires is not told.
fn unread(source: &str, left_out: usize) -> Option<Unknown> {
    let reason = match left_out {
        0 => return None,
        1 => "1 alert has no labels, no time or another form, and is left out.".to_owned(),
        many => format!("{many} alerts have no labels, no time or another form, and are left out."),
    };
    let remedy = format!("Look at them in {source} itself.");
    Some(Cause::Unreadable.unknown(format!("Some alerts of {source}"), reason, remedy))
}

impl Gathered {
    /// Every alert with what its source adds to it. Alertmanagers that stand in for each other tell the same alert with
    /// the same beginning: it is one. An alert about a cluster that is not granted is not told.
    fn fired<'a>(&'a self, grant: &'a Grant) -> Vec<Fired<'a>> {
        let mut all = Vec::new();
        let mut seen = HashSet::new();
        for (index, view) in &self.told {
            let source = &grant.alertmanagers()[*index];
            let alerts = view.alerts.iter().flat_map(|alerts| alerts.iter());
            let alerts = alerts.map(|alert| Fired::new(alert, source, grant));
            let alerts = alerts.filter(|fired| !fired.cluster.is_some_and(|name| grant.withholds_cluster(name)));
            all.extend(alerts.filter(|fired| seen.insert((fired.cluster, fired.alert.since.0, &fired.alert.labels))));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_that_is_silent_for_more_than_twenty_minutes_is_told_of() {
        assert_eq!(silence_of(20 * 60_000), None);
        let told = silence_of(24 * 60_000).expect("silence");
        assert_eq!(told.reason, "Nothing heard from Alertmanager for 24 min.");
    }
}
