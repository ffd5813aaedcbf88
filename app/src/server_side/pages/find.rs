//! `/alert/NAME` and `/runbooks/COMPONENT/NAME`: sends an alert's link on to its runbook, query and all.

use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::frame::failure;
use crate::{
    paths,
    server_side::request::{answer, door, page_query, path_below, redirect},
};

/// The runbook for an alert, or the page with near matches.
pub(in crate::server_side) fn find_page() -> impl IntoView {
    let alert = path_below("/").rsplit('/').next().unwrap_or_default().to_owned();
    let (query, response) = (page_query(), use_context::<ResponseOptions>());
    let found = answer(async move {
        let (backend, caller) = door()?;
        backend.find_runbook(&caller, &alert).await
    });
    Suspend::new(async move {
        match found.await {
            Ok(path) => {
                let query = query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                let address = paths::runbook(path.as_str(), query);
                if let Some(response) = response {
                    redirect(&response, &address);
                }
                view! { <main><a href=address>"The runbook for this alert"</a></main> }.into_any()
            }
            Err(error) => failure(error).into_any(),
        }
    })
}
