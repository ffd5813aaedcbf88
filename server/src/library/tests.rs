//! Folders of runbooks as people keep them: found, changed, removed, doubled.

use std::fs;

use super::*;

fn library(files: &[(&str, &str)]) -> (tempfile::TempDir, Library) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a parent")).expect("created");
        fs::write(file, text).expect("written");
    }
    let library = Library::open(vec![folder.path().to_owned()]);
    (folder, library)
}

fn path(text: &str) -> RunbookPath {
    text.parse().expect("a valid path")
}

#[test]
fn finds_a_runbook_by_address_alert_and_file_name() {
    let (_folder, library) =
        library(&[("alerts/crash.md", "# Alert: PodCrash\n"), ("disk-full.md", "# Disks\n"), ("notes.txt", "x")]);
    assert_eq!(library.entries().len(), 2);
    assert!(library.get(&path("alerts/crash")).is_some());
    assert!(library.get(&path("alerts/crash.md")).is_some());
    assert_eq!(library.for_alert("podcrash"), Some(path("alerts/crash")));
    assert_eq!(library.for_alert("DiskFull"), Some(path("disk-full")));
    assert_eq!(library.for_alert("Other"), None);
    assert_eq!(library.near("alerts/crsh")[0].path, path("alerts/crash"));
}

#[test]
fn resolves_links_from_the_runbooks_folder_and_from_the_root() {
    let (_folder, library) = library(&[("a/one.md", "# One"), ("a/two.md", "# Two"), ("b/three.md", "# Three")]);
    let one = library.get(&path("a/one")).expect("there");
    assert_eq!(library.resolve_link(&one, "two.md"), Some(path("a/two")));
    assert_eq!(library.resolve_link(&one, "./two.md#step-1"), Some(path("a/two")));
    assert_eq!(library.resolve_link(&one, "../b/three.md"), Some(path("b/three")));
    assert_eq!(library.resolve_link(&one, "b/three.md"), Some(path("b/three")));
    assert_eq!(library.resolve_link(&one, "elsewhere/three.md"), Some(path("b/three")));
    assert_eq!(library.resolve_link(&one, "../../etc/passwd"), None);
}

#[test]
fn reads_a_changed_file_again_and_keeps_the_others() {
    let (folder, library) = library(&[("one.md", "# One"), ("two.md", "# Two")]);
    let before = library.entries();
    let file = folder.path().join("one.md");
    fs::write(&file, "# New").expect("written");
    let later = SystemTime::now() + Duration::from_secs(5);
    fs::File::options().write(true).open(&file).and_then(|file| file.set_modified(later)).expect("dated");
    library.rescan();
    let after = library.entries();
    assert_eq!(after[&path("one")].title, "New");
    assert!(Arc::ptr_eq(&before[&path("two")], &after[&path("two")]));
}

#[cfg(unix)]
#[test]
fn refuses_links_out_of_the_library() {
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret.md"), "# Secret").expect("written");
    let (folder, library) = library(&[("one.md", "# One")]);
    std::os::unix::fs::symlink(outside.path(), folder.path().join("out")).expect("linked");
    std::os::unix::fs::symlink(outside.path().join("secret.md"), folder.path().join("s.md")).expect("linked");
    library.rescan();
    assert_eq!(library.entries().len(), 1);
}

#[test]
fn keeps_what_it_can_read_when_a_folder_disappears() {
    let (folder, library) = library(&[("one.md", "# One")]);
    folder.close().expect("removed");
    library.rescan();
    assert!(library.entries().is_empty());
}

#[test]
fn loses_a_tenth_of_confidence_each_quarter() {
    let (_folder, library) =
        library(&[("one.md", "# One\n\n## Metadata\n- **Decay Rate**: 0.1\n- **Last Updated**: 2026-02-26\n")]);
    let entry = library.get(&path("one")).expect("there");
    let touched = Timestamp(1_772_064_000_000);
    let freshness = entry.freshness(touched.plus_ms(274 * 86_400_000)).expect("dated");
    assert_eq!(freshness.touched_at, touched);
    let confidence = freshness.confidence.expect("decays");
    assert!((confidence - 0.729).abs() < 0.001, "{confidence}");
}
