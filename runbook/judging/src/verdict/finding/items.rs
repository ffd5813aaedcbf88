//! Lists as classifiers: "- **OOMKilled**: raise the limit".

use text::{
    plain,
    runbook::{Block, Command, Inline, ListItem},
};

use super::{
    super::{
        Classifier, Origin, Rule, RuleReading,
        lexicon::heads::Context,
        reading::{read_pattern, tokenise},
    },
    one_line, prose,
    table::MAX_ROWS,
};

/// Of the items of a list, and of the headings under one parent, this share must be patterns.
const LEAST_SHARE: f64 = 0.6;
/// What parts a pattern from what is said of it.
const SEPARATORS: [&str; 8] = [": ", " – ", " — ", " - ", " → ", " -> ", " => ", " means "];

/// Every list that is one of patterns.
pub(super) fn find_lists(blocks: &[Block], commands: &[Command]) -> Vec<(usize, Classifier)> {
    let mut found = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        match block {
            Block::List { items, .. } => found.extend(read_list(items, commands).map(|list| (at, list))),
            Block::Quote { content, .. } | Block::Details { content, .. } => {
                found.extend(find_lists(content, commands).into_iter().map(|(_, list)| (at, list)));
            }
            _ => {}
        }
    }
    found
}

/// A list of which most items are patterns; the others are rows, too, and left to the reader: one of them may be what is
/// the matter.
fn read_list(items: &[ListItem], commands: &[Command]) -> Option<Classifier> {
    let parts: Vec<(Vec<Inline>, String)> =
        items.iter().take(MAX_ROWS).filter_map(|item| part_item(item, commands)).collect();
    let is_read = |(pattern, _): &&(Vec<Inline>, String)| read_strictly(pattern, commands, String::new()).is_some();
    if !is_majority(parts.iter().filter(is_read).count(), items.len().min(MAX_ROWS)) {
        return None;
    }
    let rules = parts.iter().map(|(pattern, action)| read_loosely(pattern, commands, action)).collect();
    Some(Classifier { head: "List".into(), rules, origin: Origin::List })
}

pub(super) fn is_majority(part: usize, whole: usize) -> bool {
    whole > 0 && part as f64 >= LEAST_SHARE * whole as f64
}

/// An item as what one sees and what to do.
fn part_item(item: &ListItem, commands: &[Command]) -> Option<(Vec<Inline>, String)> {
    let Some(Block::Paragraph(content)) = item.content.first() else { return None };
    let more = item.content[1..].iter().filter_map(|block| text_of(block, commands));
    let parted = split_item(content, commands).or_else(|| prose::split_sentence(content, commands));
    // A pattern on a line of its own, and what to do below it.
    let (pattern, mut action) = parted.or_else(|| more.clone().next().map(|_| (content.clone(), String::new())))?;
    if action.trim().is_empty() {
        action = more.collect::<Vec<_>>().join(" ");
    }
    Some((pattern, action))
}

/// A rule of a pattern, whatever of it is understood: for text that stands among patterns.
pub(super) fn read_loosely(pattern: &[Inline], commands: &[Command], action: &str) -> Rule {
    let (reading, left) = read_pattern(tokenise(pattern, commands).as_deref(), &Context::default());
    Rule {
        pattern: one_line(&plain(pattern, commands)).trim_end_matches(':').to_owned(),
        cause: String::new(),
        action: one_line(action),
        reading,
        left,
        leads_to: None,
    }
}

/// A rule of a pattern that is understood whole: outside of tables nothing else says that text is one.
pub(super) fn read_strictly(pattern: &[Inline], commands: &[Command], action: String) -> Option<Rule> {
    let (reading, left) = read_pattern(tokenise(pattern, commands).as_deref(), &Context::default());
    let is_whole = match &reading {
        RuleReading::When(condition) => condition.is_all_facts() && left.is_empty(),
        RuleReading::Remainder => true,
        RuleReading::Unread { .. } => false,
    };
    is_whole.then(|| read_loosely(pattern, commands, &action))
}

/// The inlines before the first separator, and the text after it.
fn split_item(content: &[Inline], commands: &[Command]) -> Option<(Vec<Inline>, String)> {
    for (at, inline) in content.iter().enumerate() {
        match inline {
            // "**OOMKilled:** raise the limit"
            Inline::Strong(inner) if plain(inner, commands).trim_end().ends_with(':') => {
                return Some((content[..=at].to_vec(), plain(&content[at + 1..], commands)));
            }
            Inline::Text(text) => {
                let text = format!("{text} ");
                let places = SEPARATORS.iter().filter_map(|mark| text.find(mark).map(|found| (found, mark.len())));
                if let Some((found, length)) = places.min() {
                    let mut pattern = content[..at].to_vec();
                    pattern.push(Inline::Text(text[..found].to_owned()));
                    let rest = plain(&content[at + 1..], commands);
                    return Some((pattern, format!("{}{rest}", text[found + length..].trim_start())));
                }
            }
            _ => {}
        }
    }
    None
}

/// The first words of a block that a reader would act on.
pub(super) fn text_of(block: &Block, commands: &[Command]) -> Option<String> {
    match block {
        Block::Paragraph(content) => Some(one_line(&plain(content, commands))),
        Block::List { items, .. } => {
            items.iter().find_map(|item| item.content.iter().find_map(|block| text_of(block, commands)))
        }
        Block::Fence(_) => Some("See the commands of the section".to_owned()),
        _ => None,
    }
}
