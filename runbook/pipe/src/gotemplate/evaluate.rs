//! Carries a template out on data. Counts its steps and what it prints.

use serde_json::Value as Json;

use super::{
    TemplateError, format, functions,
    parse::{Base, Command, Node, Operand, Pipeline},
    refuse,
    value::Value,
};
use crate::filter::Budget;

/// Furthest that `range` counts.
const MAX_COUNT: i64 = 5_000_000;
/// What a value and its name take in a `range`, in bytes.
const ITEM_BYTES: usize = 96;

/// Prints data as a template says.
pub(super) fn render(nodes: &[Node], data: &Json, budget: &Budget) -> Result<String, TemplateError> {
    let data = Value::Data(data);
    let mut machine = Machine { out: String::new(), budget, variables: vec![(String::new(), data.clone())] };
    machine.run(nodes, &data)?;
    Ok(machine.out)
}

/// How a block went on.
#[derive(PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

struct Machine<'d, 'b> {
    out: String,
    budget: &'b Budget,
    /// Values by name, the innermost last.
    variables: Vec<(String, Value<'d>)>,
}

impl<'d> Machine<'d, '_> {
    fn step(&mut self, count: usize) -> Result<(), TemplateError> {
        Ok(self.budget.pay(count)?)
    }

    /// A copy of a value, paid for.
    fn copy(&self, value: &Value<'d>) -> Result<Value<'d>, TemplateError> {
        if let Value::Text(text) = value {
            self.budget.build(text.len())?;
        }
        Ok(value.clone())
    }

    fn run(&mut self, nodes: &[Node], dot: &Value<'d>) -> Result<Flow, TemplateError> {
        let known = self.variables.len();
        for node in nodes {
            self.step(1)?;
            let flow = match node {
                Node::Text(text) => {
                    self.budget.build(text.len())?;
                    self.out.push_str(text);
                    Flow::On
                }
                Node::Print(pipeline) => {
                    let value = self.pipeline(pipeline, dot)?;
                    match pipeline.variables.as_slice() {
                        [] => self.print(&value)?,
                        [name, ..] => self.set(name, value, pipeline.assigns),
                    }
                    Flow::On
                }
                Node::If(pipeline, then, otherwise) => self.branch(pipeline, then, otherwise, dot, false)?,
                Node::With(pipeline, then, otherwise) => self.branch(pipeline, then, otherwise, dot, true)?,
                Node::Range(pipeline, body, otherwise) => self.range(pipeline, body, otherwise, dot)?,
                Node::Break => Flow::Break,
                Node::Continue => Flow::Continue,
            };
            if flow != Flow::On {
                self.variables.truncate(known);
                return Ok(flow);
            }
        }
        self.variables.truncate(known);
        Ok(Flow::On)
    }

    fn print(&mut self, value: &Value<'d>) -> Result<(), TemplateError> {
        let text = match value {
            Value::Missing | Value::Nil | Value::Data(Json::Null) => "<no value>".to_owned(),
            value => {
                self.budget.build(format::weight(value, self.budget)?)?;
                format::shown(value)
            }
        };
        self.budget.build(text.len())?;
        self.out.push_str(&text);
        Ok(())
    }

    fn set(&mut self, name: &str, value: Value<'d>, assigns: bool) {
        let old = self.variables.iter_mut().rev().find(|(known, _)| known == name);
        match old.filter(|_| assigns) {
            Some((_, old)) => *old = value,
            None => self.variables.push((name.to_owned(), value)),
        }
    }

    fn branch(
        &mut self,
        pipeline: &Pipeline,
        then: &[Node],
        otherwise: &[Node],
        dot: &Value<'d>,
        moves_dot: bool,
    ) -> Result<Flow, TemplateError> {
        let known = self.variables.len();
        let value = self.pipeline(pipeline, dot)?;
        if let [name] = pipeline.variables.as_slice() {
            let copy = self.copy(&value)?;
            self.set(name, copy, pipeline.assigns);
        }
        let flow = match (value.is_true(), moves_dot) {
            (true, true) => self.run(then, &value),
            (true, false) => self.run(then, dot),
            (false, _) => self.run(otherwise, dot),
        };
        self.variables.truncate(known);
        flow
    }

    fn range(
        &mut self,
        pipeline: &Pipeline,
        body: &[Node],
        otherwise: &[Node],
        dot: &Value<'d>,
    ) -> Result<Flow, TemplateError> {
        let known = self.variables.len();
        let over = self.pipeline(pipeline, dot)?;
        let items: Vec<(Value<'d>, Value<'d>)> = match &over {
            Value::Missing | Value::Nil | Value::Data(Json::Null) => Vec::new(),
            Value::Data(Json::Array(items)) => {
                self.budget.build(items.len().saturating_mul(ITEM_BYTES))?;
                let number = |index: usize| Value::Whole(i64::try_from(index).unwrap_or(i64::MAX));
                items.iter().enumerate().map(|(index, item)| (number(index), Value::Data(item))).collect()
            }
            Value::Data(Json::Object(members)) => {
                let names: usize = members.keys().map(String::len).sum();
                self.budget.build(members.len().saturating_mul(2 * ITEM_BYTES).saturating_add(names))?;
                let mut members: Vec<(&String, &Json)> = members.iter().collect();
                members.sort_by_key(|(name, _)| *name);
                members.into_iter().map(|(name, item)| (Value::Text(name.clone()), Value::Data(item))).collect()
            }
            Value::Whole(count) => {
                let count = (*count).clamp(0, MAX_COUNT);
                self.budget.build(usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(ITEM_BYTES))?;
                (0..count).map(|number| (Value::Whole(number), Value::Whole(number))).collect()
            }
            other => return refuse(format!("`range` cannot go over {}", other.kind())),
        };
        self.step(items.len())?;
        if items.is_empty() {
            return self.run(otherwise, dot);
        }
        for (key, item) in items {
            match pipeline.variables.as_slice() {
                [] => {}
                [name] => {
                    let copy = self.copy(&item)?;
                    self.set(name, copy, pipeline.assigns);
                }
                [index, name, ..] => {
                    self.set(index, key, pipeline.assigns);
                    let copy = self.copy(&item)?;
                    self.set(name, copy, pipeline.assigns);
                }
            }
            let flow = self.run(body, &item)?;
            self.variables.truncate(known);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value<'d>) -> Result<Value<'d>, TemplateError> {
        let mut value: Option<Value<'d>> = None;
        for command in &pipeline.commands {
            self.step(1)?;
            value = Some(match command {
                Command::Operand(operand) => self.operand(operand, dot)?,
                Command::Call(function, operands) => self.call(*function, operands, value, dot)?,
            });
        }
        Ok(value.unwrap_or(Value::Missing))
    }

    fn call(
        &mut self,
        function: functions::Function,
        operands: &[Operand],
        piped: Option<Value<'d>>,
        dot: &Value<'d>,
    ) -> Result<Value<'d>, TemplateError> {
        // `and` and `or` stop at the first argument that decides.
        if let Some(stops_at) = function.stops_at() {
            let mut last = Value::Missing;
            for operand in operands {
                last = self.operand(operand, dot)?;
                if last.is_true() == stops_at {
                    return Ok(last);
                }
            }
            return Ok(piped.unwrap_or(last));
        }
        let mut arguments = Vec::with_capacity(operands.len() + 1);
        for operand in operands {
            arguments.push(self.operand(operand, dot)?);
        }
        arguments.extend(piped);
        functions::call(function, &arguments, self.budget).map_err(TemplateError)
    }

    fn operand(&mut self, operand: &Operand, dot: &Value<'d>) -> Result<Value<'d>, TemplateError> {
        self.step(1 + operand.fields.len())?;
        let mut value = match &operand.base {
            Base::Dot => self.copy(dot)?,
            Base::Variable(name) => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                match known {
                    Some((_, value)) => self.copy(value)?,
                    None => Value::Missing,
                }
            }
            Base::Text(text) => {
                self.budget.build(text.len())?;
                Value::Text(text.clone())
            }
            Base::Whole(number) => Value::Whole(*number),
            Base::Float(number) => Value::Float(*number),
            Base::Bool(value) => Value::Bool(*value),
            Base::Nil => Value::Nil,
            Base::Pipeline(pipeline) => self.pipeline(pipeline, dot)?,
        };
        for field in &operand.fields {
            value = value.field(field).map_err(TemplateError)?;
        }
        Ok(value)
    }
}
