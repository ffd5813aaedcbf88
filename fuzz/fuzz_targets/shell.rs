//! The parts of a fence lie inside it, in order.
#![no_main]

use runbook::shell::{FencePart, is_command, read_fence};

libfuzzer_sys::fuzz_target!(|text: &str| {
    is_command(text);
    let mut at = 0;
    for part in read_fence(text) {
        let (FencePart::Command { span, .. } | FencePart::Comment { span, .. } | FencePart::Text { span, .. }) = part;
        assert!(span.start >= at && text.get(span.clone()).is_some());
        at = span.end;
    }
});
