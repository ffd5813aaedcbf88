//! `runlight judge`: one pod judged by a runbook's own table, with the facts behind it, for people who live in a terminal.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::ValueEnum;
use runbook::outcome::{Body, Outcome, Report};

use super::{exit, output};
use crate::{clock::Clock, config::Config, portal::Portal};

/// `runlight judge`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The runbook whose rows are judged; one without any is judged by Runlight's own.
    #[arg(long, value_name = "FILE")]
    runbook: PathBuf,
    /// The pod.
    #[arg(long, value_name = "NAMESPACE/NAME", value_parser = read_pod)]
    pod: (String, String),
    /// Its container; without one the container in most trouble is judged.
    #[arg(long, value_name = "NAME")]
    container: Option<String>,
    /// The cluster to ask; needed when several are configured.
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "RUNLIGHT_CONFIG", default_value = "runlight.toml")]
    config: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let text = match fs::read_to_string(&arguments.runbook) {
        Ok(text) => text,
        Err(cause) => return super::refuse(format!("{} cannot be read: {cause}.", arguments.runbook.display())),
    };
    let config = match Config::load(&arguments.config, std::env::vars()) {
        Ok(config) => config,
        Err(error) => return super::refuse(error),
    };
    let runtime = match super::start_runtime() {
        Ok(runtime) => runtime,
        Err(error) => return super::refuse(error),
    };
    let (namespace, pod) = arguments.pod.clone();
    let bindings: BTreeMap<String, String> = [("namespace".to_owned(), namespace), ("pod".to_owned(), pod)]
        .into_iter()
        .chain(arguments.cluster.clone().map(|cluster| ("cluster".to_owned(), cluster)))
        .chain(arguments.container.clone().map(|container| ("container".to_owned(), container)))
        .collect();
    let runbook = runbook::parse(&text);
    runtime.block_on(async {
        let portal = match Portal::open(&config, Clock::system(), Vec::new()).await {
            Ok(portal) => portal,
            Err(error) => return super::refuse(error),
        };
        let report = portal.judge(&runbook, &bindings).await;
        let code = if matches!(report.outcome, Outcome::Unknown(_)) { exit::NO_ANSWER } else { 0 };
        let printed = output::print(|out| print(&report, arguments.format, out));
        printed.unwrap_or_else(|| ExitCode::from(code))
    })
}

fn read_pod(text: &str) -> Result<(String, String), String> {
    let (namespace, pod) = text.split_once('/').ok_or("write it as NAMESPACE/NAME")?;
    if namespace.is_empty() || pod.is_empty() || pod.contains('/') {
        return Err("write it as NAMESPACE/NAME".into());
    }
    Ok((namespace.to_owned(), pod.to_owned()))
}

fn print(report: &Report, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let verdict = match &report.body {
        Body::Verdict(verdict) => Some(&**verdict),
        _ => None,
    };
    match (format, verdict) {
        (Format::Json, Some(verdict)) => {
            serde_json::to_writer_pretty(&mut *out, verdict)?;
            writeln!(out)
        }
        (Format::Json, None) => {
            serde_json::to_writer_pretty(&mut *out, &report.outcome)?;
            writeln!(out)
        }
        (Format::Text, Some(verdict)) => {
            let mut text = String::new();
            crate::plain::verdict(verdict, &mut text).map_err(io::Error::other)?;
            out.write_all(text.as_bytes())
        }
        (Format::Text, None) => match &report.outcome {
            Outcome::Unknown(unknown) => writeln!(out, "{} {}", unknown.reason, unknown.remedy),
            outcome => writeln!(out, "{}", outcome.summary()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::read_pod;

    #[test]
    fn a_pod_is_named_with_its_namespace() {
        assert_eq!(read_pod("web/shop-0"), Ok(("web".into(), "shop-0".into())));
        for text in ["shop-0", "/shop-0", "web/", "a/b/c", ""] {
            assert!(read_pod(text).is_err(), "{text}");
        }
    }
}
