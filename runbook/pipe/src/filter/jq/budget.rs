//! What a jq program may still spend. Every step that touches or makes data pays here, in proportion to it; a program
//! without the means fails at its next step. That bounds time and memory, whatever the program is.
//!
//! The budget belongs to the thread, since jaq calls operators without any context.

use std::cell::Cell;

/// Values touched or made by one program: about a second's work, or a part of it where it is compiled for tests.
const STEPS: u64 = if cfg!(test) { 200_000 } else { 20_000_000 };
/// Bytes of text that count as one step.
const BYTES_PER_STEP: usize = 16;

thread_local! {
    static LEFT: Cell<u64> = const { Cell::new(0) };
}

/// The program has spent all it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spent;

/// Begins a program.
pub(super) fn begin() {
    LEFT.set(STEPS);
}

/// Pays for steps.
pub(super) fn pay(steps: usize) -> Result<(), Spent> {
    let steps = u64::try_from(steps).unwrap_or(u64::MAX);
    match LEFT.get().checked_sub(steps.saturating_add(1)) {
        Some(left) => {
            LEFT.set(left);
            Ok(())
        }
        None => {
            exhaust();
            Err(Spent)
        }
    }
}

/// Pays for bytes of text.
pub(super) fn pay_bytes(size_bytes: usize) -> Result<(), Spent> {
    pay(size_bytes / BYTES_PER_STEP)
}

/// Takes all that is left, where an operator has no way to fail.
pub(super) fn exhaust() {
    LEFT.set(0);
}

/// Whether all has been spent.
pub(super) fn is_spent() -> bool {
    LEFT.get() == 0
}
