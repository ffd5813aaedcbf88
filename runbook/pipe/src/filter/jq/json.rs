//! JSON to jq's values and back, as jq prints it. Pays for what it reads and writes.

use std::{fmt, rc::Rc};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use super::{
    budget::{self, Spent},
    value::{Members, Number, Value},
};

/// What a number or a word takes in print, with the marks around it, in bytes.
const SCALAR_BYTES: usize = 8;

/// Reads values that stand one after the other. Nesting beyond 128 is an error, as is what is no JSON.
pub(super) fn read(text: &str) -> Result<Vec<Value>, serde_json::Error> {
    serde_json::Deserializer::from_str(text).into_iter().collect()
}

/// How values are printed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Style {
    /// On lines of their own, two blanks deeper each time.
    pub(super) indents: bool,
    /// Members by name.
    pub(super) sorts: bool,
}

/// On one line, as `tojson` and `-c` print it.
pub(super) fn compact(value: &Value) -> Result<String, Spent> {
    print(value, Style::default())
}

/// Prints a value.
pub(super) fn print(value: &Value, style: Style) -> Result<String, Spent> {
    let mut out = String::new();
    budget::pay(value.steps())?;
    write(value, style, 0, &mut out)?;
    Ok(out)
}

/// Each value pays for its text before it is written.
fn write(value: &Value, style: Style, depth: usize, out: &mut String) -> Result<(), Spent> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(*number, out),
        Value::Text(text) => write_text(text, out)?,
        Value::Array(node) => {
            let items = node.items.iter();
            write_all(['[', ']'], items, style, depth, out, |item, out| write(item, style, depth + 1, out))?;
        }
        Value::Object(node) => {
            let mut members: Vec<(&Rc<str>, &Value)> = node.items.iter().collect();
            if style.sorts {
                members.sort_by_key(|(name, _)| *name);
            }
            write_all(['{', '}'], members.into_iter(), style, depth, out, |(name, value), out| {
                write_text(name, out)?;
                out.push_str(if style.indents { ": " } else { ":" });
                write(value, style, depth + 1, out)
            })?;
        }
    }
    Ok(())
}

fn write_all<T>(
    [open, close]: [char; 2],
    items: impl ExactSizeIterator<Item = T>,
    style: Style,
    depth: usize,
    out: &mut String,
    each: impl Fn(T, &mut String) -> Result<(), Spent>,
) -> Result<(), Spent> {
    let is_empty = items.len() == 0;
    let break_line = |depth: usize, out: &mut String| {
        if style.indents && !is_empty {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
        }
    };
    out.push(open);
    for (index, item) in items.enumerate() {
        // The line break with what stands before the item, and a short item itself.
        budget::print(SCALAR_BYTES + if style.indents { 2 * (depth + 1) } else { 0 })?;
        if index > 0 {
            out.push(',');
        }
        break_line(depth + 1, out);
        each(item, out)?;
    }
    break_line(depth, out);
    out.push(close);
    Ok(())
}

fn write_text(text: &str, out: &mut String) -> Result<(), Spent> {
    // A control character takes six bytes.
    let longer = text.bytes().filter(|byte| *byte < b' ' || *byte == 0x7f).count() * 5;
    budget::print(text.len() + longer)?;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' || c == '\u{7f}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    Ok(())
}

/// As jq does: 17 digits, an exponent beyond them, and the largest number for infinity.
fn write_number(number: Number, out: &mut String) {
    match number {
        Number::Whole(number) => out.push_str(&number.to_string()),
        Number::Float(number) if number.is_nan() => out.push_str("null"),
        Number::Float(number) if number.is_infinite() => write_float(f64::MAX.copysign(number), out),
        Number::Float(number) => write_float(number, out),
    }
}

fn write_float(number: f64, out: &mut String) {
    let exponent = if number == 0.0 { 0 } else { number.abs().log10().floor() as i32 };
    if (-5..17).contains(&exponent) {
        return out.push_str(&number.to_string());
    }
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    out.push_str(&format!("{digits}e{sign}{exponent:0>2}"));
}

/// The number of a literal.
pub(super) fn number(text: &str) -> Number {
    match text.parse() {
        Ok(whole) => Number::Whole(whole),
        Err(_) => Number::of(text.parse().unwrap_or(f64::NAN)),
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(Number::Whole(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(i64::try_from(value).map_or(Number::Float(value as f64), Number::Whole)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(Number::of(value)))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        budget::write(value.len()).map_err(serde::de::Error::custom)?;
        Ok(Value::text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element()? {
            budget::make(1).map_err(serde::de::Error::custom)?;
            read.push(item);
        }
        Ok(Value::array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut read = Members::new();
        while let Some((name, value)) = members.next_entry::<String, Value>()? {
            budget::write(name.len()).and_then(|()| budget::make(3)).map_err(serde::de::Error::custom)?;
            read.insert(name.into(), value);
        }
        Ok(Value::object(read))
    }
}
