//! Carries out filters, one after the other.

use super::{Budget, Count, Filter, Line, TailFrom, TooCostly, Uniq, awk, cut, grep, jq, out, out::Out, sed, sort, tr};

/// Carries out filters in order. A filter that only chooses or orders lines keeps their origins.
///
/// # Errors
/// When it takes more than the budget has.
pub fn apply(filters: &[Filter], lines: Vec<Line>, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let mut lines = lines;
    for filter in filters {
        budget.begin_stage();
        budget.pay(lines.len())?;
        lines = apply_one(filter, lines, budget)?;
        // What could not fail on its way fails here.
        budget.check()?;
    }
    Ok(lines)
}

fn apply_one(filter: &Filter, lines: Vec<Line>, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    match filter {
        Filter::Grep(grep) => grep::apply(grep, lines, budget),
        Filter::Head(count) => Ok(head(*count, lines)),
        Filter::Tail(from) => Ok(tail(*from, lines)),
        Filter::Sort(sort) => sort::apply(sort, lines, budget),
        Filter::Uniq(uniq) => apply_uniq(*uniq, lines, budget),
        Filter::Count(count) => count_text(*count, &lines, budget).map(|text| vec![Line::made(text)]),
        Filter::Cut(cut) => cut::apply(cut, lines, budget),
        Filter::Translate(translate) => tr::apply(translate, lines, budget),
        Filter::Awk(awk) => awk::apply(awk, lines, budget),
        Filter::Sed(sed) => sed::apply(sed, lines, budget),
        Filter::Jq(jq) => jq::apply(jq, &lines, budget),
        Filter::Columns { separator } => columns(separator.as_deref(), &lines, budget),
        Filter::DecodeBase64 => decode_base64(&lines, budget),
        Filter::PrettyJson => pretty_json(&lines, budget),
        Filter::Number => number(&lines, budget),
        Filter::Reverse => Ok(lines.into_iter().rev().collect()),
        Filter::Show => Ok(lines),
    }
}

fn head(count: i64, mut lines: Vec<Line>) -> Vec<Line> {
    let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    let kept = if count < 0 { lines.len().saturating_sub(wanted) } else { wanted };
    lines.truncate(kept);
    lines
}

fn tail(from: TailFrom, mut lines: Vec<Line>) -> Vec<Line> {
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let skipped = match from {
        TailFrom::Last(count) => lines.len().saturating_sub(size(count)),
        TailFrom::Line(first) => size(first).saturating_sub(1).min(lines.len()),
    };
    lines.split_off(skipped)
}

fn apply_uniq(uniq: Uniq, lines: Vec<Line>, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let same = |a: &str, b: &str| if uniq.ignore_case { a.eq_ignore_ascii_case(b) } else { a == b };
    let mut runs: Vec<(Line, usize)> = Vec::new();
    for line in lines {
        budget.scan(line.text.len())?;
        match runs.last_mut() {
            Some((first, count)) if same(&first.text, &line.text) => *count += 1,
            _ => {
                budget.build(size_of::<(Line, usize)>())?;
                runs.push((line, 1));
            }
        }
    }
    let is_wanted = |count: usize| !(uniq.only_repeated && count < 2 || uniq.only_unique && count > 1);
    let mut out = Out::new(budget);
    for (line, count) in runs.into_iter().filter(|(_, count)| is_wanted(*count)) {
        match uniq.count {
            true => out.write_all(&[&format!("{count:7} "), &line.text])?,
            false => out.push(line)?,
        }
    }
    Ok(out.finish())
}

/// As wc prints it for standard input: one number alone, several in columns of seven.
fn count_text(count: Count, lines: &[Line], budget: &Budget) -> Result<String, TooCostly> {
    budget.scan(lines.iter().map(|line| line.text.len()).sum::<usize>().saturating_mul(2))?;
    let all = !(count.lines || count.words || count.bytes || count.chars);
    let texts = || lines.iter().map(|line| line.text.as_str());
    let mut numbers = Vec::new();
    if count.lines || all {
        numbers.push(lines.len());
    }
    if count.words || all {
        numbers.push(texts().map(|text| text.split_ascii_whitespace().count()).sum());
    }
    if count.chars {
        numbers.push(texts().map(|text| text.chars().count() + 1).sum());
    }
    if count.bytes || all {
        numbers.push(texts().map(|text| text.len() + 1).sum());
    }
    Ok(match numbers.as_slice() {
        [only] => only.to_string(),
        _ => numbers.iter().map(|number| format!("{number:7}")).collect::<Vec<_>>().join(" "),
    })
}

/// Cells under each other, two blanks apart, as `column -t`.
fn columns(separator: Option<&str>, lines: &[Line], budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let mut rows: Vec<Vec<&str>> = Vec::new();
    for line in lines.iter().filter(|line| !line.text.trim().is_empty()) {
        // In the worst case every second character begins a cell.
        budget.build((line.text.len() / 2 + 1).saturating_mul(size_of::<&str>()))?;
        rows.push(match separator {
            Some(marks) => line.text.split(|c| marks.contains(c)).collect(),
            None => line.text.split_whitespace().collect(),
        });
    }
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        row.iter().zip(&mut widths).for_each(|(cell, width)| *width = (*width).max(cell.chars().count()));
    }
    let mut out = Out::new(budget);
    for row in &rows {
        let mut text = String::new();
        for (index, cell) in row.iter().enumerate() {
            let blanks = if index + 1 < row.len() { widths[index] - cell.chars().count() + 2 } else { 0 };
            budget.build(cell.len() + blanks)?;
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', blanks));
        }
        out.push(Line::made(text))?;
    }
    Ok(out.finish())
}

fn decode_base64(lines: &[Line], budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let text = out::joined(lines, "", budget)?;
    budget.build(text.len().saturating_mul(3))?;
    match decode(text.trim()) {
        Some(bytes) => out::lines(&String::from_utf8_lossy(&bytes), budget),
        None => Ok(vec![Line::made("base64: invalid input".into())]),
    }
}

/// Base 64 of RFC 4648 with padding, as `base64 -d` takes it.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let symbols: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let padding = symbols.iter().rev().take_while(|b| **b == b'=').count();
    if !symbols.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(symbols.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for symbol in &symbols[..symbols.len() - padding] {
        let value = match symbol {
            b'A'..=b'Z' => symbol - b'A',
            b'a'..=b'z' => symbol - b'a' + 26,
            b'0'..=b'9' => symbol - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xFF) as u8);
        }
    }
    Some(bytes)
}

fn pretty_json(lines: &[Line], budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let text = out::joined(lines, "\n", budget)?;
    match indent_json_within(&text, budget)? {
        Some(text) => out::lines(&text, budget),
        None => Ok(vec![Line::made("The answer is not JSON.".into())]),
    }
}

/// JSON with each value on a line of its own, its keys in the order in which they came; `None` for what is no JSON, is
/// nested more than 128 deep, or would become too long.
pub fn indent_json(text: &str) -> Option<String> {
    indent_json_within(text, &Budget::default()).ok().flatten()
}

fn indent_json_within(text: &str, budget: &Budget) -> Result<Option<String>, TooCostly> {
    budget.scan(text.len())?;
    if !is_json(text) {
        return Ok(None);
    }
    budget.build(text.len())?;
    let mut out = String::with_capacity(text.len());
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if in_string {
            out.push(c);
            in_string = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
            continue;
        }
        let line = |out: &mut String, depth: usize| {
            budget.build(1 + 4 * depth)?;
            out.push('\n');
            out.extend(std::iter::repeat_n("    ", depth));
            Ok(())
        };
        match c {
            c if c.is_ascii_whitespace() => {}
            '{' | '[' => {
                out.push(c);
                while rest.peek().is_some_and(char::is_ascii_whitespace) {
                    rest.next();
                }
                match rest.peek() {
                    Some(close @ ('}' | ']')) => {
                        out.push(*close);
                        rest.next();
                    }
                    _ => {
                        depth += 1;
                        line(&mut out, depth)?;
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth)?;
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth)?;
            }
            ':' => out.push_str(": "),
            '"' => {
                out.push(c);
                in_string = true;
            }
            c => out.push(c),
        }
    }
    Ok(Some(out))
}

/// Whether a text is JSON, nested no more than 128 deep.
fn is_json(text: &str) -> bool {
    // `IgnoredAny` alone skips what it reads without counting how deep it is.
    let (mut depth, mut deepest, mut in_string, mut is_escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest <= MAX_JSON_DEPTH && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Deepest nesting of JSON that is indented: what it grows by is its depth, line for line.
const MAX_JSON_DEPTH: usize = 128;

fn number(lines: &[Line], budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let mut out = Out::new(budget);
    for (index, line) in lines.iter().enumerate() {
        out.write_all(&[&format!("{:6}\t", index + 1), &line.text])?;
    }
    Ok(out.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `python3 -m json.tool` prints it.
    #[test]
    fn indents_json_and_keeps_its_order() {
        let text = r#"{"kind": "A{[,:\" \\","b":[1,{ },[ ]],"a":{"x":null}}"#;
        let expected = r#"{
    "kind": "A{[,:\" \\",
    "b": [
        1,
        {},
        []
    ],
    "a": {
        "x": null
    }
}"#;
        assert_eq!(indent_json(text).as_deref(), Some(expected));
        assert_eq!(indent_json("{"), None);
    }

    /// Each bracket would be indented by all before it: 200 KB would become 80 GB.
    #[test]
    fn json_that_is_nested_too_deeply_is_not_indented() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(indent_json(&nested(MAX_JSON_DEPTH)).is_some());
        assert_eq!(indent_json(&nested(MAX_JSON_DEPTH + 1)), None);
        assert_eq!(indent_json(&nested(100_000)), None);
    }
}
