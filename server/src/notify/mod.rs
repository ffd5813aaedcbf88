//! Messages about verdicts, to receivers that the configuration names: one when the verdict of an incident is known, one
//! when it changes, one when the alert has ended. What is to be sent stands in the store first, so that a restart loses
//! nothing and two processes send nothing twice. Never asks a source, and changes none.

mod render;
mod send;

use std::{sync::Arc, time::Duration};

use ::evidence::{Capture, EvidenceId, Incident, Message, Store, StoreError};
use access::PublicUrl;
use app::paths;
use runbook::{
    outcome::Outcome,
    time::{DAY_MS, Timestamp},
};

use self::{render::News, send::Receiver};
use crate::{config::Config, evidence::Evidence, sources::ConfigProblem};
pub(crate) use send::Sending;

/// The pause between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(15);
/// Incidents that one look goes through.
const MAX_INCIDENTS: usize = 200;
/// Messages that are sent at one look.
const MAX_SENT: usize = 50;
/// Incidents that began longer ago are not told of any more, in milliseconds.
const TOLD_MS: i64 = DAY_MS;
/// How long before its alert fires a crash still belongs to an incident, in milliseconds.
const BEFORE_MS: i64 = 30 * 60_000;
/// The pauses after the first and the second try that failed, in milliseconds; after the third it is given up.
const PAUSES_MS: [i64; 2] = [60_000, 600_000];
/// A receiver that asks for patience does not use up tries, but no message waits longer than this, in milliseconds.
const MAX_WAIT_MS: i64 = DAY_MS;
/// Messages are remembered for this long, so that none is sent twice, in milliseconds.
const KEPT_MS: i64 = 90 * DAY_MS;
/// How long this process alone sends, in milliseconds.
const CLAIM_MS: i64 = 60_000;

/// Tells receivers of verdicts.
pub(crate) struct Notifier {
    receivers: Vec<Receiver>,
    public_url: PublicUrl,
    evidence: Arc<Evidence>,
    holder: String,
}

impl Notifier {
    /// `None` when the configuration names no receiver.
    pub(crate) fn of(config: &Config, evidence: &Arc<Evidence>) -> Result<Option<Self>, ConfigProblem> {
        let receivers = receivers(config)?;
        if receivers.is_empty() {
            return Ok(None);
        }
        let Some(public_url) = config.server.public_url.clone() else {
            let remedy = "Set it to the address under which readers open the portal: messages carry links.";
            return Err(ConfigProblem::new("server.public_url", "messages need it".to_owned(), remedy));
        };
        let mut random = [0; 8];
        let has_none = getrandom::fill(&mut random).is_err();
        if has_none {
            // The time tells two processes of one number on two machines apart well enough.
            random = evidence.clock().now().0.to_le_bytes();
        }
        let holder = format!("{}-{:016x}", std::process::id(), u64::from_le_bytes(random));
        Ok(Some(Self { receivers, public_url, evidence: Arc::clone(evidence), holder }))
    }

    /// Looks and sends until the process ends.
    pub(crate) async fn run(self) {
        loop {
            if let Some(store) = self.evidence.keeper().store() {
                let now = self.evidence.clock().now();
                if let Err(error) = self.turn(&store, now).await {
                    tracing::warn!(%error, "messages wait: the store does not answer");
                }
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    async fn turn(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        if !store.claim("notify", &self.holder, now, CLAIM_MS).await? {
            return Ok(());
        }
        self.look(store, now).await?;
        self.deliver(store, now).await?;
        store.forget_messages(now.plus_ms(-KEPT_MS)).await
    }

    /// Puts what there is to tell into the queue.
    async fn look(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        for incident in store.incidents(None, MAX_INCIDENTS).await? {
            if now.ms_since(incident.alert.starts_at) > TOLD_MS {
                continue;
            }
            let name = incident.alert.label("alertname");
            let wanted = |receiver: &&Receiver| {
                let alerts = &receiver.section.alerts;
                alerts.is_empty() || alerts.iter().any(|alert| alert == name)
            };
            let wanted: Vec<&Receiver> = self.receivers.iter().filter(wanted).collect();
            if wanted.is_empty() {
                continue;
            }
            let judged = latest(store, &incident, now).await?;
            for receiver in wanted {
                let last = store.last_message(&incident.id, &receiver.name).await?;
                let Some(news) = self.news(&incident, judged.as_ref(), last.as_ref(), receiver.section.with_log_line)
                else {
                    continue;
                };
                let id = EvidenceId::of(&["message", incident.id.as_str(), &receiver.name, &news.kind, &news.sentence]);
                let message = Message {
                    id,
                    receiver: receiver.name.clone(),
                    incident: incident.id.clone(),
                    kind: news.kind.clone(),
                    sentence: news.sentence.clone(),
                    body: serde_json::to_string(&news).map_err(|error| StoreError::Refused(error.to_string()))?,
                    state: "waiting".into(),
                    tries: 0,
                    made_at: now,
                    reason: String::new(),
                };
                store.queue_message(&message, now).await?;
            }
        }
        Ok(())
    }

    /// What there is to tell of an incident after what was told last.
    fn news(
        &self,
        incident: &Incident,
        judged: Option<&Capture>,
        last: Option<&Message>,
        with_log: bool,
    ) -> Option<News> {
        let alert = &incident.alert;
        let place = [incident.cluster.as_str(), alert.label("namespace"), alert.label("pod")];
        let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
        let news = |kind: &str, sentence: String, facts: Vec<String>| News {
            kind: kind.to_owned(),
            title: format!("{}: {}", alert.label("alertname"), place.join("/")),
            sentence,
            facts,
            link: self.public_url.with_path(&paths::incident(incident.id.as_str())),
        };
        if alert.ends_at.is_some() {
            // Who was told nothing need not hear of the end.
            let told = last.filter(|last| last.kind != "recovered")?;
            return Some(news(
                "recovered",
                "The alert has ended.".into(),
                vec![format!("Last verdict: {}", told.sentence)],
            ));
        }
        let capture = judged?;
        let sentence = sentence(capture, with_log)?;
        let kind = match last {
            None => "known",
            Some(last) if last.sentence != sentence => "changed",
            Some(_) => return None,
        };
        Some(news(kind, sentence, facts(capture, with_log)))
    }

    /// Sends what is due.
    async fn deliver(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        for message in store.due_messages(now, MAX_SENT).await? {
            let receiver = self.receivers.iter().find(|receiver| receiver.name == message.receiver);
            let news = serde_json::from_str::<News>(&message.body).ok();
            let (Some(receiver), Some(news)) = (receiver, news) else {
                store
                    .settle_message(
                        &message.id,
                        "failed",
                        message.tries,
                        now,
                        "The receiver is not configured any more.",
                    )
                    .await?;
                continue;
            };
            let outcome = receiver.send(&news, message.id.as_str(), now).await;
            let (state, tries, next_at, reason) = settle(&message, outcome, now);
            if state == "failed" {
                tracing::warn!(receiver = receiver.name, reason, "a message was given up");
            }
            store.settle_message(&message.id, state, tries, next_at, &reason).await?;
        }
        Ok(())
    }
}

/// Sends a test to one receiver; `None` when there is none of that name.
pub(crate) async fn test(config: &Config, name: &str, now: Timestamp) -> Result<Option<Sending>, ConfigProblem> {
    let receivers = receivers(config)?;
    let Some(receiver) = receivers.iter().find(|receiver| receiver.name == name) else { return Ok(None) };
    let link = config.server.public_url.as_ref().map_or_else(String::new, |url| url.with_path("/"));
    let news = News {
        kind: "test".into(),
        title: "Runlight".into(),
        sentence: "Messages of Runlight arrive here.".into(),
        facts: Vec::new(),
        link,
    };
    let id = EvidenceId::of(&["test", name, &now.0.to_string()]);
    Ok(Some(receiver.send(&news, id.as_str(), now).await))
}

fn receivers(config: &Config) -> Result<Vec<Receiver>, ConfigProblem> {
    config.notify.iter().map(|(name, section)| Receiver::of(name, section)).collect()
}

/// The newest crash of an incident's pod that was judged.
async fn latest(store: &Store, incident: &Incident, now: Timestamp) -> Result<Option<Capture>, StoreError> {
    const LOOKED_AT: usize = 5;
    let (namespace, pod) = (incident.alert.label("namespace"), incident.alert.label("pod"));
    if namespace.is_empty() || pod.is_empty() {
        return Ok(None);
    }
    let from = incident.alert.starts_at.plus_ms(-BEFORE_MS);
    let rows = store.crashes_of_pod(&incident.cluster, namespace, pod, from, now, LOOKED_AT).await?;
    let mut captures = Vec::new();
    for row in &rows {
        captures.extend(store.capture(&row.id).await?.filter(|capture| capture.verdict.is_some()));
    }
    Ok(captures.into_iter().max_by_key(|capture| capture.crash.at))
}

/// The verdict's sentence, when it is known, without text of a log.
fn sentence(capture: &Capture, with_log: bool) -> Option<String> {
    let report = &capture.verdict.as_ref()?.report;
    if matches!(report.outcome, Outcome::Unknown(_)) {
        return None;
    }
    Some(without_log(report.outcome.summary(), capture.telling.as_deref(), with_log))
}

fn without_log(text: &str, telling: Option<&str>, with_log: bool) -> String {
    match telling {
        Some(line) if !with_log && !line.is_empty() => text.replace(line, "a line of its log"),
        _ => text.to_owned(),
    }
}

/// At most three.
fn facts(capture: &Capture, with_log: bool) -> Vec<String> {
    let crash = &capture.crash;
    let reason = if crash.ended.reason.is_empty() { "no reason given" } else { &crash.ended.reason };
    let ended = format!("{} ended: {reason}, exit code {}", crash.key.container, crash.ended.exit_code);
    let work = capture.backup.iter().flat_map(|backup| &backup.work).map(|work| format!("At that time: {work}"));
    let line = capture.telling.iter().filter(|_| with_log).map(|line| format!("Its log: {line}"));
    [ended].into_iter().chain(line).chain(work.take(1)).take(3).collect()
}

/// How a message goes on after a try.
fn settle(message: &Message, outcome: Sending, now: Timestamp) -> (&'static str, u32, Timestamp, String) {
    let tries = message.tries + 1;
    match outcome {
        Sending::Sent => ("sent", tries, now, String::new()),
        Sending::Never { reason } => ("failed", tries, now, reason),
        Sending::Later { not_before: Some(at), reason } if at.ms_since(message.made_at) <= MAX_WAIT_MS => {
            ("waiting", message.tries, at, reason)
        }
        Sending::Later { reason, .. } => match PAUSES_MS.get(message.tries as usize) {
            Some(pause) => ("waiting", tries, now.plus_ms(*pause), reason),
            None => ("failed", tries, now, reason),
        },
    }
}

#[cfg(test)]
mod tests;
