//! What Proxmox' own tools print, made of what its API answers. Pure: asks nothing, and tells what the API does not
//! give instead of inventing it.

pub mod backup;
mod boxed;
pub mod cluster;
pub mod guests;
pub mod host;
pub mod journal;
pub mod pvesh;
pub mod section;
pub mod services;
pub mod storage;
pub mod tasks;
pub mod units;

use document::loose::{maybe_count as maybe_number, needed_count as number};
use serde_json::{Map, Value};

pub use command::shapes;
use pipe::sheet::{Level, Sheet};

/// A JSON object.
pub type Object = Map<String, Value>;

/// Shown in place of a secret.
pub const HIDDEN: &str = "**********";

/// Whether a key of a configuration holds a secret, or may: environments and addresses of proxies often do. Public keys
/// of ssh are none.
pub fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let has_word = ["password", "secret", "token-value", "privkey"].iter().any(|word| key.contains(word));
    has_word || matches!(key.as_str(), "token" | "env" | "http_proxy" | "http-proxy")
}

/// Replaces the values of secret keys, at any depth.
pub fn hide_secrets(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                if is_secret(key) && !value.is_null() {
                    *value = HIDDEN.into();
                } else {
                    hide_secrets(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide_secrets),
        _ => {}
    }
}

/// A value as Perl prints it: texts bare, numbers plain, the rest as JSON.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(value) => u8::from(*value).to_string(),
        other => other.to_string(),
    }
}

/// JSON as Perl's tools indent it: three blanks, and blanks around the colon.
fn indented(value: &Value) -> String {
    fn write(value: &Value, depth: usize, out: &mut String) {
        let blanks = "   ".repeat(depth + 1);
        let close = |out: &mut String, end: char| {
            out.push('\n');
            out.push_str(&"   ".repeat(depth));
            out.push(end);
        };
        match value {
            Value::Array(items) if !items.is_empty() => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "\n" } else { ",\n" });
                    out.push_str(&blanks);
                    write(item, depth + 1, out);
                }
                close(out, ']');
            }
            Value::Object(object) if !object.is_empty() => {
                out.push('{');
                for (index, (key, item)) in object.iter().enumerate() {
                    out.push_str(if index == 0 { "\n" } else { ",\n" });
                    out.push_str(&blanks);
                    out.push_str(&format!("{} : ", Value::from(key.as_str())));
                    write(item, depth + 1, out);
                }
                close(out, '}');
            }
            other => out.push_str(&other.to_string()),
        }
    }
    let mut out = String::new();
    write(value, 0, &mut out);
    out
}

/// An optional text of an answer as a cell: what is absent leaves it empty.
fn cell(text: Option<&str>) -> String {
    text.unwrap_or("").to_owned()
}

/// For quotients that people read: a loss in the fifteenth digit is none.
#[allow(clippy::cast_precision_loss, reason = "see above")]
fn real(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hides_secrets_at_any_depth_and_leaves_public_keys() {
        let mut config = json!({"cipassword": "hunter2", "sshkeys": "ssh-ed25519 AAAA", "list": [{"Password": "x", "token-id": "a"}],
            "note": "password in the safe"});
        hide_secrets(&mut config);
        assert_eq!(config["cipassword"], HIDDEN);
        assert_eq!(config["sshkeys"], "ssh-ed25519 AAAA");
        assert!(is_secret("env") && !is_secret("environment"));
        assert_eq!((&config["list"][0]["Password"], &config["list"][0]["token-id"]), (&HIDDEN.into(), &"a".into()));
        assert_eq!(config["note"], "password in the safe");
    }
}
