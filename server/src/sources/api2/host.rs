//! A host behind the API, whichever product runs on it: its status, clock, services and journal.

use runbook::{
    check::Journal,
    loose::{self, Items},
    proxmox::{host::NodeStatus, journal, services::Service, tasks::LogLine, units::Offset},
    time::Timestamp,
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{ApiError, Connection};
use crate::sources::{SourceFailure, failure::Cause, remark};

/// Lines of a journal that one answer holds.
const MAX_LINES: u32 = 2_000;

/// Lines of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalLines {
    /// Oldest first.
    pub lines: Vec<String>,
    /// Set when older lines were left out: the bound.
    pub bound: Option<u32>,
}

/// A host behind the API.
#[derive(Clone, Copy)]
pub struct Host<'a> {
    connection: &'a Connection,
}

#[derive(Deserialize)]
struct WireTime {
    #[serde(deserialize_with = "loose::instant")]
    time: i64,
    #[serde(deserialize_with = "loose::instant")]
    localtime: i64,
}

impl Connection {
    /// The host that this API is about.
    pub(in crate::sources) fn host(&self) -> Host<'_> {
        Host { connection: self }
    }
}

impl Host<'_> {
    /// The section's name in the configuration.
    pub fn name(&self) -> &str {
        &self.connection.name
    }

    /// What the host calls itself, as far as the configuration knows.
    pub fn node(&self) -> &str {
        // A backup server is localhost to itself.
        if self.connection.node == "localhost" { &self.connection.name } else { &self.connection.node }
    }

    /// Load, memory, disk, kernel.
    pub async fn status(&self) -> Result<NodeStatus, SourceFailure> {
        self.ask("Status", &["status"], &[]).await
    }

    /// The product's version: `9.0.10`.
    pub async fn version(&self) -> Result<String, SourceFailure> {
        #[derive(Deserialize)]
        struct Version {
            #[serde(deserialize_with = "loose::text")]
            version: String,
            #[serde(default, deserialize_with = "loose::maybe_text")]
            release: Option<String>,
        }
        let answer: Result<Version, ApiError> = self.connection.get(&["version"], &[]).await;
        let Version { version, release } = answer.map_err(|error| self.connection.failure("Version", error))?;
        // One product repeats the version in its release, the other goes on there.
        Ok(match release.filter(|_| version.matches('.').count() < 2) {
            Some(release) => format!("{version}.{release}"),
            None => version,
        })
    }

    /// Of privileges and the paths they are needed on, those that the token lacks.
    pub async fn lacking<'p>(
        &self,
        wanted: &[(&'static str, &'p str)],
    ) -> Result<Vec<(&'static str, &'p str)>, SourceFailure> {
        let lacking = self.connection.lacking(wanted).await;
        lacking.map_err(|error| self.connection.failure("Privileges of the token", error))
    }

    /// `runlight@pve!ro`: the token without its secret.
    pub fn token_id(&self) -> String {
        self.connection.token_id()
    }

    /// How far the host's clock is ahead of UTC.
    pub async fn offset(&self) -> Result<Offset, SourceFailure> {
        let WireTime { time, localtime } = self.ask("Time", &["time"], &[]).await?;
        Ok(Offset(localtime.saturating_sub(time)))
    }

    /// The host's time.
    pub async fn now(&self) -> Result<Timestamp, SourceFailure> {
        let WireTime { time, .. } = self.ask("Time", &["time"], &[]).await?;
        Ok(Timestamp(time.saturating_mul(1_000)))
    }

    /// The services that the API knows.
    pub async fn services(&self) -> Result<Vec<Service>, SourceFailure> {
        let services = self.ask::<Items<Service>>("Services", &["services"], &[]).await?;
        remark::left_out(self.name(), services.left_out);
        Ok(services.read)
    }

    /// One service.
    pub async fn service(&self, unit: &str) -> Result<Service, SourceFailure> {
        self.ask(&format!("Service {unit}"), &["services", unit, "state"], &[]).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        asked: &str,
        below: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, SourceFailure> {
        let path: Vec<&str> =
            ["nodes", self.connection.node.as_str()].into_iter().chain(below.iter().copied()).collect();
        self.connection.get(&path, query).await.map_err(|error| self.connection.failure(asked, error))
    }

    /// The journal, of all units or of one.
    pub async fn journal(&self, question: &Journal, now: Timestamp) -> Result<JournalLines, SourceFailure> {
        let offset = self.offset().await?;
        let point = |text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => {
                journal::point(text, now, offset).map(Some).ok_or_else(|| self.cannot("a point in time", text))
            }
        };
        let boot = match question.this_boot {
            true => Some(now.0.div_euclid(1_000) - i64::try_from(self.status().await?.uptime).unwrap_or(0)),
            false => None,
        };
        let since = point(&question.since)?.or(boot);
        let until = point(&question.until)?;
        match question.units.as_slice() {
            [] => self.whole_journal(question.lines, since, until).await,
            [unit] => self.unit_journal(unit, question.lines, (since, until), offset).await,
            _ => Err(self.cannot("one unit at a time", &question.units.join(", "))),
        }
    }

    async fn whole_journal(
        &self,
        lines: Option<u32>,
        since: Option<i64>,
        until: Option<i64>,
    ) -> Result<JournalLines, SourceFailure> {
        let wanted = lines.unwrap_or(MAX_LINES).min(MAX_LINES);
        let texts = [("since", since), ("until", until)].map(|(name, at)| (name, at.map(|at| at.to_string())));
        let mut query: Vec<(&str, &str)> =
            texts.iter().filter_map(|(name, text)| Some((*name, text.as_deref()?))).collect();
        let last = wanted.to_string();
        // The API takes either a stretch of time or a number of lines.
        if query.is_empty() {
            query.push(("lastentries", &last));
        }
        let answer: Vec<String> = self.ask("Journal", &["journal"], &query).await?;
        let mut lines = journal::lines(answer);
        let kept = usize::try_from(wanted).unwrap_or(usize::MAX);
        let is_cut = lines.len() > kept || (query[0].0 == "lastentries" && lines.len() == kept);
        lines.drain(..lines.len().saturating_sub(kept));
        Ok(JournalLines { lines, bound: is_cut.then_some(wanted) })
    }

    /// One unit's lines: the last ones, which the API gives by their number alone.
    async fn unit_journal(
        &self,
        unit: &str,
        lines: Option<u32>,
        (since, until): (Option<i64>, Option<i64>),
        offset: Offset,
    ) -> Result<JournalLines, SourceFailure> {
        let wanted = lines.unwrap_or(MAX_LINES).min(MAX_LINES);
        let texts = [("since", since), ("until", until)].map(|(name, at)| (name, at.map(|at| offset.date_time(at))));
        let mut query: Vec<(&str, &str)> = vec![("service", unit)];
        query.extend(texts.iter().filter_map(|(name, text)| Some((*name, text.as_deref()?))));
        let path = ["nodes", self.connection.node.as_str(), "syslog"];
        let answer = async {
            let counting: Vec<_> = query.iter().copied().chain([("start", "0"), ("limit", "1")]).collect();
            let (_, total) = self.connection.get_part::<LogLine>(&path, &counting).await?;
            let total = total.unwrap_or(0);
            let (start, limit) = (total.saturating_sub(u64::from(wanted)).to_string(), wanted.to_string());
            let reading: Vec<_> =
                query.iter().copied().chain([("start", start.as_str()), ("limit", limit.as_str())]).collect();
            let (lines, _) = self.connection.get_part::<LogLine>(&path, &reading).await?;
            Ok::<_, ApiError>((lines, total))
        };
        let (lines, total) = answer.await.map_err(|error| self.connection.failure("Journal", error))?;
        let lines: Vec<String> = lines.into_iter().map(|line| line.t).filter(|line| line != "no content").collect();
        Ok(JournalLines { lines, bound: (total > u64::from(wanted)).then_some(wanted) })
    }

    /// A question that the API cannot take as it is.
    fn cannot(&self, takes: &str, given: &str) -> SourceFailure {
        SourceFailure {
            kind: Cause::BadRequest,
            asked: format!("Journal on {}", self.name()),
            reason: format!("The API of Proxmox takes {takes}; Runlight cannot make that of: {given}."),
            remedy: "Write it as 2026-02-26 02:00, today, or 10 minutes ago; and one unit in one command.".into(),
            log_id: None,
        }
    }
}
