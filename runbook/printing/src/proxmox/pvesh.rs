//! `pvesh get`: any answer of the API in a box or as JSON.

use serde_json::Value;

use super::{
    Object, Sheet, boxed, plain,
    shapes::{Field, Kind, Shape},
    units::{self, Offset},
};
use command::check::TableForm;
use document::outcome::Column;

/// How to write.
#[derive(Clone, Copy)]
struct Style {
    form: TableForm,
    offset: Offset,
}

/// The answer as a table, as pvesh draws it without `--output-format`.
pub fn draw(shape: &Shape, answer: &Value, form: TableForm, offset: Offset) -> Sheet {
    let style = Style { form, offset };
    match (shape.kind, answer) {
        (_, Value::Null) => Sheet::default(),
        (Kind::List, Value::Array(items)) => list(shape, items, style),
        (Kind::Texts, Value::Array(items)) => {
            let mut rows: Vec<Vec<String>> = items.iter().map(|item| vec![plain(item)]).collect();
            rows.sort();
            boxed::draw_as(TableForm { has_head: false, ..form }, &[column("value", false)], rows)
        }
        (Kind::Object, Value::Object(object)) => pairs(shape, object, style),
        (_, other) => Sheet::text([plain(other)]),
    }
}

/// The answer as JSON with its keys in order: on one line, or indented.
pub fn json(answer: &Value, is_pretty: bool) -> Sheet {
    if is_pretty { Sheet::text(super::indented(answer).lines()) } else { Sheet::text([answer.to_string()]) }
}

fn list(shape: &Shape, items: &[Value], style: Style) -> Sheet {
    if items.is_empty() {
        return Sheet::default();
    }
    let objects: Vec<&Object> = items.iter().filter_map(Value::as_object).collect();
    let named: Vec<Field>;
    let fields = if shape.fields.is_empty() {
        let mut names: Vec<&String> = objects.iter().flat_map(|object| object.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let columns: Vec<Column> = names.iter().map(|name| column(name, false)).collect();
        let rows = objects
            .iter()
            .map(|object| names.iter().map(|name| object.get(*name).map_or_else(String::new, plain)).collect());
        let mut rows: Vec<Vec<String>> = rows.collect();
        rows.sort();
        return boxed::draw_as(style.form, &columns, rows);
    } else {
        named = shape.fields.clone();
        &named
    };
    let columns: Vec<Column> = fields.iter().map(|field| column(field.name, field.is_numeric)).collect();
    let mut objects = objects;
    if let Some(first) = fields.first() {
        // As pvesh does: by the first column, numbers as numbers.
        objects.sort_by(|a, b| {
            let value = |object: &Object| object.get(first.name).cloned().unwrap_or(Value::Null);
            let (a, b) = (value(a), value(b));
            match (a.as_f64(), b.as_f64()) {
                (Some(a), Some(b)) if first.is_numeric => a.total_cmp(&b),
                _ => plain(&a).cmp(&plain(&b)),
            }
        });
    }
    let rows = objects.iter().map(|object| {
        fields
            .iter()
            .map(|field| object.get(field.name).map_or_else(String::new, |value| write(field, value, style)))
            .collect()
    });
    boxed::draw_as(style.form, &columns, rows.collect())
}

/// One object: its fields as rows. A schema that names fields leaves out those that it does not name.
fn pairs(shape: &Shape, object: &Object, style: Style) -> Sheet {
    let columns = [column("key", false), column("value", false)];
    let rows: Vec<Vec<String>> = if shape.fields.is_empty() {
        object
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| vec![key.clone(), plain(value)])
            .collect()
    } else {
        let known = |field: &Field| object.get(field.name).filter(|value| !value.is_null());
        let fields = shape.fields.iter().filter_map(|field| Some((field, known(field)?)));
        fields.map(|(field, value)| vec![field.name.to_owned(), write(field, value, style)]).collect()
    };
    let mut rows = rows;
    rows.sort();
    boxed::draw_as(style.form, &columns, rows)
}

fn write(field: &Field, value: &Value, Style { form, offset }: Style) -> String {
    if !form.is_human {
        return plain(value);
    }
    if let Value::Bool(value) = value {
        return u8::from(*value).to_string();
    }
    let (whole, real) = (value.as_i64(), value.as_f64());
    match (field.writing, whole, real) {
        ("bytes", _, Some(size)) => units::bytes(size),
        ("duration", Some(seconds), _) => units::duration(seconds.max(0).unsigned_abs()),
        ("timestamp", Some(at), _) => offset.date_time(at),
        ("timestamp_gmt", Some(at), _) => Offset::default().date_time(at),
        ("fraction_as_percentage", _, Some(share)) => units::percentage(share),
        _ => plain(value),
    }
}

fn column(name: &str, is_numeric: bool) -> Column {
    Column { name: name.to_owned(), is_numeric }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::proxmox::shapes;

    fn drawn(path: &str, answer: &Value) -> String {
        drawn_as(TableForm::default(), path, answer)
    }

    fn drawn_as(form: TableForm, path: &str, answer: &Value) -> String {
        draw(shapes::of(path).expect("a path of the API"), answer, form, Offset::default()).printed()
    }

    #[test]
    fn draws_plain_columns_for_scripts() {
        let stores = json!([
            {"storage": "tank", "type": "zfspool", "content": "images"},
            {"storage": "local", "type": "dir", "content": "iso"},
        ]);
        let form = TableForm { has_border: false, ..TableForm::default() };
        let text = drawn_as(form, "/cluster/tasks", &json!([{"upid": "b"}, {"upid": "long"}]));
        assert_eq!(text, "upid\nb\nlong\n");
        let text = drawn_as(form, "/nodes/pihanga/netstat", &stores);
        assert_eq!(text, "content storage type\nimages  tank    zfspool\niso     local   dir\n");
        let form = TableForm { has_head: false, ..form };
        let text = drawn_as(form, "/nodes/pihanga/netstat", &stores);
        assert_eq!(text, "images  tank    zfspool\niso     local   dir\n");
    }

    #[test]
    fn leaves_out_the_head_inside_a_box() {
        let form = TableForm { has_head: false, ..TableForm::default() };
        let expected = "┌─────────┬────┐\n│ release │ 9  │\n├─────────┼────┤\n│ repoid  │ ab │\n└─────────┴────┘\n";
        // The head's words still make the columns as wide as they are.
        let expected = expected.replace("────┐", "───────┐").replace("────┤", "───────┤").replace("────┘", "───────┘");
        let expected = expected.replace("9  │", "9     │").replace("ab │", "ab    │");
        assert_eq!(drawn_as(form, "/version", &json!({"release": "9", "repoid": "ab"})), expected);
        assert_eq!(
            drawn("/nodes/pihanga/journal", &json!(["b", "a"])),
            "┌───────┐\n│ a     │\n├───────┤\n│ b     │\n└───────┘\n"
        );
    }

    #[test]
    fn writes_plain_numbers_where_people_are_not_meant() {
        let form = TableForm { is_human: false, ..TableForm::default() };
        let text = drawn_as(form, "/nodes", &json!([{"node": "lab", "maxmem": 1024, "cpu": 0.5, "uptime": 3600}]));
        assert!(text.contains(" 1024 ") && text.contains(" 0.5 ") && text.contains(" 3600 "), "{text}");
    }

    #[test]
    fn draws_an_object_as_keys_and_values() {
        let expected = "\
┌─────────┬───────┐
│ key     │ value │
╞═════════╪═══════╡
│ release │ 9.0   │
├─────────┼───────┤
│ repoid  │ ab    │
├─────────┼───────┤
│ version │ 9.0.3 │
└─────────┴───────┘
";
        assert_eq!(drawn("/version", &json!({"version": "9.0.3", "release": "9.0", "repoid": "ab"})), expected);
    }

    #[test]
    fn draws_a_list_in_the_schemas_columns_with_sizes_and_shares() {
        let nodes = json!([
            {"node": "ruapehu", "status": "offline"},
            {"node": "lab", "status": "online", "cpu": 0.0996, "maxcpu": 4, "maxmem": 32_944_332_800_u64, "uptime": 3_600},
        ]);
        let text = drawn("/nodes", &nodes);
        let rows: Vec<&str> = text.lines().filter(|line| line.contains("line ")).collect();
        assert!(rows[0].starts_with("│ lab     │ online  │ 9.96% │       │      4 │ 30.68 GiB │"), "{text}");
        assert!(rows[1].starts_with("│ ruapehu │ offline │       │"), "{text}");
        assert!(text.contains("│     1h │"), "{text}");
    }

    #[test]
    fn draws_nothing_for_an_empty_list() {
        assert_eq!(drawn("/nodes", &json!([])), "");
        assert_eq!(drawn("/cluster/nextid", &json!("105")), "105\n");
    }

    #[test]
    fn finds_the_columns_where_the_schema_names_none() {
        let text = drawn("/nodes/pihanga/netstat", &json!([{"vmid": 201, "in": 5}, {"vmid": 101, "dev": "tap"}]));
        assert!(text.contains("│ dev │ in │ vmid │"), "{text}");
    }
}
