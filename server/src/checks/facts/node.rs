//! A node of Kubernetes as a fact: whether its kubelet reports, and which conditions are not as they should be.

use runbook::{outcome::Unknown, time::Timestamp, verdict::Node};
use serde_json::Value;

/// Reads a node's conditions. That they could not be asked is a trouble of its own.
pub(super) fn read(name: &str, node: &Result<Value, Unknown>) -> Node {
    let object = match node {
        Ok(object) => object,
        Err(unknown) => {
            let troubles = vec![format!("conditions unknown, because {}", unknown.reason)];
            return Node { name: name.to_owned(), silent_since: None, troubles };
        }
    };
    let conditions = object["status"]["conditions"].as_array().into_iter().flatten();
    let mut silent_since = None;
    let mut troubles = Vec::new();
    for condition in conditions {
        let text = |field: &str| condition[field].as_str().unwrap_or("");
        let since = instant(text("lastTransitionTime"));
        let words = |word: &str| match since {
            Some(at) => format!("{word} since {} {} UTC", at.date(), at.clock()),
            None => word.to_owned(),
        };
        match (text("type"), text("status")) {
            // The control plane writes this when it has not heard of the kubelet for a while.
            ("Ready", "Unknown") => silent_since = instant(text("lastHeartbeatTime")).or(since),
            ("Ready", "False") => troubles.push(format!("{}: {}", words("not ready"), text("message"))),
            ("Ready", _) => {}
            (kind, "True") => troubles.push(words(kind)),
            _ => {}
        }
    }
    if object["spec"]["unschedulable"] == true {
        troubles.push("cordoned: no new pod is put there".into());
    }
    Node { name: name.to_owned(), silent_since, troubles }
}

/// `status.addresses`.
pub(super) fn addresses(node: &Value) -> Vec<String> {
    let address = |entry: &Value| Some(entry["address"].as_str()?.to_owned());
    node["status"]["addresses"].as_array().into_iter().flatten().filter_map(address).collect()
}

fn instant(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use runbook::outcome::Cause;

    use super::*;

    fn condition(kind: &str, status: &str) -> Value {
        json!({"type": kind, "status": status, "message": "words", "lastHeartbeatTime": "2026-02-26T02:00:00Z",
            "lastTransitionTime": "2026-02-26T02:01:00Z"})
    }

    fn node(conditions: &[Value]) -> Result<Value, Unknown> {
        Ok(
            json!({"spec": {}, "status": {"conditions": conditions, "addresses": [{"type": "InternalIP", "address": "10.0.0.5"}]}}),
        )
    }

    #[test]
    fn a_healthy_node_has_no_troubles() {
        let healthy = node(&[condition("Ready", "True"), condition("DiskPressure", "False")]);
        assert_eq!(read("n", &healthy), Node { name: "n".into(), silent_since: None, troubles: Vec::new() });
        assert_eq!(addresses(&healthy.expect("a node")), ["10.0.0.5"]);
    }

    #[test]
    fn tells_silence_from_trouble() {
        let silent = read("n", &node(&[condition("Ready", "Unknown"), condition("DiskPressure", "Unknown")]));
        assert_eq!(silent.silent_since.map(Timestamp::clock).as_deref(), Some("02:00:00"));
        assert!(silent.troubles.is_empty());
        let troubled = read("n", &node(&[condition("Ready", "False"), condition("DiskPressure", "True")]));
        assert_eq!(
            troubled.troubles,
            ["not ready since 2026-02-26 02:01:00 UTC: words", "DiskPressure since 2026-02-26 02:01:00 UTC"]
        );
    }

    #[test]
    fn a_node_that_could_not_be_asked_is_not_healthy() {
        let unknown = Cause::Forbidden.unknown("n", "It may not be read.", "Ask.");
        assert_eq!(read("n", &Err(unknown)).troubles, ["conditions unknown, because It may not be read."]);
    }
}
