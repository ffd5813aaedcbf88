//! A store of logs as a source: Loki or VictoriaLogs. It knows lines of pods that are gone. Asks only with GET, always with
//! a limit of lines and a stretch of time, and reads no more than a bound.

mod answer;

use std::time::Duration;

use runbook::{
    names::{ClusterName, Namespace, ObjectName},
    time::Timestamp,
};

pub use self::answer::StoredLine;
use super::web::{self, Place, WebApi};
use crate::{
    config::{self, LogStoreKind},
    sources::{ConfigProblem, SourceFailure, Standing},
};

/// Largest answer that is read, in bytes.
const MAX_BYTES: usize = 8 << 20;
/// Most lines of one answer.
pub const MAX_LINES: u32 = 5_000;

/// A configured log store.
pub struct LogStore {
    api: WebApi,
    kind: LogStoreKind,
    template: Option<String>,
    /// Two clusters may have a pod of one name: a query then says which is meant.
    holds_several: bool,
}

/// The pod whose lines are wanted.
#[derive(Debug, Clone, Copy)]
pub struct PodLines<'a> {
    /// Its cluster, by the section's name.
    pub cluster: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub pod: &'a str,
}

impl LogStore {
    /// Makes the client.
    pub(super) fn connect(
        name: &str,
        section: &config::Logs,
        clusters: Vec<String>,
        holds_several: bool,
        timeout: Duration,
    ) -> Result<Self, ConfigProblem> {
        let key = || format!("logs.{name}.query");
        let lacks = |part: &str| section.query.as_ref().is_some_and(|template| !template.contains(part));
        if lacks("<namespace>") || lacks("<pod>") {
            return Err(ConfigProblem::new(
                key(),
                "it does not name <namespace> and <pod>, so it would show the lines of every pod",
                "Write it as {namespace=\"<namespace>\",pod=\"<pod>\"}, with the labels of your store.",
            ));
        }
        if holds_several && lacks("<cluster>") {
            return Err(ConfigProblem::new(
                key(),
                "the store holds several clusters, and it does not name <cluster>: it would show another cluster's lines",
                "Add the label that says the cluster, or name the one cluster in clusters.",
            ));
        }
        let api = web::connect(("Log store", name), &section.monitoring(), clusters, timeout, MAX_BYTES)?;
        Ok(Self { api, kind: section.kind, template: section.query.clone(), holds_several })
    }

    /// The section's name in the configuration.
    pub fn name(&self) -> &str {
        &self.api.place.name
    }

    /// Where it is and what it holds.
    pub fn place(&self) -> &Place {
        &self.api.place
    }

    /// What is counted of it.
    pub fn standing(&self) -> Standing {
        self.api.figures.standing("logs", &self.api.place.name)
    }

    /// How it stands, one sentence, or why it cannot be asked. Asks it.
    pub async fn status(&self) -> Result<String, SourceFailure> {
        let (path, parameters, words): (_, &[(&str, &str)], _) = match self.kind {
            LogStoreKind::Loki => ("/loki/api/v1/labels", &[], "Loki answers."),
            LogStoreKind::VictoriaLogs => {
                ("/select/logsql/query", &[("query", "_time:5m"), ("limit", "1")], "VictoriaLogs answers.")
            }
        };
        let asked = self.api.get(path, parameters).await;
        asked.map(|_| words.to_owned()).map_err(|error| self.api.failure("Its state", &error))
    }

    /// The query for a pod's lines; `None` where a name could be more than a name in it.
    pub fn query_of(&self, wanted: PodLines<'_>) -> Option<String> {
        let are_names = wanted.cluster.parse::<ClusterName>().is_ok()
            && wanted.namespace.parse::<Namespace>().is_ok()
            && wanted.pod.parse::<ObjectName>().is_ok();
        if !are_names {
            return None;
        }
        Some(match &self.template {
            Some(template) => template
                .replace("<cluster>", wanted.cluster)
                .replace("<namespace>", wanted.namespace)
                .replace("<pod>", wanted.pod),
            None => {
                let label = &self.place().cluster_label;
                let cluster =
                    if self.holds_several { format!("{label}=\"{}\",", wanted.cluster) } else { String::new() };
                format!("{{{cluster}namespace=\"{}\",pod=\"{}\"}}", wanted.namespace, wanted.pod)
            }
        })
    }

    /// The newest lines that a query chooses in a stretch of time, oldest first.
    pub async fn lines(
        &self,
        query: &str,
        (from, to): (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<StoredLine>, SourceFailure> {
        let limit = limit.clamp(1, MAX_LINES).to_string();
        let nanoseconds = |at: Timestamp| format!("{}000000", at.0);
        let (start, end) = match self.kind {
            LogStoreKind::Loki => (nanoseconds(from), nanoseconds(to)),
            LogStoreKind::VictoriaLogs => (from.rfc3339(), to.rfc3339()),
        };
        let parameters =
            [("query", query), ("limit", &limit), ("start", &start), ("end", &end), ("direction", "backward")];
        let (path, parameters) = match self.kind {
            LogStoreKind::Loki => ("/loki/api/v1/query_range", &parameters[..]),
            LogStoreKind::VictoriaLogs => ("/select/logsql/query", &parameters[..4]),
        };
        let read = self.api.get(path, parameters).await.and_then(|body| answer::read(path, &body));
        read.map_err(|error| self.api.failure("Log lines", &error))
    }

    /// The body of a GET of its read API. A question without a limit of lines or a beginning gets one.
    pub async fn get_text(
        &self,
        path: &str,
        parameters: &[(String, String)],
        now: Timestamp,
    ) -> Result<String, SourceFailure> {
        self.api.get_text(path, &bounded(path, parameters, now)).await
    }

    /// The lines in such a body; `None` when it holds none.
    pub fn lines_in(path: &str, body: &str) -> Option<Vec<StoredLine>> {
        answer::read(path, body.as_bytes()).ok()
    }
}

/// Parameters with a limit of lines, and with a day to look back for what would else look through everything.
fn bounded(path: &str, parameters: &[(String, String)], now: Timestamp) -> Vec<(String, String)> {
    const DAY_MS: i64 = 86_400_000;
    let mut bounded: Vec<(String, String)> = parameters
        .iter()
        .map(|(name, value)| match (name.as_str(), value.parse::<u32>()) {
            ("limit", Ok(limit)) => (name.clone(), limit.clamp(1, MAX_LINES).to_string()),
            ("limit", Err(_)) => (name.clone(), MAX_LINES.to_string()),
            _ => (name.clone(), value.clone()),
        })
        .collect();
    let has = |name: &str| parameters.iter().any(|(known, _)| known == name);
    let returns_lines = path.ends_with("/query_range") || path.ends_with("/logsql/query");
    if returns_lines && !has("limit") {
        bounded.push(("limit".into(), "1000".into()));
    }
    if path.starts_with("/select/") && !has("start") {
        bounded.push(("start".into(), now.plus_ms(-DAY_MS).rfc3339()));
    }
    bounded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn no_question_goes_out_without_a_bound() {
        let now = Timestamp(1_793_672_621_000);
        let range = "/loki/api/v1/query_range";
        let value = |pairs: &[(String, String)], wanted: &str| {
            pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
        };
        for (given, limit) in [
            (&[][..], "1000"),
            (&[("limit", "20")], "20"),
            (&[("limit", "0")], "1"),
            (&[("limit", "100000")], "5000"),
            (&[("limit", "-1")], "5000"),
        ] {
            assert_eq!(value(&bounded(range, &pairs(given), now), "limit").as_deref(), Some(limit), "{given:?}");
        }
        assert_eq!(value(&bounded("/loki/api/v1/labels", &[], now), "limit"), None);
        let day = value(&bounded("/select/logsql/query", &[], now), "start").expect("a beginning");
        assert_eq!(day, now.plus_ms(-86_400_000).rfc3339());
        let own = pairs(&[("start", "2026-11-01")]);
        assert_eq!(value(&bounded("/select/logsql/query", &own, now), "start").as_deref(), Some("2026-11-01"));
    }
}
