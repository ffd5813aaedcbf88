//! The page for an address that no route knows.

use leptos::prelude::*;

use super::frame::failure;
use crate::{error::WireError, server_side::request::set_status};

/// Status 404, and a way on.
pub(in crate::server_side) fn not_found_page() -> impl IntoView {
    let error = WireError {
        status: 404,
        title: "No such page".into(),
        message: "Nothing stands at this address.".into(),
        next_step: "A runbook's address begins with /r/, an alert's with /alert/.".into(),
        links: Vec::new(),
        log_id: None,
    };
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        set_status(&response, error.status);
    }
    failure(error)
}
