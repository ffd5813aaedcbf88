//! The error that a reader sees: a title, one plain sentence, a status and a next step.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A failure in words. Causes are logged once by the server; `log_id` names them there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireError {
    /// HTTP status.
    pub status: u16,
    /// A few words: "No such runbook".
    pub title: String,
    /// One plain sentence.
    pub message: String,
    /// What to do next, one sentence.
    pub next_step: String,
    /// Places to go on: (text, href).
    pub links: Vec<(String, String)>,
    /// The id under which the server's log has the cause.
    pub log_id: Option<String>,
}

impl std::fmt::Display for WireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}. {} {}", self.title, self.message, self.next_step)
    }
}

impl std::error::Error for WireError {}

impl FromServerFnError for WireError {
    type Encoder = leptos::server_fn::codec::JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        #[cfg(feature = "ssr")]
        if let ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) =
            error
        {
            return crate::server_side::request::malformed();
        }
        Self {
            status: 502,
            title: "The portal did not answer".into(),
            message: format!("The request failed: {error}."),
            next_step: "Check that Runlight is running, then try again.".into(),
            links: Vec::new(),
            log_id: None,
        }
    }
}
