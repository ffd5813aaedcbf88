//! Horizontal pod autoscalers, in the API's second version.

use serde_json::Value;

use super::{
    labels::{write_annotations, write_labels},
    look::Look,
    page::Page,
    time,
};

/// An autoscaler, its events aside.
pub(super) fn write_autoscaler(page: &mut Page, object: &Value) {
    let (metadata, spec, status) = (object.at("metadata"), object.at("spec"), object.at("status"));
    let target = spec.at("scaleTargetRef");
    page.row(0, "Name", metadata.text("name"));
    page.row(0, "Namespace", metadata.text("namespace"));
    write_labels(page, 0, "Labels", metadata.at("labels"));
    write_annotations(page, 0, metadata.at("annotations"));
    page.row(0, "CreationTimestamp", time::long(metadata.text("creationTimestamp")));
    page.row(0, "Reference", format_args!("{}/{}", target.text("kind"), target.text("name")));
    page.row(0, "Metrics", "( current / target )");
    for (at, metric) in spec.list("metrics").iter().enumerate() {
        write_metric(page, metric, status.list("currentMetrics").get(at).unwrap_or(&Value::Null));
    }
    page.row(0, "Min replicas", spec.print_or("minReplicas", "<unset>"));
    page.row(0, "Max replicas", spec.number("maxReplicas"));
    if spec.has("behavior") {
        page.line(0, "Behavior:");
        write_direction(page, "Scale Up", spec.at("behavior.scaleUp"));
        write_direction(page, "Scale Down", spec.at("behavior.scaleDown"));
    }
    let replicas = (status.number("currentReplicas"), status.number("desiredReplicas"));
    page.row(
        0,
        &format!("{} pods", target.text("kind")),
        format_args!("{} current / {} desired", replicas.0, replicas.1),
    );
    let conditions = status.list("conditions");
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.head(1, &["Type", "Status", "Reason", "Message"]);
        for it in conditions {
            page.line(1, [it.text("type"), it.text("status"), it.text("reason"), it.text("message")].join("\t"));
        }
    }
}

fn write_metric(page: &mut Page, metric: &Value, current: &Value) {
    let kind = metric.text("type");
    let field = match kind {
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        "Pods" => "pods",
        "Object" => "object",
        "External" => "external",
        _ => return page.line(1, format_args!("<unknown metric type {kind:?}>")),
    };
    let (wanted, now) = (metric.at(field), current.at(field).at("current"));
    let target = wanted.at("target");
    let name = wanted.text("metric.name");
    let value = |field: &str| now.print_or(field, "<unknown>");
    let by_average =
        |subject: String| format!("{subject}\t{} / {}", value("averageValue"), target.print("averageValue"));
    let by_value = |subject: String| format!("{subject}\t{} / {}", value("value"), target.print("value"));
    let has_average = target.has("averageValue");
    let words = match kind {
        "Pods" => by_average(format!("{name:?} on pods:")),
        "External" if has_average => by_average(format!("{name:?} (target average value):")),
        "External" => by_value(format!("{name:?} (target value):")),
        "Object" => {
            let of = wanted.at("describedObject");
            let subject = format!("\"{name}\" on {}/{}", of.text("kind"), of.text("name"));
            match target.text("type") {
                "AverageValue" => by_average(format!("{subject} (target average value):")),
                _ => by_value(format!("{subject} (target value):")),
            }
        }
        _ => {
            let subject = match kind {
                "Resource" => format!("resource {} on pods", wanted.text("name")),
                _ => {
                    let (name, container) = (wanted.text("name"), wanted.text("container"));
                    format!("resource {name} of container \"{container}\" on pods")
                }
            };
            if has_average {
                by_average(format!("{subject}:"))
            } else {
                let now = match now.at("averageUtilization").as_i64() {
                    Some(percent) => format!("{percent}% ({})", now.print("averageValue")),
                    None => "<unknown>".into(),
                };
                let percent = target.at("averageUtilization").as_i64();
                let target = percent.map_or_else(|| "<auto>".into(), |percent| format!("{percent}%"));
                format!("{subject}  (as a percentage of request):\t{now} / {target}")
            }
        }
    };
    page.line(1, words);
}

fn write_direction(page: &mut Page, title: &str, rules: &Value) {
    if rules.is_null() {
        return;
    }
    page.line(1, format_args!("{title}:"));
    if rules.has("stabilizationWindowSeconds") {
        let seconds = rules.number("stabilizationWindowSeconds");
        page.line(2, format_args!("Stabilization Window: {seconds} seconds"));
    }
    if !rules.list("policies").is_empty() {
        page.line(2, format_args!("Select Policy: {}", rules.print_or("selectPolicy", "Max")));
        page.line(2, "Policies:");
        for policy in rules.list("policies") {
            let (kind, value, period) = (policy.text("type"), policy.number("value"), policy.number("periodSeconds"));
            page.line(3, format_args!("- Type: {kind}\tValue: {value}\tPeriod: {period} seconds"));
        }
    }
}
