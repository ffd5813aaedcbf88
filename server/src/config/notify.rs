//! `[notify.NAME]`: who is told of verdicts. Without a section nobody is.

use std::path::PathBuf;

use serde::Deserialize;

/// `[notify.NAME]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// Which service it is.
    pub kind: NotifyKind,
    /// Where it is. For Pushover and Telegram that is known.
    pub url: Option<String>,
    /// A file with that address instead, where a secret is part of it, as with Slack and Discord.
    pub url_file: Option<PathBuf>,
    /// A file with the service's token.
    pub token_file: Option<PathBuf>,
    /// Whom it reaches there: Pushover's user key, Telegram's chat, Matrix' room.
    pub to: Option<String>,
    /// A file with the secret that signs a webhook.
    pub secret_file: Option<PathBuf>,
    /// Alerts by name; all of them when the list is empty.
    pub alerts: Vec<String>,
    /// Whether the telling line of a log may stand in a message.
    pub with_log_line: bool,
}

/// A service that messages go to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotifyKind {
    /// JSON to any address, signed.
    #[default]
    Webhook,
    /// An incoming webhook of Slack.
    Slack,
    /// A webhook of Discord.
    Discord,
    /// A topic of ntfy.
    Ntfy,
    /// An application of Gotify.
    Gotify,
    /// Pushover.
    Pushover,
    /// A bot of Telegram.
    Telegram,
    /// A room of Matrix.
    Matrix,
}

impl Notify {
    /// The files that it names.
    pub(super) fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [self.url_file.as_mut(), self.token_file.as_mut(), self.secret_file.as_mut()].into_iter().flatten()
    }
}
