//! A check that is printed and read again is the same check; marks lie inside the text.
#![no_main]

use runbook::{
    check::Reading,
    command::{FenceContext, read, recognise},
};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let command = read(text, &FenceContext::default());
    assert!(command.marks.iter().all(|mark| text.get(mark.span.clone()).is_some()));
    if let Reading::Check { check } = command.reading {
        assert_eq!(recognise(&check.to_string()), Reading::Check { check });
    }
});
