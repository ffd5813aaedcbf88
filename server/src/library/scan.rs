//! Looks through folders for Markdown files and reads those that are new or have changed.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use runbook::names::RunbookPath;

use super::{Entries, Entry, relative_name};
use crate::checks::Telling;

/// A runbook is text for people: a larger file is something else.
const MAX_FILE_BYTES: u64 = 2 * 1024 * 1024;
/// Deeper folders are not looked into, so that a loop of links ends.
const MAX_DEPTH: usize = 16;

/// All runbooks of `folders`; the first folder wins when two hold the same path. Files that have not changed keep the
/// entry they have in `known`.
pub(super) fn scan(folders: &[PathBuf], known: &Entries) -> Entries {
    let mut entries = Entries::new();
    for folder in folders {
        let root = match folder.canonicalize() {
            Ok(root) => root,
            Err(cause) => {
                tracing::warn!(folder = %folder.display(), %cause, "the library folder cannot be read");
                continue;
            }
        };
        let mut files = Vec::new();
        collect(&root, &root, MAX_DEPTH, &mut files);
        for file in files {
            if let Some((path, entry)) = read(&root, &file, known) {
                entries.entry(path).or_insert(entry);
            }
        }
    }
    entries
}

fn collect(root: &Path, folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(children) = fs::read_dir(folder) else { return };
    for child in children.flatten() {
        let is_hidden = child.file_name().as_encoded_bytes().starts_with(b".");
        // The real path decides: a link out of the library would serve files that nobody meant to publish.
        let Ok(path) = child.path().canonicalize() else { continue };
        if is_hidden || !path.starts_with(root) {
            continue;
        }
        if path.is_dir() && depth > 0 {
            collect(root, &path, depth - 1, files);
        } else if path.is_file() && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md")) {
            files.push(path);
        }
    }
}

fn read(root: &Path, file: &Path, known: &Entries) -> Option<(RunbookPath, Arc<Entry>)> {
    let name = relative_name(root, file)?;
    let path: RunbookPath = name.get(..name.len() - ".md".len())?.parse().ok()?;
    let modified = match file.metadata().and_then(|metadata| metadata.modified()) {
        Ok(modified) => modified,
        Err(cause) => return skip(file, &cause),
    };
    if let Some(entry) = known.get(&path).filter(|entry| entry.modified == modified && entry.file == name) {
        return Some((path, Arc::clone(entry)));
    }
    match read_text(file) {
        Ok(text) => {
            let runbook = runbook::parse(&text);
            let title = match runbook.title.as_str() {
                "" => super::file_stem(path.as_str()).to_owned(),
                title => title.to_owned(),
            };
            let entry = Entry {
                path: path.clone(),
                file: name,
                title,
                windows: runbook.windows.clone().into(),
                telling: Telling::of(&runbook).into(),
                runbook: Arc::new(runbook),
                modified,
            };
            Some((path, Arc::new(entry)))
        }
        Err(cause) => skip(file, &cause),
    }
}

fn read_text(file: &Path) -> io::Result<String> {
    let size = file.metadata()?.len();
    if size > MAX_FILE_BYTES {
        let message = format!("it has {size} bytes; a runbook has at most {MAX_FILE_BYTES}");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    // A stray byte in another encoding shows as a mark; it must not hide the whole runbook.
    Ok(String::from_utf8_lossy(&fs::read(file)?).into_owned())
}

fn skip<T>(file: &Path, cause: &io::Error) -> Option<T> {
    tracing::warn!(file = %file.display(), %cause, "a runbook cannot be read");
    None
}
