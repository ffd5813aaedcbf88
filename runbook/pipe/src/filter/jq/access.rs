//! What `.a`, `.[0]`, `.[1:2]`, `.[]` and their updates do to values, as jaq asks for it.

use std::{rc::Rc, str};

use jaq_core::{Error, Exn, ValR, ValT, ValX, box_iter::BoxIter, path::Opt, val};

use super::{
    arithmetic::{shared_cost, take},
    budget, json,
    value::{Number, Value},
};

impl ValT for Value {
    fn from_num(text: &str) -> ValR<Self> {
        Ok(Self::Number(json::number(text)))
    }

    fn from_map<I: IntoIterator<Item = (Self, Self)>>(members: I) -> ValR<Self> {
        let name = |(name, value)| match name {
            Self::Text(name) => Ok((name.as_str().into(), value)),
            other => Err(Error::typ(other, "the name of a member, which is a string")),
        };
        let members = members.into_iter().take_while(|_| budget::make(3).is_ok()).map(name);
        members.collect::<Result<_, _>>().map(Self::object)
    }

    fn key_values(self) -> BoxIter<'static, ValR<(Self, Self), Self>> {
        match self {
            Self::Array(node) => paid((0..node.items.len()).map(move |at| (Self::from(at), node.items[at].clone()))),
            Self::Object(node) => {
                paid((0..node.items.len()).filter_map(move |at| {
                    node.items.get_index(at).map(|(name, value)| (Self::text(name), value.clone()))
                }))
            }
            other => failing(Error::typ(other, "iterable (array or object)")),
        }
    }

    fn values(self) -> Box<dyn Iterator<Item = ValR<Self>>> {
        match self {
            Self::Array(node) => paid((0..node.items.len()).map(move |at| node.items[at].clone())),
            Self::Object(node) => {
                paid((0..node.items.len()).filter_map(move |at| node.items.get_index(at).map(|(_, v)| v.clone())))
            }
            other => failing(Error::typ(other, "iterable (array or object)")),
        }
    }

    fn index(self, index: &Self) -> ValR<Self> {
        budget::pay(1)?;
        match (self, index) {
            (Self::Null, Self::Null | Self::Text(_) | Self::Number(_) | Self::Object(_)) => Ok(Self::Null),
            (Self::Object(node), Self::Text(name)) => Ok(node.items.get(name.as_str()).cloned().unwrap_or_default()),
            (Self::Array(node), Self::Number(number)) => {
                let at = position(*number, node.items.len());
                Ok(at.and_then(|at| node.items.get(at).cloned()).unwrap_or_default())
            }
            (Self::Array(node), Self::Array(_)) => super::library::indices(&Self::Array(node), index),
            (value @ (Self::Array(_) | Self::Text(_)), Self::Object(ends)) => {
                value.range(ends.items.get("start")..ends.items.get("end"))
            }
            (value, index) => Err(Error::index(value, index.clone())),
        }
    }

    fn range(self, range: val::Range<&Self>) -> ValR<Self> {
        match self {
            Self::Null => Ok(Self::Null),
            Self::Array(node) => {
                let (from, to) = ends(&range, node.items.len())?;
                budget::make(to - from)?;
                Ok(Self::array(node.items[from..to].to_vec()))
            }
            Self::Text(text) => {
                budget::write(text.len())?;
                let (from, to) = ends(&range, text.chars().count())?;
                Ok(Self::Text(Rc::new(text.chars().skip(from).take(to - from).collect())))
            }
            other => Err(Error::typ(other, "rangeable (array or string)")),
        }
    }

    fn map_values<'a, I: Iterator<Item = ValX<'a, Self>>>(self, opt: Opt, f: impl Fn(Self) -> I) -> ValX<'a, Self> {
        match self {
            Self::Array(node) => {
                let mut items = Vec::new();
                for item in take(node) {
                    for new in f(item) {
                        make(1)?;
                        items.push(new?);
                    }
                }
                Ok(Self::array(items))
            }
            Self::Object(node) => {
                let mut items = super::value::Members::new();
                for (name, item) in take(node) {
                    make(3)?;
                    if let Some(new) = f(item).next().transpose()? {
                        items.insert(name, new);
                    }
                }
                Ok(Self::object(items))
            }
            other => opt.fail(other, |value| Exn::from(Error::typ(value, "iterable (array or object)"))),
        }
    }

    fn map_index<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        index: &Self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        match (self, index) {
            (value @ (Self::Array(_) | Self::Null), Self::Object(ends)) => {
                value.map_range(ends.items.get("start")..ends.items.get("end"), opt, f)
            }
            (Self::Null, Self::Text(_)) => Self::object(Default::default()).map_index(index, opt, f),
            (Self::Null, Self::Number(_)) => Self::array(Vec::new()).map_index(index, opt, f),
            (Self::Object(node), Self::Text(name)) => {
                make(shared_cost(&node, node.items.len()).saturating_mul(3) + 3)?;
                let (mut size, mut depth) = (node.size, node.depth);
                let mut items = take(node);
                let old = items.get_mut(name.as_str()).map(std::mem::take).unwrap_or_default();
                size -= if items.contains_key(name.as_str()) { old.size() } else { 0 };
                match f(old).next().transpose()? {
                    Some(new) => {
                        (size, depth) = (size.saturating_add(new.size()), depth.max(new.depth() + 1));
                        items.insert(name.as_str().into(), new);
                    }
                    None => {
                        pay(items.len())?;
                        items.shift_remove(name.as_str());
                    }
                }
                measured(Self::object_of(items, size, depth))
            }
            (Self::Array(node), Self::Number(number)) => {
                let len = node.items.len();
                let Some(at) = position(*number, len) else {
                    return opt.fail(Self::Array(node), |_| Exn::from(Error::str("this index lies before the array")));
                };
                make(shared_cost(&node, len).saturating_add(at.saturating_sub(len)))?;
                let (mut size, mut depth) = (node.size, node.depth);
                let mut items = take(node);
                let old = items.get_mut(at).map(std::mem::take).unwrap_or_default();
                size -= if at < len { old.size() } else { 0 };
                match f(old).next().transpose()? {
                    Some(new) => {
                        let grown = (at + 1).saturating_sub(len + 1) as u64;
                        (size, depth) = (size.saturating_add(new.size() + grown), depth.max(new.depth() + 1));
                        items.resize(len.max(at + 1), Self::Null);
                        items[at] = new;
                    }
                    None if at < len => drop(items.remove(at)),
                    None => {}
                }
                measured(Self::array_of(items, size, depth))
            }
            (value, index) => opt.fail(value, |value| Exn::from(Error::index(value, index.clone()))),
        }
    }

    fn map_range<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        range: val::Range<&Self>,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        let node = match self {
            Self::Array(node) => node,
            Self::Null => return Self::array(Vec::new()).map_range(range, opt, f),
            other => return opt.fail(other, |value| Exn::from(Error::typ(value, "array"))),
        };
        let (from, to) = match ends(&range, node.items.len()) {
            Ok(ends) => ends,
            Err(error) => return opt.fail(Self::Array(node), |_| Exn::from(error)),
        };
        make(node.items.len().saturating_mul(2))?;
        let mut items = take(node);
        let old = Self::array(items[from..to].to_vec());
        let new = match f(old).next().transpose()? {
            Some(Self::Array(new)) => take(new),
            None => Vec::new(),
            Some(other) => return Err(Error::typ(other, "array").into()),
        };
        make(new.len())?;
        items.splice(from..to, new);
        Ok(Self::array(items))
    }

    fn as_bool(&self) -> bool {
        !matches!(self, Self::Null | Self::Bool(false))
    }

    fn into_string(self) -> Self {
        match self {
            text @ Self::Text(_) => text,
            other => json::compact(&other).map_or(Self::Null, |text| Self::Text(Rc::new(text))),
        }
    }
}

impl jaq_std::ValT for Value {
    fn into_seq<S: FromIterator<Self>>(self) -> Result<S, Self> {
        match self {
            Self::Array(node) if budget::make(node.items.len()).is_ok() => Ok(take(node).into_iter().collect()),
            other => Err(other),
        }
    }

    fn is_int(&self) -> bool {
        matches!(self, Self::Number(Number::Whole(_)))
    }

    fn as_isize(&self) -> Option<isize> {
        match self {
            Self::Number(Number::Whole(number)) => isize::try_from(*number).ok(),
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        Self::as_f64(self)
    }

    fn is_utf8_str(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text.as_bytes()),
            _ => None,
        }
    }

    fn as_sub_str(&self, part: &[u8]) -> Self {
        match (budget::write(part.len()), str::from_utf8(part)) {
            (Ok(()), Ok(part)) => Self::text(part),
            (Ok(()), Err(_)) => Self::text(&String::from_utf8_lossy(part)),
            (Err(_), _) => Self::Null,
        }
    }

    fn from_utf8_bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Self::from(String::from_utf8_lossy(bytes.as_ref()).into_owned())
    }
}

/// Pays, where what fails may be an exception of jaq.
fn pay<'a>(steps: usize) -> Result<(), Exn<'a, Value>> {
    budget::pay(steps).map_err(|spent| Exn::from(Error::from(spent)))
}

/// Pays for values, where what fails may be an exception of jaq.
fn make<'a>(values: usize) -> Result<(), Exn<'a, Value>> {
    budget::make(values).map_err(|spent| Exn::from(Error::from(spent)))
}

/// What was built, unless it was too deep to be kept.
fn measured<'a>(value: Value) -> ValX<'a, Value> {
    pay(0).map(|()| value)
}

/// Items one by one, each paid for; ends with an error when the means run out.
fn paid<T: 'static>(mut items: impl Iterator<Item = T> + 'static) -> BoxIter<'static, ValR<T, Value>> {
    let mut goes_on = true;
    Box::new(std::iter::from_fn(move || {
        if !goes_on {
            return None;
        }
        let item = items.next()?;
        let paid = budget::pay(1);
        goes_on = paid.is_ok();
        Some(paid.map(|()| item).map_err(Error::from))
    }))
}

fn failing<T: 'static>(error: Error<Value>) -> BoxIter<'static, ValR<T, Value>> {
    Box::new(std::iter::once(Err(error)))
}

/// Where a number points in an array: from its end when negative.
fn position(number: Number, len: usize) -> Option<usize> {
    let number = number.as_f64().floor();
    if number.is_nan() {
        None
    } else if number < 0.0 {
        len.checked_sub(number.abs() as usize)
    } else {
        Some(number as usize)
    }
}

/// The ends of a slice, within the array.
fn ends(range: &val::Range<&Value>, len: usize) -> Result<(usize, usize), Error<Value>> {
    let end = |end: Option<&Value>, otherwise: usize, round: fn(f64) -> f64| match end {
        None | Some(Value::Null) => Ok(otherwise),
        Some(Value::Number(number)) => {
            let number = round(number.as_f64());
            let from_end = if number < 0.0 { len as f64 + number } else { number };
            Ok(from_end.clamp(0.0, len as f64) as usize)
        }
        Some(other) => Err(Error::typ(other.clone(), "integer")),
    };
    let from = end(range.start, 0, f64::floor)?;
    let to = end(range.end, len, f64::ceil)?;
    Ok((from, to.max(from)))
}
