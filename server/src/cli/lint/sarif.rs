//! Findings as SARIF 2.1.0, which code hosts show in place. Columns are counted in characters.

use std::path::{Component, Path};

use serde_json::{Value, json};

use super::{
    human,
    report::{FileReport, Finding},
    rules::{self, RULES},
};
use crate::sources::percent_encode;

/// The whole log: one run.
pub(super) fn log(reports: &[FileReport]) -> Value {
    let rules: Vec<Value> =
        RULES.iter().map(|rule| json!({ "id": rule.code, "shortDescription": { "text": rule.summary } })).collect();
    let results: Vec<Value> =
        reports.iter().flat_map(|report| report.problems.iter().map(|finding| result(&report.file, finding))).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": { "name": "runlight", "version": env!("CARGO_PKG_VERSION"), "rules": rules }
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(file: &str, finding: &Finding) -> Value {
    let text = match &finding.help {
        Some(help) => format!("{} {help}", finding.message),
        None => finding.message.clone(),
    };
    let mut result = json!({
        "ruleId": finding.code,
        "level": human::word(finding.severity),
        "message": { "text": text },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(file) },
                "region": {
                    "startLine": finding.start.line,
                    "startColumn": finding.start.column,
                    "endLine": finding.end.line,
                    "endColumn": finding.end.column,
                },
            },
        }],
        // The same finding stays the same when lines above it move.
        "partialFingerprints": { "finding/v1": format!("{file}:{}:{}", finding.code, finding.message) },
    });
    if let Some(index) = rules::index(&finding.code) {
        result["ruleIndex"] = json!(index);
    }
    result
}

/// A path as a URI reference: relative paths stay relative to where lint ran.
fn uri(file: &str) -> String {
    let path = Path::new(file);
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(percent_encode(&name.to_string_lossy())),
        Component::ParentDir => Some("..".to_owned()),
        _ => None,
    });
    let joined = parts.collect::<Vec<_>>().join("/");
    if path.is_absolute() { format!("file:///{joined}") } else { joined }
}
