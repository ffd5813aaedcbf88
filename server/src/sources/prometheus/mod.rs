//! A Prometheus as a source: instant values, ranges, alert rules, and its read API as text. Asks only with GET.

mod answer;
mod restarts;
mod rules;

use std::{sync::Arc, time::Duration};

use runbook::time::Timestamp;
use serde::de::DeserializeOwned;

pub(in crate::sources) use self::answer::labels;
use self::{
    answer::{About, Counted, Envelope},
    restarts::RestartCache,
    rules::RuleCache,
};
pub use self::{
    answer::{Labels, Point, Sample, Series, Value},
    restarts::{Recorded, RestartCourse, RestartRecord},
    rules::AlertRule,
};
use super::web::{self, Place, WebApi, WebError};
use crate::{
    clock::Clock,
    config,
    sources::{
        ConfigProblem, SourceFailure, Standing,
        remark::{self, Remark},
    },
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
        #[derive(Default, serde::Deserialize)]
        #[serde(default)]
        struct Build {
            #[serde(deserialize_with = "runbook::loose::text")]
            version: String,
        }
        let build = self.data("/api/v1/status/buildinfo", &[]).await;
        let Build { version } = build.map_err(|error| self.api.failure("Its version", &error))?;
        Ok(if version.is_empty() { "of an unknown version".into() } else { version })
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
        let value = value(&self.api, "/api/v1/query_range", &parameters).await;
        let value = value.map_err(|error| self.api.failure("The course of an expression", &error))?;
        match value {
            Value::Matrix(series) => Ok(series),
            Value::Vector(samples) if samples.is_empty() => Ok(Vec::new()),
            _ => Err(self.api.failure("The course of an expression", &WebError::Unexpected("a matrix"))),
        }
    }

    /// The body of a GET of its read API, as it came.
    pub async fn get_text(&self, path: &str, parameters: &[(String, String)]) -> Result<String, SourceFailure> {
        let text = self.api.get_text(path, parameters).await?;
        About::of_text(&text).remarks().into_iter().for_each(remark::leave);
        Ok(text)
    }

    /// Its graph page with an expression.
    pub fn graph_href(&self, query: &str) -> String {
        let query = super::percent_encode(query);
        format!("{}/graph?g0.expr={query}&g0.tab=0&g0.range_input=1h", self.api.place.external_url)
    }

    /// The values of an expression over a stretch of time, where only the whole of them tells: a partial answer is a
    /// failure.
    async fn whole_range(
        &self,
        query: &str,
        (from, to): (Timestamp, Timestamp),
        step_s: u32,
    ) -> Result<Vec<Series>, SourceFailure> {
        let (start, end, step) = (seconds(from), seconds(to), step_s.to_string());
        let parameters = [("query", query), ("start", &start), ("end", &end), ("step", &step)];
        let value = whole_value(&self.api, "/api/v1/query_range", &parameters).await;
        match value.map_err(|error| self.api.failure("The course of an expression", &error))? {
            Value::Matrix(series) => Ok(series),
            _ => Ok(Vec::new()),
        }
    }

    async fn instant_raw(&self, query: &str) -> Result<Value, WebError> {
        value(&self.api, "/api/v1/query", &[("query", query)]).await
    }

    async fn data<T: DeserializeOwned + Default>(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> Result<T, WebError> {
        data(&self.api, path, parameters).await
    }
}

/// The `data` of an answer.
async fn data<T: DeserializeOwned + Default>(
    api: &WebApi,
    path: &str,
    parameters: &[(&str, &str)],
) -> Result<T, WebError> {
    Ok(answer(api, path, parameters).await?.0)
}

/// The `data` of an answer, and what it says of itself. An answer that has worked and holds no data is an empty one.
async fn answer<T: DeserializeOwned + Default>(
    api: &WebApi,
    path: &str,
    parameters: &[(&str, &str)],
) -> Result<(T, About), WebError> {
    let body = api.get(path, parameters).await?;
    match serde_json::from_slice(&body)? {
        Envelope { data: Some(Some(data)), about, .. } => Ok((data, about)),
        Envelope { error: Some(error), .. } => Err(WebError::Answered { code: 422, message: Some(error) }),
        Envelope { data: Some(None), status: Some(status), about, .. } if status == "success" => {
            Ok((T::default(), about))
        }
        _ => Err(WebError::Unexpected("an answer with data")),
    }
}

/// The value of an expression; what its answer says of itself goes to the report.
async fn value(api: &WebApi, path: &str, parameters: &[(&str, &str)]) -> Result<Value, WebError> {
    let (counted, about): (Counted, About) = answer(api, path, parameters).await?;
    about.remarks().into_iter().for_each(remark::leave);
    read(api, counted)
}

/// The same where an answer that is partial would tell something false.
async fn whole_value(api: &WebApi, path: &str, parameters: &[(&str, &str)]) -> Result<Value, WebError> {
    let (counted, about): (Counted, About) = answer(api, path, parameters).await?;
    let partial = about.remarks().into_iter().find_map(|remark| match remark {
        Remark::Partial(why) => Some(why),
        Remark::Note(_) => None,
    });
    partial.map_or_else(|| read(api, counted), |why| Err(WebError::Partial(why)))
}

fn read(api: &WebApi, counted: Counted) -> Result<Value, WebError> {
    if counted.is_another_list {
        return Err(WebError::Unexpected("a list of series"));
    }
    remark::left_out(&api.place.name, counted.left_out);
    Ok(counted.value)
}

/// An instant as Prometheus reads it.
fn seconds(at: Timestamp) -> String {
    format!("{}.{:03}", at.0.div_euclid(1_000), at.0.rem_euclid(1_000))
}
