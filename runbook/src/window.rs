//! Daily windows that the text names: "PBS Backup Window (02:00–03:30 UTC)", "02:00-04:00 AM daily".
//! Only headings and sentences that speak of a window or of every day count; other times of day are just times.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::{
    document::{Block, Command, DailyWindow},
    text::plain,
};

const DAY_MIN: u16 = 1_440;
/// A longer label is a sentence; the heading then says it better.
const MAX_LABEL_WORDS: usize = 6;

/// The windows of a text, in order, each once.
pub(crate) fn find(blocks: &[Block], title: &str, commands: &[Command]) -> Vec<DailyWindow> {
    let mut finder = Finder { commands, windows: Vec::new(), heading: title.to_owned(), section: String::new() };
    blocks.iter().for_each(|block| finder.visit(block));
    finder.windows
}

struct Finder<'c> {
    commands: &'c [Command],
    windows: Vec<DailyWindow>,
    heading: String,
    section: String,
}

impl Finder<'_> {
    fn visit(&mut self, block: &Block) {
        match block {
            Block::Heading { id, content, .. } => {
                self.heading = plain(content, self.commands);
                self.section = id.clone();
                let heading = self.heading.clone();
                self.read(&heading);
            }
            Block::Paragraph(content) => {
                let text = plain(content, self.commands);
                text.split_inclusive(['\n', '.', ';']).for_each(|sentence| self.read(sentence));
            }
            Block::List { items, .. } => {
                items.iter().flat_map(|item| &item.content).for_each(|block| self.visit(block))
            }
            Block::Quote { content, .. } | Block::Details { content, .. } => {
                content.iter().for_each(|block| self.visit(block));
            }
            _ => {}
        }
    }

    fn read(&mut self, sentence: &str) {
        if !speaks_of_every_day(sentence) {
            return;
        }
        for times in TIMES.captures_iter(sentence) {
            let Some((opens_min, closes_min)) = minutes(&times) else { continue };
            let before = &sentence[..times.get(0).map_or(0, |all| all.start())];
            if before.trim_end().ends_with(['~', '≈']) {
                continue;
            }
            let zone = times.name("zone").map_or("UTC", |zone| zone.as_str()).to_owned();
            let is_known = |w: &DailyWindow| w.opens_min == opens_min && w.closes_min == closes_min && w.zone == zone;
            if !self.windows.iter().any(is_known) {
                let label = label(before).or_else(|| label(&self.heading)).unwrap_or_else(|| "Daily window".into());
                self.windows.push(DailyWindow { label, opens_min, closes_min, zone, section: self.section.clone() });
            }
        }
    }
}

fn speaks_of_every_day(sentence: &str) -> bool {
    const WORDS: [&str; 7] = ["window", "daily", "nightly", "every day", "every night", "each night", "each day"];
    let sentence = sentence.to_lowercase();
    WORDS.iter().any(|word| sentence.contains(word))
}

static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:^|[^\w:.])(?<from_h>[0-9]{1,2})(?::(?<from_m>[0-9]{2})(?::[0-9]{2})?)?\s*(?<from_half>[AaPp]\.?[Mm]\b\.?)?(?:\s*(?:UTC|GMT))?",
        r"\s*(?:-|–|—|−|to|until|till|and)\s*",
        r"(?<to_h>[0-9]{1,2})(?::(?<to_m>[0-9]{2})(?::[0-9]{2})?)?\b(?:\s*(?<to_half>[AaPp]\.?[Mm]\b\.?))?",
        r"(?:\s*\(?(?<zone>(?:UTC|GMT)(?:\s?[+-][0-9]{1,2}(?::?[0-9]{2})?)?\b|[A-Z]{2,4}T\b|Z\b|[A-Z][a-z]+/[A-Z][A-Za-z_]+|local(?: time)?\b))?",
    ))
    .expect("a fixed pattern compiles")
});

/// Minutes after midnight of both ends; `None` when it is no stretch of a day.
fn minutes(times: &Captures<'_>) -> Option<(u16, u16)> {
    let number = |name: &str| times.name(name).and_then(|m| m.as_str().parse::<u16>().ok());
    let half = |name: &str| times.name(name).map(|m| m.as_str().starts_with(['a', 'A']));
    let (from_half, to_half) = (half("from_half"), half("to_half"));
    // "2-4" alone is a number of anything.
    let both_are_clock = times.name("from_m").is_some() && times.name("to_m").is_some();
    if !both_are_clock && to_half.is_none() {
        return None;
    }
    let closes = clock(number("to_h")?, number("to_m").unwrap_or(0), to_half)?;
    let from = |half| clock(number("from_h")?, number("from_m").unwrap_or(0), half);
    let opens = match (from_half, to_half) {
        (None, Some(is_morning)) => {
            // "10-11 PM" shares its half of the day; "11-1 AM" began in the half before.
            let same = from(Some(is_morning))?;
            if same < closes { same } else { from(Some(!is_morning))? }
        }
        (half, _) => from(half)?,
    };
    (opens != closes).then_some((opens % DAY_MIN, closes % DAY_MIN))
}

fn clock(hour: u16, minute: u16, is_morning: Option<bool>) -> Option<u16> {
    let hour = match is_morning {
        // "14:00 PM" is written; it means what it says.
        Some(_) if hour > 12 => hour,
        Some(true) => hour % 12,
        Some(false) => hour % 12 + 12,
        None => hour,
    };
    (hour <= 24 && minute < 60 && (hour < 24 || minute == 0)).then_some(hour * 60 + minute)
}

/// The words that name a window: what stands before its times, after the last colon or dash.
fn label(before: &str) -> Option<String> {
    let before = before.trim_end_matches([' ', '(', '[', ':', ',', '-', '–', '—', '~', '`']);
    let before = before.rsplit([':', '—', '–', '(', '|']).next().unwrap_or(before);
    let mut words: Vec<&str> = before.split_whitespace().collect();
    while words.last().is_some_and(|word| FILLERS.contains(&word.to_lowercase().as_str())) {
        words.pop();
    }
    while words.first().is_some_and(|word| ["the", "our", "a", "during"].contains(&word.to_lowercase().as_str())) {
        words.remove(0);
    }
    let is_label = !words.is_empty() && words.len() <= MAX_LABEL_WORDS;
    is_label.then(|| words.join(" "))
}

const FILLERS: [&str; 16] = [
    "is", "runs", "run", "from", "at", "between", "daily", "nightly", "every", "night", "day", "each", "in", "within",
    "the", "of",
];
