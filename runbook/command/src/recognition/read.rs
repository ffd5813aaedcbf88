//! Reading a command, and resolving it with values by the very same recogniser.

use std::ops::Range;

use super::{
    context::FenceContext,
    permission::SecretData,
    reason::{Stop, unknown},
    recognise::Recogniser,
};
use crate::{
    binding::{self, BindError, Bindings},
    check::{Cause, Check, Reading, Refusal, Supply},
    mark::{MASK, Mark, MarkKind},
    shell::{self, Item, Pipeline, Placeholder, PlaceholderKind, Script, Stage},
};

/// Deepest nesting of `$(…)`.
const MAX_SUBSTITUTIONS: usize = 3;

/// A command, read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadCommand {
    /// What Runlight makes of it while its placeholders are empty.
    pub reading: Reading,
    /// Canonical names of the placeholders that must have values before it is asked, in order of first appearance.
    pub parameters: Vec<String>,
    /// Where placeholders and the culprit stand in the text, in order.
    pub marks: Vec<Mark>,
    /// Parameters whose value another check can give: `$(…)`, or a variable that the file sets by one.
    pub supplies: Vec<Supply>,
    /// The resolvable form, for [`super::Command::resolve`]. Absent when it is not a check.
    pub pipeline: Option<Pipeline>,
    /// What it would be where the operator lets the data of Secrets be shown, if that alone stands against it.
    pub if_shown: Option<Box<IfShown>>,
}

/// A command that is refused for the data of Secrets alone, as it is where that may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct IfShown {
    check: Check,
    parameters: Vec<String>,
    pipeline: Pipeline,
}

/// Reads a command on its own.
pub fn recognise(text: &str) -> Reading {
    read(text, &FenceContext::default()).reading
}

/// Reads a command where it stands.
pub fn read(text: &str, context: &FenceContext) -> ReadCommand {
    context.variables.begin_command();
    let mut command = match text.trim_start().strip_prefix("$ ") {
        // Copied with its prompt.
        Some(bare) => read_nested(bare, context, 0).moved(text.len() - bare.len()),
        None => read_nested(text, context, 0),
    };
    if let Reading::Refused(refusal) | Reading::Unknown(refusal) = &mut command.reading {
        // A command line inside quotes has places that escapes may shift: one that is no place in the text is none.
        refusal.span = refusal.span.take().filter(|span| !span.is_empty() && text.get(span.clone()).is_some());
        let culprit = refusal.span.clone().map(|span| Mark { span, kind: MarkKind::Culprit });
        command.marks.extend(culprit);
    }
    command.marks.retain(|mark| text.get(mark.span.clone()).is_some());
    command.marks.sort_by_key(|mark| (mark.span.start, mark.span.end));
    command
}

/// Reads a PromQL expression, such as a fence of that language holds: an instant query to the Prometheus that the
/// reader's cluster names.
pub fn read_promql(text: &str) -> ReadCommand {
    let (script, placeholders) = shell::literal(&["promtool", "query", "instant"], text);
    let mut recogniser = Recogniser::new(placeholders.clone(), None);
    let result = recogniser.script(&script, None);
    let marks = marks(&placeholders, text);
    let mut seen = std::collections::BTreeSet::new();
    let names = placeholders.iter().map(|placeholder| placeholder.name.clone());
    let parameters: Vec<String> = names.filter(|name| seen.insert(name.clone())).collect();
    match result.and_then(|check| unmasked(check, text)) {
        Ok(check) => ReadCommand {
            reading: Reading::Check { check: Box::new(check) },
            parameters,
            marks,
            supplies: Vec::new(),
            pipeline: Some(Pipeline { script, placeholders, host: None, secret_data: SecretData::Refuse }),
            if_shown: None,
        },
        Err(stop) => {
            let (parameters, supplies) = (Vec::new(), Vec::new());
            ReadCommand { reading: stop.into(), parameters, marks, supplies, pipeline: None, if_shown: None }
        }
    }
}

fn read_nested(text: &str, context: &FenceContext, depth: usize) -> ReadCommand {
    let unread = |reading| ReadCommand {
        reading,
        parameters: Vec::new(),
        marks: binding::find_placeholders(text),
        supplies: Vec::new(),
        pipeline: None,
        if_shown: None,
    };
    let (script, placeholders) = match shell::parse(text, &context.variables) {
        Ok(parsed) => parsed,
        Err(refusal) => return unread(hidden_change(text, &refusal, context).unwrap_or(Reading::Unknown(refusal))),
    };
    if let Some((inner, at)) = assigned_answer(&script, &placeholders).filter(|_| depth < MAX_SUBSTITUTIONS) {
        return read_nested(inner, context, depth + 1).moved(at);
    }
    let first = placeholders.clone();
    let mut recogniser = Recogniser::new(placeholders, None);
    let result = recogniser.script(&script, context.host.as_deref());
    let Recogniser { placeholders, ignored, .. } = recogniser;
    let mut command = ReadCommand {
        reading: Reading::Unknown(shell::not_understood(0..0, "")),
        parameters: Vec::new(),
        marks: marks(&placeholders, text),
        supplies: Vec::new(),
        pipeline: None,
        if_shown: None,
    };
    let ignored: std::collections::BTreeSet<usize> = ignored.into_iter().collect();
    let mut used: Vec<(usize, &Placeholder)> = placeholders
        .iter()
        .enumerate()
        .filter(|(index, p)| !ignored.contains(index) && p.kind != PlaceholderKind::Loop)
        .collect();
    used.sort_by_key(|(_, placeholder)| placeholder.span.start);
    let answers = used.iter().filter_map(|(_, placeholder)| answer(placeholder));
    for (placeholder, inner_text, at) in answers {
        let inner = match depth {
            MAX_SUBSTITUTIONS => {
                let reason = "Substitutions are nested more than 3 deep.";
                return unread(Reading::Unknown(shell::not_understood(placeholder.span.clone(), reason)));
            }
            _ => read_nested(inner_text, context, depth + 1),
        };
        let place =
            |span: Range<usize>| at.map_or_else(|| placeholder.span.clone(), |at| span.start + at..span.end + at);
        if at.is_some() {
            let moved = inner.marks.into_iter().map(|mark| Mark { span: place(mark.span), ..mark });
            command.marks.extend(moved);
        }
        match (&inner.reading, &result) {
            (Reading::Check { check }, _) => {
                command.parameters.extend(inner.parameters);
                command.supplies.extend(inner.supplies);
                command.supplies.push(Supply {
                    parameter: placeholder.name.clone(),
                    text: inner_text.to_owned(),
                    check: check.as_ref().clone(),
                });
            }
            // A refusal of the command itself weighs more than what is wrong with an argument of it.
            (_, Err(Stop::Refused(_))) => {}
            // The file's own variable is then a parameter like any other, and so is the host's name.
            _ if at.is_none() || placeholder.name == shell::HOST_NAME => {}
            (Reading::Refused(refusal), _) => {
                let span = refusal.span.clone().map(place);
                return unread(Reading::Refused(Refusal { span, ..refusal.clone() }));
            }
            (Reading::Unknown(refusal), _) => {
                let span = refusal.span.clone().map(place);
                return unread(Reading::Unknown(Refusal { span, ..refusal.clone() }));
            }
        }
    }
    match result.and_then(|check| unmasked(check, text)) {
        Ok(check) => {
            command.reading = Reading::Check { check: Box::new(check) };
            command.parameters.extend(used.iter().map(|(_, placeholder)| placeholder.name.clone()));
            let mut seen = std::collections::BTreeSet::new();
            command.parameters.retain(|name| seen.insert(name.clone()));
            let (host, secret_data) = (context.host.clone(), SecretData::Refuse);
            command.pipeline = Some(Pipeline { script, placeholders: first, host, secret_data });
        }
        Err(Stop::Refused(refusal)) if refusal.cause == Cause::SecretData => {
            command.if_shown = read_if_shown(text, script, first, context);
            command.reading = Reading::Refused(refusal);
        }
        Err(stop) => command.reading = stop.into(),
    }
    command
}

/// A check that asks for no dots: where a secret stands in the question or in a filter, its mask would be asked for in
/// its place, and the answer would be false.
fn unmasked(check: Check, text: &str) -> Result<Check, Stop> {
    let Some(at) = text.find(MASK) else { return Ok(check) };
    if !check.to_string().contains(MASK) {
        return Ok(check);
    }
    let reason = "A secret stands in what this asks. The page shows dots in its place, and dots are not asked for: let a \
                  placeholder such as $PASSWORD stand there.";
    Err(unknown(at..at + MASK.len(), reason))
}

/// The command of `X=$(…)` or `export X=$(…)`, which asks what stands in it, and where it begins.
fn assigned_answer<'p>(script: &Script, placeholders: &'p [Placeholder]) -> Option<(&'p str, usize)> {
    let [Item::Pipe(stages)] = script.items.as_slice() else { return None };
    let [Stage { words, assignments, output: None, .. }] = stages.as_slice() else { return None };
    let value = match (assignments.as_slice(), words.as_slice()) {
        ([(_, value)], []) => value.text.as_str(),
        ([], [setter, word]) if matches!(setter.text.as_str(), "export" | "declare" | "local" | "readonly") => {
            word.text.split_once('=')?.1
        }
        _ => return None,
    };
    let mut chars = value.chars();
    let index = chars.next().and_then(shell::marked_index).filter(|_| chars.as_str().is_empty())?;
    match &placeholders.get(index)?.kind {
        PlaceholderKind::Answer { command, at: Some(at) } => Some((command, *at)),
        _ => None,
    }
}

/// What changes something is named even where the rest of the line is not read.
fn hidden_change(text: &str, refusal: &Refusal, context: &FenceContext) -> Option<Reading> {
    let span = refusal.span.clone()?;
    [0..span.start, span].into_iter().find_map(|part| {
        let (script, placeholders) = shell::parse(text.get(part.clone())?, &context.variables).ok()?;
        match Recogniser::new(placeholders, None).script(&script, context.host.as_deref()) {
            Err(Stop::Refused(refusal)) if refusal.cause == Cause::Changes => {
                let span = refusal.span.map(|span| span.start + part.start..span.end + part.start);
                Some(Reading::Refused(Refusal { span, ..refusal }))
            }
            _ => None,
        }
    })
}

/// The command where the data of Secrets may be shown. A part that another command's answer fills keeps it refused: a
/// value that is filled in stands in addresses, where no secret belongs.
fn read_if_shown(
    text: &str,
    script: Script,
    placeholders: Vec<Placeholder>,
    context: &FenceContext,
) -> Option<Box<IfShown>> {
    let secret_data = SecretData::Show;
    let mut recogniser = Recogniser::new(placeholders.clone(), None).permit(secret_data);
    let check = recogniser.script(&script, context.host.as_deref()).and_then(|check| unmasked(check, text)).ok()?;
    let (mut parameters, mut seen) = (Vec::new(), std::collections::BTreeSet::new());
    let ignored: std::collections::BTreeSet<usize> = recogniser.ignored.iter().copied().collect();
    for (index, placeholder) in recogniser.placeholders.iter().enumerate() {
        match placeholder.kind {
            PlaceholderKind::Answer { at: Some(_), .. } => return None,
            PlaceholderKind::Loop => continue,
            _ if ignored.contains(&index) || !seen.insert(placeholder.name.as_str()) => continue,
            _ => parameters.push(placeholder.name.clone()),
        }
    }
    let pipeline = Pipeline { script, placeholders, host: context.host.clone(), secret_data };
    Some(Box::new(IfShown { check, parameters, pipeline }))
}

fn answer(placeholder: &Placeholder) -> Option<(&Placeholder, &str, Option<usize>)> {
    match &placeholder.kind {
        PlaceholderKind::Answer { command, at } => Some((placeholder, command.as_str(), *at)),
        _ => None,
    }
}

/// Marks of what a reader sees as placeholders. The inside of a `$(…)` has marks of its own.
fn marks(placeholders: &[Placeholder], text: &str) -> Vec<Mark> {
    let is_shown = |p: &&Placeholder| match &p.kind {
        PlaceholderKind::Parameter => true,
        PlaceholderKind::Answer { at, .. } => at.is_none(),
        PlaceholderKind::Loop => false,
    };
    let mark = |p: &Placeholder| Mark { span: p.span.clone(), kind: MarkKind::Placeholder(p.name.clone()) };
    let mut marks: Vec<Mark> = placeholders.iter().filter(is_shown).map(mark).collect();
    marks.retain(|mark| !mark.span.is_empty() && text.get(mark.span.clone()).is_some());
    marks.sort_by_key(|mark| (mark.span.start, mark.span.end));
    marks.dedup();
    marks
}

impl IfShown {
    /// Puts a command's parts in the place of those of its refusal.
    pub(super) fn show(
        &self,
        reading: &mut Reading,
        parameters: &mut Vec<String>,
        marks: &mut Vec<Mark>,
        pipeline: &mut Option<Pipeline>,
    ) {
        *reading = Reading::Check { check: Box::new(self.check.clone()) };
        parameters.clone_from(&self.parameters);
        marks.retain(|mark| mark.kind != MarkKind::Culprit);
        *pipeline = Some(self.pipeline.clone());
    }
}

impl ReadCommand {
    /// The command where its operator lets the data of Secrets be shown; `None` where that changes nothing.
    pub fn showing_secret_data(&self) -> Option<Self> {
        let shown = self.if_shown.as_deref()?;
        let mut command = Self { if_shown: None, ..self.clone() };
        shown.show(&mut command.reading, &mut command.parameters, &mut command.marks, &mut command.pipeline);
        Some(command)
    }

    /// As it stands further on in a longer text.
    fn moved(mut self, by: usize) -> Self {
        let place = |span: &mut Range<usize>| *span = span.start + by..span.end + by;
        self.marks.iter_mut().for_each(|mark| place(&mut mark.span));
        if let Reading::Refused(refusal) | Reading::Unknown(refusal) = &mut self.reading {
            refusal.span.iter_mut().for_each(place);
        }
        self
    }

    /// The question with values filled in: see [`super::Command::resolve`].
    ///
    /// # Errors
    /// Parameters without a value, values that break a rule, and commands that are no check with these values.
    pub fn resolve(&self, bindings: &Bindings) -> Result<Check, BindError> {
        resolve(self.pipeline.as_ref(), &self.parameters, bindings)
    }
}

pub(super) fn resolve(
    pipeline: Option<&Pipeline>,
    parameters: &[String],
    bindings: &Bindings,
) -> Result<Check, BindError> {
    let Some(pipeline) = pipeline else {
        return Err(BindError::NotACheck("This command is not a check.".into()));
    };
    let missing: Vec<String> = parameters.iter().filter(|name| bindings.get(name).is_none()).cloned().collect();
    if !missing.is_empty() {
        return Err(BindError::Missing(missing));
    }
    for name in parameters {
        binding::validate(name, bindings.get(name).unwrap_or_default())?;
    }
    let used = bindings.0.iter().filter(|(name, _)| parameters.contains(name));
    let used = Bindings(used.map(|(name, value)| (name.clone(), value.clone())).collect());
    let mut recogniser = Recogniser::new(pipeline.placeholders.clone(), Some(&used)).permit(pipeline.secret_data);
    recogniser.script(&pipeline.script, pipeline.host.as_deref()).map_err(|stop| {
        let (Stop::Refused(refusal) | Stop::Unknown(refusal)) = stop;
        BindError::NotACheck(refusal.reason)
    })
}
