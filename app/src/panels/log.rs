//! Log lines of one container, with what matches marked and counted.

use leptos::prelude::*;
use runbook::outcome::{Log, LogLine};

use super::{Drawing, controls::Controls, grouped};

/// The log, or the sentence that says why there is none (yet).
pub(super) fn view(log: &Log, drawing: Drawing<'_>) -> AnyView {
    let controls = drawing.controls;
    let whose = view! {
        <p class="log-whose">
            <span class="mono">{log.pod.clone()}</span> " · container " <span class="mono">{log.container.clone()}</span>
            {if log.is_previous { " · the run before the last restart" } else { "" }}
            {if log.is_following { " · following" } else { "" }}
        </p>
    };
    if let Some(absence) = log.absence.clone() {
        return view! { {whose} <p class="empty">{absence}</p> }.into_any();
    }
    let needle = controls.needle.read().to_lowercase();
    let matches: Vec<bool> = log.lines.iter().map(|line| is_match(line, &needle)).collect();
    let count = matches.iter().filter(|is_match| **is_match).count();
    let current = controls.current.get().min(count.saturating_sub(1));
    let mut seen = 0;
    let lines: Vec<_> = log
        .lines
        .iter()
        .zip(&matches)
        .map(|(line, &is_match)| {
            let is_current = is_match && seen == current;
            seen += usize::from(is_match);
            line_view(line, is_match, is_current)
        })
        .collect();
    let label = format!("Log of {}", log.pod);
    let extent = log.extent.clone();
    view! {
        {whose}
        {toolbar(count, current, controls)}
        <div
            class="log-lines"
            class:wraps=controls.wraps.get()
            class:tall=controls.is_tall.get()
            data-follows=log.is_following.then_some("")
            tabindex="0"
            role="region"
            aria-label=label
        >
            {lines}
        </div>
        <p class="note">{extent}</p>
    }
    .into_any()
}

fn line_view(line: &LogLine, is_match: bool, is_current: bool) -> AnyView {
    let at = line.at.map(|at| view! { <time datetime=at.rfc3339()>{at.clock()}</time> });
    let spans: Vec<_> =
        line.spans.iter().map(|span| view! { <span class=span.style.clone()>{span.text.clone()}</span> }).collect();
    view! {
        <div class="line" class:match=is_match class:current=is_current>
            {at}
            <span class="line-text">{spans}</span>
        </div>
    }
    .into_any()
}

fn toolbar(count: usize, current: usize, controls: Controls) -> AnyView {
    let step = move |by: usize| controls.current.set((current + by) % count.max(1));
    let position = match count {
        0 => "no line matches".to_owned(),
        1 => "1 line matches".to_owned(),
        _ => format!("match {} of {}", current + 1, grouped(count)),
    };
    let travel = (count > 1).then(|| {
        view! {
            <button type="button" class="button quiet needs-scripts" on:click=move |_| step(count - 1)>"Previous"</button>
            <button type="button" class="button quiet needs-scripts" on:click=move |_| step(1)>"Next"</button>
        }
    });
    view! {
        <div class="toolbar">
            <span>{position}</span>
            {travel}
            <label class="filter needs-scripts">
                <span class="visually-hidden">"Search in this log"</span>
                <input
                    type="search"
                    placeholder="search"
                    autocomplete="off"
                    spellcheck="false"
                    on:input:target=move |event| {
                        controls.current.set(0);
                        controls.needle.set(event.target().value());
                    }
                />
            </label>
            {switch("Wrap", controls.wraps)}
            {switch("Full height", controls.is_tall)}
        </div>
    }
    .into_any()
}

fn switch(label: &'static str, is_on: RwSignal<bool>) -> AnyView {
    let pressed = if is_on.get() { "true" } else { "false" };
    view! {
        <button
            type="button"
            class="button quiet needs-scripts"
            aria-pressed=pressed
            on:click=move |_| is_on.update(|is_on| *is_on = !*is_on)
        >
            {label}
        </button>
    }
    .into_any()
}

/// With a search term its hits are the matches; without one, what the runbook looks for.
fn is_match(line: &LogLine, needle: &str) -> bool {
    if needle.is_empty() {
        return line.is_match;
    }
    line.spans.iter().map(|span| span.text.as_str()).collect::<String>().to_lowercase().contains(needle)
}
