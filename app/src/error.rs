//! The error that a reader sees: a title, one plain sentence, a status and a next step.

use leptos::{
    prelude::*,
    server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

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
    type Encoder = Json;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
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

/// JSON in both directions. The browser reads it by the same code as a page's own facts and the event stream: the
/// library's encoding would bring a second copy of every reader.
#[derive(Debug)]
pub struct Json;

impl ContentType for Json {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Json {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Json {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_string(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Json {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        let text = std::str::from_utf8(&bytes).map_err(serde::de::Error::custom)?;
        serde_json::from_str(text)
    }
}
