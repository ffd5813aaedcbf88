//! awk, sed and jq: filters with a program of their own.

use super::{
    super::{
        args::{Arg, Parsed},
        reason::{Stop, unknown},
    },
    lines::refuse_files,
};
use pipe::filter::{Awk, Filter, Jq, Sed, awk, jq, sed};

pub(super) fn build_awk(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
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

pub(super) fn build_sed(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
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

pub(super) fn build_jq(parsed: &Parsed<'_>, name: &str) -> Result<Filter, Stop> {
    // `--arg NAME VALUE` takes two words, which stand among the operands.
    let mut operands: Vec<&Arg<'_>> = parsed.operands.iter().collect();
    let mut arguments = Vec::new();
    let given = parsed.any_of(&["arg"]).count();
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
