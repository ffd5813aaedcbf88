//! `kubectl runlight`: from a pod at hand to its page and its verdict. The same program under another name, as kubectl finds
//! its plug-ins; `runlight kubectl …` does the same. Asks the portal alone, never the cluster.

mod ask;
mod place;

use std::process::{Command, ExitCode, Stdio};

use app::paths;
use clap::{Parser, Subcommand};

use self::place::{Place, Target};
use super::{exit, output};

/// The name by which kubectl finds the plug-in.
const NAME: &str = "kubectl-runlight";

/// `kubectl runlight`.
#[derive(Debug, Parser)]
#[command(name = NAME, bin_name = "kubectl runlight", version)]
pub struct PluginArguments {
    #[command(subcommand)]
    verb: Verb,
}

/// `runlight kubectl`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print the link of a pod's page on the portal, and open it in the browser.
    Open {
        #[command(flatten)]
        target: Target,
        /// Print the link alone.
        #[arg(long)]
        print: bool,
    },
    /// Print the verdict on a pod's crash, with its facts.
    Verdict {
        #[command(flatten)]
        target: Target,
        /// A file with the token, one line with the scope `mcp`; else RUNLIGHT_TOKEN has it. A portal that nobody signs in
        /// to needs none.
        #[arg(long, value_name = "FILE")]
        token_file: Option<std::path::PathBuf>,
    },
}

impl PluginArguments {
    /// Whether a program that was started by this name is the plug-in.
    pub fn is_meant_by(name: Option<&std::ffi::OsStr>) -> bool {
        let stem = name.and_then(|name| std::path::Path::new(name).file_stem());
        // kubectl looks for the name with underscores as well.
        stem.and_then(|stem| stem.to_str()).is_some_and(|stem| stem.replace('_', "-") == NAME)
    }

    /// Carries out the command. Returns the exit code.
    pub fn run(self) -> ExitCode {
        run(&self.verb)
    }
}

pub(super) fn run_verb(arguments: &Arguments) -> ExitCode {
    run(&arguments.verb)
}

fn run(verb: &Verb) -> ExitCode {
    match verb {
        Verb::Open { target, print } => match target.place() {
            Ok(place) => open(&place, *print),
            Err(words) => super::refuse(words),
        },
        Verb::Verdict { target, token_file } => {
            let asked = target.place().and_then(|place| Ok((place, ask::token(token_file.as_deref())?)));
            match asked {
                Ok((place, token)) => verdict(&place, token.as_deref()),
                Err(words) => super::refuse(words),
            }
        }
    }
}

/// The link stands on standard output whatever becomes of the browser.
fn open(place: &Place, print_only: bool) -> ExitCode {
    let link = place.link();
    if let Some(code) = output::print(|out| writeln!(out, "{link}")) {
        return code;
    }
    if !print_only && let Err(cause) = show(&link) {
        super::complain(format!("no browser was opened: {cause}. Open the link yourself."));
    }
    ExitCode::SUCCESS
}

/// Hands the link to the desktop's opener, as one argument. No shell takes part.
pub(super) fn show(link: &str) -> std::io::Result<()> {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = Command::new(opener);
    command.arg(link).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.status()?.success() {
        true => Ok(()),
        false => Err(std::io::Error::other(format!("{opener} did not take the link"))),
    }
}

fn verdict(place: &Place, token: Option<&str>) -> ExitCode {
    let runtime = match super::start_runtime() {
        Ok(runtime) => runtime,
        Err(error) => return super::refuse(error),
    };
    match runtime.block_on(ask::verdict(place, token)) {
        Ok(told) => {
            let code = if told.is_known { ExitCode::SUCCESS } else { ExitCode::from(exit::NO_ANSWER) };
            output::print(|out| out.write_all(told.text.as_bytes())).unwrap_or(code)
        }
        Err(words) => {
            super::complain(words);
            ExitCode::from(exit::NO_ANSWER)
        }
    }
}

impl Place {
    /// Where the pod's page is: a runbook's, an alert's, or the one that the portal finds for a crash.
    fn link(&self) -> String {
        let values = || self.values.iter().map(|(name, value)| (*name, value.as_str()));
        let address = match (&self.runbook, &self.alert) {
            (Some(path), _) => paths::runbook(path.as_str(), values()),
            (None, alert) => paths::alert(alert.as_deref().unwrap_or(""), values()),
        };
        self.portal.with_path(&address)
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn the_name_of_the_program_says_what_is_meant() {
        for name in
            ["kubectl-runlight", "/home/anna/.krew/bin/kubectl-runlight", "kubectl_runlight", "kubectl-runlight.exe"]
        {
            assert!(PluginArguments::is_meant_by(Some(OsStr::new(name))), "{name}");
        }
        for name in ["runlight", "/usr/bin/runlight", "kubectl", "kubectl-runlight-x", ""] {
            assert!(!PluginArguments::is_meant_by(Some(OsStr::new(name))), "{name}");
        }
        assert!(!PluginArguments::is_meant_by(None));
    }
}
