//! The mark that shows a state, and the word beside it. Colour never stands alone: each state has a shape of its own.

use leptos::prelude::*;

use crate::answer::Word;

/// The shape alone, for places where the word stands nearby. Hidden from screen readers.
pub fn shape(word: impl Fn() -> Word + Copy + Send + Sync + 'static) -> impl IntoView {
    view! {
        <svg class="mark" data-state=move || word().attribute() viewBox="0 0 12 12" aria-hidden="true">
            <path fill-rule="evenodd" d=move || outline(word()) />
        </svg>
    }
}

/// The shape and its word.
pub fn worded(word: impl Fn() -> Word + Copy + Send + Sync + 'static) -> impl IntoView {
    view! {
        <span class="state" data-state=move || word().attribute()>
            {shape(word)} {move || word().label()}
        </span>
    }
}

/// The shape as the `d` of a path in a box of 12 by 12.
pub fn outline(word: Word) -> &'static str {
    match word {
        Word::Idle => "M2 5.3h8v1.4H2Z",
        Word::Running => "M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0ZM6 1.5v9a4.5 4.5 0 0 0 0-9Z",
        Word::Pass => "M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0ZM2.7 6.2l2.4 2.5 4.3-4.5-1-1-3.3 3.5-1.4-1.5Z",
        Word::Unknown => "M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0ZM6 1.6a4.4 4.4 0 1 0 0 8.8a4.4 4.4 0 1 0 0-8.8Z",
        Word::Warn => "M6 .5 12 11.5H0ZM5.3 4.4v3.5h1.4V4.4ZM5.3 8.8v1.4h1.4V8.8Z",
        Word::Fail => {
            "M3.6.2h4.8l3.4 3.4v4.8l-3.4 3.4H3.6L.2 8.4V3.6ZM3.3 4.3 5 6 3.3 7.7l1 1L6 7l1.7 1.7 1-1L7 6l1.7-1.7-1-1L6 5 4.3 3.3Z"
        }
    }
}
