//! What runbooks call things, in the languages in which they are written, and what Kubernetes calls them. Words alone:
//! reads no cell and no fact.

pub(crate) mod heads;
mod phrases;
pub(crate) mod products;
pub(crate) mod sayings;
pub(crate) mod states;
pub(crate) mod subjects;

use std::{collections::HashMap, sync::LazyLock};

use super::language::{NodeTrouble, Place, Probe, Saying};

/// What a phrase of prose stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A word of Kubernetes.
    Reason(&'static str),
    /// An exit code: of a signal, or what a shell says of a command.
    Exit(i32, i32),
    /// "out of memory": the kernel's kill or the program's own word.
    OutOfMemory,
    /// "exit code", with a number to come.
    ExitWord,
    /// What programs say in many ways.
    Says(Saying),
    /// Words that stand in a line as they are.
    Words(&'static str),
    /// A kind of object, as Kubernetes spells it in messages.
    Object(&'static str),
    Probe(Probe),
    Node(NodeTrouble),
    /// It restarts again and again.
    Restarting,
    /// "restart count", with a number to come.
    RestartWord,
    Ready,
    NotReady,
    /// Shortly after the start, in seconds.
    Soon(u32),
    /// Where to look.
    Place(Place),
    /// The log has no line that reports an error.
    NoErrors,
    /// The log is empty.
    NoOutput,
    /// What comes next is denied.
    Not,
    /// It says nothing by itself.
    Filler,
    /// It is where or when, and changes nothing: "at boot".
    Adjunct,
    /// What follows makes a row a narrower one: "after", "only".
    Narrows,
    /// What follows is what a connection goes to.
    Towards,
}

/// The longest known phrase at the head of folded words, and how many of them it takes.
pub(crate) fn longest(words: &[&str]) -> Option<(Meaning, usize)> {
    let first = words.first()?;
    let candidates = PHRASES.get(first)?;
    let fits = |phrase: &&(Vec<&str>, Meaning)| words.starts_with(&phrase.0);
    candidates
        .iter()
        .filter(fits)
        .max_by_key(|(phrase, _)| phrase.len())
        .map(|(phrase, meaning)| (*meaning, phrase.len()))
}

type Phrases = HashMap<&'static str, Vec<(Vec<&'static str>, Meaning)>>;

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut phrases: Phrases = HashMap::new();
    for (meaning, texts) in phrases::PHRASES {
        for text in texts.split('|') {
            let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
            if let Some(first) = words.first() {
                phrases.entry(first).or_default().push((words.clone(), *meaning));
            }
        }
    }
    phrases
});

/// A word as phrases are compared: lower case, without accents.
pub(crate) fn fold_word(word: &str) -> String {
    word.chars().flat_map(char::to_lowercase).map(without_accent).filter(|c| *c != '\u{301}').collect()
}

fn without_accent(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ß' => 's',
        '’' => '\'',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_written_as_words_are_compared() {
        for (_, texts) in phrases::PHRASES {
            for word in texts.split(['|', ' ']) {
                assert_eq!(word, fold_word(word), "{texts}");
                assert!(!word.contains('-'), "a hyphen parts words: {texts}");
            }
        }
    }
}
