//! A cell of a table of patterns, and a line of a log: reading and judging end and never panic.
#![no_main]

use runbook::verdict::{explain_tables, find_classifier};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let cell = text.replace(['\n', '\r'], " ");
    let book = format!("# T\n\n| Symptom | Fix |\n|---|---|\n| {cell} | x |\n| `OOMKilled` | y |\n\n- {cell}: z\n\nIf you see {cell}, act.\n");
    let book_read = runbook::parse(&book);
    drop(explain_tables(&book_read));
    if let Some((_, classifier)) = find_classifier(&book_read.blocks, &book_read.commands) {
        for rule in &classifier.rules {
            drop(rule.read_as());
        }
    }
});
