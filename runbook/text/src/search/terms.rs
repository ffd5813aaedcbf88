//! The words of one runbook, and in which of its parts each stands.

use std::collections::HashMap;

use crate::{
    plain::plain,
    runbook::{Block, FenceLine, Inline, Runbook},
};

/// A part of a runbook, as a bit: a word that stands in several parts has several.
pub(super) type Parts = u8;

pub(super) const TITLE: Parts = 1;
pub(super) const ALERT: Parts = 1 << 1;
pub(super) const NAME: Parts = 1 << 2;
pub(super) const TAG: Parts = 1 << 3;
pub(super) const HEADING: Parts = 1 << 4;
pub(super) const COMMAND: Parts = 1 << 5;
pub(super) const TEXT: Parts = 1 << 6;

/// Longer words are no words: hashes, encoded blobs.
const MAX_WORD_BYTES: usize = 64;
/// Words of running text beyond this are left out; titles, headings and commands never are.
const MAX_TEXT_WORDS: usize = 20_000;

/// The words of one runbook, each once.
#[derive(Debug, Clone, Default)]
pub struct Terms(pub(super) Vec<(Box<str>, Parts)>);

impl Terms {
    /// Reads a runbook. `title` and `name` (its address) are the library's, since a file may lack a title.
    pub fn of(runbook: &Runbook, title: &str, name: &str) -> Self {
        let mut words = Words::default();
        words.add(title, TITLE);
        words.add(name, NAME);
        let metadata = &runbook.metadata;
        metadata.alert.iter().for_each(|alert| words.add(alert, ALERT));
        metadata.domain.iter().chain(&metadata.tags).for_each(|tag| words.add(tag, TAG));
        runbook.commands.iter().for_each(|command| words.add(&command.text, COMMAND));
        runbook.blocks.iter().for_each(|block| words.add_block(block, runbook));
        Self(words.seen.into_iter().map(|(word, parts)| (word.into_boxed_str(), parts)).collect())
    }
}

#[derive(Default)]
struct Words {
    seen: HashMap<String, Parts>,
    in_text: usize,
    /// The word at hand, in lower case; kept between words to save allocations.
    buffer: String,
}

impl Words {
    fn add(&mut self, text: &str, part: Parts) {
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            if part == TEXT {
                self.in_text += 1;
                if self.in_text > MAX_TEXT_WORDS {
                    return;
                }
            }
            self.put(word, part);
            for inner in humps(word) {
                self.put(inner, part);
            }
        }
        // `crash-loop` is found as `crashloop`, too.
        if part & (TITLE | ALERT | NAME | TAG | HEADING) != 0 {
            for compound in text.split(|c: char| c.is_whitespace() || c == '/').filter(|c| c.contains(['-', '_', '.']))
            {
                let joined: String = compound.chars().filter(|c| c.is_alphanumeric()).collect();
                self.put(&joined, part);
            }
        }
    }

    fn put(&mut self, word: &str, part: Parts) {
        if word.is_empty() || word.len() > MAX_WORD_BYTES {
            return;
        }
        self.buffer.clear();
        if word.is_ascii() {
            self.buffer.push_str(word);
            self.buffer.make_ascii_lowercase();
        } else {
            self.buffer.extend(word.chars().flat_map(char::to_lowercase));
        }
        match self.seen.get_mut(self.buffer.as_str()) {
            Some(parts) => *parts |= part,
            None => drop(self.seen.insert(self.buffer.clone(), part)),
        }
    }

    fn add_block(&mut self, block: &Block, runbook: &Runbook) {
        match block {
            Block::Heading { content, .. } => self.add_inlines(content, runbook, HEADING),
            Block::Paragraph(content) => self.add_inlines(content, runbook, TEXT),
            Block::Fence(fence) => fence.lines.iter().for_each(|line| match line {
                // Commands have been counted.
                FenceLine::Command(_) => {}
                FenceLine::Comment(text) | FenceLine::Text(text) => self.add(text, TEXT),
            }),
            Block::List { items, .. } => {
                items.iter().flat_map(|item| &item.content).for_each(|block| self.add_block(block, runbook));
            }
            Block::Quote { content, .. } | Block::Footnote { content, .. } => {
                content.iter().for_each(|block| self.add_block(block, runbook));
            }
            Block::Details { summary, content } => {
                self.add(summary, TEXT);
                content.iter().for_each(|block| self.add_block(block, runbook));
            }
            Block::Table(table) => {
                let cells = table.head.iter().chain(table.rows.iter().flatten());
                cells.for_each(|cell| self.add_inlines(cell, runbook, TEXT));
            }
            Block::Rule => {}
        }
    }

    fn add_inlines(&mut self, content: &[Inline], runbook: &Runbook, part: Parts) {
        if let [Inline::Text(text)] = content {
            return self.add(text, part);
        }
        let text = plain(content, &runbook.commands);
        self.add(&text, part);
    }
}

/// `KubePodCrashLooping` gives `Kube`, `Pod`, `Crash`, `Looping`; `OOMKilled` gives `OOM`, `Killed`; a plain word
/// gives nothing.
pub(super) fn humps(word: &str) -> Vec<&str> {
    // Most words have none, and are told at a glance.
    if word.is_ascii() && !word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase()) {
        return Vec::new();
    }
    let mut cuts = vec![0];
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    for at in 1..chars.len() {
        let (before, here, after) = (chars[at - 1].1, chars[at].1, chars.get(at + 1).map(|(_, c)| *c));
        let begins_hump = here.is_uppercase() && !before.is_uppercase();
        let ends_initials = here.is_uppercase() && before.is_uppercase() && after.is_some_and(char::is_lowercase);
        if begins_hump || ends_initials {
            cuts.push(chars[at].0);
        }
    }
    if cuts.len() == 1 {
        return Vec::new();
    }
    cuts.push(word.len());
    cuts.windows(2).map(|edges| &word[edges[0]..edges[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(terms: &Terms, word: &str) -> Parts {
        terms.0.iter().find(|(known, _)| &**known == word).map_or(0, |(_, parts)| *parts)
    }

    #[test]
    fn cuts_names_at_their_humps() {
        assert_eq!(humps("KubePodCrashLooping"), ["Kube", "Pod", "Crash", "Looping"]);
        assert_eq!(humps("OOMKilled"), ["OOM", "Killed"]);
        assert_eq!(humps("etcdHighLatency"), ["etcd", "High", "Latency"]);
        for plain in ["plain", "UPPER", "k8s", "Etcd", "", "é"] {
            assert!(humps(plain).is_empty(), "{plain}");
        }
    }

    #[test]
    fn knows_where_each_word_stands() {
        let text = "# Alert: PodCrash\n\n## Look closer\n\nAbout storage.\n\n```sh\nkubectl get pods\n```\n\n## Metadata\n- **Tags**: crash-loop\n";
        let runbook = crate::parse(text);
        let terms = Terms::of(&runbook, &runbook.title, "alerts/pod-crash");
        assert_eq!(parts(&terms, "podcrash"), TITLE | ALERT | NAME);
        assert_eq!(parts(&terms, "closer"), HEADING);
        assert_eq!(parts(&terms, "storage"), TEXT);
        assert_eq!(parts(&terms, "kubectl"), COMMAND);
        assert_eq!(parts(&terms, "crashloop"), TAG);
        assert_eq!(parts(&terms, "absent"), 0);
    }

    #[test]
    fn leaves_out_what_is_no_word_and_bounds_running_text() {
        let blob = "x".repeat(MAX_WORD_BYTES + 1);
        let long: String = (0..MAX_TEXT_WORDS + 100).map(|n| format!("w{n} ")).collect();
        let runbook = crate::parse(&format!("{blob}\n\n{long}\n\n## Last heading\n"));
        let terms = Terms::of(&runbook, "t", "n");
        assert_eq!(parts(&terms, &blob), 0);
        assert_eq!(parts(&terms, &format!("w{}", MAX_TEXT_WORDS + 50)), 0);
        assert_eq!(parts(&terms, "last"), HEADING);
    }
}
