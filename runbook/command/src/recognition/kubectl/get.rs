//! `kubectl get`.

use super::{
    super::{
        args::{Arg, Parsed},
        reason::{Stop, unknown},
        table::Place,
    },
    question, raw, scope, secrets,
};
use crate::{
    binding::find_placeholders,
    check::{ClusterAsk, Get, Output, Question, Resource},
};
use pipe::{
    columns::Columns,
    gotemplate::GoTemplate,
    jsonpath::{Path, Template},
};

/// `kubectl get KIND [NAME…]`, `kubectl get TYPE/NAME…`, `kubectl get --raw PATH`.
pub(super) fn get(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    if let Some(path) = parsed.arg("raw") {
        return question(parsed, place, ClusterAsk::Raw(raw::raw_path(path)?));
    }
    let resources = resources(parsed)?;
    secrets::refuse_template(parsed, place, &resources)?;
    let output = output(parsed)?;
    let sort_by = match parsed.arg("sort-by") {
        None => None,
        Some(arg) => Some(sort_path(arg)?),
    };
    secrets::refuse_data(parsed, place, &resources, &output, sort_by.as_deref())?;
    let label_columns =
        parsed.all("label-columns").flat_map(|arg| arg.as_str().split(',').map(str::to_owned).collect::<Vec<_>>());
    let get = Get {
        resources,
        scope: scope(parsed),
        selector: selector(parsed)?,
        field_selector: parsed.text("field-selector"),
        sort_by,
        output,
        no_headers: parsed.has("no-headers"),
        show_labels: parsed.has("show-labels"),
        show_kind: parsed.has("show-kind"),
        label_columns: label_columns.collect(),
        watch: parsed.has("watch") || parsed.has("watch-only"),
    };
    question(parsed, place, ClusterAsk::Get(get))
}

/// The path of `--sort-by`, without what may be missing: braces and the leading dot.
fn sort_path(arg: &Arg<'_>) -> Result<String, Stop> {
    let typed = arg.as_str().trim().trim_matches('\'');
    let path = Path::parse(typed).map_err(|error| unknown(arg.span(), error.0))?;
    let bare = typed.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(typed).trim();
    // Without its dot `..name` would be another path, and `.@name` none.
    let shorter = [bare.strip_prefix('.').unwrap_or(bare), bare];
    let same = shorter.into_iter().find(|text| Path::parse(text).is_ok_and(|read| read == path));
    Ok(same.unwrap_or(typed).to_owned())
}

/// Kinds with their names, as kubectl reads them.
pub(super) fn resources(parsed: &Parsed<'_>) -> Result<Vec<Resource>, Stop> {
    let Some((first, rest)) = parsed.operands.split_first() else {
        return Err(unknown(parsed.span.clone(), "No kind is named: what is asked for?"));
    };
    for arg in &parsed.operands {
        check_word(arg)?;
    }
    if first.as_str().contains('/') {
        let mut resources: Vec<Resource> = Vec::new();
        for arg in &parsed.operands {
            for part in arg.as_str().split(',') {
                let Some((kind, name)) = part
                    .split_once('/')
                    .filter(|(kind, name)| !kind.is_empty() && !name.is_empty() && !name.contains('/'))
                else {
                    return Err(unknown(arg.span(), "After TYPE/NAME every word must be TYPE/NAME, too."));
                };
                match resources.last_mut().filter(|resource| resource.kind == kind) {
                    Some(resource) => resource.names.push(name.to_owned()),
                    None => resources.push(Resource { kind: kind.to_owned(), names: vec![name.to_owned()] }),
                }
            }
        }
        return Ok(resources);
    }
    if let Some(arg) = rest.iter().find(|arg| arg.as_str().contains('/')) {
        return Err(unknown(arg.span(), "TYPE/NAME cannot follow a kind."));
    }
    if first.as_str() == "<pod>" && first.is_open() && rest.is_empty() {
        return Err(unknown(first.span(), "The kind is missing before the name: `pod <pod>`."));
    }
    let names: Vec<String> = rest.iter().map(|arg| arg.as_str().to_owned()).collect();
    let kinds = first.as_str().split(',');
    Ok(kinds.map(|kind| Resource { kind: kind.to_owned(), names: names.clone() }).collect())
}

/// A word with a letter in place of each placeholder that is open.
pub(super) fn without_placeholders(arg: &Arg<'_>) -> String {
    let mut text = arg.as_str().to_owned();
    if arg.is_open() {
        for mark in find_placeholders(arg.as_str()).into_iter().rev() {
            text.replace_range(mark.span, "x");
        }
    }
    text
}

/// Kinds and names hold letters, digits and a few marks. A placeholder may stand in them, whatever it is called.
pub(super) fn check_word(arg: &Arg<'_>) -> Result<(), Stop> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:/,@".contains(c);
    let text = without_placeholders(arg);
    if text.is_empty()
        || !text.chars().all(is_plain)
        || text.starts_with(',')
        || text.ends_with(',')
        || text.contains(",,")
        || text.split(['/', ',']).any(|part| part.starts_with('-'))
    {
        return Err(unknown(arg.span(), format!("`{}` is neither a kind nor a name.", arg.as_str())));
    }
    Ok(())
}

/// `-l`, which kubectl also reads from several flags.
pub(super) fn selector(parsed: &Parsed<'_>) -> Result<Option<String>, Stop> {
    let parts: Vec<String> = parsed.all("selector").map(|arg| arg.as_str().to_owned()).collect();
    match parts.len() {
        0 => Ok(None),
        1 => Ok(parts.into_iter().next()),
        _ => {
            let span = parsed.arg("selector").map_or(parsed.span.clone(), Arg::span);
            Err(unknown(span, "Only the last of several selectors would count."))
        }
    }
}

pub(super) fn output(parsed: &Parsed<'_>) -> Result<Output, Stop> {
    let template = parsed.arg("template");
    let Some(arg) = parsed.arg("output") else {
        return template.map_or(Ok(Output::Table), |arg| go_template(arg, arg.as_str()));
    };
    let (format, rest) = match arg.as_str().split_once('=') {
        Some((format, rest)) => (format, Some(rest.to_owned())),
        None => (arg.as_str(), None),
    };
    match (format, rest.or_else(|| template.map(|arg| arg.as_str().to_owned()))) {
        ("wide", None) => Ok(Output::Wide),
        ("name", None) => Ok(Output::Name),
        ("yaml", None) => Ok(Output::Yaml),
        ("json", None) => Ok(Output::Json),
        ("jsonpath" | "jsonpath-as-json", Some(template)) => match Template::parse(&template) {
            Ok(_) if format == "jsonpath" => Ok(Output::JsonPath(template)),
            Ok(_) => Err(unknown(arg.span(), "`jsonpath-as-json` is not printed.")),
            Err(error) => Err(unknown(arg.span(), error.0)),
        },
        ("custom-columns", Some(columns)) => match Columns::parse(&columns) {
            Ok(_) => Ok(Output::CustomColumns(columns)),
            Err(error) => Err(unknown(arg.span(), error.0)),
        },
        ("go-template" | "template", Some(text)) => go_template(arg, &text),
        ("jsonpath" | "custom-columns" | "go-template" | "template", None) => {
            Err(unknown(arg.span(), format!("`-o {format}` needs its template after `=`.")))
        }
        ("jsonpath-file" | "custom-columns-file" | "go-template-file" | "templatefile", _) => {
            Err(unknown(arg.span(), "This template lies in a file that is not here."))
        }
        _ => Err(unknown(
            arg.span(),
            format!("`{}` is not an output format of kubectl that Runlight knows.", arg.as_str()),
        )),
    }
}

fn go_template(arg: &Arg<'_>, text: &str) -> Result<Output, Stop> {
    GoTemplate::parse(text).map_err(|error| unknown(arg.span(), error.0))?;
    Ok(Output::GoTemplate(text.to_owned()))
}
