//! What each source lets Runlight see, and what would mend what is missing: the list that `runlight doctor` prints.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    frame::{bar, failure},
    title::title_about,
};
use crate::{
    answer,
    server_side::{
        doctor::{Examination, Part, Remedy, Row, State},
        request::{answer as ask, door},
    },
    ui::{mark, time},
};

/// The list.
pub(in crate::server_side) fn doctor_page() -> impl IntoView {
    let view = ask(async move {
        let (backend, caller) = door()?;
        backend.doctor(&caller).await
    });
    Suspend::new(async move {
        match view.await {
            Ok(found) => page(&found).into_any(),
            Err(error) => failure(error).into_any(),
        }
    })
}

fn page(found: &Arc<Examination>) -> AnyView {
    let parts: Vec<_> = found.parts.iter().map(part).collect();
    view! {
        {title_about("Doctor")}
        {bar(Some("Doctor".into()), String::new(), None)}
        <main id="_main" class="home doctor">
            <h1>"Doctor"</h1>
            <p class="sentence">{sentence(found)}</p>
            <p class="note">
                {format!("Looked at {}. Sources are asked at most every 30 s, however many people look.", time::full_text(found.at))}
            </p>
            {parts}
        </main>
    }
    .into_any()
}

/// What the list comes to.
fn sentence(found: &Examination) -> String {
    let count = |state: State, one: &str, many: &str| match found.count(state) {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let unknown = count(State::Unknown, "thing would be unknown on a page", "things would be unknown on a page");
    let warnings = count(State::Warning, "deserves a look", "deserve a look");
    match (unknown, warnings) {
        (None, None) => "Everything that is configured answers and may be read.".to_owned(),
        (Some(unknown), None) => format!("{unknown}."),
        (None, Some(warnings)) => format!("Nothing would be unknown on a page; {warnings}."),
        (Some(unknown), Some(warnings)) => format!("{unknown}; {warnings}."),
    }
}

fn part(part: &Part) -> AnyView {
    let rows: Vec<_> = part.rows.iter().map(row).collect();
    let name = (!part.name.is_empty()).then(|| view! { <span class="source-name">{part.name.clone()}</span> });
    let place: Vec<String> = part.address.iter().chain(&part.version).cloned().collect();
    view! {
        <section class="doctor-part">
            <h2>{name} " " <span class="source-kind">{part.kind}</span></h2>
            {(!place.is_empty()).then(|| view! { <p class="note">{place.join(" · ")}</p> })}
            <ul class="doctor-rows">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(row: &Row) -> AnyView {
    let state = row.state;
    view! {
        <li data-outcome=answer::Word::attribute(state.word())>
            <span class="state" data-state=state.word().attribute()>
                {mark::shape(move || state.word())} " " {state.label()}
            </span>
            <div>
                <p>{row.words.clone()}</p>
                {row.remedy.as_ref().map(remedy)}
            </div>
        </li>
    }
    .into_any()
}

fn remedy(remedy: &Remedy) -> AnyView {
    let lines = (!remedy.lines.is_empty()).then(|| {
        // What is longer than the screen can be scrolled by keys, too.
        view! { <pre class="doctor-lines" tabindex="0">{remedy.lines.join("\n")}</pre> }
    });
    view! {
        <p class="doctor-remedy">{remedy.words.clone()}</p>
        {lines}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use runbook::time::Timestamp;

    use super::*;
    use crate::server_side::doctor::Topic;

    fn found(states: &[State]) -> Examination {
        let rows = states.iter().map(|state| Row::new(*state, Topic::Reach, "x")).collect();
        let part = Part { kind: "Kubernetes", name: "a".into(), address: None, version: None, rows };
        Examination { at: Timestamp(0), parts: vec![part] }
    }

    #[test]
    fn says_what_the_list_comes_to() {
        let all_well = found(&[State::Ok, State::NotConfigured]);
        assert_eq!(sentence(&all_well), "Everything that is configured answers and may be read.");
        assert!(all_well.is_ok());
        let one = found(&[State::Warning]);
        assert_eq!(sentence(&one), "Nothing would be unknown on a page; 1 deserves a look.");
        assert!(one.is_ok());
        let both = found(&[State::Unknown, State::Unknown, State::Warning, State::Warning]);
        assert_eq!(sentence(&both), "2 things would be unknown on a page; 2 deserve a look.");
        assert!(!both.is_ok());
    }
}
