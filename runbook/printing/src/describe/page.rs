//! Lines in kubectl's layout: cells end with a tab, and cells that stand under each other become as wide as the widest
//! of them. Knows nothing of what it lays out.

use std::fmt::Display;

/// Blanks between two columns.
const PADDING: usize = 2;

/// Text that is being written.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Laid out already.
    done: String,
    /// Cells and lines as they were written.
    open: String,
}

impl Page {
    /// One line. Tabs in it end cells.
    pub(super) fn line(&mut self, level: usize, text: impl Display) {
        self.write(level, text);
        self.open.push('\n');
    }

    /// `Key:`, and its value one cell further.
    pub(super) fn row(&mut self, level: usize, key: &str, value: impl Display) {
        self.line(level, format_args!("{key}:\t{value}"));
    }

    /// `Key:` and values below each other; `<none>` where there are none.
    pub(super) fn rows<T: Display>(&mut self, level: usize, key: &str, values: impl IntoIterator<Item = T>) {
        self.write(level, format_args!("{key}:\t"));
        let mut is_first = true;
        for value in values {
            if !std::mem::take(&mut is_first) {
                self.write(level, "\t");
            }
            self.write(0, value);
            self.open.push('\n');
        }
        if is_first {
            self.line(0, "<none>");
        }
    }

    /// A table's head with the dashes under it, each word its own cell.
    pub(super) fn head(&mut self, level: usize, words: &[&str]) {
        self.line(level, words.join("\t"));
        let dashes: Vec<String> = words.iter().map(|word| "-".repeat(word.chars().count())).collect();
        self.line(level, dashes.join("\t"));
    }

    /// Text without an end of line.
    pub(super) fn write(&mut self, level: usize, text: impl Display) {
        let text = text.to_string();
        self.open.extend(std::iter::repeat_n("  ", level));
        // A terminal would take these for commands.
        for character in text.chars() {
            match character {
                '\u{1b}' => self.open.push_str("^["),
                '\r' => self.open.push_str("\\r"),
                other => self.open.push(other),
            }
        }
    }

    /// Lays out what has been written so far: columns before and after do not know of each other.
    pub(super) fn close_columns(&mut self) {
        let open = std::mem::take(&mut self.open);
        self.done.push_str(&align(&open));
    }

    /// The whole text.
    pub(super) fn finish(mut self) -> String {
        self.close_columns();
        self.done
    }
}

/// Text whose cells end with tabs, in columns.
fn align(text: &str) -> String {
    let lines: Vec<Vec<&str>> = text.split('\n').map(|line| line.split('\t').collect()).collect();
    let mut out = String::with_capacity(text.len() * 2);
    lay_out(&lines, &mut Vec::new(), &mut out);
    // The piece after the last end of line is no line of its own.
    out.pop();
    out
}

/// Lays out lines whose first columns have these widths. The last cell of a line belongs to no column.
fn lay_out(lines: &[Vec<&str>], widths: &mut Vec<usize>, out: &mut String) {
    let column = widths.len();
    let reaches = |line: &Vec<&str>| line.len() > column + 1;
    let mut at = 0;
    while at < lines.len() {
        let plain = lines[at..].iter().take_while(|line| !reaches(line)).count();
        lines[at..at + plain].iter().for_each(|line| put(line, widths, out));
        at += plain;
        let block = lines[at..].iter().take_while(|line| reaches(line)).count();
        if block > 0 {
            let cells = lines[at..at + block].iter().map(|line| line[column].chars().count());
            widths.push(cells.max().unwrap_or(0) + PADDING);
            lay_out(&lines[at..at + block], widths, out);
            widths.pop();
            at += block;
        }
    }
}

fn put(line: &[&str], widths: &[usize], out: &mut String) {
    for (column, cell) in line.iter().enumerate() {
        out.push_str(cell);
        if let Some(width) = widths.get(column).filter(|_| column + 1 < line.len()) {
            out.extend(std::iter::repeat_n(' ', width - cell.chars().count()));
        }
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_cells_below_each_other_as_wide_as_the_widest() {
        assert_eq!(align("Name:\tweb\nNamespace:\tapps\n"), "Name:       web\nNamespace:  apps\n");
    }

    #[test]
    fn a_line_without_the_cell_ends_a_column() {
        let text = "A:\t1\nLonger heading:\nBcd:\t2\n";
        assert_eq!(align(text), "A:  1\nLonger heading:\nBcd:  2\n");
    }

    #[test]
    fn columns_further_right_align_within_their_neighbours() {
        let text = "a\tb\tc\naa\tbbbb\tc\nx\ty\n";
        assert_eq!(align(text), "a   b     c\naa  bbbb  c\nx   y\n");
    }

    #[test]
    fn continues_a_list_under_its_first_value_and_counts_characters() {
        let mut page = Page::default();
        page.rows(0, "Labels", ["ä=1", "b=2"]);
        page.rows::<&str>(0, "Taints", []);
        assert_eq!(page.finish(), "Labels:  ä=1\n         b=2\nTaints:  <none>\n");
    }

    #[test]
    fn shows_what_a_terminal_would_obey() {
        let mut page = Page::default();
        page.line(1, "a\u{1b}[31m\rb");
        assert_eq!(page.finish(), "  a^[[31m\\rb\n");
    }
}
