//! Links, pictures and backticked paths that lead to no file. Looks whether files are there; opens none.

use std::{
    collections::HashSet,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use percent_encoding::percent_decode_str;
use runbook::{
    document::{Reference, ReferenceKind, Runbook},
    names::page_name,
    problem::Severity,
};

use super::{files::File, report::Found};

/// The names of all files that lint reads.
#[derive(Debug, Default)]
pub(super) struct FileNames {
    names: HashSet<OsString>,
    /// As pages of a wiki are named.
    pages: HashSet<String>,
}

impl<'f> FromIterator<&'f OsStr> for FileNames {
    fn from_iter<I: IntoIterator<Item = &'f OsStr>>(names: I) -> Self {
        let names: HashSet<OsString> = names.into_iter().map(ToOwned::to_owned).collect();
        Self { pages: names.iter().map(|name| page(&name.to_string_lossy())).collect(), names }
    }
}

/// The page that a file is, as a wiki names it.
fn page(file_name: &str) -> String {
    page_name(file_name.trim_end_matches(".markdown").trim_end_matches(".md"))
}

/// References of a runbook that lead nowhere.
pub(super) fn find_dead(file: &File, runbook: &Runbook, names: &FileNames) -> Vec<Found> {
    runbook.references.iter().filter_map(|reference| judge(file, reference, names)).collect()
}

fn judge(file: &File, reference: &Reference, names: &FileNames) -> Option<Found> {
    let path = target(&reference.path)?;
    let folder = file.path.parent().unwrap_or(Path::new(""));
    let name = Path::new(&path).file_name().map(ToOwned::to_owned);
    let is_elsewhere = name.as_ref().is_some_and(|name| names.names.contains(name));
    let (code, severity, message) = match reference.kind {
        ReferenceKind::Link => {
            let base = if path.starts_with('/') { file.root.as_path() } else { folder };
            if is_there(&base.join(path.trim_start_matches('/'))) {
                return None;
            }
            ("dead-link", Severity::Error, format!("`{}` leads to a file that is not there.", reference.path))
        }
        ReferenceKind::Wiki => {
            if names.pages.contains(&page(&name.as_ref()?.to_string_lossy())) {
                return None;
            }
            let message = format!("`[[{}]]` names a page that is not there.", reference.path);
            ("dead-path", Severity::Warning, message)
        }
        // Authors write such paths from their own folder, from the library's or from the repository's root, and the
        // portal finds a runbook that has moved by its name.
        ReferenceKind::Backticks => {
            let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
            let mut bases = full.ancestors().take_while(|base| base.starts_with(&file.root) || *base == full);
            let path = path.trim_start_matches('/');
            if is_elsewhere || bases.any(|base| is_there(&base.join(path))) || is_there(&file.root.join(path)) {
                return None;
            }
            ("dead-path", Severity::Warning, format!("`{}` names a runbook that is not there.", reference.path))
        }
    };
    let help = if is_elsewhere {
        "A file of that name stands in another folder: mend the path.".to_owned()
    } else {
        "Mend the path, or take it out.".to_owned()
    };
    Some(Found { severity, code, message, help: Some(help), span: reference.span.clone() })
}

/// The path alone: without anchor and query, percent signs read. Nothing for what a site's generator fills in.
fn target(written: &str) -> Option<String> {
    let path = written.split(['#', '?']).next().unwrap_or_default();
    let is_template = path.contains(['{', '}', '<', '>', '$', '\0']);
    (!is_template && !path.is_empty()).then(|| percent_decode_str(path).decode_utf8_lossy().into_owned())
}

/// A file or folder of that path; generators of sites leave `.md` off.
fn is_there(path: &Path) -> bool {
    let with_extension = || {
        let mut name = path.as_os_str().to_owned();
        name.push(".md");
        PathBuf::from(name)
    };
    path.exists() || (path.extension().is_none() && with_extension().exists())
}
