//! The first line is a pipe, the rest what goes through it: filters end within their budget, and never panic. Run with
//! `-rss_limit_mb=512`: what a filter builds stays far below.
#![no_main]

use runbook::{
    check::Reading,
    command::recognise,
    filter::{Budget, Line, Stop, apply},
};

/// Fewer steps than an answer gets, so that more inputs are tried; as many bytes.
const STEPS: u64 = 2_000_000;
const STAGE_BYTES: u64 = 128 << 20;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (pipe, input) = text.split_once('\n').unwrap_or((text, "a b c\n1 2 3\n"));
    if let Reading::Check { check } = recognise(&format!("kubectl get pods | {pipe}")) {
        let budget = Budget::of(STEPS, STAGE_BYTES, Stop::default());
        let _ = apply(&check.filters, Line::of(input), &budget);
    }
});
