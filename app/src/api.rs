//! Every server function: the public API on one screen. The browser names a check of a runbook; it never sends a
//! command.

#![expect(missing_docs, reason = "the server function macro writes structs that cannot be documented")]

use std::collections::BTreeMap;

use leptos::{prelude::*, server_fn::codec::Json};

use crate::{answer::PanelUpdate, error::WireError};

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
