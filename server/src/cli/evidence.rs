//! `runlight evidence`: what was kept, for people who live in a terminal and for backups. Reads beside a portal that keeps;
//! only `prune` needs the file for itself.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use ::evidence::{EvidenceId, Found, Limits, Mode, Store, StoreError};
use clap::Subcommand;
use runbook::time::DAY_MS;

use super::{PathBuf, exit, output};
use crate::{clock::Clock, config::Config};

/// `runlight evidence`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "RUNLIGHT_CONFIG", default_value = "runlight.toml", global = true)]
    config: PathBuf,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List crashes that are kept, newest first; those alone that hold every word.
    List {
        /// Words of an owner, a pod, a reason or a telling line.
        words: Vec<String>,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Print one crash: how it ended, what tells why, and its log.
    Show {
        /// The id in its link.
        id: EvidenceId,
    },
    /// Print crashes as JSON, one a line, everything that was kept of each.
    Export {
        /// At most so many, newest first.
        #[arg(long, default_value_t = 100_000)]
        limit: usize,
    },
    /// Remove what is older than the configuration says, or more than it says.
    Prune,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let config = match Config::load(&arguments.config, std::env::vars()) {
        Ok(config) => config,
        Err(error) => return super::refuse(error),
    };
    let url = match config.evidence.place(|name| std::env::var(name).ok()) {
        Ok(url) if url == "off" => return super::refuse("evidence.url is off: nothing is kept."),
        Ok(url) => url,
        Err(problem) => return super::refuse(problem),
    };
    let runtime = match super::start_runtime() {
        Ok(runtime) => runtime,
        Err(error) => return super::refuse(error),
    };
    let mut failure = None;
    let ended = output::print(|out| match runtime.block_on(carry_out(&url, arguments, &config, out)) {
        Ok(()) => Ok(()),
        Err(Failure::Output(cause)) => Err(cause),
        Err(Failure::Store(error)) => {
            failure = Some(error);
            Ok(())
        }
    });
    match failure {
        Some(error) => {
            super::complain(error);
            ExitCode::from(exit::NO_ANSWER)
        }
        None => ended.unwrap_or(ExitCode::SUCCESS),
    }
}

/// Why not all was printed.
#[derive(Debug)]
enum Failure {
    Store(StoreError),
    Output(io::Error),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for Failure {
    fn from(cause: io::Error) -> Self {
        Self::Output(cause)
    }
}

/// One entry after the other: all of them together may be larger than the memory.
async fn carry_out(url: &str, arguments: &Arguments, config: &Config, out: &mut dyn Write) -> Result<(), Failure> {
    let mode = if matches!(arguments.verb, Verb::Prune) { Mode::Write } else { Mode::Read };
    let store = Store::open(url, mode).await?;
    let mut text = String::new();
    match &arguments.verb {
        Verb::List { words, limit } => {
            for row in store.search(&words.join(" "), *limit).await? {
                text.push_str(&shown(format!(
                    "{}  {} {} UTC  {}/{}/{} {}  {} {}  {}",
                    row.id,
                    row.at.date(),
                    row.at.clock(),
                    row.cluster,
                    row.namespace,
                    row.pod,
                    row.container,
                    row.reason,
                    row.exit_code,
                    row.telling
                )));
                text.push('\n');
            }
        }
        Verb::Show { id } => match store.find(id).await? {
            Found::Crash { capture, row, in_loop } => {
                text.push_str(&format!("{}\nat {} {} UTC", row.words(), row.at.date(), row.at.clock()));
                text.push_str(&format!(", restart {}, {in_loop} in its loop\n", row.restart_count));
                if let Some(line) = &capture.telling {
                    text.push_str(&format!("Telling line: {}\n", shown(line.clone())));
                }
                if let Some(judged) = &capture.verdict {
                    text.push_str(&format!("Verdict: {}\n", shown(judged.report.outcome.summary().to_owned())));
                }
                match &capture.log {
                    Ok(log) => {
                        text.push_str(&format!("Log ({}):\n", log.extent()));
                        log.lines().for_each(|line| text.push_str(&format!("{}\n", shown(line.text.clone()))));
                    }
                    Err(unknown) => text.push_str(&format!("Log: {}\n", unknown.reason)),
                }
            }
            Found::Page { page, .. } => text.push_str(&format!("The page {}, shared by {}\n", page.title, page.by)),
            Found::Gone(gone) => text.push_str(&format!("{}. It is no longer kept.\n", gone.what)),
            Found::Absent => return Err(StoreError::Other(format!("nothing is kept under {id}")).into()),
        },
        Verb::Export { limit } => {
            for row in store.search("", *limit).await? {
                if let Some(capture) = store.capture(&row.id).await? {
                    serde_json::to_writer(&mut *out, &capture).map_err(io::Error::from)?;
                    out.write_all(b"\n")?;
                }
            }
        }
        Verb::Prune => {
            let limits = Limits {
                age_ms: i64::from(config.evidence.keep_days) * DAY_MS,
                bytes: u64::from(config.evidence.keep_mib) << 20,
                ..Limits::default()
            };
            let mut entries = 0;
            loop {
                let pruned = store.prune(&limits, Clock::system().now()).await?;
                entries += pruned.entries;
                if pruned.entries == 0 {
                    break;
                }
            }
            text.push_str(&match entries {
                0 => "Nothing had to be removed.\n".to_owned(),
                1 => "1 entry was removed.\n".to_owned(),
                _ => format!("{entries} entries were removed.\n"),
            });
        }
    }
    Ok(out.write_all(text.as_bytes())?)
}

/// Words from outside as a terminal may be given them: what would move its cursor is a space.
fn shown(words: String) -> String {
    if words.contains(|char: char| char.is_control() && char != '\t') {
        words.replace(|char: char| char.is_control() && char != '\t', " ")
    } else {
        words
    }
}
