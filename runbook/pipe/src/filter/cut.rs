//! `cut`.

use super::{Budget, Cut, Line, TooCostly, out::Out};

/// Keeps fields or characters of every line.
pub(super) fn apply(cut: &Cut, lines: Vec<Line>, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let mut out = Out::new(budget);
    for line in lines {
        cut_line(cut, line, &mut out, budget)?;
    }
    Ok(out.finish())
}

fn cut_line(cut: &Cut, line: Line, out: &mut Out<'_>, budget: &Budget) -> Result<(), TooCostly> {
    // Each field is held against each range.
    budget.scan(line.text.len().saturating_mul(cut.ranges.len().max(1)))?;
    if cut.chars {
        let kept = line.text.chars().enumerate().filter(|(index, _)| is_kept(cut, *index)).map(|(_, c)| c);
        budget.build(line.text.len())?;
        return out.push(Line::made(kept.collect()));
    }
    let delimiter = cut.delimiter.unwrap_or('\t');
    if !line.text.contains(delimiter) {
        return if cut.only_delimited { Ok(()) } else { out.push(line) };
    }
    let joined = cut.output_delimiter.clone().unwrap_or_else(|| delimiter.to_string());
    let mut text = String::new();
    let mut is_first = true;
    for (_, field) in line.text.split(delimiter).enumerate().filter(|(index, _)| is_kept(cut, *index)) {
        budget.build(field.len() + joined.len())?;
        if !std::mem::replace(&mut is_first, false) {
            text.push_str(&joined);
        }
        text.push_str(field);
    }
    out.push(Line::made(text))
}

fn is_kept(cut: &Cut, index: usize) -> bool {
    let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
    let is_listed = cut.ranges.iter().any(|(from, to)| number >= *from && to.is_none_or(|to| number <= to));
    is_listed != cut.complement
}
