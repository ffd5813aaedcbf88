//! `runlight check`: one recognised command, asked of the configured sources, printed as the command itself would.

use std::{collections::BTreeMap, io::Write, process::ExitCode};

use clap::ValueEnum;
use runbook::outcome::Unknown;
use serde_json::{Value, json};

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
    /// How to print: `text` as the command itself does, `json` as one object with what is missing and why.
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,
    /// The command, as one argument: 'kubectl get pods -A | grep Crash'.
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    Text,
    Json,
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
        let answer = portal.print_command(&arguments.command.join(" "), &bindings).await;
        match arguments.output {
            Output::Text => print_text(answer),
            Output::Json => print_json(&answer),
        }
    })
}

/// As the command itself prints: its lines on standard output, everything else on standard error.
fn print_text(answer: Result<Printed, PrintError>) -> ExitCode {
    match answer {
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
}

/// One object, whatever came of it; the exit codes are those of text.
fn print_json(answer: &Result<Printed, PrintError>) -> ExitCode {
    let (object, code) = as_json(answer);
    output::print(|out| writeln!(out, "{object:#}")).unwrap_or(ExitCode::from(code))
}

fn as_json(answer: &Result<Printed, PrintError>) -> (Value, u8) {
    let object = |state: &str, lines: &[String], remarks: Vec<String>, unknown: &[Unknown]| json!({"state": state, "lines": lines, "remarks": remarks, "unknown": unknown});
    match answer {
        Ok(printed) => {
            let remarks = printed.remarks.iter().map(|remark| remark.words()).collect();
            (object("answered", &printed.lines, remarks, &[]), u8::from(printed.lines.is_empty()))
        }
        Err(PrintError::Incomplete { lines, complaints }) => {
            (object("incomplete", lines, Vec::new(), complaints), exit::NO_ANSWER)
        }
        Err(PrintError::NoAnswer(unknown)) => {
            (object("no-answer", &[], Vec::new(), std::slice::from_ref(unknown)), exit::NO_ANSWER)
        }
        Err(PrintError::NotACheck(reason)) => (json!({"state": "not-a-check", "reason": reason}), exit::NOT_A_CHECK),
    }
}

fn read_binding(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((runbook::binding::canonical_name(name), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use runbook::outcome::Cause;

    use super::*;

    #[test]
    fn json_says_what_is_missing_and_why() {
        let unknown = Cause::Unauthorized.unknown("Pods", "It answered 401.", "Give it a token.");
        let lines = vec!["a \"b\"".to_owned()];
        let (part, code) = as_json(&Err(PrintError::Incomplete { lines, complaints: vec![unknown.clone()] }));
        assert_eq!(
            (&part["state"], &part["lines"][0], code),
            (&json!("incomplete"), &json!("a \"b\""), exit::NO_ANSWER)
        );
        assert_eq!(part["unknown"][0]["remedy"], "Give it a token.");
        assert_eq!(part["unknown"][0]["cause"], "unauthorized");
        let (none, code) = as_json(&Err(PrintError::NoAnswer(unknown)));
        assert_eq!((&none["lines"], code), (&json!([]), exit::NO_ANSWER));
        let (refused, code) = as_json(&Err(PrintError::NotACheck("It deletes.".into())));
        assert_eq!(
            (&refused["state"], &refused["reason"], code),
            (&json!("not-a-check"), &json!("It deletes."), exit::NOT_A_CHECK)
        );
        let (empty, code) = as_json(&Ok(Printed::default()));
        assert_eq!((&empty["state"], code), (&json!("answered"), 1));
    }
}
