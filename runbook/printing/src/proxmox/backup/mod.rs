//! What `proxmox-backup-manager` and `proxmox-backup-client` print.

mod items;
mod stores;
mod tasks;

use serde_json::Value;

use super::{Object, Sheet, boxed, hide_secrets, plain, real, units};
use document::outcome::Column;
pub use items::{Listing, listing};
pub use stores::{StoreUsage, garbage_collection, groups, snapshots, usage};
pub use tasks::{log, tasks, versions};

/// A column of a table: the field, its head, and how it is written.
#[derive(Debug, Clone, Copy)]
struct Field {
    name: &'static str,
    head: &'static str,
    writing: Writing,
}

/// How a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    Plain,
    /// A number or truth value, on the right.
    Number,
    /// A number of bytes.
    Bytes,
    /// Seconds since 1970, by the clock of the server's own zone.
    Epoch,
}

const fn text(name: &'static str) -> Field {
    Field { name, head: name, writing: Writing::Plain }
}

const fn numeric(name: &'static str) -> Field {
    Field { name, head: name, writing: Writing::Number }
}

const fn sized(name: &'static str) -> Field {
    Field { name, head: name, writing: Writing::Bytes }
}

const fn timed(name: &'static str) -> Field {
    Field { name, head: name, writing: Writing::Epoch }
}

/// Objects in a box, sorted by their first column.
fn draw(fields: &[Field], objects: &[Object], offset: units::Offset) -> Sheet {
    let columns: Vec<Column> = fields
        .iter()
        .map(|field| Column {
            name: field.head.to_owned(),
            is_numeric: matches!(field.writing, Writing::Number | Writing::Bytes),
        })
        .collect();
    let mut rows: Vec<Vec<String>> =
        objects.iter().map(|object| fields.iter().map(|field| cell(field, object, offset)).collect()).collect();
    rows.sort();
    boxed::draw(&columns, rows)
}

/// One object in a box, a row for each field that it has.
fn draw_one(object: Object) -> Sheet {
    let mut object = Value::Object(object);
    hide_secrets(&mut object);
    let Value::Object(object) = object else { return Sheet::default() };
    let column = |name: &str| Column { name: name.into(), is_numeric: false };
    let rows = object.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| vec![key.clone(), plain(value)]);
    boxed::draw(&[column("Name"), column("Value")], rows.collect())
}

fn cell(field: &Field, object: &Object, offset: units::Offset) -> String {
    let Some(value) = object.get(field.name).filter(|value| !value.is_null()) else { return String::new() };
    match (field.writing, value.as_u64(), value.as_i64()) {
        (Writing::Bytes, Some(size), _) => units::bytes(real(size)),
        (Writing::Epoch, _, Some(at)) => offset.date_time(at),
        _ if super::is_secret(field.name) => super::HIDDEN.to_owned(),
        _ => plain(value),
    }
}
