//! column, base64, cat, nl, tac, tee and json.tool.

use super::{
    super::{
        args::{Arg, Parsed},
        reason::{Stop, refused, unknown},
    },
    lines::refuse_files,
};
use crate::check::Cause;
use pipe::filter::Filter;

pub(super) fn columns(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    if !parsed.has("table") {
        return Err(unknown(parsed.span.clone(), "`column` is read with `-t` only."));
    }
    Ok(Filter::Columns { separator: parsed.text("separator") })
}

pub(super) fn base64(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    if !(parsed.has("decode") || parsed.has("D")) {
        return Err(unknown(parsed.span.clone(), "`base64` is read with `-d` only."));
    }
    Ok(Filter::DecodeBase64)
}

pub(super) fn show(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    Ok(if parsed.has("number") && name == "cat" { Filter::Number } else { Filter::Show })
}

pub(super) fn number(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    Ok(Filter::Number)
}

pub(super) fn reverse(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    refuse_files(&parsed.operands, name)?;
    Ok(Filter::Reverse)
}

pub(super) fn tee(parsed: &Parsed<'_>, _name: &str) -> Result<Filter, Stop> {
    match parsed.operands.as_slice() {
        [] | [_] => Ok(Filter::Show),
        [_, extra, ..] => Err(unknown(extra.span(), "Only one file is read here.")),
    }
}

pub(super) fn json_tool(parsed: &Parsed<'_>, _name: &str) -> Result<Filter, Stop> {
    match (parsed.arg("module").map(Arg::as_str), parsed.operands.as_slice()) {
        (Some("json.tool"), []) => Ok(Filter::PrettyJson),
        _ => {
            Err(refused(Cause::NeedsShell, parsed.span.clone(), "This runs a program of its own; Runlight runs none."))
        }
    }
}
