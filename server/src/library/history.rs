//! When each file of a folder was last committed, out of the git checkout that the folder lies in. Reads the checkout's
//! own objects; starts no process and writes nothing.

use std::{
    collections::{BinaryHeap, HashMap, HashSet},
    fmt::Display,
    fs,
    path::{Path, PathBuf},
};

use gix_discover::repository;
use gix_hash::{Kind, ObjectId};
use gix_object::FindExt;
use gix_ref::file::ReferenceExt;
use runbook::time::Timestamp;

/// Commits that are looked at; the files that none of them touched stay undated.
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
pub(super) type Dates = HashMap<String, Timestamp>;

/// A commit, as far as it matters here. The newest comes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Commit {
    seconds: i64,
    id: ObjectId,
    parents: Vec<ObjectId>,
    /// The folder as it was.
    folder: Option<ObjectId>,
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
        let shallow = fs::read_to_string(common.join("shallow")).unwrap_or_default();
        let shallow = shallow.lines().filter_map(|line| ObjectId::from_hex(line.as_bytes()).ok()).collect();
        let refs = gix_ref::file::Store::for_linked_worktree(git_dir, common, Kind::Sha1);
        Some(Self { objects, refs, inner, shallow })
    }

    /// The commit that is checked out.
    pub(super) fn head(&self) -> Result<ObjectId, Unreadable> {
        let mut head = self.refs.find("HEAD").map_err(unreadable)?;
        head.peel_to_id(&self.refs, &self.objects).map_err(unreadable)
    }

    /// When each Markdown file that is checked out came to be as it is now.
    pub(super) fn dates(&self) -> Result<Dates, Unreadable> {
        let head = self.commit(self.head()?)?;
        let mut missing = HashMap::new();
        if let Some(folder) = head.folder {
            self.add_files(folder, "", &mut missing)?;
        }
        let mut dates = Dates::new();
        let mut seen = HashSet::from([head.id]);
        let mut ahead = BinaryHeap::from([head]);
        for _ in 0..MAX_COMMITS {
            let Some(commit) = ahead.pop().filter(|_| !missing.is_empty()) else { break };
            let parents: Vec<Commit> = match self.shallow.contains(&commit.id) {
                true => continue,
                false => commit.parents.iter().map(|id| self.commit(*id)).collect::<Result<_, _>>()?,
            };
            let mut changed = Vec::new();
            if let Some(folder) = commit.folder {
                let before: Vec<_> = parents.iter().filter_map(|parent| parent.folder).collect();
                self.add_changes(folder, &before, "", &mut changed)?;
            }
            for (name, id) in changed {
                if missing.get(&name) == Some(&id) {
                    missing.remove(&name);
                    dates.insert(name, Timestamp(commit.seconds.saturating_mul(1_000)));
                }
            }
            ahead.extend(parents.into_iter().filter(|parent| seen.insert(parent.id)));
        }
        Ok(dates)
    }

    fn commit(&self, id: ObjectId) -> Result<Commit, Unreadable> {
        let mut buffer = Vec::new();
        let mut read = self.objects.find_commit_iter(&id, &mut buffer).map_err(unreadable)?;
        let mut folder = Some(read.tree_id().map_err(unreadable)?);
        let parents = read.clone().parent_ids().collect();
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
mod tests {
    use gix_object::{Kind as ObjectKind, Write};

    use super::*;

    /// A checkout that is written object by object, so that the test needs no git.
    struct Repository(tempfile::TempDir);

    impl Repository {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let git = folder.path().join(".git");
            for inner in ["objects/pack", "refs/heads", "refs/tags"] {
                fs::create_dir_all(git.join(inner)).expect("created");
            }
            fs::write(git.join("HEAD"), "ref: refs/heads/main\n").expect("written");
            fs::write(git.join("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = false\n").expect("written");
            Self(folder)
        }

        fn write(&self, kind: ObjectKind, bytes: &[u8]) -> ObjectId {
            let objects = gix_odb::at(self.0.path().join(".git/objects"), Kind::Sha1).expect("a store");
            objects.write_buf(kind, bytes).expect("written")
        }

        /// Files of the folder `docs`, by name and text.
        fn commit(&self, seconds: i64, parents: &[ObjectId], files: &[(&str, &str)]) -> ObjectId {
            let docs = self.tree(
                files.iter().map(|(name, text)| ("100644", *name, self.write(ObjectKind::Blob, text.as_bytes()))),
            );
            let root = self.tree([("40000", "docs", docs)]);
            let parents: String = parents.iter().map(|id| format!("parent {id}\n")).collect();
            let who = format!("A <a@example.org> {seconds} +0000");
            let text = format!("tree {root}\n{parents}author {who}\ncommitter {who}\n\nwords\n");
            let id = self.write(ObjectKind::Commit, text.as_bytes());
            fs::write(self.0.path().join(".git/refs/heads/main"), format!("{id}\n")).expect("written");
            id
        }

        fn tree<'n>(&self, lines: impl IntoIterator<Item = (&'n str, &'n str, ObjectId)>) -> ObjectId {
            let mut bytes = Vec::new();
            for (mode, name, id) in lines {
                bytes.extend(format!("{mode} {name}\0").into_bytes());
                bytes.extend(id.as_slice());
            }
            self.write(ObjectKind::Tree, &bytes)
        }

        fn dates(&self) -> Vec<(String, i64)> {
            let docs = self.0.path().join("docs");
            fs::create_dir_all(&docs).expect("created");
            let dates = Checkout::around(&docs).expect("a checkout").dates().expect("readable");
            let mut dates: Vec<_> = dates.into_iter().map(|(name, at)| (name, at.0 / 1_000)).collect();
            dates.sort();
            dates
        }
    }

    fn dated(dates: &[(&str, i64)]) -> Vec<(String, i64)> {
        dates.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect()
    }

    #[test]
    fn dates_each_file_by_the_commit_that_made_it_what_it_is() {
        let repository = Repository::new();
        let first = repository.commit(100, &[], &[("a.md", "1"), ("b.md", "1"), ("c.txt", "1")]);
        let second = repository.commit(200, &[first], &[("a.md", "2"), ("b.md", "1"), ("c.txt", "2")]);
        repository.commit(300, &[second], &[("a.md", "2"), ("b.md", "1"), ("d.md", "1")]);
        assert_eq!(repository.dates(), dated(&[("a.md", 200), ("b.md", 100), ("d.md", 300)]));
    }

    #[test]
    fn a_merge_dates_only_what_it_made_itself() {
        let repository = Repository::new();
        let base = repository.commit(100, &[], &[("a.md", "1"), ("b.md", "1"), ("c.md", "1")]);
        let left = repository.commit(200, &[base], &[("a.md", "2"), ("b.md", "1"), ("c.md", "left")]);
        let right = repository.commit(300, &[base], &[("a.md", "1"), ("b.md", "2"), ("c.md", "right")]);
        repository.commit(400, &[left, right], &[("a.md", "2"), ("b.md", "2"), ("c.md", "both")]);
        assert_eq!(repository.dates(), dated(&[("a.md", 200), ("b.md", 300), ("c.md", 400)]));
    }

    #[test]
    fn leaves_undated_what_a_shallow_checkout_cannot_know() {
        let repository = Repository::new();
        let first = repository.commit(100, &[], &[("a.md", "1"), ("b.md", "1")]);
        repository.commit(200, &[first], &[("a.md", "2"), ("b.md", "1")]);
        fs::write(repository.0.path().join(".git/shallow"), format!("{first}\n")).expect("written");
        assert_eq!(repository.dates(), dated(&[("a.md", 200)]));
    }

    #[test]
    fn says_that_a_broken_checkout_cannot_be_read() {
        let repository = Repository::new();
        repository.commit(100, &[ObjectId::null(Kind::Sha1)], &[("a.md", "1")]);
        fs::create_dir_all(repository.0.path().join("docs")).expect("created");
        let checkout = Checkout::around(&repository.0.path().join("docs")).expect("a checkout");
        assert!(checkout.dates().expect_err("a missing parent").to_string().contains("cannot be read"));
        assert!(Checkout::around(&repository.0.path().join("absent")).is_none());
    }
}
