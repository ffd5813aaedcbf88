//! Headings as classifiers: "### ImagePullBackOff" with a fix under it, or a title over what is labelled "Symptom:",
//! "Cause:" and "Fix:".

use text::{
    plain,
    runbook::{Block, Command, Inline},
};

use super::{
    super::{
        Classifier, Origin, Rule, RuleReading, Section,
        lexicon::heads::{self, Context, Role},
        reading::{read_pattern, tokenise},
    },
    items::{is_majority, read_loosely, read_strictly, text_of},
    one_line,
    table::MAX_ROWS,
};

/// Of sections that are labelled as patterns, this share must name facts.
const LEAST_SHARE_OF_LABELLED: f64 = 0.3;

/// Headings of one level: those under each parent must be patterns, and make one classifier together.
pub(super) fn find_headings(blocks: &[Block], commands: &[Command]) -> Vec<(usize, Classifier)> {
    let mut groups: Vec<(u8, Vec<usize>)> = Vec::new();
    let mut open: Vec<(u8, usize)> = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let Block::Heading { level, .. } = block else { continue };
        while open.last().is_some_and(|(above, _)| above > level) {
            open.pop();
        }
        match open.last() {
            Some((same, group)) if same == level => groups[*group].1.push(at),
            _ => {
                groups.push((*level, vec![at]));
                open.push((*level, groups.len() - 1));
            }
        }
    }
    let mut found: Vec<(u8, usize, Classifier)> = Vec::new();
    for (level, group) in groups {
        let Some(rules) = read_group(&group, blocks, commands) else { continue };
        match found.iter_mut().find(|(known, ..)| *known == level) {
            Some((.., classifier)) => classifier.rules.extend(rules),
            None => {
                found.push((level, group[0], Classifier { head: "Heading".into(), rules, origin: Origin::Headings }));
            }
        }
    }
    found.into_iter().map(|(_, at, classifier)| (at, classifier)).collect()
}

/// A section under a heading.
struct Part<'b> {
    heading: &'b [Inline],
    anchor: &'b str,
    labels: Labels,
    /// The first words that a reader would act on.
    text: Option<String>,
}

/// What a section says under labels.
#[derive(Default)]
struct Labels {
    symptom: Option<Vec<Inline>>,
    cause: Option<String>,
    action: Option<String>,
}

fn read_group(group: &[usize], blocks: &[Block], commands: &[Command]) -> Option<Vec<Rule>> {
    let group = &group[..group.len().min(MAX_ROWS)];
    let parts: Vec<Part<'_>> = group.iter().filter_map(|at| part(*at, blocks, commands)).collect();
    let is_labelled = |part: &&Part<'_>| part.labels.cause.is_some() || part.labels.action.is_some();
    let is_named =
        |part: &&Part<'_>| part.text.is_some() && read_strictly(part.heading, commands, String::new()).is_some();
    if is_majority(parts.iter().filter(is_named).count(), group.len()) {
        let is_row = |part: &&Part<'_>| is_named(part) || is_labelled(part) || part.asks(commands);
        return Some(parts.iter().filter(is_row).map(|part| part.rule(commands)).collect());
    }
    let labelled = parts.iter().filter(is_labelled).count();
    let asking = parts.iter().filter(|part| is_labelled(part) && part.asks(commands)).count();
    let is_enough = is_majority(labelled, group.len()) && asking as f64 >= LEAST_SHARE_OF_LABELLED * group.len() as f64;
    is_enough.then(|| parts.iter().filter(is_labelled).map(|part| part.rule(commands)).collect())
}

fn part<'b>(at: usize, blocks: &'b [Block], commands: &[Command]) -> Option<Part<'b>> {
    let Block::Heading { id, content, .. } = &blocks[at] else { return None };
    let section = blocks[at + 1..].iter().take_while(|block| !matches!(block, Block::Heading { .. }));
    let mut labels = Labels::default();
    section.clone().for_each(|block| labels.take_block(block, commands));
    let text = section.clone().find_map(|block| text_of(block, commands));
    Some(Part { heading: content, anchor: id, labels, text })
}

impl Part<'_> {
    /// Whether its heading or its symptom asks for facts.
    fn asks(&self, commands: &[Command]) -> bool {
        matches!(self.reading(commands), (RuleReading::When(condition), _) if condition.asks_for_facts())
    }

    /// The heading when it is understood whole, else the symptom, else what can be made of the heading.
    fn reading(&self, commands: &[Command]) -> (RuleReading, Vec<super::super::Stretch>) {
        let read = |content: &[Inline]| read_pattern(tokenise(content, commands).as_deref(), &Context::default());
        let is_whole = read_strictly(self.heading, commands, String::new()).is_some();
        let symptom = self.labels.symptom.as_deref().filter(|_| !is_whole).map(read);
        let is_asking = |(reading, _): &(RuleReading, Vec<super::super::Stretch>)| matches!(reading, RuleReading::When(condition) if condition.asks_for_facts());
        symptom.filter(is_asking).unwrap_or_else(|| read(self.heading))
    }

    fn rule(&self, commands: &[Command]) -> Rule {
        let action = self.labels.action.clone().or_else(|| self.text.clone()).unwrap_or_default();
        let mut rule = read_loosely(self.heading, commands, &action);
        rule.cause = self.labels.cause.clone().unwrap_or_default();
        (rule.reading, rule.left) = self.reading(commands);
        rule.leads_to = Some(Section { anchor: self.anchor.to_owned(), title: rule.pattern.clone() });
        rule
    }
}

impl Labels {
    fn take_block(&mut self, block: &Block, commands: &[Command]) {
        match block {
            Block::Paragraph(content) => {
                for (label, rest) in split_labels(content, commands) {
                    self.take(&label, rest, commands);
                }
            }
            Block::List { items, .. } => {
                items.iter().flat_map(|item| &item.content).for_each(|block| self.take_block(block, commands));
            }
            Block::Quote { content, .. } | Block::Details { content, .. } => {
                content.iter().for_each(|block| self.take_block(block, commands));
            }
            _ => {}
        }
    }

    fn take(&mut self, label: &str, rest: Vec<Inline>, commands: &[Command]) {
        let text = one_line(&plain(&rest, commands));
        if label.split_whitespace().count() > 4 || text.is_empty() {
            return;
        }
        match heads::role(label) {
            Role::Pattern if self.symptom.is_none() => self.symptom = Some(rest),
            Role::Cause if self.cause.is_none() => self.cause = Some(text),
            Role::Action if self.action.is_none() => self.action = Some(text),
            _ => {}
        }
    }
}

/// "**Cause**: …", "**Fix:** …", as often as it stands in a paragraph: each label and what follows it.
fn split_labels(content: &[Inline], commands: &[Command]) -> Vec<(String, Vec<Inline>)> {
    let mut found: Vec<(String, Vec<Inline>)> = Vec::new();
    for (at, inline) in content.iter().enumerate() {
        let next = content.get(at + 1);
        let strong = match inline {
            Inline::Strong(inner) | Inline::Emphasis(inner) => Some(plain(inner, commands)),
            _ => None,
        };
        let is_followed = matches!(next, Some(Inline::Text(text)) if text.trim_start().starts_with(':'));
        match strong.filter(|text| text.trim_end().ends_with(':') || is_followed) {
            Some(text) => found.push((text.trim().trim_end_matches(':').to_owned(), Vec::new())),
            None => match (found.last_mut(), inline) {
                (Some((_, rest)), Inline::Text(text)) if rest.is_empty() => {
                    rest.push(Inline::Text(text.trim_start_matches([':', ' ']).to_owned()));
                }
                (Some((_, rest)), other) => rest.push(other.clone()),
                // "Symptom: the pod …" without any mark.
                (None, Inline::Text(text)) if at == 0 => {
                    if let Some((label, rest)) = text.split_once(": ") {
                        found.push((label.trim().to_owned(), vec![Inline::Text(rest.to_owned())]));
                    }
                }
                (None, _) => {}
            },
        }
    }
    found
}
