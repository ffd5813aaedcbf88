//! Files stay short enough to be read at one sitting, and every module says what it is for.

use super::rust_files;

/// The longest file.
const MAX_LINES: usize = 400;

#[test]
fn no_file_is_longer_than_one_sitting() {
    let long: Vec<_> = rust_files()
        .iter()
        .filter(|file| !file.path.contains("/tests/"))
        .filter(|file| file.text.lines().count() > MAX_LINES)
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    assert!(long.is_empty(), "split these: {long:#?}");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> =
        rust_files().into_iter().filter(|file| !file.text.starts_with("//!")).map(|file| file.path).collect();
    assert!(silent.is_empty(), "these open without a word: {silent:#?}");
}

#[test]
fn modules_lie_in_one_way() {
    let files = rust_files();
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).filter(|path| path.contains("/src/")).collect();
    let has_folder = |path: &&&str| {
        let folder = format!("{}/", path.trim_end_matches(".rs"));
        paths.iter().any(|other| other.starts_with(&folder))
    };
    let beside: Vec<_> = paths.iter().filter(has_folder).collect();
    assert!(beside.is_empty(), "a module with a folder is its mod.rs: {beside:?}");
}
