//! Kubernetes' quantities: `250m`, `1.5Gi`, `2e3`. Reads, adds and writes them in their canonical form.

use std::{fmt, ops::AddAssign, str::FromStr};

/// Billionths in one whole.
const WHOLE: i128 = 1_000_000_000;
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
/// From billionths up.
const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

/// An amount.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quantity {
    billionths: i128,
    is_binary: bool,
}

/// Text that is no quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoQuantity;

impl Quantity {
    /// In billionths, which is as fine as Kubernetes counts.
    pub fn billionths(self) -> i128 {
        self.billionths
    }

    /// In thousandths, rounded up.
    pub(super) fn thousandths(self) -> i128 {
        round_up(self.billionths, WHOLE / 1_000)
    }

    /// In wholes, rounded up.
    pub(super) fn whole(self) -> i128 {
        round_up(self.billionths, WHOLE)
    }

    /// The larger one.
    pub(super) fn max(self, other: Self) -> Self {
        if other.billionths > self.billionths { other } else { self }
    }
}

fn round_up(value: i128, unit: i128) -> i128 {
    value.div_euclid(unit) + i128::from(value.rem_euclid(unit) > 0)
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        // Nothing has no form of its own.
        if self.billionths == 0 {
            self.is_binary = other.is_binary;
        }
        self.billionths = self.billionths.saturating_add(other.billionths);
    }
}

impl FromStr for Quantity {
    type Err = NoQuantity;

    fn from_str(text: &str) -> Result<Self, NoQuantity> {
        let end = text.find(|c: char| !c.is_ascii_digit() && !"+-.".contains(c)).unwrap_or(text.len());
        let (number, suffix) = text.split_at(end);
        let scale = |places: u32| 10_i128.checked_pow(places);
        let (factor, is_binary) = match suffix {
            suffix if !suffix.is_empty() && BINARY.contains(&suffix) => {
                let power = BINARY.iter().position(|known| *known == suffix).unwrap_or(0);
                (WHOLE << (10 * power), true)
            }
            suffix => match DECIMAL.iter().position(|known| *known == suffix) {
                Some(power) => (scale(3 * u32::try_from(power).map_err(|_| NoQuantity)?).ok_or(NoQuantity)?, false),
                None => {
                    let exponent: i32 =
                        suffix.strip_prefix(['e', 'E']).ok_or(NoQuantity)?.parse().map_err(|_| NoQuantity)?;
                    let places = u32::try_from(exponent.saturating_add(9)).map_err(|_| NoQuantity)?;
                    (scale(places).ok_or(NoQuantity)?, false)
                }
            },
        };
        let (wholes, fraction) = number.split_once('.').unwrap_or((number, ""));
        let is_negative = wholes.starts_with('-');
        let digits = [wholes.strip_prefix(['-', '+']).unwrap_or(wholes), fraction].concat();
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let value: i128 = digits.parse().ok().filter(|_| is_number).ok_or(NoQuantity)?;
        let divisor = u32::try_from(fraction.len()).ok().and_then(scale).ok_or(NoQuantity)?;
        let billionths = round_up(value.checked_mul(factor).ok_or(NoQuantity)?, divisor);
        Ok(Self { billionths: if is_negative { -billionths } else { billionths }, is_binary })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.billionths == 0 {
            return f.write_str("0");
        }
        // Fractions have no binary suffix, and small numbers need none.
        if self.is_binary && self.billionths % WHOLE == 0 && self.billionths.abs() >= WHOLE * 1_024 {
            let (mut value, mut power) = (self.billionths / WHOLE, 0);
            while value % 1_024 == 0 && power + 1 < BINARY.len() {
                value /= 1_024;
                power += 1;
            }
            return write!(f, "{value}{}", BINARY[power]);
        }
        let (mut value, mut power) = (self.billionths, 0);
        while value % 1_000 == 0 && power + 1 < DECIMAL.len() {
            value /= 1_000;
            power += 1;
        }
        write!(f, "{value}{}", DECIMAL[power])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_amounts_in_canonical_form() {
        let cases = [
            ("1.5", "1500m"),
            ("0.1", "100m"),
            ("1000m", "1"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("100M", "100M"),
            ("2e3", "2k"),
            ("123", "123"),
            ("1Ei", "1Ei"),
            ("1n", "1n"),
            ("0", "0"),
            ("-500m", "-500m"),
            ("1Ki", "1Ki"),
        ];
        for (text, canonical) in cases {
            assert_eq!(text.parse::<Quantity>().map(|q| q.to_string()), Ok(canonical.to_owned()), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in ["", "x", "1Qi", "1.2.3", "e3", "--1", "1e99", "99999999999999999999999999999999999999Ei"] {
            assert_eq!(text.parse::<Quantity>(), Err(NoQuantity), "{text}");
        }
    }

    #[test]
    fn a_sum_keeps_the_form_of_what_came_first() {
        let mut sum = Quantity::default();
        for text in ["16Mi", "1000k"] {
            sum += text.parse().expect("it is one");
        }
        assert_eq!(sum.to_string(), "17777216");
        let mut sum: Quantity = "10m".parse().expect("it is one");
        sum += "200m".parse().expect("it is one");
        assert_eq!((sum.to_string(), sum.thousandths(), sum.whole()), ("210m".into(), 210, 1));
    }
}
