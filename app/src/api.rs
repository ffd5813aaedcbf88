//! Every server function: the public API on one screen. The browser names a check of a runbook; it never sends a
//! command.

#![expect(missing_docs, reason = "the server function macro writes structs that cannot be documented")]

use std::collections::BTreeMap;

use leptos::{prelude::*, server_fn::codec::Json};

use crate::{answer::PanelUpdate, error::WireError};

/// The runbooks that fit some words best, drawn as a list under the search field.
#[server(prefix = "/api", endpoint = "search", input = Json, output = Json)]
pub async fn search(words: String) -> Result<String, WireError> {
    use crate::{panels::drawn, server_side::request};

    request::answer(async {
        let (backend, caller) = request::door()?;
        let (found, rows) = backend.search(&caller, &words).await?;
        Ok(drawn::hits(&words, found, &rows))
    })
    .await
}

/// Runs one check of a runbook with the given values for its parameters.
#[server(prefix = "/api", endpoint = "run_check", input = Json, output = Json)]
pub async fn run_check(
    path: String,
    check: String,
    bindings: BTreeMap<String, String>,
) -> Result<PanelUpdate, WireError> {
    use crate::{panels::drawn, server_side::request};

    request::answer(async {
        let (backend, caller) = request::door()?;
        let (path, check) = (request::parse(&path)?, request::parse(&check)?);
        let answer = backend.run_check(&caller, &path, &check, &bindings).await?;
        Ok(drawn::update(&answer.report, &[]))
    })
    .await
}
