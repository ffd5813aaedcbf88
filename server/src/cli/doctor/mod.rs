//! `runlight doctor`: the same look at every source that the portal's own page shows, printed as a list or as JSON. Exits
//! 1 when something would be unknown on a page.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use app::server_side::doctor::{Examination, Part, Row};

use super::{PathBuf, output};
use crate::{clock::Clock, config::Config, portal::Portal};

/// `runlight doctor`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "RUNLIGHT_CONFIG", default_value = "runlight.toml")]
    config: PathBuf,
    /// A list for people, or JSON for scripts.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Human,
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
    let looked = runtime.block_on(async {
        let portal = Portal::open(&config, Clock::system(), Vec::new()).await.map_err(super::refuse)?;
        portal.examine().await.ok_or_else(|| super::refuse("the look at the sources broke off; run it again"))
    });
    // Threads that wait for a plug-in or a name server end with the process.
    runtime.shutdown_background();
    let found = match looked {
        Ok(found) => found,
        Err(code) => return code,
    };
    let printed = match arguments.format {
        Format::Human => output::print(|out| list(&found, out)),
        Format::Json => output::print(|out| json(&found, out)),
    };
    printed.unwrap_or_else(|| ExitCode::from(u8::from(!found.is_ok())))
}

fn json(found: &Examination, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::json!({ "ok": found.is_ok(), "at": found.at.rfc3339(), "parts": found.parts });
    writeln!(out, "{text:#}")
}

fn list(found: &Examination, out: &mut dyn Write) -> io::Result<()> {
    for part in &found.parts {
        writeln!(out, "{}", title(part))?;
        part.rows.iter().try_for_each(|row| write_row(row, out))?;
        writeln!(out)?;
    }
    match found.is_ok() {
        true => writeln!(out, "Nothing would be unknown on a page."),
        false => writeln!(out, "What is marked \"unknown\" would be unknown on a page."),
    }
}

/// "Kubernetes homelab-prod · 10.10.0.5:6443 · v1.36.0".
fn title(part: &Part) -> String {
    let mut title = printable(&format!("{} {}", part.kind, part.name)).trim_end().to_owned();
    for more in part.address.iter().chain(&part.version) {
        title.push_str(&format!(" · {}", printable(more)));
    }
    title
}

fn write_row(row: &Row, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {:<14}  {}", row.state.label(), printable(&row.words))?;
    if let Some(remedy) = &row.remedy {
        writeln!(out, "  {:14}  {}", "", printable(&remedy.words))?;
        for line in &remedy.lines {
            writeln!(out, "  {:14}    {}", "", printable(line))?;
        }
    }
    Ok(())
}

/// What sources and files say must not move a terminal's cursor.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use app::server_side::doctor::{State, Topic};
    use runbook::time::Timestamp;

    use super::*;

    fn examination() -> Examination {
        let missing = Row::new(State::Unknown, Topic::Rights, "The account may not list pods.")
            .with("Apply this.", vec!["kind: ClusterRole".into(), "  rules: []".into()]);
        Examination {
            at: Timestamp(0),
            parts: vec![
                Part {
                    kind: "Kubernetes",
                    name: "lab".into(),
                    address: Some("10.0.0.5:6443".into()),
                    version: Some("v1.36.0\u{1b}[2J".into()),
                    rows: vec![Row::ok(Topic::Reach, "It answers."), missing],
                },
                Part {
                    kind: "Sign-in",
                    name: String::new(),
                    address: None,
                    version: None,
                    rows: vec![Row::new(State::NotConfigured, Topic::Setup, "Nobody signs in.")],
                },
            ],
        }
    }

    #[test]
    fn prints_a_list_whose_lines_can_be_copied() {
        let mut out = Vec::new();
        list(&examination(), &mut out).expect("written");
        let expected = "Kubernetes lab · 10.0.0.5:6443 · v1.36.0\u{fffd}[2J\n  \
              ok              It answers.\n  \
              unknown         The account may not list pods.\n                  \
                              Apply this.\n                    \
                                kind: ClusterRole\n                      \
                                  rules: []\n\n\
            Sign-in\n  \
              not configured  Nobody signs in.\n\n\
            What is marked \"unknown\" would be unknown on a page.\n";
        assert_eq!(String::from_utf8(out).expect("text"), expected);
    }

    #[test]
    fn prints_json_that_says_whether_all_is_well() {
        let mut out = Vec::new();
        json(&examination(), &mut out).expect("written");
        let value: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(value["ok"], false);
        assert_eq!(value["at"], "1970-01-01T00:00:00Z");
        assert_eq!(value["parts"][0]["rows"][1]["state"], "unknown");
        assert_eq!(value["parts"][0]["rows"][1]["topic"], "rights");
        assert_eq!(value["parts"][0]["rows"][1]["remedy"]["lines"][0], "kind: ClusterRole");
        assert_eq!(value["parts"][1]["rows"][0]["state"], "not-configured");
    }
}
