//! A container's environment: values as they stand in the object, and for the others where they come from. What a
//! Secret holds is never looked up.

use serde_json::Value;

use super::{
    container::Of,
    look::{Look, print},
    page::Page,
    quantity::Quantity,
};

/// `Environment Variables from:` and `Environment:`.
pub(super) fn write_environment(page: &mut Page, container: &Value, of: Of<'_>) {
    let sources = container.list("envFrom");
    if !sources.is_empty() {
        page.line(2, "Environment Variables from:");
        sources.iter().for_each(|source| write_source(page, source));
    }
    let variables = container.list("env");
    page.line(2, if variables.is_empty() { "Environment:\t<none>" } else { "Environment:" });
    variables.iter().for_each(|variable| write_variable(page, variable, container, of));
}

fn write_source(page: &mut Page, source: &Value) {
    let (kind, reference) = match source.has("configMapRef") {
        true => ("ConfigMap", source.at("configMapRef")),
        false => ("Secret", source.at("secretRef")),
    };
    let prefix = match source.text("prefix") {
        "" => String::new(),
        prefix => format!(" with prefix '{prefix}'"),
    };
    let is_optional = reference.is_true("optional");
    page.line(3, format_args!("{}\t{kind}{prefix}\tOptional: {is_optional}", reference.text("name")));
}

fn write_variable(page: &mut Page, variable: &Value, container: &Value, of: Of<'_>) {
    let (name, from) = (variable.text("name"), variable.at("valueFrom"));
    if from.is_null() {
        let mut lines = variable.text("value").split('\n');
        page.row(3, name, lines.next().unwrap_or(""));
        lines.for_each(|line| page.line(3, format_args!("\t{line}")));
    } else if from.has("fieldRef") {
        let path = from.text("fieldRef.fieldPath");
        let value = match of {
            Of::Pod(pod) => field(pod, path),
            Of::Template => String::new(),
        };
        page.row(3, name, format_args!("{value} ({}:{path})", from.text("fieldRef.apiVersion")));
    } else if from.has("resourceFieldRef") {
        let resource = from.text("resourceFieldRef.resource");
        let value = match resource_value(container, from.at("resourceFieldRef")) {
            value if value == "0" && ["limits.cpu", "limits.memory"].contains(&resource) => "node allocatable".into(),
            value => value,
        };
        page.row(3, name, format_args!("{value} ({resource})"));
    } else {
        let (what, reference) = match from.has("secretKeyRef") {
            true => ("in secret", from.at("secretKeyRef")),
            false => ("of config map", from.at("configMapKeyRef")),
        };
        let (key, object, is_optional) = (reference.text("key"), reference.text("name"), reference.is_true("optional"));
        page.row(3, name, format_args!("<set to the key '{key}' {what} '{object}'>\tOptional: {is_optional}"));
    }
}

/// A field of the pod, as far as kubectl looks it up: the metadata.
fn field(pod: &Value, path: &str) -> String {
    let subscript = |prefix: &str| path.strip_prefix(prefix)?.strip_prefix("['")?.strip_suffix("']");
    for map in ["metadata.labels", "metadata.annotations"] {
        if let Some(key) = subscript(map) {
            return pod.at(map).get(key).map_or_else(String::new, print);
        }
    }
    match path {
        "metadata.name" | "metadata.namespace" | "metadata.uid" => pod.text(path).to_owned(),
        "metadata.labels" | "metadata.annotations" => {
            let lines = pod.fields(path).into_iter().map(|(key, value)| format!("{key}={:?}", print(value)));
            lines.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

/// An amount out of the container's own limits and requests, in units of the divisor.
fn resource_value(container: &Value, reference: &Value) -> String {
    let resource = reference.text("resource");
    let Some((list, name)) = resource.split_once('.') else { return String::new() };
    let amount = container.at("resources").at(list).get(name).map(print);
    let amount: Quantity = amount.and_then(|amount| amount.parse().ok()).unwrap_or_default();
    let divisor = match reference.print("divisor").as_str() {
        "" | "0" => "1".to_owned(),
        divisor => divisor.to_owned(),
    };
    let Ok(divisor) = divisor.parse::<Quantity>() else { return String::new() };
    let (amount, divisor) = match name {
        "cpu" => (amount.thousandths(), divisor.thousandths()),
        _ => (amount.whole(), divisor.whole()),
    };
    if divisor == 0 {
        String::new()
    } else {
        (amount.div_euclid(divisor) + i128::from(amount % divisor > 0)).to_string()
    }
}
