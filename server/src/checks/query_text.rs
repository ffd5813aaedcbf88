//! Values of expressions as text: as promtool prints them, and as a sentence names them.

use runbook::filter::Line;

use crate::sources::prometheus::{Labels, Point, Value};

/// The lines that `promtool query instant` prints.
pub(super) fn lines(value: &Value) -> Vec<Line> {
    let stamped = |point: &Point| format!("{} @[{}]", point.text, point.at_s);
    let texts: Vec<String> = match value {
        Value::Vector(samples) => samples
            .iter()
            .filter_map(|sample| Some(format!("{} => {}", series(&sample.metric), stamped(sample.value.as_ref()?))))
            .collect(),
        Value::Matrix(all) => all
            .iter()
            .flat_map(|one| {
                std::iter::once(format!("{} =>", series(&one.metric))).chain(one.values.iter().map(stamped))
            })
            .collect(),
        Value::Scalar(point) => vec![format!("scalar: {}", stamped(point))],
        Value::String((_, text)) => text.lines().map(str::to_owned).collect(),
    };
    Line::numbered(texts)
}

/// `up{instance="a:9090", job="self"}`, as Prometheus prints a series.
fn series(labels: &Labels) -> String {
    let name = labels.get("__name__").map_or("", String::as_str);
    let rest: Vec<String> = labels
        .iter()
        .filter(|(label, _)| *label != "__name__")
        .map(|(label, value)| format!("{label}={}", serde_json::Value::from(value.as_str())))
        .collect();
    match (name, rest.is_empty()) {
        ("", _) => format!("{{{}}}", rest.join(", ")),
        (name, true) => name.to_owned(),
        (name, false) => format!("{name}{{{}}}", rest.join(", ")),
    }
}

/// A number with at most four figures that matter: `9.02`, `0.0013`, `67.11 M`.
pub(super) fn number(value: f64) -> String {
    runbook::chart::number_text(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(value: &str) -> Vec<String> {
        let value = Value::from_json(value).expect("a value");
        lines(&value).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn prints_what_a_real_promtool_prints() {
        let vector = r#"{"resultType":"vector","result":[{"metric":{"__name__":"up","instance":"127.0.0.1:42090",
            "job":"self"},"value":[1795417450.065,"1"]},{"metric":{},"value":[1795417450.14,"5e-05"]}]}"#;
        assert_eq!(
            printed(vector),
            ["up{instance=\"127.0.0.1:42090\", job=\"self\"} => 1 @[1795417450.065]", "{} => 5e-05 @[1795417450.14]"]
        );
        assert_eq!(printed(r#"{"resultType":"scalar","result":[1795417450.14,"1"]}"#), ["scalar: 1 @[1795417450.14]"]);
        assert!(printed(r#"{"resultType":"vector","result":[]}"#).is_empty());
    }
}
