//! What every table panel shares: the line above it, the head whose names sort, the bound on rows.

use super::{
    empty, grouped,
    node::{Element, Node, el, later, later_unsaid},
    search,
};
use crate::paths;

/// Rows that are drawn; the alert's row is drawn in any case. Whoever needs more narrows the command.
const MAX_ROWS: usize = 200;

/// Rows that a long table shows at first, and how many more make it a long one.
const FIRST_ROWS: usize = 4;
const SPARE_ROWS: usize = 3;

/// A table to be drawn.
pub(super) struct Sheet<'a, R> {
    /// What it is, for screen readers.
    pub(super) label: String,
    /// Classes of the table.
    pub(super) class: &'static str,
    /// Column heads, and whether they hold numbers.
    pub(super) heads: &'a [(&'a str, bool)],
    /// The rows given.
    pub(super) rows: &'a [R],
    /// How many things the question covers, and what they are called.
    pub(super) total: (usize, &'static str),
}

impl<R> Sheet<'_, R> {
    /// Draws it, each row by `draw`. `is_bound` tells the alert's row.
    pub(super) fn draw(&self, is_bound: fn(&R) -> bool, draw: impl Fn(&R) -> Element) -> Vec<Node> {
        let (total, noun) = self.total;
        if self.rows.is_empty() {
            return vec![empty(
                ["No row: none of ", &grouped(total), " ", noun, " is what the command asks for."].concat(),
            )];
        }
        let drawn: Vec<&R> = self
            .rows
            .iter()
            .enumerate()
            .filter(|(at, row)| *at < MAX_ROWS || is_bound(row))
            .map(|(_, row)| row)
            .collect();
        let is_long = drawn.len() > FIRST_ROWS + SPARE_ROWS;
        let rows = drawn.iter().enumerate().map(|(at, row)| {
            let drawn = draw(row).with("data-row", at.to_string());
            // The alert's own row is always there.
            if !is_long || at < FIRST_ROWS || is_bound(row) {
                return drawn.into();
            }
            later_unsaid([drawn.with("data-more", "")])
        });
        let head = self.heads.iter().enumerate().map(|(column, (label, is_numeric))| {
            let action = [if *is_numeric { "falling " } else { "rising " }, &column.to_string()].concat();
            let th = el("th").with("scope", "col");
            let th = if *is_numeric { th.class("num") } else { th };
            // One row needs no order.
            if drawn.len() < 2 {
                return th.text((*label).to_owned());
            }
            th.child(el("button").with_later("type", "button").with("data-do", action).text((*label).to_owned()))
        });
        let table =
            el("table").class(self.class).child(el("thead").child(el("tr").all(head))).child(el("tbody").all(rows));
        let none = el("p").class("empty").with("data-none", "").with("hidden", "").text("No row contains this.");
        let all = is_long.then(|| {
            let words = ["All ", &grouped(drawn.len()), " rows"].concat();
            let press = el("button").with("type", "button").class("button quiet needs-scripts").with("data-do", "tall");
            el("p").class("to-all").all([later(words.clone(), [press.text(words)])])
        });
        let parts = [Some(self.toolbar(drawn.len())), Some(scroll(self.label.clone(), table)), Some(none), all];
        parts.into_iter().flatten().map(Node::from).collect()
    }

    /// "35 of 4,812 pods"; a filter changes the first number.
    fn toolbar(&self, drawn: usize) -> Element {
        let (total, noun) = self.total;
        let total = total.max(drawn);
        let noun = if total == 1 { noun.trim_end_matches('s') } else { noun };
        let shown = el("span")
            .child(el("span").with("data-shown", "").text(grouped(drawn)))
            .text([" of ", &grouped(total), " ", noun].concat());
        let toolbar = el("div").class("toolbar").child(shown);
        if drawn > 1 { toolbar.child(search("Show rows that contain", "filter")) } else { toolbar }
    }
}

/// Where a row's link leads: the page it stands on, with the row's values and what else the page holds. The row's own
/// values stand apart in `data-bind`, for a browser that knows better what its page holds.
pub(super) fn link(binds: &[(&str, &str)], kept: &[(&str, &str)]) -> Element {
    let binds = || binds.iter().copied().filter(|(_, value)| !value.is_empty());
    let rest = kept.iter().copied().filter(|(name, _)| binds().all(|(replaced, _)| replaced != *name));
    el("a").with("href", paths::query(binds().chain(rest))).with_later("data-bind", paths::query(binds()))
}

/// A small link beside a pod's name: the same page for that pod, with the check of its log run, at that check.
pub(super) fn logs(binds: &[(&str, &str)], check: &str, kept: &[(&str, &str)]) -> Element {
    let binds: Vec<(&str, &str)> = binds.iter().copied().filter(|(_, value)| !value.is_empty()).collect();
    let rest = kept.iter().copied().filter(|(name, _)| binds.iter().all(|(replaced, _)| replaced != name));
    let run = [(paths::RUN_FIELD, check)];
    let anchor = ["#", &paths::check_anchor(check)].concat();
    let rest = rest.filter(|pair| *pair != run[0]);
    el("a")
        .class("to-logs")
        .with("href", paths::query(binds.iter().copied().chain(rest).chain(run)) + &anchor)
        .with("data-bind", paths::query(binds.iter().copied().chain(run)) + &anchor)
        .text("logs")
}

/// The way to the whole log: the page's own check of it, run. A browser runs it in place, by `data-run`.
pub(super) fn whole_log(check: &str, kept: &[(&str, &str)]) -> Element {
    let run = [(paths::RUN_FIELD, check)];
    let anchor = ["#", &paths::check_anchor(check)].concat();
    let rest = kept.iter().copied().filter(|pair| *pair != run[0]);
    el("a")
        .class("whole-log")
        .with("href", paths::query(rest.chain(run)) + &anchor)
        .with("data-bind", paths::query(run) + &anchor)
        .with("data-run", check.to_owned())
        .text("Whole log")
}

/// Lets a wide table scroll inside itself, by keyboard too.
pub(super) fn scroll(label: String, table: Element) -> Element {
    el("div").class("table-scroll").with("tabindex", "0").with("role", "group").with("aria-label", label).child(table)
}
