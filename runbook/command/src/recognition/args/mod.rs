//! Arguments by the rules of the table: what each flag takes, what is known, what stands alone.

mod flag;

use std::{borrow::Cow, cell::Cell, ops::Range};

pub(crate) use flag::{Flag, Role, Takes, switch, truth, value};

use super::reason::{Stop, unknown};
use crate::shell::Word;

/// How flags are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `--long`, `-s`, `-xyz`: kubectl and the GNU tools.
    Posix,
    /// `-long` as well as `--long`: Proxmox' Perl tools. Short forms are not combined.
    Perl,
    /// Like `Posix`, and flags end at the first word that is none: wrappers such as `timeout`.
    Leading,
}

/// A word as the recogniser sees it: placeholders written out or filled in.
#[derive(Debug, Clone)]
pub(crate) struct Arg<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) word: &'a Word,
}

impl<'a> Arg<'a> {
    pub(crate) fn span(&self) -> Range<usize> {
        self.word.span.clone()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// A part of it, as an argument of its own.
    fn tail(&self, from: usize) -> Arg<'a> {
        let text = match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[from..]),
            Cow::Owned(text) => Cow::Owned(text[from..].to_owned()),
        };
        Arg { text, word: self.word }
    }
}

/// A flag that was given.
#[derive(Debug)]
struct Given<'a> {
    flag: &'static Flag,
    value: Option<Arg<'a>>,
    /// `false` for `--watch=false`.
    is_on: bool,
    /// Where it stands.
    span: Range<usize>,
    /// Whether the question has looked at it.
    is_read: Cell<bool>,
}

/// What a command's words come to.
#[derive(Debug, Default)]
pub(crate) struct Parsed<'a> {
    /// Words that are no flags, in order.
    pub(crate) operands: Vec<Arg<'a>>,
    /// Flags, in order.
    given: Vec<Given<'a>>,
    /// Placeholders in values that are no part of the question.
    pub(crate) ignored: Vec<usize>,
    /// Where the command stands.
    pub(crate) span: Range<usize>,
    /// Whether `--` stands among the words.
    pub(crate) has_dashes: bool,
    /// Whether the first word is an operand.
    pub(crate) starts_with_operand: bool,
}

/// Flags by which words are read: several lists, the nearest first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'t> {
    pub(crate) lists: &'t [&'static [Flag]],
    pub(crate) style: Style,
}

impl Known<'_> {
    fn long(&self, name: &str) -> Option<&'static Flag> {
        self.lists.iter().flat_map(|list| list.iter()).find(|flag| flag.long == name && flag.takes != Takes::Digits)
    }

    fn short(&self, letter: char) -> Option<&'static Flag> {
        self.lists.iter().flat_map(|list| list.iter()).find(|flag| flag.short == Some(letter))
    }

    fn digits(&self) -> Option<&'static Flag> {
        self.lists.iter().flat_map(|list| list.iter()).find(|flag| flag.takes == Takes::Digits)
    }
}

/// A flag that is not in the lists.
#[derive(Debug)]
pub(crate) struct UnknownFlag {
    /// As typed, without a value: `--grace-period`, `-x`.
    pub(crate) flag: String,
    pub(crate) span: Range<usize>,
}

/// Why words could not be read.
#[derive(Debug)]
pub(crate) enum ArgsError {
    Unknown(UnknownFlag),
    Stop(Stop),
}

/// Reads words by the flags that are known. With `Style::Leading` the words after the first operand are operands.
pub(crate) fn parse<'a>(words: &[Arg<'a>], known: Known<'_>, span: Range<usize>) -> Result<Parsed<'a>, ArgsError> {
    let mut parsed = Parsed { span, ..Parsed::default() };
    let mut rest = words.iter();
    let mut only_operands = false;
    while let Some(arg) = rest.next() {
        let text = arg.as_str();
        let is_flag = text.len() > 1 && text.starts_with('-') && !only_operands;
        if !is_flag {
            parsed.starts_with_operand |= parsed.given.is_empty();
            parsed.operands.push(arg.clone());
            only_operands |= known.style == Style::Leading;
            continue;
        }
        if text == "--" {
            only_operands = true;
            parsed.has_dashes = true;
            continue;
        }
        let body = text.strip_prefix("--").or_else(|| text.strip_prefix('-').filter(|_| known.style == Style::Perl));
        match body {
            Some(body) => read_long(&mut parsed, arg, body, known, &mut rest)?,
            None => read_short(&mut parsed, arg, known, &mut rest)?,
        }
        if let Some(Given { flag: Flag { role: Role::Stops(reason), .. }, .. }) = parsed.given.last() {
            let flag = arg.as_str().split('=').next().unwrap_or_default();
            let reason =
                if reason.contains('`') { (*reason).to_owned() } else { format!("`{flag}` is not followed. {reason}") };
            return Err(ArgsError::Stop(unknown(arg.span(), reason)));
        }
    }
    Ok(parsed)
}

fn read_long<'a>(
    parsed: &mut Parsed<'a>,
    arg: &Arg<'a>,
    body: &str,
    known: Known<'_>,
    rest: &mut std::slice::Iter<'_, Arg<'a>>,
) -> Result<(), ArgsError> {
    let (name, has_value) = match body.split_once('=') {
        Some((name, _)) => (name, true),
        None => (body, false),
    };
    let short = (known.style == Style::Perl && name.len() == 1).then(|| name.chars().next()).flatten();
    let Some(flag) = known.long(name).or_else(|| short.and_then(|letter| known.short(letter))) else {
        let dashes = arg.as_str().len() - body.len();
        let flag = arg.as_str()[..dashes + name.len()].to_owned();
        return Err(ArgsError::Unknown(UnknownFlag { flag, span: arg.span() }));
    };
    let value = has_value.then(|| arg.tail(arg.as_str().len() - body.len() + name.len() + 1));
    match (flag.takes, value) {
        (Takes::Nothing, Some(value)) => match value.as_str() {
            "true" => parsed.give(flag, None, true, arg.span()),
            "false" => parsed.give(flag, None, false, arg.span()),
            _ => {
                return Err(ArgsError::Stop(unknown(
                    arg.span(),
                    format!("`--{name}` is switched on or off: true or false."),
                )));
            }
        },
        (Takes::Value, None) => {
            let Some(value) = rest.next() else {
                return Err(ArgsError::Stop(unknown(arg.span(), format!("`{}` needs a value.", arg.as_str()))));
            };
            parsed.give(flag, Some(value.clone()), true, arg.span());
        }
        (Takes::Truth, value) => {
            let next = || rest.as_slice().first().filter(|next| !next.as_str().starts_with('-')).cloned();
            let is_here = value.is_some();
            let value = value.or_else(next);
            let is_on = match value.as_ref().map(Arg::as_str) {
                None => true,
                Some(text) => parse_truth(text).ok_or_else(|| {
                    let reason = format!("`--{name}` is switched on or off: 1 or 0.");
                    ArgsError::Stop(unknown(arg.span(), reason))
                })?,
            };
            if value.is_some() && !is_here {
                rest.next();
            }
            parsed.give(flag, None, is_on, arg.span());
        }
        (_, value) => parsed.give(flag, value, true, arg.span()),
    }
    Ok(())
}

fn read_short<'a>(
    parsed: &mut Parsed<'a>,
    arg: &Arg<'a>,
    known: Known<'_>,
    rest: &mut std::slice::Iter<'_, Arg<'a>>,
) -> Result<(), ArgsError> {
    let text = arg.as_str();
    if let Some(flag) = known.digits()
        && text.len() > 1
        && text[1..].bytes().all(|b| b.is_ascii_digit())
    {
        parsed.give(flag, Some(arg.tail(1)), true, arg.span());
        return Ok(());
    }
    for (at, letter) in text.char_indices().skip(1) {
        let Some(flag) = known.short(letter) else {
            return Err(ArgsError::Unknown(UnknownFlag { flag: format!("-{letter}"), span: arg.span() }));
        };
        let after = at + letter.len_utf8();
        match flag.takes {
            Takes::Value => {
                let value = if after < text.len() {
                    // `-n=default` and `-ojson` are both read by kubectl.
                    let equals = usize::from(text[after..].starts_with('=') && known.lists.len() > 1);
                    arg.tail(after + equals)
                } else if let Some(value) = rest.next() {
                    value.clone()
                } else {
                    return Err(ArgsError::Stop(unknown(arg.span(), format!("`-{letter}` needs a value."))));
                };
                parsed.give(flag, Some(value), true, arg.span());
                return Ok(());
            }
            Takes::Nothing if text[after..].starts_with('=') => {
                let is_on = match &text[after + 1..] {
                    "true" => true,
                    "false" => false,
                    _ => return Err(ArgsError::Stop(unknown(arg.span(), format!("`-{letter}` takes true or false.")))),
                };
                parsed.give(flag, None, is_on, arg.span());
                return Ok(());
            }
            _ => parsed.give(flag, None, true, arg.span()),
        }
    }
    Ok(())
}

impl<'a> Parsed<'a> {
    fn give(&mut self, flag: &'static Flag, value: Option<Arg<'a>>, is_on: bool, span: Range<usize>) {
        if flag.role == Role::Ignored {
            self.ignored.extend(value.iter().flat_map(|value| value.word.placeholders()));
        }
        self.given.push(Given { flag, value, is_on, span, is_read: Cell::new(flag.role != Role::Used) });
    }

    /// Where flags of these names were given, in order; they count as read.
    fn read(&self, is_wanted: impl Fn(&str) -> bool) -> impl DoubleEndedIterator<Item = &Given<'a>> {
        let wanted = self.given.iter().filter(move |given| is_wanted(given.flag.long));
        wanted.inspect(|given| given.is_read.set(true))
    }

    /// Stops a command that has a flag at which nothing has looked: what it changes in the answer would be lost.
    ///
    /// # Errors
    /// The first such flag.
    pub(crate) fn require_all_read(&self) -> Result<(), Stop> {
        match self.given.iter().find(|given| !given.is_read.get()) {
            None => Ok(()),
            Some(Given { flag, span, .. }) => {
                let reason =
                    format!("`--{}` changes the answer in a way that Runlight does not follow here.", flag.long);
                Err(unknown(span.clone(), reason))
            }
        }
    }

    /// Whether a switch is on.
    pub(crate) fn has(&self, long: &str) -> bool {
        self.switched(long).unwrap_or(false)
    }

    /// How a switch is set, when it is.
    pub(crate) fn switched(&self, long: &str) -> Option<bool> {
        self.read(|name| name == long).last().map(|given| given.is_on)
    }

    /// The last value of a flag.
    pub(crate) fn arg(&self, long: &str) -> Option<&Arg<'a>> {
        self.read(|name| name == long).last().and_then(|given| given.value.as_ref())
    }

    /// The last value of a flag, as text.
    pub(crate) fn text(&self, long: &str) -> Option<String> {
        self.arg(long).map(|arg| arg.as_str().to_owned())
    }

    /// Every value of a flag, in order.
    pub(crate) fn all<'p>(&'p self, long: &'p str) -> impl Iterator<Item = &'p Arg<'a>> + 'p {
        self.read(move |name| name == long).filter_map(|given| given.value.as_ref())
    }

    /// What was given of these flags, in order, with its value.
    pub(crate) fn any_of(&self, names: &[&str]) -> impl Iterator<Item = (&'static str, Option<&Arg<'a>>)> {
        self.read(|name| names.contains(&name)).map(|given| (given.flag.long, given.value.as_ref()))
    }

    /// A number. A placeholder in its place counts as 1 until it is filled in.
    pub(crate) fn number<T: std::str::FromStr + From<u8>>(&self, long: &str) -> Result<Option<T>, Stop> {
        let Some(arg) = self.arg(long) else { return Ok(None) };
        if arg.is_open() {
            return Ok(Some(T::from(1)));
        }
        let number = arg.as_str().parse();
        number.map(Some).map_err(|_| unknown(arg.span(), format!("`{}` is no number for `--{long}`.", arg.as_str())))
    }

    /// A length of time in seconds, as Go writes it: `1h30m`, `90s`, `500ms` counts as 1.
    pub(crate) fn duration_s(&self, long: &str) -> Result<Option<u64>, Stop> {
        let Some(arg) = self.arg(long) else { return Ok(None) };
        if arg.is_open() {
            return Ok(Some(1));
        }
        let reason = || unknown(arg.span(), format!("`{}` is no length of time such as 10m or 1h30m.", arg.as_str()));
        parse_duration_s(arg.as_str()).map(Some).ok_or_else(reason)
    }
}

impl Arg<'_> {
    /// Whether a placeholder without a value stands in it.
    pub(crate) fn is_open(&self) -> bool {
        self.word.has_placeholder && self.text.contains('<')
    }
}

/// A truth value as Proxmox' tools take it.
pub(crate) fn parse_truth(text: &str) -> Option<bool> {
    match text {
        "1" | "yes" | "on" | "true" => Some(true),
        "0" | "no" | "off" | "false" => Some(false),
        _ => None,
    }
}

/// Go's durations, rounded up to seconds. A bare `0` is allowed, as in Go.
pub(crate) fn parse_duration_s(text: &str) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let mut rest = text;
    let mut total_s = 0.0_f64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit_len = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let unit_s = match &rest[..unit_len] {
            "h" => 3_600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 0.001,
            _ => return None,
        };
        total_s += number * unit_s;
        rest = &rest[unit_len..];
    }
    // Longer than a century is a mistake.
    (!text.is_empty() && total_s < 3.2e9).then_some(total_s.ceil() as u64)
}
