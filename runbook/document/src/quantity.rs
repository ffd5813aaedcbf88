//! Amounts of memory as Kubernetes writes them.

use std::{num::ParseFloatError, str::FromStr};

const KI: u64 = 1 << 10;
const MI: u64 = 1 << 20;
const GI: u64 = 1 << 30;

/// An amount for people: `256Mi`, `1Gi`, `1500M`; whole mebibytes when it is nothing round.
pub fn write_bytes(bytes: u64) -> String {
    if is_round(bytes) || bytes < MI { write_exactly(bytes) } else { format!("{}Mi", bytes / MI) }
}

/// A quantity for a manifest: to the byte.
pub fn write_exactly(bytes: u64) -> String {
    let unit = UNITS.iter().find(|(size, _)| bytes >= *size && bytes.is_multiple_of(*size));
    unit.map_or_else(|| bytes.to_string(), |(size, unit)| format!("{}{unit}", bytes / size))
}

fn is_round(bytes: u64) -> bool {
    UNITS[..4].iter().any(|(size, _)| bytes.is_multiple_of(*size))
}

const UNITS: [(u64, &str); 5] = [(GI, "Gi"), (MI, "Mi"), (1_000_000_000, "G"), (1_000_000, "M"), (KI, "Ki")];

/// An amount of memory as Kubernetes writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(
    /// Bytes, rounded up.
    pub u64,
);

/// Why a text is no quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAQuantity(
    /// The text.
    pub String,
);

impl FromStr for Quantity {
    type Err = NotAQuantity;

    fn from_str(text: &str) -> Result<Self, NotAQuantity> {
        let wrong = || NotAQuantity(text.to_owned());
        let text = text.trim();
        let number: Result<f64, ParseFloatError> = text.parse();
        let (value, scale) = match number {
            Ok(value) => (value, 1.0),
            Err(_) => {
                let end = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(wrong)?;
                let scale = SCALES.iter().find(|(unit, _)| *unit == &text[end..]).ok_or_else(wrong)?.1;
                (text[..end].parse().map_err(|_| wrong())?, scale)
            }
        };
        let bytes = (value * scale).ceil();
        // Beyond 2^63 no machine has that memory, and "inf" and "NaN" are numbers to Rust.
        if bytes.is_finite() && (0.0..9.2e18).contains(&bytes) { Ok(Self(bytes as u64)) } else { Err(wrong()) }
    }
}

const SCALES: [(&str, f64); 12] = [
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("Ki", 1_024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
    ("Ei", 1_152_921_504_606_846_976.0),
];
