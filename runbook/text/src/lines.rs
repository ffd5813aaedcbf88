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
        let edge = if self.fence.is_some() { fence_edge(text) } else { fence_edge(behind_list_marks(text)) };
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

/// What follows `- ` or `1. `: a fence may begin on the line of its item.
fn behind_list_marks(line: &str) -> &str {
    let text = line.trim_start();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = if digits == 0 { text.strip_prefix(['-', '*', '+']) } else { text[digits..].strip_prefix(['.', ')']) };
    mark.filter(|rest| rest.starts_with(' ')).unwrap_or(text)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_lines_stand_in_a_fence() {
        let text = "a\n```sh\nb\n~~~\n````\nc\n- ~~~\n  d\n  ~~~\n1. ```\n   e\n   ```\nf `g`\n``` h`\n";
        let outside: Vec<&str> = Lines::of(text).filter(|line| !line.is_in_fence).map(|line| line.text).collect();
        assert_eq!(outside, ["a", "c", "f `g`", "``` h`"]);
        assert!(Lines::of(text).all(|line| text[line.start..].starts_with(line.text)));
    }
}
