//! A page's query: names and values as a link carries them, and the bindings in it.

use app::server_side::backend::Query;
use runbook::binding::{self, BindError, Bindings};

/// Longest value that is looked at, in bytes: twice the longest Kubernetes name.
const MAX_VALUE_BYTES: usize = 512;
/// Parameters that are looked at.
const MAX_PARAMETERS: usize = 64;

/// What a query came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Valid values by canonical parameter name.
    pub bindings: Bindings,
    /// Checks to run: `run=…`.
    pub run: Vec<String>,
    /// What could not be used, one sentence each.
    pub notes: Vec<String>,
}

/// Decodes `a=b&c=d`: repeated names are kept, `+` is a space, broken escapes stand as they are.
pub fn decode(raw: &str) -> Query {
    let pairs = raw.split('&').filter(|pair| !pair.is_empty()).take(MAX_PARAMETERS);
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_part(name), decode_part(value))
        })
        .collect()
}

/// Sorts a query into bindings and checks to run. Accepts what is unambiguous and says what is not: a value that is
/// repeated differently, or that breaks its parameter's rule, binds nothing.
pub fn read(query: &Query) -> Reading {
    let mut reading = Reading::default();
    let mut refused: Vec<String> = Vec::new();
    for (name, value) in query {
        if name == "run" {
            if !reading.run.contains(value) {
                reading.run.push(value.clone());
            }
            continue;
        }
        let name = binding::canonical_name(name);
        let value = value.trim();
        if value.is_empty() || refused.contains(&name) {
            continue;
        }
        let problem = match reading.bindings.get(&name) {
            Some(known) if known != value => {
                Some(format!("The link gives {} twice, with different values: choose one.", show(&name)))
            }
            Some(_) => continue,
            None if value.len() > MAX_VALUE_BYTES => {
                Some(format!("The link's {} has {} bytes and was ignored.", show(&name), value.len()))
            }
            None => match binding::validate(&name, value) {
                Ok(()) => None,
                Err(BindError::Invalid { rule, .. }) => {
                    Some(format!("The link's {} was ignored: it is no valid value ({rule}).", show(&name)))
                }
                Err(_) => Some(format!("The link's {} was ignored.", show(&name))),
            },
        };
        match problem {
            None => drop(reading.bindings.0.insert(name, value.to_owned())),
            Some(note) => {
                reading.bindings.0.remove(&name);
                reading.notes.push(note);
                refused.push(name);
            }
        }
    }
    reading
}

/// A parameter's name as a note may repeat it: it comes from outside.
fn show(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

fn decode_part(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let escape = bytes.get(index + 1..index + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (bytes[index], escape.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                index += 3;
                continue;
            }
            (b'+', _) => decoded.push(b' '),
            (byte, _) => decoded.push(byte),
        }
        index += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(raw: &str) -> Reading {
        read(&decode(raw))
    }

    #[test]
    fn binds_what_an_alert_link_carries() {
        let reading = reading("cluster=monitoring-cluster&namespace=kube-system&pod=web-0&run=a1&run=b2&run=a1");
        assert_eq!(reading.bindings.get("pod"), Some("web-0"));
        assert_eq!(reading.bindings.get("cluster"), Some("monitoring-cluster"));
        assert_eq!(reading.run, ["a1", "b2"]);
        assert!(reading.notes.is_empty());
    }

    #[test]
    fn refuses_values_that_break_a_rule_and_says_so() {
        for raw in ["namespace=..%2Fx", "pod=%00", "namespace=a%0Ab", "pod=--all", "cluster=%24(id)"] {
            let reading = reading(raw);
            assert!(reading.bindings.0.is_empty(), "{raw}");
            assert_eq!(reading.notes.len(), 1, "{raw}");
        }
        let long = format!("pod={}", "x".repeat(10_000));
        assert_eq!(reading(&long).notes, ["The link's pod has 10000 bytes and was ignored."]);
    }

    #[test]
    fn refuses_a_value_given_twice_differently_and_takes_one_given_twice_alike() {
        assert_eq!(reading("pod=a&pod=a").bindings.get("pod"), Some("a"));
        let ambiguous = reading("pod=a&pod=b&pod=a");
        assert_eq!(ambiguous.bindings.get("pod"), None);
        assert_eq!(ambiguous.notes.len(), 1);
    }

    #[test]
    fn decodes_escapes_and_leaves_broken_ones() {
        assert_eq!(
            decode("a=b+c%20d&e=%zz&f"),
            [("a".to_owned(), "b c d".to_owned()), ("e".to_owned(), "%zz".to_owned()), ("f".to_owned(), String::new()),]
        );
    }
}
