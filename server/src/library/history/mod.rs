//! When each file of a folder was last committed, out of the git checkout that the folder lies in. Reads the checkout's
//! own objects within bounds, and says where it cannot know; starts no process and writes nothing.

use std::{
    collections::{BinaryHeap, HashMap, HashSet},
    fmt::Display,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use gix_discover::repository;
use gix_hash::{Kind, ObjectId};
use gix_object::{FindExt, FindHeader};
use gix_ref::file::ReferenceExt;
use runbook::time::Timestamp;

use self::budget::Stop;
pub(super) use self::budget::{Budget, Wanted};

mod budget;

/// Commits that are looked at; a file that none of them touched is older than the last of them.
const MAX_COMMITS: usize = 50_000;

/// A larger commit or tree is nobody's.
const MAX_OBJECT_BYTES: u64 = 4 * 1024 * 1024;
/// Most bytes of a file that git keeps beside its objects.
const MAX_SIDE_FILE_BYTES: u64 = 1024 * 1024;

/// A git checkout.
pub(super) struct Checkout {
    objects: gix_odb::Handle,
    refs: gix_ref::file::Store,
    /// The folder's parts from the root of the checkout.
    inner: Vec<String>,
    /// Commits whose parents were not fetched: what they seem to add may be older.
    shallow: HashSet<ObjectId>,
}

/// Why a checkout's history is not known.
#[derive(Debug, thiserror::Error)]
#[error("the git checkout cannot be read: {0}")]
pub(super) struct Unreadable(String);

/// What becomes of a search: what is found, and what is still to be looked at.
#[derive(Default)]
struct Search {
    /// Wanted files that are checked out and have no date yet.
    missing: HashMap<String, ObjectId>,
    dates: Dates,
    ahead: BinaryHeap<Commit>,
    /// The commit that was looked at last, while there are older ones.
    last: Option<Timestamp>,
}

/// The last commit of each file, by its name from the folder.
pub(super) type Dates = HashMap<String, LastCommit>;

/// When a file was last committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastCommit {
    /// The commit was seen.
    At(Timestamp),
    /// It was then or earlier: the checkout holds no older commits, or no more of them were looked at.
    AtOrBefore(Timestamp),
}

/// A commit, as far as it matters here. The newest comes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Commit {
    seconds: i64,
    id: ObjectId,
    parents: Vec<ObjectId>,
    /// The folder as it was.
    folder: Option<ObjectId>,
}

impl Commit {
    fn at(&self) -> Timestamp {
        Timestamp(self.seconds.saturating_mul(1_000))
    }
}

/// A line of a tree.
struct Line {
    name: String,
    id: ObjectId,
    is_folder: bool,
}

impl Checkout {
    /// The checkout that a folder lies in, if it lies in one.
    pub(super) fn around(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let (found, _) = gix_discover::upwards(&folder).ok()?;
        let (git_dir, root) = match found {
            repository::Path::WorkTree(root) => (root.join(".git"), root),
            repository::Path::LinkedWorkTree { work_dir, git_dir } => (git_dir, work_dir),
            repository::Path::Repository(_) => return None,
        };
        let inner = folder.strip_prefix(root.canonicalize().ok()?).ok()?;
        let inner =
            inner.components().map(|part| part.as_os_str().to_str().map(str::to_owned)).collect::<Option<_>>()?;
        let common = common_dir(&git_dir);
        let objects = gix_odb::at(common.join("objects"), Kind::Sha1).ok()?;
        let shallow = match read_bounded(&common.join("shallow")) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => String::new(),
            text => text.ok()?,
        };
        let shallow = shallow.lines().filter_map(|line| ObjectId::from_hex(line.as_bytes()).ok()).collect();
        let refs = gix_ref::file::Store::for_linked_worktree(git_dir, common, Kind::Sha1);
        Some(Self { objects, refs, inner, shallow })
    }

    /// The commit that is checked out.
    pub(super) fn head(&self) -> Result<ObjectId, Unreadable> {
        let mut head = self.refs.find("HEAD").map_err(unreadable)?;
        head.peel_to_id(&self.refs, &self.objects).map_err(unreadable)
    }

    /// When each wanted file that is checked out came to be as it is now, as far as the budget goes.
    pub(super) fn dates(&self, wanted: &Wanted, budget: &mut Budget) -> Result<Dates, Unreadable> {
        let mut search = Search::default();
        match self.search(wanted, budget, &mut search) {
            Ok(()) | Err(Stop::Spent) => {}
            Err(Stop::Unreadable(cause)) => return Err(cause),
        }
        if let Some(last) = search.ahead.peek().map(Commit::at).or(search.last) {
            let names = search.missing.keys().cloned().collect();
            take(names, &mut search.missing, LastCommit::AtOrBefore(last), &mut search.dates);
        }
        Ok(search.dates)
    }

    fn search(&self, wanted: &Wanted, budget: &mut Budget, search: &mut Search) -> Result<(), Stop> {
        let Search { missing, dates, ahead, last } = search;
        let head = self.commit(self.head()?, budget)?;
        *last = Some(head.at());
        if let Some(folder) = head.folder {
            self.add_files(folder, wanted, "", missing, budget)?;
        }
        let mut seen = HashSet::from([head.id]);
        ahead.push(head);
        for _ in 0..MAX_COMMITS {
            if missing.is_empty() {
                break;
            }
            let Some(commit) = ahead.pop() else {
                *last = None;
                break;
            };
            *last = Some(commit.at());
            if self.shallow.contains(&commit.id) {
                // It may have made these files or got them from parents that are not here.
                let mut there = HashMap::new();
                if let Some(folder) = commit.folder {
                    self.add_files(folder, wanted, "", &mut there, budget)?;
                }
                let found = there.into_iter().filter(|(name, id)| missing.get(name) == Some(id));
                let found: Vec<String> = found.map(|(name, _)| name).collect();
                take(found, missing, LastCommit::AtOrBefore(commit.at()), dates);
                continue;
            }
            let parents: Vec<Commit> =
                commit.parents.iter().map(|id| self.commit(*id, budget)).collect::<Result<_, Stop>>()?;
            let mut changed = Vec::new();
            if let Some(folder) = commit.folder {
                let before: Vec<_> = parents.iter().filter_map(|parent| parent.folder).collect();
                self.add_changes(folder, &before, (wanted, ""), &mut changed, budget)?;
            }
            let found = changed.into_iter().filter(|(name, id)| missing.get(name) == Some(id));
            let found: Vec<String> = found.map(|(name, _)| name).collect();
            take(found, missing, LastCommit::At(commit.at()), dates);
            ahead.extend(parents.into_iter().filter(|parent| seen.insert(parent.id)));
        }
        Ok(())
    }

    fn commit(&self, id: ObjectId, budget: &mut Budget) -> Result<Commit, Stop> {
        self.check_size(id, budget)?;
        let mut buffer = Vec::new();
        let mut read = self.objects.find_commit_iter(&id, &mut buffer).map_err(unreadable)?;
        let mut folder = Some(read.tree_id().map_err(unreadable)?);
        let mut parents = Vec::new();
        for parent in read.parent_ids() {
            budget.pay()?;
            parents.push(parent);
        }
        let seconds = read.committer().map_err(unreadable)?.seconds();
        for part in &self.inner {
            let Some(tree) = folder else { break };
            let mut found = self.lines(tree, |line| line.is_folder && line.name == *part, budget)?;
            folder = found.pop().map(|line| line.id);
        }
        Ok(Commit { seconds, id, parents, folder })
    }

    /// Wanted files of a tree that are in none of the trees before it as they are here.
    fn add_changes(
        &self,
        tree: ObjectId,
        before: &[ObjectId],
        (wanted, name): (&Wanted, &str),
        changed: &mut Vec<(String, ObjectId)>,
        budget: &mut Budget,
    ) -> Result<(), Stop> {
        if before.contains(&tree) {
            return Ok(());
        }
        let mut old = Vec::new();
        for tree in before {
            old.extend(self.lines(*tree, |line| wanted.has(line), budget)?);
        }
        for line in self.lines(tree, |line| wanted.has(line), budget)? {
            let same_name = || old.iter().filter(|old| old.name == line.name);
            if same_name().any(|old| old.id == line.id) {
                continue;
            }
            let name = join(name, &line.name);
            match wanted.folders.get(&line.name).filter(|_| line.is_folder) {
                Some(inner) => {
                    let before: Vec<_> = same_name().filter(|old| old.is_folder).map(|old| old.id).collect();
                    self.add_changes(line.id, &before, (inner, &name), changed, budget)?;
                }
                None => changed.push((name, line.id)),
            }
        }
        Ok(())
    }

    fn add_files(
        &self,
        tree: ObjectId,
        wanted: &Wanted,
        name: &str,
        files: &mut HashMap<String, ObjectId>,
        budget: &mut Budget,
    ) -> Result<(), Stop> {
        for line in self.lines(tree, |line| wanted.has(line), budget)? {
            let name = join(name, &line.name);
            match wanted.folders.get(&line.name).filter(|_| line.is_folder) {
                Some(inner) => self.add_files(line.id, inner, &name, files, budget)?,
                None => drop(files.insert(name, line.id)),
            }
        }
        Ok(())
    }

    /// The lines of a tree that are looked for. Every line is paid for, kept or not.
    fn lines(&self, tree: ObjectId, is_kept: impl Fn(&Line) -> bool, budget: &mut Budget) -> Result<Vec<Line>, Stop> {
        self.check_size(tree, budget)?;
        let mut buffer = Vec::new();
        let mut kept = Vec::new();
        for line in self.objects.find_tree_iter(&tree, &mut buffer).map_err(unreadable)? {
            budget.pay()?;
            let line = line.map_err(unreadable)?;
            let is_folder = line.mode.is_tree();
            let line = Line { name: line.filename.to_string(), id: line.oid.to_owned(), is_folder };
            if is_kept(&line) {
                kept.push(line);
            }
        }
        Ok(kept)
    }

    /// An object is unpacked as a whole, so its size is looked at before.
    fn check_size(&self, id: ObjectId, budget: &mut Budget) -> Result<(), Stop> {
        budget.pay()?;
        let size = self.objects.try_header(&id).map_err(unreadable)?.map_or(0, |header| header.size);
        match size {
            0..=MAX_OBJECT_BYTES => Ok(()),
            _ => Err(Unreadable(format!("the object {id} has {size} bytes")).into()),
        }
    }
}

/// Dates files that are still missing.
fn take(names: Vec<String>, missing: &mut HashMap<String, ObjectId>, at: LastCommit, dates: &mut Dates) {
    for name in names {
        missing.remove(&name);
        dates.insert(name, at);
    }
}

/// Where a linked checkout has its objects: with the one that it was made from.
fn common_dir(git_dir: &Path) -> PathBuf {
    match read_bounded(&git_dir.join("commondir")) {
        Ok(common) => git_dir.join(common.trim()),
        Err(_) => git_dir.to_owned(),
    }
}

fn read_bounded(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(file)?.take(MAX_SIDE_FILE_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn unreadable(cause: impl Display) -> Unreadable {
    Unreadable(cause.to_string())
}

#[cfg(test)]
mod tests;
