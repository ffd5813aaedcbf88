//! What a reader sets inside one panel: order, filter, place. It lasts as long as the page, and no longer. The
//! controls are drawn with `data-do`, and one listener per panel carries out what they say.

use crate::ui::node::{Element, el};

/// Rows of a table that are drawn at first.
const FIRST_ROWS: usize = 100;

/// The settings of one panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Column and direction; `None` is the command's own order.
    pub order: Option<Order>,
    /// What rows or lines must contain, in lower case.
    pub needle: String,
    /// How many rows are drawn.
    pub limit: usize,
    /// Whether long log lines are broken.
    pub wraps: bool,
    /// Whether a log stands at its full height.
    pub is_tall: bool,
    /// Which of the matches is in view, counted on and on in both directions.
    pub current: isize,
}

/// The order of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Position of the column.
    pub column: usize,
    /// Greatest first.
    pub is_descending: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { order: None, needle: String::new(), limit: FIRST_ROWS, wraps: true, is_tall: false, current: 0 }
    }
}

impl Settings {
    /// Carries out what a control says.
    pub fn act(&mut self, action: &str) {
        match action.split_once(' ') {
            Some((direction, column)) => {
                if let Ok(column) = column.parse() {
                    self.press_header(column, direction == "falling");
                }
            }
            None => match action {
                "more" => self.limit += 10 * FIRST_ROWS,
                "next" => self.current += 1,
                "previous" => self.current -= 1,
                "wrap" => self.wraps = !self.wraps,
                "tall" => self.is_tall = !self.is_tall,
                _ => {}
            },
        }
    }

    /// Looks for something else.
    pub fn look_for(&mut self, needle: &str) {
        self.needle = needle.to_ascii_lowercase();
        self.current = 0;
    }

    /// The value of `aria-sort` for a column.
    pub fn aria_sort(&self, column: usize) -> &'static str {
        match self.order {
            Some(order) if order.column == column && order.is_descending => "descending",
            Some(order) if order.column == column => "ascending",
            _ => "none",
        }
    }

    /// Sorts by a column; a second press turns it round, a third gives the command's own order back.
    fn press_header(&mut self, column: usize, starts_descending: bool) {
        self.order = match self.order {
            Some(old) if old.column == column && old.is_descending == starts_descending => {
                Some(Order { column, is_descending: !starts_descending })
            }
            Some(old) if old.column == column => None,
            _ => Some(Order { column, is_descending: starts_descending }),
        };
    }
}

/// A button that does something in its panel. It needs scripts.
pub(super) fn button(action: &'static str, label: &'static str) -> Element {
    el("button").with("type", "button").class("button quiet needs-scripts").with("data-do", action).text(label)
}

/// A button that stays pressed.
pub(super) fn switch(action: &'static str, label: &'static str, is_on: bool) -> Element {
    button(action, label).with("aria-pressed", if is_on { "true" } else { "false" })
}

/// A field that filters rows or finds lines.
pub(super) fn search(label: &'static str, placeholder: &'static str) -> Element {
    let input = el("input")
        .with("type", "search")
        .with("placeholder", placeholder)
        .with("aria-label", label)
        .with("autocomplete", "off")
        .with("spellcheck", "false");
    el("span").class("filter needs-scripts").child(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_one_way_then_the_other_then_not_at_all() {
        let mut settings = Settings::default();
        let mut orders = Vec::new();
        for _ in 0..3 {
            settings.act("falling 5");
            orders.push(settings.order.map(|order| order.is_descending));
        }
        assert_eq!(orders, [Some(true), Some(false), None]);
    }

    #[test]
    fn ignores_what_it_does_not_know() {
        let mut settings = Settings::default();
        settings.act("explode");
        settings.act("falling over");
        assert_eq!(settings, Settings::default());
    }
}
