//! The order of `kubectl get --sort-by`: numbers by size, texts with their digits by size, what is missing first.

use std::cmp::Ordering;

use serde_json::Value;

use super::text;

/// Compares what a path finds in two objects.
pub fn compare(left: Option<&Value>, right: Option<&Value>) -> Ordering {
    match (left, right) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(left), Some(right)) => match (left.as_f64(), right.as_f64()) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            _ => natural(&text(left), &text(right)),
        },
    }
}

/// `web-2` before `web-10`.
fn natural(left: &str, right: &str) -> Ordering {
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
