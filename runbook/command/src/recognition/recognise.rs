//! Walks a command line: wrappers are taken off, the first stage becomes a question, the others become filters.

use std::ops::Range;

use super::{
    args::Arg,
    permission::SecretData,
    programs, proxmox,
    reason::{Stop, refused, unknown},
    stages,
    table::{self, Place},
    wrapper::{self, Inner},
    xargs,
};
use crate::{
    binding::Bindings,
    check::{Cause, Check, Question},
    shell::{Item, Loop, Placeholder, PlaceholderKind, Script, Stage, Word, parse_nested},
};
use document::names::PathSegment;

/// Most checks that one command may hold: a loop over more words is a script.
pub(super) const MAX_CHECKS: usize = 32;
/// Deepest nesting of command lines inside words.
const MAX_DEPTH: usize = 4;
/// Most commands that are looked at for one command line: loops and command lines in words multiply.
const MAX_LOOKS: usize = 4096;
/// Most text of command lines inside words that is read for one command line, in bytes.
const MAX_NESTED_BYTES: usize = 256 * 1024;

/// A command line on its way to a check.
pub(super) struct Recogniser<'b> {
    /// Grows by those of nested command lines.
    pub(super) placeholders: Vec<Placeholder>,
    /// Values; without them placeholders stay as text: `<pod>`.
    pub(super) bindings: Option<&'b Bindings>,
    /// Placeholders that are no part of the question.
    pub(super) ignored: Vec<usize>,
    secret_data: SecretData,
    loop_values: Vec<(usize, String)>,
    depth: usize,
    looks_left: usize,
    nested_bytes_left: usize,
}

impl<'b> Recogniser<'b> {
    pub(super) fn new(placeholders: Vec<Placeholder>, bindings: Option<&'b Bindings>) -> Self {
        let secret_data = SecretData::Refuse;
        Self {
            placeholders,
            bindings,
            ignored: Vec::new(),
            secret_data,
            loop_values: Vec::new(),
            depth: 0,
            looks_left: MAX_LOOKS,
            nested_bytes_left: MAX_NESTED_BYTES,
        }
    }

    /// With what the operator allows.
    pub(super) fn permit(self, secret_data: SecretData) -> Self {
        Self { secret_data, ..self }
    }

    /// What a whole command line asks.
    pub(super) fn script(&mut self, script: &Script, host: Option<&str>) -> Result<Check, Stop> {
        let mut checks = Vec::new();
        let mut local = None;
        let mut open_host = host.map(str::to_owned);
        for item in &script.items {
            let result = match item {
                Item::Pipe(stages) => self.pipe(stages, open_host.as_deref()).map(|check| vec![check]),
                Item::For(each) => self.each(each, open_host.as_deref()),
            };
            match result {
                Ok(more) => checks.extend(more),
                // Setting a variable between two questions is no question.
                Err(Stop::Refused(refusal)) if refusal.cause == Cause::Local && sets_nothing_else(item) => {
                    local = Some(refusal);
                }
                Err(stop) => return Err(self.worst(script, stop, open_host.as_deref())),
            }
            if let Item::Pipe(stages) = item
                && let [stage] = stages.as_slice()
                && let Some(host) = wrapper::opened_session(stage, &self.placeholders)
            {
                open_host = Some(host);
            }
            if checks.iter().map(questions).sum::<usize>() > MAX_CHECKS {
                return Err(unknown(0..0, "This asks more than 32 questions at once."));
            }
        }
        match (checks.len(), local) {
            (0, Some(refusal)) => Err(Stop::Refused(refusal)),
            (0, None) => Err(unknown(0..0, "There is no command here.")),
            (1, _) => Ok(checks.remove(0)),
            _ => Ok(Check { question: Question::Several(checks), filters: Vec::new(), download: None }),
        }
    }

    /// A refusal later in the line says more than something unknown before it.
    fn worst(&mut self, script: &Script, stop: Stop, host: Option<&str>) -> Stop {
        if matches!(stop, Stop::Refused(_)) {
            return stop;
        }
        for item in &script.items {
            let result = match item {
                Item::Pipe(stages) => self.pipe(stages, host),
                // Whatever the loop goes over.
                Item::For(each) => self.script(&each.body, host),
            };
            if let Err(Stop::Refused(refusal)) = result
                && refusal.cause != Cause::Local
            {
                return Stop::Refused(refusal);
            }
        }
        stop
    }

    fn each(&mut self, each: &Loop, host: Option<&str>) -> Result<Vec<Check>, Stop> {
        if each.values.is_empty() || each.values.len() > MAX_CHECKS {
            return Err(unknown(each.span.clone(), "Only loops over 1 to 32 given words are read."));
        }
        let mut checks = Vec::new();
        for value in &each.values {
            let text = self.arg(value).text.into_owned();
            let is_glob = !value.is_quoted && text.contains(['*', '?']);
            if is_glob || value.placeholders().any(|index| self.is_answer(index)) {
                let reason = "The words of this loop are known only when it runs.";
                return Err(unknown(value.span.clone(), reason));
            }
            self.loop_values.push((each.variable, text));
            let result = self.script(&each.body, host);
            self.loop_values.pop();
            checks.push(result?);
            if checks.iter().map(questions).sum::<usize>() > MAX_CHECKS {
                return Err(unknown(each.span.clone(), "This loop asks more than 32 questions at once."));
            }
        }
        Ok(checks)
    }

    fn is_answer(&self, index: usize) -> bool {
        matches!(self.placeholders.get(index).map(|p| &p.kind), Some(PlaceholderKind::Answer { .. }))
    }

    fn pipe(&mut self, stages: &[Stage], host: Option<&str>) -> Result<Check, Stop> {
        let result = self.pipe_strictly(stages, host);
        // What changes something is named, wherever it stands in the line.
        if let Err(Stop::Unknown(_)) = &result {
            for stage in stages {
                if let Err(Stop::Refused(refusal)) = self.stage_alone(stage, host)
                    && refusal.cause == Cause::Changes
                {
                    return Err(Stop::Refused(refusal));
                }
            }
        }
        result
    }

    fn stage_alone(&mut self, stage: &Stage, host: Option<&str>) -> Result<Check, Stop> {
        let words: Vec<Arg<'_>> = stage.words.iter().map(|word| self.arg(word)).collect();
        self.source(&words, host, stage.span.clone())
    }

    fn pipe_strictly(&mut self, stages: &[Stage], host: Option<&str>) -> Result<Check, Stop> {
        let Some((first, rest)) = stages.split_first() else {
            return Err(unknown(0..0, "There is no command here."));
        };
        let args: Vec<Vec<Arg<'_>>> =
            stages.iter().map(|stage| stage.words.iter().map(|word| self.arg(word)).collect()).collect();
        if args[0].is_empty() {
            if let Some((name, word)) = first.assignments.iter().find(|(name, _)| wrapper::changes_the_shell(name)) {
                let reason =
                    format!("`{name}=` changes how the shell reads what follows, which Runlight does not follow.");
                return Err(unknown(word.span.clone(), reason));
            }
            return Err(refused(Cause::Local, first.span.clone(), "This sets a variable; nothing is asked."));
        }
        let (mut check, absorbed) = match proxmox::running_tasks(&args, host) {
            Some((question, absorbed)) => (Check { question, filters: Vec::new(), download: None }, absorbed),
            None => (self.assigned_source(first, &args[0], host)?, 0),
        };
        if check.download.is_some() && !rest.is_empty() {
            return Err(unknown(first.span.clone(), "The answer goes to a file and into a pipe."));
        }
        for (index, stage) in stages.iter().enumerate() {
            if let Some(file) = &stage.output {
                if index + 1 < stages.len() {
                    return Err(unknown(file.span.clone(), "The answer goes to a file and into a pipe."));
                }
                check.download = Some(self.file_name(file));
            }
            if index > absorbed {
                if !stage.assignments.is_empty() {
                    return Err(unknown(stage.span.clone(), "A stage with its own variables is not read."));
                }
                if args[index].first().is_some_and(|program| program.as_str() == "xargs") {
                    check = xargs::add(self, check, &args[index], host, stage.span.clone())?;
                } else {
                    stages::add(&mut check, &args[index], stage.span.clone())?;
                }
            }
        }
        Ok(check)
    }

    /// The last part of a path; what the shell would compute in it is left out.
    fn file_name(&mut self, file: &Word) -> String {
        self.ignored.extend(file.placeholders());
        let text = self.arg(file).text.into_owned();
        let name = text.rsplit('/').next().unwrap_or(&text);
        name.chars().map(|c| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect()
    }

    fn assigned_source(&mut self, stage: &Stage, words: &[Arg<'_>], host: Option<&str>) -> Result<Check, Stop> {
        for (name, word) in &stage.assignments {
            if !wrapper::is_harmless_variable(name) {
                let reason = format!("`{name}=` changes how the program runs, which Runlight does not follow.");
                return Err(unknown(word.span.clone(), reason));
            }
            self.ignored.extend(word.placeholders());
        }
        self.source(words, host, stage.span.clone())
    }

    /// What a command without pipes asks, wrappers taken off.
    pub(super) fn source(&mut self, words: &[Arg<'_>], host: Option<&str>, span: Range<usize>) -> Result<Check, Stop> {
        let Some(program) = words.first() else {
            return Err(unknown(span, "There is no command here."));
        };
        let Some(looks_left) = self.looks_left.checked_sub(1) else { return Err(too_much(span)) };
        self.looks_left = looks_left;
        let name = programs::base_name(program.as_str());
        if let Some(result) = wrapper::unwrap(words, &mut self.ignored) {
            return match result? {
                Inner::Words(words) => self.source(&words, host, span),
                Inner::Line { line, host: inner_host } => {
                    let inner_host = inner_host.map(|host| host.text.into_owned());
                    self.nested(&line, inner_host.as_deref().or(host))
                }
            };
        }
        if let Some(program) = table::find(name) {
            let question =
                table::ask(program, words, &Place { host, secret_data: self.secret_data }, &mut self.ignored)?;
            check_path_words(&question, &span)?;
            return Ok(Check { question, filters: Vec::new(), download: None });
        }
        Err(programs::explain(program, words, host))
    }

    /// A command line that stands inside a word.
    fn nested(&mut self, line: &Word, host: Option<&str>) -> Result<Check, Stop> {
        if self.depth == MAX_DEPTH {
            return Err(unknown(line.span.clone(), "Command lines are nested more than 4 deep."));
        }
        let Some(nested_bytes_left) = self.nested_bytes_left.checked_sub(line.text.len()) else {
            return Err(too_much(line.span.clone()));
        };
        self.nested_bytes_left = nested_bytes_left;
        let script = parse_nested(line, &mut self.placeholders).map_err(Stop::Unknown)?;
        self.depth += 1;
        let result = self.script(&script, host);
        self.depth -= 1;
        result
    }

    fn arg<'w>(&self, word: &'w Word) -> Arg<'w> {
        Arg { text: word.expand(|index| self.value(index)), word }
    }

    fn value(&self, index: usize) -> String {
        if let Some((_, value)) = self.loop_values.iter().rev().find(|(variable, _)| *variable == index) {
            return value.clone();
        }
        let name = self.placeholders.get(index).map_or("", |placeholder| placeholder.name.as_str());
        match self.bindings.and_then(|bindings| bindings.get(name)) {
            Some(value) => value.to_owned(),
            None => format!("<{name}>"),
        }
    }
}

/// How many questions a check asks.
fn questions(check: &Check) -> usize {
    match &check.question {
        Question::Several(checks) => checks.iter().map(questions).sum(),
        _ => 1,
    }
}

fn too_much(span: Range<usize>) -> Stop {
    unknown(span, "Loops and command lines inside others make this more than Runlight reads for one command.")
}

/// A name with a slash, an escape or `..` in it would lead to something else than the command says.
fn check_path_words(question: &Question, span: &Range<usize>) -> Result<(), Stop> {
    let leads_elsewhere = |word: &&str| without_marks(word).parse::<PathSegment>().is_err();
    match question.path_words().into_iter().find(leads_elsewhere) {
        Some(word) => Err(unknown(span.clone(), format!("`{word}` is not a name that can be asked for."))),
        None => Ok(()),
    }
}

/// A word with a letter in place of each placeholder: `<pod>`.
fn without_marks(word: &str) -> String {
    let mut rest = word;
    let mut plain = String::new();
    while let Some((before, mark)) = rest.split_once('<').filter(|(_, mark)| mark.contains('>')) {
        plain.push_str(before);
        plain.push('x');
        rest = mark.split_once('>').map_or("", |(_, after)| after);
    }
    plain + rest
}

/// Programs that may stand between questions without changing what they mean: an alias or a sourced file might.
const BETWEEN_QUESTIONS: [&str; 9] = ["cd", "echo", "printf", "export", "set", "true", ":", "sleep", "clear"];

fn sets_nothing_else(item: &Item) -> bool {
    let Item::Pipe(stages) = item else { return false };
    let [stage] = stages.as_slice() else { return false };
    stage.output.is_none() && stage.words.first().is_none_or(|word| BETWEEN_QUESTIONS.contains(&word.text.as_str()))
}
