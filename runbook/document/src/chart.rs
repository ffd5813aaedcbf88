//! A chart as data: lines over time and the threshold that they are compared with. Draws nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{outcome::TimeSpan, time::Timestamp};

/// What an expression has been over a stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// The expression as it was asked, with its threshold.
    pub expression: String,
    /// The stretch of time.
    pub span: TimeSpan,
    /// Lines, those that meet the threshold first, then by value now, highest first. Bounded.
    pub lines: Vec<Line>,
    /// Lines of the answer, before the bound.
    pub total_lines: usize,
    /// What values are compared with.
    pub threshold: Option<Threshold>,
    /// Where the Prometheus shows the same.
    pub graph_href: Option<String>,
}

/// One series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its labels as Prometheus writes them, those left out that all lines share.
    pub name: String,
    /// Its labels.
    pub labels: Vec<(String, String)>,
    /// Its value now; absent when it has ended.
    pub now: Option<f64>,
    /// Its values, oldest first. A gap is a distance of more than two steps.
    pub points: Vec<(Timestamp, f64)>,
}

/// A comparison with a number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// How values are compared.
    pub comparison: Comparison,
    /// With what.
    pub value: f64,
}

/// How values are compared with a threshold, the value standing on the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

impl Threshold {
    /// Whether a value meets it.
    pub fn is_met_by(self, value: f64) -> bool {
        match self.comparison {
            Comparison::Above => value > self.value,
            Comparison::AtLeast => value >= self.value,
            Comparison::Below => value < self.value,
            Comparison::AtMost => value <= self.value,
            Comparison::Equal => value == self.value,
            Comparison::NotEqual => value != self.value,
        }
    }
}

impl Comparison {
    /// The words between "is" and the number.
    pub fn words(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::AtLeast => "at least",
            Self::Below => "below",
            Self::AtMost => "at most",
            Self::Equal => "equal to",
            Self::NotEqual => "other than",
        }
    }

    /// `5 < x` is `x > 5`.
    pub fn turned(self) -> Self {
        match self {
            Self::Above => Self::Below,
            Self::AtLeast => Self::AtMost,
            Self::Below => Self::Above,
            Self::AtMost => Self::AtLeast,
            same => same,
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        })
    }
}

/// A number with at most four figures that matter: `9.02`, `0.0013`, `67.11 M`.
pub fn number_text(value: f64) -> String {
    if !value.is_finite() {
        let words = if value.is_nan() { "not a number" } else { "infinite" };
        return words.to_owned();
    }
    const UNITS: [(f64, &str); 4] = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e4, " k")];
    let size = value.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-4) {
        return format!("{value:.2e}");
    }
    let (scale, unit) = match UNITS.iter().find(|(limit, _)| size >= *limit) {
        Some((1e4, unit)) => (1e3, *unit),
        Some((limit, unit)) => (*limit, *unit),
        None => (1.0, ""),
    };
    let scaled = value / scale;
    let digits = if size >= 0.1 || size == 0.0 { 2 } else { 4 };
    let text = format!("{scaled:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{unit}")
}

#[cfg(test)]
mod tests {
    use super::number_text;

    #[test]
    fn writes_numbers_short() {
        for (value, text) in [
            (0.0, "0"),
            (5.0, "5"),
            (9.0249, "9.02"),
            (-2.5, "-2.5"),
            (0.00132, "0.0013"),
            (4_812.0, "4812"),
            (12_500.0, "12.5 k"),
            (67_108_864.0, "67.11 M"),
            (1e20, "1.00e20"),
            (0.000_01, "1.00e-5"),
            (f64::INFINITY, "infinite"),
            (f64::NAN, "not a number"),
        ] {
            assert_eq!(number_text(value), text);
        }
    }
}
