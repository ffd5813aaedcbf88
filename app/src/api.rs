//! Every server function: the public API on one screen. The browser names a check of a runbook; it never sends a
//! command.

#![expect(missing_docs, reason = "the server function macro writes structs that cannot be documented")]

use std::collections::BTreeMap;

use leptos::{prelude::*, server_fn::codec::Post};

use crate::{
    answer::CheckAnswer,
    error::{Json, WireError},
};

/// Runs one check of a runbook with the given values for its parameters.
#[server(prefix = "/api", endpoint = "run_check", input = Post<Json>, output = Post<Json>)]
pub async fn run_check(
    path: String,
    check: String,
    bindings: BTreeMap<String, String>,
) -> Result<CheckAnswer, WireError> {
    use crate::server_side::request;

    request::answer(async {
        let (backend, caller) = request::door()?;
        let (path, check) = (request::parse(&path)?, request::parse(&check)?);
        backend.run_check(&caller, &path, &check, &bindings).await
    })
    .await
}
