//! Sentences that classify: "If you see `X`, do Y.", in the languages that the lexicon knows.

use text::{
    plain,
    runbook::{Block, Command, Inline},
};

use super::super::{Classifier, Origin, Rule, RuleReading};
use super::items::{read_loosely, read_strictly};

/// How such sentences begin; the longest first.
const BEGINNINGS: [&str; 27] = [
    "if you see that",
    "if you see",
    "if you get",
    "if you find",
    "if it shows",
    "if it says",
    "if the pod is",
    "if the pod shows",
    "if the pod",
    "if the container",
    "if there is",
    "if there are",
    "if",
    "when you see",
    "when the pod",
    "when",
    "in case of",
    "wenn du siehst",
    "wenn sie sehen",
    "wenn",
    "falls",
    "si vous voyez",
    "en cas de",
    "si ves",
    "si",
    "em caso de",
    "se",
];

/// All such sentences of a runbook as one classifier.
pub(super) fn find_sentences(blocks: &[Block], commands: &[Command]) -> Option<(usize, Classifier)> {
    let mut found: Vec<(usize, Rule)> = Vec::new();
    let mut whole = 0;
    for (at, block) in blocks.iter().enumerate() {
        if found.len() >= super::table::MAX_ROWS {
            break;
        }
        read_block(block, commands, &mut |rule, is_whole| {
            found.push((at, rule));
            whole += usize::from(is_whole);
        });
    }
    // One that is half understood is a row beside others, and no sign of a classifier.
    if whole < super::LEAST_ROWS || !super::items::is_majority(whole, found.len()) {
        return None;
    }
    let first = found.first()?.0;
    let rules = found.into_iter().map(|(_, rule)| rule).collect();
    Some((first, Classifier { head: "If you see".into(), rules, origin: Origin::Sentences }))
}

fn read_block(block: &Block, commands: &[Command], add: &mut dyn FnMut(Rule, bool)) {
    match block {
        Block::Paragraph(content) => {
            for sentence in sentences(content) {
                if let Some((pattern, action)) = split_sentence(&sentence, commands) {
                    let rule = read_loosely(&pattern, commands, &action);
                    let asks = matches!(&rule.reading, RuleReading::When(condition) if condition.asks_for_facts());
                    let is_whole = read_strictly(&pattern, commands, action).is_some();
                    if is_whole || asks {
                        add(rule, is_whole);
                    }
                }
            }
        }
        Block::List { items, .. } => {
            items.iter().flat_map(|item| &item.content).for_each(|block| read_block(block, commands, add));
        }
        Block::Quote { content, .. } | Block::Details { content, .. } => {
            content.iter().for_each(|block| read_block(block, commands, add));
        }
        _ => {}
    }
}

/// A paragraph in sentences: a full stop with a blank ends one; code is never cut.
fn sentences(content: &[Inline]) -> Vec<Vec<Inline>> {
    let mut all: Vec<Vec<Inline>> = vec![Vec::new()];
    for inline in content {
        match inline {
            Inline::Text(text) => {
                for (at, part) in text.split(". ").enumerate() {
                    if at > 0 {
                        all.push(Vec::new());
                    }
                    if let Some(last) = all.last_mut() {
                        last.push(Inline::Text(part.to_owned()));
                    }
                }
            }
            other => {
                if let Some(last) = all.last_mut() {
                    last.push(other.clone());
                }
            }
        }
    }
    all
}

/// What stands between "If" and the first comma, and what comes after it.
pub(super) fn split_sentence(content: &[Inline], commands: &[Command]) -> Option<(Vec<Inline>, String)> {
    let (Some(Inline::Text(first)), rest) = (content.first(), content.get(1..)?) else { return None };
    let lower = first.trim_start().to_lowercase();
    let beginning = BEGINNINGS
        .iter()
        .filter(|words| lower.strip_prefix(**words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
        .max_by_key(|words| words.len())?;
    let after = first.trim_start().get(beginning.len()..)?;
    let mut parts: Vec<Inline> = vec![Inline::Text(after.to_owned())];
    parts.extend(rest.iter().cloned());
    for at in 0..parts.len() {
        let Inline::Text(text) = &parts[at] else { continue };
        let Some(cut) = find_cut(text) else { continue };
        let action =
            format!("{}{}", text[cut..].trim_start_matches([',', ':', ' ', '→']), plain(&parts[at + 1..], commands));
        let mut pattern = parts[..at].to_vec();
        pattern.push(Inline::Text(text[..cut].to_owned()));
        let action = action.trim().trim_start_matches("then ").trim_start_matches("dann ").to_owned();
        return (!action.is_empty()).then_some((pattern, action));
    }
    None
}

fn find_cut(text: &str) -> Option<usize> {
    [",", ": ", " → ", " then "].iter().filter_map(|mark| text.find(mark)).min()
}
