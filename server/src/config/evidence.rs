//! `[evidence]`: where crashes, incidents and shared pages are kept, and for how long.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// `[evidence]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Evidence {
    /// `sqlite:PATH`, `postgres://…`, or `off` to keep nothing. Absent: a SQLite file in the state folder.
    pub url: Option<String>,
    /// A file with that URL instead, when a password stands in it.
    pub url_file: Option<PathBuf>,
    /// How many days crashes are kept that nobody pinned.
    pub keep_days: u32,
    /// How many mebibytes are kept; the oldest go first, but nothing younger than three days.
    pub keep_mib: u32,
    /// A file with the token that Alertmanager's webhook sends. Without one the webhook answers nobody.
    pub webhook_token_file: Option<PathBuf>,
}

impl Default for Evidence {
    fn default() -> Self {
        Self { url: None, url_file: None, keep_days: 30, keep_mib: 1_024, webhook_token_file: None }
    }
}

impl Evidence {
    /// Where to keep: what the configuration says, else a file in the state folder.
    pub fn place(&self, environment: impl Fn(&str) -> Option<String>) -> Result<String, String> {
        match (&self.url, &self.url_file) {
            (Some(_), Some(_)) => Err("evidence: give url or url_file, not both.".into()),
            (Some(url), None) => Ok(url.clone()),
            (None, Some(file)) => {
                let text = std::fs::read_to_string(file);
                let text =
                    text.map_err(|cause| format!("evidence.url_file: {} cannot be read: {cause}.", file.display()));
                Ok(text?.trim().to_owned())
            }
            (None, None) => match state_folder(environment) {
                Some(folder) => Ok(format!("sqlite:{}", folder.join("evidence.db").display())),
                None => Err("evidence.url: there is no state folder. Set url to sqlite:PATH, or to off.".into()),
            },
        }
    }

    /// Files that it names.
    pub(super) fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [self.url_file.as_mut(), self.webhook_token_file.as_mut()].into_iter().flatten()
    }

    /// Takes a relative path of SQLite's from a folder.
    pub(super) fn resolve(&mut self, base: &Path) {
        if let Some(url) = &mut self.url
            && let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))
        {
            *url = format!("sqlite:{}", base.join(path).display());
        }
    }
}

/// `$STATE_DIRECTORY` of systemd, `$XDG_STATE_HOME/runlight`, or `~/.local/state/runlight`.
fn state_folder(environment: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let set = |name: &str| environment(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("STATE_DIRECTORY")
        .or_else(|| Some(set("XDG_STATE_HOME")?.join("runlight")))
        .or_else(|| Some(set("HOME")?.join(".local/state/runlight")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_in_the_state_folder_unless_told_otherwise() {
        let only =
            |known: &'static str, value: &'static str| move |name: &str| (name == known).then(|| value.to_owned());
        let place = |environment: &dyn Fn(&str) -> Option<String>| Evidence::default().place(environment);
        assert_eq!(place(&only("STATE_DIRECTORY", "/s")), Ok("sqlite:/s/evidence.db".into()));
        assert_eq!(place(&only("HOME", "/h")), Ok("sqlite:/h/.local/state/runlight/evidence.db".into()));
        assert!(place(&|_| None).is_err());
        let off = Evidence { url: Some("off".into()), ..Evidence::default() };
        assert_eq!(off.place(|_| None), Ok("off".into()));
    }

    #[test]
    fn takes_a_relative_file_from_the_configurations_folder() {
        let mut section = Evidence { url: Some("sqlite:state/e.db".into()), ..Evidence::default() };
        section.resolve(Path::new("/etc/runlight"));
        assert_eq!(section.url.as_deref(), Some("sqlite:/etc/runlight/state/e.db"));
    }
}
