//! What a reader sets inside one panel. It lasts as long as the page, and no longer. Controls are drawn with
//! `data-do`, and one listener per panel carries out what they say.

/// The settings of one panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Column and direction; `None` is the command's own order.
    pub(super) order: Option<Order>,
    /// What rows or lines must contain, in lower case.
    pub(super) needle: String,
    /// Whether long log lines are broken.
    pub(super) wraps: bool,
    /// Whether a log stands at its full height.
    pub(super) is_tall: bool,
    /// Which of the matches is in view, counted on and on in both directions.
    pub(super) current: i32,
}

/// The order of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    /// Position of the column.
    pub(super) column: u32,
    /// Greatest first.
    pub(super) is_descending: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { order: None, needle: String::new(), wraps: true, is_tall: false, current: 0 }
    }
}

impl Settings {
    /// Carries out what a control says.
    pub(crate) fn act(&mut self, action: &str) {
        match action.split_once(' ') {
            Some((direction, column)) => {
                if let Ok(column) = column.parse() {
                    self.press_header(column, direction == "falling");
                }
            }
            None => match action {
                "next" => self.current += 1,
                "previous" => self.current -= 1,
                "wrap" => self.wraps = !self.wraps,
                "tall" => self.is_tall = !self.is_tall,
                _ => {}
            },
        }
    }

    /// Looks for something else.
    pub(crate) fn look_for(&mut self, needle: &str) {
        self.needle = needle.to_ascii_lowercase();
        self.current = 0;
    }

    /// Sorts by a column; a second press turns it round, a third gives the command's own order back.
    fn press_header(&mut self, column: u32, starts_descending: bool) {
        self.order = match self.order {
            Some(old) if old.column == column && old.is_descending == starts_descending => {
                Some(Order { column, is_descending: !starts_descending })
            }
            Some(old) if old.column == column => None,
            _ => Some(Order { column, is_descending: starts_descending }),
        };
    }
}
