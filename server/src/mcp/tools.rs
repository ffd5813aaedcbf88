//! The tools: one table with their names, what they take and what they are for. None takes a command.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

/// Which tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    FindRunbook,
    ReadRunbook,
    RunCheck,
    Verdict,
    Incident,
    Evidence,
    Search,
}

/// A tool as the table has it.
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) name: &'static str,
    title: &'static str,
    /// Arguments that a call must have.
    required: &'static [&'static str],
    /// All arguments.
    pub(super) arguments: &'static [&'static str],
    description: &'static str,
}

/// Every tool.
pub(super) const TOOLS: [Entry; 7] = [
    Entry {
        kind: Kind::FindRunbook,
        name: "find_runbook",
        title: "Find the runbook of an alert",
        required: &["labels"],
        arguments: &["labels"],
        description: "The team's runbook for an alert, found by the alert's labels (alertname, namespace, pod and so on). \
                      Gives the runbook's path and the values to ask its checks with.",
    },
    Entry {
        kind: Kind::ReadRunbook,
        name: "read_runbook",
        title: "Read a runbook",
        required: &["path"],
        arguments: &["path", "bindings"],
        description: "The text of a runbook. Beside each command stands the id of its check and how it stands: ready, what \
                      it still needs, or why it is never run.",
    },
    Entry {
        kind: Kind::RunCheck,
        name: "run_check",
        title: "Run a check of a runbook",
        required: &["path", "check"],
        arguments: &["path", "check", "bindings"],
        description: "Runs one check of a runbook by its id, and gives what the source answers now. Only checks that stand \
                      in the runbook can be run; nothing is ever changed. An answer that could not be had says why.",
    },
    Entry {
        kind: Kind::Verdict,
        name: "verdict",
        title: "Judge a crash by a runbook",
        required: &["path", "bindings"],
        arguments: &["path", "bindings"],
        description: "Which row of the runbook's own table fits this pod's crash, with the facts that it rests on. The \
                      bindings name at least namespace and pod, and cluster where there are several.",
    },
    Entry {
        kind: Kind::Incident,
        name: "incident",
        title: "Read an incident",
        required: &["id"],
        arguments: &["id"],
        description: "One firing of one alert with everything that happened, by the id in its link /i/ID.",
    },
    Entry {
        kind: Kind::Evidence,
        name: "evidence",
        title: "Read what was kept of a crash",
        required: &["id"],
        arguments: &["id"],
        description: "What was kept of a crash (its end, log, events, the verdict then) or of a shared page, by the id in \
                      its link /e/ID.",
    },
    Entry {
        kind: Kind::Search,
        name: "search",
        title: "Search the runbooks",
        required: &["words"],
        arguments: &["words"],
        description: "Runbooks that hold these words, the best few first.",
    },
];

impl Entry {
    /// As the protocol describes it.
    pub(super) fn describe(&self) -> Tool {
        let properties: JsonObject = self.arguments.iter().map(|name| ((*name).to_owned(), argument(name))).collect();
        let schema = json!({
            "type": "object",
            "properties": properties,
            "required": self.required,
            "additionalProperties": false,
        });
        let Value::Object(schema) = schema else { unreachable!("it is written as an object above") };
        let hints = ToolAnnotations::with_title(self.title)
            .read_only(true)
            .destructive(false)
            .idempotent(true)
            .open_world(false);
        let mut tool = Tool::new(self.name, self.description, Arc::new(schema)).with_annotations(hints);
        tool.title = Some(self.title.to_owned());
        tool
    }
}

/// The entry of this name.
pub(super) fn find(name: &str) -> Option<&'static Entry> {
    TOOLS.iter().find(|entry| entry.name == name)
}

fn argument(name: &str) -> Value {
    let values = |description: &str| {
        json!({
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": description,
        })
    };
    let text = |description: &str| json!({"type": "string", "description": description});
    match name {
        "labels" => values("The alert's labels, such as {\"alertname\": \"PodCrashLooping\", \"pod\": \"web-0\"}."),
        "bindings" => values("Values for the runbook's placeholders: cluster, namespace, pod, container and its own."),
        "path" => text("The runbook's path, as find_runbook and search give it: alerts/pod-crash-looping."),
        "check" => text("The id of a check, as read_runbook shows it. Never a command."),
        "id" => text("The id, or the whole link."),
        _ => text("What to look for."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_says_that_it_changes_nothing_and_takes_no_command() {
        for entry in &TOOLS {
            let tool = entry.describe();
            let hints = tool.annotations.expect("hints");
            assert_eq!((hints.read_only_hint, hints.destructive_hint), (Some(true), Some(false)), "{}", entry.name);
            assert_eq!(tool.input_schema["additionalProperties"], false);
            let properties = tool.input_schema["properties"].as_object().expect("properties");
            assert_eq!(properties.len(), entry.arguments.len());
            assert!(!properties.keys().any(|name| ["command", "shell", "query", "url"].contains(&name.as_str())));
            assert!(entry.required.iter().all(|name| entry.arguments.contains(name)));
        }
        assert!(find("run_command").is_none());
    }
}
