//! Any text can be masked: without a panic, once for all, line by line, within bounds.
#![no_main]

use runbook::{MASK, secret::mask};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let masked = mask(text);
    assert_eq!(mask(&masked), masked, "masking twice changes something more");
    assert_eq!(masked.matches('\n').count(), text.matches('\n').count(), "the lines are kept");
    assert!(masked.len() <= text.len() * MASK.len(), "at most one mask for each letter");
});
