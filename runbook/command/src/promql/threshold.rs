//! The number that an expression compares its values with.

use promql_parser::parser::{
    BinaryExpr, Expr,
    token::{T_EQLC, T_GTE, T_GTR, T_LAND, T_LSS, T_LTE, T_LUNLESS, T_NEQ},
};

use document::chart::{Comparison, Threshold};

/// The threshold of an expression. Of `x > 5 and y` it is that of `x`, whose values the expression has.
pub(super) fn of(tree: &Expr) -> Option<Threshold> {
    match tree {
        Expr::Paren(inner) => of(&inner.expr),
        Expr::Binary(binary) if matches!(binary.op.id(), T_LAND | T_LUNLESS) => of(&binary.lhs),
        Expr::Binary(binary) => sides(binary).map(|(_, threshold)| threshold),
        _ => None,
    }
}

/// What a comparison at the top of an expression compares.
pub(super) fn measured(tree: &Expr) -> Option<String> {
    match tree {
        Expr::Paren(inner) => measured(&inner.expr),
        Expr::Binary(binary) => sides(binary).map(|(measured, _)| measured.to_string()),
        _ => None,
    }
}

/// What is measured, and the threshold. `bool` gives 0 and 1 in place of values, which nothing is measured by.
fn sides(binary: &BinaryExpr) -> Option<(&Expr, Threshold)> {
    let comparison = comparison(binary.op.id()).filter(|_| !binary.return_bool())?;
    match (number(&binary.lhs), number(&binary.rhs)) {
        (None, Some(value)) => Some((&*binary.lhs, Threshold { comparison, value })),
        (Some(value), None) => Some((&*binary.rhs, Threshold { comparison: comparison.turned(), value })),
        _ => None,
    }
}

fn comparison(op: u16) -> Option<Comparison> {
    match op {
        T_GTR => Some(Comparison::Above),
        T_GTE => Some(Comparison::AtLeast),
        T_LSS => Some(Comparison::Below),
        T_LTE => Some(Comparison::AtMost),
        T_EQLC => Some(Comparison::Equal),
        T_NEQ => Some(Comparison::NotEqual),
        _ => None,
    }
}

/// A number, or arithmetic of numbers such as `1024 * 1024`.
fn number(tree: &Expr) -> Option<f64> {
    use promql_parser::parser::token::{T_ADD, T_DIV, T_MUL, T_POW, T_SUB};
    match tree {
        Expr::NumberLiteral(literal) => Some(literal.val),
        Expr::Paren(inner) => number(&inner.expr),
        Expr::Unary(inner) => number(&inner.expr).map(|value| -value),
        Expr::Binary(binary) => {
            let (left, right) = (number(&binary.lhs)?, number(&binary.rhs)?);
            match binary.op.id() {
                T_ADD => Some(left + right),
                T_SUB => Some(left - right),
                T_MUL => Some(left * right),
                T_DIV => Some(left / right),
                T_POW => Some(left.powf(right)),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Expression;

    fn threshold(text: &str) -> Option<String> {
        let expression = Expression::read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        expression.threshold().map(|threshold| format!("{} {}", threshold.comparison, threshold.value))
    }

    #[test]
    fn finds_the_number_that_values_are_compared_with() {
        for (text, wanted) in [
            ("increase(kube_pod_container_status_restarts_total[1h]) > 5", Some("> 5")),
            ("5 < x", Some("> 5")),
            ("(x >= -2.5)", Some(">= -2.5")),
            ("x < 64 * 1024 * 1024", Some("< 67108864")),
            ("up == 0", Some("== 0")),
            ("x > 5 and y == 1", Some("> 5")),
            ("x > 5 unless on(pod) y", Some("> 5")),
            ("x > 5 or y > 6", None),
            ("x > y", None),
            ("x > bool 5", None),
            ("x + 5", None),
        ] {
            assert_eq!(threshold(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn tells_what_is_measured_apart_from_the_comparison() {
        for (text, wanted) in [
            ("increase(a{pod!~\"x-.*\"}[1h]) > 5", "increase(a{pod!~\"x-.*\"}[1h])"),
            ("(5 < up)", "up"),
            ("a > 5 and b", "a > 5 and b"),
            ("sum by (pod) (rate(a[5m]))", "sum by (pod) (rate(a[5m]))"),
        ] {
            assert_eq!(Expression::read(text).map(|expression| expression.measured()).as_deref(), Ok(wanted));
        }
    }
}
