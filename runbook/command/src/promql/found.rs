//! Which text in a runbook is a PromQL expression. Words that only might be one are left to the author.

use super::Expression;

/// `increase(x[1h]) > 5 for 15m` as the expression and how long it must hold.
pub fn split_wait(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    let is_duration = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            && word.ends_with(|c: char| "smhdwy".contains(c))
            && word.chars().all(|c| c.is_ascii_digit() || "smhdwy".contains(c))
    };
    match text.rsplit_once(" for ") {
        Some((expression, wait)) if is_duration(wait.trim()) => (expression.trim_end(), Some(wait.trim())),
        _ => (text, None),
    }
}

/// Whether a piece of inline code is certainly PromQL: it reads as such and has a range (`[5m]`) or label matchers,
/// which nothing else in a runbook has. A bare name or a comparison alone could be anything.
pub fn is_expression(text: &str) -> bool {
    let (expression, _) = split_wait(text);
    let has_range = expression.split('[').skip(1).any(|rest| {
        let inner = rest.split(']').next().unwrap_or("");
        inner.starts_with(|c: char| c.is_ascii_digit()) && inner.ends_with(|c: char| "smhdwy".contains(c))
    });
    let has_matchers = ["=\"", "=~\"", "!=\""].iter().any(|mark| expression.contains(mark)) && expression.contains('{');
    (has_range || has_matchers) && Expression::read(expression).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_wait_from_the_end_of_a_trigger() {
        assert_eq!(split_wait("increase(x[1h]) > 5 for 15m"), ("increase(x[1h]) > 5", Some("15m")));
        assert_eq!(split_wait("up == 0 for 1h30m "), ("up == 0", Some("1h30m")));
        assert_eq!(split_wait("up == 0 for a while"), ("up == 0 for a while", None));
        assert_eq!(split_wait("up"), ("up", None));
    }

    #[test]
    fn knows_expressions_from_other_code() {
        for text in [
            "increase(kube_pod_container_status_restarts_total[1h]) > 5 for 15m",
            r#"up{job="node"}"#,
            "sum by (pod) (rate(container_cpu_usage_seconds_total[5m]))",
        ] {
            assert!(is_expression(text), "{text}");
        }
        for text in [
            "up",
            "x > 5",
            "items[0]",
            "{.items[0].name}",
            "a[5m",
            "{{ $labels.pod }}",
            "",
            "OOMKilled",
            "map[string]int",
            "x{",
            r#"{"a": "b"}"#,
        ] {
            assert!(!is_expression(text), "{text}");
        }
    }

    #[test]
    fn does_not_panic_on_what_is_no_expression() {
        for text in
            ["(((((", "\"", "\u{0}", "{a=~\"(\"}", &"(".repeat(8_000), &"é".repeat(3_000), "a[99999999999999999999d]"]
        {
            assert!(!is_expression(text));
            let _ = Expression::read(text);
        }
    }
}
