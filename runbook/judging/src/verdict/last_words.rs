//! The end of the log of the run that ended, cut to what a phone shows at once: its last lines and the one that tells.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

use super::{
    Container, Fact, Facts, LastLine, LastWords, LogText, TextLine,
    weighing::{fold::strip_ansi, wording::find_telling_line},
};

/// Lines that are shown.
const MAX_LINES: usize = 5;
/// Last lines that are shown beside a telling one that stands further up.
const LINES_AFTER: usize = 3;
/// Characters of a line that are kept: what a line says of the cause stands near its beginning.
const MAX_CHARS: usize = 600;

/// The last lines before the end; none where no run has ended or its log is not known.
pub(super) fn find_last_words(facts: &Facts) -> Option<LastWords> {
    let container = facts.focus().filter(|container| !container.has_never_ended())?;
    let Fact::Known(log) = &facts.previous_log else { return None };
    cut(log, container)
}

fn cut(log: &LogText, container: &Container) -> Option<LastWords> {
    let telling = find_telling_line(&log.lines, container.latest_end());
    let written = |at: &usize| !strip_ansi(&log.lines[*at].text).trim().is_empty();
    let filled: Vec<usize> = (0..log.lines.len()).filter(written).collect();
    let shown = choose(&filled, telling);
    let mut before = None;
    let lines = shown.iter().map(|at| {
        let left_out = before.map_or(0, |before| filled.iter().filter(|line| **line > before && *line < at).count());
        before = Some(*at);
        shorten(&log.lines[*at], telling == Some(*at), left_out)
    });
    let lines: Vec<LastLine> = lines.collect();
    let (total, has_older) = (log.lines.len(), !log.is_whole);
    (!lines.is_empty()).then_some(LastWords { lines, total, has_older, log_check: None })
}

/// The last lines. A telling one that stands before them comes along with the line that follows it.
fn choose(filled: &[usize], telling: Option<usize>) -> Vec<usize> {
    let last = &filled[filled.len().saturating_sub(MAX_LINES)..];
    let Some(telling) = telling.filter(|telling| !last.contains(telling)) else { return last.to_vec() };
    let next = filled.iter().copied().find(|at| *at > telling);
    let after = filled[filled.len().saturating_sub(LINES_AFTER)..].iter().copied();
    let mut shown: Vec<usize> = [telling].into_iter().chain(next).chain(after).collect();
    shown.dedup();
    shown
}

/// The time as a line itself says it, with its key or brackets, and what klog writes beside it.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#""(?:time|ts|timestamp|@timestamp|@t|asctime)"\s*:\s*(?:"[^"]*"|[0-9.]+)\s*,?\s*"#,
        r#"|\b(?:time|ts|timestamp)=(?:"[^"]*"|\S+)\s*"#,
        r"|\[?\b[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?:Z|[ ]?[+-][0-9]{2}:?[0-9]{2})?\]?\s*",
        r"|^\[?[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?\]?\s+",
    ))
    .expect("a fixed pattern compiles")
});
static KLOG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([IWEF])[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+ +[0-9]+ ").expect("a fixed pattern compiles")
});

/// A line without the time that stands beside it anyhow, so that a narrow screen shows what it says.
fn without_time<'t>(line: &'t TextLine, text: &'t str) -> Cow<'t, str> {
    if line.at.is_none() {
        return text.into();
    }
    match KLOG.replace(text, "$1 ") {
        Cow::Owned(short) => short.into(),
        Cow::Borrowed(text) => TIME.replace(text, ""),
    }
}

fn shorten(line: &TextLine, is_telling: bool, left_out: usize) -> LastLine {
    let text = strip_ansi(line.text.trim_end());
    // A progress bar overwrites itself: its last state is what stood there.
    let text = text.rsplit('\r').find(|state| !state.trim().is_empty()).unwrap_or("");
    let text = without_time(line, text.trim_end());
    let mut kept: String = text.chars().take(MAX_CHARS).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    LastLine { at: line.at, text: kept, is_telling, left_out }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(filled: usize, telling: Option<usize>) -> Vec<usize> {
        choose(&(0..filled).collect::<Vec<_>>(), telling)
    }

    #[test]
    fn shows_the_last_lines_when_the_telling_one_is_among_them() {
        assert_eq!(shown(20, Some(17)), [15, 16, 17, 18, 19]);
        assert_eq!(shown(3, Some(0)), [0, 1, 2]);
        assert_eq!(shown(20, None), [15, 16, 17, 18, 19]);
        assert!(shown(0, None).is_empty());
    }

    #[test]
    fn shows_the_last_state_of_a_bar_and_no_address_of_a_link() {
        let line = |text: &str| TextLine { at: None, text: text.into() };
        let shown = |text: &str| shorten(&line(text), false, 0).text;
        assert_eq!(shown("10 %|#\r50 %|####\r100 %|#######\r"), "100 %|#######");
        assert_eq!(shown("\u{1b}]8;;https://example.org\u{1b}\\guide\u{1b}]8;;\u{1b}\\ \u{1b}[2Kdone"), "guide done");
    }

    #[test]
    fn brings_a_telling_line_from_further_up_with_the_one_that_follows() {
        assert_eq!(shown(20, Some(3)), [3, 4, 17, 18, 19]);
        assert_eq!(shown(7, Some(1)), [1, 2, 4, 5, 6]);
        assert_eq!(shown(20, Some(14)), [14, 15, 17, 18, 19]);
    }

    #[test]
    fn leaves_out_the_time_that_stands_beside_a_line() {
        let shown = |text: &str, at: Option<i64>| {
            let line = TextLine { at: at.map(document::time::Timestamp), text: text.into() };
            shorten(&line, false, 0).text
        };
        for (line, short) in [
            ("ERROR 2026-11-30T02:40:16.344Z config: no key", "ERROR config: no key"),
            (r#"{"time": "2026-11-30T02:38:20Z", "level": "ERROR"}"#, r#"{"level": "ERROR"}"#),
            (r#"time="2026-11-29T21:01:59Z" level=error msg="x""#, r#"level=error msg="x""#),
            ("E1130 02:37:27.001096       1 server.go:242] lost", "E server.go:242] lost"),
            ("[02:40:01] INFO     Queue depth 118", "INFO     Queue depth 118"),
            ("2026/11/30 02:40:01 listening", "listening"),
            ("retry at 9", "retry at 9"),
        ] {
            assert_eq!(shown(line, Some(0)), short);
            assert_eq!(shown(line, None), line);
        }
    }

    #[test]
    fn says_how_many_lines_were_left_out_and_cuts_long_ones() {
        let mut lines: Vec<TextLine> = (0..9).map(|n| TextLine { at: None, text: format!("work {n}") }).collect();
        lines[1].text = format!("\u{1b}[31mFATAL config: no key {}\u{1b}[0m", "x".repeat(700));
        lines[4].text = "  ".into();
        let line = shorten(&lines[1], true, 0);
        assert!(line.text.starts_with("FATAL config") && line.text.ends_with('…') && line.is_telling);
        assert_eq!(line.text.chars().count(), MAX_CHARS + 1);
    }
}
