//! Carries a panel's settings out on what is there: hides rows, orders them, finds lines. Done anew after each new
//! drawing, which knows nothing of settings.

use wasm_bindgen::JsCast;
use web_sys::Element;

use super::settings::{Order, Settings};
use crate::{live::browser::within, panels::sort::compare};

/// Makes a panel's content look as its reader has set it.
pub(crate) fn apply(root: &Element, settings: &Settings) {
    filter_rows(root, settings);
    order_rows(root, settings.order);
    let count = find_lines(root, settings);
    for control in within(root, "[data-do]") {
        let action = control.get_attribute("data-do").unwrap_or_default();
        match action.as_str() {
            "wrap" => set(&control, "aria-pressed", if settings.wraps { "true" } else { "false" }),
            "tall" => set(&control, "aria-pressed", if settings.is_tall { "true" } else { "false" }),
            "next" | "previous" => show(&control, count > 1),
            _ => {}
        }
    }
    for lines in within(root, ".log-lines") {
        let _ = lines.class_list().toggle_with_force("wraps", settings.wraps);
        let _ = lines.class_list().toggle_with_force("tall", settings.is_tall);
    }
    // Who filters or sorts means all rows.
    let is_whole = settings.is_tall || !settings.needle.is_empty() || settings.order.is_some();
    for table in within(root, "table") {
        let _ = table.class_list().toggle_with_force("tall", is_whole);
    }
    within(root, ".to-all").iter().for_each(|all| show(all, !is_whole));
}

/// Brings the match that is meant into view.
pub(crate) fn reveal(root: &Element) {
    if let Ok(Some(line)) = root.query_selector(".current") {
        line.scroll_into_view_with_bool(false);
    }
}

fn filter_rows(root: &Element, settings: &Settings) {
    let rows = within(root, "[data-row]");
    let mut shown = 0;
    for row in &rows {
        let passes = settings.needle.is_empty() || contains(row, &settings.needle);
        show(row, passes);
        shown += u32::from(passes);
    }
    if !settings.needle.is_empty() {
        within(root, "[data-shown]").iter().for_each(|count| count.set_text_content(Some(&shown.to_string())));
    }
    within(root, "[data-none]").iter().for_each(|none| show(none, shown == 0));
}

/// Orders rows by a column, or as they were drawn.
fn order_rows(root: &Element, order: Option<Order>) {
    for (column, head) in (0..).zip(within(root, "thead th")) {
        match order.filter(|order| order.column == column) {
            Some(order) => set(&head, "aria-sort", if order.is_descending { "descending" } else { "ascending" }),
            None => {
                let _ = head.remove_attribute("aria-sort");
            }
        }
    }
    let rows = within(root, "[data-row]");
    let key = |row: &Element| match order {
        Some(order) => row
            .children()
            .item(order.column)
            .map(|cell| cell.get_attribute("data-sort").or_else(|| cell.text_content()).unwrap_or_default()),
        None => row.get_attribute("data-row"),
    };
    // Each row goes to its place among those before it: the standard library's sort would weigh kilobytes here.
    let mut keyed: Vec<(String, usize)> = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let own = key(row).unwrap_or_default();
        let place = keyed.partition_point(|(other, _)| {
            let ordering = compare(other, &own);
            match order.is_some_and(|order| order.is_descending) {
                true => ordering.is_ge(),
                false => ordering.is_le(),
            }
        });
        keyed.insert(place, (own, at));
    }
    // Moving a row takes the focus from it, so rows that stand in order are left alone.
    if keyed.is_sorted_by_key(|(_, at)| *at) {
        return;
    }
    for (_, at) in keyed {
        if let Some(body) = rows[at].parent_node() {
            let _ = body.append_child(&rows[at]);
        }
    }
}

/// Marks lines: what the runbook looks for or, while a reader searches, what they search. How many there are.
fn find_lines(root: &Element, settings: &Settings) -> i32 {
    let lines = within(root, ".line");
    let is_match = |line: &Element| match settings.needle.as_str() {
        "" => line.has_attribute("data-match"),
        needle => contains(line, needle),
    };
    let matches: Vec<bool> = lines.iter().map(is_match).collect();
    let count = i32::try_from(matches.iter().filter(|is_match| **is_match).count()).unwrap_or(i32::MAX);
    let current = settings.current.rem_euclid(count.max(1));
    let mut seen = 0;
    for (line, is_match) in lines.iter().zip(matches) {
        let _ = line.class_list().toggle_with_force("match", is_match);
        let _ = line.class_list().toggle_with_force("current", is_match && seen == current);
        seen += i32::from(is_match);
    }
    let words = match count {
        0 => "no line matches".to_owned(),
        1 => "1 line matches".to_owned(),
        count => ["match ", &(current + 1).to_string(), " of ", &count.to_string()].concat(),
    };
    within(root, "[data-position]").iter().for_each(|place| place.set_text_content(Some(&words)));
    count
}

fn contains(element: &Element, needle: &str) -> bool {
    element.text_content().is_some_and(|text| text.to_ascii_lowercase().contains(needle))
}

fn show(element: &Element, is_shown: bool) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        element.set_hidden(!is_shown);
    }
}

fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}
