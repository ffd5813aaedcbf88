//! The first line is a Go template, the rest a JSON value: rendering ends and never panics.
#![no_main]

use runbook::gotemplate::GoTemplate;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (template, json) = text.split_once('\n').unwrap_or((text, r#"{"a":[{"b":1},{"b":"c"}]}"#));
    let Ok(value) = serde_json::from_str(json) else { return };
    if let Ok(template) = GoTemplate::parse(template) {
        drop(template.render(&value));
    }
});
