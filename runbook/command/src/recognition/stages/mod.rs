//! The stages of a pipe: which filters they are. Everything else is refused, with the stage marked.

mod flags;
mod lines;
mod programs;
mod shows;

use std::ops::Range;

use self::{
    flags::{
        AWK_FLAGS, BASE64_FLAGS, COLUMN_FLAGS, CUT_FLAGS, GREP_FLAGS, HEAD_FLAGS, JQ_FLAGS, SED_FLAGS, SHOW_FLAGS,
        SORT_FLAGS, TAIL_FLAGS, TR_FLAGS, UNIQ_FLAGS, WC_FLAGS,
    },
    lines::{build_grep, count, cut, head, sort, tail, translate, uniq},
    programs::{build_awk, build_jq, build_sed},
    shows::{base64, columns, json_tool, number, reverse, show, tee},
};
use super::{
    args::{Arg, ArgsError, Flag, Known, Parsed, Style, parse, switch, value},
    reason::{Stop, nearest, refused, unknown},
};
use crate::check::{Cause, Check};
use pipe::filter::Filter;

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
        flags: &[switch("append").or('a').ignored()],
        build: tee,
    },
    Stage {
        names: &["python3", "python"],
        summary: "`-m json.tool`: JSON, indented",
        flags: &[value("module").or('m')],
        build: json_tool,
    },
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
    let filter = (stage.build)(&parsed, name)?;
    parsed.require_all_read()?;
    Ok(filter)
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
