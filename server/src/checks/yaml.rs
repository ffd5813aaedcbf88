//! Objects as kubectl writes YAML: keys in order, lists not indented, and a text that reads as something else (a number,
//! a truth value, a time) in double quotes. Only ever writes.

use serde_json::Value;

/// A value as a document, ending with a line break.
pub(super) fn write(value: &Value) -> String {
    let mut out = String::new();
    write_block(value, 0, &mut out);
    out
}

/// A value that begins at the present place in a line, which stands at this column.
fn write_block(value: &Value, column: usize, out: &mut String) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            for (index, (key, value)) in fields.into_iter().enumerate() {
                indent(index, column, out);
                out.push_str(&scalar(key, column, None));
                out.push(':');
                write_after_key(value, column, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                indent(index, column, out);
                out.push_str("- ");
                match item {
                    Value::Object(_) | Value::Array(_) => write_block(item, column + 2, out),
                    text => write_block(text, column, out),
                }
            }
        }
        other => {
            let pen = pen(out);
            out.push_str(&plain(other, column, pen));
            out.push('\n');
        }
    }
}

/// The column at which the next character will stand.
fn pen(out: &str) -> usize {
    out.chars().rev().take_while(|c| *c != '\n').count()
}

/// The first line of a block stands where its parent has put the pen.
fn indent(index: usize, column: usize, out: &mut String) {
    if index > 0 {
        out.extend(std::iter::repeat_n(' ', column));
    }
}

fn write_after_key(value: &Value, column: usize, out: &mut String) {
    // The items of a list stand at their key's own column, the fields of an object two further.
    let at = match value {
        Value::Object(fields) if !fields.is_empty() => column + 2,
        Value::Array(items) if !items.is_empty() => column,
        other => {
            out.push(' ');
            let pen = pen(out);
            out.push_str(&plain(other, column, pen));
            out.push('\n');
            return;
        }
    };
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', at));
    write_block(value, at, out);
}

fn plain(value: &Value, column: usize, pen: usize) -> String {
    match value {
        Value::String(text) => scalar(text, column, Some(pen)),
        Value::Object(_) => "{}".into(),
        Value::Array(_) => "[]".into(),
        other => other.to_string(),
    }
}

/// A text that stands below a key at this column. It is broken where its line grows too long, but for a key, which has no
/// place for its pen.
fn scalar(text: &str, column: usize, pen: Option<usize>) -> String {
    let broken = |quotes| {
        let (pen, widest) = pen.map_or((0, usize::MAX), |pen| (pen, WIDEST));
        break_lines(text, quotes, column + 2, pen, widest)
    };
    let has_control = text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{feff}');
    if has_control || reads_as_something_else(text) {
        return broken(Quotes::Double);
    }
    if text.contains('\n') {
        let is_ragged = text.contains(" \n") || text.ends_with(' ');
        return if is_ragged { broken(Quotes::Double) } else { literal(text, column) };
    }
    broken(if may_stand_plain(text) { Quotes::None } else { Quotes::Single })
}

/// The column behind which kubectl's library breaks a line at the next blank.
const WIDEST: usize = 80;

/// What stands around a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    None,
    Single,
    Double,
}

fn break_lines(text: &str, quotes: Quotes, column: usize, pen: usize, widest: usize) -> String {
    let mark = match quotes {
        Quotes::None => "",
        Quotes::Single => "'",
        Quotes::Double => "\"",
    };
    let mut out = mark.to_owned();
    let mut at = pen + mark.len();
    let mut follows_blank = false;
    let mut rest = text.chars().peekable();
    let mut is_first = true;
    while let Some(c) = rest.next() {
        let precedes_blank = rest.peek() == Some(&' ');
        let is_inside = quotes == Quotes::None || (!is_first && rest.peek().is_some());
        // Between double quotes a blank that begins a line is kept by a backslash.
        let may_break = quotes == Quotes::Double || !precedes_blank;
        if c == ' ' && !follows_blank && at > widest && is_inside && may_break {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', column));
            at = column;
            if precedes_blank {
                out.push('\\');
                at += 1;
            }
        } else {
            let from = out.len();
            match (quotes, c) {
                (Quotes::Single, '\'') => out.push_str("''"),
                // JSON's escapes are YAML's.
                (Quotes::Double, c) => {
                    let quoted = Value::String(c.to_string()).to_string();
                    out.push_str(&quoted[1..quoted.len() - 1]);
                }
                (_, c) => out.push(c),
            }
            at += out[from..].chars().count();
        }
        follows_blank = c == ' ';
        is_first = false;
    }
    out + mark
}

fn literal(text: &str, column: usize) -> String {
    let body = text.trim_end_matches('\n');
    let hint = if text.starts_with([' ', '\n']) { "2" } else { "" };
    let chomping = match text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    let kept = text.strip_suffix('\n').unwrap_or(text);
    let pad = " ".repeat(column + 2);
    let lines: Vec<String> =
        kept.split('\n').map(|line| if line.is_empty() { String::new() } else { format!("{pad}{line}") }).collect();
    format!("|{hint}{chomping}\n{}", lines.join("\n"))
}

fn may_stand_plain(text: &str) -> bool {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return false };
    let begins_well = match first {
        '-' | '?' | ':' => characters.next().is_some_and(|next| next != ' '),
        first => !",[]{}#&*!|>'\"%@` ".contains(first),
    };
    let is_mark_of_a_document = text.starts_with("---") || text.starts_with("...");
    begins_well && !is_mark_of_a_document && !text.contains(": ") && !text.contains(" #") && !text.ends_with([':', ' '])
}

/// Whether a reader of YAML 1.1, as kubectl's library is, would take the bare text for no text.
fn reads_as_something_else(text: &str) -> bool {
    const WORDS: &[&str] =
        &["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", ".nan", ".inf"];
    let is_word = WORDS.contains(&text.to_lowercase().as_str()) && is_one_case(text);
    is_word || is_number(text) || is_time(text)
}

/// `true`, `True` and `TRUE` are words, `tRUE` is a text.
fn is_one_case(text: &str) -> bool {
    let is_upper = text.chars().all(|c| !c.is_lowercase());
    is_upper || text.chars().skip(1).all(|c| !c.is_uppercase())
}

fn is_number(text: &str) -> bool {
    let bare = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = bare.replace('_', "");
    if !bare.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return bare.eq_ignore_ascii_case(".inf");
    }
    let in_base =
        |prefix: &str, base| digits.strip_prefix(prefix).is_some_and(|d| u64::from_str_radix(d, base).is_ok());
    let is_sexagesimal = bare.contains(':')
        && bare.split(':').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || c == '.'));
    let has_digit = digits.contains(|c: char| c.is_ascii_digit());
    in_base("0x", 16)
        || in_base("0o", 8)
        || in_base("0b", 2)
        || is_sexagesimal
        || (has_digit && digits.parse::<f64>().is_ok())
}

/// `2026-02-26`, `2026-02-26T02:00:00Z`.
fn is_time(text: &str) -> bool {
    let date = text.get(..10).unwrap_or(text);
    let mut parts = date.split('-');
    let is_part = |part: Option<&str>, width: usize| {
        part.is_some_and(|part| part.len() == width && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_date = is_part(parts.next(), 4) && is_part(parts.next(), 2) && is_part(parts.next(), 2);
    is_date && (text.len() == 10 || text.parse::<jiff::Timestamp>().is_ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quotes_texts_that_read_as_something_else() {
        for text in ["0", "1.5", "1e3", "0x1f", "true", "No", "null", "", "2026-02-26T02:00:00Z", "12:30:45", "~"] {
            assert_eq!(scalar(text, 0, None), format!("\"{text}\""));
        }
        for text in ["v1", "1.5.2", "10.0.0.1", "500m", "32Mi", "a:b", "-c", "tRUE", "2026-02-26-x", "a'b"] {
            assert_eq!(scalar(text, 0, None), text);
        }
    }

    #[test]
    fn quotes_texts_that_would_break_a_line() {
        assert_eq!(scalar("a: b", 0, None), "'a: b'");
        assert_eq!(scalar("# it's", 0, None), "'# it''s'");
        assert_eq!(scalar("a\t\"b\"", 0, None), r#""a\t\"b\"""#);
        assert_eq!(scalar("*", 0, None), "'*'");
    }

    #[test]
    fn writes_lists_at_the_column_of_their_key() {
        let value = json!({ "b": [{ "x": 1, "w": [] }, "z"], "a": { "c": {} }, "t": "one\ntwo\n" });
        let text = "a:\n  c: {}\nb:\n- w: []\n  x: 1\n- z\nt: |\n  one\n  two\n";
        assert_eq!(write(&value), text);
    }

    #[test]
    fn indents_a_text_of_lines_by_two_below_its_dash() {
        assert_eq!(write(&json!({ "args": ["one\ntwo\n"] })), "args:\n- |\n  one\n  two\n");
    }

    #[test]
    fn says_how_a_text_of_lines_ends() {
        assert_eq!(write(&json!({ "a": "one\ntwo" })), "a: |-\n  one\n  two\n");
        assert_eq!(write(&json!({ "a": "one\n\n" })), "a: |+\n  one\n\n");
    }

    /// As kubectl 1.36 printed the same ConfigMap.
    #[test]
    fn breaks_long_lines_as_kubectl_does() {
        let long =
            "that is quite a bit longer than eighty characters in one single line so that it must fold somewhere";
        let wide = "than  eighty  characters  in  one  single  line  so  that  it  must  fold  somewhere";
        let value = json!({ "data": {
            "colon": format!("image: this is a plain text {long}"),
            "double": format!("tab\tin a double quoted text {long}"),
            "lines": format!("first\nthis is a plain text {long}"),
            "plain": format!("this is a plain text {long}"),
            "quoted": format!("it's: a quoted text {long} # x"),
            "single": format!("'begin with a quote text {long}"),
            "spaces": format!("this is a plain text that is quite  a  bit  longer  {wide}"),
        }});
        let expected = "\
data:
  colon: 'image: this is a plain text that is quite a bit longer than eighty characters
    in one single line so that it must fold somewhere'
  double: \"tab\\tin a double quoted text that is quite a bit longer than eighty characters
    in one single line so that it must fold somewhere\"
  lines: |-
    first
    this is a plain text that is quite a bit longer than eighty characters in one single line so that it must fold somewhere
  plain: this is a plain text that is quite a bit longer than eighty characters in
    one single line so that it must fold somewhere
  quoted: 'it''s: a quoted text that is quite a bit longer than eighty characters
    in one single line so that it must fold somewhere # x'
  single: '''begin with a quote text that is quite a bit longer than eighty characters
    in one single line so that it must fold somewhere'
  spaces: this is a plain text that is quite  a  bit  longer  than  eighty  characters  in  one  single  line  so  that  it  must  fold  somewhere
";
        assert_eq!(write(&value), expected);
        let back: Value = yaml_serde::from_str(&write(&value)).expect("it is YAML");
        assert_eq!(back, value);
    }

    #[test]
    fn what_it_writes_reads_back_the_same() {
        let value = json!({
            "k": ["", " x", "x ", "- a", "a #b", "a\nb", " a\nb\n", "\u{1}", "ü", "%", "a: b\nc", "---", "0o17", "y"],
            "n": [1, -2.5, true, null], "o": { "2026-01-01": { "": [[1], [{ "a": [] }]] } },
        });
        let back: Value = yaml_serde::from_str(&write(&value)).expect("it is YAML");
        assert_eq!(back, value);
    }
}
