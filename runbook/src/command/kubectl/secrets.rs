//! Which questions would read the data of Secrets. Their names, types, labels and sizes may be seen.

use super::super::{
    args::Parsed,
    reason::{Stop, refused},
};
use crate::check::{Cause, Output, Resource};

const REASON: &str = "This prints the data of Secrets, which Runlight does not read.";

/// Whether a kind as typed is Secrets.
fn is_secret_kind(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    let name = kind.split('.').next().unwrap_or(&kind);
    matches!(name, "secret" | "secrets") && !kind.trim_end_matches('.').contains(".io") && !kind.contains(".com")
}

/// Refuses what would print the data of Secrets.
pub(super) fn refuse_data(
    parsed: &Parsed<'_>,
    resources: &[Resource],
    output: &Output,
    sort_by: Option<&str>,
) -> Result<(), Stop> {
    if !resources.iter().any(|resource| is_secret_kind(&resource.kind)) {
        return Ok(());
    }
    let prints_data = match output {
        Output::Table | Output::Wide | Output::Name => false,
        Output::Yaml | Output::Json | Output::GoTemplate(_) => true,
        Output::JsonPath(template) => !reads_only_metadata(template),
        Output::CustomColumns(columns) => {
            !columns.split(',').all(|column| column.split_once(':').is_some_and(|(_, path)| is_metadata_path(path)))
        }
    };
    let sorts_by_data = sort_by.is_some_and(|path| !is_metadata_path(path));
    if prints_data || sorts_by_data {
        let span = parsed.arg("output").map_or(parsed.span.clone(), |arg| arg.span());
        return Err(refused(Cause::SecretData, span, REASON));
    }
    Ok(())
}

/// Whether every expression of a JSONPath template reads metadata that holds no data.
fn reads_only_metadata(template: &str) -> bool {
    let expressions = template.split('{').skip(1).map(|part| part.split('}').next().unwrap_or_default().trim());
    let mut any = false;
    for expression in expressions {
        any = true;
        let expression = expression.strip_prefix("range ").unwrap_or(expression).trim();
        let is_text = expression.starts_with(['"', '\'']) && !expression.contains('.');
        let is_items = matches!(expression.trim_start_matches(['$', '@']), ".items[*]" | ".items" | ".items[]");
        if !(expression == "end" || is_text || is_items || is_metadata_path(expression)) {
            return false;
        }
    }
    any
}

/// `.metadata.name` and the like. Annotations may hold a copy of the whole Secret.
fn is_metadata_path(path: &str) -> bool {
    let path = path.trim().trim_matches(['{', '}']).trim_start_matches(['$', '@', '.']);
    let path = path.strip_prefix("items[*].").unwrap_or(path);
    let path = match path.strip_prefix("items[").and_then(|rest| rest.split_once("].")) {
        Some((index, rest)) if index.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => path,
    };
    if path.contains([' ', '?', '(', '[', ',', '*']) || path.contains("..") {
        return false;
    }
    path == "type"
        || path == "kind"
        || ["metadata.name", "metadata.namespace", "metadata.creationTimestamp", "metadata.uid", "metadata.labels"]
            .iter()
            .any(|known| path == *known || path.strip_prefix(known).is_some_and(|rest| rest.starts_with('.')))
}

/// Whether a raw API path reads Secrets, or may.
pub(super) fn is_secret_path(path: &str) -> bool {
    path.split(['/', '?']).any(|part| part.eq_ignore_ascii_case("secrets")) || path.contains('%')
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
        assert!(!reads_only_metadata("{\"\"..data}"));
        assert!(is_secret_kind("secrets.v1.") && is_secret_kind("Secret") && !is_secret_kind("externalsecrets"));
        assert!(!is_secret_kind("secrets.example.io"));
    }
}
