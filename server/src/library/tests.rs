//! Folders of runbooks as people keep them: found, changed, removed, doubled, unreadable.

use std::{
    fs::{self, File},
    time::{Duration, SystemTime},
};

use app::server_side::library::LibraryQuery;
use runbook::names::RunbookPath;

use super::*;

fn library(files: &[(&str, &str)]) -> (tempfile::TempDir, Library) {
    let folder = tempfile::tempdir().expect("a folder");
    files.iter().for_each(|(name, text)| write(&folder, name, text));
    let library = Library::open(vec![folder.path().to_owned()]);
    (folder, library)
}

fn write(folder: &tempfile::TempDir, name: &str, text: impl AsRef<[u8]>) {
    let file = folder.path().join(name);
    fs::create_dir_all(file.parent().expect("a parent")).expect("created");
    fs::write(file, text).expect("written");
}

/// Dates a file into the future, so that a change within the clock's tick is one.
fn touch(folder: &tempfile::TempDir, name: &str) {
    let file = File::options().write(true).open(folder.path().join(name)).expect("there");
    file.set_modified(SystemTime::now() + Duration::from_secs(5)).expect("dated");
}

fn path(text: &str) -> RunbookPath {
    text.parse().expect("a valid path")
}

fn paths(library: &Library) -> Vec<String> {
    library.shelf().entries.keys().map(|path| path.as_str().to_owned()).collect()
}

/// What the library says of its files, as `file: words`.
fn remarks(library: &Library) -> Vec<String> {
    library.shelf().remarks.iter().map(|remark| format!("{}: {}", remark.file, remark.words)).collect()
}

#[test]
fn finds_a_runbook_by_address_alert_and_file_name() {
    let (_folder, library) =
        library(&[("alerts/crash.md", "# Alert: PodCrash\n"), ("disk-full.markdown", "# Disks\n"), ("notes.txt", "x")]);
    assert_eq!(paths(&library), ["alerts/crash", "disk-full"]);
    assert!(library.get(&path("alerts/crash")).is_some());
    assert!(library.get(&path("alerts/crash.md")).is_some());
    let found = |alert| match library.find(&runbook::lookup::Wanted { alert, ..Default::default() }) {
        runbook::lookup::Lookup::One(found) => Some(found.path),
        _ => None,
    };
    assert_eq!(found("podcrash"), Some(path("alerts/crash")));
    assert_eq!(found("DiskFull"), Some(path("disk-full")));
    assert_eq!(found("Other"), None);
    assert_eq!(library.near("alerts/crsh")[0].path, path("alerts/crash"));
}

#[test]
fn resolves_a_wikis_page_by_its_name() {
    let (_folder, library) =
        library(&[("a/one.md", "# One"), ("b/Pod-Crash Looping.md", "# P"), ("a/dup-1.md", ""), ("b/Dup 1.md", "")]);
    let one = library.get(&path("a/one")).expect("there");
    assert_eq!(library.resolve_link(&one, "pod crash_looping#fix"), Some(path("b/Pod-Crash Looping")));
    assert_eq!(library.resolve_link(&one, "DUP-1"), None, "two have this name");
}

#[test]
fn resolves_links_from_the_runbooks_folder_and_from_the_root() {
    let (_folder, library) = library(&[("a/one.md", "# One"), ("a/two.md", "# Two"), ("b/three.md", "# Three")]);
    let one = library.get(&path("a/one")).expect("there");
    for (written, target) in [
        ("two.md", Some("a/two")),
        ("./two.md#step-1", Some("a/two")),
        ("../b/three.md", Some("b/three")),
        ("b/three.md", Some("b/three")),
        ("/b/three.md", Some("b/three")),
        ("elsewhere/three.md", Some("b/three")),
        ("Three", Some("b/three")),
        ("b/THREE#fix", Some("b/three")),
        ("../../etc/passwd", None),
        ("", None),
    ] {
        assert_eq!(library.resolve_link(&one, written), target.map(path), "{written}");
    }
}

#[test]
fn reads_a_changed_file_again_and_keeps_the_others() {
    let (folder, library) = library(&[("one.md", "# One"), ("two.md", "# Two")]);
    let (before, changes) = (library.shelf(), library.changes());
    library.rescan();
    assert!(!changes.has_changed().expect("open"), "nothing has changed");
    write(&folder, "one.md", "# New");
    touch(&folder, "one.md");
    library.rescan();
    let after = library.shelf();
    assert!(changes.has_changed().expect("open"));
    assert_eq!(after.entries[&path("one")].title, "New");
    assert_ne!(before.entries[&path("one")].revision, after.entries[&path("one")].revision);
    assert!(Arc::ptr_eq(&before.entries[&path("two")], &after.entries[&path("two")]));
    touch(&folder, "two.md");
    library.rescan();
    let again = library.shelf();
    assert_eq!(again.entries[&path("two")].revision, after.entries[&path("two")].revision, "the same text");
}

#[test]
fn forgets_a_file_that_was_removed() {
    let (folder, library) = library(&[("one.md", "# One"), ("two.md", "# Two")]);
    fs::remove_file(folder.path().join("one.md")).expect("removed");
    library.rescan();
    assert_eq!(paths(&library), ["two"]);
    assert_eq!(library.shelf().search("one").len(), 0);
}

#[test]
fn keeps_the_runbooks_of_a_folder_that_disappears_and_says_so() {
    let (folder, library) = library(&[("one.md", "# One")]);
    let away = folder.path().with_extension("away");
    fs::rename(folder.path(), &away).expect("moved");
    library.rescan();
    let shelf = library.shelf();
    assert_eq!(paths(&library), ["one"]);
    let since = shelf.failing_folders().next().expect("failing").failing_since;
    let view = library.list(&LibraryQuery::read(&Vec::new()), Timestamp(0));
    assert!(view.notes[0].is_grave && view.notes[0].words.contains("as they last were"), "{:?}", view.notes);
    library.rescan();
    assert_eq!(library.shelf().failing_folders().next().expect("failing").failing_since, since);
    fs::rename(&away, folder.path()).expect("moved back");
    library.rescan();
    assert_eq!(library.shelf().failing_folders().count(), 0);
    assert_eq!(paths(&library), ["one"]);
}

#[test]
fn opens_with_a_folder_that_is_not_there() {
    let (folder, _) = library(&[("one.md", "# One")]);
    let no_folder = folder.path().join("one.md");
    let library = Library::open(vec![folder.path().join("absent"), no_folder, folder.path().to_owned()]);
    assert_eq!(paths(&library), ["one"]);
    assert_eq!(library.shelf().failing_folders().count(), 2);
}

#[test]
fn the_first_folder_wins_and_the_other_file_is_said_to_be_hidden() {
    let (first, second) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    write(&first, "a/one.md", "# First");
    write(&second, "a/one.md", "# Second");
    write(&second, "two.md", "# Two");
    let library = Library::open(vec![first.path().to_owned(), second.path().to_owned()]);
    assert_eq!(library.shelf().entries[&path("a/one")].title, "First");
    assert_eq!(paths(&library), ["a/one", "two"]);
    assert_eq!(remarks(&library), ["a/one.md: Hidden: the library's folder 1 has a runbook under this address."]);
}

#[test]
fn refuses_a_huge_file_and_names_the_limit() {
    let (folder, library) = library(&[("one.md", "# One")]);
    let huge = File::create(folder.path().join("huge.md")).expect("created");
    huge.set_len(20 << 20).expect("grown");
    library.rescan();
    assert_eq!(paths(&library), ["one"]);
    let words = "huge.md: Left out: it has 20971520 bytes, and a runbook has at most 2097152.";
    assert_eq!(remarks(&library), [words]);
}

#[test]
fn shows_a_file_in_another_encoding_with_a_problem() {
    let (folder, library) = library(&[]);
    write(&folder, "old.md", b"# Caf\xe9\n\ntext\n");
    library.rescan();
    let entry = library.get(&path("old")).expect("there");
    assert_eq!(entry.title, "Caf\u{fffd}");
    let problem = entry.runbook.problems.iter().find(|problem| problem.code == "not-utf8").expect("said");
    assert_eq!(problem.line, 1);
    assert_eq!(entry.problem_count(), 1);
}

#[test]
fn says_which_texts_are_no_markdown() {
    let (_folder, library) =
        library(&[("a.md", "# a"), ("b.adoc", "= b"), ("x/a.AsciiDoc", "= a"), ("c.mdx", "# c"), ("notes.txt", "x")]);
    let said = remarks(&library);
    let said_of = |start: &str| said.iter().filter(|words| words.starts_with(start)).count();
    assert_eq!(
        said_of("b.adoc: Left out: it is AsciiDoc, as is one more file, and runbooks are read from Markdown"),
        1,
        "{said:?}"
    );
    assert_eq!(said_of("c.mdx: Left out: it is MDX, and runbooks are read from Markdown"), 1, "{said:?}");
    assert_eq!(said.len(), 2, "{said:?}");
}

#[test]
fn says_which_files_share_an_address_or_differ_in_case() {
    let (folder, library) = library(&[("a.md", "# a"), ("a.markdown", "# b"), ("x/B.md", "# B")]);
    write(&folder, "x/b.md", "# b");
    library.rescan();
    let said = remarks(&library);
    assert!(said.iter().any(|words| words.starts_with("a.md: Left out: a.markdown has the same")), "{said:?}");
    if paths(&library).len() == 3 {
        assert!(said.iter().any(|words| words.contains("differs from x/B.md in case alone")), "{said:?}");
    }
}

#[cfg(unix)]
#[test]
fn follows_links_within_the_folder_and_refuses_those_out_of_it() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().expect("a folder");
    write(&outside, "secret.md", "# Secret");
    let (folder, library) = library(&[("..data/mounted.md", "# Mounted"), ("deep/one.md", "# One")]);
    let link = |target: &std::path::Path, name: &str| symlink(target, folder.path().join(name)).expect("linked");
    link(&outside.path().join("secret.md"), "secret.md");
    link(outside.path(), "out");
    link(folder.path(), "loop");
    link(&folder.path().join("deep/one.md"), "again.md");
    link(&folder.path().join("nowhere"), "broken.md");
    // A mounted ConfigMap: the file's own name is a link into a hidden folder.
    link(&folder.path().join("..data/mounted.md"), "mounted.md");
    library.rescan();
    assert_eq!(paths(&library), ["deep/one", "mounted"]);
    assert_eq!(
        remarks(&library),
        [
            "broken.md: Left out: it is a link that leads nowhere.",
            "out: Left out: it is a link out of the library's folder, which is not followed.",
            "secret.md: Left out: it is a link out of the library's folder, which is not followed.",
        ]
    );
}

#[test]
fn reads_many_files_on_several_threads_in_order() {
    let files: Vec<(String, String)> =
        (0..200).map(|n| (format!("f{}/r{n:03}.md", n % 7), format!("# Title {n}\n\nword{n}\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let (_folder, library) = library(&files);
    let shelf = library.shelf();
    assert_eq!(shelf.entries.len(), 200);
    for (name, _) in &files {
        let number: usize = name[4..7].parse().expect("a number");
        let found = shelf.search(&format!("word{number}"));
        assert!(found.iter().any(|entry| entry.file == *name), "{name}");
    }
}

#[test]
fn loses_a_tenth_of_confidence_each_quarter() {
    let (_folder, library) =
        library(&[("one.md", "# One\n\n## Metadata\n- **Decay Rate**: 0.1\n- **Last Updated**: 2026-02-26\n")]);
    let entry = library.get(&path("one")).expect("there");
    let touched = Timestamp(1_772_064_000_000);
    let freshness = library.freshness(&entry, touched.plus_ms(274 * 86_400_000)).expect("dated");
    assert_eq!((freshness.touched_at, freshness.basis), (touched, FreshnessBasis::Stated));
    let confidence = freshness.confidence.expect("decays");
    assert!((confidence - 0.729).abs() < 0.001, "{confidence}");
}

#[test]
fn narrows_the_list_by_words_tag_area_and_folder() {
    let text = |title: &str, domain: &str, tags: &str| {
        format!("# {title}\n\n## Metadata\n- **Domain**: {domain}\n- **Tags**: {tags}\n")
    };
    let (_folder, library) = library(&[
        ("a/one.md", &text("One", "Storage", "etcd, disk")),
        ("a/b/two.md", &text("Two", "storage", "disk")),
        ("c/three.md", &text("Three", "network", "dns")),
    ]);
    let list = |query: &[(&str, &str)]| {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        library.list(&LibraryQuery::read(&query), Timestamp(0))
    };
    let found = |query: &[(&str, &str)]| list(query).rows.into_iter().map(|row| row.summary.title).collect::<Vec<_>>();
    assert_eq!(found(&[]), ["Two", "One", "Three"]);
    assert_eq!(found(&[("tag", "DISK")]), ["Two", "One"]);
    assert_eq!(found(&[("domain", "storage")]), ["Two", "One"]);
    assert_eq!(found(&[("domain", "storage"), ("q", "etcd")]), ["One"]);
    assert_eq!(found(&[("folder", "a")]), ["Two", "One"]);
    assert_eq!(found(&[("folder", "a/b")]), ["Two"]);
    assert_eq!(found(&[("folder", "b")]), [] as [&str; 0]);
    let view = list(&[("folder", "a")]);
    assert_eq!((view.found, view.total), (2, 3));
    assert_eq!(view.folders.iter().map(|f| (f.name.as_str(), f.count)).collect::<Vec<_>>(), [("a/b", 1)]);
    assert_eq!(view.domains.iter().map(|f| (f.name.as_str(), f.count)).collect::<Vec<_>>(), [("storage", 2)]);
    assert_eq!(list(&[("q", "thre"), ("tag", "disk")]).near[0].0, "Three");
}

#[test]
fn a_page_of_the_list_is_bounded_and_one_that_is_not_there_is_the_last() {
    let files: Vec<(String, String)> = (0..250).map(|n| (format!("r{n:03}.md"), format!("# R{n}\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let (_folder, library) = library(&files);
    let page = |page| library.list(&LibraryQuery { page, ..LibraryQuery::default() }, Timestamp(0));
    assert_eq!((page(1).rows.len(), page(1).pages), (100, 3));
    assert_eq!(page(3).rows.len(), 50);
    assert_eq!((page(9_999).query.page, page(9_999).rows.len()), (3, 50));
}

#[test]
fn names_related_runbooks_with_the_reason() {
    let tags = |tags: &str| format!("\n\n## Metadata\n- **Tags**: {tags}\n");
    let (_folder, library) = library(&[
        ("one.md", &format!("# Alert: PodCrash\n\nSee `two.md` and `absent.md`.{}", tags("etcd, all"))),
        ("two.md", &format!("# Two\n\nSee `three.md`.{}", tags("all"))),
        ("three.md", &format!("# Three{}", tags("etcd, all"))),
        ("four.md", &format!("---\nalert: PodCrash\n---\n# Four{}", tags("all"))),
        ("five.md", &format!("---\nrelated: [four.md]\n---\n# Five{}", tags("all"))),
    ]);
    let shelf = library.shelf();
    let related = |name: &str| {
        let entry = library.get(&path(name)).expect("there");
        shelf.related(&entry).into_iter().map(|r| format!("{}: {}", r.path, r.why)).collect::<Vec<_>>()
    };
    assert_eq!(
        related("one"),
        ["two: named in the text; shares all", "four: serves the same alert; shares all", "three: shares all, etcd"]
    );
    assert_eq!(related("five"), ["four: declared as related; shares all"]);
    let back = |name: &str| {
        let entry = library.get(&path(name)).expect("there");
        shelf.backlinks_of(&entry).into_iter().map(|related| related.path.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(back("two"), ["one"]);
    assert_eq!(back("three"), ["two"]);
    assert_eq!(back("four"), ["five"]);
}

#[test]
fn opens_nothing_that_took_a_files_place_after_it_was_found() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().expect("a folder");
    write(&outside, "x.md", "# Outside");
    let (folder, _) = library(&[("x.md", "# One"), ("inner/x.md", "# Two"), ("pipe.md", "# Three")]);
    let found = walk::walk(folder.path()).expect("a folder").files;
    assert_eq!(found.len(), 3);
    fs::remove_file(folder.path().join("x.md")).expect("removed");
    symlink(outside.path().join("x.md"), folder.path().join("x.md")).expect("linked");
    fs::rename(folder.path().join("inner"), folder.path().join("away")).expect("moved");
    symlink(outside.path(), folder.path().join("inner")).expect("linked");
    fs::remove_file(folder.path().join("pipe.md")).expect("removed");
    fs::create_dir(folder.path().join("pipe.md")).expect("created");
    for file in &found {
        let read = Entry::read(path("a"), 0, file);
        assert!(matches!(read, Err(entry::ReadError::Unreadable(_))), "{}: {read:?}", file.name);
    }
}

#[test]
fn reads_no_history_where_it_is_switched_off() {
    let (folder, library) = library(&[("one.md", "# One")]);
    let git = folder.path().join(".git");
    for inner in ["objects/pack", "refs/heads"] {
        fs::create_dir_all(git.join(inner)).expect("created");
    }
    fs::write(git.join("HEAD"), "ref: refs/heads/main\n").expect("written");
    let library = library.with_history(false);
    library.read_histories();
    let is_unread = |library: &Library| matches!(library.histories.read().expect("unpoisoned")[0], History::None);
    assert!(is_unread(&library));
    let library = library.with_history(true);
    library.read_histories();
    assert!(!is_unread(&library), "the checkout has no commit, which is said");
}
