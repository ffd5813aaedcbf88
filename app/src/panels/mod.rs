//! Panels: what a report looks like, the same on the server and in the browser. A panel shows and lets choose; it
//! asks nothing itself.

pub mod check;
pub mod controls;
mod log;
mod restart_table;
mod rows;
mod table;
mod unknown;
mod window;

use leptos::prelude::*;
use runbook::{
    outcome::{Body, Outcome, Report},
    time::Timestamp,
};

use self::controls::Controls;

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
    pub controls: Controls,
}

impl Drawing<'_> {
    /// The class of a cell: warm when it differs from the report before.
    pub fn warmth(&self, changed: bool) -> &'static str {
        match (changed, self.turn % 2) {
            (false, _) => "",
            (true, 0) => " warm-even",
            (true, _) => " warm-odd",
        }
    }
}

/// The body of a panel.
pub fn body(drawing: Drawing<'_>) -> AnyView {
    if let Outcome::Unknown(unknown) = &drawing.report.outcome
        && matches!(drawing.report.body, Body::Empty)
    {
        return unknown::view(unknown).into_any();
    }
    match &drawing.report.body {
        Body::Empty => ().into_any(),
        Body::RestartTable(table) => restart_table::view(table, drawing).into_any(),
        Body::Table(table) => table::view(table, drawing).into_any(),
        Body::Log(log) => log::view(log, drawing).into_any(),
        Body::Window(window) => window::view(window, drawing).into_any(),
        Body::Text { text } => {
            let text = text.clone();
            view! { <pre class="text-body" tabindex="0">{text}</pre> }.into_any()
        }
    }
}

/// `4,812`.
pub fn grouped(number: usize) -> String {
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
