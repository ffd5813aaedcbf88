//! The order of `kubectl get --sort-by`: numbers by size, amounts by what they mean, texts with their digits by size,
//! `null` before all of them, and what is missing first of all.

use std::cmp::Ordering;

use serde_json::Value;

use super::{gosort, text};

/// Puts rows in kubectl's own order by what a path finds in each, equal ones where Go's sort leaves them.
pub fn sort<T>(rows: &mut [T], key: impl Fn(&T) -> Option<&Value>) {
    gosort::sort(rows, |a, b| is_less(key(a), key(b)));
}

/// Whether kubectl puts the left one first. One without the field is less than anything, itself included.
fn is_less(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(Value::Null), right) => right.is_some_and(|right| !right.is_null()),
        (Some(_), Some(Value::Null)) => false,
        (Some(left), Some(right)) => compare(left, right) == Ordering::Less,
    }
}

fn compare(left: &Value, right: &Value) -> Ordering {
    if let (Some(left), Some(right)) = (left.as_f64(), right.as_f64()) {
        return left.total_cmp(&right);
    }
    let (left, right) = (text(left), text(right));
    match (amount(&left), amount(&right)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => natural(&left, &right),
    }
}

/// `1Gi` is more than `900Mi`. A text that only begins with digits, such as a time, is no amount.
fn amount(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let scale = match &text[end..] {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1_024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        "Pi" => 1_125_899_906_842_624.0,
        "Ei" => 1_152_921_504_606_846_976.0,
        _ => return None,
    };
    Some(number * scale)
}

/// `web-2` before `web-10`.
pub fn natural(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while let (Some(&a), Some(&b)) = (left.first(), right.first()) {
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
            let (len_a, len_b) = (digits(left), digits(right));
            let zeros = |text: &[u8]| text.iter().take_while(|b| **b == b'0').count();
            let (number_a, number_b) = (&left[..len_a], &right[..len_b]);
            let (number_a, number_b) = (&number_a[zeros(number_a)..], &number_b[zeros(number_b)..]);
            let ordering = number_a.len().cmp(&number_b.len()).then_with(|| number_a.cmp(number_b));
            if ordering != Ordering::Equal {
                return ordering;
            }
            (left, right) = (&left[len_a..], &right[len_b..]);
        } else if a == b {
            (left, right) = (&left[1..], &right[1..]);
        } else {
            return a.cmp(&b);
        }
    }
    left.len().cmp(&right.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn puts_null_before_every_value_and_what_is_missing_before_null() {
        let (null, time, earlier) = (json!(null), json!("2026-02-26T02:24:50Z"), json!("2026-02-26T02:24:49Z"));
        assert!(is_less(Some(&null), Some(&time)) && !is_less(Some(&time), Some(&null)));
        assert!(!is_less(Some(&null), Some(&null)));
        assert!(is_less(None, Some(&null)) && !is_less(Some(&null), None));
        assert!(is_less(Some(&earlier), Some(&time)) && !is_less(Some(&time), Some(&earlier)));
    }

    #[test]
    fn compares_numbers_amounts_and_names_by_what_they_mean() {
        for (less, more) in [
            (json!(9), json!(10)),
            (json!(0.5), json!(1)),
            (json!("web-2"), json!("web-10")),
            (json!("900Mi"), json!("1Gi")),
            (json!("500m"), json!("2")),
            (json!("9"), json!("10")),
            (json!("a"), json!("b")),
        ] {
            assert!(is_less(Some(&less), Some(&more)), "{less} {more}");
            assert!(!is_less(Some(&more), Some(&less)), "{more} {less}");
        }
    }

    #[test]
    fn sorts_undated_rows_before_dated_ones() {
        let mut rows = [(1, json!(null)), (2, json!("2026-01-02")), (3, json!(null)), (4, json!("2026-01-01"))];
        sort(&mut rows, |row| Some(&row.1));
        assert_eq!(rows.map(|row| row.0), [1, 3, 4, 2]);
    }
}
