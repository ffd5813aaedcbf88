//! Any text is a runbook; reading it never panics.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    drop(runbook::parse(text));
});
