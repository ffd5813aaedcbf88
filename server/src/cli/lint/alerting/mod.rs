//! Alerting rules beside the runbooks: whether every alert leads to a runbook, whether every runbook's alert is in a rule,
//! and what a rule's link loses on the way. Reads files; asks no Prometheus, and never runs Helm.

mod address;
mod document;
mod template;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fs,
    path::PathBuf,
};

use runbook::{
    alerts::{How, NamedAlert, names_a_runbook},
    document::Runbook,
    lookup::{Book, Index, Lookup, Near, Reason, Wanted},
    names::RunbookPath,
    problem::{Places, Severity},
};

use self::document::Rule;
use super::{
    files::{self, File, Kind},
    report::{FileReport, Found},
};

/// How far behind an alert's name its link is looked for.
const MAX_RULE_BYTES: usize = 8 * 1024;
/// Larger files are not read.
const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;

/// Compares rules with runbooks: a report for each file of rules, and findings in the runbooks' own reports.
pub(super) fn compare(paths: &[PathBuf], runbooks: &mut [FileReport]) -> Result<Vec<FileReport>, String> {
    let index = index(runbooks);
    let mut named = HashSet::new();
    let mut reports = Vec::new();
    for file in files::collect(paths, Kind::Rules)? {
        reports.extend(read(&file, &index, &mut named));
    }
    // Without a single rule the path was wrong: that no runbook's alert is in a rule would be said of all of them.
    if named.is_empty() {
        let shown: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(format!("No alerting rule is in {}. Name files or folders with rules in YAML.", shown.join(", ")));
    }
    runbooks.iter_mut().for_each(|report| find_alerts_without_rule(report, &named));
    Ok(reports)
}

fn index(runbooks: &[FileReport]) -> Index {
    let read: Vec<(RunbookPath, &Runbook)> =
        runbooks.iter().filter_map(|report| Some((path_of(&report.file)?, &report.read.as_ref()?.1))).collect();
    Index::new(read.iter().map(|(path, runbook)| Book {
        path,
        title: &runbook.title,
        alerts: &runbook.alerts,
        folder: 0,
    }))
}

/// As the portal would address it, with whatever folders stand before it.
fn path_of(file: &str) -> Option<RunbookPath> {
    let file = file.trim_end_matches(".md").trim_end_matches(".MD");
    let parts: Vec<&str> = file.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "..")).collect();
    (0..parts.len()).find_map(|from| parts[from..].join("/").parse().ok())
}

/// Nothing for a file that holds no alerting rule.
fn read(file: &File, index: &Index, named: &mut HashSet<String>) -> Option<FileReport> {
    let shown = file.path.display().to_string();
    let alone =
        |found: Found| FileReport { problems: vec![found.placed(&Places::of(""))], ..FileReport::empty(shown.clone()) };
    let whole =
        |severity, code, message, help: &str| Found { severity, code, message, help: Some(help.into()), span: 0..0 };
    let size = file.path.metadata().map(|metadata| metadata.len()).unwrap_or_default();
    if size > MAX_FILE_BYTES {
        let message = format!("This file has {size} bytes; rules above {MAX_FILE_BYTES} are not read.");
        return Some(alone(whole(Severity::Error, "too-large", message, "Split it into several files.")));
    }
    let text = match fs::read(&file.path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(cause) => {
            let message = format!("This file cannot be read: {cause}.");
            return Some(alone(whole(Severity::Error, "unreadable-file", message, "Look at its permissions.")));
        }
    };
    let (rules, unread) = match document::read(&text) {
        Ok(rules) => (rules, None),
        Err(unread) => (Vec::new(), Some(unread)),
    };
    let places = document::lines(&text);
    named.extend(places.iter().map(|(name, _)| fold(name)));
    named.extend(rules.iter().map(|rule| fold(&rule.alert)));
    if let Some(unread) = unread {
        // Any other YAML is none of our business.
        return (!places.is_empty()).then(|| {
            alone(match unread {
                document::Unread::Template => whole(
                    Severity::Warning,
                    "unread-template",
                    format!(
                        "This template is no YAML until Helm has filled it in; alerts in it that were not looked at: {}.",
                        places.len()
                    ),
                    "Lint what `helm template` prints.",
                ),
                document::Unread::Yaml(cause) => whole(
                    Severity::Error,
                    "unreadable-rules",
                    format!("These rules are not valid YAML: {cause}."),
                    "Mend them; `promtool check rules` says more.",
                ),
            })
        });
    }
    if rules.is_empty() {
        return None;
    }
    let mut report = FileReport { alerts: Some(rules.len()), ..FileReport::empty(shown) };
    let at = Places::of(&text);
    let mut starts = HashMap::<&str, VecDeque<usize>>::new();
    for (name, start) in &places {
        starts.entry(*name).or_default().push_back(*start);
    }
    for rule in &rules {
        let start = starts.get_mut(rule.alert.as_str()).and_then(VecDeque::pop_front).unwrap_or_default();
        let end = if start == 0 { 0 } else { start + rule.alert.len() };
        report.problems.extend(judge(rule, index, start..end).into_iter().map(|found| found.placed(&at)));
        // Looking on to the end of the file for each rule would take the square of its size.
        let near = &text[end..text.floor_char_boundary(end + MAX_RULE_BYTES)];
        let link = near.find("runbook").map_or(start, |place| end + place);
        let link = if start == 0 { 0..0 } else { link..link + "runbook".len().min(text.len() - link) };
        report.problems.extend(
            rule.runbooks().flat_map(|link_text| address::find(rule, link_text, &link)).map(|found| found.placed(&at)),
        );
    }
    Some(report)
}

/// Whether an alert leads to a runbook, as the portal would look for it.
fn judge(rule: &Rule, index: &Index, span: std::ops::Range<usize>) -> Option<Found> {
    let texts: Vec<String> = rule.runbooks().map(ToOwned::to_owned).collect();
    let by_link = texts.iter().find_map(|text| {
        let target = address::target(text);
        let wanted = Wanted {
            alert: target.alert.as_deref().unwrap_or(&rule.alert),
            component: target.component.as_deref(),
            runbook: target.runbook.as_deref(),
        };
        let found = index.find(&wanted);
        // A path that leads nowhere leaves the name; a name in a link is the link's own.
        (target.alert.is_some() || leads_by_path(&found)).then_some(found)
    });
    let by_name = || index.find(&Wanted { alert: &rule.alert, component: None, runbook: None });
    let found = |severity, code, message, help| Some(Found { severity, code, message, help: Some(help), span });
    match by_link.unwrap_or_else(by_name) {
        Lookup::One(_) => None,
        Lookup::Several(all) => {
            let paths: Vec<String> = all.iter().map(|one| format!("`{}`", one.path)).collect();
            let message = format!("The alert {} leads to several runbooks: {}.", rule.alert, paths.join(", "));
            let help = "Name one in the rule's annotation `runbook`, or take the alert out of the others.".to_owned();
            found(Severity::Warning, "alert-with-several-runbooks", message, help)
        }
        Lookup::Missing(near) => {
            let message = match texts.first() {
                Some(text) => format!(
                    "The alert {} leads to no runbook here: not by `{}`, not by its name.",
                    rule.alert,
                    cut(text)
                ),
                None => format!(
                    "The alert {} leads to no runbook: no file is called like it, and none names it.",
                    rule.alert
                ),
            };
            found(Severity::Error, "alert-without-runbook", message, help_for(&rule.alert, &near))
        }
    }
}

fn leads_by_path(found: &Lookup) -> bool {
    let all = match found {
        Lookup::One(one) => std::slice::from_ref(one),
        Lookup::Several(all) => all.as_slice(),
        Lookup::Missing(_) => &[],
    };
    all.iter().any(|one| one.reasons.iter().any(|reason| matches!(reason, Reason::Path { .. })))
}

fn help_for(alert: &str, near: &[Near]) -> String {
    match near.first() {
        Some(near) => {
            format!("`{}` is near: name the alert there with a line `# Alert: {alert}`, or write one.", near.path)
        }
        None => format!("Write one with a line `# Alert: {alert}`."),
    }
}

fn cut(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    &line[..line.floor_char_boundary(120)]
}

/// Alerts that a runbook says it is for, and no rule has.
fn find_alerts_without_rule(report: &mut FileReport, named: &HashSet<String>) {
    let Some((text, runbook)) = &report.read else { return };
    let at = Places::of(text);
    let states = |how: How| matches!(how, How::FrontMatter | How::Heading | How::Line);
    let mut seen = HashSet::new();
    let stem = report.file.rsplit('/').next().map(|name| fold(name.trim_end_matches(".md"))).unwrap_or_default();
    // A title alone may be any name; one that the file bears, too, is meant for the alert.
    let is_stated = |alert: &NamedAlert| states(alert.how) || (alert.how == How::Title && fold(&alert.name) == stem);
    let missing = runbook.alerts.iter().filter(|alert| is_stated(alert) && !named.contains(&fold(&alert.name)));
    let found = missing.filter(|alert| seen.insert(fold(&alert.name))).map(|alert| {
        let start = text.find(alert.name.as_str()).unwrap_or_default();
        Found {
            severity: Severity::Warning,
            code: "runbook-without-alert",
            message: format!("No rule has the alert {}.", alert.name),
            help: Some("Add the rule, or name the alert as the rule spells it.".into()),
            span: start..start + alert.name.len(),
        }
        .placed(&at)
    });
    let found: Vec<_> = found.collect();
    report.problems.extend(found);
}

/// As the portal compares alerts' names.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Rule {
    /// What of its annotations and labels may lead to a runbook, as written.
    fn runbooks(&self) -> impl Iterator<Item = &str> {
        let fields = self.annotations.iter().chain(&self.labels);
        fields
            .filter(|(name, value)| names_a_runbook(name) && !value.trim().is_empty())
            .map(|(_, value)| value.as_str())
    }
}
