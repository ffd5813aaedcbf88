//! What a runbook says of itself: from front matter, from a closing "Metadata" section, and from `Key: value` lines.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use crate::{
    plain::plain,
    runbook::{Block, Command, Inline, Metadata},
};

/// Reads metadata and takes a section that holds nothing else out of the blocks.
pub(crate) fn take(
    front_matter: &[(String, Vec<String>)],
    title: &str,
    blocks: &mut Vec<Block>,
    commands: &[Command],
) -> Metadata {
    let mut metadata = Metadata::default();
    for (key, values) in front_matter {
        metadata.set(key, values);
    }
    if let Some(section) = metadata_section(blocks, commands) {
        let inner = &blocks[section.start + 1..section.end];
        let entries: Vec<_> = inner.iter().flat_map(|block| entries(block, commands)).collect();
        for (key, value) in &entries {
            metadata.set(key, std::slice::from_ref(value));
        }
        if !entries.is_empty() && inner.iter().all(holds_entries_alone) {
            blocks.drain(section);
        }
    }
    for block in blocks.iter() {
        for (key, value) in entries(block, commands) {
            if KNOWN_IN_TEXT.contains(&normal(&key).as_str()) {
                metadata.set_missing(&key, &value);
            }
        }
    }
    if metadata.tags.is_empty() {
        metadata.tags = tags_section(blocks, commands);
    }
    if metadata.alert.is_none() {
        metadata.alert = alert_in_title(title);
    }
    metadata
}

/// Keys that are worth reading wherever they stand; others may be anything.
const KNOWN_IN_TEXT: [&str; 8] =
    ["last updated", "last reviewed", "last modified", "decay rate", "domain", "tags", "alert", "alert name"];

impl Metadata {
    fn set(&mut self, key: &str, values: &[String]) {
        let joined = || values.join(", ");
        match normal(key).as_str() {
            "title" => {}
            "alert" | "alertname" | "alert name" if is_alert_name(&joined()) => self.alert = Some(joined()),
            "domain" | "area" => self.domain = Some(joined()),
            "tags" | "tag" | "keywords" => self.tags = values.iter().flat_map(|value| words(value)).collect(),
            "decay rate" => match decay_rate(&joined()) {
                Some(rate) => self.decay_rate = Some(rate),
                None => self.other.push((key.to_owned(), joined())),
            },
            "last updated" | "last reviewed" | "last modified" | "lastmod" | "updated" => match date(&joined()) {
                Some(date) => self.last_updated = Some(date),
                None => self.other.push((key.to_owned(), joined())),
            },
            _ => self.other.push((key.to_owned(), joined())),
        }
    }

    fn set_missing(&mut self, key: &str, value: &str) {
        let mut found = Metadata::default();
        found.set(key, &[value.to_owned()]);
        self.alert = self.alert.take().or(found.alert);
        self.domain = self.domain.take().or(found.domain);
        self.decay_rate = self.decay_rate.or(found.decay_rate);
        self.last_updated = self.last_updated.take().or(found.last_updated);
        if self.tags.is_empty() {
            self.tags = found.tags;
        }
    }

    /// Whether the file says nothing of itself.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Metadata::default()
    }
}

/// The section under the last "Metadata" heading, heading included.
fn metadata_section(blocks: &[Block], commands: &[Command]) -> Option<Range<usize>> {
    section(blocks, |text| matches!(text, "metadata" | "runbook metadata" | "document metadata"), commands)
}

/// The words of a section named "Tags", which stays where it is.
fn tags_section(blocks: &[Block], commands: &[Command]) -> Vec<String> {
    let Some(section) = section(blocks, |text| text == "tags", commands) else { return Vec::new() };
    match blocks.get(section.start + 1) {
        Some(Block::Paragraph(content)) => words(&plain(content, commands)),
        Some(Block::List { items, .. }) => {
            items.iter().flat_map(|item| lines(&item.content, commands)).flat_map(|line| words(&line)).collect()
        }
        _ => Vec::new(),
    }
}

fn section(blocks: &[Block], is_named: fn(&str) -> bool, commands: &[Command]) -> Option<Range<usize>> {
    let (start, level) = blocks.iter().enumerate().rev().find_map(|(at, block)| match block {
        Block::Heading { level, content, .. } => is_named(&normal(&plain(content, commands))).then_some((at, *level)),
        _ => None,
    })?;
    let ends = |block: &Block| matches!(block, Block::Heading { level: other, .. } if *other <= level);
    let end = blocks[start + 1..].iter().position(ends).map_or(blocks.len(), |at| start + 1 + at);
    Some(start..end)
}

fn holds_entries_alone(block: &Block) -> bool {
    match block {
        Block::Paragraph(content) => !content.iter().any(|inline| matches!(inline, Inline::Command(_))),
        Block::List { items, .. } => items.iter().all(|item| item.content.iter().all(holds_entries_alone)),
        Block::Table(_) | Block::Rule => true,
        _ => false,
    }
}

/// `Key: value` pairs in a paragraph's lines, a list's items, or a table of two columns.
fn entries(block: &Block, commands: &[Command]) -> Vec<(String, String)> {
    if let Block::Table(table) = block {
        let rows = table.rows.iter().filter(|row| row.len() == 2);
        return rows.map(|row| (plain(&row[0], commands), plain(&row[1], commands))).collect();
    }
    let pair = |line: &str| {
        let (key, value) = line.split_once(':')?;
        let (key, value) = (key.trim(), value.trim());
        (!key.is_empty() && key.len() <= 40 && !value.is_empty()).then(|| (key.to_owned(), value.to_owned()))
    };
    lines(std::slice::from_ref(block), commands).iter().filter_map(|line| pair(line)).collect()
}

/// The lines of paragraphs and of lists' items, without their dress.
fn lines(blocks: &[Block], commands: &[Command]) -> Vec<String> {
    let of_block = |block: &Block| match block {
        Block::Paragraph(content) => plain(content, commands).lines().map(str::to_owned).collect(),
        Block::List { items, .. } => items.iter().flat_map(|item| lines(&item.content, commands)).collect(),
        _ => Vec::new(),
    };
    blocks.iter().flat_map(of_block).collect()
}

/// `Last_Updated`, `last-updated` and `Last updated` are one key.
fn normal(key: &str) -> String {
    let spaced: String = key.to_lowercase().chars().map(|c| if c == '_' || c == '-' { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `a, b`, `#a #b`, `[a, b]`.
fn words(list: &str) -> Vec<String> {
    let list = list.trim().trim_matches(['[', ']']);
    let parts: Vec<&str> = if list.contains([',', ';', '\n']) {
        list.split([',', ';', '\n']).collect()
    } else if list.split_whitespace().all(|word| word.starts_with('#')) {
        list.split_whitespace().collect()
    } else {
        vec![list]
    };
    let clean = |word: &str| word.trim().trim_matches(['#', '"', '\'', '`']).to_owned();
    parts.into_iter().map(clean).filter(|word| !word.is_empty()).collect()
}

/// `0.1` or `10%`, both a tenth per quarter; nothing beyond 0 to 1.
fn decay_rate(text: &str) -> Option<f64> {
    let number = text.split_whitespace().next()?;
    let rate = match number.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().ok()? / 100.0,
        None => number.parse().ok()?,
    };
    (0.0..=1.0).contains(&rate).then_some(rate)
}

fn date(text: &str) -> Option<String> {
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])").expect("a fixed pattern compiles")
    });
    DATE.find(text).map(|date| date.as_str().to_owned())
}

/// `Alert: NAME`, `Runbook: NAME` being too general to count.
fn alert_in_title(title: &str) -> Option<String> {
    let (word, name) = title.split_once(':')?;
    let is_alert = matches!(normal(word).as_str(), "alert" | "alert name" | "alertname");
    let name = name.trim().trim_matches('`');
    (is_alert && is_alert_name(name)).then(|| name.to_owned())
}

fn is_alert_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_:-.".contains(c))
}
