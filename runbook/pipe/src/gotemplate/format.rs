//! How Go prints values: `%v` and the verbs of `printf`.

use serde_json::Value as Json;

use super::value::{Plain, Value};
use crate::{
    filter::{Budget, TooCostly},
    jsonpath,
};

/// Widest padding.
const MAX_WIDTH: usize = 4096;

/// Longest number that a conversion prints: a large one with its decimals, in bytes.
const NUMBER_BYTES: usize = 512;

/// How long a value is as it is printed, at most.
pub(super) fn weight(value: &Value<'_>, budget: &Budget) -> Result<usize, TooCostly> {
    match value {
        Value::Data(json) => jsonpath::weight(json, budget),
        Value::Text(text) => Ok(text.len()),
        Value::Missing | Value::Nil | Value::Bool(_) | Value::Whole(_) | Value::Float(_) => Ok(NUMBER_BYTES),
    }
}

/// A value as `{{ … }}` and `%v` print it.
pub(super) fn shown(value: &Value<'_>) -> String {
    let mut out = String::new();
    match value {
        Value::Missing | Value::Nil => out.push_str("<nil>"),
        Value::Data(json) => show(json, &mut out),
        Value::Bool(value) => out.push_str(&value.to_string()),
        Value::Whole(value) => out.push_str(&value.to_string()),
        Value::Float(value) => out.push_str(&float(*value)),
        Value::Text(text) => out.push_str(text),
    }
    out
}

fn show(json: &Json, out: &mut String) {
    match json {
        Json::Null => out.push_str("<nil>"),
        Json::Bool(value) => out.push_str(&value.to_string()),
        Json::Number(number) if number.is_f64() => out.push_str(&float(number.as_f64().unwrap_or(f64::NAN))),
        Json::Number(number) => out.push_str(&number.to_string()),
        Json::String(text) => out.push_str(text),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(' ');
                }
                show(item, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            let mut members: Vec<(&String, &Json)> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            out.push_str("map[");
            for (index, (name, item)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(' ');
                }
                out.push_str(name);
                out.push(':');
                show(item, out);
            }
            out.push(']');
        }
    }
}

/// The shortest digits; with an exponent below -4 and from 6 on.
fn float(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// `print`: blanks stand between two values neither of which is a text.
pub(super) fn print(values: &[Value<'_>]) -> String {
    let mut out = String::new();
    let mut was_text = true;
    for (index, value) in values.iter().enumerate() {
        let is_text = matches!(value.plain(), Plain::Text(_));
        if index > 0 && !is_text && !was_text {
            out.push(' ');
        }
        out.push_str(&shown(value));
        was_text = is_text;
    }
    out
}

/// `println`: blanks between all values, and a line break.
pub(super) fn print_line(values: &[Value<'_>]) -> String {
    let mut out = values.iter().map(shown).collect::<Vec<_>>().join(" ");
    out.push('\n');
    out
}

/// `printf`.
pub(super) fn printf(format: &str, values: &[Value<'_>], budget: &Budget) -> Result<String, TooCostly> {
    let mut out = String::new();
    let mut left = values.iter();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let flags_end = rest.find(|c: char| !"+-# 0".contains(c)).unwrap_or(rest.len());
        let (flags, after) = rest.split_at(flags_end);
        let (width, after) = digits(after);
        let (precision, after) = match after.strip_prefix('.') {
            Some(after) => {
                let (digits, after) = digits(after);
                (Some(digits.unwrap_or(0)), after)
            }
            None => (None, after),
        };
        let Some(verb) = after.chars().next() else {
            out.push_str("%!(NOVERB)");
            return Ok(out);
        };
        rest = &after[verb.len_utf8()..];
        budget.build(2 * width.unwrap_or(0) + NUMBER_BYTES)?;
        let text = match verb {
            '%' => "%".to_owned(),
            verb => match left.next() {
                Some(value)
                    if !matches!(verb, 'T') && budget.build(weight(value, budget)?.saturating_mul(8)).is_err() =>
                {
                    return Err(budget.exhaust(TooCostly::Bytes));
                }
                Some(value) => converted(verb, value, flags, precision),
                None => format!("%!{verb}(MISSING)"),
            },
        };
        pad(&text, flags, width.unwrap_or(0), &mut out);
    }
    out.push_str(rest);
    for value in left.clone() {
        budget.build(weight(value, budget)?.saturating_mul(3))?;
    }
    let extra: Vec<String> = left.map(|value| format!("{}={}", go_type(value), shown(value))).collect();
    if !extra.is_empty() {
        out.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    Ok(out)
}

fn digits(text: &str) -> (Option<usize>, &str) {
    let len = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text[..len].parse::<usize>().ok().map(|number| number.min(MAX_WIDTH));
    (number, &text[len..])
}

fn converted(verb: char, value: &Value<'_>, flags: &str, precision: Option<usize>) -> String {
    let signed = |text: String| if flags.contains('+') && !text.starts_with('-') { format!("+{text}") } else { text };
    match (verb, value.plain()) {
        ('v', Plain::Whole(_) | Plain::Float(_)) => signed(shown(value)),
        ('v', _) => shown(value),
        ('s', Plain::Text(text)) => text.chars().take(precision.unwrap_or(usize::MAX)).collect(),
        ('s', Plain::List(_) | Plain::Map(_)) => shown(value),
        ('q', Plain::Text(text)) => quoted(text),
        ('d', Plain::Whole(number)) => signed(number.to_string()),
        ('x', Plain::Whole(number)) => format!("{number:x}"),
        ('X', Plain::Whole(number)) => format!("{number:X}"),
        ('x', Plain::Text(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
        ('t', Plain::Bool(value)) => value.to_string(),
        ('f' | 'F', Plain::Float(number)) => signed(format!("{number:.*}", precision.unwrap_or(6).min(64))),
        ('g' | 'G', Plain::Float(number)) if precision.is_none() => signed(float(number)),
        ('T', _) => go_type(value).to_owned(),
        (_, Plain::Nothing) => format!("%!{verb}(<nil>)"),
        (verb, _) => format!("%!{verb}({}={})", go_type(value), shown(value)),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn pad(text: &str, flags: &str, width: usize, out: &mut String) {
    let missing = width.saturating_sub(text.chars().count());
    let blanks = std::iter::repeat_n(' ', missing);
    if flags.contains('-') {
        out.push_str(text);
        out.extend(blanks);
    } else if flags.contains('0') && missing > 0 {
        let sign = text.len() - text.trim_start_matches(['-', '+']).len();
        out.push_str(&text[..sign]);
        out.extend(std::iter::repeat_n('0', missing));
        out.push_str(&text[sign..]);
    } else {
        out.extend(blanks);
        out.push_str(text);
    }
}

/// Go's name of a value's type.
fn go_type(value: &Value<'_>) -> &'static str {
    match value.plain() {
        Plain::Nothing => "<nil>",
        Plain::Bool(_) => "bool",
        Plain::Whole(_) if matches!(value, Value::Data(_)) => "int64",
        Plain::Whole(_) => "int",
        Plain::Float(_) => "float64",
        Plain::Text(_) => "string",
        Plain::List(_) => "[]interface {}",
        Plain::Map(_) => "map[string]interface {}",
    }
}
