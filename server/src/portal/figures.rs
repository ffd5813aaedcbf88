//! What the portal counts, and how `/metrics` names it. The figures are taken when they are asked for; none is kept twice.

use std::{fmt, sync::atomic::AtomicU64};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use crate::sources::Standing;

/// What the portal counts, at one moment.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Seconds since the portal opened.
    pub uptime_s: u64,
    /// Checks that were asked for, answered from a cache or not.
    pub checks_run: u64,
    /// Checks that ask a source now.
    pub checks_asking: usize,
    /// Checks that wait for their turn to ask.
    pub checks_waiting: usize,
    /// Questions that open pages follow now.
    pub live_topics: usize,
    /// Runbooks in the library.
    pub runbooks: usize,
    /// Folders of the library that cannot be read; their runbooks are those of before.
    pub library_folders_failing: usize,
    /// Files of the library of which something is to be said: left out, ambiguous.
    pub library_remarks: usize,
    /// Whether the file of the configuration holds one that cannot be used; the one before is served.
    pub configuration_is_refused: bool,
    /// Every source by what it was last asked.
    pub sources: Vec<Standing>,
    /// The watch of every cluster.
    pub watches: Vec<Watched>,
    /// What is kept, where anything is.
    pub evidence: Option<Kept>,
}

/// What keeping crashes comes to.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Whether they are being kept.
    pub is_keeping: bool,
    /// What the keeper counts.
    pub keeper: ::evidence::KeeperFigures,
    /// What the store holds, when it says so in time.
    pub store: Option<::evidence::Figures>,
    /// Crashes seen, requests that their captures cost, changes that were not heard.
    pub watch: [u64; 3],
    /// Messages of webhooks that were taken, and that had to come again.
    pub webhook: [u64; 3],
    /// Seconds since the oldest crash that is kept.
    pub oldest_s: i64,
    /// Seconds since a webhook was last heard, where one is expected.
    pub webhook_silence_s: Option<f64>,
    /// Crashes by cluster and namespace, and verdicts of the last hour.
    pub places: (Vec<crate::evidence::Placed>, crate::evidence::Verdicts),
}

/// How a cluster's watch stands.
#[derive(Debug, Clone)]
pub struct Watched {
    /// The cluster's name in the configuration.
    pub cluster: String,
    /// Whether changes arrive as they happen.
    pub is_live: bool,
    /// Seconds since the API server's last sign of life; none before the first.
    pub silent_s: Option<f64>,
    /// Pods that are kept.
    pub pods: usize,
}

type Label = [(&'static str, String); 1];
type SourceLabels = [(&'static str, String); 2];
type Fraction = Gauge<f64, AtomicU64>;

impl Figures {
    /// Puts all of them under the names that `/metrics` shows.
    pub(crate) fn register(&self, registry: &mut Registry) {
        let mut gauge = |name: &str, help: &str, value: usize| {
            let gauge = Gauge::<i64>::default();
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
            registry.register(name, help, gauge);
        };
        gauge(
            "uptime_seconds",
            "Seconds since the portal opened",
            usize::try_from(self.uptime_s).unwrap_or(usize::MAX),
        );
        gauge("checks_asking", "Checks that ask a source now", self.checks_asking);
        gauge("checks_waiting", "Checks that wait for their turn to ask", self.checks_waiting);
        gauge("live_topics", "Questions that open pages follow", self.live_topics);
        gauge("runbooks", "Runbooks in the library", self.runbooks);
        let failing = "Folders of the library that cannot be read";
        gauge("library_folders_failing", failing, self.library_folders_failing);
        gauge("library_remarks", "Files that the library left out or doubts", self.library_remarks);
        let refused = "Whether the changed configuration cannot be used and the one before is served";
        gauge("configuration_refused", refused, self.configuration_is_refused.into());
        let checks = Counter::<u64>::default();
        checks.inc_by(self.checks_run);
        registry.register("checks", "Checks asked for by readers", checks);
        self.register_sources(registry);
        self.register_watches(registry);
        if let Some(kept) = &self.evidence {
            kept.register(registry);
        }
    }

    fn register_sources(&self, registry: &mut Registry) {
        let up = Family::<SourceLabels, Gauge>::default();
        let age = Family::<SourceLabels, Fraction>::default();
        for source in &self.sources {
            if let Some(is_heard) = source.is_heard {
                up.get_or_create(&labels(source)).set(is_heard.into());
            }
            if let Some(silent_for) = source.silent_for {
                age.get_or_create(&labels(source)).set(silent_for.as_secs_f64());
            }
        }
        registry.register("source_up", "Whether the last question to a source got an answer", up);
        registry.register("source_age_seconds", "Seconds since a source's last answer", age);
        registry.register_collector(Box::new(Answers(self.sources.clone())));
    }

    fn register_watches(&self, registry: &mut Registry) {
        let live = Family::<Label, Gauge>::default();
        let silence = Family::<Label, Fraction>::default();
        let pods = Family::<Label, Gauge>::default();
        for watch in &self.watches {
            let label = [("cluster", watch.cluster.clone())];
            live.get_or_create(&label).set(watch.is_live.into());
            pods.get_or_create(&label).set(i64::try_from(watch.pods).unwrap_or(i64::MAX));
            if let Some(silent_s) = watch.silent_s {
                silence.get_or_create(&label).set(silent_s);
            }
        }
        registry.register("watch_live", "Whether changes of a cluster's pods arrive as they happen", live);
        registry.register("watch_silence_seconds", "Seconds since a watch's last sign of life", silence);
        registry.register("watch_pods", "Pods that are kept of a cluster", pods);
    }
}

impl super::Portal {
    /// What keeping crashes comes to; `None` where nothing is kept.
    pub async fn kept_figures(&self) -> Option<Kept> {
        let evidence = self.evidence().filter(|evidence| !evidence.keeper().is_off())?;
        let store = evidence.read(async |store| store.figures().await).await.ok();
        let oldest_at = store.as_ref().and_then(|store| store.oldest_at);
        Some(Kept {
            is_keeping: evidence.keeper().standing() == ::evidence::Standing::Keeping,
            keeper: evidence.keeper().figures(),
            watch: evidence.watch_figures(),
            webhook: evidence.webhook_figures(),
            webhook_silence_s: evidence.webhook_silence_ms().map(|ms| ms as f64 / 1_000.0),
            places: evidence.places(),
            oldest_s: oldest_at.map_or(0, |at| self.now().ms_since(at) / 1_000),
            store,
        })
    }
}

impl Kept {
    fn register(&self, registry: &mut Registry) {
        let mut counter = |name: &str, help: &str, value: u64| {
            let counter = Counter::<u64>::default();
            counter.inc_by(value);
            registry.register(name, help, counter);
        };
        counter("evidence_crashes_seen", "Crashes that the watches saw", self.watch[0]);
        counter("evidence_requests", "Requests that captures put to clusters", self.watch[1]);
        counter("evidence_unheard", "Changes that came faster than they were heard", self.watch[2]);
        counter("evidence_captures", "Captures that were stored", self.keeper.stored);
        counter("evidence_lost", "Captures that were lost", self.keeper.lost);
        counter("evidence_missed", "Crashes that nobody saw", self.keeper.missed);
        counter("evidence_failures", "Attempts to store that failed", self.keeper.failures);
        counter("evidence_pruned", "Entries that were removed by age or size", self.keeper.pruned);
        counter("webhook_messages", "Messages of webhooks that were taken", self.webhook[0]);
        counter("webhook_refusals", "Messages of webhooks that had to come again", self.webhook[1]);
        counter("webhook_lost", "Alerts of webhooks that the database did not take", self.webhook[2]);
        let mut gauge = |name: &str, help: &str, value: i64| {
            let gauge = Gauge::<i64>::default();
            gauge.set(value);
            registry.register(name, help, gauge);
        };
        gauge("evidence_keeping", "Whether crashes are being kept", self.is_keeping.into());
        gauge(
            "evidence_waiting",
            "Captures that wait to be stored",
            self.keeper.waiting.try_into().unwrap_or(i64::MAX),
        );
        self.register_places(registry);
        let mut gauge = |name: &str, help: &str, value: i64| {
            let gauge = Gauge::<i64>::default();
            gauge.set(value);
            registry.register(name, help, gauge);
        };
        if let Some(store) = &self.store {
            let whole = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
            gauge("evidence_entries", "Crashes and pages that are kept", whole(store.crashes + store.pages));
            gauge("evidence_incidents", "Incidents that are kept", whole(store.incidents));
            gauge("evidence_bytes", "Bytes of what is kept", whole(store.bytes));
            gauge("evidence_oldest_seconds", "Seconds since the oldest crash that is kept", self.oldest_s);
        }
    }
}

impl Kept {
    fn register_places(&self, registry: &mut Registry) {
        let crashes = Family::<SourcePlace, Counter>::default();
        for (cluster, namespace, count) in &self.places.0 {
            crashes.get_or_create(&place(cluster, namespace)).inc_by(*count);
        }
        registry.register("crashes", "Runs of containers that the watches saw end badly", crashes);
        let verdicts = Family::<[(&'static str, String); 3], Gauge>::default();
        for ((cluster, namespace, outcome), count) in &self.places.1 {
            let [cluster, namespace] = place(cluster, namespace);
            let labels = [cluster, namespace, ("outcome", (*outcome).to_owned())];
            verdicts.get_or_create(&labels).set(i64::try_from(*count).unwrap_or(i64::MAX));
        }
        registry.register("verdict", "Verdicts on crashes of the last hour", verdicts);
        if let Some(silence_s) = self.webhook_silence_s {
            let silence = Fraction::default();
            silence.set(silence_s);
            registry.register("webhook_silence_seconds", "Seconds since Alertmanager's webhook was heard", silence);
        }
    }
}

type SourcePlace = [(&'static str, String); 2];

fn place(cluster: &str, namespace: &str) -> SourcePlace {
    [("cluster", cluster.to_owned()), ("namespace", namespace.to_owned())]
}

fn labels(source: &Standing) -> SourceLabels {
    [("kind", source.kind.to_owned()), ("source", source.name.clone())]
}

/// Counters that the sources themselves keep.
#[derive(Debug)]
struct Answers(Vec<Standing>);

impl Collector for Answers {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let help = "How long answers of a source took, its refusals counted.";
        let name = "source_request_duration_seconds";
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
        for source in &self.0 {
            source.latency.encode(family.encode_family(&labels(source))?)?;
        }
        let help = "Questions to which a source answered nothing.";
        let mut family = encoder.encode_descriptor("source_silences", help, None, MetricType::Counter)?;
        for source in &self.0 {
            source.silences.encode(family.encode_family(&labels(source))?)?;
        }
        Ok(())
    }
}
