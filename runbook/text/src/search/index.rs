//! The index: every word of every document in order, so that the beginning of a word finds all that continue it.

use std::collections::HashMap;

use super::terms::{ALERT, COMMAND, HEADING, NAME, Parts, TAG, TEXT, TITLE, Terms, humps};

/// Words of a query that are looked at; the rest of a pasted page narrows nothing.
const MAX_QUERY_WORDS: usize = 8;
/// What a match in a part is worth.
const WORTH: [(Parts, f32); 7] =
    [(TITLE, 60.0), (ALERT, 60.0), (NAME, 30.0), (TAG, 24.0), (HEADING, 12.0), (COMMAND, 5.0), (TEXT, 1.0)];
/// A whole word counts this many times as much as the beginning of a longer one.
const WHOLE_WORD: f32 = 1.6;

/// All words of a library.
#[derive(Debug, Default)]
pub struct Index {
    /// In alphabetical order, each with where its postings begin.
    words: Vec<(Box<str>, u32)>,
    postings: Vec<Posting>,
    documents: usize,
}

/// A document that holds a word, and in which parts: `document << 8 | parts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Posting(u32);

/// A document that a query found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Its position in the order of building.
    pub document: usize,
    /// How well it fits; comparable within one query alone.
    pub score: f32,
}

impl Index {
    /// Puts documents together, in order.
    pub fn build<'t>(documents: impl IntoIterator<Item = &'t Terms>) -> Self {
        // Documents come in order, so each word's postings do; only the words themselves need sorting.
        let mut by_word: HashMap<&str, Vec<Posting>> = HashMap::new();
        let mut count = 0;
        for (document, terms) in documents.into_iter().enumerate() {
            let number = (document as u32) << 8;
            for (word, parts) in &terms.0 {
                by_word.entry(word).or_default().push(Posting(number | u32::from(*parts)));
            }
            count = document + 1;
        }
        let mut all: Vec<(&str, Vec<Posting>)> = by_word.into_iter().collect();
        all.sort_unstable_by_key(|(word, _)| *word);
        let mut index = Self { words: Vec::with_capacity(all.len()), postings: Vec::new(), documents: count };
        for (word, mut postings) in all {
            index.words.push((word.into(), index.postings.len() as u32));
            index.postings.append(&mut postings);
        }
        index
    }

    /// The documents that hold every word of a query, best first; among equals in their own order. A query without
    /// words finds nothing.
    pub fn find(&self, query: &str) -> Vec<Found> {
        let words = query_words(query);
        if words.is_empty() {
            return Vec::new();
        }
        let mut total = vec![0.0_f32; self.documents];
        for (position, word) in words.iter().enumerate() {
            let scores = self.score(word);
            for (total, score) in total.iter_mut().zip(scores) {
                let was_found = position == 0 || *total > 0.0;
                *total = if was_found && score > 0.0 { *total + score } else { 0.0 };
            }
        }
        let scored = total.into_iter().enumerate().filter(|(_, score)| *score > 0.0);
        let mut found: Vec<Found> = scored.map(|(document, score)| Found { document, score }).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.document.cmp(&b.document)));
        found
    }

    /// How many different words there are.
    pub fn word_count(&self) -> usize {
        self.words.len()
    }

    /// A score for every document. `PodCrash` is also found as `pod` and `crash`, which need not stand together.
    fn score(&self, word: &str) -> Vec<f32> {
        let whole = self.score_plain(&word.to_lowercase());
        let humps = humps(word);
        if humps.is_empty() {
            return whole;
        }
        let parts: Vec<Vec<f32>> = humps.iter().map(|hump| self.score_plain(&hump.to_lowercase())).collect();
        let apart = |document: usize| {
            let scores = || parts.iter().map(|scores| scores[document]);
            if scores().all(|score| score > 0.0) { scores().sum::<f32>() / parts.len() as f32 } else { 0.0 }
        };
        whole.into_iter().enumerate().map(|(document, score)| score.max(apart(document))).collect()
    }

    fn score_plain(&self, word: &str) -> Vec<f32> {
        let mut scores = vec![0.0_f32; self.documents];
        let first = self.words.partition_point(|(known, _)| **known < *word);
        for (at, (known, begin)) in self.words.iter().enumerate().skip(first) {
            if !known.starts_with(word) {
                break;
            }
            let end = self.words.get(at + 1).map_or(self.postings.len(), |(_, next)| *next as usize);
            let weight = if known.len() == word.len() { WHOLE_WORD } else { word.len() as f32 / known.len() as f32 };
            for posting in &self.postings[*begin as usize..end] {
                let best = &mut scores[posting.document()];
                *best = best.max(posting.worth() * weight);
            }
        }
        // A word that half the library holds tells less than a rare one.
        let holders = scores.iter().filter(|score| **score > 0.0).count().max(1);
        let rarity = 1.0 + (self.documents.max(1) as f32 / holders as f32).ln();
        scores.iter_mut().for_each(|score| *score *= rarity);
        scores
    }
}

impl Posting {
    fn document(self) -> usize {
        (self.0 >> 8) as usize
    }

    fn worth(self) -> f32 {
        WORTH.iter().filter(|(part, _)| self.0 & u32::from(*part) != 0).map(|(_, worth)| worth).sum()
    }
}

/// The words that a query looks for, as written.
pub(super) fn query_words(query: &str) -> Vec<&str> {
    let words = query.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(MAX_QUERY_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(texts: &[&str]) -> Index {
        let terms: Vec<Terms> = texts
            .iter()
            .map(|text| {
                let runbook = crate::parse(text);
                Terms::of(&runbook, &runbook.title, "")
            })
            .collect();
        Index::build(&terms)
    }

    fn found(index: &Index, query: &str) -> Vec<usize> {
        index.find(query).into_iter().map(|found| found.document).collect()
    }

    #[test]
    fn ranks_titles_over_headings_over_commands_over_text() {
        let index = index(&[
            "# A\n\nsome storage text\n",
            "# B\n\n```sh\nkubectl get storage\n```\n",
            "# C\n\n## Storage\n",
            "# Storage\n\nx\n",
            "# E\n\nnothing\n",
        ]);
        assert_eq!(found(&index, "storage"), [3, 2, 1, 0]);
        assert_eq!(found(&index, "STOR"), [3, 2, 1, 0]);
    }

    #[test]
    fn wants_every_word_whole_or_begun() {
        let index = index(&["# Node down\n\nmemory pressure\n", "# Node up\n", "# Memory\n"]);
        assert_eq!(found(&index, "node mem"), [0]);
        assert_eq!(found(&index, "mem node"), [0]);
        assert_eq!(found(&index, "node nothing"), [] as [usize; 0]);
        assert_eq!(found(&index, "emory"), [] as [usize; 0]);
    }

    #[test]
    fn finds_names_by_their_parts_and_parts_by_the_name() {
        let index = index(&["# Alert: KubePodCrashLooping\n", "# Pod crash guide\n", "# Other\n"]);
        assert_eq!(found(&index, "crash"), [0, 1], "the alert's own runbook comes first");
        assert_eq!(found(&index, "kubepodcrash"), [0]);
        assert_eq!(found(&index, "PodCrash"), [0, 1]);
        assert_eq!(found(&index, "KubePodCrashLooping"), [0]);
    }

    #[test]
    fn reads_a_query_as_words_whatever_stands_between_them() {
        let index = index(&["# T\n\n```sh\nkubectl get pods --sort-by=.x -n kube-system\n```\n"]);
        for query in ["--sort-by", "kube-system", "kubectl get pods -n kube-system", "pods, get", "(kubectl)"] {
            assert_eq!(found(&index, query), [0], "{query}");
        }
        for query in ["", " ", "--", "🔥", "\0"] {
            assert!(found(&index, query).is_empty(), "{query:?}");
        }
        assert_eq!(found(&index, &"kubectl ".repeat(10_000)), [0]);
    }

    #[test]
    fn an_empty_index_finds_nothing() {
        assert!(Index::default().find("x").is_empty());
        assert!(index(&[]).find("x").is_empty());
    }
}
