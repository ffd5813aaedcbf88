//! A check as the command that asks it, in one canonical spelling: `recognise(check.to_string())` gives the check.

mod cluster;
mod infrastructure;

use std::fmt::{self, Display};

use pipe::words::{Words, quote};

use super::{Check, Each, Feed, Question};

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_stages = !self.filters.is_empty() || self.download.is_some();
        match &self.question {
            Question::Cluster(question) => on_host(f, question.via.as_deref(), &cluster::command(question))?,
            Question::Proxmox(question) => {
                on_host(f, question.host.as_deref(), &infrastructure::proxmox(&question.ask))?
            }
            Question::Backup(question) => on_host(f, question.host.as_deref(), &infrastructure::backup(question))?,
            Question::Prometheus(question) => infrastructure::prometheus(question).fmt(f)?,
            Question::Alertmanager(question) => infrastructure::alertmanager(question).fmt(f)?,
            Question::LogStore(question) => infrastructure::log_store(question).fmt(f)?,
            Question::Several(checks) => {
                let line = several(checks);
                // Stages behind several commands belong to all of them.
                if has_stages { write!(f, "bash -c {}", quote(&line))? } else { f.write_str(&line)? }
            }
            Question::Each(each) => print_each(each).fmt(f)?,
        }
        for filter in &self.filters {
            write!(f, " | {filter}")?;
        }
        match &self.download {
            Some(file) => write!(f, " > {}", quote(file)),
            None => Ok(()),
        }
    }
}

/// `… | xargs -I{} ssh HOST kubectl logs {}`.
fn print_each(each: &Each) -> String {
    let is_bare = matches!(each.from.question, Question::Several(_)) && each.from.filters.is_empty();
    let from = each.from.to_string();
    let from = if is_bare { format!("bash -c {}", quote(&from)) } else { from };
    let mut words = Words::new(&["xargs", "-r"]);
    match &each.feed {
        Feed::Behind(None) => {}
        Feed::Behind(Some(words_at_once)) => words = words.word(&format!("-n{words_at_once}")),
        Feed::InPlaceOf(mark) => words = words.word(&format!("-I{mark}")),
    }
    words = words.pair("ssh", each.host.as_deref()).words(&each.words);
    format!("{from} | {words}")
}

fn several(checks: &[Check]) -> String {
    let commands = checks.iter().map(|check| match &check.question {
        Question::Several(_) => format!("bash -c {}", quote(&check.to_string())),
        _ => check.to_string(),
    });
    commands.collect::<Vec<_>>().join("; ")
}

fn on_host(f: &mut fmt::Formatter<'_>, host: Option<&str>, command: &Words) -> fmt::Result {
    match host {
        Some(host) => write!(f, "ssh {} {}", quote(host), quote(&command.to_string())),
        None => command.fmt(f),
    }
}
