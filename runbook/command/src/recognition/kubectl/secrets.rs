//! Which questions would read the data of Secrets. Their names, types, labels and sizes may be seen.

use super::super::{
    args::Parsed,
    permission::SecretData,
    reason::{Stop, refused},
    table::Place,
};
use crate::check::{Cause, Output, Resource};
use pipe::{
    columns::Columns,
    jsonpath::{Path, Template},
};

const REASON: &str = "This prints the data of Secrets, which Runlight does not read unless its operator says \
                      secret_data = \"show\" for the cluster.";

/// Whether a kind as typed is Secrets.
fn is_secret_kind(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    let name = kind.split('.').next().unwrap_or(&kind);
    matches!(name, "secret" | "secrets") && !kind.trim_end_matches('.').contains(".io") && !kind.contains(".com")
}

/// Whether any of these kinds is Secrets, as typed.
pub(in crate::recognition) fn names_secrets(resources: &[Resource]) -> bool {
    resources.iter().any(|resource| is_secret_kind(&resource.kind))
}

/// Refuses a Go template over Secrets before anything else is said about it.
pub(super) fn refuse_template(parsed: &Parsed<'_>, place: &Place<'_>, resources: &[Resource]) -> Result<(), Stop> {
    let is_template =
        parsed.arg("template").is_some() || parsed.arg("output").is_some_and(|arg| arg.as_str().contains("template"));
    match is_template && place.secret_data == SecretData::Refuse && names_secrets(resources) {
        true => Err(refused(Cause::SecretData, parsed.span.clone(), REASON)),
        false => Ok(()),
    }
}

/// Refuses what would print the data of Secrets.
pub(super) fn refuse_data(
    parsed: &Parsed<'_>,
    place: &Place<'_>,
    resources: &[Resource],
    output: &Output,
    sort_by: Option<&str>,
) -> Result<(), Stop> {
    if place.secret_data == SecretData::Show || !names_secrets(resources) {
        return Ok(());
    }
    if prints_secret_data(output, sort_by) {
        let span = parsed.arg("output").map_or(parsed.span.clone(), |arg| arg.span());
        return Err(refused(Cause::SecretData, span, REASON));
    }
    Ok(())
}

/// Whether a question to a kind that is Secrets, under whatever name, would print what they hold.
pub fn prints_secret_data(output: &Output, sort_by: Option<&str>) -> bool {
    let prints_data = match output {
        Output::Table | Output::Wide | Output::Name => false,
        Output::Yaml | Output::Json | Output::GoTemplate(_) => true,
        Output::JsonPath(template) => !reads_only_metadata(template),
        Output::CustomColumns(columns) => !Columns::parse(columns).is_ok_and(|columns| columns.all_paths(is_metadata)),
    };
    prints_data || sort_by.is_some_and(|path| !is_metadata_path(path))
}

/// Whether a template reads only what may be seen of a Secret. The entries of a list may be gone over.
fn reads_only_metadata(template: &str) -> bool {
    let Ok(template) = Template::parse(template) else { return false };
    template.all_paths(is_metadata, is_entries)
}

/// `.items[*]`, `.items`.
fn is_entries(path: &Path) -> bool {
    path.plain_fields().is_some_and(|fields| matches!(fields.as_slice(), ["items"] | ["items", "*"]))
}

fn is_metadata_path(path: &str) -> bool {
    Path::parse(path).is_ok_and(|path| is_metadata(&path))
}

/// `.metadata.name` and the like, of the Secret or of the entries of a list. Annotations may hold a copy of the whole
/// Secret, so they are not among them.
fn is_metadata(path: &Path) -> bool {
    let Some(fields) = path.plain_fields() else { return false };
    let fields = match fields.as_slice() {
        ["items", "*", rest @ ..] => rest,
        fields => fields,
    };
    matches!(
        fields,
        ["type" | "kind" | "apiVersion"]
            | ["metadata", "labels", ..]
            | ["metadata", "name" | "namespace" | "creationTimestamp" | "uid"]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_metadata_from_data() {
        for path in [".metadata.name", "{.metadata.labels}", "$.items[*].metadata.labels.app", "items[0].type"] {
            assert!(is_metadata_path(path), "{path}");
        }
        for path in [".data", ".metadata", ".metadata.annotations", "..data", "*", ".metadata.name,.data", ""] {
            assert!(!is_metadata_path(path), "{path}");
        }
        assert!(reads_only_metadata("{range .items[*]}{.metadata.name}{\"\\n\"}{end}"));
        assert!(!reads_only_metadata("{.metadata.name}{.data}"));
        assert!(!reads_only_metadata("{range .items[*]}{@}{end}"));
        assert!(!reads_only_metadata("{.items[*]}"));
        assert!(!reads_only_metadata("{.items[?(@.data.x==\"y\")].metadata.name}"));
        assert!(!reads_only_metadata("{\"\"..data}"));
        assert!(is_secret_kind("secrets.v1.") && is_secret_kind("Secret") && !is_secret_kind("externalsecrets"));
        assert!(!is_secret_kind("secrets.example.io"));
    }
}
