//! Lists and headings as classifiers: "- **OOMKilled**: raise the limit", "### ImagePullBackOff" with a fix under it.

use text::{
    plain,
    runbook::{Block, Command, Inline, ListItem},
};

use super::{
    super::{
        Classifier, Origin, Rule, RuleReading, Section,
        lexicon::heads::Context,
        reading::{read_pattern, tokenise},
    },
    one_line, prose,
};

/// Of the items of a list, and of the headings of one level, this share must be patterns.
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

fn read_list(items: &[ListItem], commands: &[Command]) -> Option<Classifier> {
    let rules: Vec<Rule> = items.iter().filter_map(|item| read_item(item, commands)).collect();
    is_majority(rules.len(), items.len()).then(|| Classifier { head: "List".into(), rules, origin: Origin::List })
}

fn is_majority(part: usize, whole: usize) -> bool {
    whole > 0 && part as f64 >= LEAST_SHARE * whole as f64
}

fn read_item(item: &ListItem, commands: &[Command]) -> Option<Rule> {
    let Some(Block::Paragraph(content)) = item.content.first() else { return None };
    let (pattern, mut action) = split_item(content, commands).or_else(|| prose::split_sentence(content, commands))?;
    let more = item.content[1..].iter().filter_map(|block| text_of(block, commands));
    if action.trim().is_empty() {
        action = more.collect::<Vec<_>>().join(" ");
    }
    read_strictly(&pattern, commands, action)
}

/// A rule of a pattern that is understood whole: outside of tables nothing else says that text is one.
pub(super) fn read_strictly(pattern: &[Inline], commands: &[Command], action: String) -> Option<Rule> {
    let (reading, left) = read_pattern(tokenise(pattern, commands).as_deref(), &Context::default());
    let is_whole = match &reading {
        RuleReading::When(condition) => condition.is_all_facts() && left.is_empty(),
        RuleReading::Remainder => true,
        RuleReading::Unread { .. } => false,
    };
    is_whole.then(|| Rule {
        pattern: one_line(&plain(pattern, commands)).trim_end_matches(':').to_owned(),
        cause: String::new(),
        action: one_line(&action),
        reading,
        left,
        leads_to: None,
    })
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

/// Headings of one level under one parent of which most are patterns.
pub(super) fn find_headings(blocks: &[Block], commands: &[Command]) -> Vec<(usize, Classifier)> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut open: Vec<(u8, usize)> = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let Block::Heading { level, .. } = block else { continue };
        while open.last().is_some_and(|(above, _)| above > level) {
            open.pop();
        }
        match open.last() {
            Some((same, group)) if same == level => groups[*group].push(at),
            _ => {
                groups.push(vec![at]);
                open.push((*level, groups.len() - 1));
            }
        }
    }
    groups.iter().filter_map(|group| read_headings(group, blocks, commands).map(|found| (group[0], found))).collect()
}

fn read_headings(group: &[usize], blocks: &[Block], commands: &[Command]) -> Option<Classifier> {
    let read = |at: &usize| {
        let Block::Heading { id, content, .. } = &blocks[*at] else { return None };
        let action = blocks[at + 1..]
            .iter()
            .take_while(|block| !matches!(block, Block::Heading { .. }))
            .find_map(|block| text_of(block, commands))?;
        let mut rule = read_strictly(content, commands, action)?;
        rule.leads_to = Some(Section { anchor: id.clone(), title: rule.pattern.clone() });
        Some(rule)
    };
    let rules: Vec<Rule> = group.iter().filter_map(read).collect();
    is_majority(rules.len(), group.len()).then(|| Classifier {
        head: "Heading".into(),
        rules,
        origin: Origin::Headings,
    })
}

/// The first words of a block that a reader would act on.
fn text_of(block: &Block, commands: &[Command]) -> Option<String> {
    match block {
        Block::Paragraph(content) => Some(one_line(&plain(content, commands))),
        Block::List { items, .. } => {
            items.iter().find_map(|item| item.content.iter().find_map(|block| text_of(block, commands)))
        }
        Block::Fence(_) => Some("See the commands of the section".to_owned()),
        _ => None,
    }
}
