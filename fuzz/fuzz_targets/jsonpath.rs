//! The first line is a template, the rest a JSON value: rendering ends and never panics.
#![no_main]

use runbook::{
    columns::Columns,
    filter::Budget,
    jsonpath::{Path, Template},
};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (template, json) = text.split_once('\n').unwrap_or((text, r#"{"a":[{"b":1},{"b":"c"}]}"#));
    let value = serde_json::from_str(json).unwrap_or_default();
    if let Ok(template) = Template::parse(template) {
        drop(template.render(&value));
    }
    if let Ok(path) = Path::parse(template) {
        let _ = path.find(&value, &Budget::default());
    }
    if let Ok(columns) = Columns::parse(template) {
        let _ = columns.cells(&value, &Budget::default());
    }
});
