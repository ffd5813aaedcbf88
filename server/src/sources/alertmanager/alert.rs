//! Alerts as `/api/v2/alerts` tells them.

use std::collections::BTreeMap;

use runbook::{
    loose::{self, Items},
    time::Timestamp,
};
use serde::Deserialize;

use super::{WebApi, WebError};
use crate::sources::prometheus::labels;

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
        // Where a scrape keeps its own labels, these are the exporter's and the alert is about the exported ones.
        let exported = matches!(name, "namespace" | "pod" | "container" | "node" | "deployment" | "service")
            .then(|| self.labels.get(&format!("exported_{name}")).filter(|value| !value.is_empty()))
            .flatten();
        exported.or_else(|| self.labels.get(name)).map(String::as_str)
    }

    /// The alert's name; empty for one without.
    pub fn name(&self) -> &str {
        self.label("alertname").unwrap_or("")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(deserialize_with = "labels")]
    labels: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "labels")]
    annotations: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "loose::text")]
    starts_at: String,
    #[serde(default, deserialize_with = "loose::text")]
    updated_at: String,
    #[serde(default, deserialize_with = "loose::or_default")]
    status: WireStatus,
    #[serde(default, rename = "generatorURL", deserialize_with = "loose::text")]
    generator_url: String,
    #[serde(default, deserialize_with = "loose::text")]
    fingerprint: String,
    #[serde(default, deserialize_with = "loose::readable")]
    receivers: Vec<WireReceiver>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStatus {
    #[serde(default, deserialize_with = "loose::text")]
    state: String,
    #[serde(default, deserialize_with = "loose::readable")]
    silenced_by: Vec<String>,
    #[serde(default, deserialize_with = "loose::readable")]
    inhibited_by: Vec<String>,
}

#[derive(Deserialize)]
struct WireReceiver {
    name: String,
}

/// Asks for alerts.
pub(super) async fn read(api: &WebApi, parameters: &[(&str, &str)]) -> Result<Items<Alert>, WebError> {
    let body = api.get("/api/v2/alerts", parameters).await?;
    parse(&body)
}

/// Reads alert by alert: an odd one is left out and counted, so that it never hides the others.
fn parse(body: &[u8]) -> Result<Items<Alert>, WebError> {
    let wire: Items<Wire> = serde_json::from_slice(body)?;
    let all = wire.read.len() + wire.left_out;
    let read: Vec<Alert> = wire.read.into_iter().filter_map(alert).collect();
    let alerts = Items { left_out: all - read.len(), read };
    if alerts.is_another_list() { Err(WebError::Unexpected("a list of dated alerts")) } else { Ok(alerts) }
}

/// An alert; `None` when nothing says since when it has been known.
fn alert(wire: Wire) -> Option<Alert> {
    let dated = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let since = dated(&wire.starts_at).or_else(|| dated(&wire.updated_at))?;
    let state = match wire.status {
        WireStatus { silenced_by, .. } if !silenced_by.is_empty() => AlertState::Silenced(silenced_by),
        WireStatus { inhibited_by, .. } if !inhibited_by.is_empty() => AlertState::Inhibited,
        WireStatus { state, .. } if state == "unprocessed" => AlertState::Unprocessed,
        WireStatus { .. } => AlertState::Active,
    };
    let is_web = wire.generator_url.starts_with("http://") || wire.generator_url.starts_with("https://");
    Some(Alert {
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
        let alerts = parse(REAL.as_bytes()).expect("alerts").read;
        assert_eq!(alerts[0].name(), "UpAlways");
        assert_eq!(alerts[0].state, AlertState::Silenced(vec!["5982d98c".into()]));
        assert_eq!(alerts[0].generator_href.as_deref(), Some("http://vm:42090/graph?g0.expr=up+%3E+0&g0.tab=1"));
        assert_eq!(alerts[1].state, AlertState::Inhibited);
        assert_eq!(alerts[1].generator_href, None, "an address that is none of the web is no link");
        assert_eq!(alerts[1].since.rfc3339(), "2026-11-23T07:04:09Z");
        assert_eq!(alerts[1].name(), "");
    }

    #[test]
    fn lets_no_odd_alert_hide_the_others() {
        let body = r#"[{"labels":{"alertname":"A","count":3,"empty":null},"annotations":null,
            "startsAt":"2026-11-23T07:04:08Z","status":{"state":null,"silencedBy":null,"inhibitedBy":null},
            "generatorURL":null,"fingerprint":null,"receivers":null},
            {"labels":{"alertname":"B"},"startsAt":null,"updatedAt":"2026-11-23T07:05:00Z","status":null,
             "receivers":[{"name":"x"},{},null]},
            {"labels":{"alertname":"Undated"},"startsAt":"soon"}, {"annotations":{}}, null]"#;
        let alerts = parse(body.as_bytes()).expect("alerts");
        let names: Vec<&str> = alerts.read.iter().map(Alert::name).collect();
        assert_eq!((names, alerts.left_out), (vec!["A", "B"], 3));
        let [first, second] = &*alerts.read else { panic!("{alerts:?}") };
        assert_eq!((first.label("count"), first.label("empty")), (Some("3"), Some("")));
        assert_eq!((&first.state, first.generator_href.as_deref()), (&AlertState::Active, None));
        assert_eq!(
            (second.since.rfc3339().as_str(), &*second.receivers),
            ("2026-11-23T07:05:00Z", &["x".to_owned()][..])
        );
        assert!(parse(b"null").expect("no alerts").read.is_empty());
    }

    #[test]
    fn takes_no_nonsense() {
        for body in ["", "{}", "<html>", "[{}]", r#"{"status":"error"}"#, r#"[{"labels":{},"startsAt":"soon"}]"#] {
            assert!(parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
