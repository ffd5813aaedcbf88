//! Walks values along paths.

use std::borrow::Cow;

use serde_json::Value;

use super::{Comparison, JsonPathError, Node, Operand, Path, Step, text};
use crate::filter::{Budget, TooCostly};

/// The text of a template for a value.
pub(super) fn render(nodes: &[Node], value: &Value, budget: &Budget) -> Result<String, JsonPathError> {
    let mut out = String::new();
    render_into(nodes, value, value, &mut out, budget)?;
    Ok(out)
}

fn render_into(
    nodes: &[Node],
    root: &Value,
    value: &Value,
    out: &mut String,
    budget: &Budget,
) -> Result<(), JsonPathError> {
    for node in nodes {
        budget.pay(0)?;
        match node {
            Node::Text(text) => {
                budget.build(text.len())?;
                out.push_str(text);
            }
            Node::Path(path) => {
                for (index, value) in find_in_bounds(path, root, value, budget)?.into_iter().enumerate() {
                    if index > 0 {
                        out.push(' ');
                    }
                    let text = shown(value, budget)?;
                    budget.build(text.len() + 1)?;
                    out.push_str(&text);
                }
            }
            Node::Range(path, body) => {
                let found = find_in_bounds(path, root, value, budget)?;
                // A range over one list goes over its entries.
                let entries: Vec<&Value> = match found.as_slice() {
                    [Value::Array(entries)] => {
                        budget.build(size_of_val(entries.as_slice()))?;
                        entries.iter().collect()
                    }
                    _ => found,
                };
                for entry in entries {
                    render_into(body, root, entry, out, budget)?;
                }
            }
        }
    }
    Ok(())
}

/// What kubectl prints for a value. What is no text is written out, and that is paid for before.
fn shown<'v>(value: &'v Value, budget: &Budget) -> Result<Cow<'v, str>, TooCostly> {
    match value {
        Value::String(text) => Ok(Cow::Borrowed(text)),
        value => {
            budget.build(weight(value, budget)?)?;
            Ok(Cow::Owned(text(value)))
        }
    }
}

/// How long a value is as JSON, at most.
pub(crate) fn weight(value: &Value, budget: &Budget) -> Result<usize, TooCostly> {
    let mut size_bytes = 0_usize;
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        budget.pay(0)?;
        size_bytes = size_bytes.saturating_add(match value {
            // A control character takes six bytes.
            Value::String(text) => text.len().saturating_mul(2) + 2,
            Value::Array(entries) => {
                waiting.extend(entries);
                2 + entries.len()
            }
            Value::Object(fields) => {
                waiting.extend(fields.values());
                2 + fields.keys().map(|name| name.len().saturating_mul(2) + 4).sum::<usize>()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => 32,
        });
    }
    Ok(size_bytes)
}

/// Every value that a path leads to. Where a list has no entry of a number, kubectl gives up, and prints nothing.
fn find_in_bounds<'v>(
    path: &Path,
    root: &'v Value,
    current: &'v Value,
    budget: &Budget,
) -> Result<Vec<&'v Value>, JsonPathError> {
    let mut beyond = None;
    let found = walk(path, root, current, budget, |step, value| {
        if let (Step::Indices(indices), Value::Array(entries)) = (step, value) {
            let is_beyond = |index: &&i64| place(**index, entries.len()).is_none_or(|at| at >= entries.len());
            beyond = beyond.or_else(|| indices.iter().find(is_beyond).map(|index| (*index, entries.len())));
        }
    })?;
    match beyond {
        None => Ok(found),
        Some((index, length)) => {
            Err(JsonPathError(format!("array index out of bounds: index {index}, length {length}")))
        }
    }
}

/// Every value that a path leads to.
pub(super) fn find<'v>(
    path: &Path,
    root: &'v Value,
    current: &'v Value,
    budget: &Budget,
) -> Result<Vec<&'v Value>, TooCostly> {
    walk(path, root, current, budget, |_, _| {})
}

fn walk<'v>(
    path: &Path,
    root: &'v Value,
    current: &'v Value,
    budget: &Budget,
    mut visit: impl FnMut(&Step, &Value),
) -> Result<Vec<&'v Value>, TooCostly> {
    let mut values = vec![if path.from_root { root } else { current }];
    for step in &path.steps {
        let mut next = Found { values: Vec::new(), budget };
        for value in values {
            budget.pay(0)?;
            visit(step, value);
            follow(step, root, value, &mut next)?;
        }
        values = next.values;
    }
    Ok(values)
}

/// Values that a step has led to, each paid for.
struct Found<'v, 'b> {
    values: Vec<&'v Value>,
    budget: &'b Budget,
}

impl<'v> Found<'v, '_> {
    fn extend(&mut self, values: impl IntoIterator<Item = &'v Value>) -> Result<(), TooCostly> {
        values.into_iter().try_for_each(|value| {
            self.budget.build(2 * size_of::<&Value>())?;
            self.values.push(value);
            Ok(())
        })
    }
}

fn follow<'v>(step: &Step, root: &'v Value, value: &'v Value, out: &mut Found<'v, '_>) -> Result<(), TooCostly> {
    match step {
        Step::Field(name) => out.extend(value.get(name)),
        Step::Fields(names) => out.extend(names.iter().filter_map(|name| value.get(name))),
        Step::All => children(value, out),
        Step::Descend => descend(value, out),
        Step::Indices(indices) => {
            let Value::Array(entries) = value else { return Ok(()) };
            out.extend(indices.iter().filter_map(|index| entries.get(place(*index, entries.len())?)))
        }
        Step::Slice(from, to, every) => {
            let Value::Array(entries) = value else { return Ok(()) };
            let bound = |bound: Option<i64>, default: usize| match bound {
                None => default,
                Some(n) if n < 0 => {
                    entries.len().saturating_sub(usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX))
                }
                Some(n) => usize::try_from(n).unwrap_or(usize::MAX).min(entries.len()),
            };
            let (from, to) = (bound(*from, 0), bound(*to, entries.len()));
            let every = usize::try_from(*every).unwrap_or(1).max(1);
            out.extend(entries.get(from..to).unwrap_or_default().iter().step_by(every))
        }
        Step::Filter(left, right) => {
            let mut entries = Found { values: Vec::new(), budget: out.budget };
            children(value, &mut entries)?;
            for entry in entries.values {
                if is_wanted(left, right.as_ref(), root, entry, out.budget)? {
                    out.extend([entry])?;
                }
            }
            Ok(())
        }
    }
}

fn place(index: i64, len: usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => len.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}

fn children<'v>(value: &'v Value, out: &mut Found<'v, '_>) -> Result<(), TooCostly> {
    match value {
        Value::Array(entries) => out.extend(entries),
        Value::Object(fields) => out.extend(fields.values()),
        _ => Ok(()),
    }
}

fn descend<'v>(value: &'v Value, out: &mut Found<'v, '_>) -> Result<(), TooCostly> {
    let mut waiting = Found { values: vec![value], budget: out.budget };
    while let Some(value) = waiting.values.pop() {
        out.extend([value])?;
        let before = waiting.values.len();
        children(value, &mut waiting)?;
        waiting.values[before..].reverse();
    }
    Ok(())
}

fn is_wanted(
    left: &Operand,
    right: Option<&(Comparison, Operand)>,
    root: &Value,
    entry: &Value,
    budget: &Budget,
) -> Result<bool, TooCostly> {
    let left = first(left, root, entry, budget)?;
    let Some((comparison, right)) = right else { return Ok(left.is_some()) };
    let (Some(left), Some(right)) = (left, first(right, root, entry, budget)?) else {
        // Something that is not there differs from everything.
        return Ok(false);
    };
    let ordering = match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left.partial_cmp(&right),
        _ => Some(shown(left, budget)?.cmp(&shown(right, budget)?)),
    };
    let Some(ordering) = ordering else { return Ok(false) };
    Ok(match comparison {
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
    })
}

/// What an operand stands for.
fn first<'v>(
    operand: &'v Operand,
    root: &'v Value,
    entry: &'v Value,
    budget: &Budget,
) -> Result<Option<&'v Value>, TooCostly> {
    match operand {
        Operand::Path(path) => Ok(find(path, root, entry, budget)?.first().copied()),
        Operand::Literal(value) => Ok(Some(value)),
    }
}
