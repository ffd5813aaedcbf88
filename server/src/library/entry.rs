//! One runbook of the library: its file, read, with what the rest of the portal asks of it again and again.

use std::{
    io,
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use runbook::{
    crash_rules::CrashRules,
    document::{DailyWindow, Runbook},
    names::RunbookPath,
    problem::{Problem, Severity},
    telling::Telling,
    time::Timestamp,
};
use sha2::{Digest, Sha256};

use super::{links, walk::Found};

/// A runbook is text for people: a larger file is something else.
pub(super) const MAX_FILE_BYTES: u64 = 2 * 1024 * 1024;
/// Most placeholders of one runbook that its questions know: they are part of what tells questions apart.
const MAX_PARAMETERS: usize = 200;
/// Bytes of a content's digest that tell two versions of a file apart.
const REVISION_BYTES: usize = 8;

/// One runbook of the library.
#[derive(Debug)]
pub struct Entry {
    /// Its address.
    pub path: RunbookPath,
    /// Where the file lies, from its folder: `alerts/pod-crash-looping.md`.
    pub file: String,
    /// Position of its folder in the configuration.
    pub folder: usize,
    /// Its title, or the file's name when it has none.
    pub title: String,
    /// Its content.
    pub runbook: Arc<Runbook>,
    /// Daily windows that it names, shared by every question that is asked from it.
    pub windows: Arc<[DailyWindow]>,
    /// Words that it looks for in logs.
    pub telling: Arc<[Telling]>,
    /// Placeholders of its checks.
    pub parameters: Arc<[String]>,
    /// Which version of the file this is: changes with its content, and with nothing else.
    pub revision: String,
    /// Other runbooks that its text and its metadata name, as written.
    pub written_links: Vec<String>,
    /// When the file was last written.
    pub(super) modified: SystemTime,
    pub(super) size_bytes: u64,
    /// Read when a page is first opened: a library of thousands is loaded without it.
    crash_rules: OnceLock<CrashRules>,
}

impl Entry {
    /// What it says of crashes and recovery: its table as rules, its own figures.
    pub fn crash_rules(&self) -> &CrashRules {
        self.crash_rules.get_or_init(|| CrashRules::of(&self.runbook))
    }

    /// Reads a file. The error says in words why the library leaves it out.
    pub(super) fn read(path: RunbookPath, folder: usize, file: &Found) -> Result<Self, ReadError> {
        if file.size_bytes > MAX_FILE_BYTES {
            return Err(ReadError::TooLarge(file.size_bytes));
        }
        let bytes = read_bounded(file)?;
        let digest = Sha256::digest(&bytes);
        let revision = digest[..REVISION_BYTES].iter().map(|byte| format!("{byte:02x}")).collect();
        // A stray byte in another encoding shows as a mark; it must not hide the whole runbook.
        let (text, stray) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(at))
            }
        };
        let mut runbook = runbook::parse_within(&text, runbook::LIBRARY_STEPS)?;
        runbook.problems.extend(stray.map(|at| not_utf8(&text, at)));
        let title = match runbook.title.as_str() {
            "" => links::file_stem(path.as_str()).to_owned(),
            title => title.to_owned(),
        };
        Ok(Self {
            path,
            file: file.name.clone(),
            folder,
            title,
            windows: runbook.windows.clone().into(),
            telling: Telling::of(&runbook).into(),
            parameters: placeholders(&runbook),
            revision,
            written_links: links::written(&runbook),
            runbook: Arc::new(runbook),
            modified: file.modified,
            size_bytes: file.size_bytes,
            crash_rules: OnceLock::new(),
        })
    }

    /// Whether the file is still as it was when this was read.
    pub(super) fn is_of(&self, folder: usize, file: &Found) -> bool {
        self.folder == folder
            && self.modified == file.modified
            && self.size_bytes == file.size_bytes
            && self.file == file.name
    }

    /// The time of the file, for what states nothing better.
    pub(super) fn written_at(&self) -> Option<Timestamp> {
        let age = self.modified.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        i64::try_from(age.as_millis()).ok().map(Timestamp)
    }

    /// Problems that a person should mend.
    pub fn problem_count(&self) -> usize {
        self.runbook.problems.iter().filter(|problem| problem.severity >= Severity::Warning).count()
    }
}

/// Why a file is no runbook of the library.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    /// Larger than any text for people.
    #[error("it has {0} bytes, and a runbook has at most {MAX_FILE_BYTES}")]
    TooLarge(u64),
    /// It takes more work to be read than the others can wait for.
    #[error("{0}")]
    TooMuch(#[from] runbook::TooMuchToRead),
    /// The operating system refuses it.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// The file may have grown since it was looked at.
fn read_bounded(file: &Found) -> Result<Vec<u8>, ReadError> {
    use io::Read;
    let mut bytes = Vec::new();
    file.root.file(&file.place)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    let length = bytes.len() as u64;
    if length > MAX_FILE_BYTES { Err(ReadError::TooLarge(length)) } else { Ok(bytes) }
}

fn placeholders(runbook: &Runbook) -> Arc<[String]> {
    let mut names: Vec<String> =
        runbook.commands.iter().flat_map(|command| command.parameters.iter().cloned()).collect();
    names.sort_unstable();
    names.dedup();
    names.truncate(MAX_PARAMETERS);
    names.into()
}

fn not_utf8(text: &str, at: usize) -> Problem {
    let line = text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
    Problem {
        severity: Severity::Warning,
        code: "not-utf8".into(),
        message: "The file is not UTF-8 from here on; what cannot be read shows as a mark.".into(),
        help: Some("Save it as UTF-8.".into()),
        line,
        span: at..at,
    }
}
