//! Which runbook a link means, as people write links: from the runbook's own folder, from the library's root, or by
//! the file's name alone.

use std::collections::HashMap;

use runbook::{
    document::{Block, Inline, Runbook},
    names::{RunbookPath, page_name},
};

use super::Entries;

/// Front matter keys whose values name other runbooks.
const RELATED_KEYS: [&str; 4] = ["related", "related runbooks", "see also", "runbooks"];

/// Runbooks by the name of their file, for links that only the name still fits: as it is, and as pages of a wiki are
/// named.
#[derive(Debug, Default)]
pub(super) struct ByName {
    exact: HashMap<String, Vec<RunbookPath>>,
    pages: HashMap<String, Vec<RunbookPath>>,
}

impl ByName {
    pub(super) fn of(entries: &Entries) -> Self {
        let mut names = Self::default();
        for path in entries.keys() {
            let stem = file_stem(path.as_str());
            names.exact.entry(stem.to_owned()).or_default().push(path.clone());
            names.pages.entry(page_name(stem)).or_default().push(path.clone());
        }
        names
    }
}

/// The runbook that a link in the runbook at `from` leads to.
pub(super) fn resolve(entries: &Entries, names: &ByName, from: &RunbookPath, written: &str) -> Option<RunbookPath> {
    let target = written.split(['#', '?']).next()?;
    let target = target.strip_suffix(".md").or_else(|| target.strip_suffix(".markdown")).unwrap_or(target);
    let folder = from.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
    let candidates = [join(folder, target), join("", target)];
    let exact = candidates.into_iter().flatten().find(|path| entries.contains_key(path));
    // Runbooks are moved between folders more often than renamed.
    let only = |named: Option<&Vec<RunbookPath>>| match named.map(Vec::as_slice) {
        Some([only]) => Some(only.clone()),
        _ => None,
    };
    let stem = file_stem(target);
    exact.or_else(|| only(names.exact.get(stem))).or_else(|| only(names.pages.get(&page_name(stem))))
}

/// `a/b` and `../c` give `a/c`; a path that leaves the library gives nothing.
pub(super) fn join<T: std::str::FromStr>(folder: &str, relative: &str) -> Option<T> {
    let mut parts: Vec<&str> = match relative.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    parts.join("/").parse().ok()
}

/// The last part of an address.
pub(super) fn file_stem(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Other runbooks that a runbook's text and metadata name, as written, each once.
pub(super) fn written(runbook: &Runbook) -> Vec<String> {
    let mut found = declared(runbook);
    walk(&runbook.blocks, &mut |inline| {
        if let Inline::RunbookLink { path, .. } = inline {
            found.push(path.clone());
        }
    });
    let mut seen = std::collections::HashSet::new();
    found.retain(|path| seen.insert(path.clone()));
    found
}

/// Runbooks that the metadata declares as related.
pub(super) fn declared(runbook: &Runbook) -> Vec<String> {
    let related = runbook.metadata.other.iter().filter(|(key, _)| {
        let key = key.to_lowercase().replace(['_', '-'], " ");
        RELATED_KEYS.contains(&key.as_str())
    });
    let values = related.flat_map(|(_, value)| value.split(','));
    values.map(|value| value.trim().trim_matches('`').to_owned()).filter(|value| !value.is_empty()).collect()
}

/// Pictures that a runbook shows, as written, each once.
pub(super) fn pictures(runbook: &Runbook) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    walk(&runbook.blocks, &mut |inline| {
        if let Inline::Image { source, .. } = inline
            && seen.insert(source.clone())
        {
            found.push(source.clone());
        }
    });
    found
}

fn walk(blocks: &[Block], visit: &mut impl FnMut(&Inline)) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph(content) => walk_inlines(content, visit),
            Block::List { items, .. } => items.iter().for_each(|item| walk(&item.content, visit)),
            Block::Quote { content, .. } | Block::Details { content, .. } | Block::Footnote { content, .. } => {
                walk(content, visit);
            }
            Block::Table(table) => {
                table.head.iter().chain(table.rows.iter().flatten()).for_each(|cell| walk_inlines(cell, visit));
            }
            Block::Fence(_) | Block::Rule => {}
        }
    }
}

fn walk_inlines(content: &[Inline], visit: &mut impl FnMut(&Inline)) {
    for inline in content {
        visit(inline);
        match inline {
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Strike(inner) => walk_inlines(inner, visit),
            Inline::Link { content, .. } | Inline::RunbookLink { content, .. } => walk_inlines(content, visit),
            _ => {}
        }
    }
}
