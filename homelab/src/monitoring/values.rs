//! Numbers and vectors of the simulated Prometheus, and how operators join them.

use promql_parser::parser::{
    BinaryExpr,
    token::{T_ADD, T_DIV, T_EQLC, T_GTE, T_GTR, T_LAND, T_LOR, T_LSS, T_LTE, T_LUNLESS, T_MUL, T_NEQ, T_SUB},
};

use super::{
    eval::{Refused, refuse},
    series::Labels,
};

/// Series with their values.
pub(super) type Samples = Vec<(Labels, f64)>;

/// The value of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Scalar(f64),
    Vector(Samples),
}

/// What arithmetic leaves of labels: everything but the name.
pub(super) fn nameless(mut labels: Labels) -> Labels {
    labels.remove("__name__");
    labels
}

pub(super) fn negate(value: Value) -> Result<Value, Refused> {
    Ok(match value {
        Value::Scalar(number) => Value::Scalar(-number),
        Value::Vector(samples) => {
            Value::Vector(samples.into_iter().map(|(labels, number)| (nameless(labels), -number)).collect())
        }
    })
}

/// Joins two values by an operator. Vectors are paired by all their labels; `on` and `ignoring` are not known.
pub(super) fn combine(binary: &BinaryExpr, left: Value, right: Value) -> Result<Value, Refused> {
    if binary.modifier.as_ref().is_some_and(|modifier| modifier.matching.is_some() || modifier.return_bool) {
        return Err(refuse("on, ignoring and bool"));
    }
    let op = binary.op.id();
    match (left, right) {
        (Value::Scalar(left), Value::Scalar(right)) => {
            arithmetic(op, left, right).map(Value::Scalar).ok_or_else(|| refuse("this operator between numbers"))
        }
        (Value::Vector(left), Value::Scalar(right)) => each(op, left, |value| (value, right)),
        (Value::Scalar(left), Value::Vector(right)) => each(op, right, |value| (left, value)),
        (Value::Vector(left), Value::Vector(right)) => paired(op, left, &right),
    }
}

/// Each sample against a number. A comparison keeps those that pass as they are; anything else takes their name.
fn each(op: u16, samples: Samples, sides: impl Fn(f64) -> (f64, f64)) -> Result<Value, Refused> {
    let mut kept = Samples::new();
    for (labels, value) in samples {
        let (left, right) = sides(value);
        match (comparison(op, left, right), arithmetic(op, left, right)) {
            (Some(true), _) => kept.push((labels, value)),
            (Some(false), _) => {}
            (None, Some(result)) => kept.push((nameless(labels), result)),
            (None, None) => return Err(refuse("this operator")),
        }
    }
    Ok(Value::Vector(kept))
}

fn paired(op: u16, left: Samples, right: &Samples) -> Result<Value, Refused> {
    let partner = |labels: &Labels| {
        let wanted = nameless(labels.clone());
        right.iter().find(|(known, _)| nameless(known.clone()) == wanted)
    };
    let mut kept = Samples::new();
    if op == T_LOR {
        let has_partner: Vec<Labels> = left.iter().map(|(labels, _)| nameless(labels.clone())).collect();
        kept.extend(left);
        kept.extend(right.iter().filter(|(labels, _)| !has_partner.contains(&nameless(labels.clone()))).cloned());
        return Ok(Value::Vector(kept));
    }
    for (labels, value) in left {
        match (partner(&labels), op) {
            (Some(_), T_LAND) | (None, T_LUNLESS) => kept.push((labels, value)),
            (_, T_LAND | T_LUNLESS) | (None, _) => {}
            (Some((_, other)), op) => match (comparison(op, value, *other), arithmetic(op, value, *other)) {
                (Some(true), _) => kept.push((labels, value)),
                (Some(false), _) => {}
                (None, Some(result)) => kept.push((nameless(labels), result)),
                (None, None) => return Err(refuse("this operator")),
            },
        }
    }
    Ok(Value::Vector(kept))
}

fn comparison(op: u16, left: f64, right: f64) -> Option<bool> {
    Some(match op {
        T_GTR => left > right,
        T_GTE => left >= right,
        T_LSS => left < right,
        T_LTE => left <= right,
        T_EQLC => left == right,
        T_NEQ => left != right,
        _ => return None,
    })
}

fn arithmetic(op: u16, left: f64, right: f64) -> Option<f64> {
    Some(match op {
        T_ADD => left + right,
        T_SUB => left - right,
        T_MUL => left * right,
        T_DIV => left / right,
        _ => return None,
    })
}
