//! Which words of which programs are secrets: the table `programs.txt`, read once.

use std::{collections::HashMap, sync::LazyLock};

/// A line of the table.
pub(super) struct Rule {
    /// Words that stand in this order behind the program; each may be one of several.
    pub(super) words: Vec<Vec<&'static str>>,
    /// Where its secrets stand.
    pub(super) places: Vec<Place>,
}

/// A place of a secret.
pub(super) struct Place {
    pub(super) at: At,
    pub(super) part: Part,
}

/// Which word.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum At {
    /// What follows a flag, or hangs on it.
    Flag(&'static str),
    /// What hangs on a flag; behind a blank it is something else.
    Glued(&'static str),
    /// The word without a dash at this place, from 0.
    Operand(usize),
    /// The last of them.
    Last,
    /// Each of them.
    Every,
    /// What another program prints into it.
    Input,
}

/// Which part of the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    /// Behind the first of these: `user:x`, `key=x`.
    Behind(char),
    /// Behind `pass:`, as openssl has it.
    BehindPass,
    /// The whole word, where it is no word of a language: prose names such programs, too.
    Odd,
}

static RULES: LazyLock<HashMap<&'static str, Vec<&'static Rule>>> = LazyLock::new(|| {
    let mut rules: HashMap<&'static str, Vec<&'static Rule>> = HashMap::new();
    for line in include_str!("programs.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut columns = line.split('|').map(str::trim);
        let (names, words, places) =
            (columns.next().unwrap_or(""), columns.next().unwrap_or(""), columns.next().unwrap_or(""));
        let words = words.split_whitespace().map(|word| word.split('/').collect()).collect();
        let places = places.split_whitespace().map(place).collect();
        let rule: &'static Rule = Box::leak(Box::new(Rule { words, places }));
        for name in names.split_whitespace() {
            rules.entry(name).or_default().push(rule);
        }
    }
    rules
});

/// The programs' names.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    RULES.keys().copied()
}

/// What is known of a program, by its name without folders.
pub(super) fn find(name: &str) -> &'static [&'static Rule] {
    RULES.get(name).map_or(&[], Vec::as_slice)
}

/// `-u:`, `-p+`, `@1`, `@last`, `@every=`, `<`, `<:`.
fn place(text: &'static str) -> Place {
    let (text, part) = match text.char_indices().next_back() {
        Some((at, '^')) => (&text[..at], Part::BehindPass),
        Some((at, '?')) => (&text[..at], Part::Odd),
        Some((at, mark @ (':' | '=' | '%' | ',' | '/'))) => (&text[..at], Part::Behind(mark)),
        _ => (text, Part::Whole),
    };
    let at = match text.strip_prefix('@') {
        Some("last") => At::Last,
        Some("every") => At::Every,
        Some(number) => At::Operand(number.parse().unwrap_or(usize::MAX)),
        None if text == "<" => At::Input,
        None => match text.strip_suffix('+') {
            Some(flag) => At::Glued(flag),
            None => At::Flag(text),
        },
    };
    Place { at, part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_names_a_program_and_a_place() {
        for line in include_str!("programs.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            assert_eq!(line.matches('|').count(), 2, "{line}");
            let name = line.split_whitespace().next().unwrap();
            assert!(find(name).iter().all(|rule| !rule.places.is_empty()), "{line}");
            let odd = |place: &Place| matches!(place.at, At::Operand(usize::MAX));
            assert!(!find(name).iter().any(|rule| rule.places.iter().any(odd)), "{line}");
        }
    }
}
