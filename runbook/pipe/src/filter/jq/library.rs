//! The filters that jq programs may call: jaq's own, those that need to know our values, and formats.

use std::{collections::HashSet, sync::LazyLock};

use jaq_core::{
    DataT, Error, Exn, RunPtr, ValR, data,
    load::{self, parse::Def},
    native::{Filter, Fun, bome, run, unary, v},
};

use super::{
    budget, json,
    value::{Number, Value},
};

/// Definitions in jq: what jaq's libraries leave to their users, and where jq reads more than jaq.
const OWN: &str = r#"
    def tonumber: if isnumber then . elif isstring then numberof else error("this cannot be a number") end;
    def toboolean: if isboolean then . elif . == "true" then true elif . == "false" then false
        else error("this cannot be a boolean") end;
    def transpose: [range([.[] | length] | max // 0) as $i | [.[][$i]]];
    def in(xs): . as $x | xs | has($x);
    def inside(xs): . as $x | xs | contains($x);
    def index($i): indices($i)[0];
    def rindex($i): indices($i)[-1:][0];
    def leaf_paths: paths(scalars);
    def delpaths($paths): reduce ($paths | unique | reverse[]) as $path (.; getpath($path) |= empty);
    def del(f): delpaths([path(f)]);
    def from_entries: reduce .[] as $x ({};
        . + {($x | if type == "object" then (if has("key") then .key elif has("k") then .k elif has("name") then .name
            elif has("Name") then .Name elif has("Key") then .Key else .K end) else . end
            | if type == "string" then . elif . == null then "null" else tojson end):
            ($x | if has("value") then .value elif has("v") then .v else .Value end)});
    def @json: tojson;
    def @csv: [.[] | if isstring then "\"\(split("\"") | join("\"\""))\"" elif . == null then "" else tostring end] | join(",");
    def @tsv: [.[] | if isstring then gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r")
        elif . == null then "" else tostring end] | join("\t");
"#;

/// Name and number of arguments of every filter there is.
pub(super) static KNOWN: LazyLock<HashSet<(String, usize)>> = LazyLock::new(|| {
    let defined = definitions().map(|definition| (definition.name.to_owned(), definition.args.len()));
    let native = natives().map(|(name, arguments, _)| (name.to_owned(), arguments.len()));
    defined.chain(native).collect()
});

pub(super) fn definitions() -> impl Iterator<Item = Def<&'static str>> {
    let own = load::parse(OWN, |parser| parser.defs()).unwrap_or_default();
    jaq_core::defs().chain(jaq_std::defs()).chain(own)
}

pub(super) fn natives() -> impl Iterator<Item = Fun<data::JustLut<Value>>> {
    jaq_core::funs().chain(jaq_std::base_funs()).chain(jaq_std::extra_funs()).chain(own_natives().into_iter().map(run))
}

fn own_natives<D: for<'a> DataT<V<'a> = Value>>() -> [Filter<RunPtr<D>>; 9] {
    [
        ("length", v(0), |cv| bome(length(cv.1))),
        ("tojson", v(0), |cv| bome(json::compact(&cv.1).map(Value::from).map_err(Error::from))),
        ("fromjson", v(0), |cv| {
            let read = from_json(&cv.1);
            Box::new(
                read.map_or_else(|error| vec![Err(Exn::from(error))], |v| v.into_iter().map(Ok).collect()).into_iter(),
            )
        }),
        ("numberof", v(0), |cv| bome(number_of(&cv.1))),
        ("tobytes", v(0), |cv| bome(Err(Error::typ(cv.1, "bytes")))),
        ("contains", v(1), |cv| {
            unary(cv, |whole, part| {
                budget::pay(whole.steps().saturating_mul(part.steps()))?;
                Ok(Value::Bool(contains(&whole, &part)))
            })
        }),
        ("has", v(1), |cv| unary(cv, |value, name| has(value, &name))),
        ("indices", v(1), |cv| unary(cv, |whole, part| indices(&whole, &part))),
        ("bsearch", v(1), |cv| {
            unary(cv, |value, wanted| match &value {
                Value::Array(node) => {
                    let at = node.items.binary_search(&wanted);
                    Ok(at.map_or_else(|at| Value::Number(Number::of(-1.0 - at as f64)), Value::from))
                }
                _ => Err(Error::typ(value, "array")),
            })
        }),
    ]
}

fn length(value: Value) -> ValR<Value> {
    match &value {
        Value::Null => Ok(Value::from(0_usize)),
        Value::Number(number) => Ok(Value::Number(Number::of(number.as_f64().abs()))),
        Value::Text(text) => {
            budget::scan(text.len())?;
            Ok(Value::from(text.chars().count()))
        }
        Value::Array(node) => Ok(Value::from(node.items.len())),
        Value::Object(node) => Ok(Value::from(node.items.len())),
        Value::Bool(_) => Err(Error::typ(value, "something with a length")),
    }
}

fn from_json(value: &Value) -> Result<Vec<Value>, Error<Value>> {
    let Value::Text(text) = value else { return Err(Error::typ(value.clone(), "string")) };
    budget::scan(text.len())?;
    json::read(text).map_err(|cause| Error::str(format_args!("{value} is not JSON: {cause}")))
}

fn number_of(value: &Value) -> ValR<Value> {
    let Value::Text(text) = value else { return Err(Error::typ(value.clone(), "string")) };
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    match text.trim().parse::<f64>() {
        Ok(_) if is_plain => Ok(Value::Number(json::number(text.trim()))),
        _ => Err(Error::str(format_args!("{value} cannot be a number"))),
    }
}

fn has(value: Value, name: &Value) -> ValR<Value> {
    match (&value, name) {
        (Value::Object(node), Value::Text(name)) => Ok(Value::Bool(node.items.contains_key(name.as_str()))),
        (Value::Array(node), Value::Number(number)) => {
            let at = number.as_f64();
            Ok(Value::Bool(at >= 0.0 && at < node.items.len() as f64))
        }
        _ => Err(Error::index(value, name.clone())),
    }
}

/// Texts contain parts, arrays and objects what each part of the other is contained in.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Text(whole), Value::Text(part)) => whole.contains(part.as_str()),
        (Value::Array(whole), Value::Array(part)) => {
            part.items.iter().all(|part| whole.items.iter().any(|whole| contains(whole, part)))
        }
        (Value::Object(whole), Value::Object(part)) => {
            part.items.iter().all(|(name, part)| whole.items.get(name).is_some_and(|whole| contains(whole, part)))
        }
        _ => whole == part,
    }
}

/// Where a part stands: of a text in characters, of an array by its items.
pub(super) fn indices(whole: &Value, part: &Value) -> ValR<Value> {
    match (whole, part) {
        (Value::Null, _) => Ok(Value::Null),
        (Value::Text(whole), Value::Text(part)) => {
            budget::scan(whole.len().saturating_mul(part.len().max(1)))?;
            if part.is_empty() {
                return Ok(Value::Null);
            }
            let starts = whole.char_indices().map(|(at, _)| at).enumerate();
            Ok(starts
                .filter(|(_, at)| whole[*at..].starts_with(part.as_str()))
                .map(|(index, _)| Value::from(index))
                .collect())
        }
        (Value::Array(whole), Value::Array(part)) => {
            if part.items.is_empty() {
                return Ok(Value::Null);
            }
            let windows = whole.items.windows(part.items.len()).enumerate();
            Ok(windows.filter(|(_, window)| *window == part.items).map(|(at, _)| Value::from(at)).collect())
        }
        (Value::Array(whole), part) => {
            let items = whole.items.iter().enumerate();
            Ok(items.filter(|(_, item)| *item == part).map(|(at, _)| Value::from(at)).collect())
        }
        (whole, part) => Err(Error::index(whole.clone(), part.clone())),
    }
}
