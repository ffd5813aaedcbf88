//! `xargs` in front of a command that reads: a question for each word that another check prints. What a word makes of the
//! command is recognised anew by the same recogniser, word by word, so that a value can never become syntax.

use std::ops::Range;

use super::{
    args::{Arg, ArgsError, Flag, Known, Parsed, Style, parse, switch, value},
    programs,
    reason::{Stop, refused, unknown},
    recognise::{MAX_CHECKS, Recogniser},
    table,
};
use crate::{
    check::{Cause, Check, Each, Feed, Question, Refusal},
    shell::{Placeholder, PlaceholderKind, Word, marker},
};

/// Most words that one question gets when no `-n` says so.
const MAX_WORDS: usize = 50;
/// What stands for a word that is not known yet.
const SAMPLE: &str = "word";

pub(super) const FLAGS: &[Flag] = &[
    value("max-args").or('n'),
    value("replace").or('I'),
    switch("no-run-if-empty").or('r'),
    switch("verbose").or('t'),
    value("max-procs").or('P').ignored(),
    value("max-lines").or('L').stops("`xargs -L` is not read: `-n` and `-I` are."),
    value("delimiter").or('d').stops("Only words between blanks and line breaks are read."),
    switch("null").or('0').stops("Only words between blanks and line breaks are read."),
    value("arg-file").or('a').stops("The words would come from a file that is not here."),
    switch("interactive").or('p').stops("This waits for a person."),
];

impl Each {
    /// The questions for what the other check printed, and how many more words there were than are asked about. No
    /// lines, no questions.
    ///
    /// # Errors
    /// A word that no name is made of, or one with which the command is no longer a check.
    pub fn unfold(&self, lines: &[String]) -> Result<(Vec<Check>, usize), Refusal> {
        let refusal = |reason: String| Refusal { cause: Cause::UnknownPart, reason, span: None };
        let values: Vec<&str> = match &self.feed {
            Feed::InPlaceOf(_) => lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect(),
            Feed::Behind(_) => lines.iter().flat_map(|line| line.split_whitespace()).collect(),
        };
        if let Some(odd) = values.iter().find(|value| !is_name(value)) {
            return Err(refusal(format!("`{odd}` is nothing that a name is made of; it is not put into the command.")));
        }
        let size = match self.feed {
            Feed::InPlaceOf(_) => 1,
            Feed::Behind(at_most) => at_most.map_or(MAX_WORDS, |most| most as usize).clamp(1, MAX_WORDS),
        };
        let checks = values.chunks(size).take(MAX_CHECKS).map(|some| self.with(some));
        let checks: Result<Vec<Check>, Stop> = checks.collect();
        let left_out = values.len().saturating_sub(size * MAX_CHECKS);
        checks.map(|checks| (checks, left_out)).map_err(|stop| {
            let (Stop::Refused(refusal) | Stop::Unknown(refusal)) = stop;
            Refusal { span: None, ..refusal }
        })
    }

    /// The command with these words in it.
    fn with(&self, values: &[&str]) -> Result<Check, Stop> {
        let mut texts: Vec<String> = match &self.feed {
            Feed::InPlaceOf(mark) => self.words.iter().map(|word| word.replace(mark, &values.concat())).collect(),
            Feed::Behind(_) => self.words.clone(),
        };
        if matches!(self.feed, Feed::Behind(_)) {
            texts.extend(values.iter().map(|value| (*value).to_owned()));
        }
        let words: Vec<Word> =
            texts.into_iter().map(|text| Word { text, is_quoted: true, ..Word::default() }).collect();
        let args: Vec<Arg<'_>> = words.iter().map(|word| Arg { text: word.text.as_str().into(), word }).collect();
        ask(&mut Recogniser::new(Vec::new(), None), &args, self.host.as_deref(), 0..0)
    }
}

/// What names of objects, guests and nodes are made of. A flag is none.
fn is_name(value: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:/@".contains(c);
    !value.is_empty() && value.len() <= 512 && !value.starts_with('-') && value.chars().all(is_plain)
}

/// A stage that is `xargs`, made a question of the check before it.
pub(super) fn add(
    recogniser: &mut Recogniser<'_>,
    from: Check,
    words: &[Arg<'_>],
    host: Option<&str>,
    span: Range<usize>,
) -> Result<Check, Stop> {
    let parsed = read_flags(words, span.clone())?;
    let (inner, host) = on_host(&parsed.operands, host)?;
    let Some(first) = inner.first() else {
        return Err(unknown(span, "`xargs` is read where it runs a command that reads; here it runs none."));
    };
    if from.download.is_some() {
        return Err(unknown(span, "The answer goes to a file and into a pipe."));
    }
    if from.prints_secret_data() {
        let reason = "What a Secret holds would stand in the address of another question, where no secret belongs.";
        return Err(refused(Cause::SecretData, span, reason));
    }
    let feed = match (parsed.arg("replace"), parsed.arg("max-args")) {
        (Some(_), Some(arg)) => return Err(unknown(arg.span(), "`-I` already takes one line at a time.")),
        (Some(mark), None) if mark.as_str().is_empty() || mark.as_str().chars().any(char::is_alphanumeric) => {
            return Err(unknown(mark.span(), "A mark of letters could stand in a word by chance: write `-I{}`."));
        }
        (Some(mark), None) => Feed::InPlaceOf(mark.as_str().to_owned()),
        (None, _) => Feed::Behind(parsed.number("max-args")?),
    };
    if feed == Feed::Behind(Some(0)) {
        return Err(unknown(span, "`-n 0` takes no word at all."));
    }
    if let Feed::InPlaceOf(mark) = &feed
        && (first.as_str().contains(mark.as_str()) || !inner.iter().any(|arg| arg.as_str().contains(mark.as_str())))
    {
        return Err(unknown(span, format!("`{mark}` must stand among the words behind the program.")));
    }
    let each =
        Each { words: inner.iter().map(|arg| arg.as_str().to_owned()).collect(), host: host.clone(), from, feed };
    try_out(recogniser, &inner, &each, host.as_deref(), span)?;
    Ok(Check { question: Question::Each(Box::new(each)), filters: Vec::new(), download: None })
}

/// Recognises the command with an open word where the answers will stand.
fn try_out(
    recogniser: &mut Recogniser<'_>,
    inner: &[Arg<'_>],
    each: &Each,
    host: Option<&str>,
    span: Range<usize>,
) -> Result<(), Stop> {
    let mark = marker(recogniser.placeholders.len());
    let placeholder = Placeholder { name: SAMPLE.into(), span: span.clone(), kind: PlaceholderKind::Loop };
    recogniser.placeholders.push(placeholder);
    let text = format!("<{SAMPLE}>");
    let behind = Word { text: mark.to_string(), span: span.clone(), has_placeholder: true, ..Word::default() };
    let open: Vec<Word> = match &each.feed {
        Feed::InPlaceOf(mark) => {
            let is_open = |arg: &Arg<'_>| arg.as_str().contains(mark.as_str());
            let word =
                |arg: &Arg<'_>| Word { has_placeholder: arg.word.has_placeholder || is_open(arg), ..arg.word.clone() };
            inner.iter().map(word).collect()
        }
        Feed::Behind(_) => inner.iter().map(|arg| arg.word.clone()).chain([behind]).collect(),
    };
    let texts = inner.iter().map(|arg| match &each.feed {
        Feed::InPlaceOf(mark) => arg.as_str().replace(mark.as_str(), &text),
        Feed::Behind(_) => arg.as_str().to_owned(),
    });
    let texts = texts.chain([text.clone()]);
    let args: Vec<Arg<'_>> = open.iter().zip(texts).map(|(word, text)| Arg { text: text.into(), word }).collect();
    ask(recogniser, &args, host, span).map(drop)
}

/// What a command of given words asks: a program of the table itself, since what a shell would read again is no word.
fn ask(
    recogniser: &mut Recogniser<'_>,
    words: &[Arg<'_>],
    host: Option<&str>,
    span: Range<usize>,
) -> Result<Check, Stop> {
    let program = &words[0];
    let name = programs::base_name(program.as_str());
    match table::find(name) {
        Some(_) => recogniser.source(words, host, span),
        None => Err(match programs::find(name).map(|known| known.cause) {
            Some(Cause::Changes) => refused(Cause::Changes, program.span(), format!("`{name}` changes something.")),
            _ => unknown(program.span(), format!("`xargs {name}` is not read: only a command that asks a source is.")),
        }),
    }
}

/// `xargs ssh HOST CMD`, where no word has a meaning to the shell there.
fn on_host<'a>(words: &[Arg<'a>], host: Option<&str>) -> Result<(Vec<Arg<'a>>, Option<String>), Stop> {
    match words {
        [ssh, target, rest @ ..] if ssh.as_str() == "ssh" && !target.as_str().starts_with('-') => {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:/@=,{}<>".contains(c);
            if let Some(odd) = rest.iter().find(|arg| !arg.as_str().chars().all(is_plain)) {
                return Err(unknown(odd.span(), "The shell behind `ssh` would read this word again."));
            }
            let name = target.as_str();
            Ok((rest.to_vec(), Some(name[name.rfind('@').map_or(0, |at| at + 1)..].to_owned())))
        }
        _ => Ok((words.to_vec(), host.map(str::to_owned))),
    }
}

fn read_flags<'a>(words: &[Arg<'a>], span: Range<usize>) -> Result<Parsed<'a>, Stop> {
    let known = Known { lists: &[FLAGS], style: Style::Leading };
    parse(&words[1..], known, span).map_err(|error| match error {
        ArgsError::Stop(stop) => stop,
        ArgsError::Unknown(flag) => {
            unknown(flag.span, format!("`{}` is not a flag of `xargs` that Runlight knows.", flag.flag))
        }
    })
}
