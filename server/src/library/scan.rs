//! Brings the library up to its folders: reads what is new or has changed, keeps the rest, and says what it left out.
//! A folder that cannot be read keeps the runbooks that it had.

use std::{
    num::NonZero,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::SystemTime,
};

use runbook::{TooMuchToRead, names::RunbookPath};

use super::{
    Entries, Entry, FolderState, Remark, Shelf,
    entry::ReadError,
    shelf::TooMuch,
    walk::{Found, walk},
};

/// A file that will be part of the library, if it can be read.
struct Candidate {
    path: RunbookPath,
    folder: usize,
    file: Found,
}

/// The library as its folders are now; `known` is what it was.
pub(super) fn scan(folders: &[PathBuf], known: &Shelf) -> Shelf {
    let mut entries = Entries::new();
    let mut remarks = Vec::new();
    let mut states = Vec::new();
    let mut too_much = TooMuch::new();
    for (position, folder) in folders.iter().enumerate() {
        let walked = walk(folder);
        states.push(state_of(folder, known.folders.get(position), walked.as_ref().err()));
        let Ok(walked) = walked else {
            keep_folder(position, known, &mut entries);
            continue;
        };
        remarks.extend(walked.remarks);
        let candidates = take_addresses(position, walked.files, &mut entries, &mut remarks);
        for (candidate, outcome) in candidates.iter().zip(read_all(&candidates, known)) {
            match outcome {
                Ok(entry) => drop(entries.insert(candidate.path.clone(), entry)),
                Err(error) => {
                    if matches!(error, ReadError::TooMuch(_)) {
                        too_much.insert((position, candidate.file.name.clone()), candidate.file.stamp());
                    }
                    let last = known.entries.get(&candidate.path).filter(|entry| entry.folder == position);
                    let kept = last.filter(|_| matches!(error, ReadError::Unreadable(_)));
                    let words = match kept {
                        Some(_) => format!("Its last state is shown: {error}."),
                        None => format!("Left out: {error}."),
                    };
                    remarks.push(Remark { file: candidate.file.name.clone(), words });
                    entries.extend(kept.map(|entry| (candidate.path.clone(), Arc::clone(entry))));
                }
            }
        }
    }
    remarks.extend(differ_in_case(&entries));
    Shelf::new(entries, states, remarks, too_much)
}

fn state_of(folder: &std::path::Path, known: Option<&FolderState>, failure: Option<&std::io::Error>) -> FolderState {
    let failed_before = known.and_then(|known| known.failing_since);
    FolderState {
        folder: folder.to_owned(),
        failing_since: failure.map(|_| failed_before.unwrap_or_else(SystemTime::now)),
        reason: failure.map(ToString::to_string),
    }
}

fn keep_folder(position: usize, known: &Shelf, entries: &mut Entries) {
    for (path, entry) in known.entries.iter().filter(|(_, entry)| entry.folder == position) {
        entries.entry(path.clone()).or_insert_with(|| Arc::clone(entry));
    }
}

/// Gives each file its address. The first file under an address has it; the others are said to be hidden.
fn take_addresses(
    folder: usize,
    files: Vec<Found>,
    entries: &mut Entries,
    remarks: &mut Vec<Remark>,
) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for file in files {
        let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
        let mut leave_out = |words: String| remarks.push(Remark { file: file.name.clone(), words });
        let Ok(path) = stem.parse::<RunbookPath>() else {
            leave_out("Left out: no address can hold its name.".into());
            continue;
        };
        if let Some(first) = entries.get(&path) {
            leave_out(format!("Hidden: the library's folder {} has a runbook under this address.", first.folder + 1));
            continue;
        }
        if let Some(twin) = candidates.last().filter(|candidate| candidate.path == path) {
            leave_out(format!("Left out: {} has the same address.", twin.file.name));
            continue;
        }
        candidates.push(Candidate { path, folder, file });
    }
    candidates
}

/// Reads candidates on every core; the answers stand in the order of the candidates.
fn read_all(candidates: &[Candidate], known: &Shelf) -> Vec<Result<Arc<Entry>, ReadError>> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<_>> = Mutex::new(Vec::with_capacity(candidates.len()));
    let work = || {
        let mut own = Vec::new();
        loop {
            let position = next.fetch_add(1, Ordering::Relaxed);
            let Some(candidate) = candidates.get(position) else { break };
            own.push((position, candidate.read(known)));
        }
        done.lock().unwrap_or_else(PoisonError::into_inner).extend(own);
    };
    let is_changed = |candidate: &Candidate| candidate.known(&known.entries).is_none();
    let changed = candidates.iter().filter(|candidate| is_changed(candidate)).count();
    // A thread costs more than a few files do.
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(changed / 16 + 1);
    thread::scope(|scope| {
        (1..threads).for_each(|_| drop(scope.spawn(work)));
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(position, _)| *position);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

impl Candidate {
    fn known(&self, known: &Entries) -> Option<Arc<Entry>> {
        known.get(&self.path).filter(|entry| entry.is_of(self.folder, &self.file)).cloned()
    }

    fn read(&self, known: &Shelf) -> Result<Arc<Entry>, ReadError> {
        if known.too_much.get(&(self.folder, self.file.name.clone())) == Some(&self.file.stamp()) {
            return Err(TooMuchToRead.into());
        }
        match self.known(&known.entries) {
            Some(entry) => Ok(entry),
            None => Entry::read(self.path.clone(), self.folder, &self.file).map(Arc::new),
        }
    }
}

/// Files whose addresses are one to a reader who does not mind case, as links and alerts often do not.
fn differ_in_case(entries: &Entries) -> Vec<Remark> {
    let mut folded: std::collections::HashMap<String, &Arc<Entry>> = std::collections::HashMap::new();
    let mut remarks = Vec::new();
    for entry in entries.values() {
        if let Some(first) = folded.insert(entry.path.as_str().to_lowercase(), entry) {
            let words =
                format!("It differs from {} in case alone; a link in another case may mean either.", first.file);
            remarks.push(Remark { file: entry.file.clone(), words });
        }
    }
    remarks
}
