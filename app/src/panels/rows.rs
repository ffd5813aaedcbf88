//! What every table panel does with its rows: filter, order, count, and the controls for it.

use std::cmp::Ordering;

use leptos::prelude::*;

use super::{
    controls::{Controls, FIRST_ROWS},
    grouped,
};

/// A column head.
pub(super) struct Head {
    /// What it says.
    pub(super) label: String,
    /// Numbers stand on the right, and are sorted greatest first.
    pub(super) is_numeric: bool,
}

/// The rows to draw, in order, and how many passed the filter. `cell` gives the text of a row in a column; a bound
/// row is always drawn.
pub(super) fn choose<'a, R>(
    rows: &'a [R],
    controls: Controls,
    columns: usize,
    cell: impl Fn(&R, usize) -> String,
    is_bound: impl Fn(&R) -> bool,
) -> (Vec<&'a R>, usize) {
    let needle = controls.needle.read().to_lowercase();
    let has_needle = |row: &&R| (0..columns).any(|column| cell(row, column).to_lowercase().contains(&needle));
    let mut chosen: Vec<&R> = rows.iter().filter(|row| needle.is_empty() || has_needle(row)).collect();
    if let Some(order) = controls.order.get() {
        chosen.sort_by(|a, b| {
            let ordering = compare(&cell(a, order.column), &cell(b, order.column));
            if order.is_descending { ordering.reverse() } else { ordering }
        });
    }
    let passed = chosen.len();
    let limit = controls.limit.get();
    let mut position = 0;
    chosen.retain(|row| {
        position += 1;
        position <= limit || is_bound(row)
    });
    (chosen, passed)
}

/// The head of a table: each column's name is a button that sorts by it.
pub(super) fn head(heads: Vec<Head>, controls: Controls) -> AnyView {
    let cells: Vec<_> = heads
        .into_iter()
        .enumerate()
        .map(|(column, Head { label, is_numeric })| {
            view! {
                <th scope="col" class:num=is_numeric aria-sort=controls.aria_sort(column)>
                    <button type="button" on:click=move |_| controls.press_header(column, is_numeric)>{label}</button>
                </th>
            }
        })
        .collect();
    view! { <thead><tr>{cells}</tr></thead> }.into_any()
}

/// The line above a table: how many rows are in view, and the filter.
pub(super) fn toolbar(shown: usize, passed: usize, total: usize, noun: &'static str, controls: Controls) -> AnyView {
    let more = (shown < passed).then(|| {
        view! {
            <button
                type="button"
                class="button quiet needs-scripts"
                on:click=move |_| controls.limit.update(|limit| *limit += 10 * FIRST_ROWS)
            >
                "Show more"
            </button>
        }
    });
    view! {
        <div class="toolbar">
            <span>{format!("showing {} of {} {noun}", grouped(shown), grouped(total))}</span>
            {more}
            <label class="filter needs-scripts">
                <span class="visually-hidden">"Show rows that contain"</span>
                <input
                    type="search"
                    placeholder="filter"
                    autocomplete="off"
                    spellcheck="false"
                    on:input:target=move |event| controls.needle.set(event.target().value())
                />
            </label>
        </div>
    }
    .into_any()
}

/// Numbers, counts with an age (`12 (3m ago)`) and ages (`5d3h`) by what they mean; anything else by its letters.
fn compare(a: &str, b: &str) -> Ordering {
    match (magnitude(a), magnitude(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => a.cmp(b),
    }
}

fn magnitude(text: &str) -> Option<f64> {
    let mut rest = text.split(' ').next().filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next();
        let seconds = match unit {
            None | Some('s' | '/' | '%') => 1.0,
            Some('m') => 60.0,
            Some('h') => 3_600.0,
            Some('d') => 86_400.0,
            Some('y') => 365.0 * 86_400.0,
            Some(_) => return None,
        };
        total += number * seconds;
        rest = if unit == Some('/') { "" } else { rest.get(digits + 1..).unwrap_or("") };
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_counts_and_ages_by_what_they_mean() {
        assert_eq!(compare("9", "10"), Ordering::Less);
        assert_eq!(compare("5d3h", "23h"), Ordering::Greater);
        assert_eq!(compare("12 (3m ago)", "2"), Ordering::Greater);
        assert_eq!(compare("1/2", "2/2"), Ordering::Less);
    }

    #[test]
    fn sorts_names_by_letters_even_when_they_begin_with_a_digit() {
        assert_eq!(compare("10-web", "9-web"), Ordering::Less);
        assert_eq!(compare("alpha", "beta"), Ordering::Less);
        assert_eq!(compare("", "beta"), Ordering::Less);
    }
}
