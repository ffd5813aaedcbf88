//! Carries a template out on data. Counts its steps and what it prints.

use serde_json::Value as Json;

use super::{
    TemplateError, format, functions,
    parse::{Base, Command, Node, Operand, Pipeline},
    refuse,
    value::{Plain, Value},
};

/// Most nodes and values that one template may look at.
const MAX_STEPS: usize = 5_000_000;
/// Longest text that one template may print, in bytes.
const MAX_OUTPUT_BYTES: usize = 16 << 20;

/// Prints data as a template says.
pub(super) fn render(nodes: &[Node], data: &Json) -> Result<String, TemplateError> {
    let data = Value::Data(data);
    let mut machine = Machine { out: String::new(), steps: 0, variables: vec![(String::new(), data.clone())] };
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

struct Machine<'d> {
    out: String,
    steps: usize,
    /// Values by name, the innermost last.
    variables: Vec<(String, Value<'d>)>,
}

impl<'d> Machine<'d> {
    fn step(&mut self, count: usize) -> Result<(), TemplateError> {
        self.steps = self.steps.saturating_add(count);
        match self.steps > MAX_STEPS || self.out.len() > MAX_OUTPUT_BYTES {
            true => refuse("this template takes more steps or prints more than Runlight allows"),
            false => Ok(()),
        }
    }

    fn run(&mut self, nodes: &[Node], dot: &Value<'d>) -> Result<Flow, TemplateError> {
        let known = self.variables.len();
        for node in nodes {
            self.step(1)?;
            let flow = match node {
                Node::Text(text) => {
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
            value => format::shown(value),
        };
        self.step(text.len() / 16)?;
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
            self.set(name, value.clone(), pipeline.assigns);
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
                let number = |index: usize| Value::Whole(i64::try_from(index).unwrap_or(i64::MAX));
                items.iter().enumerate().map(|(index, item)| (number(index), Value::Data(item))).collect()
            }
            Value::Data(Json::Object(members)) => {
                let mut members: Vec<(&String, &Json)> = members.iter().collect();
                members.sort_by_key(|(name, _)| *name);
                members.into_iter().map(|(name, item)| (Value::Text(name.clone()), Value::Data(item))).collect()
            }
            Value::Whole(count) => {
                let count = (*count).clamp(0, MAX_STEPS as i64);
                self.step(usize::try_from(count).unwrap_or(usize::MAX))?;
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
                [name] => self.set(name, item.clone(), pipeline.assigns),
                [index, name, ..] => {
                    self.set(index, key, pipeline.assigns);
                    self.set(name, item.clone(), pipeline.assigns);
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
        let result = functions::call(function, &arguments).map_err(TemplateError)?;
        if let Plain::Text(text) = result.plain() {
            self.step(text.len() / 16)?;
        }
        Ok(result)
    }

    fn operand(&mut self, operand: &Operand, dot: &Value<'d>) -> Result<Value<'d>, TemplateError> {
        self.step(1 + operand.fields.len())?;
        let mut value = match &operand.base {
            Base::Dot => dot.clone(),
            Base::Variable(name) => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                known.map_or(Value::Missing, |(_, value)| value.clone())
            }
            Base::Text(text) => Value::Text(text.clone()),
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
