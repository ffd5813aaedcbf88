//! Makes a panel like its new drawing, touching only what differs: focus, selection and scroll places stay, and cells
//! whose text changed grow warm for a moment.

use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

use crate::{
    live::browser::{all, within},
    panels::raw,
};

/// Attributes that belong to the browser's copy: what a reader has opened, and which cells are warm.
const OWN: [&str; 2] = ["open", "data-warm"];

/// Gives an element this content. The server escaped the text in it when it drew the panel.
pub(crate) fn replace(live: &Element, html: &str) {
    if let Some(wanted) = raw::fragment(html) {
        patch(live, &wanted);
    }
}

/// Puts the marks that a panel holds for rows of the author's table at those rows.
pub(crate) fn spread_marks(sheet: &Element) {
    for mark in within(sheet, "[data-mark]") {
        let row = ["[data-row-mark='", &mark.get_attribute("data-mark").unwrap_or_default(), "']"].concat();
        if let Some(place) = all(&row).first() {
            patch(place, &mark.clone_node_with_deep(true).unwrap_or_else(|_| mark.clone().into()));
        }
    }
}

/// Gives `live` the content of `wanted`, taking nodes out of it where new ones are needed.
fn patch(live: &Node, wanted: &Node) {
    let mut here = live.first_child();
    let mut next_wanted = wanted.first_child();
    while let Some(node) = next_wanted {
        next_wanted = node.next_sibling();
        let key = key_of(&node);
        if key.is_some() && here.as_ref().is_none_or(|here| key_of(here) != key) {
            // A row that has moved is brought here whole.
            let moved = std::iter::successors(here.clone(), Node::next_sibling).find(|node| key_of(node) == key);
            let before = here.clone();
            match moved {
                Some(moved) => {
                    let _ = live.insert_before(&moved, before.as_ref());
                    here = Some(moved);
                }
                None => {
                    let _ = live.insert_before(&node, before.as_ref());
                    continue;
                }
            }
        }
        match here.take() {
            Some(old) if old.node_name() == node.node_name() => {
                here = old.next_sibling();
                patch_node(&old, &node);
            }
            Some(old) => {
                here = old.next_sibling();
                let _ = live.replace_child(&node, &old);
            }
            None => {
                let _ = live.append_child(&node);
            }
        }
    }
    while let Some(old) = here {
        here = old.next_sibling();
        let _ = live.remove_child(&old);
    }
}

fn patch_node(live: &Node, wanted: &Node) {
    match (live.dyn_ref::<Element>(), wanted.dyn_ref::<Element>()) {
        (Some(element), Some(drawn)) => {
            patch_attributes(element, drawn);
            patch(live, wanted);
        }
        _ if live.node_value() != wanted.node_value() => {
            live.set_node_value(wanted.node_value().as_deref());
            warm(live);
        }
        _ => {}
    }
}

fn patch_attributes(live: &Element, wanted: &Element) {
    let names = |element: &Element| {
        element.get_attribute_names().iter().filter_map(|name| name.as_string()).collect::<Vec<_>>()
    };
    for name in names(live) {
        if !OWN.contains(&name.as_str()) && !wanted.has_attribute(&name) {
            let _ = live.remove_attribute(&name);
        }
    }
    for name in names(wanted) {
        let value = wanted.get_attribute(&name);
        if live.get_attribute(&name) != value {
            let _ = live.set_attribute(&name, value.as_deref().unwrap_or_default());
        }
    }
}

/// Marks the cell around a text. A cell that changes twice changes its mark twice, so that it warms each time. That
/// time passes is no news.
fn warm(text: &Node) {
    let cell =
        text.parent_element().filter(|around| !around.has_attribute("data-at") && !around.has_attribute("data-still"));
    if let Some(cell) = cell.and_then(|around| around.closest("td").ok().flatten()) {
        let mark = if cell.get_attribute("data-warm").as_deref() == Some("even") { "odd" } else { "even" };
        let _ = cell.set_attribute("data-warm", mark);
    }
}

fn key_of(node: &Node) -> Option<String> {
    node.dyn_ref::<Element>()?.get_attribute("data-key")
}
