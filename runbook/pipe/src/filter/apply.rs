//! Carries out filters, one after the other.

use super::{Count, Filter, Line, TailFrom, Uniq, awk, cut, grep, jq, room, sed, sort, tr};

/// Carries out filters in order. A filter that only chooses or orders lines keeps their origins.
pub fn apply(filters: &[Filter], lines: Vec<Line>) -> Vec<Line> {
    filters.iter().fold(lines, |lines, filter| apply_one(filter, lines))
}

fn apply_one(filter: &Filter, lines: Vec<Line>) -> Vec<Line> {
    match filter {
        Filter::Grep(grep) => grep::apply(grep, lines),
        Filter::Head(count) => head(*count, lines),
        Filter::Tail(from) => tail(*from, lines),
        Filter::Sort(sort) => sort::apply(sort, lines),
        Filter::Uniq(uniq) => apply_uniq(*uniq, lines),
        Filter::Count(count) => vec![Line::made(count_text(*count, &lines))],
        Filter::Cut(cut) => cut::apply(cut, lines),
        Filter::Translate(translate) => tr::apply(translate, lines),
        Filter::Awk(awk) => awk::apply(awk, lines),
        Filter::Sed(sed) => sed::apply(sed, lines),
        Filter::Jq(jq) => jq::apply(jq, lines),
        Filter::Columns { separator } => columns(separator.as_deref(), &lines),
        Filter::DecodeBase64 => decode_base64(&lines),
        Filter::PrettyJson => pretty_json(lines),
        Filter::Number => number(lines),
        Filter::Reverse => lines.into_iter().rev().collect(),
        Filter::Show => lines,
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

fn apply_uniq(uniq: Uniq, lines: Vec<Line>) -> Vec<Line> {
    let same = |a: &str, b: &str| if uniq.ignore_case { a.eq_ignore_ascii_case(b) } else { a == b };
    let mut runs: Vec<(Line, usize)> = Vec::new();
    for line in lines {
        match runs.last_mut() {
            Some((first, count)) if same(&first.text, &line.text) => *count += 1,
            _ => runs.push((line, 1)),
        }
    }
    let is_wanted = |count: usize| !(uniq.only_repeated && count < 2 || uniq.only_unique && count > 1);
    let chosen = runs.into_iter().filter(|(_, count)| is_wanted(*count));
    chosen.map(|(line, count)| if uniq.count { Line::made(format!("{count:7} {}", line.text)) } else { line }).collect()
}

/// As wc prints it for standard input: one number alone, several in columns of seven.
fn count_text(count: Count, lines: &[Line]) -> String {
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
    match numbers.as_slice() {
        [only] => only.to_string(),
        _ => numbers.iter().map(|number| format!("{number:7}")).collect::<Vec<_>>().join(" "),
    }
}

/// Cells under each other, two blanks apart, as `column -t`.
fn columns(separator: Option<&str>, lines: &[Line]) -> Vec<Line> {
    let rows: Vec<Vec<&str>> = lines
        .iter()
        .filter(|line| !line.text.trim().is_empty())
        .map(|line| match separator {
            Some(marks) => line.text.split(|c| marks.contains(c)).collect(),
            None => line.text.split_whitespace().collect(),
        })
        .collect();
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        row.iter().zip(&mut widths).for_each(|(cell, width)| *width = (*width).max(cell.chars().count()));
    }
    let line = |row: &Vec<&str>| {
        let mut text = String::new();
        for (index, cell) in row.iter().enumerate() {
            text.push_str(cell);
            if index + 1 < row.len() {
                text.extend(std::iter::repeat_n(' ', widths[index] - cell.chars().count() + 2));
            }
        }
        Line::made(text)
    };
    room::collect(rows.iter().map(line))
}

fn decode_base64(lines: &[Line]) -> Vec<Line> {
    let text: String = lines.iter().map(|line| line.text.as_str()).collect();
    match decode(text.trim()) {
        Some(bytes) => String::from_utf8_lossy(&bytes).lines().map(|line| Line::made(line.to_owned())).collect(),
        None => vec![Line::made("base64: invalid input".into())],
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

fn pretty_json(lines: Vec<Line>) -> Vec<Line> {
    let text: String = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    match indent_json(&text) {
        Some(text) => text.lines().map(|line| Line::made(line.to_owned())).collect(),
        None => vec![Line::made("The answer is not JSON.".into())],
    }
}

/// JSON with each value on a line of its own, its keys in the order in which they came; `None` for what is no JSON.
pub fn indent_json(text: &str) -> Option<String> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let mut out = String::with_capacity(text.len() * 2);
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
            out.push('\n');
            out.extend(std::iter::repeat_n("    ", depth));
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
                        line(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            '"' => {
                out.push(c);
                in_string = true;
            }
            c => out.push(c),
        }
    }
    Some(out)
}

fn number(lines: Vec<Line>) -> Vec<Line> {
    let numbered = |(index, line): (usize, Line)| Line::made(format!("{:6}\t{}", index + 1, line.text));
    room::collect(lines.into_iter().enumerate().map(numbered))
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
}
