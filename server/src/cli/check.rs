//! `runlight check`: one recognised command, asked of the configured sources, printed as the command itself would.

use std::{collections::BTreeMap, io::Write, process::ExitCode};

use super::{PathBuf, exit, output};
use crate::{
    checks::Printed,
    clock::Clock,
    config::Config,
    portal::{Portal, PrintError},
};

/// `runlight check`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "RUNLIGHT_CONFIG", default_value = "runlight.toml")]
    config: PathBuf,
    /// The cluster to ask when the command names none.
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// A placeholder's value; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = read_binding)]
    bind: Vec<(String, String)>,
    /// The command, as one argument: 'kubectl get pods -A | grep Crash'.
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let config = match Config::load(&arguments.config, std::env::vars()) {
        Ok(config) => config,
        Err(error) => return super::refuse(error),
    };
    let runtime = match super::start_runtime() {
        Ok(runtime) => runtime,
        Err(error) => return super::refuse(error),
    };
    let mut bindings: BTreeMap<String, String> = arguments.bind.iter().cloned().collect();
    bindings.extend(arguments.cluster.clone().map(|cluster| ("cluster".to_owned(), cluster)));
    runtime.block_on(async {
        let portal = match Portal::open(&config, Clock::system(), Vec::new()).await {
            Ok(portal) => portal,
            Err(error) => return super::refuse(error),
        };
        match portal.print_command(&arguments.command.join(" "), &bindings).await {
            Ok(Printed { lines, remarks, .. }) => {
                remarks.iter().for_each(|remark| eprintln!("runlight: {}", remark.words()));
                let print = |out: &mut dyn Write| lines.iter().try_for_each(|line| writeln!(out, "{line}"));
                output::print(print).unwrap_or_else(|| ExitCode::from(u8::from(lines.is_empty())))
            }
            Err(PrintError::NotACheck(reason)) => {
                super::complain(format!("not a check: {reason}"));
                ExitCode::from(exit::NOT_A_CHECK)
            }
            Err(PrintError::Incomplete { lines, complaints }) => {
                lines.iter().for_each(|line| println!("{line}"));
                complaints.iter().for_each(|unknown| eprintln!("runlight: {} {}", unknown.reason, unknown.remedy));
                ExitCode::from(exit::NO_ANSWER)
            }
            Err(PrintError::NoAnswer(unknown)) => {
                super::complain(format!("{} {}", unknown.reason, unknown.remedy));
                ExitCode::from(exit::NO_ANSWER)
            }
        }
    })
}

fn read_binding(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((runbook::binding::canonical_name(name), value.to_owned()))
}
