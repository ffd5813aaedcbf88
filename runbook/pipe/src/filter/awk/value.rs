//! awk's values: texts, numbers, and input that looks like a number.

use std::{borrow::Cow, cmp::Ordering};

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Text(String),
    /// From the input: a number wherever it looks like one.
    Input(String),
    /// A variable that was never set.
    Nothing,
}

impl Value {
    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Text(text) | Self::Input(text) => leading_number(text),
            Self::Nothing => 0.0,
        }
    }

    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Number(number) => Cow::Owned(number_text(*number)),
            Self::Text(text) | Self::Input(text) => Cow::Borrowed(text),
            Self::Nothing => Cow::Borrowed(""),
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Number(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Input(text) if looks_numeric(text) => leading_number(text) != 0.0,
            Self::Input(text) => !text.is_empty(),
            Self::Nothing => false,
        }
    }

    fn is_numeric(&self) -> bool {
        match self {
            Self::Number(_) | Self::Nothing => true,
            Self::Text(_) => false,
            Self::Input(text) => looks_numeric(text),
        }
    }

    /// As numbers when both are, else as texts, by bytes.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        if self.is_numeric() && other.is_numeric() {
            return self.number().partial_cmp(&other.number()).unwrap_or(Ordering::Equal);
        }
        self.text().as_bytes().cmp(other.text().as_bytes())
    }
}

fn looks_numeric(text: &str) -> bool {
    let text = text.trim_matches([' ', '\t', '\n']);
    !text.is_empty() && number_len(text) == text.len()
}

/// Length of the decimal number at the beginning of a text.
fn number_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        if whole + fraction > 0 {
            end += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}

fn leading_number(text: &str) -> f64 {
    let text = text.trim_start_matches([' ', '\t', '\n']);
    text[..number_len(text)].parse().unwrap_or(0.0)
}

/// Whole numbers as such, others with six significant digits.
pub(super) fn number_text(number: f64) -> String {
    if number == number.trunc() && number.abs() < 1e16 {
        return format!("{number:.0}").replace("-0", if number == 0.0 { "0" } else { "-0" });
    }
    significant(number, 6)
}

/// C's `%.Ng`.
pub(super) fn significant(number: f64, digits: usize) -> String {
    if !number.is_finite() {
        return if number.is_nan() { "nan".into() } else { if number > 0.0 { "inf" } else { "-inf" }.into() };
    }
    let digits = digits.max(1);
    let scientific = format!("{number:.*e}", digits - 1);
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    let width = i32::try_from(digits).unwrap_or(i32::MAX);
    if exponent < -4 || exponent >= width {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", trim(mantissa), exponent.abs());
    }
    let decimals = usize::try_from(width - 1 - exponent).unwrap_or(0);
    trim(&format!("{number:.decimals$}"))
}
