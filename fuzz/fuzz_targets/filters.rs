//! The first line is a pipe, the rest what goes through it: filters end and never panic.
#![no_main]

use runbook::{
    check::Reading,
    command::recognise,
    filter::{Line, apply},
};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (pipe, input) = text.split_once('\n').unwrap_or((text, "a b c\n1 2 3\n"));
    if let Reading::Check { check } = recognise(&format!("kubectl get pods | {pipe}")) {
        drop(apply(&check.filters, Line::of(input)));
    }
});
