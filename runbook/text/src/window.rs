//! Daily windows that the text names: "PBS Backup Window (02:00–03:30 UTC)", "02:00-04:00 AM daily".
//! Only headings and sentences that speak of a window or of every day count; other times of day are just times.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::{
    plain::plain,
    runbook::{Block, Command, DailyWindow},
};

/// Most windows of one file.
const MAX_WINDOWS: usize = 64;
const DAY_MIN: u16 = 1_440;
/// A longer label is a sentence; the heading then says it better.
const MAX_LABEL_WORDS: usize = 6;

/// The windows of a text, in order, each once.
pub(crate) fn find(blocks: &[Block], title: &str, commands: &[Command]) -> Vec<DailyWindow> {
    let mut finder =
        Finder { commands, windows: Vec::new(), heading: title.to_owned(), section: String::new(), block: None };
    finder.read(title);
    for (at, block) in blocks.iter().enumerate() {
        finder.block = (!matches!(block, Block::Heading { .. })).then_some(at);
        finder.visit(block);
    }
    finder.windows
}

struct Finder<'c> {
    commands: &'c [Command],
    windows: Vec<DailyWindow>,
    heading: String,
    section: String,
    /// The block of the runbook that is being read, unless it is a heading.
    block: Option<usize>,
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
            if self.windows.len() < MAX_WINDOWS && !self.windows.iter().any(is_known) {
                let label = label(before).or_else(|| label(&self.heading)).unwrap_or_else(|| "Daily window".into());
                let (section, block) = (self.section.clone(), self.block);
                self.windows.push(DailyWindow { label, opens_min, closes_min, zone, section, block });
            }
        }
    }
}

fn speaks_of_every_day(sentence: &str) -> bool {
    const WORDS: [&str; 7] = ["window", "daily", "nightly", "every day", "every night", "each night", "each day"];
    let sentence = sentence.to_lowercase();
    WORDS.iter().any(|word| sentence.contains(word)) && !is_of_some_days(&sentence)
}

/// Whether a sentence (in small letters) names days, dates or steps: what happens then happens not every day. All seven
/// days named, and "every day" beside a name, are every day.
fn is_of_some_days(sentence: &str) -> bool {
    const WHOLE: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    const SOME: [&str; 20] = [
        "weekly",
        "weekday",
        "weekdays",
        "weekend",
        "weekends",
        "biweekly",
        "fortnightly",
        "monthly",
        "quarterly",
        "yearly",
        "week",
        "month",
        "quarter",
        "first",
        "last",
        "second",
        "third",
        "fourth",
        "except",
        "workdays",
    ];
    let words: Vec<&str> = sentence.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // "Sun", "Tues", "Thursdays".
    let day = |word: &str| {
        let bare = word.strip_suffix('s').unwrap_or(word);
        WHOLE.iter().position(|day| bare.len() > 2 && (day.starts_with(bare) || day.starts_with(word)))
    };
    let named: Vec<usize> = words.iter().filter_map(|word| day(word)).collect();
    let all_week = (0..7).all(|at| named.contains(&at));
    let says_every_day = ["daily", "nightly", "every day", "every night", "each day", "each night", "7 days a week"]
        .iter()
        .any(|word| sentence.contains(word));
    if words.iter().any(|word| SOME.contains(word)) && !says_every_day {
        return true;
    }
    !named.is_empty() && !all_week
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

#[cfg(test)]
mod tests {
    /// Label, opening, closing and zone of the windows of a text.
    fn windows(text: &str) -> Vec<(String, u16, u16, String)> {
        let found = crate::parse(text).windows;
        found.into_iter().map(|w| (w.label, w.opens_min, w.closes_min, w.zone)).collect()
    }

    fn one(text: &str) -> (String, u16, u16, String) {
        match windows(text).as_slice() {
            [window] => window.clone(),
            found => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn reads_windows_as_people_write_them() {
        let window = |label: &str, opens, closes, zone: &str| (label.to_owned(), opens, closes, zone.to_owned());
        for (text, expected) in [
            ("## PBS Backup Window (02:00–03:30 UTC)", window("PBS Backup Window", 120, 210, "UTC")),
            ("The backup window is 02:00-04:00 AM daily.", window("backup window", 120, 240, "UTC")),
            ("Backup window: 22:30 - 01:15 CET", window("Backup window", 1_350, 75, "CET")),
            ("- Maintenance window from 2 AM to 4 AM UTC", window("Maintenance window", 120, 240, "UTC")),
            ("- Nightly jobs 10-11 PM Pacific/Auckland", window("Nightly jobs", 1_320, 1_380, "Pacific/Auckland")),
            ("The window 11 PM – 1 AM is quiet", window("window", 1_380, 60, "UTC")),
            ("Scrub runs daily between 01:00 and 02:00 (UTC+12)", window("Scrub", 60, 120, "UTC+12")),
            ("Window 23:00—24:00", window("Window", 1_380, 0, "UTC")),
            ("**Backup window:** 02:00 UTC to 03:30 UTC", window("Backup window", 120, 210, "UTC")),
        ] {
            assert_eq!(one(text), expected, "{text}");
        }
    }

    #[test]
    fn a_window_without_words_of_its_own_takes_its_headings() {
        let text = "# T\n\n## Backups\n\nThe cluster and all of its nodes are being saved daily at 02:00-04:00.\n";
        assert_eq!(one(text), ("Backups".into(), 120, 240, "UTC".into()));
        assert_eq!(crate::parse(text).windows[0].section, "backups");
    }

    #[test]
    fn knows_the_block_that_names_a_window_unless_it_is_a_heading() {
        let text =
            "# T\n\n## Window (01:00-01:30 UTC)\n\nFirst.\n\nThe window 02:00–03:30 UTC.\n\n- a\n- daily 05:00-06:00\n";
        let runbook = crate::parse(text);
        let blocks: Vec<Option<usize>> = runbook.windows.iter().map(|window| window.block).collect();
        let list = runbook.blocks.len() - 1;
        assert_eq!(blocks, [None, Some(list - 1), Some(list)]);
    }

    #[test]
    fn other_times_and_numbers_are_no_windows() {
        for text in [
            "They recover once the backup is over (~03:05–03:15 UTC)",
            "The window is 2-4 hours wide",
            "Daily window: 25:00-26:00",
            "Daily window: 02:00-02:00",
            "The outage window of 01:00:00.123-foo",
            "Between 02:00 and 03:00 it crashed",
            "window 10.0.0.1:80-90",
            "`daily` 2024-01-02",
        ] {
            assert_eq!(windows(text), [], "{text}");
        }
    }

    #[test]
    fn windows_of_some_days_are_none_of_every_day() {
        for text in [
            "Maintenance window: Sunday 04:00-05:00",
            "The window is Mon-Fri 22:00-23:00 UTC",
            "First Monday of the month, maintenance window 22:00–02:00 CET",
            "Patch window on weekdays 01:00-02:00",
            "Weekly window 03:00-04:00 UTC",
            "Backup window (Saturdays) 03:00–04:00",
            "Window on Tues and Thurs 05:00-06:00",
            "Every third week the window is 05:00-06:00",
        ] {
            assert_eq!(windows(text), [], "{text}");
        }
        for text in [
            "The monitoring window is 03:00-04:00 daily",
            "Maintenance window 03:00-04:00 every day of the week",
            "Sunrise jobs: nightly window 05:00-06:00",
        ] {
            assert_eq!(windows(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn names_each_window_once() {
        let text = "# T\n\n## Window (02:00-03:30 UTC)\n\nThe window 02:00–03:30 UTC. The window 05:00-06:00 UTC.\n";
        assert_eq!(windows(text).len(), 2);
    }
}
