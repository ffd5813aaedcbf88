//! The budget of the jq program that runs on this thread: jaq calls operators without any context. Every step that
//! touches or makes data pays here, in proportion to it; a program without the means fails at its next step.

use std::cell::RefCell;

use crate::filter::Budget;
pub(super) use crate::filter::TooCostly as Spent;

/// What a value takes in an array, with the room that a growing array keeps.
const VALUE_BYTES: usize = 48;
/// Bytes of text that count as one step.
const BYTES_PER_STEP: usize = 16;

thread_local! {
    static CURRENT: RefCell<Option<Budget>> = const { RefCell::new(None) };
}

/// Carries out work whose operators pay from a budget.
pub(super) fn within<T>(budget: &Budget, work: impl FnOnce() -> T) -> T {
    /// Puts back what was there, even where the work panics.
    struct Restored(Option<Budget>);
    impl Drop for Restored {
        fn drop(&mut self) {
            let before = self.0.take();
            CURRENT.with(|current| *current.borrow_mut() = before);
        }
    }
    let _restored = Restored(CURRENT.with(|current| current.borrow_mut().replace(budget.clone())));
    work()
}

fn ask(ask: impl FnOnce(&Budget) -> Result<(), Spent>) -> Result<(), Spent> {
    CURRENT.with(|current| current.borrow().as_ref().map_or(Err(Spent::Stopped), ask))
}

/// Pays for steps.
pub(super) fn pay(steps: usize) -> Result<(), Spent> {
    ask(|budget| budget.pay(steps))
}

/// Pays for values that are about to be made.
pub(super) fn make(values: usize) -> Result<(), Spent> {
    ask(|budget| {
        budget.pay(values)?;
        budget.build(values.saturating_mul(VALUE_BYTES))
    })
}

/// Pays for a look at text.
pub(super) fn scan(size_bytes: usize) -> Result<(), Spent> {
    pay(size_bytes / BYTES_PER_STEP)
}

/// Pays for text that is about to be made.
pub(super) fn write(size_bytes: usize) -> Result<(), Spent> {
    ask(|budget| {
        budget.pay(size_bytes / BYTES_PER_STEP)?;
        budget.build(size_bytes.saturating_add(VALUE_BYTES))
    })
}

/// Pays for text that is about to be printed.
pub(super) fn print(size_bytes: usize) -> Result<(), Spent> {
    ask(|budget| {
        budget.pay(size_bytes / BYTES_PER_STEP)?;
        budget.build(size_bytes)
    })
}

/// Takes all that is left, where an operator has no way to fail.
pub(super) fn exhaust() {
    let _ = ask(|budget| Err(budget.exhaust(Spent::Steps)));
}
