//! Alerts as `/api/v2/alerts` tells them.

use std::collections::BTreeMap;

use runbook::time::Timestamp;
use serde::Deserialize;

use super::{WebApi, WebError};

/// An alert that fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its labels, `alertname` among them.
    pub labels: BTreeMap<String, String>,
    /// Its annotations, filled in.
    pub annotations: BTreeMap<String, String>,
    /// Since when it fires.
    pub since: Timestamp,
    /// Whether anybody is told of it.
    pub state: AlertState,
    /// Where the expression that fired can be seen; only http and https addresses are kept.
    pub generator_href: Option<String>,
    /// Alertmanager's own short name for its labels.
    pub fingerprint: String,
    /// Who is told.
    pub receivers: Vec<String>,
}

/// Whether anybody is told of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertState {
    /// It goes out.
    Active,
    /// These silences hold it back.
    Silenced(Vec<String>),
    /// Other alerts hold it back.
    Inhibited,
    /// Alertmanager has not looked at it yet.
    Unprocessed,
}

impl Alert {
    /// A label's value.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name).map(String::as_str)
    }

    /// The alert's name; empty for one without.
    pub fn name(&self) -> &str {
        self.label("alertname").unwrap_or("")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    starts_at: String,
    status: WireStatus,
    #[serde(default, rename = "generatorURL")]
    generator_url: String,
    fingerprint: String,
    #[serde(default)]
    receivers: Vec<WireReceiver>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStatus {
    state: String,
    #[serde(default)]
    silenced_by: Vec<String>,
    #[serde(default)]
    inhibited_by: Vec<String>,
}

#[derive(Deserialize)]
struct WireReceiver {
    name: String,
}

/// Asks for alerts.
pub(super) async fn read(api: &WebApi, parameters: &[(&str, &str)]) -> Result<Vec<Alert>, WebError> {
    let body = api.get("/api/v2/alerts", parameters).await?;
    parse(&body)
}

fn parse(body: &[u8]) -> Result<Vec<Alert>, WebError> {
    let wire: Vec<Wire> = serde_json::from_slice(body)?;
    wire.into_iter().map(alert).collect()
}

fn alert(wire: Wire) -> Result<Alert, WebError> {
    let since: jiff::Timestamp = wire.starts_at.parse().map_err(|_| WebError::Unexpected("a list of dated alerts"))?;
    let state = match wire.status {
        WireStatus { silenced_by, .. } if !silenced_by.is_empty() => AlertState::Silenced(silenced_by),
        WireStatus { inhibited_by, .. } if !inhibited_by.is_empty() => AlertState::Inhibited,
        WireStatus { state, .. } if state == "unprocessed" => AlertState::Unprocessed,
        WireStatus { .. } => AlertState::Active,
    };
    let is_web = wire.generator_url.starts_with("http://") || wire.generator_url.starts_with("https://");
    Ok(Alert {
        labels: wire.labels,
        annotations: wire.annotations,
        since: Timestamp(since.as_millisecond()),
        state,
        generator_href: is_web.then_some(wire.generator_url),
        fingerprint: wire.fingerprint,
        receivers: wire.receivers.into_iter().map(|receiver| receiver.name).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: &str = r#"[{"annotations":{"description":"up is 1"},"endsAt":"2026-11-23T07:08:08.604Z",
        "fingerprint":"b29b83ab2c114ba9","receivers":[{"name":"none"}],"startsAt":"2026-11-23T07:04:08.604Z",
        "status":{"inhibitedBy":[],"silencedBy":["5982d98c"],"state":"suppressed"},"updatedAt":"2026-11-23T07:04:08.627Z",
        "generatorURL":"http://vm:42090/graph?g0.expr=up+%3E+0\u0026g0.tab=1",
        "labels":{"alertname":"UpAlways","instance":"127.0.0.1:42090"}},
        {"annotations":{},"endsAt":"2026-11-23T07:09:09.886Z","fingerprint":"0e40dcb0ab289a9a","receivers":[],
        "startsAt":"2026-11-23T09:04:09.886+02:00","status":{"inhibitedBy":["x"],"silencedBy":[],"state":"suppressed"},
        "generatorURL":"javascript:alert(1)","labels":{}}]"#;

    #[test]
    fn reads_alerts_as_a_real_alertmanager_writes_them() {
        let alerts = parse(REAL.as_bytes()).expect("alerts");
        assert_eq!(alerts[0].name(), "UpAlways");
        assert_eq!(alerts[0].state, AlertState::Silenced(vec!["5982d98c".into()]));
        assert_eq!(alerts[0].generator_href.as_deref(), Some("http://vm:42090/graph?g0.expr=up+%3E+0&g0.tab=1"));
        assert_eq!(alerts[1].state, AlertState::Inhibited);
        assert_eq!(alerts[1].generator_href, None, "an address that is none of the web is no link");
        assert_eq!(alerts[1].since.rfc3339(), "2026-11-23T07:04:09Z");
        assert_eq!(alerts[1].name(), "");
    }

    #[test]
    fn takes_no_nonsense() {
        for body in
            ["", "{}", "<html>", "[{}]", r#"{"status":"error"}"#, &REAL.replace("2026-11-23T07:04:08.604Z", "soon")]
        {
            assert!(parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
