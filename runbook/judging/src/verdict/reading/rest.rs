//! Patterns that mean "whatever is left".

use super::tokens::{Joint, Token};
use crate::verdict::lexicon::fold_word;

/// How patterns begin that mean "whatever is left", folded to lower case without accents and hyphens.
const REMAINDERS: [&str; 38] = [
    "application specific",
    "app specific",
    "application",
    "app",
    "anything",
    "everything",
    "any other",
    "all other",
    "all others",
    "other",
    "others",
    "the rest",
    "rest",
    "none of",
    "nothing of",
    "no match",
    "not listed",
    "default",
    "else",
    "otherwise",
    "something else",
    "unknown error",
    "unknown errors",
    "alles andere",
    "sonstiges",
    "sonst",
    "andere",
    "nichts davon",
    "nichts von",
    "autre",
    "autres",
    "tout autre",
    "tout le reste",
    "aucun des",
    "otro",
    "cualquier otro",
    "ninguno de",
    "ninguna de",
];

/// How they go on.
const REMAINDER_TAILS: [&str; 48] = [
    "else",
    "other",
    "others",
    "error",
    "errors",
    "cause",
    "causes",
    "reason",
    "reasons",
    "case",
    "cases",
    "message",
    "messages",
    "problem",
    "problems",
    "not",
    "listed",
    "here",
    "above",
    "the",
    "these",
    "this",
    "matching",
    "mentioned",
    "in",
    "table",
    "symptom",
    "symptoms",
    "fehler",
    "davon",
    "alledem",
    "erreur",
    "erreurs",
    "cas",
    "ci",
    "dessus",
    "los",
    "las",
    "anteriores",
    "error?",
    "otros",
    "causa",
    "erro",
    "acima",
    "of",
    "logs",
    "log",
    "exit",
];

/// Whether a phrase beside others only says that nothing else fits.
pub(super) fn says_the_rest(text: &str) -> bool {
    let folded = fold_word(text).replace('-', " ");
    if [
        "other",
        "others",
        "otherwise",
        "anything else",
        "everything else",
        "any other",
        "sonst",
        "sonstiges",
        "autre",
        "autres",
        "otro",
        "otros",
        "otra",
        "outro",
        "outros",
    ]
    .contains(&folded.trim())
    {
        return true;
    }
    [
        "none of",
        "nothing of",
        "nothing else",
        "no other",
        "nichts davon",
        "nichts von",
        "sonst nichts",
        "aucun des",
        "rien d'autre",
        "ninguno de",
        "ninguna de",
        "nada mas",
        "nenhum dos",
        "nenhuma das",
    ]
    .iter()
    .any(|beginning| folded.starts_with(beginning))
}

/// "No row fits", "kein Eintrag passt", "aucune ligne ne correspond": a denial, a word for a row, a word for fitting.
fn denies_every_row(text: &str) -> bool {
    const DENIALS: [&str; 14] = [
        "no", "none", "kein", "keine", "keiner", "keines", "nichts", "nothing", "aucun", "aucune", "ningun", "ninguna",
        "nenhum", "nenhuma",
    ];
    const FITS: [&str; 14] = [
        "fits",
        "fit",
        "applies",
        "apply",
        "matches",
        "match",
        "matched",
        "passt",
        "zutrifft",
        "correspond",
        "coincide",
        "corresponde",
        "aplica",
        "convient",
    ];
    const BETWEEN: [&str; 34] = [
        "row", "rows", "entry", "entries", "pattern", "patterns", "case", "cases", "of", "the", "these", "above",
        "other", "eintrag", "zeile", "fall", "muster", "davon", "der", "ligne", "cas", "ne", "n", "entree", "fila",
        "caso", "entrada", "linha", "se", "que", "qui", "from", "table", "in",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let [first, rest @ ..] = words.as_slice() else { return false };
    DENIALS.contains(first)
        && rest.iter().any(|word| FITS.contains(word))
        && rest.iter().all(|word| FITS.contains(word) || BETWEEN.contains(word))
}

pub(super) fn is_remainder(tokens: &[Token]) -> bool {
    let mut words: Vec<String> = Vec::new();
    for token in tokens {
        match token {
            Token::Word(word) => words.push(fold_word(word).replace('-', " ")),
            // "Code bug or config issue" is prose; a code span is something to look up.
            Token::Code(_) => return false,
            Token::Joint(Joint::With | Joint::And) => return false,
            Token::Group(_) | Token::Joint(_) => {}
        }
    }
    let text = words.join(" ");
    let bare = ["in the logs", "in logs", "in the log", "in log", "in pod logs", "in container logs"]
        .iter()
        .find_map(|tail| text.strip_suffix(tail))
        .unwrap_or(&text);
    let bare = bare.trim();
    if denies_every_row(bare) {
        return true;
    }
    let portuguese = ["outro", "outros", "nenhum dos", "qualquer outro", "nenhuma das"];
    REMAINDERS.iter().chain(&portuguese).any(|beginning| {
        let Some(tail) = bare.strip_prefix(beginning) else { return false };
        let is_word = tail.is_empty() || tail.starts_with(' ');
        let says_more =
            !["application", "app", "application specific", "app specific", "anything", "everything", "none of"]
                .contains(beginning)
                || !tail.is_empty();
        is_word
            && says_more
            && tail.split(' ').filter(|word| !word.is_empty()).all(|word| REMAINDER_TAILS.contains(&word))
    })
}
