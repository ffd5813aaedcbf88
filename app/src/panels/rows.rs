//! What every table panel does with its rows: filter, order, count, and the controls for it.

use std::cmp::Ordering;

use super::{
    controls::{Settings, button, search},
    empty, grouped,
};
use crate::ui::node::{Element, Node, el};

/// Rows that are to be drawn.
pub(super) struct Chosen<'a, R> {
    /// In order.
    pub(super) rows: Vec<&'a R>,
    /// How many passed the filter.
    passed: usize,
    /// How many there are.
    given: usize,
}

/// Filters and orders rows. `cell` gives the text of a row in a column; a bound row is drawn beyond the limit too.
pub(super) fn choose<'a, R>(
    rows: &'a [R],
    settings: &Settings,
    columns: usize,
    cell: &dyn Fn(&R, usize) -> String,
    is_bound: fn(&R) -> bool,
) -> Chosen<'a, R> {
    let needle = settings.needle.as_str();
    let has_needle = |row: &&R| (0..columns).any(|column| cell(row, column).to_ascii_lowercase().contains(needle));
    let mut chosen: Vec<(String, &R)> = rows
        .iter()
        .filter(|row| needle.is_empty() || has_needle(row))
        .map(|row| (settings.order.map(|order| cell(row, order.column)).unwrap_or_default(), row))
        .collect();
    if let Some(order) = settings.order {
        chosen.sort_by(|(a, _), (b, _)| {
            let ordering = compare(a, b);
            if order.is_descending { ordering.reverse() } else { ordering }
        });
    }
    let passed = chosen.len();
    let drawn = chosen.into_iter().enumerate().filter(|(at, (_, row))| *at < settings.limit || is_bound(row));
    Chosen { rows: drawn.map(|(_, (_, row))| row).collect(), passed, given: rows.len() }
}

/// A table with its head, whose names sort, and the line above it: how many rows are in view, and the filter.
pub(super) fn table<'a, R>(
    label: String,
    class: &'static str,
    heads: &[(&str, bool)],
    chosen: Chosen<'a, R>,
    total: (usize, &str),
    settings: &Settings,
    draw: &dyn Fn(&R) -> Element,
) -> Vec<Node> {
    let (total, noun) = total;
    let shown = ["showing ", &grouped(chosen.rows.len()), " of ", &grouped(total), " ", noun].concat();
    let mut toolbar = el("div").class("toolbar").child(el("span").text(shown));
    if chosen.rows.len() < chosen.passed {
        toolbar = toolbar.child(button("more", "Show more"));
    }
    if chosen.given > 1 {
        toolbar = toolbar.child(search("Show rows that contain", "filter"));
    }
    let head = heads.iter().enumerate().map(|(column, (label, is_numeric))| {
        let action = [if *is_numeric { "falling " } else { "rising " }, &column.to_string()].concat();
        let button = el("button").with("type", "button").with("data-do", action).text((*label).to_owned());
        el("th")
            .with("scope", "col")
            .with("aria-sort", settings.aria_sort(column))
            .class(if *is_numeric { "num" } else { "" })
            .child(button)
    });
    let table = el("table")
        .class(class)
        .child(el("thead").child(el("tr").all(head)))
        .child(el("tbody").all(chosen.rows.iter().map(|row| draw(row))));
    let mut drawn = vec![toolbar.into()];
    if chosen.rows.is_empty() {
        drawn.push(empty(match chosen.given {
            0 => ["No row: none of ", &grouped(total), " ", noun, " is what the command asks for."].concat(),
            given => ["No row: none of these ", &grouped(given), " contains what the filter says."].concat(),
        }));
    } else {
        drawn.push(scroll(label, table).into());
    }
    drawn
}

/// Lets a wide table scroll inside itself, by keyboard too.
pub(super) fn scroll(label: String, table: Element) -> Element {
    el("div").class("table-scroll").with("tabindex", "0").with("role", "region").with("aria-label", label).child(table)
}

/// Numbers, counts with an age (`12 (3m ago)`) and ages (`5d3h`) by what they mean; anything else by its letters.
fn compare(a: &str, b: &str) -> Ordering {
    match (magnitude(a), magnitude(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => a.cmp(b),
    }
}

/// A number, or an age in seconds. Of `1/2` and `1.5` what stands before the sign.
fn magnitude(text: &str) -> Option<u64> {
    let word = text.split(' ').next()?;
    let (mut total, mut number, mut has_digits) = (0_u64, 0_u64, false);
    for byte in word.bytes() {
        let factor = match byte {
            b'0'..=b'9' => {
                number = number.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                has_digits = true;
                continue;
            }
            b'/' | b'.' | b'%' if has_digits => break,
            b's' => 1,
            b'm' => 60,
            b'h' => 3_600,
            b'd' => 86_400,
            b'y' => 31_536_000,
            _ => return None,
        };
        total = total.saturating_add(number.saturating_mul(factor));
        number = 0;
    }
    has_digits.then(|| total.saturating_add(number))
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
        assert_eq!(compare("87%", "9%"), Ordering::Greater);
    }

    #[test]
    fn sorts_names_by_letters_even_when_they_begin_with_a_digit() {
        assert_eq!(compare("10-web", "9-web"), Ordering::Less);
        assert_eq!(compare("alpha", "beta"), Ordering::Less);
        assert_eq!(compare("", "beta"), Ordering::Less);
    }
}
