//! Panels: what a report looks like, the same on the server and in the browser. A panel is drawn as a tree; it shows
//! and lets choose, and asks nothing itself.

pub mod check;
pub mod controls;
mod log;
mod restart_table;
mod rows;
mod sheet;
mod table;
mod unknown;
mod window;

use runbook::{
    outcome::{Body, Outcome, Report},
    time::Timestamp,
};

use self::controls::Settings;
use crate::{
    live::context::Page,
    ui::node::{Node, el, text},
};

pub use self::sheet::{Shown, sheet};

/// What a panel's body is drawn from.
#[derive(Clone, Copy)]
pub struct Drawing<'a> {
    /// The report in view.
    pub report: &'a Report,
    /// The report before it: what differs is warm for a moment.
    pub before: Option<&'a Report>,
    /// Counts reports, so that a cell that changes twice warms twice.
    pub turn: usize,
    /// The portal's time.
    pub now: Timestamp,
    /// What the reader has set in this panel.
    pub settings: &'a Settings,
    /// The page around it, for addresses.
    pub page: Page,
}

impl Drawing<'_> {
    /// A class list that ends in a warm class when the cell differs from the report before.
    fn class(&self, names: &str, has_changed: bool) -> String {
        let warm = match (has_changed, self.turn % 2) {
            (false, _) => "",
            (true, 0) => " warm-even",
            (true, _) => " warm-odd",
        };
        [names, warm].concat()
    }
}

/// The body of a panel.
fn body(drawing: Drawing<'_>) -> Vec<Node> {
    if let (Outcome::Unknown(unknown), Body::Empty) = (&drawing.report.outcome, &drawing.report.body) {
        return vec![unknown::draw(unknown).into()];
    }
    match &drawing.report.body {
        Body::Empty => Vec::new(),
        Body::RestartTable(table) => restart_table::draw(table, drawing),
        Body::Table(table) => table::draw(table, drawing),
        Body::Log(log) => log::draw(log, drawing),
        Body::Window(window) => window::draw(window, drawing),
        Body::Text { text } => {
            vec![el("pre").class("text-body").with("tabindex", "0").text(text.clone()).into()]
        }
    }
}

/// A small line under a body.
fn note(content: impl IntoIterator<Item = Node>) -> Node {
    el("p").class("note").all(content).into()
}

/// A line in place of rows that are not there.
fn empty(words: String) -> Node {
    el("p").class("empty").all([text(words)]).into()
}

/// `4,812`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn groups_thousands() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(812), "812");
        assert_eq!(grouped(4_812), "4,812");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
