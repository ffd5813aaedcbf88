//! Lines of a Markdown file with the one thing that matters before it is read: whether a line stands in a fence.

/// A line, without its line break.
pub(crate) struct Line<'t> {
    /// Byte offset of its first character.
    pub(crate) start: usize,
    pub(crate) text: &'t str,
    /// Whether it belongs to a code fence, first and last line included.
    pub(crate) is_in_fence: bool,
}

/// The lines of a text.
pub(crate) struct Lines<'t> {
    rest: std::str::SplitInclusive<'t, char>,
    at: usize,
    /// The open fence's character and length.
    fence: Option<(char, usize)>,
}

impl<'t> Lines<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        Self { rest: text.split_inclusive('\n'), at: 0, fence: None }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        let whole = self.rest.next()?;
        let start = self.at;
        self.at += whole.len();
        let text = whole.trim_end_matches(['\n', '\r']);
        let edge = fence_edge(text);
        let is_in_fence = self.fence.is_some() || edge.is_some();
        match (self.fence, edge) {
            (None, Some((mark, length, _))) => self.fence = Some((mark, length)),
            (Some((open, least)), Some((mark, length, is_bare))) if open == mark && length >= least && is_bare => {
                self.fence = None;
            }
            _ => {}
        }
        Some(Line { start, text, is_in_fence })
    }
}

/// The fence character, its count, and whether nothing follows; for lines that begin or end a fence.
pub(crate) fn fence_edge(line: &str) -> Option<(char, usize, bool)> {
    let text = line.trim_start_matches([' ', '\t', '>']);
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let after = text.trim_start_matches(mark);
    let length = text.len() - after.len();
    let is_edge = length >= 3 && !(mark == '`' && after.contains('`'));
    is_edge.then(|| (mark, length, after.trim().is_empty()))
}
