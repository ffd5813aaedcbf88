//! Evaluates the part of PromQL that the homelab's rules and runbooks use: selectors, `increase` and `rate`, arithmetic
//! and comparisons, aggregations. What it does not know it refuses, as Prometheus refuses what it cannot execute.

use std::collections::BTreeMap;

use document::time::Timestamp;
use promql_parser::{
    label::Matchers,
    parser::{
        AggregateExpr, Call, Expr, LabelModifier, VectorSelector,
        token::{T_AVG, T_COUNT, T_MAX, T_MIN, T_SUM, T_TOPK},
    },
};

use super::{
    series::{self, Labels, View},
    values::{self, Samples, Value},
};

/// Why an expression has no value: one sentence, as Prometheus' own `execution` errors are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused(pub(super) String);

/// The value of an expression at a moment.
pub(super) fn eval(view: &View<'_>, tree: &Expr, at: Timestamp) -> Result<Value, Refused> {
    match tree {
        Expr::Paren(inner) => eval(view, &inner.expr, at),
        Expr::NumberLiteral(literal) => Ok(Value::Scalar(literal.val)),
        Expr::Unary(inner) => values::negate(eval(view, &inner.expr, at)?),
        Expr::VectorSelector(selector) => Ok(Value::Vector(select(view, selector, at)?)),
        Expr::Call(call) => function(view, call, at),
        Expr::Aggregate(aggregate) => aggregated(view, aggregate, at),
        Expr::Binary(binary) => {
            let (left, right) = (eval(view, &binary.lhs, at)?, eval(view, &binary.rhs, at)?);
            values::combine(binary, left, right)
        }
        Expr::MatrixSelector(_) => Err(refuse("a range on its own")),
        Expr::Subquery(_) => Err(refuse("a subquery")),
        Expr::StringLiteral(_) | Expr::Extension(_) => Err(refuse("a text")),
    }
}

pub(super) fn refuse(what: &str) -> Refused {
    Refused(format!("the simulated Prometheus does not evaluate {what}"))
}

fn select(view: &View<'_>, selector: &VectorSelector, at: Timestamp) -> Result<Samples, Refused> {
    if selector.offset.is_some() || selector.at.is_some() || !selector.matchers.or_matchers.is_empty() {
        return Err(refuse("offset, @ and or in a selector"));
    }
    let mut found = series::at(view, selector.name.as_deref(), &selector.matchers, at);
    found.retain(|(labels, _)| matches(&selector.matchers, labels));
    Ok(found)
}

/// Whether labels pass; one that is absent is empty, as in Prometheus.
pub(super) fn matches(matchers: &Matchers, labels: &Labels) -> bool {
    let value = |name: &str| labels.get(name).map_or("", String::as_str);
    matchers.matchers.iter().all(|matcher| matcher.is_match(value(&matcher.name)))
}

fn function(view: &View<'_>, call: &Call, at: Timestamp) -> Result<Value, Refused> {
    let name = call.func.name;
    let [argument] = call.args.args.as_slice() else { return Err(refuse(&format!("{name}()"))) };
    let (Expr::MatrixSelector(range), "increase" | "rate") = (&**argument, name) else {
        return Err(refuse(&format!("{name}()")));
    };
    let length_ms = i64::try_from(range.range.as_millis()).map_err(|_| refuse("a range of this length"))?;
    let before: BTreeMap<Labels, f64> = select(view, &range.vs, at.plus_ms(-length_ms))?.into_iter().collect();
    let per = if name == "rate" { range.range.as_secs_f64() } else { 1.0 };
    let grown = select(view, &range.vs, at)?.into_iter().map(|(labels, now)| {
        // A series that is younger than the range counts from nothing.
        let start = before.get(&labels).copied().unwrap_or(0.0);
        (values::nameless(labels), (now - start).max(0.0) / per)
    });
    Ok(Value::Vector(grown.collect()))
}

fn aggregated(view: &View<'_>, aggregate: &AggregateExpr, at: Timestamp) -> Result<Value, Refused> {
    let Value::Vector(mut samples) = eval(view, &aggregate.expr, at)? else { return Err(refuse("this aggregation")) };
    if aggregate.op.id() == T_TOPK {
        let Some(Expr::NumberLiteral(count)) = aggregate.param.as_deref() else { return Err(refuse("this topk")) };
        samples.sort_by(|a, b| b.1.total_cmp(&a.1));
        samples.truncate(count.val.max(0.0) as usize);
        return Ok(Value::Vector(samples));
    }
    let mut groups: BTreeMap<Labels, Vec<f64>> = BTreeMap::new();
    for (labels, value) in samples {
        groups.entry(grouping(labels, aggregate.modifier.as_ref())).or_default().push(value);
    }
    let total = |values: &[f64]| values.iter().sum::<f64>();
    let reduce: fn(&[f64], f64) -> f64 = match aggregate.op.id() {
        T_SUM => |_, sum| sum,
        T_COUNT => |values, _| values.len() as f64,
        T_AVG => |values, sum| sum / values.len() as f64,
        T_MAX => |values, _| values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        T_MIN => |values, _| values.iter().copied().fold(f64::INFINITY, f64::min),
        _ => return Err(refuse("this aggregation")),
    };
    Ok(Value::Vector(groups.into_iter().map(|(key, values)| (key, reduce(&values, total(&values)))).collect()))
}

fn grouping(labels: Labels, modifier: Option<&LabelModifier>) -> Labels {
    match modifier {
        None => Labels::new(),
        Some(LabelModifier::Include(by)) => labels.into_iter().filter(|(name, _)| by.labels.contains(name)).collect(),
        Some(LabelModifier::Exclude(without)) => {
            values::nameless(labels).into_iter().filter(|(name, _)| !without.labels.contains(name)).collect()
        }
    }
}
