//! A check as the command that asks it, in one canonical spelling: `recognise(check.to_string())` gives the check.

mod cluster;
mod filters;
mod infrastructure;

use std::fmt::{self, Display};

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
        Feed::Behind(Some(words_at_once)) => words.0.push(format!("-n{words_at_once}")),
        Feed::InPlaceOf(mark) => words.0.push(format!("-I{mark}")),
    }
    words.0.extend(each.host.iter().flat_map(|host| ["ssh".to_owned(), host.clone()]));
    words.0.extend(each.words.iter().cloned());
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

/// A command word by word.
struct Words(Vec<String>);

impl Words {
    fn new(words: &[&str]) -> Self {
        Self(words.iter().map(|word| (*word).to_owned()).collect())
    }

    fn word(mut self, word: &str) -> Self {
        self.0.push(word.to_owned());
        self
    }

    fn words<'w>(mut self, words: impl IntoIterator<Item = &'w String>) -> Self {
        self.0.extend(words.into_iter().cloned());
        self
    }

    /// A flag, when it is on.
    fn flag(self, flag: &str, is_on: bool) -> Self {
        if is_on { self.word(flag) } else { self }
    }

    /// `-n VALUE`, when there is one.
    fn pair(self, flag: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.word(flag).word(value),
            None => self,
        }
    }

    /// `--flag=VALUE`, when there is one.
    fn long(self, flag: &str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.word(&format!("{flag}={value}")),
            None => self,
        }
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(&quote(word))?;
        }
        Ok(())
    }
}

/// A word as the shell takes it: plain where it can be, in single quotes otherwise. Placeholders stay as they are.
fn quote(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:=@%+,-".contains(c);
    let mut rest = word;
    let mut needs_quotes = word.is_empty();
    while let Some(c) = rest.chars().next() {
        let placeholder = rest.strip_prefix('<').and_then(|inner| inner.find('>').map(|end| &inner[..end]));
        let is_placeholder = placeholder.is_some_and(|name| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        });
        match placeholder {
            Some(name) if is_placeholder => rest = &rest[name.len() + 2..],
            _ if is_plain(c) => rest = &rest[c.len_utf8()..],
            _ => {
                needs_quotes = true;
                break;
            }
        }
    }
    if needs_quotes { format!("'{}'", word.replace('\'', r"'\''")) } else { word.to_owned() }
}
