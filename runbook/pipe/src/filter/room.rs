//! Room for what a filter gives: a stage that multiplies its input ends here, and says so.

use super::Line;

/// Longest text that a filter hands on, in bytes.
const MAX_OUTPUT_BYTES: usize = 64 << 20;
/// What a line takes besides its text.
const LINE_BYTES: usize = 64;

/// Lines that a filter gives.
pub(super) struct Room {
    lines: Vec<Line>,
    left_bytes: usize,
    is_full: bool,
}

impl Room {
    pub(super) fn new() -> Self {
        Self { lines: Vec::new(), left_bytes: MAX_OUTPUT_BYTES, is_full: false }
    }

    /// Adds a line; `false` once there is no room for it.
    pub(super) fn push(&mut self, line: Line) -> bool {
        match self.left_bytes.checked_sub(line.text.len() + LINE_BYTES) {
            Some(left) if !self.is_full => {
                self.left_bytes = left;
                self.lines.push(line);
                true
            }
            _ => {
                self.is_full = true;
                false
            }
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// All lines, with a last one that says so when there was no room for more.
    pub(super) fn finish(mut self) -> Vec<Line> {
        if self.is_full {
            self.lines.push(Line::made("runlight: the answer was cut here, at 64 MiB.".into()));
        }
        self.lines
    }
}

impl FromIterator<Line> for Room {
    fn from_iter<I: IntoIterator<Item = Line>>(lines: I) -> Self {
        let mut room = Self::new();
        for line in lines {
            if !room.push(line) {
                break;
            }
        }
        room
    }
}

/// Lines that fit.
pub(super) fn collect(lines: impl Iterator<Item = Line>) -> Vec<Line> {
    lines.collect::<Room>().finish()
}
