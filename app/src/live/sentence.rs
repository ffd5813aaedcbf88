//! `Sentence`: what the most telling report says, at reading size, at the top of the page.

use leptos::prelude::*;

use crate::{
    answer::{Brief, Word},
    live::context::{Page, Slot},
    paths,
    ui::mark,
};

/// The page's answer so far; before any, what can be asked.
#[island]
pub fn Sentence() -> impl IntoView {
    let page = Page::current();
    let telling = Memo::new(move |_| page.slots.with_value(|slots| most_telling(slots)));
    let word = move || telling.with(|(brief, _)| brief.word);
    view! {
        <p class="sentence" role="status">
            {mark::shape(word)}
            <span class="visually-hidden">{move || format!("{}: ", word().label())}</span>
            <span>
                {move || telling.with(|(brief, _)| brief.summary.clone())}
                " "
                <a class="sentence-source" href=move || telling.with(|(_, id)| format!("#{}", paths::check_anchor(id)))>
                    {move || telling.with(|(brief, _)| if brief.word.has_run() { "Show the facts" } else { "Go to the first check" })}
                </a>
            </span>
        </p>
    }
}

fn most_telling(slots: &[Slot]) -> (Brief, String) {
    let briefs = || slots.iter().map(|slot| (slot.brief.get(), slot.id.get_value()));
    let answered = briefs().filter(|(brief, _)| brief.word.has_run() && !brief.summary.is_empty());
    // Among equals the first of the page is kept.
    if let Some(found) = answered.reduce(|best, next| if next.0.word > best.0.word { next } else { best }) {
        return found;
    }
    let running = briefs().filter(|(brief, _)| brief.word == Word::Running).count();
    let summary = match (running, slots.len()) {
        (0, 0) => "This runbook has no command that can be run here.".into(),
        (0, 1) => "Nothing has been asked yet. The runbook holds one check.".into(),
        (0, total) => format!("Nothing has been asked yet. The runbook holds {total} checks."),
        (running, total) => format!("Asking: {running} of {total} checks."),
    };
    let first = slots.first().map(|slot| slot.id.get_value()).unwrap_or_default();
    (Brief { word: if running > 0 { Word::Running } else { Word::Idle }, summary }, first)
}
