//! Looks through one folder for Markdown files. Never reads their content, never follows a link out of the folder, and
//! says of everything that it leaves out why.

use std::{
    collections::{BTreeMap, HashSet},
    ffi::OsStr,
    fs, io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use rustix::fs::{Dir, DirEntry, FileType};

use super::{
    Remark,
    beneath::Root,
    format::{is_markdown, other_format},
};

/// Deeper folders are not looked into.
const MAX_DEPTH: usize = 16;
/// A folder with more files is something else than a library, such as a whole disk.
const MAX_FILES: usize = 20_000;

/// What lies in a folder.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Every Markdown file, in the order of its name.
    pub(super) files: Vec<Found>,
    /// What was left out, and why.
    pub(super) remarks: Vec<Remark>,
}

/// A Markdown file.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Where it lies from its folder: `alerts/pod-crash-looping.md`.
    pub(super) name: String,
    /// The folder.
    pub(super) root: Arc<Root>,
    /// Where it really lies in the folder, links followed.
    pub(super) place: PathBuf,
    /// When it was last written.
    pub(super) modified: SystemTime,
    /// How long it is.
    pub(super) size_bytes: u64,
}

impl Found {
    /// By what it is known again.
    pub(super) fn stamp(&self) -> (SystemTime, u64) {
        (self.modified, self.size_bytes)
    }
}

/// Every Markdown file of a folder. An error means that the folder itself cannot be read.
pub(super) fn walk(folder: &Path) -> io::Result<Walked> {
    let root = Arc::new(Root::open(folder)?);
    let first = root.list(Path::new(""))?;
    let seen = HashSet::from([PathBuf::new()]);
    let mut walk = Walk {
        seen,
        root,
        walked: Walked::default(),
        links: Vec::new(),
        is_full: false,
        other_formats: BTreeMap::new(),
    };
    walk.take_children("", Path::new(""), first, 0);
    // Links come last: what they lead to within the folder has been listed under its own name by then.
    while let Some((name, link, depth)) = walk.links.pop() {
        walk.take_link(&name, &link, depth);
    }
    for (format, (first, count)) in std::mem::take(&mut walk.other_formats) {
        let others = match count {
            1 => String::new(),
            2 => ", as is one more file".into(),
            count => format!(", as are {} more files", count - 1),
        };
        walk.leave_out(
            &first,
            &format!("it is {format}{others}, and runbooks are read from Markdown (.md, .markdown)"),
        );
    }
    walk.walked.files.sort_by(|a, b| a.name.cmp(&b.name));
    walk.walked.remarks.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(walk.walked)
}

struct Walk {
    root: Arc<Root>,
    /// Real places, from the root, of the folders and files taken so far.
    seen: HashSet<PathBuf>,
    walked: Walked,
    /// Links that are still to be followed: name, place, depth.
    links: Vec<(String, PathBuf, usize)>,
    /// Whether the folder holds more than a library can.
    is_full: bool,
    /// Texts in other formats: by format the first in the order of names, and how many there are.
    other_formats: BTreeMap<&'static str, (String, usize)>,
}

impl Walk {
    /// `folder` is where the children really lie, from the root.
    fn take_children(&mut self, folder_name: &str, folder: &Path, children: Dir, depth: usize) {
        for child in children.flatten() {
            let file_name = OsStr::from_bytes(child.file_name().to_bytes());
            if file_name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let place = folder.join(file_name);
            let Some(file_name) = file_name.to_str() else {
                if is_markdown(&place) {
                    self.leave_out(&join(folder_name, &file_name.to_string_lossy()), "its name is not UTF-8");
                }
                continue;
            };
            let name = join(folder_name, file_name);
            match self.kind_of(&child, &place) {
                Ok(FileType::Symlink) => self.links.push((name, place, depth)),
                Ok(FileType::Directory) => self.take_folder(&name, place, depth + 1),
                Ok(FileType::RegularFile) => self.take_file(name, place),
                Ok(_) => {}
                Err(cause) => self.leave_out(&name, &format!("it cannot be looked at: {cause}")),
            }
        }
    }

    /// Some file systems do not say with the name what it is.
    fn kind_of(&self, child: &DirEntry, place: &Path) -> io::Result<FileType> {
        match child.file_type() {
            FileType::Unknown => {
                let facts = fs::symlink_metadata(self.root.place().join(place))?.file_type();
                Ok(match () {
                    () if facts.is_symlink() => FileType::Symlink,
                    () if facts.is_dir() => FileType::Directory,
                    () if facts.is_file() => FileType::RegularFile,
                    () => FileType::Unknown,
                })
            }
            kind => Ok(kind),
        }
    }

    fn take_folder(&mut self, name: &str, place: PathBuf, depth: usize) {
        if depth > MAX_DEPTH {
            return self.leave_out(name, &format!("folders nested deeper than {MAX_DEPTH} are not looked into"));
        }
        match self.root.list(&place) {
            Ok(children) => {
                if self.seen.insert(place.clone()) {
                    self.take_children(name, &place, children, depth);
                }
            }
            Err(cause) => self.leave_out(name, &format!("this folder cannot be read: {cause}")),
        }
    }

    fn take_file(&mut self, name: String, place: PathBuf) {
        if !is_markdown(&place) {
            return self.note_format(name, &place);
        }
        if self.walked.files.len() >= MAX_FILES {
            if !std::mem::replace(&mut self.is_full, true) {
                self.leave_out(
                    &name,
                    &format!("the folder holds more than {MAX_FILES} Markdown files, and all others are left out, too"),
                );
            }
            return;
        }
        let facts = fs::symlink_metadata(self.root.place().join(&place));
        match facts.and_then(|facts| Ok((facts.modified()?, facts.len()))) {
            Ok((modified, size_bytes)) => {
                self.seen.insert(place.clone());
                let root = Arc::clone(&self.root);
                self.walked.files.push(Found { name, root, place, modified, size_bytes });
            }
            Err(cause) => self.leave_out(&name, &format!("it cannot be looked at: {cause}")),
        }
    }

    /// Follows a link that stays within the folder, as those of a mounted ConfigMap do.
    fn take_link(&mut self, name: &str, link: &Path, depth: usize) {
        let Ok(target) = self.root.place().join(link).canonicalize() else {
            if is_markdown(link) {
                self.leave_out(name, "it is a link that leads nowhere");
            }
            return;
        };
        let is_folder = target.is_dir();
        let Ok(place) = target.strip_prefix(self.root.place()).map(Path::to_owned) else {
            if is_folder || is_markdown(link) {
                self.leave_out(name, "it is a link out of the library's folder, which is not followed");
            }
            return;
        };
        if is_folder {
            self.take_folder(name, place, depth + 1);
        } else if is_markdown(link) && !self.seen.contains(&place) && target.is_file() {
            self.take_file(name.to_owned(), place);
        }
    }

    /// Remembers a text that is no Markdown, so that nobody takes it for read.
    fn note_format(&mut self, name: String, place: &Path) {
        let Some(format) = other_format(place) else { return };
        let (first, count) = self.other_formats.entry(format).or_insert_with(|| (name.clone(), 0));
        *count += 1;
        if name < *first {
            *first = name;
        }
    }

    fn leave_out(&mut self, file: &str, reason: &str) {
        self.walked.remarks.push(Remark { file: file.to_owned(), words: format!("Left out: {reason}.") });
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
