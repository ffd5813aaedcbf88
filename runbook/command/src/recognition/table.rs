//! The one table of programs, verbs and flags. The recogniser, the documentation, the reasons and the suggestions
//! all read it.

use super::{
    args::{Arg, ArgsError, Flag, Known, Parsed, Style, UnknownFlag, parse},
    gitops, kubectl, monitoring,
    permission::SecretData,
    proxmox,
    reason::{Stop, nearest, refused, unknown},
};
use crate::check::{Cause, Question, Refusal};

/// A program.
#[derive(Debug)]
pub(crate) struct Program {
    /// Its name, then the names it also goes by.
    pub(crate) names: &'static [&'static str],
    /// One line for the documentation.
    pub(crate) summary: &'static str,
    pub(crate) style: Style,
    /// Flags of every verb.
    pub(crate) flags: &'static [Flag],
    pub(crate) does: Does,
}

/// A verb of a program, or of a group of verbs.
#[derive(Debug)]
pub(crate) struct Verb {
    pub(crate) names: &'static [&'static str],
    pub(crate) flags: &'static [Flag],
    pub(crate) does: Does,
}

/// What a command comes to.
#[derive(Debug)]
pub(crate) enum Does {
    /// A question; the function reads it from the arguments.
    Asks(Ask),
    /// Nothing that will be run, for this reason.
    Refuses(Cause, &'static str),
    /// It depends on the next word.
    Verbs(&'static [Verb]),
}

/// Reads a question from arguments.
pub(crate) type Ask = fn(&Parsed<'_>, &Place<'_>) -> Result<Question, Stop>;

/// Where a command would have run.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place<'h> {
    /// The host of `ssh`.
    pub(crate) host: Option<&'h str>,
    /// Whether the data of Secrets may be asked for.
    pub(crate) secret_data: SecretData,
}

impl Place<'_> {
    pub(crate) fn host(&self) -> Option<String> {
        self.host.map(str::to_owned)
    }
}

/// A verb that asks.
pub(crate) const fn asks(names: &'static [&'static str], flags: &'static [Flag], ask: Ask) -> Verb {
    Verb { names, flags, does: Does::Asks(ask) }
}

/// A verb that changes something.
pub(crate) const fn changes(names: &'static [&'static str], reason: &'static str) -> Verb {
    refuses(names, Cause::Changes, reason)
}

/// A verb that is not run.
pub(crate) const fn refuses(names: &'static [&'static str], cause: Cause, reason: &'static str) -> Verb {
    Verb { names, flags: &[], does: Does::Refuses(cause, reason) }
}

/// A group of verbs.
pub(crate) const fn group(names: &'static [&'static str], verbs: &'static [Verb]) -> Verb {
    Verb { names, flags: &[], does: Does::Verbs(verbs) }
}

impl Verb {
    /// With the flags by which it is known although it is refused.
    pub(crate) const fn with(self, flags: &'static [Flag]) -> Self {
        Self { flags, ..self }
    }
}

/// Every program that may stand at the beginning of a pipe.
pub(crate) static PROGRAMS: &[&[Program]] =
    &[kubectl::PROGRAMS, proxmox::PROGRAMS, monitoring::PROGRAMS, gitops::PROGRAMS];

/// The program of a name.
pub(crate) fn find(name: &str) -> Option<&'static Program> {
    PROGRAMS.iter().flat_map(|programs| programs.iter()).find(|program| program.names.contains(&name))
}

/// What a program's arguments come to. Placeholders that are no part of the question are added to `ignored`.
pub(crate) fn ask(
    program: &'static Program,
    words: &[Arg<'_>],
    place: &Place<'_>,
    ignored: &mut Vec<usize>,
) -> Result<Question, Stop> {
    let span = words[0].span().start..words.last().unwrap_or(&words[0]).span().end;
    let mut rest: Vec<Arg<'_>> = words[1..].to_vec();
    let mut lists: Vec<&'static [Flag]> = vec![program.flags];
    let mut path = program.names[0].to_owned();
    let mut does = &program.does;
    loop {
        match does {
            Does::Refuses(cause, reason) => return Err(refused(*cause, span, format!("`{path}` {reason}"))),
            Does::Asks(ask) => {
                lists.reverse();
                let parsed = parse(&rest, Known { lists: &lists, style: program.style }, span)
                    .map_err(|error| explain(program, &path, &lists, error))?;
                ignored.extend(&parsed.ignored);
                let question = ask(&parsed, place)?;
                parsed.require_all_read()?;
                return Ok(question);
            }
            Does::Verbs(verbs) => {
                // `kubectl -l app=x get pods`: flags of a verb may stand before it.
                let mut ahead = lists.clone();
                ahead.extend(verbs.iter().map(|verb| verb.flags));
                let Some(at) = find_verb(&rest, &ahead, program.style) else {
                    if let Some(stop) = asks_version(&rest, &path, &span) {
                        return Err(stop);
                    }
                    let reason =
                        format!("`{path}` alone asks nothing: a verb such as `{}` is missing.", verbs[0].names[0]);
                    return Err(unknown(span, reason));
                };
                let typed = rest.remove(at);
                let Some(verb) = verbs.iter().find(|verb| verb.names.contains(&typed.as_str())) else {
                    return Err(unknown_verb(&path, verbs, &typed));
                };
                // The name as it was written: a row may stand for a dozen.
                path = format!("{path} {}", typed.as_str());
                lists.push(verb.flags);
                does = &verb.does;
            }
        }
    }
}

/// `--version` and `--help` print a text of the program itself.
fn asks_version(rest: &[Arg<'_>], path: &str, span: &std::ops::Range<usize>) -> Option<Stop> {
    let is_text = rest.iter().any(|arg| matches!(arg.as_str(), "--version" | "--help" | "-h" | "-V" | "-v"));
    is_text.then(|| refused(Cause::Local, span.clone(), format!("`{path}` prints a text of its own here.")))
}

/// The first word that is neither a flag nor the value of one.
fn find_verb(words: &[Arg<'_>], lists: &[&'static [Flag]], style: Style) -> Option<usize> {
    let mut at = 0;
    while let Some(arg) = words.get(at) {
        let text = arg.as_str();
        if !text.starts_with('-') || text == "-" {
            return Some(at);
        }
        let is_flag = |flag: &&Flag| {
            let is_long = text.strip_prefix("--").or_else(|| text.strip_prefix('-').filter(|_| style == Style::Perl))
                == Some(flag.long);
            let is_short = text.len() == 2 && flag.short == text[1..].chars().next();
            is_long || is_short
        };
        let first = lists.iter().flat_map(|list| list.iter()).find(|flag| is_flag(flag));
        at += if first.is_some_and(|flag| flag.takes == super::args::Takes::Value) { 2 } else { 1 };
    }
    None
}

fn unknown_verb(path: &str, verbs: &[Verb], typed: &Arg<'_>) -> Stop {
    let names = verbs.iter().flat_map(|verb| verb.names.iter().copied());
    let hint = match nearest(typed.as_str(), names) {
        Some(name) => format!(" Did you mean `{name}`?"),
        None => String::new(),
    };
    let reason = format!("`{path} {}` is not a command that Runlight knows.{hint}", typed.as_str());
    Stop::Unknown(Refusal { cause: Cause::UnknownPart, reason, span: Some(typed.span()) })
}

/// Says what is wrong with a flag: misspelt, of another verb, or not known.
fn explain(program: &'static Program, path: &str, lists: &[&'static [Flag]], error: ArgsError) -> Stop {
    let UnknownFlag { flag, span } = match error {
        ArgsError::Stop(stop) => return stop,
        ArgsError::Unknown(unknown) => unknown,
    };
    let name = flag.trim_start_matches('-');
    let known = lists.iter().flat_map(|list| list.iter()).map(|flag| flag.long);
    if let Some(near) = nearest(name, known) {
        return unknown(span, format!("`{flag}` is not a flag of `{path}`. Did you mean `--{near}`?"));
    }
    if let Some(owner) = owner_of_flag(program, &flag) {
        return unknown(span, format!("`{flag}` belongs to `{owner}`, not to `{path}`."));
    }
    unknown(span, format!("`{flag}` is not a flag of `{path}` that Runlight knows."))
}

/// The verb that knows a flag.
fn owner_of_flag(program: &'static Program, flag: &str) -> Option<String> {
    let name = flag.strip_prefix("--")?;
    let mut groups = vec![(program.names[0].to_owned(), &program.does)];
    while let Some((path, does)) = groups.pop() {
        let Does::Verbs(verbs) = does else { continue };
        for verb in verbs.iter() {
            let path = format!("{path} {}", verb.names[0]);
            if verb.flags.iter().any(|flag| flag.long == name) {
                return Some(path);
            }
            groups.push((path, &verb.does));
        }
    }
    None
}
