//! Characters in commands that do not look like what they are: invisible ones, ones that turn the direction of writing,
//! and letters that pass for others. Tells them apart; what is done about it is up to others.

/// A stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch<'a> {
    /// What it looks like.
    Plain(&'a str),
    /// One character that is not what it looks like.
    Odd {
        /// The character.
        character: char,
        /// What is odd about it, to be put behind its name: "turns the direction of writing".
        meaning: &'static str,
        /// Whether it is seen at all, so that it can be shown beside its name.
        is_seen: bool,
    },
}

/// Small and capital letters of other scripts that pass for Latin ones.
const LOOKALIKES: &str = "аеорсухіјѕһԁԛԝӏкмтвнАВЕКМНОРСТХІЈЅԚԜαοιρυνκτχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ";

/// The stretches of a text, in order. Together they are the text.
pub fn stretches(text: &str) -> Vec<Stretch<'_>> {
    let mut found = Vec::new();
    let mut plain_from = 0;
    for (at, character) in text.char_indices() {
        let Some((meaning, is_seen)) = judge(text, at, character) else { continue };
        if plain_from < at {
            found.push(Stretch::Plain(&text[plain_from..at]));
        }
        found.push(Stretch::Odd { character, meaning, is_seen });
        plain_from = at + character.len_utf8();
    }
    if plain_from < text.len() {
        found.push(Stretch::Plain(&text[plain_from..]));
    }
    found
}

/// What is odd about a character at its place, and whether it can be seen.
fn judge(text: &str, at: usize, character: char) -> Option<(&'static str, bool)> {
    match character {
        '\n' | '\t' | ' '..='~' => None,
        // The ordinary form of an emoji, and what joins several to one picture.
        '\u{fe0f}' | '\u{200d}' if belongs_to_an_emoji(text, at, character) => None,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some(("turns the direction of writing", false))
        }
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2064}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => Some(("cannot be seen", false)),
        character if character.is_control() => Some(("is a control character", false)),
        character if character.is_whitespace() => Some(("is no plain blank", false)),
        '\u{ff01}'..='\u{ff5e}' => Some(("is a wide form of another character", true)),
        '\u{2010}'..='\u{2015}' | '\u{2212}' if begins_a_word(text, at) => Some(("is no hyphen", true)),
        '\u{2018}'..='\u{201f}' | '\u{2032}' | '\u{2033}' => Some(("is no plain quotation mark", true)),
        character if LOOKALIKES.contains(character) && passes_for_latin(text, at) => {
            Some(("looks like a Latin letter and is none", true))
        }
        _ => None,
    }
}

/// Whether a selector stands behind an emoji, or a joiner between two. Behind a letter neither has any business.
fn belongs_to_an_emoji(text: &str, at: usize, character: char) -> bool {
    let before = text[..at].chars().rev().find(|c| *c != '\u{fe0f}');
    let after = text[at + character.len_utf8()..].chars().next();
    match character {
        '\u{200d}' => before.is_some_and(is_pictograph) && after.is_some_and(is_pictograph),
        // A keycap is a digit, the selector and the cap.
        _ => {
            text[..at].chars().next_back().is_some_and(is_pictograph)
                || (before.is_some_and(|c| c.is_ascii_digit() || "#*".contains(c)) && after == Some('\u{20e3}'))
        }
    }
}

/// The blocks that emoji come from.
fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}'
        | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{2122}' | '\u{2139}' | '\u{203c}' | '\u{2049}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{a9}' | '\u{ae}')
}

/// Whether a dash begins a word, as the hyphen of a flag does.
fn begins_a_word(text: &str, at: usize) -> bool {
    let dashes = |c: char| c == '-' || ('\u{2010}'..='\u{2015}').contains(&c) || c == '\u{2212}';
    let is_first = text[..at].trim_end_matches(dashes).chars().next_back().is_none_or(char::is_whitespace);
    is_first && text[at..].trim_start_matches(dashes).starts_with(char::is_alphabetic)
}

/// Whether the word around a place is Latin but for letters that look it.
fn passes_for_latin(text: &str, at: usize) -> bool {
    let is_part = |c: char| c.is_alphabetic();
    let from =
        text[..at].rfind(|c| !is_part(c)).map_or(0, |end| end + text[end..].chars().next().map_or(1, char::len_utf8));
    let to = text[at..].find(|c| !is_part(c)).map_or(text.len(), |end| at + end);
    text[from..to].chars().all(|c| c.is_ascii_alphabetic() || LOOKALIKES.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odd(text: &str) -> Vec<char> {
        let odd = |stretch: Stretch<'_>| match stretch {
            Stretch::Odd { character, .. } => Some(character),
            Stretch::Plain(_) => None,
        };
        stretches(text).into_iter().filter_map(odd).collect()
    }

    #[test]
    fn finds_what_hides_or_pretends() {
        let cases = [
            ("kubectl get pods \u{202e}sdop", vec!['\u{202e}']),
            ("kubectl\u{200b} get", vec!['\u{200b}']),
            ("kub\u{435}ctl delete", vec!['\u{435}']),
            ("kubectl get\u{a0}pods", vec!['\u{a0}']),
            ("kubectl logs \u{2013}\u{2013}tail=50", vec!['\u{2013}', '\u{2013}']),
            ("grep \u{201c}x\u{201d}", vec!['\u{201c}', '\u{201d}']),
            ("\u{ff4b}ubectl", vec!['\u{ff4b}']),
            ("a\u{1b}[31m\r", vec!['\u{1b}', '\r']),
            ("p\u{e0041}od", vec!['\u{e0041}']),
        ];
        for (text, expected) in cases {
            assert_eq!(odd(text), expected, "{text:?}");
        }
    }

    #[test]
    fn leaves_words_of_other_languages_alone() {
        for text in
            ["grep ошибка", "grep 'Größe'", "echo naïve café", "a — b", "grep λόγος", "1 − 2", "ls ファイル", "x\n\ty"]
        {
            let found = odd(text);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }

    #[test]
    fn leaves_emoji_as_they_are_and_marks_what_hides_behind_letters() {
        for text in [
            "echo '\u{26a0}\u{fe0f} low'",
            "\u{1f469}\u{200d}\u{1f4bb} x",
            "1\u{fe0f}\u{20e3} a",
            "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
        ] {
            assert!(odd(text).is_empty(), "{text:?}");
        }
        for (text, hidden) in [
            ("get\u{fe0f} pods", '\u{fe0f}'),
            ("ge\u{200d}t", '\u{200d}'),
            ("\u{26a0}\u{200d}rm", '\u{200d}'),
            ("\u{26a0}\u{fe0f}\u{fe0f}x", '\u{fe0f}'),
            ("\u{26a0}\u{200b}", '\u{200b}'),
            ("3\u{fe0f} a", '\u{fe0f}'),
        ] {
            assert_eq!(odd(text), [hidden], "{text:?}");
        }
    }

    #[test]
    fn its_stretches_are_the_text() {
        let text = "\u{202e}a\u{200b}\u{200b}bс\u{a0}";
        let together: String = stretches(text)
            .iter()
            .map(|stretch| match stretch {
                Stretch::Plain(text) => (*text).to_owned(),
                Stretch::Odd { character, .. } => character.to_string(),
            })
            .collect();
        assert_eq!(together, text);
        assert!(stretches("").is_empty());
    }
}
