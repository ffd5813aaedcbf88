//! `runlight user add`: prints the lines for somebody who signs in with a password. Writes no file: where the lines go, and
//! who may read that, is the operator's matter.

use std::{
    io::{IsTerminal, Read, Write},
    process::ExitCode,
};

use clap::Subcommand;

/// Longest password that is read, in bytes.
const MAX_BYTES: u64 = 2_048;

/// `runlight user`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Ask for a password and print the section for runlight.toml.
    Add {
        /// What is typed as the name.
        name: String,
        /// What pages call them.
        #[arg(long, value_name = "NAME")]
        called: Option<String>,
        /// A group that they are in; may be repeated.
        #[arg(long = "group", value_name = "GROUP")]
        groups: Vec<String>,
    },
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let Action::Add { name, called, groups } = &arguments.action;
    let password = match read_password() {
        Ok(password) => password,
        Err(cause) => return super::refuse(format!("the password cannot be read: {cause}.")),
    };
    let hash = match access::hash_password(&password) {
        Ok(hash) => hash,
        Err(problem) => return super::refuse(problem),
    };
    let mut lines = format!("[sign_in.users.{}]\npassword = {}\n", quoted(name), quoted(&hash));
    if let Some(called) = called {
        lines += &format!("name = {}\n", quoted(called));
    }
    if !groups.is_empty() {
        lines += &format!("groups = {}\n", list(groups));
    }
    match write!(std::io::stdout(), "{lines}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => super::refuse(cause),
    }
}

/// Twice without an echo on a terminal; else the first line of standard input.
fn read_password() -> std::io::Result<String> {
    if std::io::stdin().is_terminal() {
        let first = rpassword::prompt_password("Password: ")?;
        let second = rpassword::prompt_password("Once more: ")?;
        return if first == second { Ok(first) } else { Err(std::io::Error::other("the two differ")) };
    }
    let mut text = String::new();
    std::io::stdin().take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// A value or a key as TOML writes it, on one line. Strings of JSON are such; only the character of deleting has to be
/// escaped in TOML alone.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

/// A list of them.
pub(super) fn list(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    format!("[{}]", values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_called_somehow_stands_between_quotes() {
        for name in ["anna", "anna@example.org", "a.b", "x]\n[server]\nlisten = \"0.0.0.0:1\"", "\"", "'''", "\u{7f}"] {
            let text = format!("[sign_in.users.{}]\nname = {}\n", quoted(name), quoted(name));
            let table: toml::Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(table["sign_in"]["users"][name]["name"].as_str(), Some(name));
            assert_eq!(table.len(), 1);
        }
    }
}
