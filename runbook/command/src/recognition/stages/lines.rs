//! grep, head, tail, sort, uniq, wc, cut and tr.

use super::super::{
    args::{Arg, Parsed},
    reason::{Stop, unknown},
};
use pipe::filter::{Count, Cut, Filter, Grep, GrepSyntax, Sort, SortKey, TailFrom, Translate, Uniq, grep, tr};

pub(super) fn build_grep(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    let mut patterns: Vec<String> = parsed.all("regexp").map(|arg| arg.as_str().to_owned()).collect();
    let mut operands = parsed.operands.iter();
    if patterns.is_empty() {
        let Some(pattern) = operands.next() else {
            return Err(unknown(parsed.span.clone(), "`grep` needs a pattern."));
        };
        patterns.push(pattern.as_str().to_owned());
    }
    refuse_files(operands.as_slice(), name)?;
    let syntax = match name {
        _ if parsed.has("fixed-strings") || name == "fgrep" => GrepSyntax::Fixed,
        _ if parsed.has("perl-regexp") || name == "rg" => GrepSyntax::Perl,
        _ if parsed.has("extended-regexp") || name == "egrep" => GrepSyntax::Extended,
        _ => GrepSyntax::Basic,
    };
    let at = parsed.arg("regexp").or(parsed.operands.first()).map_or(parsed.span.clone(), Arg::span);
    // A line break in a pattern separates patterns.
    let patterns: Vec<String> = patterns.iter().flat_map(|pattern| pattern.split('\n').map(str::to_owned)).collect();
    grep::check(&patterns, syntax).map_err(|error| unknown(at, error.0))?;
    let context: u32 = parsed.number("context")?.unwrap_or(0);
    Ok(Filter::Grep(Grep {
        patterns,
        syntax,
        ignore_case: parsed.has("ignore-case"),
        invert: parsed.has("invert-match"),
        word: parsed.has("word-regexp"),
        line: parsed.has("line-regexp"),
        count: parsed.has("count"),
        only_matching: parsed.has("only-matching"),
        line_numbers: parsed.has("line-number"),
        before: parsed.number("before-context")?.unwrap_or(context),
        after: parsed.number("after-context")?.unwrap_or(context),
        max: parsed.number("max-count")?,
    }))
}

pub(super) fn refuse_files(operands: &[Arg<'_>], name: &str) -> Result<(), Stop> {
    match operands.iter().find(|arg| arg.as_str() != "-") {
        None => Ok(()),
        Some(arg) => Err(unknown(arg.span(), format!("`{name}` would read a file here, not the answer."))),
    }
}

/// The number of lines of `head` and `tail`: `-n 20`, `-20`.
fn lines_arg<'p, 'a>(parsed: &'p Parsed<'a>) -> Option<&'p Arg<'a>> {
    parsed.arg("lines").or(parsed.arg("digits"))
}

pub(super) fn head(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    match lines_arg(parsed) {
        None => Ok(Filter::Head(10)),
        Some(arg) if arg.is_open() => Ok(Filter::Head(1)),
        Some(arg) => match arg.as_str().parse() {
            Ok(lines) => Ok(Filter::Head(lines)),
            Err(_) => Err(unknown(arg.span(), format!("`{}` is not a number of lines.", arg.as_str()))),
        },
    }
}

pub(super) fn tail(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    let plus = parsed.operands.first().filter(|arg| arg.as_str().starts_with('+'));
    if plus.is_none() {
        refuse_files(&parsed.operands, name)?;
    }
    let Some(arg) = lines_arg(parsed).or(plus) else { return Ok(Filter::Tail(TailFrom::Last(10))) };
    if arg.is_open() {
        return Ok(Filter::Tail(TailFrom::Last(1)));
    }
    let text = arg.as_str();
    let from = match text.strip_prefix('+') {
        Some(first) => first.parse().map(TailFrom::Line),
        None => text.trim_start_matches('-').parse().map(TailFrom::Last),
    };
    from.map(Filter::Tail).map_err(|_| unknown(arg.span(), format!("`{text}` is not a number of lines.")))
}

pub(super) fn sort(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    let mut keys = Vec::new();
    for arg in parsed.all("key") {
        let key = sort_key(arg.as_str());
        keys.push(
            key.ok_or_else(|| unknown(arg.span(), format!("`{}` is not a sort key that is read.", arg.as_str())))?,
        );
    }
    Ok(Filter::Sort(Sort {
        numeric: parsed.has("numeric-sort") || parsed.has("general-numeric-sort"),
        reverse: parsed.has("reverse"),
        unique: parsed.has("unique"),
        human: parsed.has("human-numeric-sort"),
        version: parsed.has("version-sort"),
        ignore_case: parsed.has("ignore-case"),
        ignore_blanks: parsed.has("ignore-leading-blanks"),
        keys,
        separator: one_char(parsed, "field-separator")?,
    }))
}

/// `2`, `2,3`, `2nr`, `2,2n`.
fn sort_key(text: &str) -> Option<SortKey> {
    let (from, to) = match text.split_once(',') {
        Some((from, to)) => (from, Some(to)),
        None => (text, None),
    };
    let mut key = SortKey::default();
    let mut read = |part: &str| {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        for letter in part[digits..].chars() {
            match letter {
                'n' | 'g' => key.numeric = true,
                'r' => key.reverse = true,
                'h' => key.human = true,
                _ => return None,
            }
        }
        part[..digits].parse::<u32>().ok().filter(|field| *field > 0)
    };
    let from = read(from)?;
    let to = match to {
        Some(to) => Some(read(to)?),
        None => None,
    };
    Some(SortKey { from, to, ..key })
}

pub(super) fn one_char(parsed: &Parsed<'_>, flag: &str) -> Result<Option<char>, Stop> {
    let Some(arg) = parsed.arg(flag) else { return Ok(None) };
    let text = if arg.as_str() == "\\t" { "\t" } else { arg.as_str() };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(Some(c)),
        _ => Err(unknown(arg.span(), format!("`--{flag}` takes one character."))),
    }
}

pub(super) fn uniq(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    Ok(Filter::Uniq(Uniq {
        count: parsed.has("count"),
        only_repeated: parsed.has("repeated"),
        only_unique: parsed.has("unique"),
        ignore_case: parsed.has("ignore-case"),
    }))
}

pub(super) fn count(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    Ok(Filter::Count(Count {
        lines: parsed.has("lines"),
        words: parsed.has("words"),
        bytes: parsed.has("bytes"),
        chars: parsed.has("chars"),
    }))
}

pub(super) fn cut(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    let chars = parsed.arg("characters").or(parsed.arg("bytes"));
    let list = match (parsed.arg("fields"), chars) {
        (Some(list), None) | (None, Some(list)) => list,
        _ => return Err(unknown(parsed.span.clone(), "`cut` takes fields or characters.")),
    };
    let ranges: Option<Vec<(u32, Option<u32>)>> = list.as_str().split(',').map(cut_range).collect();
    let Some(ranges) = ranges else {
        return Err(unknown(list.span(), format!("`{}` is not a list of fields.", list.as_str())));
    };
    Ok(Filter::Cut(Cut {
        ranges,
        chars: chars.is_some(),
        delimiter: one_char(parsed, "delimiter")?,
        only_delimited: parsed.has("only-delimited"),
        complement: parsed.has("complement"),
        output_delimiter: parsed.text("output-delimiter"),
    }))
}

/// `3`, `3-`, `-3`, `2-4`.
fn cut_range(text: &str) -> Option<(u32, Option<u32>)> {
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n > 0);
    match text.split_once('-') {
        None => number(text).map(|n| (n, Some(n))),
        Some(("", to)) => number(to).map(|to| (1, Some(to))),
        Some((from, "")) => number(from).map(|from| (from, None)),
        Some((from, to)) => number(from).zip(number(to)).filter(|(a, b)| a <= b).map(|(a, b)| (a, Some(b))),
    }
}

pub(super) fn translate(parsed: &Parsed<'_>, _name: &str) -> Result<Filter, Stop> {
    let (from, to) = match parsed.operands.as_slice() {
        [from] if parsed.has("delete") || parsed.has("squeeze-repeats") => (from, None),
        [from, to] if !parsed.has("delete") && !to.as_str().is_empty() => (from, Some(to)),
        _ => return Err(unknown(parsed.span.clone(), "`tr` takes two sets, or one with `-d` or `-s`.")),
    };
    for set in [Some(from), to].into_iter().flatten() {
        if tr::expand(set.as_str()).is_none() {
            return Err(unknown(set.span(), format!("`{}` is not a set that is read.", set.as_str())));
        }
    }
    Ok(Filter::Translate(Translate {
        from: from.as_str().to_owned(),
        to: to.map(|to| to.as_str().to_owned()),
        delete: parsed.has("delete"),
        squeeze: parsed.has("squeeze-repeats"),
        complement: parsed.has("complement"),
    }))
}
