//! The command line of `runlight`: one file per command. Says on standard error what went wrong, never why in Rust.

mod check;
#[cfg(feature = "homelab")]
mod demo;
mod doctor;
mod evidence;
mod explain;
mod init;
mod judge;
mod lint;
mod mcp;
mod notify;
mod output;
mod plugin;
#[cfg(feature = "homelab")]
mod preview;
mod reload;
mod serve;
mod token;
mod user;

use std::{io::Write, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

pub use plugin::PluginArguments;

/// The runbook portal for Kubernetes on Proxmox. It reads; it never changes anything.
#[derive(Debug, Parser)]
#[command(name = "runlight", version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the portal on a simulated homelab and print the alert links to open.
    #[cfg(feature = "homelab")]
    Demo(demo::Arguments),
    /// Show runbooks on the simulated homelab, with lint beside them, and again whenever a file changes.
    #[cfg(feature = "homelab")]
    Preview(preview::Arguments),
    /// Serve the portal on the sources of a configuration.
    Serve(serve::Arguments),
    /// Write a configuration from what is there: contexts of the kubeconfig, a folder of runbooks, a Proxmox node.
    Init(init::Arguments),
    /// Ask every source of a configuration what Runlight may read there, and say what would mend what is missing.
    Doctor(doctor::Arguments),
    /// Read commands on standard input, one JSON string a line; say of each what Runlight makes of it.
    Explain,
    /// Run one recognised command and print its text as the command itself would.
    Check(check::Arguments),
    /// Judge a pod by a runbook's own table and print the verdict with its facts.
    Judge(judge::Arguments),
    /// Answer an assistant on standard input and output, by the Model Context Protocol. Reads, and changes nothing.
    Mcp(mcp::Arguments),
    /// What the plug-in `kubectl runlight` does: open a pod's page, print its verdict.
    Kubectl(plugin::Arguments),
    /// Make an entry for somebody who signs in with a password.
    User(user::Arguments),
    /// Make a token for a program.
    Token(token::Arguments),
    /// Send a test message to a receiver of the configuration.
    Notify(notify::Arguments),
    /// List, show, export or remove crashes that were kept.
    Evidence(evidence::Arguments),
    /// Report the problems and the coverage of runbooks.
    Lint(lint::Arguments),
}

/// Exit codes that scripts may rely on.
mod exit {
    /// The command was no check.
    pub(super) const NOT_A_CHECK: u8 = 3;
    /// The source could not be asked.
    pub(super) const NO_ANSWER: u8 = 4;
    /// Arguments or configuration are wrong (as clap exits).
    pub(super) const USAGE: u8 = 2;
}

impl Arguments {
    /// Carries out the command. Returns the exit code.
    pub fn run(self) -> ExitCode {
        match self.command {
            #[cfg(feature = "homelab")]
            Command::Demo(arguments) => demo::run(&arguments),
            #[cfg(feature = "homelab")]
            Command::Preview(arguments) => preview::run(&arguments),
            Command::Serve(arguments) => serve::run(&arguments),
            Command::Init(arguments) => init::run(&arguments),
            Command::Doctor(arguments) => doctor::run(&arguments),
            Command::Explain => explain::run(std::io::stdin().lock(), std::io::stdout().lock()),
            Command::Check(arguments) => check::run(&arguments),
            Command::Judge(arguments) => judge::run(&arguments),
            Command::Mcp(arguments) => mcp::run(&arguments),
            Command::Kubectl(arguments) => plugin::run_verb(&arguments),
            Command::User(arguments) => user::run(&arguments),
            Command::Token(arguments) => token::run(&arguments),
            Command::Notify(arguments) => notify::run(&arguments),
            Command::Evidence(arguments) => evidence::run(&arguments),
            Command::Lint(arguments) => lint::run(&arguments),
        }
    }
}

/// Says what is wrong with what was typed or configured.
fn refuse(message: impl std::fmt::Display) -> ExitCode {
    complain(message);
    ExitCode::from(exit::USAGE)
}

/// Says what is wrong on standard error; when that is closed, the exit code says it alone.
fn complain(message: impl std::fmt::Display) {
    drop(writeln!(std::io::stderr(), "runlight: {message}"));
}

fn start_runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}
