//! Silences as `/api/v2/silences` tells them, and matchers as Alertmanager writes them.

use runbook::{
    loose::{self, Items},
    time::Timestamp,
};
use serde::Deserialize;

use super::{WebApi, WebError};
use crate::sources::remark;

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
    #[serde(deserialize_with = "loose::text")]
    id: String,
    #[serde(default, deserialize_with = "loose::or_default")]
    matchers: Vec<WireMatcher>,
    ends_at: String,
    #[serde(default, deserialize_with = "loose::text")]
    created_by: String,
    #[serde(default, deserialize_with = "loose::text")]
    comment: String,
    #[serde(default, deserialize_with = "loose::or_default")]
    status: WireStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMatcher {
    #[serde(deserialize_with = "loose::text")]
    name: String,
    #[serde(deserialize_with = "loose::text")]
    value: String,
    #[serde(default, deserialize_with = "loose::flag")]
    is_regex: bool,
    #[serde(default = "yes")]
    is_equal: Option<bool>,
}

#[derive(Default, Deserialize)]
struct WireStatus {
    #[serde(default, deserialize_with = "loose::text")]
    state: String,
}

/// Alertmanager before 0.22 knew no negative matchers.
fn yes() -> Option<bool> {
    Some(true)
}

/// Asks for silences; those that have expired are left out, as amtool does.
pub(super) async fn read(api: &WebApi, parameters: &[(&str, &str)]) -> Result<Vec<Silence>, WebError> {
    let body = api.get("/api/v2/silences", parameters).await?;
    let wire: Items<Wire> = serde_json::from_slice(&body)?;
    let is_another_list = wire.is_another_list();
    let now: Vec<Wire> = wire.read.into_iter().filter(|silence| silence.status.state != "expired").collect();
    let all = now.len() + wire.left_out;
    let silences: Vec<Silence> = now.into_iter().filter_map(silence).collect();
    if is_another_list || (silences.is_empty() && all > 0) {
        return Err(WebError::Unexpected("a list of dated silences"));
    }
    remark::left_out(&api.place.name, all - silences.len());
    Ok(silences)
}

fn silence(wire: Wire) -> Option<Silence> {
    let ends_at: jiff::Timestamp = wire.ends_at.parse().ok()?;
    let matcher = |matcher: WireMatcher| {
        let operator = match (matcher.is_equal.unwrap_or(true), matcher.is_regex) {
            (true, false) => "=",
            (false, false) => "!=",
            (true, true) => "=~",
            (false, true) => "!~",
        };
        format!("{}{operator}{}", matcher.name, quoted(&matcher.value))
    };
    Some(Silence {
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
