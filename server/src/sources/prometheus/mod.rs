//! A Prometheus as a source: instant values, ranges, alert rules, and its read API as text. Asks only with GET.

mod answer;
mod restarts;
mod rules;

use std::{sync::Arc, time::Duration};

use runbook::time::Timestamp;
use serde::de::DeserializeOwned;

use self::{answer::Envelope, restarts::RestartCache, rules::RuleCache};
pub use self::{
    answer::{Labels, Point, Sample, Series, Value},
    restarts::{Recorded, RestartCourse, RestartRecord},
    rules::AlertRule,
};
use super::web::{self, Place, WebApi, WebError};
use crate::{
    clock::Clock,
    config,
    sources::{ConfigProblem, SourceFailure, Standing},
};

/// Largest answer that is read, in bytes.
const MAX_BYTES: usize = 32 << 20;

/// A configured Prometheus.
pub struct Prometheus {
    api: Arc<WebApi>,
    rules: Arc<RuleCache>,
    restarts: Arc<RestartCache>,
    clock: Clock,
}

impl Prometheus {
    /// Makes the client.
    pub(super) fn connect(
        name: &str,
        section: &config::Monitoring,
        clusters: Vec<String>,
        timeout: Duration,
        clock: Clock,
    ) -> Result<Self, ConfigProblem> {
        let api = web::connect(("Prometheus", name), section, clusters, timeout, MAX_BYTES)?;
        Ok(Self { api: Arc::new(api), rules: Arc::default(), restarts: Arc::default(), clock })
    }

    /// The section's name in the configuration.
    pub fn name(&self) -> &str {
        &self.api.place.name
    }

    /// What is counted of it.
    pub fn standing(&self) -> Standing {
        self.api.figures.standing("prometheus", &self.api.place.name)
    }

    /// Where it is and what it knows.
    pub fn place(&self) -> &Place {
        &self.api.place
    }

    /// How it stands, one sentence, or why it cannot be asked. Asks it.
    pub async fn status(&self) -> Result<String, SourceFailure> {
        let version = self.version().await?;
        let rules = self.alert_rules().await?;
        let firing = rules.iter().filter(|rule| rule.state == "firing").count();
        Ok(format!("Prometheus {version}; {} alert rules, {firing} of them firing.", rules.len()))
    }

    /// Its version: `3.1.0`.
    pub async fn version(&self) -> Result<String, SourceFailure> {
        #[derive(serde::Deserialize)]
        struct Build {
            version: String,
        }
        let build = self.data("/api/v1/status/buildinfo", &[]).await;
        let Build { version } = build.map_err(|error| self.api.failure("Its version", &error))?;
        Ok(version)
    }

    /// The value of an expression now.
    pub async fn instant(&self, query: &str) -> Result<Value, SourceFailure> {
        self.instant_raw(query).await.map_err(|error| self.api.failure("The value of an expression", &error))
    }

    /// The values of an expression over a stretch of time.
    pub async fn range(
        &self,
        query: &str,
        (from, to): (Timestamp, Timestamp),
        step_s: u32,
    ) -> Result<Vec<Series>, SourceFailure> {
        let (start, end, step) = (seconds(from), seconds(to), step_s.to_string());
        let parameters = [("query", query), ("start", &start), ("end", &end), ("step", &step)];
        let value = self.data("/api/v1/query_range", &parameters).await;
        let value = value.map_err(|error| self.api.failure("The course of an expression", &error))?;
        match value {
            Value::Matrix(series) => Ok(series),
            _ => Err(self.api.failure("The course of an expression", &WebError::Unexpected("a matrix"))),
        }
    }

    /// The body of a GET of its read API, as it came.
    pub async fn get_text(&self, path: &str, parameters: &[(String, String)]) -> Result<String, SourceFailure> {
        self.api.get_text(path, parameters).await
    }

    /// Its graph page with an expression.
    pub fn graph_href(&self, query: &str) -> String {
        let query = super::percent_encode(query);
        format!("{}/graph?g0.expr={query}&g0.tab=0&g0.range_input=1h", self.api.place.external_url)
    }

    async fn instant_raw(&self, query: &str) -> Result<Value, WebError> {
        self.data("/api/v1/query", &[("query", query)]).await
    }

    async fn data<T: DeserializeOwned>(&self, path: &str, parameters: &[(&str, &str)]) -> Result<T, WebError> {
        data(&self.api, path, parameters).await
    }
}

/// The `data` of an answer.
async fn data<T: DeserializeOwned>(api: &WebApi, path: &str, parameters: &[(&str, &str)]) -> Result<T, WebError> {
    let body = api.get(path, parameters).await?;
    match serde_json::from_slice(&body)? {
        Envelope { data: Some(data), .. } => Ok(data),
        Envelope { error: Some(error), .. } => Err(WebError::Answered { code: 422, message: Some(error) }),
        _ => Err(WebError::Unexpected("an answer with data")),
    }
}

/// An instant as Prometheus reads it.
fn seconds(at: Timestamp) -> String {
    format!("{}.{:03}", at.0.div_euclid(1_000), at.0.rem_euclid(1_000))
}
