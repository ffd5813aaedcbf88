//! `runlight token new`: prints a program's token once, and the lines that keep its hash.

use std::{io::Write, process::ExitCode};

use access::Scope;
use clap::Subcommand;

use super::user::{list, quoted};

/// `runlight token`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print a new token and the section for runlight.toml.
    New {
        /// What the token is called.
        name: String,
        /// What it is for: read, metrics, webhook or mcp; may be repeated.
        #[arg(long = "scope", value_name = "SCOPE", required = true)]
        scopes: Vec<Scope>,
        /// A group whose rights it has; may be repeated.
        #[arg(long = "group", value_name = "GROUP")]
        groups: Vec<String>,
    },
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let Action::New { name, scopes, groups } = &arguments.action;
    let mut random = [0; 32];
    if let Err(cause) = getrandom::fill(&mut random) {
        return super::refuse(format!("the system gives no random bytes: {cause}."));
    }
    let new = access::new_token(random);
    let scopes: Vec<String> = scopes.iter().map(|scope| scope.word().to_owned()).collect();
    let mut lines =
        format!("[sign_in.tokens.{}]\nhash = {}\nscopes = {}\n", quoted(name), quoted(&new.hash), list(&scopes));
    if !groups.is_empty() {
        lines += &format!("groups = {}\n", list(groups));
    }
    // The section goes to a file; the token is shown once, and goes into no pipe with it.
    super::complain(format_args!("the token, shown once: {}", new.token));
    match write!(std::io::stdout(), "{lines}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => super::refuse(cause),
    }
}
