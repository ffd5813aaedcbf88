//! Lines out of the answers of Loki (streams with values) and VictoriaLogs (a JSON object a line), oldest first.

use std::collections::BTreeMap;

use runbook::time::Timestamp;
use serde::Deserialize;

use super::super::web::WebError;

/// A line that a store has kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLine {
    /// When it was written.
    pub at: Option<Timestamp>,
    /// The line.
    pub text: String,
}

#[derive(Deserialize)]
struct Loki {
    data: LokiData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LokiData {
    result_type: String,
    #[serde(default)]
    result: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Stream {
    /// Nanoseconds as text, the line, and what newer versions add.
    #[serde(default)]
    values: Vec<Vec<serde_json::Value>>,
}

/// The lines of an answer to a question for lines.
pub(super) fn read(path: &str, body: &[u8]) -> Result<Vec<StoredLine>, WebError> {
    let mut lines = match path.starts_with("/select/") {
        true => victoria(body)?,
        false => loki(body)?,
    };
    // Stable: lines of one moment stay in the order of the answer.
    lines.sort_by_key(|(at, _)| *at);
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

type Dated = (i128, StoredLine);

fn loki(body: &[u8]) -> Result<Vec<Dated>, WebError> {
    let Loki { data } = serde_json::from_slice(body)?;
    if data.result_type != "streams" {
        return Err(WebError::Unexpected("a list of log lines: the query makes numbers of them"));
    }
    let mut lines = Vec::new();
    for stream in data.result {
        let Stream { values } = serde_json::from_value(stream)?;
        // The newest of a stream come first.
        for value in values.iter().rev() {
            let [at, text, ..] = value.as_slice() else { return Err(WebError::Unexpected("a list of dated lines")) };
            let (Some(at), Some(text)) = (at.as_str().and_then(|at| at.parse::<i128>().ok()), text.as_str()) else {
                return Err(WebError::Unexpected("a list of dated lines"));
            };
            let stamp = i64::try_from(at / 1_000_000).ok().map(Timestamp);
            lines.push((at, StoredLine { at: stamp, text: text.trim_end_matches('\n').to_owned() }));
        }
    }
    Ok(lines)
}

fn victoria(body: &[u8]) -> Result<Vec<Dated>, WebError> {
    let mut lines = Vec::new();
    for line in body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let fields: BTreeMap<String, serde_json::Value> = serde_json::from_slice(line)?;
        let field = |name: &str| fields.get(name).and_then(serde_json::Value::as_str);
        let Some(text) = field("_msg") else {
            return Err(WebError::Unexpected("a list of log lines: the query leaves _msg out"));
        };
        let at = field("_time").and_then(|at| at.parse::<jiff::Timestamp>().ok());
        let stamp = at.map(|at| Timestamp(at.as_millisecond()));
        let order = at.map_or(i128::MIN, jiff::Timestamp::as_nanosecond);
        lines.push((order, StoredLine { at: stamp, text: text.trim_end_matches('\n').to_owned() }));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: &str = "/loki/api/v1/query_range";
    const LOGSQL: &str = "/select/logsql/query";

    fn texts(path: &str, body: &str) -> Vec<String> {
        read(path, body.as_bytes()).expect("lines").into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn joins_the_streams_of_loki_by_time() {
        let body = r#"{"status":"success","data":{"resultType":"streams","result":[
            {"stream":{"container":"app"},"values":[["1793672623000000001","third"],["1793672621000000000","first\n"]]},
            {"stream":{"container":"side"},"values":[["1793672622000000000","second",{"level":"info"}]]}],"stats":{}}}"#;
        assert_eq!(texts(RANGE, body), ["first", "second", "third"]);
        let lines = read(RANGE, body.as_bytes()).expect("lines");
        assert_eq!(lines[0].at, Some(Timestamp(1_793_672_621_000)));
        assert!(texts(RANGE, r#"{"data":{"resultType":"streams","result":[]}}"#).is_empty());
    }

    #[test]
    fn reads_the_lines_of_victoria_logs() {
        let body = "{\"_time\":\"2026-11-03T02:23:42Z\",\"_msg\":\"b\",\"pod\":\"x\"}\n\
                    {\"_time\":\"2026-11-03T02:23:41.5Z\",\"_msg\":\"a\"}\n";
        assert_eq!(texts(LOGSQL, body), ["a", "b"]);
        assert!(texts(LOGSQL, "").is_empty());
    }

    #[test]
    fn takes_no_nonsense_for_an_empty_log() {
        for (path, body) in [
            (RANGE, ""),
            (RANGE, "<html>login</html>"),
            (RANGE, "{}"),
            (RANGE, r#"{"data":{"resultType":"matrix","result":[]}}"#),
            (RANGE, r#"{"data":{"resultType":"streams","result":[{"values":[["soon","x"]]}]}}"#),
            (LOGSQL, "<html>"),
            (LOGSQL, "{\"hits\":3}"),
        ] {
            assert!(read(path, body.as_bytes()).is_err(), "{path} {body}");
        }
    }
}
