//! A page's query: names and values as a link carries them, the bindings and the labels in it.

use std::borrow::Cow;

use app::server_side::backend::Query;
use runbook::binding::{self, BindError, Bindings};

/// Longest value of a parameter that is looked at, in bytes: twice the longest Kubernetes name.
const MAX_VALUE_BYTES: usize = 512;
/// Longest value of a label, in bytes.
const MAX_LABEL_BYTES: usize = 2_048;
/// Parameters that are looked at.
const MAX_PARAMETERS: usize = 64;

/// What a query came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Valid values by canonical parameter name.
    pub bindings: Bindings,
    /// Labels of the alert that are no parameter, as they came: shown and kept, never put into a command.
    pub labels: Query,
    /// Checks to run: `run=…`.
    pub run: Vec<String>,
    /// What could not be used, one sentence each.
    pub notes: Vec<String>,
}

/// Decodes `a=b&c=d`: repeated names are kept, `+` is a space, broken escapes stand as they are.
pub fn decode(raw: &str) -> Query {
    form_urlencoded::parse(raw.as_bytes()).into_owned().take(MAX_PARAMETERS).collect()
}

/// Puts right what happens to links on their way and can mean one thing only.
pub fn mend(query: &Query) -> Query {
    let mut mended = Query::new();
    let mut waiting: Vec<(String, String)> = query.iter().take(MAX_PARAMETERS).rev().cloned().collect();
    while let Some((name, value)) = waiting.pop() {
        // HTML's own spelling of "&", from mails and chats that show a page's source.
        let name = name.strip_prefix("amp;").unwrap_or(&name).to_owned();
        // A second "?" where "&" was meant. No cluster, namespace or pod has one in its name.
        if let (true, Some((before, after))) = (is_strict(&name), value.split_once('?')) {
            let (next, next_value) = after.split_once('=').unwrap_or((after, ""));
            if is_label_name(next) {
                waiting.push((next.to_owned(), next_value.to_owned()));
                waiting.push((name, before.to_owned()));
                continue;
            }
        }
        mended.push((name, value));
    }
    unexport(&mut mended);
    mended
}

/// Where a scrape keeps its own labels, `exported_pod` is what the alert is about and `pod` the exporter that told of it.
fn unexport(query: &mut Query) {
    let exported: Vec<(String, String)> = query
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("exported_")?.to_owned(), value.clone())))
        .filter(|(name, value)| is_strict(name) && !value.is_empty())
        .collect();
    for (name, value) in exported {
        query.retain(|(known, _)| known.strip_prefix("exported_") != Some(name.as_str()));
        match query.iter_mut().find(|(known, _)| *known == name) {
            Some((_, own)) => *own = value,
            None => query.push((name, value)),
        }
    }
}

/// A text that holds whole escapes, decoded once more; as it is where that gives no text.
pub(super) fn decode_again(text: &str) -> Cow<'_, str> {
    let is_escape = |at: usize| text.get(at + 1..at + 3).is_some_and(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
    if !text.bytes().enumerate().any(|(at, byte)| byte == b'%' && is_escape(at)) {
        return Cow::Borrowed(text);
    }
    // Only escapes are read: a plus sign is itself by now.
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    if decoded.contains(char::is_control) || decoded.contains('\u{fffd}') { Cow::Borrowed(text) } else { decoded }
}

/// What an alert says that Grafana sends in place of a rule's own.
pub(super) fn of_grafana(alert: &str) -> String {
    let what = if alert == "DatasourceError" { "failed to be evaluated" } else { "got no data" };
    format!("Grafana sent {alert}: its rule {what}, so nothing says whether the rule's condition holds.")
}

/// Why a value was surely not meant, one sentence.
pub(super) fn doubt(name: &str, value: &str) -> Option<String> {
    let shown = show(name);
    if value == "<no value>" {
        Some(format!("The alert has no {shown}: its template put in \"<no value>\"."))
    } else if value.contains("{{") && value.contains("}}") {
        Some(format!("The link's {shown} is still a template: nothing has filled it in."))
    } else if value.is_empty() && !is_label_name(name) {
        Some(format!("The link holds \"{shown}\" by itself: an \"&\" in a value was not escaped (urlquery)."))
    } else {
        None
    }
}

/// Whether this can be a label's or a parameter's name.
pub(super) fn is_label_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.len() <= 128
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c))
}

/// Parameters whose values have narrow rules.
fn is_strict(name: &str) -> bool {
    matches!(binding::canonical_name(name).as_str(), "cluster" | "namespace" | "pod" | "container" | "node")
}

/// Sorts a query into bindings, labels and checks to run. Accepts what is unambiguous and says what is not: a value that
/// is repeated differently, or that breaks its parameter's rule, binds nothing. What `is_parameter` does not know is a
/// label, and may hold anything.
pub fn read(query: &Query, is_parameter: impl Fn(&str) -> bool) -> Reading {
    let mut reading = Reading::default();
    let mut refused: Vec<String> = Vec::new();
    for (written, value) in mend(query) {
        if let Some(note) = doubt(&written, &value) {
            reading.notes.push(note);
            continue;
        }
        if written == "rulename" && query.iter().any(|(name, _)| name == "datasource_uid" || name == "ref_id") {
            reading.notes.push(of_grafana(if query.iter().any(|(name, _)| name == "Error") {
                "DatasourceError"
            } else {
                "DatasourceNoData"
            }));
        }
        if written == "run" {
            if !reading.run.contains(&value) {
                reading.run.push(value);
            }
            continue;
        }
        let canonical = binding::canonical_name(&written);
        let is_bound = is_parameter(&canonical);
        let name = if is_bound { canonical } else { written };
        // A form sends every line break as two characters.
        let value = if is_bound { value.trim().to_owned() } else { value.replace("\r\n", "\n") };
        if value.is_empty() || refused.contains(&name) {
            continue;
        }
        match take(&mut reading, &name, value, is_bound) {
            Ok(()) => {}
            Err(note) => {
                reading.bindings.0.remove(&name);
                reading.labels.retain(|(known, _)| *known != name);
                reading.notes.push(note);
                refused.push(name);
            }
        }
    }
    reading
}

fn take(reading: &mut Reading, name: &str, value: String, is_bound: bool) -> Result<(), String> {
    let known = match is_bound {
        true => reading.bindings.get(name),
        false => reading.labels.iter().find(|(label, _)| label == name).map(|(_, value)| value.as_str()),
    };
    if let Some(known) = known {
        let is_same = known == value;
        let note = || format!("The link gives {} twice, with different values: choose one.", show(name));
        return if is_same { Ok(()) } else { Err(note()) };
    }
    let limit_bytes = if is_bound { MAX_VALUE_BYTES } else { MAX_LABEL_BYTES };
    if value.len() > limit_bytes {
        return Err(format!("The link's {} has {} bytes and was ignored.", show(name), value.len()));
    }
    if !is_bound {
        reading.labels.push((name.to_owned(), value));
        return Ok(());
    }
    match binding::validate(name, &value) {
        Ok(()) => {
            reading.bindings.0.insert(name.to_owned(), value);
            Ok(())
        }
        Err(BindError::Invalid { rule, .. }) => {
            Err(format!("The link's {} was ignored: it is no valid value ({rule}).", show(name)))
        }
        Err(_) => Err(format!("The link's {} was ignored.", show(name))),
    }
}

/// A parameter's name as a note may repeat it: it comes from outside.
fn show(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(raw: &str) -> Reading {
        read(&decode(raw), |name| ["cluster", "namespace", "pod", "container"].contains(&name))
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
    fn keeps_labels_as_they_are() {
        let value = "a b&c=d?e#f/g:h+i%j\"k'l<m>n{o}[p]|q\\r^s`t~u\nvé\u{1f525}";
        let query = vec![("summary".to_owned(), value.to_owned()), ("pod".to_owned(), "web-0".to_owned())];
        let reading = read(&query, |name| name == "pod");
        assert_eq!(reading.labels, [("summary".to_owned(), value.to_owned())]);
        assert_eq!(reading.notes, Vec::<String>::new());
        assert_eq!(super::tests::reading("severity=a%0D%0Ab").labels, [("severity".to_owned(), "a\nb".to_owned())]);
        assert!(super::tests::reading("team=a&team=b").labels.is_empty());
    }

    #[test]
    fn mends_what_is_unambiguous_and_says_what_is_not() {
        for (raw, bound, notes) in [
            ("cluster=a&amp;pod=b", &[("cluster", "a"), ("pod", "b")][..], 0),
            ("cluster=a?namespace=b?pod=c", &[("cluster", "a"), ("namespace", "b"), ("pod", "c")], 0),
            ("pod=a&namespace=%3Cno+value%3E", &[("pod", "a")], 1),
            ("pod=a&namespace=", &[("pod", "a")], 0),
            ("pod=a&namespace=%7B%7B+%24labels.namespace+%7D%7D", &[("pod", "a")], 1),
            ("pod=a&D+team", &[("pod", "a")], 1),
        ] {
            let reading = reading(raw);
            let found: Vec<_> =
                reading.bindings.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(found, bound, "{raw}");
            assert_eq!(reading.notes.len(), notes, "{raw}: {:?}", reading.notes);
        }
        // In a label a question mark is a character like any other.
        assert_eq!(reading("expr=a?b=c").labels, [("expr".to_owned(), "a?b=c".to_owned())]);
    }

    #[test]
    fn decodes_escapes_and_leaves_broken_ones() {
        assert_eq!(
            decode("a=b+c%20d&e=%zz&f=%+1"),
            [("a", "b c d"), ("e", "%zz"), ("f", "% 1")].map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}
