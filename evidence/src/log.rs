//! The log of a run as it is kept: its head and its tail, at most 256 KiB together, and what was left out between them.

use document::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Bytes of text that are kept of one log.
pub const MAX_LOG_BYTES: usize = 256 << 10;
/// Of these the head: how the run began. The tail tells why it ended.
const HEAD_BYTES: usize = 64 << 10;
/// Bytes that are kept of one line.
const MAX_LINE_BYTES: usize = 8 << 10;
/// What a line costs besides its text.
const LINE_BYTES: usize = 16;

/// A line as the container wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptLine {
    /// The kubelet's time stamp.
    pub at: Option<Timestamp>,
    /// The text.
    pub text: String,
}

/// Head and tail of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptLog {
    /// The first lines; all of them when nothing was left out.
    pub head: Vec<KeptLine>,
    /// The last lines.
    pub tail: Vec<KeptLine>,
    /// Lines that were left out between them.
    pub left_out: usize,
    /// Lines that were cut in length.
    pub shortened: usize,
    /// Whether the log was longer than what the source was asked for.
    pub has_older: bool,
}

impl KeptLog {
    /// Keeps head and tail of a log.
    pub fn of_lines(lines: impl IntoIterator<Item = KeptLine>, has_older: bool) -> Self {
        let mut lines: Vec<KeptLine> = lines.into_iter().collect();
        let shortened = lines.iter_mut().map(shorten).filter(|is_shortened| *is_shortened).count();
        let cost = |line: &KeptLine| line.text.len() + LINE_BYTES;
        if lines.iter().map(cost).sum::<usize>() <= MAX_LOG_BYTES {
            return Self { head: lines, shortened, has_older, ..Self::default() };
        }
        let head_end = fitting(lines.iter().map(cost), HEAD_BYTES);
        let tail_len = fitting(lines[head_end..].iter().rev().map(cost), MAX_LOG_BYTES - HEAD_BYTES);
        let tail = lines.split_off(lines.len() - tail_len);
        let left_out = lines.len() - head_end;
        lines.truncate(head_end);
        Self { head: lines, tail, left_out, shortened, has_older }
    }

    /// All lines that were kept, oldest first.
    pub fn lines(&self) -> impl Iterator<Item = &KeptLine> {
        self.head.iter().chain(&self.tail)
    }

    /// How many lines were kept.
    pub fn len(&self) -> usize {
        self.head.len() + self.tail.len()
    }

    /// Whether the run wrote nothing.
    pub fn is_empty(&self) -> bool {
        self.head.is_empty() && self.tail.is_empty()
    }

    /// What part of the log this is, in words.
    pub fn extent(&self) -> String {
        let kept = self.len();
        let mut words = match (self.left_out, kept) {
            (0, 1) => "the only line".to_owned(),
            (0, _) => format!("all {kept} lines"),
            (out, _) => {
                let (head, tail) = (self.head.len(), self.tail.len());
                format!("first {head} and last {tail} of {} lines; {out} between them were not kept", kept + out)
            }
        };
        if self.has_older {
            words.push_str("; older lines were not fetched");
        }
        if self.shortened > 0 {
            words.push_str(&format!("; {} cut at {} KiB", counted(self.shortened), MAX_LINE_BYTES >> 10));
        }
        words
    }
}

fn counted(lines: usize) -> String {
    if lines == 1 { "1 line was".into() } else { format!("{lines} lines were") }
}

/// How many of these costs fit, in order.
fn fitting(costs: impl Iterator<Item = usize>, budget: usize) -> usize {
    let mut spent = 0;
    costs
        .take_while(|cost| {
            spent += cost;
            spent <= budget
        })
        .count()
}

fn shorten(line: &mut KeptLine) -> bool {
    if line.text.len() <= MAX_LINE_BYTES {
        return false;
    }
    line.text.truncate(line.text.floor_char_boundary(MAX_LINE_BYTES));
    line.text.push_str(" …");
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: String) -> KeptLine {
        KeptLine { at: None, text }
    }

    #[test]
    fn keeps_a_short_log_whole() {
        let log = KeptLog::of_lines((0..3).map(|at| line(format!("line {at}"))), false);
        assert_eq!((log.len(), log.extent().as_str()), (3, "all 3 lines"));
    }

    #[test]
    fn keeps_head_and_tail_of_fifty_megabytes() {
        let log = KeptLog::of_lines((0..500_000).map(|at| line(format!("{at:0100}"))), true);
        let bytes: usize = log.lines().map(|line| line.text.len()).sum();
        assert!(bytes <= MAX_LOG_BYTES, "{bytes}");
        assert_eq!(log.len() + log.left_out, 500_000);
        assert!(log.head[0].text.ends_with("0") && log.tail.last().is_some_and(|last| last.text.ends_with("499999")));
        assert!(log.extent().contains("were not kept; older lines were not fetched"), "{}", log.extent());
    }

    #[test]
    fn cuts_one_line_of_ten_megabytes_at_a_letter() {
        let log = KeptLog::of_lines([line("é".repeat(5 << 20))], false);
        assert!(log.head[0].text.len() <= MAX_LINE_BYTES + " …".len());
        assert_eq!(log.extent(), "the only line; 1 line was cut at 8 KiB");
    }
}
