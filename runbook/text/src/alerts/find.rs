//! Finds the alerts that a runbook names: in front matter, headings, lines, tables, lists and rules. Takes what reads
//! like a name in a place for names; running text is left alone.

use super::{How, NamedAlert, fold};
use crate::{
    plain::plain,
    runbook::{Block, Command, Fence, FenceLine, Inline, TableBlock},
};

/// More names than a file about one team's alerts has; the rest of a generated list is left out.
const MAX_ALERTS: usize = 500;
/// Longest name that is looked at, in bytes.
const MAX_NAME_BYTES: usize = 200;

/// Every alert that is named, each once for each way of naming it, in the order of the file.
pub(crate) fn find(
    front_matter: &[(String, Vec<String>)],
    title: &str,
    blocks: &[Block],
    commands: &[Command],
) -> Vec<NamedAlert> {
    let mut finder = Finder { commands, found: Vec::new(), section: None, is_about_alerts: false };
    for (_, values) in front_matter.iter().filter(|(key, _)| is_alert_key(key)) {
        // `alerts: A, B` and `alerts: [A, B]` mean the same.
        values.iter().flat_map(|value| value.split(',')).for_each(|name| finder.take(name, How::FrontMatter));
    }
    finder.heading(title, None);
    finder.blocks(blocks);
    finder.widen_single_section();
    finder.found
}

struct Finder<'c> {
    commands: &'c [Command],
    found: Vec<NamedAlert>,
    /// The anchor of the section at hand.
    section: Option<String>,
    /// Whether the heading above speaks of the alerts of this runbook.
    is_about_alerts: bool,
}

impl Finder<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading { id, content, .. } => {
                    let text = plain(content, self.commands);
                    self.heading(&text, Some(id.clone()));
                }
                Block::Paragraph(content) => self.lines(&plain(content, self.commands)),
                Block::List { items, .. } => {
                    items.iter().for_each(|item| self.item(&item.content));
                }
                Block::Table(table) => self.table(table),
                Block::Quote { content, .. } | Block::Details { content, .. } => self.blocks(content),
                Block::Fence(fence) => self.rules(fence),
                Block::Footnote { .. } | Block::Rule => {}
            }
        }
    }

    /// `section` is none for the title, which is about the whole file.
    fn heading(&mut self, text: &str, section: Option<String>) {
        self.section = section;
        match text.split_once(':') {
            Some((key, name)) if is_alert_key(key) => self.take(name, How::Heading),
            Some((key, name)) if matches!(normal(key).as_str(), "runbook" | "run book" | "playbook" | "sop") => {
                self.take_name(name, How::Title);
            }
            _ => self.take_name(bare_heading(text), How::Title),
        }
        self.is_about_alerts = is_about_alerts(text);
    }

    /// A file that says only once what its alert is says it of the whole file, wherever the line stands.
    fn widen_single_section(&mut self) {
        let is_line = |alert: &&mut NamedAlert| alert.how == How::Line;
        let mut sections: Vec<_> = self.found.iter_mut().filter(is_line).map(|alert| alert.section.clone()).collect();
        sections.dedup();
        if let [_] = sections.as_slice() {
            self.found.iter_mut().filter(is_line).for_each(|alert| alert.section = None);
        }
    }

    /// `Alert: NAME` and `Alert name: NAME`, one or several.
    fn lines(&mut self, text: &str) {
        for line in text.lines() {
            let pair = line.split_once(':').or_else(|| line.split_once('='));
            if let Some((_, value)) = pair.filter(|(key, _)| is_alert_key(key)) {
                let value = value.trim();
                // "Alert: the pod restarts too often" is a sentence.
                value.split([',', ';']).for_each(|name| self.take_name(first_name(name), How::Line));
            }
        }
    }

    fn item(&mut self, content: &[Block]) {
        for block in content {
            match block {
                Block::Paragraph(inlines) => {
                    let text = plain(inlines, self.commands);
                    self.lines(&text);
                    if self.is_about_alerts {
                        self.take_name(first_name(&text), How::List);
                    }
                }
                Block::List { items, .. } => items.iter().for_each(|item| self.item(&item.content)),
                other => self.blocks(std::slice::from_ref(other)),
            }
        }
    }

    fn table(&mut self, table: &TableBlock) {
        let text = |cell: &[Inline]| plain(cell, self.commands);
        let heads: Vec<String> = table.head.iter().map(|cell| normal(&text(cell))).collect();
        let column = heads.iter().position(|head| is_alert_key(head)).or_else(|| column_of_names(&heads));
        let names: Vec<(String, How)> = match column {
            Some(column) => {
                table.rows.iter().filter_map(|row| row.get(column)).map(|cell| (text(cell), How::Table)).collect()
            }
            // A table of two columns may hold what the file says of itself; its head can be the first pair.
            None => std::iter::once(&table.head)
                .chain(&table.rows)
                .filter(|row| row.len() == 2 && is_alert_key(text(&row[0]).trim_end_matches(':')))
                .map(|row| (text(&row[1]), How::Line))
                .collect(),
        };
        for (cell, how) in names {
            cell.split([',', '\n']).for_each(|name| self.take_name(first_name(name), how));
        }
    }

    /// `- alert: NAME` in YAML.
    fn rules(&mut self, fence: &Fence) {
        for line in &fence.lines {
            let FenceLine::Text(text) = line else { continue };
            for line in text.lines() {
                let line = line.trim_start();
                let rule = line.strip_prefix("- ").unwrap_or(line).trim_start().strip_prefix("alert:");
                if let Some(name) = rule {
                    self.take_name(first_name(name.trim().trim_matches(['"', '\''])), How::Rule);
                }
            }
        }
    }

    /// Takes a name as it stands: it is in a place where only names stand.
    fn take(&mut self, name: &str, how: How) {
        let name = name.trim().trim_matches(['`', '"', '\'', '*']).trim();
        if self.found.len() >= MAX_ALERTS {
            return;
        }
        let is_known = self.found.iter().any(|known| known.how == how && fold(&known.name) == fold(name));
        let is_usable = name.len() <= MAX_NAME_BYTES && !fold(name).is_empty() && !name.contains(char::is_control);
        if is_usable && !is_known {
            self.found.push(NamedAlert { name: name.to_owned(), how, section: self.section.clone() });
        }
    }

    /// Takes a name if it reads like one: a word in it, and more than one part.
    fn take_name(&mut self, name: &str, how: How) {
        if is_alert_name(name.trim().trim_matches(['`', '"', '\'', '*'])) {
            self.take(name, how);
        }
    }
}

/// The column of alerts in a table that calls it otherwise, by what stands in the other columns.
fn column_of_names(heads: &[String]) -> Option<usize> {
    const OF_ALERTS: [&str; 12] = [
        "severity",
        "runbook",
        "runbooks",
        "runbook url",
        "expr",
        "expression",
        "promql",
        "query",
        "for",
        "threshold",
        "priority",
        "playbook",
    ];
    let is_of_alerts = heads.iter().any(|head| OF_ALERTS.contains(&head.as_str()));
    let names_alerts = |head: &String| {
        matches!(head.as_str(), "name" | "rule" | "rule name" | "alarm" | "alarm name" | "monitor")
            || (head.split(' ').count() < 5
                && head.split(' ').any(|word| matches!(word, "alert" | "alerts" | "alertname")))
    };
    heads.iter().position(names_alerts).filter(|at| is_of_alerts || heads[*at].contains("alert"))
}

/// A heading without what people put around an alert's name: marks and numbers before it, `Alert –`, a severity in
/// brackets, and what the alert says behind a colon. As it is where that leaves no name.
fn bare_heading(text: &str) -> &str {
    let mut rest = text.trim_start_matches(|c: char| !c.is_alphabetic() && c != '_').trim_end();
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some(before) = rest.strip_suffix(close).and_then(|rest| rest.rsplit_once(open)) {
            rest = before.0.trim_end();
        }
    }
    let (first, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if !behind.is_empty() && matches!(normal(first).trim_end_matches(':'), "alert" | "alarm" | "runbook" | "playbook") {
        rest = behind.trim_start_matches(|c: char| c.is_whitespace() || ":-–—|".contains(c));
    }
    let last = rest.rsplit_once(char::is_whitespace).filter(|(_, last)| {
        matches!(last.to_lowercase().as_str(), "alert" | "alarm" | "runbook" | "firing" | "fires" | "fired")
    });
    rest = last.map_or(rest, |(before, _)| before).trim_end_matches([':', ' ']);
    // "HighLoad: the load is high" names the alert; "kube-proxy: what it does" is about something else.
    let told = rest.find([':', ' ']).map(|at| &rest[..at]).filter(|name| {
        let behind = rest[name.len()..].trim_start();
        is_camel(name) && behind.starts_with([':', '–', '—', '-', '|', '('])
    });
    let name = told.unwrap_or(rest);
    if is_alert_name(name.trim_matches(['`', '"', '\'', '*'])) { name } else { text }
}

/// `KubePodNotReady`: letters in words without joints.
fn is_camel(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
        && text.chars().filter(char::is_ascii_uppercase).count() > 1
        && text.chars().any(|c| c.is_ascii_lowercase())
}

/// What a list's item or a cell begins with: "`KubePodCrashLooping` – more than …" names the first word.
fn first_name(text: &str) -> &str {
    let text = text.trim().trim_start_matches(['`', '"', '\'', '*']);
    let end = text.find(|c: char| c.is_whitespace() || "`\"'*(:–—".contains(c)).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ','])
}

/// `HomelabPodCrashLooping`, `node_down`, `aks-node-not-ready`: one word of several parts.
fn is_alert_name(text: &str) -> bool {
    let has_parts = text.contains(['_', '-']) || text.chars().skip(1).any(|c| c.is_ascii_uppercase());
    let is_acronym = text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-' || c == '_');
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_:-.".contains(c))
        && has_parts
        && !is_acronym
        && text.len() >= 4
}

fn is_alert_key(key: &str) -> bool {
    let key = normal(key);
    matches!(
        key.as_str(),
        "alert"
            | "alerts"
            | "alertname"
            | "alertnames"
            | "alert name"
            | "alert names"
            | "prometheus alert"
            | "alert rule"
    )
}

/// Headings above the alerts that a runbook is for.
const ABOUT_ALERTS: &str = "|alert|alerts|alert names|covered alerts|alerts covered|applies to|triggering alerts|triggered by|firing alerts|prometheus alerts|";

fn is_about_alerts(heading: &str) -> bool {
    ABOUT_ALERTS.contains(&format!("|{}|", normal(heading)))
}

/// `Alert_Name`, `**alert-name**` and `Alert name` are one key.
fn normal(key: &str) -> String {
    let spaced: String = key.to_lowercase().chars().map(|c| if "_-*`".contains(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (name, how, section) of every alert named in a file.
    fn named(text: &str) -> Vec<(String, How, Option<String>)> {
        crate::parse(text).alerts.into_iter().map(|alert| (alert.name, alert.how, alert.section)).collect()
    }

    fn names(text: &str, how: How) -> Vec<String> {
        named(text).into_iter().filter(|(_, found, _)| *found == how).map(|(name, ..)| name).collect()
    }

    #[test]
    fn reads_headings_with_something_around_the_name() {
        for heading in [
            "## 🔥 NodeDown",
            "## 3. NodeDown",
            "## Alert – NodeDown",
            "## Alert NodeDown (critical)",
            "## NodeDown alert",
            "## `NodeDown` [warning]",
            "## NodeDown: a node does not answer",
            "## NodeDown — what to do",
        ] {
            assert_eq!(names(&format!("# Nodes\n\n{heading}\n\ntext\n"), How::Title), ["NodeDown"], "{heading}");
        }
        for heading in ["## kube-proxy: what it does", "## Look at the node", "## Node down", "## 2. CPU"] {
            assert_eq!(names(&format!("# Nodes\n\n{heading}\n"), How::Title), Vec::<String>::new(), "{heading}");
        }
    }

    #[test]
    fn reads_tables_of_alerts_whose_head_says_name() {
        let table = |head: &str| {
            let columns = head.matches('|').count() - 1;
            format!("# X\n\n{head}\n{}|\n| NodeDown | a | b |\n| DiskFull | c | d |\n", "|---".repeat(columns))
        };
        for head in ["| Name | Summary | Severity |", "| Rule | Expr | For |", "| Alert / check | Meaning | Do |"] {
            assert_eq!(names(&table(head), How::Table), ["NodeDown", "DiskFull"], "{head}");
        }
        assert_eq!(names(&table("| Name | Age | Size |"), How::Table), Vec::<String>::new());
    }

    #[test]
    fn reads_front_matter_in_every_spelling() {
        for text in [
            "---\nalert: NodeDown\n---\n",
            "---\nalerts: [NodeDown]\n---\n",
            "---\nalertname: NodeDown\n---\n",
            "---\nalert_name: \"NodeDown\"\n---\n",
            "+++\nalert = \"NodeDown\"\n+++\n",
        ] {
            assert_eq!(names(text, How::FrontMatter), ["NodeDown"], "{text}");
        }
        assert_eq!(
            names("---\nalerts:\n  - NodeDown\n  - Disk full on a node\n---\n", How::FrontMatter),
            ["NodeDown", "Disk full on a node"]
        );
        assert_eq!(names("---\nalerts: NodeDown, DiskFull\n---\n", How::FrontMatter), ["NodeDown", "DiskFull"]);
    }

    #[test]
    fn reads_headings_and_leads_to_their_section() {
        let text = "# Nodes\n\n## Alert: NodeDown\n\ntext\n\n## `DiskFull`\n\n### Fix\n";
        assert_eq!(
            named(text),
            [
                ("NodeDown".to_owned(), How::Heading, Some("alert-nodedown".to_owned())),
                ("DiskFull".to_owned(), How::Title, Some("diskfull".to_owned())),
            ]
        );
        assert_eq!(named("# Alert: NodeDown\n"), [("NodeDown".to_owned(), How::Heading, None)]);
        assert_eq!(named("# runbook: NodeDown\n"), [("NodeDown".to_owned(), How::Title, None)]);
        assert_eq!(named("# KubeNodeDown\n"), [("KubeNodeDown".to_owned(), How::Title, None)]);
    }

    #[test]
    fn takes_a_single_line_for_the_whole_file_and_several_for_their_sections() {
        let sections = |text| named(text).into_iter().map(|(_, _, section)| section).collect::<Vec<_>>();
        assert_eq!(sections("# T\n\n## Overview\n\nAlert: PodDown\n"), [None]);
        assert_eq!(
            sections("# T\n\n## Pods\n\nAlert: PodDown\n\n## Disks\n\nAlert: DiskFull\n"),
            [Some("pods".to_owned()), Some("disks".to_owned())]
        );
    }

    #[test]
    fn reads_lines_lists_tables_and_rules() {
        assert_eq!(names("# T\n\n**alert:** `PodDown`\n**severity:** page\n", How::Line), ["PodDown"]);
        assert_eq!(names("# T\n\n- **Alert Name**: PodDown\n", How::Line), ["PodDown"]);
        assert_eq!(names("# T\n\n- alertname = PodDown\n", How::Line), ["PodDown"]);
        assert_eq!(names("# T\n\n- Alert: `aks-pod-restart-high` fires\n", How::Line), ["aks-pod-restart-high"]);
        assert_eq!(names("# T\n\n| Field | Value |\n|---|---|\n| Alert | PodDown |\n", How::Line), ["PodDown"]);
        assert_eq!(names("# T\n\n## Metadata\n\n- **Alert**: PodDown\n", How::Line), ["PodDown"]);
        assert_eq!(
            names("# T\n\n| Alert | For |\n|---|---|\n| `PodDown` | 5m |\n| DiskFull | 1h |\n", How::Table),
            ["PodDown", "DiskFull"]
        );
        assert_eq!(names("# T\n\n## Alerts\n\n- `PodDown`: no pod is ready\n- see the wiki\n", How::List), ["PodDown"]);
        assert_eq!(names("# T\n\n```yaml\n- alert: PodDown\n  expr: up == 0\n```\n", How::Rule), ["PodDown"]);
    }

    #[test]
    fn leaves_prose_alone() {
        for text in [
            "# T\n\nAlert: the pod restarts too often\n",
            "# T\n\n- adjacent alert: `PodDown`\n",
            "# Alerts\n\n## Related\n\n- PodDown\n",
            "# Disks\n",
            "# DNS\n",
            "# T\n\nAlert: TBD\n",
            "# T\n\n| Alert | For |\n|---|---|\n| none yet | 5m |\n",
        ] {
            assert!(named(text).is_empty(), "{text}: {:?}", named(text));
        }
    }

    #[test]
    fn keeps_to_a_bounded_number_of_names() {
        let list: String = (0..2_000).map(|n| format!("- AlertNumber{n}\n")).collect();
        assert_eq!(named(&format!("# T\n\n## Alerts\n\n{list}")).len(), MAX_ALERTS);
        assert!(named(&format!("# Alert: {}\n", "x".repeat(5_000))).is_empty());
    }
}
