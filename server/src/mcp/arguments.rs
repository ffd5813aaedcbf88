//! What a call brings along, read strictly: a name that the tool does not have is an error, never ignored, and every text
//! has a bound.

use std::collections::BTreeMap;

use rmcp::model::JsonObject;
use runbook::names::{CheckId, RunbookPath};
use serde_json::Value;

/// Most values of one call.
const MAX_VALUES: usize = 64;
/// Longest name of a value, in bytes.
const MAX_NAME_BYTES: usize = 128;
/// Longest value, in bytes.
const MAX_VALUE_BYTES: usize = 4 * 1024;
/// Longest words to search for, in bytes.
const MAX_WORDS_BYTES: usize = 1_000;
/// Longest id, in bytes.
const MAX_ID_BYTES: usize = 200;

/// The arguments of one call.
pub(super) struct Arguments(JsonObject);

impl Arguments {
    /// Those of a tool that knows these names alone.
    pub(super) fn read(arguments: Option<JsonObject>, known: &[&str]) -> Result<Self, String> {
        let arguments = arguments.unwrap_or_default();
        match arguments.keys().find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => {
                let unknown: String = unknown.chars().take(40).collect();
                Err(format!("There is no argument {unknown:?}. This tool takes {}.", known.join(", ")))
            }
            None => Ok(Self(arguments)),
        }
    }

    /// A runbook's address: without the root, an ending, or a query.
    pub(super) fn path(&self) -> Result<RunbookPath, String> {
        self.text("path", 1_024)?.parse().map_err(|error| format!("The path is {error}."))
    }

    /// The id of a check that the server found in a runbook.
    pub(super) fn check(&self) -> Result<CheckId, String> {
        let wrong = "The check is an id such as read_runbook shows beside a command, never a command.";
        self.text("check", MAX_ID_BYTES)?.parse().map_err(|_| wrong.to_owned())
    }

    /// Words to search for.
    pub(super) fn words(&self) -> Result<&str, String> {
        self.text("words", MAX_WORDS_BYTES)
    }

    /// The id of something that was kept, or its link.
    pub(super) fn id(&self) -> Result<&str, String> {
        let text = self.text("id", MAX_ID_BYTES)?;
        Ok(text.rsplit('/').next().unwrap_or(text))
    }

    /// Names with values, in the order of names. Numbers and truths are taken as they are written.
    pub(super) fn values(&self, field: &str) -> Result<BTreeMap<String, String>, String> {
        let given = match self.0.get(field) {
            None | Some(Value::Null) => return Ok(BTreeMap::new()),
            Some(Value::Object(given)) => given,
            Some(_) => return Err(format!("{field} is an object of names and values.")),
        };
        if given.len() > MAX_VALUES {
            return Err(format!("{field} has {} values; at most {MAX_VALUES} are read.", given.len()));
        }
        given.iter().map(|(name, value)| Ok((named(field, name)?, written(field, value)?))).collect()
    }

    fn text(&self, field: &str, max_bytes: usize) -> Result<&str, String> {
        match self.0.get(field) {
            Some(Value::String(text)) if text.len() > max_bytes => {
                Err(format!("{field} has {} bytes; at most {max_bytes} are read.", text.len()))
            }
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(format!("{field} is a text.")),
            None => Err(format!("{field} is missing.")),
        }
    }
}

fn named(field: &str, name: &str) -> Result<String, String> {
    match name.len() {
        1..=MAX_NAME_BYTES => Ok(name.to_owned()),
        _ => Err(format!("A name in {field} has 1 to {MAX_NAME_BYTES} bytes.")),
    }
}

fn written(field: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) if text.len() > MAX_VALUE_BYTES => {
            Err(format!("A value in {field} has {} bytes; at most {MAX_VALUE_BYTES} are read.", text.len()))
        }
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(format!("A value in {field} is a text.")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(arguments: Value) -> Result<Arguments, String> {
        let Value::Object(arguments) = arguments else { panic!("an object") };
        Arguments::read(Some(arguments), &["path", "check", "bindings", "id"])
    }

    #[test]
    fn an_argument_that_no_tool_has_is_an_error() {
        for name in ["command", "shell", "Path", "cmd", "args", ""] {
            let error = read(json!({ name: "kubectl delete pod web-0" })).err().expect("it is refused");
            assert!(error.contains("This tool takes path, check, bindings, id."), "{error}");
        }
    }

    #[test]
    fn a_command_is_no_id_and_a_way_out_no_path() {
        for check in ["kubectl get pods", "a1b2; rm -rf /", "../a", "A1B2", "", "$(id)"] {
            assert!(read(json!({"check": check})).expect("known").check().is_err(), "{check}");
        }
        for path in ["../../etc/passwd", "/etc/passwd", "a/../b", "a\0b", "a\\b", ""] {
            assert!(read(json!({"path": path})).expect("known").path().is_err(), "{path}");
        }
        assert!(read(json!({"check": "a1b2-2", "path": "alerts/x"})).expect("known").check().is_ok());
    }

    #[test]
    fn values_are_texts_and_few() {
        let values = read(json!({"bindings": {"pod": "web-0", "tail": 50}})).expect("known").values("bindings");
        assert_eq!(
            values.expect("values").into_iter().collect::<Vec<_>>(),
            [("pod".to_owned(), "web-0".to_owned()), ("tail".to_owned(), "50".to_owned())]
        );
        let many: serde_json::Map<_, _> = (0..65).map(|at| (format!("n{at}"), json!("x"))).collect();
        for wrong in
            [json!([]), json!("pod=web-0"), json!({"pod": ["a"]}), json!({"pod": "x".repeat(5_000)}), many.into()]
        {
            assert!(read(json!({"bindings": wrong})).expect("known").values("bindings").is_err());
        }
        assert_eq!(read(json!({"bindings": null})).expect("known").values("bindings"), Ok(BTreeMap::new()));
    }

    #[test]
    fn a_link_stands_for_its_id() {
        let id = |text: &str| read(json!({"id": text})).expect("known").id().map(str::to_owned);
        assert_eq!(id("https://runlight.example.org/i/00ff"), Ok("00ff".to_owned()));
        assert_eq!(id("00ff"), Ok("00ff".to_owned()));
        assert!(id(&"x".repeat(1 << 20)).is_err());
    }
}
