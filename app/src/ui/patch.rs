//! Makes the browser's document like a tree, touching only what differs: focus, selection and scroll places stay.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element as Live, Node as LiveNode};

use super::node::{Element, Node};

const SVG: &str = "http://www.w3.org/2000/svg";

/// Gives an element this content.
pub fn patch(parent: &Live, content: &[Node]) {
    let mut next = parent.first_child();
    for node in content {
        let Some(live) = next else {
            append(parent, node);
            continue;
        };
        next = live.next_sibling();
        match node {
            Node::Text(words) if live.node_type() == LiveNode::TEXT_NODE => {
                if live.node_value().as_deref() != Some(words) {
                    live.set_node_value(Some(words));
                }
            }
            Node::Element(element) if live.dyn_ref::<Live>().is_some_and(|live| live.local_name() == element.tag) => {
                let live: &Live = live.unchecked_ref();
                patch_attributes(live, element);
                patch(live, &element.content);
            }
            _ => {
                if let Some(made) = make(parent, node) {
                    let _ = parent.replace_child(&made, &live);
                }
            }
        }
    }
    while let Some(live) = next {
        next = live.next_sibling();
        let _ = parent.remove_child(&live);
    }
}

fn patch_attributes(live: &Live, element: &Element) {
    for name in live.get_attribute_names() {
        // What a reader has opened stays open.
        let is_kept = name
            .as_string()
            .is_none_or(|name| name == "open" || element.attributes.iter().any(|(wanted, _)| *wanted == name));
        if let (false, Some(name)) = (is_kept, name.as_string()) {
            let _ = live.remove_attribute(&name);
        }
    }
    for (name, value) in &element.attributes {
        if live.get_attribute(name).as_deref() != Some(value) {
            let _ = live.set_attribute(name, value);
        }
    }
}

fn append(parent: &Live, node: &Node) {
    if let Some(made) = make(parent, node) {
        let _ = parent.append_child(&made);
    }
}

fn make(parent: &Live, node: &Node) -> Option<LiveNode> {
    let element = match node {
        Node::Text(words) => return Some(document().create_text_node(words).into()),
        Node::Element(element) => element,
    };
    let is_svg = element.tag == "svg" || parent.namespace_uri().as_deref() == Some(SVG);
    let made = if is_svg {
        document().create_element_ns(Some(SVG), element.tag)
    } else {
        document().create_element(element.tag)
    };
    let made = made.ok()?;
    patch_attributes(&made, element);
    element.content.iter().for_each(|node| append(&made, node));
    Some(made.into())
}
