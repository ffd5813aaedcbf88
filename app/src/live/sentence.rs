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

/// The gravest answer; among equals the one about the alert's own object, then the first of the page.
fn most_telling(slots: &[Slot]) -> (Brief, String) {
    let rank = |slot: &Slot| (slot.word(), slot.is_specific);
    let has_answer = |slot: &&Slot| slot.brief.with(|brief| brief.word.has_run() && !brief.summary.is_empty());
    let telling =
        slots.iter().filter(has_answer).reduce(|best, next| if rank(next) > rank(best) { next } else { best });
    if let Some(slot) = telling {
        let (brief, id) = (slot.brief.get(), slot.id.get_value());
        let asked = slots.iter().filter(|slot| slot.brief.with(|brief| brief.word.has_run())).count();
        // One green answer among many that nobody has asked for says nothing of the whole.
        if brief.word == Word::Pass && asked < slots.len() {
            let (asked, all) = (asked.to_string(), slots.len().to_string());
            let summary = ["Nothing found so far: ", &asked, " of ", &all, " checks have been asked."].concat();
            return (Brief { word: Word::Idle, summary }, id);
        }
        return (brief, id);
    }
    let running = slots.iter().filter(|slot| slot.word() == Word::Running).count();
    // Panels that stand without a command have nothing to run.
    let checks = slots.iter().filter(|slot| slot.is_ready).count();
    let summary = match (running, checks) {
        (0, 0) => "This runbook has no command that can be run here.".to_owned(),
        (0, 1) => "Nothing has been asked yet. The runbook holds one check.".to_owned(),
        (0, total) => ["Nothing has been asked yet. The runbook holds ", &total.to_string(), " checks."].concat(),
        (running, total) => ["Asking: ", &running.to_string(), " of ", &total.to_string(), " checks."].concat(),
    };
    let first = slots.first().map(|slot| slot.id.get_value()).unwrap_or_default();
    (Brief { word: if running > 0 { Word::Running } else { Word::Idle }, summary }, first)
}
