//! `printf` of awk.

use super::{
    super::{
        Expression,
        value::{Value, number_text, significant},
    },
    Machine,
};

/// Longest number that a conversion prints: a large one with its decimals, in bytes.
const NUMBER_BYTES: usize = 512;

impl Machine<'_> {
    /// `printf`: `%s %d %i %f %g %x %o %c %%` with flags, width and precision.
    ///
    /// Widths are bounded, and each conversion pays for what it builds.
    pub(super) fn format(&mut self, arguments: &[Expression]) -> String {
        let mut values = arguments.iter().map(|argument| self.value(argument)).collect::<Vec<_>>().into_iter();
        let format = values.next().map_or_else(String::new, |value| value.text().into_owned());
        let mut out = String::new();
        let mut rest = format.as_str();
        while let Some(at) = rest.find('%') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let end = rest.find(|c: char| !matches!(c, '-' | '+' | ' ' | '0'..='9' | '.' | '*')).unwrap_or(rest.len());
            let Some(kind) = rest[end..].chars().next() else {
                out.push('%');
                break;
            };
            let (flags, width, precision) = spec(&rest[..end], &mut values);
            rest = &rest[end + kind.len_utf8()..];
            let text = match kind {
                '%' => "%".to_owned(),
                'c' | 's' | 'd' | 'i' | 'f' | 'g' | 'e' | 'x' | 'X' | 'o' | 'u' => {
                    let value = values.next().unwrap_or(Value::Nothing);
                    if !self.may_build(value.text().len() + width + NUMBER_BYTES) {
                        return String::new();
                    }
                    converted(kind, &value, flags, precision)
                }
                other => format!("%{other}"),
            };
            if !self.may_build(2 * (text.len() + width)) {
                return String::new();
            }
            out.push_str(&padded(&text, flags, width, kind));
        }
        out.push_str(rest);
        out
    }
}

/// Flags, width and precision of a conversion.
fn spec<'f>(text: &'f str, values: &mut impl Iterator<Item = Value>) -> (&'f str, usize, Option<usize>) {
    let flags_end = text.find(|c: char| !matches!(c, '-' | '+' | ' ' | '0')).unwrap_or(text.len());
    let (flags, rest) = text.split_at(flags_end);
    let (width, precision) = match rest.split_once('.') {
        Some((width, precision)) => (width, Some(precision)),
        None => (rest, None),
    };
    let mut size = |text: &str| match text {
        "*" => values.next().map_or(0, |value| value.number().clamp(0.0, 4096.0) as usize),
        text => text.parse::<usize>().unwrap_or(0).min(4096),
    };
    let width = size(width);
    (flags, width, precision.map(size))
}

fn converted(kind: char, value: &Value, flags: &str, precision: Option<usize>) -> String {
    let number = value.number();
    let signed = |text: String| if flags.contains('+') && number >= 0.0 { format!("+{text}") } else { text };
    match kind {
        's' => value.text().chars().take(precision.unwrap_or(usize::MAX)).collect(),
        'c' => match value {
            Value::Number(code) => char::from_u32(*code as u32).map_or_else(String::new, String::from),
            _ => value.text().chars().take(1).collect(),
        },
        'd' | 'i' | 'u' => signed(number_text(number.trunc())),
        'f' => signed(format!("{number:.*}", precision.unwrap_or(6).min(64))),
        'g' => signed(significant(number, precision.unwrap_or(6).min(64))),
        'e' => {
            let text = format!("{number:.*e}", precision.unwrap_or(6).min(64));
            match text.split_once('e') {
                Some((mantissa, exponent)) => {
                    let exponent: i32 = exponent.parse().unwrap_or(0);
                    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
                }
                None => text,
            }
        }
        'x' => format!("{:x}", number as i64),
        'X' => format!("{:X}", number as i64),
        _ => format!("{:o}", number as i64),
    }
}

fn padded(text: &str, flags: &str, width: usize, kind: char) -> String {
    let missing = width.saturating_sub(text.chars().count());
    if flags.contains('-') {
        return format!("{text}{}", " ".repeat(missing));
    }
    if flags.contains('0') && kind != 's' && kind != 'c' {
        let sign = text.len() - text.trim_start_matches(['-', '+']).len();
        return format!("{}{}{}", &text[..sign], "0".repeat(missing), &text[sign..]);
    }
    format!("{}{text}", " ".repeat(missing))
}
