//! Names that are like a name: by spelling, for typing errors, and by words, for renamed alerts.

use super::{Near, index::Shelf};
use crate::alerts::fold;

/// How many are offered.
const MAX_NEAR: usize = 5;
/// Below this likeness a suggestion confuses more than it helps.
const MIN_LIKENESS: f64 = 0.58;
/// Jaro-Winkler calls most names of one language half alike; this much of it counts as nothing.
const CHANCE_LIKENESS: f64 = 0.7;

/// The shelves with the most alike name, the nearest first.
pub(super) fn find(shelves: &[Shelf], wanted: &str) -> Vec<Near> {
    let wanted = Name::new(wanted);
    let mut found: Vec<Near> = shelves.iter().filter_map(|shelf| nearest(shelf, &wanted)).collect();
    found.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| a.path.cmp(&b.path)));
    found.truncate(MAX_NEAR);
    found
}

struct Name {
    folded: String,
    words: Vec<String>,
}

impl Name {
    fn new(text: &str) -> Self {
        // Nobody's alert has a longer name, and likeness takes time.
        let text: String = text.chars().take(200).collect();
        Self { folded: fold(&text), words: words(&text) }
    }

    fn likeness(&self, other: &Self) -> f64 {
        let spelling = strsim::jaro_winkler(&self.folded, &other.folded);
        let spelling = ((spelling - CHANCE_LIKENESS) / (1.0 - CHANCE_LIKENESS)).max(0.0);
        spelling.max(self.shared_words(other))
    }

    /// The share of words that both have.
    fn shared_words(&self, other: &Self) -> f64 {
        let shared = self.words.iter().filter(|word| other.words.iter().any(|other| are_alike(word, other))).count();
        let (Ok(shared), Ok(all)) = (u32::try_from(shared), u32::try_from(self.words.len() + other.words.len())) else {
            return 0.0;
        };
        // One word in common ("pod", "high") is no likeness.
        if shared < 2 { 0.0 } else { f64::from(2 * shared) / f64::from(all) }
    }
}

fn nearest(shelf: &Shelf, wanted: &Name) -> Option<Near> {
    let scored = shelf.names.iter().map(|name| (wanted.likeness(&Name::new(name)), name));
    let (likeness, name) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (likeness >= MIN_LIKENESS).then(|| Near {
        path: shelf.path.clone(),
        title: shelf.title.clone(),
        name: name.clone(),
        likeness,
    })
}

/// `loop` and `looping` are one word for a reader.
fn are_alike(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short == long || (short.len() >= 4 && long.starts_with(short))
}

/// The words of `HomelabPodCrashLooping`, `homelab-pod-crash_looping` and `Homelab pod crash looping`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_alphanumeric() {
            let next_is_small = letters.peek().is_some_and(|next| next.is_lowercase());
            // `KubeAPIDown` has three words: a capital begins one after a small letter, or before one.
            let begins = !before.is_alphanumeric()
                || (letter.is_uppercase() && (before.is_lowercase() || (next_is_small && before.is_uppercase())));
            match words.last_mut() {
                Some(word) if !begins => word.extend(letter.to_lowercase()),
                _ => words.push(letter.to_lowercase().collect()),
            }
        }
        before = letter;
    }
    words.retain(|word| word.len() > 1);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_names_into_words() {
        assert_eq!(words("HomelabPodCrashLooping"), ["homelab", "pod", "crash", "looping"]);
        assert_eq!(words("KubeAPIDown"), ["kube", "api", "down"]);
        assert_eq!(words("alerts/node-memory_high.md"), ["alerts", "node", "memory", "high", "md"]);
        assert!(words("").is_empty());
    }

    #[test]
    fn tells_typing_errors_and_renamed_alerts_from_others() {
        let likeness = |a: &str, b: &str| Name::new(a).likeness(&Name::new(b));
        for (a, b) in [
            ("HomelabPodCrashLoping", "HomelabPodCrashLooping"),
            ("KubePodCrashLooping", "HomelabPodCrashLooping"),
            ("PodCrashLoop", "pod-crash-looping"),
            ("NodeMemoryHigh", "HomelabNodeMemoryHigh"),
        ] {
            assert!(likeness(a, b) >= MIN_LIKENESS, "{a} {b}: {}", likeness(a, b));
        }
        for (a, b) in [
            ("HomelabCertificateNotReady", "HomelabPodCrashLooping"),
            ("NodeDown", "PodDown"),
            ("x", "HomelabPodCrashLooping"),
            ("", "HomelabPodCrashLooping"),
        ] {
            assert!(likeness(a, b) < MIN_LIKENESS, "{a} {b}: {}", likeness(a, b));
        }
    }
}
