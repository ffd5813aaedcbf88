//! Where a row leads on: the section of the runbook that it means by its link, its pattern, its cause or "see below".

use std::sync::LazyLock;

use regex::Regex;
use text::{
    plain,
    runbook::{Block, Command, Inline},
};

use super::{
    super::{
        Classifier, Condition, Rule, RuleReading, Section,
        lexicon::{fold_word, heads::Context},
        reading::{read_pattern, tokenise},
    },
    one_line,
};

/// A heading that reads as the row's own pattern.
const SAME_PATTERN: usize = 1_000;
/// A heading that is the row's cause or action, word for word.
const SAME_WORDS: usize = 500;

/// Words of headings that tie nothing together.
const COMMON: [&str; 34] = [
    "step", "the", "and", "for", "of", "to", "in", "a", "an", "by", "on", "is", "are", "with", "known", "pattern",
    "fix", "check", "action", "actions", "type", "issue", "issues", "error", "errors", "how", "what", "or", "not",
    "see", "pod", "pods", "below", "above",
];

struct Heading<'b> {
    at: usize,
    anchor: &'b str,
    title: String,
    words: Vec<String>,
    reading: Option<Condition>,
}

/// Gives each row the section that it leads to. `at`: the block in which the classifier stands.
pub(super) fn find(classifier: &mut Classifier, at: usize, blocks: &[Block], commands: &[Command]) {
    let own = blocks[..at].iter().rposition(|block| matches!(block, Block::Heading { .. }));
    let headings: Vec<Heading<'_>> = blocks
        .iter()
        .enumerate()
        .filter(|(block, _)| Some(*block) != own)
        .filter_map(|(block, content)| read_heading(block, content, commands))
        .collect();
    for rule in &mut classifier.rules {
        if let Some(section) = &mut rule.leads_to {
            let known = headings.iter().find(|heading| heading.anchor == section.anchor);
            section.title = known.map_or_else(|| section.title.clone(), |heading| heading.title.clone());
            continue;
        }
        let scored = headings.iter().map(|heading| (score(rule, heading, at), heading));
        // What comes after the table is meant before what stands above it; of equals the first.
        let best = scored
            .filter(|(score, _)| *score > 0)
            .min_by_key(|(score, heading)| (std::cmp::Reverse(*score), heading.at < at, heading.at));
        rule.leads_to =
            best.map(|(_, heading)| Section { anchor: heading.anchor.to_owned(), title: heading.title.clone() });
    }
}

fn read_heading<'b>(at: usize, block: &'b Block, commands: &[Command]) -> Option<Heading<'b>> {
    let Block::Heading { id, content, .. } = block else { return None };
    let title = one_line(&plain(content, commands));
    let (reading, _) = read_pattern(tokenise(content, commands).as_deref(), &Context::default());
    let reading = match reading {
        RuleReading::When(condition) if condition.is_all_facts() => Some(condition),
        _ => None,
    };
    Some(Heading { at, anchor: id, words: words(&title), title, reading })
}

fn score(rule: &Rule, heading: &Heading<'_>, at: usize) -> usize {
    if let (RuleReading::When(asked), Some(named)) = (&rule.reading, &heading.reading)
        && asked.shares_a_cause_with(named)
    {
        return SAME_PATTERN;
    }
    let is_same = |text: &str| !text.is_empty() && words(text) == heading.words;
    if !heading.words.is_empty() && (is_same(&rule.cause) || is_same(&rule.action)) {
        return SAME_WORDS;
    }
    if step_of(&rule.action).is_some_and(|step| is_headed_by(&heading.title, &step)) {
        return SAME_WORDS;
    }
    let row = words(&format!("{} {} {}", rule.pattern, rule.cause, rule.action));
    let shared = heading.words.iter().filter(|word| row.contains(word)).count();
    let action = rule.action.to_lowercase();
    let points_down = ["below", "unten", "ci-dessous", "abajo", "abaixo"].iter().any(|word| action.contains(word));
    let points_up = ["above", "oben", "ci-dessus", "arriba", "acima"].iter().any(|word| action.contains(word));
    let is_there = (points_down && heading.at > at) || (points_up && heading.at < at);
    let is_much = shared >= 2 && shared * 5 >= heading.words.len() * 2;
    if is_much || (is_there && shared >= 1) { shared } else { 0 }
}

/// "see step 4": the step that an action names, in lower case.
fn step_of(action: &str) -> Option<String> {
    static STEP: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(step|section|schritt|abschnitt|étape|paso|passo)\s+([0-9]{1,2})\b")
            .expect("a fixed pattern compiles")
    });
    STEP.captures(action).map(|found| format!("{} {}", found[1].to_lowercase(), &found[2]))
}

/// "Step 4: Rule out the backup" begins with "step 4", "Step 41" does not.
fn is_headed_by(title: &str, step: &str) -> bool {
    title.to_lowercase().strip_prefix(step).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The words that tie a row to a heading, without endings.
fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).map(fold_word) {
        let is_telling =
            word.len() > 1 && !word.chars().all(|c| c.is_ascii_digit()) && !COMMON.contains(&word.as_str());
        let word = if word.len() > 4 { word.trim_end_matches('s').to_owned() } else { word };
        if is_telling && word != "utc" && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// The anchor that a link in a row leads to.
pub(super) fn find_link(row: &[Vec<Inline>]) -> Option<Section> {
    row.iter().rev().find_map(|cell| link_of(cell))
}

fn link_of(cell: &[Inline]) -> Option<Section> {
    cell.iter().find_map(|inline| match inline {
        Inline::Link { href, content } => href
            .strip_prefix('#')
            .filter(|anchor| !anchor.is_empty())
            .map(|anchor| Section { anchor: anchor.to_owned(), title: one_line(&plain(content, &[])) }),
        Inline::Emphasis(content) | Inline::Strong(content) => link_of(content),
        _ => None,
    })
}
