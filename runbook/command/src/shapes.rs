//! Which fields Proxmox VE's API promises for each path that may be read, and which privilege its lists depend on. The
//! table is data: a test against the peer that we did not write compares it with Proxmox' own schema.

use std::sync::LazyLock;

/// One line a path: see its first line.
const TABLE: &str = include_str!("shapes.txt");

/// What a path answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// `/nodes/*/storage`.
    pub path: &'static str,
    /// What kind of answer.
    pub kind: Kind,
    /// The privilege without which the answer is shorter or empty, and the path that it is needed on.
    pub needs: Option<(&'static str, &'static str)>,
    /// Fields: those that are always there first, each part by name. None when the schema names none.
    pub fields: Vec<Field>,
}

/// What kind of answer a path has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A list of objects.
    List,
    /// A list of texts.
    Texts,
    /// One object.
    Object,
    /// One value.
    Text,
}

/// A field of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether it may be absent.
    pub is_optional: bool,
    /// Numbers and truth values, which stand on the right.
    pub is_numeric: bool,
    /// How pvesh writes it: `bytes`, `timestamp`; empty for as it is.
    pub writing: &'static str,
}

/// The shape of a path, such as `/nodes/pihanga/storage`.
pub fn of(path: &str) -> Option<&'static Shape> {
    static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| TABLE.lines().filter_map(read).collect());
    SHAPES.iter().find(|shape| matches(shape.path, path))
}

/// Every shape, for tests.
pub fn all() -> impl Iterator<Item = Shape> {
    TABLE.lines().filter_map(read)
}

impl Shape {
    /// The path on which the privilege is needed, with the words of a real path in place of `*`.
    pub fn needed_on(&self, path: &str) -> Option<(&'static str, String)> {
        let (privilege, needed) = self.needs?;
        let mut words =
            self.path.split('/').zip(path.split('/')).filter(|(shape, _)| *shape == "*").map(|(_, word)| word);
        let needed: Vec<&str> =
            needed.split('/').map(|word| if word == "*" { words.next().unwrap_or(word) } else { word }).collect();
        Some((privilege, needed.join("/")))
    }
}

fn read(line: &'static str) -> Option<Shape> {
    if line.starts_with('#') {
        return None;
    }
    let mut parts = line.split(" |").map(str::trim);
    let path = parts.next().filter(|path| path.starts_with('/'))?;
    let kind = match parts.next()? {
        "list" => Kind::List,
        "texts" => Kind::Texts,
        "object" => Kind::Object,
        _ => Kind::Text,
    };
    let needs = parts.next()?.split_once(' ');
    let mut fields: Vec<Field> = parts.next().into_iter().flat_map(str::split_whitespace).map(field).collect();
    fields.sort_by_key(|field| (field.is_optional, field.name));
    Some(Shape { path, kind, needs, fields })
}

fn field(text: &'static str) -> Field {
    let (rest, writing) = text.split_once('/').unwrap_or((text, ""));
    let (rest, kind) = rest.split_once(':').unwrap_or((rest, ""));
    Field { name: rest.trim_end_matches('?'), is_optional: rest.ends_with('?'), is_numeric: !kind.is_empty(), writing }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(word)) if wanted == word || (wanted == "*" && !word.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_fields_in_the_order_in_which_they_are_printed() {
        let nodes = of("/nodes").expect("a path of the API");
        let names: Vec<&str> = nodes.fields.iter().map(|field| field.name).collect();
        assert_eq!(names, ["node", "status", "cpu", "level", "maxcpu", "maxmem", "mem", "ssl_fingerprint", "uptime"]);
        let memory = nodes.fields.iter().find(|field| field.name == "maxmem").expect("a field");
        assert!(memory.is_optional && memory.is_numeric && memory.writing == "bytes");
    }

    #[test]
    fn knows_which_privilege_a_list_depends_on() {
        let tasks = of("/nodes/pihanga/tasks").expect("a path of the API");
        assert_eq!(tasks.needed_on("/nodes/pihanga/tasks"), Some(("Sys.Audit", "/nodes/pihanga".into())));
        let task = of("/nodes/pihanga/tasks/UPID:x:/log").expect("a path of the API");
        assert_eq!(task.needed_on("/nodes/pihanga/tasks/UPID:x:/log"), Some(("Sys.Audit", "/nodes/pihanga".into())));
        assert_eq!(of("/version").and_then(|shape| shape.needed_on("/version")), None);
        assert_eq!(of("/nodes/pihanga/execute"), None);
    }
}
