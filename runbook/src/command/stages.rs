//! The stages of a pipe: which filters they are. Everything else is refused, with the stage marked.

use std::ops::Range;

use super::{
    args::{Arg, ArgsError, Flag, Known, Parsed, Style, parse, switch, value},
    reason::{Stop, nearest, refused, unknown},
};
use crate::{
    check::{Cause, Check},
    filter::{
        Awk, Count, Cut, Filter, Grep, GrepSyntax, Jq, Sed, Sort, SortKey, TailFrom, Translate, Uniq, awk, grep, jq,
        sed, tr,
    },
};

/// A program that filters.
pub(crate) struct Stage {
    pub(crate) names: &'static [&'static str],
    /// One line for the documentation.
    pub(crate) summary: &'static str,
    pub(crate) flags: &'static [Flag],
    build: fn(&Parsed<'_>, &str) -> Result<Filter, Stop>,
}

/// Every filter.
pub(crate) static STAGES: &[Stage] = &[
    Stage {
        names: &["grep", "egrep", "fgrep", "rg"],
        summary: "lines that match; basic, extended and fixed patterns, no back-references",
        flags: GREP_FLAGS,
        build: build_grep,
    },
    Stage { names: &["head"], summary: "the first lines", flags: HEAD_FLAGS, build: head },
    Stage { names: &["tail"], summary: "the last lines", flags: TAIL_FLAGS, build: tail },
    Stage { names: &["sort"], summary: "lines in order, by bytes", flags: SORT_FLAGS, build: sort },
    Stage { names: &["uniq"], summary: "repeated lines once", flags: UNIQ_FLAGS, build: uniq },
    Stage { names: &["wc"], summary: "counts lines, words, bytes", flags: WC_FLAGS, build: count },
    Stage { names: &["cut"], summary: "fields or characters of each line", flags: CUT_FLAGS, build: cut },
    Stage { names: &["tr"], summary: "translates or deletes characters", flags: TR_FLAGS, build: translate },
    Stage {
        names: &["awk", "gawk", "mawk"],
        summary: "chooses lines, prints fields, counts; no files, no commands, no loops but `for (k in a)`",
        flags: AWK_FLAGS,
        build: build_awk,
    },
    Stage { names: &["sed"], summary: "`s///`, `p`, `d`, `q`, `=` with addresses", flags: SED_FLAGS, build: build_sed },
    Stage {
        names: &["jq"],
        summary: "any program that reads only its input, and ends",
        flags: JQ_FLAGS,
        build: build_jq,
    },
    Stage { names: &["column"], summary: "cells under each other", flags: COLUMN_FLAGS, build: columns },
    Stage { names: &["base64"], summary: "decodes", flags: BASE64_FLAGS, build: base64 },
    Stage { names: &["cat", "less", "more"], summary: "shows what it gets", flags: SHOW_FLAGS, build: show },
    Stage { names: &["nl"], summary: "numbers lines", flags: &[], build: number },
    Stage { names: &["tac"], summary: "the last line first", flags: &[], build: reverse },
    Stage {
        names: &["tee"],
        summary: "shows what it gets; no file is written",
        flags: &[switch("append").or('a')],
        build: tee,
    },
    Stage {
        names: &["python3", "python"],
        summary: "`-m json.tool`: JSON, indented",
        flags: &[value("module").or('m')],
        build: json_tool,
    },
];

const GREP_FLAGS: &[Flag] = &[
    switch("ignore-case").or('i'),
    switch("invert-match").or('v'),
    switch("extended-regexp").or('E'),
    switch("basic-regexp").or('G'),
    switch("fixed-strings").or('F'),
    switch("perl-regexp").or('P'),
    switch("word-regexp").or('w'),
    switch("line-regexp").or('x'),
    switch("count").or('c'),
    switch("only-matching").or('o'),
    switch("line-number").or('n'),
    switch("no-messages").or('s'),
    switch("text").or('a'),
    switch("no-filename").or('h'),
    switch("quiet").or('q').stops("`grep -q` only tells by its exit status; leave `-q` away to see the lines."),
    value("after-context").or('A'),
    value("before-context").or('B'),
    value("context").or('C'),
    value("regexp").or('e'),
    value("max-count").or('m'),
    switch("color").maybe(),
    switch("colour").maybe(),
    switch("line-buffered"),
];
const HEAD_FLAGS: &[Flag] = &[value("lines").or('n'), switch("quiet").or('q'), Flag::digits("digits")];
const TAIL_FLAGS: &[Flag] =
    &[value("lines").or('n'), switch("follow").or('f'), switch("retry").or('F'), Flag::digits("digits")];
const SORT_FLAGS: &[Flag] = &[
    switch("numeric-sort").or('n'),
    switch("reverse").or('r'),
    switch("unique").or('u'),
    switch("human-numeric-sort").or('h'),
    switch("version-sort").or('V'),
    switch("general-numeric-sort").or('g'),
    switch("ignore-case").or('f'),
    switch("ignore-leading-blanks").or('b'),
    value("key").or('k'),
    value("field-separator").or('t'),
];
const UNIQ_FLAGS: &[Flag] =
    &[switch("count").or('c'), switch("repeated").or('d'), switch("unique").or('u'), switch("ignore-case").or('i')];
const WC_FLAGS: &[Flag] =
    &[switch("lines").or('l'), switch("words").or('w'), switch("bytes").or('c'), switch("chars").or('m')];
const CUT_FLAGS: &[Flag] = &[
    value("fields").or('f'),
    value("characters").or('c'),
    value("bytes").or('b'),
    value("delimiter").or('d'),
    switch("only-delimited").or('s'),
    switch("complement"),
    value("output-delimiter"),
];
const TR_FLAGS: &[Flag] = &[switch("delete").or('d'), switch("squeeze-repeats").or('s'), switch("complement").or('c')];
const AWK_FLAGS: &[Flag] = &[value("field-separator").or('F'), value("assign").or('v')];
const SED_FLAGS: &[Flag] = &[
    switch("quiet").or('n'),
    switch("silent"),
    switch("regexp-extended").or('E'),
    switch("r").or('r'),
    value("expression").or('e'),
];
const JQ_FLAGS: &[Flag] = &[
    switch("raw-output").or('r'),
    switch("join-output").or('j'),
    switch("compact-output").or('c'),
    switch("slurp").or('s'),
    switch("sort-keys").or('S'),
    switch("raw-input").or('R'),
    switch("null-input").or('n'),
    switch("exit-status").or('e'),
    switch("color-output").or('C'),
    switch("monochrome-output").or('M'),
    switch("tab").stops("`--tab` is not carried out."),
    switch("arg"),
];
const COLUMN_FLAGS: &[Flag] = &[switch("table").or('t'), value("separator").or('s')];
const BASE64_FLAGS: &[Flag] = &[switch("decode").or('d'), switch("D").or('D'), value("wrap").or('w').ignored()];
const SHOW_FLAGS: &[Flag] = &[
    switch("chop-long-lines").or('S'),
    switch("RAW-CONTROL-CHARS").or('R'),
    switch("no-init").or('X'),
    switch("quit-if-one-screen").or('F'),
    switch("squeeze-blank").or('s'),
    switch("number").or('n'),
];

/// The filter of a name.
pub(crate) fn find(name: &str) -> Option<&'static Stage> {
    STAGES.iter().find(|stage| stage.names.contains(&name))
}

/// Adds the filter that a stage is.
pub(super) fn add(check: &mut Check, words: &[Arg<'_>], span: Range<usize>) -> Result<(), Stop> {
    let Some(program) = words.first() else {
        return Err(unknown(span, "This stage runs nothing."));
    };
    let name = program.as_str();
    let Some(stage) = find(name) else {
        return Err(explain(program, span));
    };
    let filter = build(stage, words, span)?;
    check.filters.push(filter);
    Ok(())
}

fn build(stage: &'static Stage, words: &[Arg<'_>], span: Range<usize>) -> Result<Filter, Stop> {
    let name = words[0].as_str();
    let known = Known { lists: &[stage.flags], style: Style::Posix };
    let parsed = parse(&words[1..], known, span).map_err(|error| match error {
        ArgsError::Stop(stop) => stop,
        ArgsError::Unknown(flag) => {
            let names = stage.flags.iter().map(|flag| flag.long);
            let hint = match nearest(flag.flag.trim_start_matches('-'), names) {
                Some(near) => format!(" Did you mean `--{near}`?"),
                None => String::new(),
            };
            unknown(flag.span, format!("`{}` is not a flag of `{name}` that Runlight carries out.{hint}", flag.flag))
        }
    })?;
    (stage.build)(&parsed, name)
}

/// Why a stage is no filter.
fn explain(program: &Arg<'_>, span: Range<usize>) -> Stop {
    let name = program.as_str();
    match super::programs::find(name).map(|known| known.cause) {
        Some(Cause::Changes) => refused(Cause::Changes, span, format!("`{name}` changes something; it is no filter.")),
        _ if super::wrapper::is_wrapper(name) || super::table::find(name).is_some() => {
            unknown(span, format!("What `{name}` does with this answer is not known."))
        }
        _ => unknown(span, format!("`{name}` is not a filter that Runlight carries out.")),
    }
}

/// `grep` as a filter; `None` when the stage is another program.
pub(super) fn grep(words: &[Arg<'_>]) -> Result<Option<Filter>, Stop> {
    match words.first().and_then(|program| find(program.as_str())) {
        Some(stage) if stage.names.contains(&"grep") => build(stage, words, words[0].span()).map(Some),
        _ => Ok(None),
    }
}

fn build_grep(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
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

fn refuse_files(operands: &[Arg<'_>], name: &str) -> Result<(), Stop> {
    match operands.iter().find(|arg| arg.as_str() != "-") {
        None => Ok(()),
        Some(arg) => Err(unknown(arg.span(), format!("`{name}` would read a file here, not the answer."))),
    }
}

/// The number of lines of `head` and `tail`: `-n 20`, `-20`.
fn lines_arg<'p, 'a>(parsed: &'p Parsed<'a>) -> Option<&'p Arg<'a>> {
    parsed.arg("lines").or(parsed.arg("digits"))
}

fn head(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
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

fn tail(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
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

fn sort(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
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

fn one_char(parsed: &Parsed<'_>, flag: &str) -> Result<Option<char>, Stop> {
    let Some(arg) = parsed.arg(flag) else { return Ok(None) };
    let text = if arg.as_str() == "\\t" { "\t" } else { arg.as_str() };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(Some(c)),
        _ => Err(unknown(arg.span(), format!("`--{flag}` takes one character."))),
    }
}

fn uniq(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    Ok(Filter::Uniq(Uniq {
        count: parsed.has("count"),
        only_repeated: parsed.has("repeated"),
        only_unique: parsed.has("unique"),
        ignore_case: parsed.has("ignore-case"),
    }))
}

fn count(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    Ok(Filter::Count(Count {
        lines: parsed.has("lines"),
        words: parsed.has("words"),
        bytes: parsed.has("bytes"),
        chars: parsed.has("chars"),
    }))
}

fn cut(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
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

fn translate(parsed: &Parsed<'_>, _name: &str) -> Result<Filter, Stop> {
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

fn build_awk(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    let Some((program, files)) = parsed.operands.split_first() else {
        return Err(unknown(parsed.span.clone(), "`awk` needs a program."));
    };
    refuse_files(files, name)?;
    let mut variables = Vec::new();
    for arg in parsed.all("assign") {
        match arg.as_str().split_once('=') {
            Some((name, value)) => variables.push((name.to_owned(), value.to_owned())),
            None => return Err(unknown(arg.span(), "`-v` takes NAME=VALUE.")),
        }
    }
    let separator = parsed.text("field-separator");
    let awk = Awk { program: program.as_str().to_owned(), separator, variables };
    awk::check(&awk).map_err(|error| unknown(program.span(), error.0))?;
    Ok(Filter::Awk(awk))
}

fn build_sed(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    let mut scripts: Vec<String> = parsed.all("expression").map(|arg| arg.as_str().to_owned()).collect();
    let mut operands = parsed.operands.iter();
    if scripts.is_empty() {
        scripts.extend(operands.next().map(|arg| arg.as_str().to_owned()));
    }
    refuse_files(operands.as_slice(), name)?;
    let sed = Sed {
        scripts,
        extended: parsed.has("regexp-extended") || parsed.has("r"),
        quiet: parsed.has("quiet") || parsed.has("silent"),
    };
    let at = parsed.arg("expression").or(parsed.operands.first()).map_or(parsed.span.clone(), Arg::span);
    sed::check(&sed).map_err(|error| unknown(at, error.0))?;
    Ok(Filter::Sed(sed))
}

fn build_jq(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    // `--arg NAME VALUE` takes two words, which stand among the operands.
    let mut operands: Vec<&Arg<'_>> = parsed.operands.iter().collect();
    let mut arguments = Vec::new();
    let given = parsed.flags().filter(|(flag, _)| *flag == "arg").count();
    let starts_with_program = given > 0 && parsed.starts_with_operand;
    for _ in 0..given {
        let first = usize::from(starts_with_program);
        if operands.len() < first + 2 {
            return Err(unknown(parsed.span.clone(), "`--arg` takes a name and a value."));
        }
        let value = operands.remove(first + 1);
        let name = operands.remove(first);
        arguments.push((name.as_str().to_owned(), value.as_str().to_owned()));
    }
    let (program, files) = match operands.split_first() {
        Some((program, files)) => (program.as_str(), files),
        None => (".", &[][..]),
    };
    if let Some(file) = files.iter().find(|arg| arg.as_str() != "-") {
        return Err(unknown(file.span(), format!("`{name}` would read a file here, not the answer.")));
    }
    let jq = Jq {
        program: program.to_owned(),
        raw: parsed.has("raw-output"),
        join: parsed.has("join-output"),
        compact: parsed.has("compact-output"),
        slurp: parsed.has("slurp"),
        sort_keys: parsed.has("sort-keys"),
        raw_input: parsed.has("raw-input"),
        null_input: parsed.has("null-input"),
        arguments,
    };
    jq::check(&jq).map_err(|error| unknown(operands.first().map_or(parsed.span.clone(), |arg| arg.span()), error.0))?;
    Ok(Filter::Jq(jq))
}

fn columns(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    if !parsed.has("table") {
        return Err(unknown(parsed.span.clone(), "`column` is read with `-t` only."));
    }
    Ok(Filter::Columns { separator: parsed.text("separator") })
}

fn base64(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    if !(parsed.has("decode") || parsed.has("D")) {
        return Err(unknown(parsed.span.clone(), "`base64` is read with `-d` only."));
    }
    Ok(Filter::DecodeBase64)
}

fn show(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    Ok(if parsed.has("number") && name == "cat" { Filter::Number } else { Filter::Show })
}

fn number(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    Ok(Filter::Number)
}

fn reverse(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    Ok(Filter::Reverse)
}

fn tee(parsed: &Parsed<'_>, _name: &str) -> Result<Filter, Stop> {
    match parsed.operands.as_slice() {
        [] | [_] => Ok(Filter::Show),
        [_, extra, ..] => Err(unknown(extra.span(), "Only one file is read here.")),
    }
}

fn json_tool(parsed: &Parsed<'_>, _name: &str) -> Result<Filter, Stop> {
    match (parsed.arg("module").map(Arg::as_str), parsed.operands.as_slice()) {
        (Some("json.tool"), []) => Ok(Filter::PrettyJson),
        _ => {
            Err(refused(Cause::NeedsShell, parsed.span.clone(), "This runs a program of its own; Runlight runs none."))
        }
    }
}
