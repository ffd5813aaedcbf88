//! Walks values along paths.

use serde_json::Value;

use super::{Comparison, JsonPathError, Node, Operand, Path, Step, text};

/// Most values that one step may lead to.
const MAX_VALUES: usize = 200_000;
/// Longest output, in bytes.
const MAX_OUTPUT_BYTES: usize = 16 << 20;

/// The text of a template for a value.
pub(super) fn render(nodes: &[Node], value: &Value) -> Result<String, JsonPathError> {
    let mut out = String::new();
    let mut work_left = MAX_VALUES;
    render_into(nodes, value, value, &mut out, &mut work_left)?;
    Ok(out)
}

fn render_into(
    nodes: &[Node],
    root: &Value,
    value: &Value,
    out: &mut String,
    work_left: &mut usize,
) -> Result<(), JsonPathError> {
    for node in nodes {
        if out.len() > MAX_OUTPUT_BYTES {
            return Ok(());
        }
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Path(path) => {
                let found = find_in_bounds(path, root, value)?;
                *work_left = work_left.saturating_sub(found.len());
                for (index, value) in found.into_iter().enumerate() {
                    if index > 0 {
                        out.push(' ');
                    }
                    out.push_str(&text(value));
                }
            }
            Node::Range(path, body) => {
                let found = find_in_bounds(path, root, value)?;
                // A range over one list goes over its entries.
                let entries: Vec<&Value> = match found.as_slice() {
                    [Value::Array(entries)] => entries.iter().collect(),
                    _ => found,
                };
                for entry in entries {
                    *work_left = work_left.saturating_sub(1);
                    if *work_left == 0 {
                        return Ok(());
                    }
                    render_into(body, root, entry, out, work_left)?;
                }
            }
        }
    }
    Ok(())
}

/// Every value that a path leads to. Where a list has no entry of a number, kubectl gives up, and prints nothing.
fn find_in_bounds<'v>(path: &Path, root: &'v Value, current: &'v Value) -> Result<Vec<&'v Value>, JsonPathError> {
    let mut beyond = None;
    let found = walk(path, root, current, |step, value| {
        if let (Step::Indices(indices), Value::Array(entries)) = (step, value) {
            let is_beyond = |index: &&i64| place(**index, entries.len()).is_none_or(|at| at >= entries.len());
            beyond = beyond.or_else(|| indices.iter().find(is_beyond).map(|index| (*index, entries.len())));
        }
    });
    match beyond {
        None => Ok(found),
        Some((index, length)) => {
            Err(JsonPathError(format!("array index out of bounds: index {index}, length {length}")))
        }
    }
}

/// Every value that a path leads to.
pub(super) fn find<'v>(path: &Path, root: &'v Value, current: &'v Value) -> Vec<&'v Value> {
    walk(path, root, current, |_, _| {})
}

fn walk<'v>(path: &Path, root: &'v Value, current: &'v Value, mut visit: impl FnMut(&Step, &Value)) -> Vec<&'v Value> {
    let mut values = vec![if path.from_root { root } else { current }];
    for step in &path.steps {
        let mut next = Vec::new();
        for value in values {
            visit(step, value);
            follow(step, root, value, &mut next);
            if next.len() > MAX_VALUES {
                next.truncate(MAX_VALUES);
                break;
            }
        }
        values = next;
    }
    values
}

fn follow<'v>(step: &Step, root: &'v Value, value: &'v Value, out: &mut Vec<&'v Value>) {
    match step {
        Step::Field(name) => out.extend(value.get(name)),
        Step::Fields(names) => out.extend(names.iter().filter_map(|name| value.get(name))),
        Step::All => children(value, out),
        Step::Descend => descend(value, out),
        Step::Indices(indices) => {
            let Value::Array(entries) = value else { return };
            out.extend(indices.iter().filter_map(|index| entries.get(place(*index, entries.len())?)));
        }
        Step::Slice(from, to, every) => {
            let Value::Array(entries) = value else { return };
            let bound = |bound: Option<i64>, default: usize| match bound {
                None => default,
                Some(n) if n < 0 => {
                    entries.len().saturating_sub(usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX))
                }
                Some(n) => usize::try_from(n).unwrap_or(usize::MAX).min(entries.len()),
            };
            let (from, to) = (bound(*from, 0), bound(*to, entries.len()));
            let every = usize::try_from(*every).unwrap_or(1).max(1);
            out.extend(entries.get(from..to).unwrap_or_default().iter().step_by(every));
        }
        Step::Filter(left, right) => {
            let mut entries = Vec::new();
            children(value, &mut entries);
            out.extend(entries.into_iter().filter(|entry| is_wanted(left, right.as_ref(), root, entry)));
        }
    }
}

fn place(index: i64, len: usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => len.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}

fn children<'v>(value: &'v Value, out: &mut Vec<&'v Value>) {
    match value {
        Value::Array(entries) => out.extend(entries),
        Value::Object(fields) => out.extend(fields.values()),
        _ => {}
    }
}

fn descend<'v>(value: &'v Value, out: &mut Vec<&'v Value>) {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        out.push(value);
        if out.len() > MAX_VALUES {
            return;
        }
        let mut inner = Vec::new();
        children(value, &mut inner);
        waiting.extend(inner.into_iter().rev());
    }
}

fn is_wanted(left: &Operand, right: Option<&(Comparison, Operand)>, root: &Value, entry: &Value) -> bool {
    let first = |operand: &Operand| match operand {
        Operand::Path(path) => find(path, root, entry).first().map(|value| (*value).clone()),
        Operand::Literal(value) => Some(value.clone()),
    };
    let left = first(left);
    let Some((comparison, right)) = right else { return left.is_some() };
    let (Some(left), Some(right)) = (left, first(right)) else {
        // Something that is not there differs from everything.
        return false;
    };
    let ordering = match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left.partial_cmp(&right),
        _ => Some(text(&left).cmp(&text(&right))),
    };
    let Some(ordering) = ordering else { return false };
    match comparison {
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
    }
}
