//! Values of jq. Arrays and objects know how many values they hold and how deep they are, so that what a step costs is
//! known before it is taken. Shared parts are shared; nothing here changes a value that someone else sees.

use std::{cmp::Ordering, fmt, rc::Rc};

use indexmap::IndexMap;

use super::budget;

/// Deepest nesting that a program may build: values are dropped and compared by recursion.
const MAX_DEPTH: u32 = 256;

/// The members of an object, in order.
pub(super) type Members = IndexMap<Rc<str>, Value>;

/// A value of jq.
#[derive(Debug, Clone, Default)]
pub(super) enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    Text(Rc<String>),
    Array(Rc<Node<Vec<Value>>>),
    Object(Rc<Node<Members>>),
}

/// A number: whole as long as it fits, as programs count and index.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    Whole(i64),
    Float(f64),
}

/// What an array or object holds.
#[derive(Debug, Clone)]
pub(super) struct Node<T> {
    pub(super) items: T,
    /// Values in it, itself included, each as often as it is reached.
    pub(super) size: u64,
    pub(super) depth: u32,
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(Rc::new(text.to_owned()))
    }

    pub(super) fn array(items: Vec<Self>) -> Self {
        let (size, depth) = measure(items.iter());
        Self::array_of(items, size, depth)
    }

    /// An array whose size and depth are known.
    pub(super) fn array_of(items: Vec<Self>, size: u64, depth: u32) -> Self {
        if depth > MAX_DEPTH {
            budget::exhaust();
            return Self::Null;
        }
        Self::Array(Rc::new(Node { items, size, depth }))
    }

    pub(super) fn object(items: Members) -> Self {
        let (size, depth) = measure(items.values());
        Self::object_of(items, size, depth)
    }

    /// An object whose size and depth are known.
    pub(super) fn object_of(items: Members, size: u64, depth: u32) -> Self {
        if depth > MAX_DEPTH {
            budget::exhaust();
            return Self::Null;
        }
        Self::Object(Rc::new(Node { items, size, depth }))
    }

    /// Values in it, itself included, long texts counted by their length.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Array(node) => node.size,
            Self::Object(node) => node.size,
            Self::Text(text) => 1 + text.len() as u64 / 16,
            _ => 1,
        }
    }

    /// What it costs to walk through all of it.
    pub(super) fn steps(&self) -> usize {
        usize::try_from(self.size()).unwrap_or(usize::MAX)
    }

    pub(super) fn depth(&self) -> u32 {
        match self {
            Self::Array(node) => node.depth,
            Self::Object(node) => node.depth,
            _ => 0,
        }
    }

    pub(super) fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number.as_f64()),
            _ => None,
        }
    }

    /// The kinds in jq's order.
    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(false) => 1,
            Self::Bool(true) => 2,
            Self::Number(_) => 3,
            Self::Text(_) => 4,
            Self::Array(_) => 5,
            Self::Object(_) => 6,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.compare(*b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Array(a), Self::Array(b)) => {
                let pairs = a.items.iter().zip(&b.items).map(|(a, b)| a.compare(b));
                pairs.into_iter().find(|order| order.is_ne()).unwrap_or(a.items.len().cmp(&b.items.len()))
            }
            (Self::Object(a), Self::Object(b)) => compare_members(&a.items, &b.items),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

fn measure<'v>(items: impl Iterator<Item = &'v Value>) -> (u64, u32) {
    items.fold((1, 1), |(size, depth), item| (size.saturating_add(item.size()), depth.max(item.depth() + 1)))
}

/// First by the sorted names, then by the values in that order.
fn compare_members(a: &Members, b: &Members) -> Ordering {
    fn sorted(members: &Members) -> Vec<(&Rc<str>, &Value)> {
        let mut sorted: Vec<_> = members.iter().collect();
        sorted.sort_by_key(|(name, _)| *name);
        sorted
    }
    let (a, b) = (sorted(a), sorted(b));
    let names = a.iter().map(|(name, _)| name).cmp(b.iter().map(|(name, _)| name));
    names.then_with(|| {
        let orders = a.iter().zip(&b).map(|((_, a), (_, b))| a.compare(b));
        orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    })
}

impl Number {
    /// Whole when nothing is lost by it.
    pub(super) fn of(float: f64) -> Self {
        let is_whole = float.fract() == 0.0 && float.abs() < 9e15;
        if is_whole { Self::Whole(float as i64) } else { Self::Float(float) }
    }

    pub(super) fn as_f64(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Float(number) => number,
        }
    }

    /// jq puts NaN below every other number.
    fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => a.cmp(&b),
            (a, b) => {
                let (a, b) = (a.as_f64(), b.as_f64());
                a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
            }
        }
    }
}

impl PartialEq for Value {
    /// Once all is spent, every value equals every other: loops that wait for a difference end.
    fn eq(&self, other: &Self) -> bool {
        budget::pay(self.steps().min(other.steps())).is_err() || self.compare(other).is_eq()
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match budget::pay(self.steps().min(other.steps())) {
            Ok(()) => self.compare(other),
            Err(_) => Ordering::Equal,
        }
    }
}

/// How a value reads in an error: bounded, since errors may quote anything.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{:?}", cut(text)),
            Self::Array(node) => write!(f, "an array of {}", node.items.len()),
            Self::Object(node) => write!(f, "an object of {}", node.items.len()),
            scalar => f.write_str(&super::json::compact(scalar).unwrap_or_default()),
        }
    }
}

/// The beginning of a text.
fn cut(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    let mut chars = text.chars();
    let mut cut: String = chars.by_ref().take(MAX_CHARS).collect();
    if chars.next().is_some() {
        cut.push('…');
    }
    cut
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<isize> for Value {
    fn from(value: isize) -> Self {
        Self::Number(Number::Whole(value as i64))
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        i64::try_from(value).map_or(Self::Number(Number::Float(value as f64)), |v| Self::Number(Number::Whole(v)))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(Number::Float(value))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        match budget::write(value.len()) {
            Ok(()) => Self::Text(Rc::new(value)),
            Err(_) => Self::Null,
        }
    }
}

/// The path of a slice: `{"start": …, "end": …}`.
impl From<jaq_core::val::Range<Self>> for Value {
    fn from(range: jaq_core::val::Range<Self>) -> Self {
        let ends = [("start", range.start), ("end", range.end)];
        Self::object(ends.into_iter().filter_map(|(name, end)| Some((name.into(), end?))).collect())
    }
}

impl FromIterator<Self> for Value {
    fn from_iter<I: IntoIterator<Item = Self>>(items: I) -> Self {
        Self::array(items.into_iter().take_while(|_| budget::make(1).is_ok()).collect())
    }
}
