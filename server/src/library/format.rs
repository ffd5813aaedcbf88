//! What a file is by its name: a runbook, a text in another format that somebody may take for one, or neither.

use std::{ffi::OsStr, path::Path};

/// What a runbook's file name ends in.
const EXTENSIONS: [&str; 2] = ["md", "markdown"];
/// Endings of texts that somebody may take for a runbook, and what they are.
const OTHER_FORMATS: [(&str, &str); 6] = [
    ("adoc", "AsciiDoc"),
    ("asciidoc", "AsciiDoc"),
    ("mdx", "MDX"),
    ("rst", "reStructuredText"),
    ("org", "Org mode"),
    ("textile", "Textile"),
];

/// Whether a file's name is that of a runbook.
pub(crate) fn is_markdown(path: &Path) -> bool {
    EXTENSIONS.iter().any(|known| extension(path).eq_ignore_ascii_case(known))
}

/// The format of a text that is no Markdown, and is not read for that.
pub(crate) fn other_format(path: &Path) -> Option<&'static str> {
    let known = OTHER_FORMATS.iter().find(|(known, _)| extension(path).eq_ignore_ascii_case(known))?;
    Some(known.1)
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(OsStr::to_str).unwrap_or("")
}
