//! Front matter: the YAML (`---`) or TOML (`+++`) block at the very top of a file, as plain key and value texts.

use std::ops::Range;

use yaml_serde::Value;

/// What stands before the text.
#[derive(Debug, Default)]
pub(crate) struct FrontMatter {
    /// Keys as written with their values; lists have several.
    pub(crate) entries: Entries,
    /// Where the text begins.
    pub(crate) body_at: usize,
    /// Set when there is a block that cannot be read: where it stands. It is then left out of the text all the same.
    pub(crate) unreadable: Option<Range<usize>>,
}

/// Reads the block at the top, when there is one.
pub(crate) fn read(text: &str) -> FrontMatter {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let rest = &text[start..];
    let none = FrontMatter { body_at: start, ..FrontMatter::default() };
    let fence = match rest.lines().next().map(str::trim_end) {
        Some(fence @ ("---" | "+++")) => fence,
        _ => return none,
    };
    let is_yaml = fence == "---";
    let mut at = start + rest.split_inclusive('\n').next().map_or(0, str::len);
    let block_at = at;
    for line in text[at..].split_inclusive('\n') {
        let is_end = line.trim_end() == fence || (is_yaml && line.trim_end() == "...");
        if is_end {
            let body_at = at + line.len();
            let block = &text[block_at..at];
            return match if is_yaml { read_yaml(block) } else { read_toml(block) } {
                Some(entries) => FrontMatter { entries, body_at, unreadable: None },
                // Text between two rules at the top of a file is no front matter.
                None if is_yaml && !block.contains(':') => none,
                None => FrontMatter { entries: Vec::new(), body_at, unreadable: Some(start..body_at) },
            };
        }
        at += line.len();
        if at > MAX_BYTES {
            break;
        }
    }
    none
}

/// Keys with their values.
type Entries = Vec<(String, Vec<String>)>;

/// A longer block is text: nobody writes that much about a file, and YAML of many aliases is slow to read.
const MAX_BYTES: usize = 16 << 10;

fn read_yaml(block: &str) -> Option<Entries> {
    match yaml_serde::from_str(block).ok()? {
        Value::Mapping(map) => Some(map.into_iter().filter_map(|(k, v)| Some((text(&k)?, texts(&v)))).collect()),
        Value::Null => Some(Vec::new()),
        _ => None,
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Sequence(items) => items.iter().filter_map(text).collect(),
        value => text(value).into_iter().collect(),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        _ => None,
    }
}

fn read_toml(block: &str) -> Option<Entries> {
    let table: toml::Table = block.parse().ok()?;
    let text = |value: &toml::Value| match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Array(_) | toml::Value::Table(_) => None,
        plain => Some(plain.to_string()),
    };
    let texts = |value: &toml::Value| match value {
        toml::Value::Array(items) => items.iter().filter_map(text).collect(),
        value => text(value).into_iter().collect(),
    };
    Some(table.iter().map(|(key, value)| (key.clone(), texts(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry<'f>(front: &'f FrontMatter, key: &str) -> Option<&'f [String]> {
        front.entries.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_slice())
    }

    #[test]
    fn reads_yaml_and_toml() {
        let yaml = "---\ntitle: Disk full\ntags: [disk, node]\nweight: 20\nnested: {a: b}\n---\n# H\n";
        let front = read(yaml);
        assert_eq!(entry(&front, "title").unwrap(), ["Disk full"]);
        assert_eq!(entry(&front, "tags").unwrap(), ["disk", "node"]);
        assert_eq!(entry(&front, "weight").unwrap(), ["20"]);
        assert_eq!(&yaml[front.body_at..], "# H\n");

        let front = read("+++\ntitle = \"Disk full\"\ndate = 2026-02-26\ntags = [\"a\"]\n+++\ntext");
        assert_eq!(entry(&front, "title").unwrap(), ["Disk full"]);
        assert_eq!(entry(&front, "date").unwrap(), ["2026-02-26"]);
    }

    #[test]
    fn leaves_rules_and_unclosed_blocks_in_the_text() {
        assert_eq!(read("---\nonly a rule\n---\ntext").body_at, 0);
        assert_eq!(read("---\ntitle: never closed\n").body_at, 0);
        assert_eq!(read("text\n---\na: b\n---\n").body_at, 0);
    }

    #[test]
    fn reports_a_block_that_cannot_be_read() {
        let front = read("---\ntitle: \"open\nb: [\n---\ntext");
        assert!(front.unreadable.is_some());
        assert!(front.entries.is_empty());
    }
}
