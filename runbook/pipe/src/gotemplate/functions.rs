//! The functions that kubectl's templates know: Go's own, `exists` and `base64decode`.

use std::cmp::Ordering;

use super::{
    format,
    value::{Plain, Value},
};
use crate::filter::Budget;

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    And,
    Or,
    Not,
    Len,
    Index,
    Slice,
    Print,
    Println,
    Printf,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Exists,
    Base64Decode,
}

/// All of them, by name.
const FUNCTIONS: [(&str, Function); 17] = [
    ("and", Function::And),
    ("or", Function::Or),
    ("not", Function::Not),
    ("len", Function::Len),
    ("index", Function::Index),
    ("slice", Function::Slice),
    ("print", Function::Print),
    ("println", Function::Println),
    ("printf", Function::Printf),
    ("eq", Function::Eq),
    ("ne", Function::Ne),
    ("lt", Function::Lt),
    ("le", Function::Le),
    ("gt", Function::Gt),
    ("ge", Function::Ge),
    ("exists", Function::Exists),
    ("base64decode", Function::Base64Decode),
];

/// The function of a name.
pub(super) fn find(name: &str) -> Option<Function> {
    FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
}

impl Function {
    /// The truth of an argument at which the rest is not looked at.
    pub(super) fn stops_at(self) -> Option<bool> {
        match self {
            Self::And => Some(false),
            Self::Or => Some(true),
            _ => None,
        }
    }
}

/// Carries a function out; `and` and `or` are carried out where their arguments are.
///
/// What it builds is paid for before; no function builds more than its arguments are long, `printf` apart, which pays on
/// its own.
pub(super) fn call<'d>(function: Function, arguments: &[Value<'d>], budget: &Budget) -> Result<Value<'d>, String> {
    let is_printed = matches!(function, Function::Print | Function::Println);
    for argument in arguments {
        let size_bytes = match argument.plain() {
            Plain::Text(text) => text.len(),
            _ if is_printed => format::weight(argument, budget).map_err(|reason| reason.to_string())?,
            _ => 32,
        };
        // Written first, then joined with the others.
        budget.build(size_bytes.saturating_mul(2)).map_err(|reason| reason.to_string())?;
    }
    match (function, arguments) {
        (Function::And | Function::Or, _) => Ok(arguments.last().cloned().unwrap_or(Value::Missing)),
        (Function::Not, [value]) => Ok(Value::Bool(!value.is_true())),
        (Function::Len, [value]) => len(value).map(Value::Whole),
        (Function::Index, [value, keys @ ..]) => keys.iter().try_fold(value.clone(), |value, key| index(&value, key)),
        (Function::Slice, [value, ends @ ..]) if ends.len() <= 2 => slice(value, ends),
        (Function::Print, values) => Ok(Value::Text(format::print(values))),
        (Function::Println, values) => Ok(Value::Text(format::print_line(values))),
        (Function::Printf, [format, values @ ..]) => match format.plain() {
            Plain::Text(text) => {
                format::printf(text, values, budget).map(Value::Text).map_err(|reason| reason.to_string())
            }
            _ => Err("the first argument of `printf` is a text".into()),
        },
        (Function::Eq, [first, rest @ ..]) if !rest.is_empty() => {
            for other in rest {
                if is_equal(first, other)? {
                    return Ok(Value::Bool(true));
                }
            }
            Ok(Value::Bool(false))
        }
        (Function::Ne, [a, b]) => is_equal(a, b).map(|is_equal| Value::Bool(!is_equal)),
        (Function::Lt, [a, b]) => compare(a, b).map(|order| Value::Bool(order.is_lt())),
        (Function::Le, [a, b]) => compare(a, b).map(|order| Value::Bool(order.is_le())),
        (Function::Gt, [a, b]) => compare(a, b).map(|order| Value::Bool(order.is_gt())),
        (Function::Ge, [a, b]) => compare(a, b).map(|order| Value::Bool(order.is_ge())),
        (Function::Exists, [value, keys @ ..]) => Ok(Value::Bool(exists(value, keys))),
        (Function::Base64Decode, [value]) => match value.plain() {
            Plain::Text(text) => {
                let bytes = crate::filter::decode_base64(text).ok_or("this is not base64")?;
                Ok(Value::Text(String::from_utf8_lossy(&bytes).into_owned()))
            }
            _ => Err("`base64decode` reads a text".into()),
        },
        (function, arguments) => {
            let name = FUNCTIONS.iter().find(|(_, known)| *known == function).map_or("", |(name, _)| name);
            Err(format!("`{name}` does not take {} arguments", arguments.len()))
        }
    }
}

fn len(value: &Value<'_>) -> Result<i64, String> {
    let len = match value.plain() {
        Plain::Text(text) => text.len(),
        Plain::List(items) => items.len(),
        Plain::Map(members) => members.len(),
        _ => return Err(format!("`len` of {}", value.kind())),
    };
    i64::try_from(len).map_err(|error| error.to_string())
}

fn index<'d>(value: &Value<'d>, key: &Value<'d>) -> Result<Value<'d>, String> {
    match (value, key.plain()) {
        (Value::Data(serde_json::Value::Object(members)), Plain::Text(name)) => {
            Ok(members.get(name).map_or(Value::Missing, Value::Data))
        }
        (Value::Data(serde_json::Value::Array(items)), Plain::Whole(number)) => {
            let item = usize::try_from(number).ok().and_then(|at| items.get(at));
            item.map(Value::Data).ok_or_else(|| format!("the index {number} lies outside the list"))
        }
        (Value::Missing | Value::Nil, _) => Err("`index` of nothing".into()),
        _ => Err(format!("{} cannot be indexed with {}", value.kind(), key.kind())),
    }
}

/// Of a text, by bytes.
fn slice<'d>(value: &Value<'d>, ends: &[Value<'d>]) -> Result<Value<'d>, String> {
    let Plain::Text(text) = value.plain() else { return Err(format!("`slice` of {}", value.kind())) };
    let end = |at: usize, otherwise: usize| match ends.get(at).map(Value::plain) {
        None => Some(otherwise),
        Some(Plain::Whole(number)) => usize::try_from(number).ok(),
        Some(_) => None,
    };
    let range = end(0, 0).zip(end(1, text.len()));
    let part = range.and_then(|(from, to)| text.get(from..to));
    part.map(|part| Value::Text(part.to_owned())).ok_or_else(|| "the ends of `slice` lie outside the text".into())
}

fn exists(value: &Value<'_>, keys: &[Value<'_>]) -> bool {
    let found = keys.iter().try_fold(value.clone(), |value, key| index(&value, key).ok());
    found.is_some_and(|found| found != Value::Missing)
}

/// Unlike kinds cannot be compared, such as 3 and 3.0.
fn is_equal(a: &Value<'_>, b: &Value<'_>) -> Result<bool, String> {
    match (a.plain(), b.plain()) {
        (Plain::Bool(a), Plain::Bool(b)) => Ok(a == b),
        (Plain::Whole(a), Plain::Whole(b)) => Ok(a == b),
        (Plain::Float(a), Plain::Float(b)) => Ok(a == b),
        (Plain::Text(a), Plain::Text(b)) => Ok(a == b),
        (Plain::Nothing, Plain::Nothing) => Ok(true),
        (Plain::Nothing, _) | (_, Plain::Nothing) => Ok(false),
        _ => Err(unlike(a, b)),
    }
}

fn compare(a: &Value<'_>, b: &Value<'_>) -> Result<Ordering, String> {
    match (a.plain(), b.plain()) {
        (Plain::Whole(a), Plain::Whole(b)) => Ok(a.cmp(&b)),
        (Plain::Float(a), Plain::Float(b)) => a.partial_cmp(&b).ok_or_else(|| "a number is missing".into()),
        (Plain::Text(a), Plain::Text(b)) => Ok(a.cmp(b)),
        _ => Err(unlike(a, b)),
    }
}

fn unlike(a: &Value<'_>, b: &Value<'_>) -> String {
    let is_number = |value: &Value<'_>| matches!(value.plain(), Plain::Whole(_) | Plain::Float(_));
    if is_number(a) && is_number(b) {
        return "a whole number cannot be compared with a fraction".into();
    }
    format!("{} cannot be compared with {}", a.kind(), b.kind())
}
