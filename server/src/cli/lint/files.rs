//! Which files are read: Markdown, or YAML with rules, below the given paths, in order. Hidden folders and symbolic links are left alone.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::library::{is_markdown, other_format};

/// Deeper folders are not looked into.
const MAX_DEPTH: usize = 32;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Runbooks.
    Markdown,
    /// Texts in other formats, which are not read.
    Other,
    /// Files that may hold alerting rules.
    Rules,
}

impl Kind {
    fn takes(self, path: &Path) -> bool {
        let has = |extensions: &[&str]| {
            path.extension().is_some_and(|own| extensions.iter().any(|wanted| own.eq_ignore_ascii_case(wanted)))
        };
        match self {
            Self::Markdown => is_markdown(path),
            Self::Other => other_format(path).is_some(),
            Self::Rules => has(&["yaml", "yml", "rules"]),
        }
    }
}

/// A file to read.
#[derive(Debug)]
pub(super) struct File {
    /// As a reader finds it: below the path that was given.
    pub(super) path: PathBuf,
    /// The repository's root, else the given folder, else the file's own: where absolute paths of the text begin.
    pub(super) root: PathBuf,
}

/// All files, each once.
pub(super) fn collect(paths: &[PathBuf], kind: Kind) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    for path in paths {
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
        let root = repository(folder).unwrap_or_else(|| folder.to_owned());
        let mut found = Vec::new();
        let read = if path.is_dir() {
            walk(path, kind, MAX_DEPTH, &mut found)
        } else {
            path.metadata().map(|_| found.push(path.clone()))
        };
        read.map_err(|cause| format!("{} cannot be read: {cause}.", path.display()))?;
        files.extend(found.into_iter().map(|path| File { path, root: root.clone() }));
    }
    let mut seen = std::collections::HashSet::new();
    files.retain(|file| seen.insert(file.path.clone()));
    Ok(files)
}

fn walk(folder: &Path, kind: Kind, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut children: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|child| child.map(|child| child.path())).collect::<io::Result<_>>()?;
    children.sort();
    for child in children {
        let is_hidden = child.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if is_hidden || child.is_symlink() {
            continue;
        }
        if child.is_dir() && depth > 0 {
            walk(&child, kind, depth - 1, found)?;
        } else if kind.takes(&child) {
            found.push(child);
        }
    }
    Ok(())
}

/// The nearest folder upwards that holds `.git`.
fn repository(folder: &Path) -> Option<PathBuf> {
    let full = fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }).ok()?;
    full.ancestors().find(|ancestor| ancestor.join(".git").exists()).map(Path::to_owned)
}
