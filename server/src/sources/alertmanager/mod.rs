//! An Alertmanager as a source: what fires, what is silenced, and its read API as text. Never makes a silence; it only
//! knows where a reader can.

mod alert;
mod silence;
mod watch;

use std::{sync::Arc, time::Duration};

use self::watch::AlertWatch;
pub use self::{
    alert::{Alert, AlertState},
    silence::Silence,
    watch::AlertView,
};
use super::web::{self, Place, WebApi, WebError};
use crate::{
    clock::Clock,
    config,
    sources::{ConfigProblem, SourceFailure, Standing, remark},
};

/// Largest answer that is read, in bytes: some forty thousand alerts.
const MAX_BYTES: usize = 64 << 20;

/// A configured Alertmanager.
pub struct Alertmanager {
    api: Arc<WebApi>,
    watch: Arc<AlertWatch>,
    clock: Clock,
}

impl Alertmanager {
    /// Makes the client.
    pub(super) fn connect(
        name: &str,
        section: &config::Monitoring,
        clusters: Vec<String>,
        timeout: Duration,
        clock: Clock,
    ) -> Result<Self, ConfigProblem> {
        let api = web::connect(("Alertmanager", name), section, clusters, timeout, MAX_BYTES)?;
        Ok(Self { api: Arc::new(api), watch: Arc::default(), clock })
    }

    /// The section's name in the configuration.
    pub fn name(&self) -> &str {
        &self.api.place.name
    }

    /// What is counted of it.
    pub fn standing(&self) -> Standing {
        self.api.figures.standing("alertmanager", &self.api.place.name)
    }

    /// Where it is and what it knows.
    pub fn place(&self) -> &Place {
        &self.api.place
    }

    /// How it stands, one sentence, or why it cannot be asked. Asks it, unless it has just been asked.
    pub async fn status(&self) -> Result<String, SourceFailure> {
        let view = self.current().await;
        let alerts = view.alerts.as_ref().map_err(Clone::clone)?;
        let suppressed = alerts.iter().filter(|alert| alert.state != AlertState::Active).count();
        let fire = match (alerts.len(), suppressed) {
            (0, _) => "No alert fires.".into(),
            (1, 0) => "1 alert fires.".into(),
            (all, 0) => format!("{all} alerts fire."),
            (all, suppressed) => format!("{all} alerts fire, {suppressed} of them silenced or inhibited."),
        };
        Ok(match view.left_out {
            0 => fire,
            count => format!("{fire} {count} more cannot be read and are left out."),
        })
    }

    /// Its version: `0.28.0`.
    pub async fn version(&self) -> Result<String, SourceFailure> {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Status {
            version_info: VersionInfo,
        }
        #[derive(serde::Deserialize)]
        struct VersionInfo {
            #[serde(default, deserialize_with = "runbook::loose::text")]
            version: String,
        }
        let answer = self.api.get("/api/v2/status", &[]).await.and_then(|body| Ok(serde_json::from_slice(&body)?));
        let Status { version_info } = answer.map_err(|error| self.api.failure("Its version", &error))?;
        Ok(version_info.version)
    }

    /// The active alerts that amtool's matchers choose.
    pub async fn active_alerts(&self, matchers: &[String]) -> Result<Vec<Alert>, SourceFailure> {
        let mut parameters = vec![("active", "true"), ("silenced", "false"), ("inhibited", "false")];
        let filters = filters(matchers);
        parameters.extend(filters.iter().map(|matcher| ("filter", matcher.as_str())));
        let alerts = alert::read(&self.api, &parameters).await.map_err(|error| self.api.failure("Alerts", &error))?;
        remark::left_out(self.name(), alerts.left_out);
        Ok(alerts.read)
    }

    /// The silences that hold now or will, and that amtool's matchers choose.
    pub async fn silences(&self, matchers: &[String]) -> Result<Vec<Silence>, SourceFailure> {
        let filters = filters(matchers);
        let parameters: Vec<(&str, &str)> = filters.iter().map(|matcher| ("filter", matcher.as_str())).collect();
        silence::read(&self.api, &parameters).await.map_err(|error| self.api.failure("Silences", &error))
    }

    /// The body of a GET of its read API, as it came.
    pub async fn get_text(&self, path: &str, parameters: &[(String, String)]) -> Result<String, SourceFailure> {
        self.api.get_text(path, parameters).await
    }

    /// Where a reader makes a silence for exactly these labels.
    pub fn silence_href<'a>(&self, labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let matchers: Vec<String> =
            labels.into_iter().map(|(name, value)| format!("{name}={}", silence::quoted(value))).collect();
        let filter = super::percent_encode(&format!("{{{}}}", matchers.join(",")));
        format!("{}/#/silences/new?filter={filter}", self.api.place.external_url)
    }
}

/// amtool's matchers as the API takes them: a first one without an operator is an alert's name.
fn filters(matchers: &[String]) -> Vec<String> {
    let is_name = |at: usize, matcher: &str| at == 0 && !matcher.contains(['=', '~', '!']);
    let filter = |(at, matcher): (usize, &String)| {
        if is_name(at, matcher) { format!("alertname={}", silence::quoted(matcher)) } else { matcher.clone() }
    };
    matchers.iter().enumerate().map(filter).collect()
}
