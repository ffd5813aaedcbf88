//! `StepRail`: the steps beside the text, each with its state. On phones it is a bar at the bottom edge.

#![expect(missing_docs, reason = "the island macro writes structs that cannot be documented")]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    answer::Word,
    live::context::{Page, Slot},
    ui::{mark, sent::Sent},
};

/// A step as the rail shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RailStep {
    /// Its anchor.
    pub id: String,
    /// Its heading.
    pub title: String,
}

/// The list of steps.
#[island]
pub fn StepRail(steps: Sent<Vec<RailStep>>) -> impl IntoView {
    let page = Page::current();
    let steps = steps.0;
    let count = steps.len().to_string();
    let next: Vec<_> = steps.iter().skip(1).map(|step| Some(["#", &step.id].concat())).chain([None]).collect();
    let items: Vec<_> = steps
        .into_iter()
        .zip(next)
        .enumerate()
        .map(|(position, (step, next))| {
            let checks = slots_of(page, position);
            let word = move || checks.with_value(|slots| worst(slots));
            let progress = move || checks.with_value(|slots| progress(slots));
            view! {
                <li>
                    <a href=["#", &step.id].concat() data-step-link=step.id>
                        {mark::shape(word)}
                        <span class="rail-title">{step.title}</span>
                        <span class="rail-state">{progress}</span>
                        <span class="visually-hidden">{move || [", ", word().label()].concat()}</span>
                        <span class="rail-place">{["Step ", &(position + 1).to_string(), " of ", &count].concat()}</span>
                    </a>
                    {next.map(|href| view! { <a class="rail-next" href=href>"Next"</a> })}
                </li>
            }
        })
        .collect();
    view! { <ol class="rail-steps">{items}</ol> }
}

/// The checks of a step.
fn slots_of(page: Page, step: usize) -> StoredValue<Vec<Slot>> {
    let of_step = |slots: &Vec<Slot>| slots.iter().filter(|slot| slot.step == Some(step)).copied().collect();
    StoredValue::new(page.slots.with_value(of_step))
}

/// A step is as its most telling check; a check under way comes before all.
fn worst(slots: &[Slot]) -> Word {
    let words = || slots.iter().map(|slot| slot.brief.with(|brief| brief.word));
    if words().any(|word| word == Word::Running) { Word::Running } else { words().max().unwrap_or_default() }
}

fn progress(slots: &[Slot]) -> String {
    let run = slots.iter().filter(|slot| slot.brief.with(|brief| brief.word.has_run())).count();
    match slots.len() {
        0 => String::new(),
        total => [&run.to_string(), " of ", &total.to_string(), " run"].concat(),
    }
}
