//! Messages about alerts, read as Alertmanager, Grafana and vmalert send them, within bounds. Asks nobody.

use std::collections::BTreeMap;

use ::evidence::{Alert, EvidenceId};
use runbook::time::Timestamp;
use serde::Deserialize;

/// Alerts of one message that are taken.
const MAX_ALERTS: usize = 1_000;
/// Labels of one alert that are kept, and annotations.
const MAX_PAIRS: usize = 64;
/// Bytes of a label's or annotation's name that are kept, and of a fingerprint.
const MAX_NAME_BYTES: usize = 256;
/// Bytes that all labels of an alert may have together, and all annotations.
const MAX_PAIRS_BYTES: usize = 16 << 10;
/// Bytes of a label's or annotation's value that are kept.
const MAX_VALUE_BYTES: usize = 4_096;

/// What one message tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub(super) alerts: Vec<Alert>,
    /// Alerts that the sender left out of the message.
    pub(super) left_out: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMessage {
    alerts: Vec<WireAlert>,
    #[serde(default)]
    truncated_alerts: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAlert {
    #[serde(default)]
    status: String,
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    starts_at: String,
    #[serde(default)]
    ends_at: String,
    #[serde(default, rename = "generatorURL")]
    generator_url: String,
    #[serde(default)]
    fingerprint: String,
}

impl Told {
    /// Reads what Alertmanager's webhook sends (version 4), Grafana's, or vmalert's bare list of alerts. The error is one
    /// sentence that repeats nothing of the message.
    pub fn read(body: &[u8], now: Timestamp) -> Result<Self, &'static str> {
        const NO_MESSAGE: &str = "The body is not a webhook message of Alertmanager (version 4), Grafana or vmalert.";
        let message: WireMessage = match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'[') => {
                let alerts = serde_json::from_slice(body).map_err(|_| NO_MESSAGE)?;
                WireMessage { alerts, truncated_alerts: 0 }
            }
            _ => serde_json::from_slice(body).map_err(|_| NO_MESSAGE)?,
        };
        let beyond = message.alerts.len().saturating_sub(MAX_ALERTS);
        let left_out = message.truncated_alerts.saturating_add(u64::try_from(beyond).unwrap_or(u64::MAX));
        let alerts = message.alerts.into_iter().take(MAX_ALERTS).map(|alert| alert.read(now));
        let alerts =
            alerts.collect::<Option<Vec<Alert>>>().ok_or("An alert of the message has no readable startsAt.")?;
        Ok(Self { alerts, left_out })
    }
}

impl WireAlert {
    fn read(self, now: Timestamp) -> Option<Alert> {
        let instant = |text: &str| {
            let at = text.parse::<jiff::Timestamp>().ok()?;
            Some(Timestamp(at.as_millisecond()))
        };
        // An end in the year 1 is none yet; vmalert tells an end in the future while the alert fires.
        let ends_at = instant(&self.ends_at).filter(|at| at.0 > 0);
        let ends_at = match self.status.as_str() {
            "firing" => None,
            "resolved" => Some(ends_at.unwrap_or(now)),
            _ => ends_at.filter(|at| *at <= now),
        };
        let fingerprint = match self.fingerprint {
            given if (1..=MAX_NAME_BYTES).contains(&given.len()) => given,
            _ => {
                let labels: Vec<String> = self.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
                EvidenceId::of(&labels.iter().map(String::as_str).collect::<Vec<_>>()).to_string()
            }
        };
        Some(Alert {
            fingerprint,
            labels: bounded(&self.labels),
            annotations: bounded(&self.annotations),
            starts_at: instant(&self.starts_at)?,
            ends_at,
            generator_url: self.generator_url.chars().take(MAX_VALUE_BYTES).collect(),
        })
    }
}

/// Labels or annotations with dots for secrets and without what is too long or too much; those of a name that says which
/// pod they are about come first.
pub(super) fn bounded(map: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let value = |text: &str| {
        let mut lines = [text[..text.floor_char_boundary(MAX_VALUE_BYTES)].to_owned()];
        crate::checks::mask_lines(&mut lines);
        let [text] = lines;
        text
    };
    const FIRST: [&str; 5] = ["alertname", "cluster", "namespace", "pod", "container"];
    let is_first = |name: &str| FIRST.contains(&name);
    let (first, rest): (Vec<_>, Vec<_>) = map.iter().partition(|(name, _)| is_first(name.as_str()));
    let mut left = MAX_PAIRS_BYTES;
    let mut fits = |name: &str, text: &str| {
        let room = left.checked_sub(name.len() + text.len());
        left = room.unwrap_or(left);
        room.is_some()
    };
    let pairs = first.into_iter().chain(rest).filter(|(name, _)| name.len() <= MAX_NAME_BYTES).take(MAX_PAIRS);
    pairs.map(|(name, text)| (name.clone(), value(text))).filter(|(name, text)| fits(name, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_793_672_621_000);

    fn message(alerts: &str) -> String {
        format!(
            r#"{{"version":"4","groupKey":"x","truncatedAlerts":2,"status":"firing","receiver":"r","alerts":[{alerts}]}}"#
        )
    }

    #[test]
    fn reads_what_alertmanager_grafana_and_vmalert_send() {
        let firing = r#"{"status":"firing","labels":{"alertname":"A","pod":"p"},"annotations":{},"fingerprint":"f1",
            "startsAt":"2026-11-03T02:23:41Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p/g"}"#;
        let told = Told::read(message(firing).as_bytes(), NOW).expect("a message");
        assert_eq!((told.alerts.len(), told.left_out), (1, 2));
        assert_eq!((told.alerts[0].starts_at, told.alerts[0].ends_at), (NOW, None));
        let resolved = firing.replace("firing", "resolved").replace("0001-01-01T00:00:00Z", "2026-11-03T02:33:41Z");
        let told = Told::read(message(&resolved).as_bytes(), NOW).expect("a message");
        assert_eq!(told.alerts[0].ends_at, Some(NOW.plus_ms(600_000)));
        let bare =
            r#" [{"labels":{"alertname":"A"},"startsAt":"2026-11-03T02:23:41Z","endsAt":"2026-11-03T02:27:41Z"}]"#;
        let told = Told::read(bare.as_bytes(), NOW).expect("a list");
        assert_eq!(told.alerts[0].ends_at, None, "an end that is to come is none");
        assert_eq!(told.alerts[0].fingerprint.len(), 16);
    }

    #[test]
    fn of_a_message_without_bounds_a_bounded_part_is_kept() {
        let labels: String = (0..5_000).map(|at| format!(r#""a{at}":"{}","#, "x".repeat(100))).collect();
        let long = "y".repeat(100_000);
        let alert = format!(
            r#"{{"status":"firing","fingerprint":"{long}","startsAt":"2026-11-03T02:23:41Z",
                "labels":{{{labels}"{long}":"z","pod":"p","alertname":"A"}}}}"#
        );
        let told = Told::read(message(&alert).as_bytes(), NOW).expect("a message");
        let kept = &told.alerts[0];
        assert_eq!((kept.label("pod"), kept.label("alertname")), ("p", "A"));
        assert!(kept.labels.len() <= MAX_PAIRS && kept.fingerprint.len() == 16);
        assert!(serde_json::to_string(kept).expect("JSON").len() < 2 * MAX_PAIRS_BYTES);
        // As many alerts as a sender says that it has left out, and one more than are taken.
        let one = r#"{"labels":{},"startsAt":"2026-11-03T02:23:41Z"},"#.repeat(MAX_ALERTS + 1);
        let body = format!(r#"{{"truncatedAlerts":{},"alerts":[{}]}}"#, u64::MAX, one.trim_end_matches(','));
        let told = Told::read(body.as_bytes(), NOW).expect("a message");
        assert_eq!((told.alerts.len(), told.left_out), (MAX_ALERTS, u64::MAX));
    }

    #[test]
    fn a_message_that_is_nested_without_end_is_refused() {
        let deep = format!(r#"{{"alerts":{}{}}}"#, "[".repeat(500_000), "]".repeat(500_000));
        assert!(Told::read(deep.as_bytes(), NOW).is_err());
        // What nobody reads is passed over without going down into it.
        let deep = format!(r#"{{"x":{}{},"alerts":[]}}"#, "[".repeat(500_000), "]".repeat(500_000));
        assert!(Told::read(deep.as_bytes(), NOW).is_ok_and(|told| told.alerts.is_empty()));
    }

    #[test]
    fn takes_no_nonsense_and_repeats_none() {
        for body in ["", "{}", "null", "[1]", r#"{"alerts":[{"labels":{},"startsAt":"soon"}]}"#] {
            let error = Told::read(body.as_bytes(), NOW).expect_err(body);
            assert!(!error.contains("soon"));
        }
    }

    #[test]
    fn a_secret_in_an_annotation_is_dots() {
        let alert = r#"{"status":"firing","labels":{"alertname":"A"},"annotations":{"d":"password: hunter2"},
            "startsAt":"2026-11-03T02:23:41Z"}"#;
        let told = Told::read(message(alert).as_bytes(), NOW).expect("a message");
        assert!(!told.alerts[0].annotations["d"].contains("hunter2"));
    }
}
