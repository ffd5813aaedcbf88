//! A command line written word by word, with quotes where the shell needs them.

use std::fmt;

/// A command word by word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// A program and its first words.
    pub fn new(words: &[&str]) -> Self {
        Self(words.iter().map(|word| (*word).to_owned()).collect())
    }

    /// One more word.
    pub fn word(mut self, word: &str) -> Self {
        self.0.push(word.to_owned());
        self
    }

    /// More words.
    pub fn words<'w>(mut self, words: impl IntoIterator<Item = &'w String>) -> Self {
        self.0.extend(words.into_iter().cloned());
        self
    }

    /// A flag, when it is on.
    pub fn flag(self, flag: &str, is_on: bool) -> Self {
        if is_on { self.word(flag) } else { self }
    }

    /// `-n VALUE`, when there is one.
    pub fn pair(self, flag: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.word(flag).word(value),
            None => self,
        }
    }

    /// `--flag=VALUE`, when there is one.
    pub fn long(self, flag: &str, value: Option<impl fmt::Display>) -> Self {
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
pub fn quote(word: &str) -> String {
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
