//! Calls server functions. By hand, because the library's client brings a second JSON reader and a
//! streaming layer, a fifth of the module's size, for one small request.

use leptos::prelude::*;
use serde::{Deserialize, Serialize, Serializer};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

use super::context::Page;
use crate::{answer::PanelUpdate, error::WireError, paths};

#[derive(Serialize)]
struct Question<'a> {
    path: &'a str,
    check: &'a str,
    #[serde(serialize_with = "write_object")]
    bindings: &'a [(String, String)],
}

/// Asks the portal to run a check of the page.
pub(super) async fn run_check(page: Page, check: String) -> Result<PanelUpdate, WireError> {
    let question = page.facts.with_value(|facts| {
        serde_json::to_string(&Question { path: &facts.path, check: &check, bindings: &facts.bindings })
    });
    let question = question.map_err(|_| unreachable_portal("The question could not be written down."))?;
    let (is_ok, text) = post(paths::RUN_CHECK, &question)
        .await
        .map_err(|_| unreachable_portal("It could not be reached from this browser."))?;
    if is_ok { read(&text) } else { Err(read(&text).unwrap_or_else(|error| error)) }
}

/// Sends JSON to a server function; whether it succeeded, and what it answered.
pub(super) async fn post(path: &str, body: &str) -> Result<(bool, String), JsValue> {
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(&body.into());
    let headers = web_sys::Headers::new()?;
    headers.set("content-type", "application/json")?;
    request.set_headers(&headers);
    let answer = JsFuture::from(window().fetch_with_str_and_init(path, &request)).await?;
    let answer: Response = answer.dyn_into()?;
    let text = JsFuture::from(answer.text()?).await?;
    Ok((answer.ok(), text.as_string().unwrap_or_default()))
}

/// Writes pairs as one object. A map of the standard library would sort them first, with kilobytes of code.
fn write_object<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, WireError> {
    serde_json::from_str(text).map_err(|_| unreachable_portal("Its answer was not one of Runlight's."))
}

fn unreachable_portal(message: &str) -> WireError {
    WireError {
        status: 502,
        title: "The portal did not answer".into(),
        message: message.into(),
        next_step: "Check that Runlight is running, then try again.".into(),
        links: Vec::new(),
        log_id: None,
    }
}
