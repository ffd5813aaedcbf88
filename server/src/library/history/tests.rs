//! Checkouts as git makes them: merged, packed, linked, shallow, broken.

use std::{
    process::Command,
    time::{Duration, Instant},
};

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
        let docs = self
            .tree(files.iter().map(|(name, text)| ("100644", *name, self.write(ObjectKind::Blob, text.as_bytes()))));
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

    fn dates(&self) -> Vec<(String, String)> {
        let docs = self.0.path().join("docs");
        fs::create_dir_all(&docs).expect("created");
        dates_of(&docs)
    }
}

/// More than any test needs.
fn enough() -> Budget {
    Budget::new(1_000_000, Instant::now() + Duration::from_secs(600))
}

/// Every file that a test commits.
fn all() -> Wanted {
    ["a.md", "b.md", "c.md", "d.md", "inner/b.md", "docs/a.md", "docs/inner/b.md"].into_iter().collect()
}

/// The last commit of each file below a folder, in seconds: `200`, or `<=200`.
fn dates_of(folder: &Path) -> Vec<(String, String)> {
    written(Checkout::around(folder).expect("a checkout").dates(&all(), &mut enough()).expect("readable"))
}

fn written(dates: Dates) -> Vec<(String, String)> {
    let words = |at| match at {
        LastCommit::At(at) => format!("{}", at.0 / 1_000),
        LastCommit::AtOrBefore(at) => format!("<={}", at.0 / 1_000),
    };
    let mut dates: Vec<_> = dates.into_iter().map(|(name, at)| (name, words(at))).collect();
    dates.sort();
    dates
}

fn dated(dates: &[(&str, &str)]) -> Vec<(String, String)> {
    dates.iter().map(|(name, at)| ((*name).to_owned(), (*at).to_owned())).collect()
}

/// Runs git in a folder; commits are dated by their seconds.
fn git(folder: &Path, seconds: u32, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"]);
    command.env("GIT_COMMITTER_DATE", format!("@{seconds} +0000")).env("GIT_AUTHOR_DATE", format!("@{seconds} +0000"));
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env_remove("GIT_DIR").env_remove("GIT_INDEX_FILE");
    let output = command.current_dir(folder).args(arguments).output().expect("git can be started");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A checkout by git itself, three commits old; none where git is missing, after saying so.
fn real_checkout() -> Option<(tempfile::TempDir, PathBuf)> {
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("NOT RUN: there is no git");
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("own");
    fs::create_dir_all(root.join("docs/inner")).expect("created");
    git(&root, 1_000_000, &["init", "-q", "-b", "main"]);
    for (seconds, name, text) in
        [(1_000_100, "docs/a.md", "1"), (1_000_200, "docs/inner/b.md", "1"), (1_000_300, "docs/a.md", "2")]
    {
        fs::write(root.join(name), text.repeat(2_000)).expect("written");
        git(&root, seconds, &["add", "."]);
        git(&root, seconds, &["commit", "-q", "-m", "words"]);
    }
    Some((folder, root))
}

#[test]
fn dates_each_file_by_the_commit_that_made_it_what_it_is() {
    let repository = Repository::new();
    let first = repository.commit(100, &[], &[("a.md", "1"), ("b.md", "1"), ("c.txt", "1")]);
    let second = repository.commit(200, &[first], &[("a.md", "2"), ("b.md", "1"), ("c.txt", "2")]);
    repository.commit(300, &[second], &[("a.md", "2"), ("b.md", "1"), ("d.md", "1")]);
    assert_eq!(repository.dates(), dated(&[("a.md", "200"), ("b.md", "100"), ("d.md", "300")]));
}

#[test]
fn a_merge_dates_only_what_it_made_itself() {
    let repository = Repository::new();
    let base = repository.commit(100, &[], &[("a.md", "1"), ("b.md", "1"), ("c.md", "1")]);
    let left = repository.commit(200, &[base], &[("a.md", "2"), ("b.md", "1"), ("c.md", "left")]);
    let right = repository.commit(300, &[base], &[("a.md", "1"), ("b.md", "2"), ("c.md", "right")]);
    repository.commit(400, &[left, right], &[("a.md", "2"), ("b.md", "2"), ("c.md", "both")]);
    assert_eq!(repository.dates(), dated(&[("a.md", "200"), ("b.md", "300"), ("c.md", "400")]));
}

#[test]
fn says_what_a_shallow_checkout_cannot_know() {
    let repository = Repository::new();
    let first = repository.commit(100, &[], &[("a.md", "1"), ("b.md", "1")]);
    repository.commit(200, &[first], &[("a.md", "2"), ("b.md", "1")]);
    fs::write(repository.0.path().join(".git/shallow"), format!("{first}\n")).expect("written");
    assert_eq!(repository.dates(), dated(&[("a.md", "200"), ("b.md", "<=100")]));
}

#[test]
fn says_that_a_broken_checkout_cannot_be_read() {
    let repository = Repository::new();
    repository.commit(100, &[ObjectId::null(Kind::Sha1)], &[("a.md", "1")]);
    fs::create_dir_all(repository.0.path().join("docs")).expect("created");
    let checkout = Checkout::around(&repository.0.path().join("docs")).expect("a checkout");
    assert!(
        checkout.dates(&all(), &mut enough()).expect_err("a missing parent").to_string().contains("cannot be read")
    );
    assert!(Checkout::around(&repository.0.path().join("absent")).is_none());
}

#[test]
fn reads_packed_objects_and_linked_checkouts() {
    let Some((folder, root)) = real_checkout() else { return };
    let expected = dated(&[("a.md", "1000300"), ("inner/b.md", "1000200")]);
    assert_eq!(dates_of(&root.join("docs")), expected);
    git(&root, 1_000_000, &["gc", "-q", "--aggressive", "--prune=now"]);
    assert!(!root.join(".git/refs/heads/main").exists(), "the branch is packed, too");
    assert_eq!(dates_of(&root.join("docs")), expected);
    let linked = folder.path().join("linked");
    git(&root, 1_000_000, &["worktree", "add", "-q", "--detach", linked.to_str().expect("UTF-8"), "HEAD~1"]);
    assert_eq!(dates_of(&linked.join("docs")), dated(&[("a.md", "1000100"), ("inner/b.md", "1000200")]));
}

#[test]
fn reads_a_shallow_clone() {
    let Some((folder, root)) = real_checkout() else { return };
    let from = format!("file://{}", root.display());
    git(folder.path(), 1_000_000, &["clone", "-q", "--depth=1", &from, "shallow"]);
    let expected = dated(&[("docs/a.md", "<=1000300"), ("docs/inner/b.md", "<=1000300")]);
    assert_eq!(dates_of(&folder.path().join("shallow")), expected);
    git(folder.path(), 1_000_000, &["clone", "-q", "--bare", &from, "bare"]);
    assert!(Checkout::around(&folder.path().join("bare")).is_none(), "nothing is checked out");
}

#[test]
fn stops_when_the_budget_is_spent_and_says_that_the_rest_is_older() {
    let repository = Repository::new();
    let first = repository.commit(100, &[], &[("a.md", "1")]);
    repository.commit(200, &[first], &[("a.md", "1")]);
    fs::create_dir_all(repository.0.path().join("docs")).expect("created");
    let checkout = Checkout::around(&repository.0.path().join("docs")).expect("a checkout");
    let dates = |mut budget| written(checkout.dates(&all(), &mut budget).expect("readable"));
    let long = Instant::now() + Duration::from_secs(600);
    assert_eq!(dates(enough()), dated(&[("a.md", "100")]));
    // Enough for the commit that is checked out, and for its files.
    assert_eq!(dates(Budget::new(6, long)), dated(&[("a.md", "<=200")]));
    assert_eq!(dates(Budget::new(0, long)), dated(&[]));
}

/// Trees of ten lines, each of which leads to the same next tree: ten kilobytes that hold 10^10 paths.
fn bomb(repository: &Repository) -> ObjectId {
    let mut tree = repository.tree([("100644", "a.md", repository.write(ObjectKind::Blob, b"1"))]);
    for _ in 0..10 {
        let names = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        tree = repository.tree(names.map(|name| ("40000", name, tree)));
    }
    tree
}

/// Commits `docs` as it is.
fn commit_docs(repository: &Repository, docs: ObjectId) {
    let root = repository.tree([("40000", "docs", docs)]);
    let who = "A <a@example.org> 100 +0000";
    let text = format!("tree {root}\nauthor {who}\ncommitter {who}\n\nwords\n");
    let id = repository.write(ObjectKind::Commit, text.as_bytes());
    fs::write(repository.0.path().join(".git/refs/heads/main"), format!("{id}\n")).expect("written");
    fs::create_dir_all(repository.0.path().join("docs")).expect("created");
}

#[test]
fn a_tree_of_countless_paths_costs_the_way_to_what_is_wanted() {
    let repository = Repository::new();
    commit_docs(&repository, bomb(&repository));
    let checkout = Checkout::around(&repository.0.path().join("docs")).expect("a checkout");
    for (name, is_there, most_steps) in
        [("a.md", false, 100), ("0/1/2/3/4/5/6/7/8/9/a.md", true, 500), ("0/1/2/absent/a.md", false, 200)]
    {
        let mut budget = Budget::new(1_000_000, Instant::now() + Duration::from_secs(600));
        let dates = written(checkout.dates(&[name].into_iter().collect(), &mut budget).expect("readable"));
        assert_eq!(dates, if is_there { dated(&[(name, "100")]) } else { dated(&[]) });
        let steps = 1_000_000 - budget.steps();
        assert!(steps <= most_steps, "{name}: {steps} steps");
    }
}

#[test]
fn refuses_an_object_that_is_too_large_before_it_is_unpacked() {
    let repository = Repository::new();
    let blob = repository.write(ObjectKind::Blob, b"1");
    let names: Vec<String> = (0..150_000).map(|number| format!("{number:08}")).collect();
    let docs = repository.tree(names.iter().map(|name| ("100644", name.as_str(), blob)));
    commit_docs(&repository, docs);
    let checkout = Checkout::around(&repository.0.path().join("docs")).expect("a checkout");
    let error = checkout.dates(&all(), &mut enough()).expect_err("too large").to_string();
    assert!(error.contains("has 5400000 bytes"), "{error}");
}
