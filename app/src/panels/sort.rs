//! The order of cells: numbers and ages by what they mean, anything else by its letters.

use std::cmp::Ordering;

/// Numbers, counts with an age (`12 (3m ago)`) and ages (`5d3h`) by what they mean; anything else by its letters.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    match (magnitude(a), magnitude(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => a.cmp(b),
    }
}

/// A number, or an age in seconds. Of `1/2` and `1.5` what stands before the sign.
fn magnitude(text: &str) -> Option<u64> {
    let word = text.split(' ').next()?;
    let (mut total, mut number, mut has_digits) = (0_u64, 0_u64, false);
    for byte in word.bytes() {
        let factor = match byte {
            b'0'..=b'9' => {
                number = number.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                has_digits = true;
                continue;
            }
            b'/' | b'.' | b'%' if has_digits => break,
            b's' => 1,
            b'm' => 60,
            b'h' => 3_600,
            b'd' => 86_400,
            b'y' => 31_536_000,
            _ => return None,
        };
        total = total.saturating_add(number.saturating_mul(factor));
        number = 0;
    }
    has_digits.then(|| total.saturating_add(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_counts_and_ages_by_what_they_mean() {
        assert_eq!(compare("9", "10"), Ordering::Less);
        assert_eq!(compare("5d3h", "23h"), Ordering::Greater);
        assert_eq!(compare("12 (3m ago)", "2"), Ordering::Greater);
        assert_eq!(compare("1/2", "2/2"), Ordering::Less);
        assert_eq!(compare("87%", "9%"), Ordering::Greater);
    }

    #[test]
    fn sorts_names_by_letters_even_when_they_begin_with_a_digit() {
        assert_eq!(compare("10-web", "9-web"), Ordering::Less);
        assert_eq!(compare("alpha", "beta"), Ordering::Less);
        assert_eq!(compare("", "beta"), Ordering::Less);
    }
}
