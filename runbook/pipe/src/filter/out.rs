//! Lines that a filter gives, each paid for before it is kept.

use super::{Budget, Line, TooCostly};

/// What a line takes besides its text.
const LINE_BYTES: usize = 64;

/// Lines on their way to the next stage.
pub(super) struct Out<'b> {
    lines: Vec<Line>,
    budget: &'b Budget,
}

impl<'b> Out<'b> {
    pub(super) fn new(budget: &'b Budget) -> Self {
        Self { lines: Vec::new(), budget }
    }

    /// Keeps a line that the filter has made of a text.
    pub(super) fn write(&mut self, text: &str) -> Result<(), TooCostly> {
        self.budget.build(text.len() + LINE_BYTES)?;
        self.lines.push(Line::made(text.to_owned()));
        Ok(())
    }

    /// Keeps a line that the filter has made of several texts.
    pub(super) fn write_all(&mut self, parts: &[&str]) -> Result<(), TooCostly> {
        self.budget.build(parts.iter().map(|part| part.len()).sum::<usize>() + LINE_BYTES)?;
        self.lines.push(Line::made(parts.concat()));
        Ok(())
    }

    /// Keeps a line whose text is there already.
    pub(super) fn push(&mut self, line: Line) -> Result<(), TooCostly> {
        self.budget.build(LINE_BYTES)?;
        self.lines.push(line);
        Ok(())
    }

    pub(super) fn finish(self) -> Vec<Line> {
        self.lines
    }
}

/// Every line of a text.
pub(super) fn lines(text: &str, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let mut out = Out::new(budget);
    text.lines().try_for_each(|line| out.write(line))?;
    Ok(out.finish())
}

/// The lines as one text.
pub(super) fn joined(lines: &[Line], between: &str, budget: &Budget) -> Result<String, TooCostly> {
    let size_bytes = lines.iter().map(|line| line.text.len() + between.len()).sum();
    budget.build(size_bytes)?;
    let mut text = String::with_capacity(size_bytes);
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            text.push_str(between);
        }
        text.push_str(&line.text);
    }
    Ok(text)
}
