//! Which series an expression can never have, by its label matchers alone.

use promql_parser::{
    label::{Matcher, Matchers},
    parser::{
        BinaryExpr, Expr, LabelModifier,
        token::{T_LOR, T_LUNLESS},
    },
};

/// Why something is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exclusion {
    label: String,
    /// As the expression has it: `pod!~"etcd-.*"`.
    pub(super) matcher: String,
}

/// The matcher that leaves out whatever has these labels.
pub(super) fn excluding(tree: &Expr, labels: &[(&str, &str)]) -> Option<Exclusion> {
    match tree {
        Expr::Paren(inner) => excluding(&inner.expr, labels),
        Expr::Unary(inner) => excluding(&inner.expr, labels),
        Expr::Subquery(inner) => excluding(&inner.expr, labels),
        Expr::Aggregate(aggregate) => excluding(&aggregate.expr, labels),
        Expr::VectorSelector(selector) => by_matchers(&selector.matchers, labels),
        Expr::MatrixSelector(selector) => by_matchers(&selector.vs.matchers, labels),
        // What rewrites labels, or speaks of series that are not there, cannot be judged by matchers.
        Expr::Call(call) if call.func.name.starts_with("label_") || call.func.name.starts_with("absent") => None,
        Expr::Call(call) => call.args.args.iter().find_map(|argument| excluding(argument, labels)),
        Expr::Binary(binary) => by_sides(binary, labels),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => None,
    }
}

fn by_sides(binary: &BinaryExpr, labels: &[(&str, &str)]) -> Option<Exclusion> {
    let left = || excluding(&binary.lhs, labels);
    match binary.op.id() {
        T_LUNLESS => left(),
        T_LOR => left().filter(|_| excluding(&binary.rhs, labels).is_some()),
        // Both sides must have a partner: what one side cannot have, the whole cannot have either, as long as the
        // label takes part in the pairing.
        _ => left().or_else(|| {
            let modifier = binary.modifier.as_ref().and_then(|modifier| modifier.matching.as_ref());
            excluding(&binary.rhs, labels).filter(|found| takes_part(modifier, &found.label))
        }),
    }
}

fn takes_part(modifier: Option<&LabelModifier>, label: &str) -> bool {
    match modifier {
        None => true,
        Some(LabelModifier::Include(on)) => on.labels.iter().any(|name| name == label),
        Some(LabelModifier::Exclude(ignoring)) => !ignoring.labels.iter().any(|name| name == label),
    }
}

fn by_matchers(matchers: &Matchers, labels: &[(&str, &str)]) -> Option<Exclusion> {
    if !matchers.or_matchers.is_empty() {
        let rejections: Option<Vec<Exclusion>> =
            matchers.or_matchers.iter().map(|group| rejecting(group, labels)).collect();
        return rejections?.into_iter().next();
    }
    rejecting(&matchers.matchers, labels)
}

fn rejecting(matchers: &[Matcher], labels: &[(&str, &str)]) -> Option<Exclusion> {
    let value_of = |name: &str| labels.iter().find(|(label, _)| *label == name).map(|(_, value)| *value);
    let rejects = |matcher: &&Matcher| value_of(&matcher.name).is_some_and(|value| !matcher.is_match(value));
    let matcher = matchers.iter().find(rejects)?;
    Some(Exclusion { label: matcher.name.clone(), matcher: matcher.to_string() })
}

#[cfg(test)]
mod tests {
    use super::super::Expression;

    const RULE: &str = r#"increase(kube_pod_container_status_restarts_total{namespace!="test",pod!~"kube-scheduler-.*|etcd-.*"}[1h]) > 5"#;

    fn excluding(text: &str, labels: &[(&str, &str)]) -> Option<String> {
        Expression::read(text).unwrap_or_else(|error| panic!("{text}: {error}")).excluding(labels)
    }

    #[test]
    fn names_the_matcher_that_leaves_a_pod_out() {
        let pod = |namespace, pod| [("namespace", namespace), ("pod", pod), ("container", "x")];
        assert_eq!(
            excluding(RULE, &pod("kube-system", "kube-scheduler-talos")).as_deref(),
            Some(r#"pod!~"kube-scheduler-.*|etcd-.*""#)
        );
        assert_eq!(excluding(RULE, &pod("test", "web-0")).as_deref(), Some(r#"namespace!="test""#));
        assert_eq!(excluding(RULE, &pod("apps", "web-0")), None);
        // Matchers are anchored, and a label that is not known leaves nothing out.
        assert_eq!(excluding(RULE, &pod("apps", "my-etcd-0")), None);
        assert_eq!(excluding(RULE, &[]), None);
    }

    #[test]
    fn follows_operators_the_way_series_are_paired() {
        let etcd = [("pod", "etcd-0")];
        for (text, is_excluded) in [
            (r#"sum by (pod) (rate(a{pod!~"etcd-.*"}[5m])) > 1"#, true),
            (r#"a{pod!~"etcd-.*"} and b"#, true),
            (r#"a and b{pod!~"etcd-.*"}"#, true),
            (r#"a and on(namespace) b{pod!~"etcd-.*"}"#, false),
            (r#"a and ignoring(pod) b{pod!~"etcd-.*"}"#, false),
            (r#"a unless b{pod!~"etcd-.*"}"#, false),
            (r#"a{pod!~"etcd-.*"} or b"#, false),
            (r#"a{pod!~"etcd-.*"} or b{pod="web"}"#, true),
            (r#"absent(a{pod!~"etcd-.*"})"#, false),
            (r#"label_replace(a{pod!~"etcd-.*"}, "pod", "$1", "x", "(.*)")"#, false),
            (r#"max_over_time(a{pod="web-0"}[1h:5m])"#, true),
            ("vector(1)", false),
        ] {
            assert_eq!(excluding(text, &etcd).is_some(), is_excluded, "{text}");
        }
    }
}
