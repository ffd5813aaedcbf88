//! When each file of a folder was last committed, out of the git checkout that the folder lies in. Reads the checkout's
//! own objects within bounds, and says where it cannot know; starts no process and writes nothing.

use std::{
    collections::{BinaryHeap, HashMap, HashSet},
    fmt::Display,
    fs, io,
    path::{Path, PathBuf},
    time::Instant,
};

use gix_discover::repository;
use gix_hash::{Kind, ObjectId};
use gix_object::FindExt;
use gix_ref::file::ReferenceExt;
use runbook::time::Timestamp;

/// Commits that are looked at; a file that none of them touched is older than the last of them.
const MAX_COMMITS: usize = 50_000;

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
        let shallow = match fs::read_to_string(common.join("shallow")) {
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

    /// When each Markdown file that is checked out came to be as it is now, as far as that is found in time.
    pub(super) fn dates(&self, until: Instant) -> Result<Dates, Unreadable> {
        let head = self.commit(self.head()?)?;
        let mut missing = HashMap::new();
        if let Some(folder) = head.folder {
            self.add_files(folder, "", &mut missing)?;
        }
        let mut dates = Dates::new();
        let mut seen = HashSet::from([head.id]);
        let mut ahead = BinaryHeap::from([head]);
        for _ in 0..MAX_COMMITS {
            if missing.is_empty() || Instant::now() >= until {
                break;
            }
            let Some(commit) = ahead.pop() else { break };
            if self.shallow.contains(&commit.id) {
                // It may have made these files or got them from parents that are not here.
                let mut there = HashMap::new();
                if let Some(folder) = commit.folder {
                    self.add_files(folder, "", &mut there)?;
                }
                let found = there.into_iter().filter(|(name, id)| missing.get(name) == Some(id));
                let found: Vec<String> = found.map(|(name, _)| name).collect();
                take(found, &mut missing, LastCommit::AtOrBefore(commit.at()), &mut dates);
                continue;
            }
            let parents: Vec<Commit> =
                commit.parents.iter().map(|id| self.commit(*id)).collect::<Result<_, Unreadable>>()?;
            let mut changed = Vec::new();
            if let Some(folder) = commit.folder {
                let before: Vec<_> = parents.iter().filter_map(|parent| parent.folder).collect();
                self.add_changes(folder, &before, "", &mut changed)?;
            }
            let found = changed.into_iter().filter(|(name, id)| missing.get(name) == Some(id));
            let found: Vec<String> = found.map(|(name, _)| name).collect();
            take(found, &mut missing, LastCommit::At(commit.at()), &mut dates);
            ahead.extend(parents.into_iter().filter(|parent| seen.insert(parent.id)));
        }
        if let Some(next) = ahead.peek() {
            let names = missing.keys().cloned().collect();
            take(names, &mut missing, LastCommit::AtOrBefore(next.at()), &mut dates);
        }
        Ok(dates)
    }

    fn commit(&self, id: ObjectId) -> Result<Commit, Unreadable> {
        let mut buffer = Vec::new();
        let mut read = self.objects.find_commit_iter(&id, &mut buffer).map_err(unreadable)?;
        let mut folder = Some(read.tree_id().map_err(unreadable)?);
        let parents = read.parent_ids().collect();
        let seconds = read.committer().map_err(unreadable)?.seconds();
        for part in &self.inner {
            let Some(tree) = folder else { break };
            let line = self.lines(tree)?.into_iter().find(|line| line.is_folder && line.name == *part);
            folder = line.map(|line| line.id);
        }
        Ok(Commit { seconds, id, parents, folder })
    }

    /// Files of a tree that are in none of the trees before it as they are here.
    fn add_changes(
        &self,
        tree: ObjectId,
        before: &[ObjectId],
        name: &str,
        changed: &mut Vec<(String, ObjectId)>,
    ) -> Result<(), Unreadable> {
        if before.contains(&tree) {
            return Ok(());
        }
        let before: Vec<Vec<Line>> = before.iter().map(|tree| self.lines(*tree)).collect::<Result<_, _>>()?;
        for line in self.lines(tree)? {
            let same_name = || before.iter().flatten().filter(|old| old.name == line.name);
            if same_name().any(|old| old.id == line.id) {
                continue;
            }
            let name = join(name, &line.name);
            if line.is_folder {
                let before: Vec<_> = same_name().filter(|old| old.is_folder).map(|old| old.id).collect();
                self.add_changes(line.id, &before, &name, changed)?;
            } else {
                changed.push((name, line.id));
            }
        }
        Ok(())
    }

    fn add_files(&self, tree: ObjectId, name: &str, files: &mut HashMap<String, ObjectId>) -> Result<(), Unreadable> {
        for line in self.lines(tree)? {
            let name = join(name, &line.name);
            if line.is_folder {
                self.add_files(line.id, &name, files)?;
            } else if super::walk::is_markdown(Path::new(&name)) {
                files.insert(name, line.id);
            }
        }
        Ok(())
    }

    fn lines(&self, tree: ObjectId) -> Result<Vec<Line>, Unreadable> {
        let mut buffer = Vec::new();
        let lines = self.objects.find_tree_iter(&tree, &mut buffer).map_err(unreadable)?;
        lines
            .map(|line| {
                let line = line.map_err(unreadable)?;
                let is_folder = line.mode.is_tree();
                Ok(Line { name: line.filename.to_string(), id: line.oid.to_owned(), is_folder })
            })
            .collect()
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
    match fs::read_to_string(git_dir.join("commondir")) {
        Ok(common) => git_dir.join(common.trim()),
        Err(_) => git_dir.to_owned(),
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn unreadable(cause: impl Display) -> Unreadable {
    Unreadable(cause.to_string())
}

#[cfg(test)]
mod tests;
