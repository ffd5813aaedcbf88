//! `cut`.

use super::{Cut, Line, room};

/// Keeps fields or characters of every line.
pub(super) fn apply(cut: &Cut, lines: Vec<Line>) -> Vec<Line> {
    room::collect(lines.into_iter().filter_map(|line| cut_line(cut, line)))
}

fn cut_line(cut: &Cut, line: Line) -> Option<Line> {
    if cut.chars {
        let kept = line.text.chars().enumerate().filter(|(index, _)| is_kept(cut, *index)).map(|(_, c)| c);
        return Some(Line::made(kept.collect()));
    }
    let delimiter = cut.delimiter.unwrap_or('\t');
    if !line.text.contains(delimiter) {
        return (!cut.only_delimited).then_some(line);
    }
    let joined = cut.output_delimiter.clone().unwrap_or_else(|| delimiter.to_string());
    let kept = line.text.split(delimiter).enumerate().filter(|(index, _)| is_kept(cut, *index)).map(|(_, field)| field);
    Some(Line::made(kept.collect::<Vec<_>>().join(&joined)))
}

fn is_kept(cut: &Cut, index: usize) -> bool {
    let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
    let is_listed = cut.ranges.iter().any(|(from, to)| number >= *from && to.is_none_or(|to| number <= to));
    is_listed != cut.complement
}
