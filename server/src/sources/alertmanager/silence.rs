//! Silences as `/api/v2/silences` tells them, and matchers as Alertmanager writes them.

use runbook::time::Timestamp;
use serde::Deserialize;

use super::{WebApi, WebError};

/// A silence that holds now or will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Its id.
    pub id: String,
    /// What it holds back: `alertname="x"`, in the order of its author.
    pub matchers: Vec<String>,
    /// Until when.
    pub ends_at: Timestamp,
    /// Who made it.
    pub created_by: String,
    /// Why.
    pub comment: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    matchers: Vec<WireMatcher>,
    ends_at: String,
    #[serde(default)]
    created_by: String,
    #[serde(default)]
    comment: String,
    status: WireStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMatcher {
    name: String,
    value: String,
    is_regex: bool,
    #[serde(default = "yes")]
    is_equal: bool,
}

#[derive(Deserialize)]
struct WireStatus {
    state: String,
}

/// Alertmanager before 0.22 knew no negative matchers.
fn yes() -> bool {
    true
}

/// Asks for silences; those that have expired are left out, as amtool does.
pub(super) async fn read(api: &WebApi, parameters: &[(&str, &str)]) -> Result<Vec<Silence>, WebError> {
    let body = api.get("/api/v2/silences", parameters).await?;
    let wire: Vec<Wire> = serde_json::from_slice(&body)?;
    wire.into_iter().filter(|silence| silence.status.state != "expired").map(silence).collect()
}

fn silence(wire: Wire) -> Result<Silence, WebError> {
    let ends_at: jiff::Timestamp =
        wire.ends_at.parse().map_err(|_| WebError::Unexpected("a list of dated silences"))?;
    let matcher = |matcher: WireMatcher| {
        let operator = match (matcher.is_equal, matcher.is_regex) {
            (true, false) => "=",
            (false, false) => "!=",
            (true, true) => "=~",
            (false, true) => "!~",
        };
        format!("{}{operator}{}", matcher.name, quoted(&matcher.value))
    };
    Ok(Silence {
        id: wire.id,
        matchers: wire.matchers.into_iter().map(matcher).collect(),
        ends_at: Timestamp(ends_at.as_millisecond()),
        created_by: wire.created_by,
        comment: wire.comment,
    })
}

/// A value as Alertmanager's matchers quote it: backslash, quote and line feed are escaped, nothing else.
pub(super) fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_values_as_alertmanager_reads_them() {
        assert_eq!(quoted("a\"b\\c\nd,é{}"), "\"a\\\"b\\\\c\\nd,é{}\"");
    }

    #[test]
    fn reads_silences_as_a_real_alertmanager_writes_them() {
        let text = r#"{"id":"5982","status":{"state":"active"},"updatedAt":"2026-11-23T07:04:09.833Z","comment":"noisy",
            "createdBy":"me","endsAt":"2026-11-23T09:04:09.828Z","startsAt":"2026-11-23T07:04:09.833Z",
            "matchers":[{"isEqual":true,"isRegex":false,"name":"alertname","value":"UpAlways"},
            {"isEqual":false,"isRegex":true,"name":"pod","value":"a.*"}]}"#;
        let silence = silence(serde_json::from_str(text).expect("a silence")).expect("dated");
        assert_eq!(silence.matchers, ["alertname=\"UpAlways\"", "pod!~\"a.*\""]);
    }
}
