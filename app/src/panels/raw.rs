//! The one place where drawn text becomes elements. It gets only what `drawn` wrote, which escaped all text from
//! outside; nothing else in this crate writes HTML.

use leptos::{html::Div, prelude::*};

use crate::ui::sent::Kept;

/// The body of a panel as the server drew it.
pub(super) fn sheet(drawn: Kept, place: NodeRef<Div>) -> impl IntoView {
    view! { <div class="sheet" node_ref=place inner_html=drawn.0 /> }
}

/// A drawing outside panels that the event stream keeps true: what fires, the state of the page's alert.
#[cfg(feature = "ssr")]
pub(crate) fn live(topic: &'static str, class: &'static str, drawn: String) -> impl IntoView {
    view! { <div class=class data-live=topic inner_html=drawn /> }
}

/// A panel as it was: nothing in it is ever put right.
#[cfg(feature = "ssr")]
pub(crate) fn still(panel: String, outcome: &'static str, drawn: String) -> impl IntoView {
    view! { <section class="panel still" data-panel=panel data-outcome=outcome><div class="sheet" inner_html=drawn /></section> }
}

/// The strip's word on the recovery. The browser puts newer words in its place, and keeps a count true.
#[cfg(feature = "ssr")]
pub(crate) fn strip_recovery(anchor: String, drawn: String) -> impl IntoView {
    view! { <a class="strip-recovery" href=anchor data-row-mark="recovery" inner_html=drawn></a> }
}

/// A new drawing as nodes that stand nowhere yet.
#[cfg(feature = "hydrate")]
pub(crate) fn fragment(html: &str) -> Option<web_sys::DocumentFragment> {
    use wasm_bindgen::JsCast;

    let template = document().create_element("template").ok()?;
    template.set_inner_html(html);
    Some(template.unchecked_into::<web_sys::HtmlTemplateElement>().content())
}
