//! Answers about objects whose kind is known, in the type of that kind. Custom resources have none and stay as they come.

use runbook::outcome::{Cause, Unknown};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An answer in the type of its kind.
pub(super) fn typed<T: DeserializeOwned>(answer: Value, asked: &str) -> Result<T, Unknown> {
    serde_json::from_value(answer).map_err(|_| {
        Cause::Unreadable.unknown(
            asked,
            "The API server answered in a form that Runlight does not know.",
            "Look at the object with kubectl get -o yaml; its API server may be newer than Runlight.",
        )
    })
}
