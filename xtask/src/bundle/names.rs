//! Short names between the script and the module. Those that wasm-bindgen makes carry hashes, which no compression
//! shortens: 4 kilobytes of them. Names that pages know, such as those of the islands, are none of these.

use std::collections::BTreeMap;

/// New names for old ones, the same on both sides.
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    /// Gives a short name to each of `names` that the script uses, too.
    pub(crate) fn for_script<'n>(script: &str, names: impl Iterator<Item = &'n str>) -> Self {
        let used: std::collections::BTreeSet<&str> = words(script).filter(|word| is_word(word)).collect();
        let mut short = BTreeMap::new();
        let mut free = (0..).map(short_name).filter(|name| !used.contains(name.as_str()));
        for name in names.filter(|name| used.contains(name)) {
            if !short.contains_key(name) {
                short.extend(free.next().map(|new| (name.to_owned(), new)));
            }
        }
        Self(short)
    }

    /// The new name of one that has one.
    pub(crate) fn get(&self, name: &str) -> Option<&String> {
        self.0.get(name)
    }

    /// The script with the new names.
    pub(crate) fn rename(&self, script: &str) -> String {
        words(script).map(|word| self.0.get(word).map_or(word, String::as_str)).collect()
    }
}

/// `$a`, `$b`, … `$aa`.
fn short_name(number: usize) -> String {
    let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap_or_default());
    match number / 26 {
        0 => format!("${}", letter(number)),
        more => format!("${}{}", letter(more - 1), letter(number)),
    }
}

/// The script cut into identifiers and what stands between them.
fn words(script: &str) -> impl Iterator<Item = &str> {
    let mut rest = script;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_word = is_word_char(first);
        let end = rest.find(|c| is_word_char(c) != is_word).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

fn is_word(word: &str) -> bool {
    word.starts_with(is_word_char)
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_whole_words_that_both_sides_know() {
        let script = "const $a = { __wbg_new_0a: function() {}, __wbg_new_0a1: 1 }; wasm._ZN3abcE(\"__wbg_new_0a\");";
        let names =
            Names::for_script(script, ["__wbg_new_0a", "__wbg_gone_0b", "_ZN3abcE", "__wbg_new_0a"].into_iter());
        assert_eq!(names.get("__wbg_gone_0b"), None);
        let renamed = "const $a = { $b: function() {}, __wbg_new_0a1: 1 }; wasm.$c(\"$b\");";
        assert_eq!(names.rename(script), renamed);
    }

    #[test]
    fn never_runs_out_of_names() {
        let names: std::collections::BTreeSet<String> = (0..700).map(short_name).collect();
        assert_eq!(names.len(), 700);
    }
}
