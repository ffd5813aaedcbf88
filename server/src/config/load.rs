//! Reads `runlight.toml`, lays the environment over it, and names the nearest known key for an unknown one.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::Config;

/// Variables with this prefix override keys: `RUNLIGHT__SERVER__LISTEN=127.0.0.1:9000`. Parts are separated by two
/// underscores; a part names a section or key, with `_` for `-`.
pub const ENVIRONMENT_PREFIX: &str = "RUNLIGHT__";

/// Why a configuration cannot be used. Names the file and the key; never repeats a value.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{} cannot be read: {cause}. Give its path with --config.", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The file is not TOML, a key is unknown, or a value has the wrong type.
    #[error("{origin}: {message}")]
    Invalid {
        /// The file or the variable.
        origin: String,
        /// Where and what, with the nearest known key.
        message: String,
    },
}

impl Config {
    /// Reads a file and lays `environment` over it. Relative paths in it are taken from the file's folder.
    pub fn load(path: &Path, environment: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable { path: path.to_owned(), cause })?;
        let mut config = Self::parse(&text, &path.display().to_string(), environment)?;
        config.resolve_paths(path.parent().unwrap_or(Path::new(".")));
        Ok(config)
    }

    fn parse(
        text: &str,
        origin: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let invalid = |message: String| ConfigError::Invalid { origin: origin.to_owned(), message };
        // The text is read as the final type first, since only that reading knows line numbers.
        toml::from_str::<Self>(text).map_err(|error| invalid(explain(&error, text)))?;
        let mut table: Table = toml::from_str(text).map_err(|error| invalid(explain(&error, text)))?;
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix(ENVIRONMENT_PREFIX) {
                overlay(&mut table, path, &value);
                table.clone().try_into::<Self>().map_err(|error| ConfigError::Invalid {
                    origin: format!("environment variable {name}"),
                    message: with_suggestion(error.message()),
                })?;
            }
        }
        table.try_into().map_err(|error: toml::de::Error| invalid(with_suggestion(error.message())))
    }

    fn resolve_paths(&mut self, base: &Path) {
        let folders = self.library.folders.iter_mut();
        let clusters = self.clusters.values_mut().filter_map(|cluster| cluster.kubeconfig.as_mut());
        let proxmox = self.proxmox.values_mut().flat_map(|host| [host.token_file.as_mut(), host.ca_file.as_mut()]);
        let backup = self.backup.values_mut().flat_map(|server| [server.token_file.as_mut(), server.ca_file.as_mut()]);
        let monitoring = self.prometheus.values_mut().chain(self.alertmanager.values_mut());
        let monitoring = monitoring.flat_map(super::Monitoring::files_mut);
        let tls = self.server.certificate_file.as_mut().into_iter().chain(self.server.key_file.as_mut());
        let logs = self.logs.values_mut().flat_map(super::Logs::files_mut);
        let sign_in = self.sign_in.files_mut().chain(tls).chain(logs);
        self.evidence.resolve(base);
        let sign_in = sign_in.chain(self.evidence.files_mut());
        let sign_in = sign_in.chain(self.notify.values_mut().flat_map(super::Notify::files_mut));
        for path in
            folders.chain(clusters).chain(proxmox.flatten()).chain(backup.flatten()).chain(monitoring).chain(sign_in)
        {
            *path = base.join(&path);
        }
    }
}

/// Sets the key that `path` (`SERVER__LISTEN`) names. A value that reads as TOML (a number, a list) is taken as such,
/// anything else as text.
fn overlay(table: &mut Table, path: &str, value: &str) {
    let (first, rest) = path.split_once("__").map_or((path, None), |(first, rest)| (first, Some(rest)));
    let key = existing_key(table, first);
    match rest {
        Some(rest) => {
            let entry = table.entry(key).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = entry {
                overlay(inner, rest, value);
            }
        }
        None => {
            let parsed = toml::from_str::<Table>(&format!("value = {value}")).ok().and_then(|mut t| t.remove("value"));
            table.insert(key, parsed.unwrap_or_else(|| Value::String(value.to_owned())));
        }
    }
}

fn existing_key(table: &Table, part: &str) -> String {
    let wanted = part.to_lowercase();
    let matches = |key: &&String| key.to_lowercase().replace('-', "_") == wanted;
    table.keys().find(matches).cloned().unwrap_or(wanted)
}

fn explain(error: &toml::de::Error, text: &str) -> String {
    let message = with_suggestion(error.message());
    match error.span() {
        Some(span) => format!("line {}: {message}", text[..span.start].matches('\n').count() + 1),
        None => message,
    }
}

/// Turns serde's "unknown field `lisen`, expected one of `listen`, …" into a sentence with the nearest key.
fn with_suggestion(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (Some(unknown), true) = (quoted.next(), message.starts_with("unknown field")) else {
        return message.to_owned();
    };
    let known: Vec<&str> = quoted.collect();
    match nearest(unknown, known.iter().copied()) {
        Some(key) => format!("unknown key `{unknown}`; did you mean `{key}`?"),
        None => format!("unknown key `{unknown}`; known here are {}", known.join(", ")),
    }
}

/// The candidate most like `text`, if any is alike at all.
pub fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this Jaro-Winkler similarity a suggestion confuses more than it helps.
    const ALIKE: f64 = 0.75;
    candidates
        .map(|candidate| (strsim::jaro_winkler(&text.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::parse(text, "runlight.toml", environment).map_err(|error| error.to_string())
    }

    #[test]
    fn names_the_nearest_key_and_the_line_of_an_unknown_one() {
        let error = parse("[server]\nlisen = \"127.0.0.1:1\"", &[]).expect_err("a wrong key");
        assert_eq!(error, "runlight.toml: line 2: unknown key `lisen`; did you mean `listen`?");
    }

    #[test]
    fn lets_the_environment_override_any_key() {
        let text = "[clusters.homelab-prod]\ncontext = \"a\"\n";
        let config = parse(
            text,
            &[
                ("RUNLIGHT__SERVER__LISTEN", "127.0.0.1:9000"),
                ("RUNLIGHT__CLUSTERS__HOMELAB_PROD__CONTEXT", "b"),
                ("RUNLIGHT__SERVER__MAX_CONCURRENT_CHECKS", "7"),
                ("UNRELATED", "x"),
            ],
        )
        .expect("valid");
        assert_eq!(config.server.listen.port(), 9000);
        assert_eq!(config.server.max_concurrent_checks, 7);
        assert_eq!(config.clusters["homelab-prod"].context.as_deref(), Some("b"));
    }

    #[test]
    fn names_the_variable_that_is_wrong() {
        let error = parse("", &[("RUNLIGHT__SERVER__LISTN", "x")]).expect_err("a wrong key");
        assert_eq!(error, "environment variable RUNLIGHT__SERVER__LISTN: unknown key `listn`; did you mean `listen`?");
    }

    #[test]
    fn takes_relative_paths_from_the_files_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("runlight.toml");
        std::fs::write(&file, "[library]\nfolders = [\"runbooks\"]").expect("written");
        let config = Config::load(&file, std::iter::empty()).expect("valid");
        assert_eq!(config.library.folders, [folder.path().join("runbooks")]);
    }

    #[test]
    fn reads_the_example_that_the_project_ships() {
        let config = parse(include_str!("../../../deploy/runlight.example.toml"), &[]).expect("valid");
        assert_eq!(config.clusters.len(), 2);
        assert_eq!(config.proxmox["pihanga"].ssh_hosts, ["10.10.0.20"]);
        assert_eq!(config.backup["pbs"].url, "https://10.10.0.15:8007");
        assert_eq!(config.prometheus["home"].clusters, ["homelab-prod", "monitoring-cluster"]);
        assert_eq!(config.alertmanager["home"].user.as_deref(), Some("runlight"));
    }

    #[test]
    fn says_which_file_is_missing() {
        let error = Config::load(Path::new("absent.toml"), std::iter::empty()).expect_err("no file");
        assert!(error.to_string().starts_with("absent.toml cannot be read: "), "{error}");
    }
}
