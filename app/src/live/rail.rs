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
    /// What the verdict says of it.
    pub says: StepSays,
    /// Where "Next" leads from it.
    pub next: Option<String>,
}

/// What the verdict says of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepSays {
    /// Nothing.
    Nothing,
    /// The row that fits means it.
    LeadsHere,
    /// Only rows that do not fit mean it.
    DoesNotApply,
}

impl StepSays {
    fn words(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::LeadsHere => "the verdict leads here",
            Self::DoesNotApply => "does not apply",
        }
    }
}

/// The list of steps.
#[island]
pub fn StepRail(steps: Sent<Vec<RailStep>>) -> impl IntoView {
    let page = Page::current();
    let steps = steps.0;
    let count = steps.len().to_string();
    let items: Vec<_> = steps
        .into_iter()
        .enumerate()
        .map(|(position, step)| {
            let checks = slots_of(page, position);
            let word = move || checks.with_value(|slots| worst(slots));
            let progress = move || checks.with_value(|slots| progress(slots));
            let says = step.says.words();
            view! {
                <li>
                    <a href=["#", &step.id].concat() data-step-link=step.id>
                        {mark::shape(word)}
                        <span class="rail-title">{step.title}</span>
                        <span class="rail-state">{progress}</span>
                        <span class="rail-says">{says}</span>
                        <span class="visually-hidden">{move || [", ", word().label()].concat()}</span>
                        <span class="rail-place">{["Step ", &(position + 1).to_string(), " of ", &count].concat()}</span>
                    </a>
                    {step.next.map(|href| view! { <a class="rail-next" href=href>"Next"</a> })}
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

/// A step is as its most telling check; a check under way comes before all. It is ok only when everything that it asks
/// has been asked.
fn worst(slots: &[Slot]) -> Word {
    let words = || slots.iter().map(|slot| slot.brief.with(|brief| brief.word));
    if words().any(|word| word == Word::Running) {
        return Word::Running;
    }
    match words().max().unwrap_or_default() {
        Word::Pass if words().any(|word| !word.has_run()) => Word::Idle,
        word => word,
    }
}

/// How many of its commands have been run; what runs by itself is not counted.
fn progress(slots: &[Slot]) -> String {
    let commands = || slots.iter().filter(|slot| slot.is_command);
    let run = commands().filter(|slot| slot.brief.with(|brief| brief.word.has_run())).count();
    match commands().count() {
        0 => String::new(),
        total => [&run.to_string(), " of ", &total.to_string(), " run"].concat(),
    }
}
