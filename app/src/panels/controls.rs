//! What a reader sets inside one panel: order, filter, place. It lasts as long as the page, and no longer.

use leptos::prelude::*;

/// Rows of a table that are drawn at first.
pub const FIRST_ROWS: usize = 100;

/// The settings of one panel. Copies are handles to the same settings.
#[derive(Clone, Copy)]
pub struct Controls {
    /// Column and direction; `None` is the command's own order.
    pub order: RwSignal<Option<Order>>,
    /// What rows or lines must contain.
    pub needle: RwSignal<String>,
    /// How many rows are drawn.
    pub limit: RwSignal<usize>,
    /// Whether long log lines are broken.
    pub wraps: RwSignal<bool>,
    /// Whether a log stands at its full height.
    pub is_tall: RwSignal<bool>,
    /// Which of the matches is in view.
    pub current: RwSignal<usize>,
}

/// The order of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Position of the column.
    pub column: usize,
    /// Greatest first.
    pub is_descending: bool,
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            order: RwSignal::new(None),
            needle: RwSignal::new(String::new()),
            limit: RwSignal::new(FIRST_ROWS),
            wraps: RwSignal::new(true),
            is_tall: RwSignal::new(false),
            current: RwSignal::new(0),
        }
    }
}

impl Controls {
    /// Sorts by a column; a second press turns it round, a third gives the command's own order back.
    pub fn press_header(self, column: usize, starts_descending: bool) {
        self.order.update(|order| {
            *order = match *order {
                Some(old) if old.column == column && old.is_descending == starts_descending => {
                    Some(Order { column, is_descending: !starts_descending })
                }
                Some(old) if old.column == column => None,
                _ => Some(Order { column, is_descending: starts_descending }),
            };
        });
    }

    /// The value of `aria-sort` for a column.
    pub fn aria_sort(self, column: usize) -> &'static str {
        match self.order.get() {
            Some(order) if order.column == column && order.is_descending => "descending",
            Some(order) if order.column == column => "ascending",
            _ => "none",
        }
    }
}
