//! `+ - * / %` of jq's values. Pays before it builds.

use std::{ops, rc::Rc};

use jaq_core::{Error, ops::Math};

use super::{
    budget::{self, Spent},
    value::{Members, Node, Number, Value},
};

/// What an operator gives.
type Result = jaq_core::ValR<Value>;

impl From<Spent> for Error<Value> {
    fn from(_: Spent) -> Self {
        Self::new(Value::Null)
    }
}

impl ops::Add for Value {
    type Output = Result;

    fn add(self, other: Self) -> Result {
        match (self, other) {
            (Self::Null, value) | (value, Self::Null) => Ok(value),
            (Self::Number(a), Self::Number(b)) => number(a, b, i64::checked_add, |a, b| a + b),
            (Self::Text(a), Self::Text(b)) => {
                let copied = if Rc::strong_count(&a) == 1 { 0 } else { a.len() };
                budget::write(copied + b.len())?;
                let mut text = Rc::unwrap_or_clone(a);
                text.push_str(&b);
                Ok(Self::Text(Rc::new(text)))
            }
            (Self::Array(a), Self::Array(b)) => {
                budget::make(shared_cost(&a, a.items.len()).saturating_add(b.items.len()))?;
                let (size, depth) = (a.size.saturating_add(b.size - 1), a.depth.max(b.depth));
                let mut items = take(a);
                items.extend(b.items.iter().cloned());
                Ok(Self::array_of(items, size, depth))
            }
            (Self::Object(a), Self::Object(b)) => {
                budget::make(shared_cost(&a, a.items.len()).saturating_add(b.items.len()).saturating_mul(3))?;
                let (mut size, depth) = (a.size, a.depth.max(b.depth));
                let mut items = take(a);
                for (name, value) in &b.items {
                    size = size.saturating_add(value.size());
                    let old = items.insert(Rc::clone(name), value.clone());
                    size = size.saturating_sub(old.map_or(0, |old| old.size()));
                }
                Ok(Self::object_of(items, size, depth))
            }
            (a, b) => Err(Error::math(a, Math::Add, b)),
        }
    }
}

impl ops::Sub for Value {
    type Output = Result;

    fn sub(self, other: Self) -> Result {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => number(a, b, i64::checked_sub, |a, b| a - b),
            (Self::Array(a), Self::Array(b)) => {
                budget::pay(a.items.len().saturating_mul(b.items.len()))?;
                Ok(a.items.iter().filter(|item| !b.items.contains(item)).cloned().collect())
            }
            (a, b) => Err(Error::math(a, Math::Sub, b)),
        }
    }
}

impl ops::Mul for Value {
    type Output = Result;

    fn mul(self, other: Self) -> Result {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => number(a, b, i64::checked_mul, |a, b| a * b),
            (Self::Text(text), Self::Number(times)) | (Self::Number(times), Self::Text(text)) => {
                let times = times.as_f64();
                if times.is_nan() || times <= 0.0 {
                    return Ok(Self::Null);
                }
                // Repeating less than once gives the text itself.
                let times = times.max(1.0) as usize;
                budget::write(text.len().saturating_mul(times))?;
                Ok(Self::Text(Rc::new(text.repeat(times))))
            }
            (Self::Object(a), Self::Object(b)) => {
                let (a, b) = (Self::Object(a), Self::Object(b));
                budget::make(a.steps().saturating_add(b.steps()).saturating_mul(3))?;
                Ok(merge(a, b))
            }
            (a, b) => Err(Error::math(a, Math::Mul, b)),
        }
    }
}

impl ops::Div for Value {
    type Output = Result;

    fn div(self, other: Self) -> Result {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Ok(Self::Number(Number::of(a.as_f64() / b.as_f64()))),
            (Self::Text(text), Self::Text(separator)) => {
                budget::write(text.len())?;
                Ok(split(&text, &separator).collect())
            }
            (a, b) => Err(Error::math(a, Math::Div, b)),
        }
    }
}

impl ops::Rem for Value {
    type Output = Result;

    /// Of the whole parts, as jq does.
    fn rem(self, other: Self) -> Result {
        match (&self, &other) {
            (Self::Number(a), Self::Number(b)) if b.as_f64().trunc() != 0.0 => {
                if a.as_f64().is_nan() || b.as_f64().is_nan() {
                    return Ok(Self::from(f64::NAN));
                }
                let (a, b) = (a.as_f64() as i64, b.as_f64() as i64);
                Ok(Self::Number(Number::Whole(a.wrapping_rem(b.wrapping_abs().max(1)))))
            }
            _ => Err(Error::math(self, Math::Rem, other)),
        }
    }
}

impl ops::Neg for Value {
    type Output = Result;

    fn neg(self) -> Result {
        match self {
            Self::Number(value) => number(Number::Whole(0), value, i64::checked_sub, |a, b| a - b),
            value => Err(Error::typ(value, "number")),
        }
    }
}

fn number(a: Number, b: Number, whole: fn(i64, i64) -> Option<i64>, float: fn(f64, f64) -> f64) -> Result {
    budget::pay(0)?;
    let exact = match (a, b) {
        (Number::Whole(a), Number::Whole(b)) => whole(a, b),
        _ => None,
    };
    Ok(Value::Number(exact.map_or_else(|| Number::of(float(a.as_f64(), b.as_f64())), Number::Whole)))
}

/// What it costs to have items alone: nothing for who holds them alone already.
pub(super) fn shared_cost<T>(node: &Rc<Node<T>>, len: usize) -> usize {
    if Rc::strong_count(node) == 1 { 1 } else { len }
}

/// The items, copied only when someone else holds them, too.
pub(super) fn take<T: Clone>(node: Rc<Node<T>>) -> T {
    Rc::try_unwrap(node).map_or_else(|shared| shared.items.clone(), |node| node.items)
}

fn merge(a: Value, b: Value) -> Value {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let mut items: Members = take(a);
            for (name, value) in take(b) {
                let old = items.get_mut(&name).map(std::mem::take);
                let new = match old {
                    Some(old) => merge(old, value),
                    None => value,
                };
                items.insert(name, new);
            }
            Value::object(items)
        }
        (_, b) => b,
    }
}

fn split<'t>(text: &'t str, separator: &'t str) -> Box<dyn Iterator<Item = Value> + 't> {
    if text.is_empty() {
        Box::new(std::iter::empty())
    } else if separator.is_empty() {
        Box::new(paid(text.chars()).map(|c| Value::text(c.encode_utf8(&mut [0; 4]))))
    } else {
        Box::new(paid(text.split(separator)).map(Value::text))
    }
}

/// Parts of a text that become texts of their own, as long as there are means for them.
fn paid<T>(parts: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
    parts.take_while(|_| budget::write(1).is_ok())
}
