//! A line that is one JSON object: its level, its message and the error beside it.

use serde_json::{Map, Value};

use super::Level;

/// Longer lines are read as text: nobody logs a message of this size.
const MAX_BYTES: usize = 64 * 1024;

/// What a JSON line says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Payload {
    /// The level, where it has one.
    pub(super) level: Option<Level>,
    /// The message and what stands in the fields for errors, a line each.
    pub(super) text: String,
    /// Whether a field for errors holds something.
    pub(super) has_error: bool,
}

const LEVEL_KEYS: [&str; 12] = [
    "level",
    "severity",
    "lvl",
    "levelname",
    "log.level",
    "@l",
    "loglevel",
    "LogLevel",
    "Level",
    "s",
    "log_level",
    "priority",
];
const MESSAGE_KEYS: [&str; 11] =
    ["msg", "message", "@m", "@mt", "Message", "MessageTemplate", "event", "text", "short_message", "body", "log"];
const ERROR_KEYS: [&str; 18] = [
    "error",
    "err",
    "exception",
    "errorVerbose",
    "error.message",
    "exc_info",
    "@x",
    "Exception",
    "cause",
    "stack",
    "stack_trace",
    "stacktrace",
    "error.stack_trace",
    "reason",
    "errmsg",
    "thrown",
    "errors",
    "attr",
];

impl Payload {
    /// Reads a line that starts with `{`; none when it is no JSON object.
    pub(super) fn of(line: &str) -> Option<Self> {
        let line = line.trim();
        if !line.starts_with('{') || line.len() > MAX_BYTES {
            return None;
        }
        let object: Map<String, Value> = serde_json::from_str(line).ok()?;
        let level = LEVEL_KEYS.iter().find_map(|key| object.get(*key).and_then(level_of)).or_else(|| {
            let nested = object.get("log").and_then(Value::as_object)?;
            nested.get("level").and_then(level_of)
        });
        let mut payload = Self { level, ..Self::default() };
        for key in MESSAGE_KEYS {
            push(object.get(key), &mut payload.text);
        }
        for key in ERROR_KEYS {
            let before = payload.text.len();
            push(object.get(key), &mut payload.text);
            payload.has_error |= payload.text.len() > before && key != "attr" && key != "reason";
        }
        Some(payload)
    }
}

fn level_of(value: &Value) -> Option<Level> {
    match value {
        Value::Number(number) => Level::of_number(number.as_i64()?),
        // MongoDB's one letter.
        Value::String(name) if name.len() <= 2 => match name.as_bytes().first()? {
            b'F' => Some(Level::Fatal),
            b'E' => Some(Level::Error),
            b'W' => Some(Level::Warn),
            b'I' => Some(Level::Info),
            b'D' => Some(Level::Debug),
            _ => name.parse().ok().and_then(Level::of_number),
        },
        Value::String(name) => Level::of_name(name),
        _ => None,
    }
}

/// Adds the texts of a value, one level deep, a line each.
fn push(value: Option<&Value>, text: &mut String) {
    match value {
        Some(Value::String(words)) if !words.is_empty() => push_line(words, text),
        Some(Value::Object(fields)) => {
            for words in fields.values().filter_map(Value::as_str) {
                push_line(words, text);
            }
        }
        Some(Value::Array(items)) => {
            for words in items.iter().filter_map(Value::as_str) {
                push_line(words, text);
            }
        }
        _ => {}
    }
}

fn push_line(words: &str, text: &mut String) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(words);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_level_and_words_whatever_their_keys() {
        for (line, level) in [
            (r#"{"level":"error","msg":"no route"}"#, Level::Error),
            (r#"{"level":50,"msg":"no route"}"#, Level::Error),
            (r#"{"severity":"CRITICAL","message":"no route"}"#, Level::Fatal),
            (r#"{"s":"F","c":"CONTROL","msg":"no route","attr":{"error":"x"}}"#, Level::Fatal),
            (r#"{"log.level":"WARN","message":"no route"}"#, Level::Warn),
            (r#"{"@l":"Fatal","@mt":"no route"}"#, Level::Fatal),
        ] {
            let payload = Payload::of(line).expect("it is an object");
            assert_eq!(payload.level, Some(level), "{line}");
            assert!(payload.text.starts_with("no route"), "{line}");
        }
    }

    #[test]
    fn sees_an_error_beside_a_calm_message() {
        let payload = Payload::of(r#"{"level":"info","msg":"exiting","error":"listen tcp :80: in use"}"#);
        assert!(payload.is_some_and(|payload| payload.has_error && payload.text.contains("in use")));
        let calm = Payload::of(r#"{"level":"info","msg":"x","error":null}"#);
        assert!(calm.is_some_and(|payload| !payload.has_error));
    }

    #[test]
    fn leaves_other_lines_alone() {
        assert_eq!(Payload::of("{not json"), None);
        assert_eq!(Payload::of("[1]"), None);
        assert_eq!(Payload::of(&format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_BYTES))), None);
    }
}
