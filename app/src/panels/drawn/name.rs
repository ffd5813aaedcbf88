//! Names of things, cut in the middle when they are long.

use super::node::{Element, el};
use crate::ui::name::split;

/// A name in two parts, of which the first one shrinks.
pub(super) fn cut(name: &str) -> Element {
    let (head, tail) = split(name);
    if head.is_empty() {
        return el("span").class("name").text(tail.to_owned());
    }
    el("span")
        .class("name")
        .with_later("title", name.to_owned())
        .child(el("span").class("name-head").text(head.to_owned()))
        .child(el("span").class("name-tail").text(tail.to_owned()))
}
