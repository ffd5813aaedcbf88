//! Looks into objects. The API leaves out fields that hold nothing, and kubectl prints such a field as an empty text,
//! zero or false: so does this.

use serde_json::{Map, Number, Value};

/// What an absent field holds.
static NOTHING: Value = Value::Null;

/// Looking into an object by dotted paths of field names.
pub(super) trait Look {
    /// The value at a path; null where there is none.
    fn at(&self, path: &str) -> &Value;

    /// The text at a path.
    fn text(&self, path: &str) -> &str {
        self.at(path).as_str().unwrap_or("")
    }

    /// The whole number at a path.
    fn number(&self, path: &str) -> i64 {
        self.at(path).as_i64().unwrap_or(0)
    }

    /// The truth at a path.
    fn is_true(&self, path: &str) -> bool {
        self.at(path).as_bool().unwrap_or(false)
    }

    /// Whether there is something at a path.
    fn has(&self, path: &str) -> bool {
        !self.at(path).is_null()
    }

    /// The entries at a path.
    fn list(&self, path: &str) -> &[Value] {
        self.at(path).as_array().map_or(&[], Vec::as_slice)
    }

    /// The fields at a path, by name.
    fn fields(&self, path: &str) -> Vec<(&str, &Value)> {
        self.at(path).own_fields()
    }

    /// Its own fields, by name.
    fn own_fields(&self) -> Vec<(&str, &Value)>;

    /// The value at a path as kubectl prints any value; `absent` where there is none.
    fn print_or(&self, path: &str, absent: &str) -> String {
        let value = self.at(path);
        if value.is_null() { absent.to_owned() } else { print(value) }
    }

    /// The value at a path as kubectl prints any value; nothing where there is none.
    fn print(&self, path: &str) -> String {
        self.print_or(path, "")
    }

    /// The texts of a list, joined.
    fn joined(&self, path: &str, separator: &str) -> String {
        self.list(path).iter().map(print).collect::<Vec<_>>().join(separator)
    }
}

impl Look for Value {
    fn at(&self, path: &str) -> &Value {
        path.split('.').try_fold(self, |value, field| value.get(field)).unwrap_or(&NOTHING)
    }

    fn own_fields(&self) -> Vec<(&str, &Value)> {
        sorted(self.as_object())
    }
}

fn sorted(fields: Option<&Map<String, Value>>) -> Vec<(&str, &Value)> {
    let mut fields: Vec<(&str, &Value)> =
        fields.into_iter().flatten().map(|(name, value)| (name.as_str(), value)).collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    fields
}

/// A value in Go's notation, which is what kubectl prints: `[a b]`, `map[a:b]`.
pub(super) fn print(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".into(),
        Value::Array(entries) => format!("[{}]", entries.iter().map(print).collect::<Vec<_>>().join(" ")),
        Value::Object(fields) => {
            let fields: Vec<String> =
                sorted(Some(fields)).iter().map(|(name, value)| format!("{name}:{}", print(value))).collect();
            format!("map[{}]", fields.join(" "))
        }
        Value::Number(number) => number.as_i64().map_or_else(|| float(number), |whole| whole.to_string()),
        Value::Bool(truth) => truth.to_string(),
    }
}

/// A number with a point, as Go writes it: from a million on, and below a ten-thousandth, with an exponent.
fn float(number: &Number) -> String {
    let Some(value) = number.as_f64() else { return number.to_string() };
    let written = format!("{value:e}");
    let Some((digits, exponent)) = written.split_once('e') else { return written };
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
        }
        _ => value.to_string(),
    }
}

/// The text, or `<none>` in place of an empty one.
pub(super) fn or_none(text: &str) -> &str {
    if text.is_empty() { "<none>" } else { text }
}

/// `True`, `False`.
pub(super) fn capitalised(truth: bool) -> &'static str {
    if truth { "True" } else { "False" }
}

/// The list as Go prints it, `[]` where there is none.
pub(super) fn bracketed(value: &Value) -> String {
    if value.is_null() { "[]".into() } else { print(value) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn takes_absent_fields_for_empty_ones() {
        let object = json!({ "a": { "b": "x", "n": 3 } });
        assert_eq!((object.text("a.b"), object.text("a.c"), object.text("z.c")), ("x", "", ""));
        assert_eq!((object.number("a.n"), object.number("a.b"), object.list("a").len()), (3, 0, 0));
    }

    #[test]
    fn prints_values_as_go_does() {
        let value = json!({ "b": [1, "x", { "k": true }], "a": null });
        assert_eq!(print(&value), "map[a:<nil> b:[1 x map[k:true]]]");
        let numbers = json!([1000000000000_i64, 1e21, 1e-8, 1.5, 10000000.5, 123456.5, -0.001]);
        assert_eq!(print(&numbers), "[1000000000000 1e+21 1e-08 1.5 1.00000005e+07 123456.5 -0.001]");
    }
}
