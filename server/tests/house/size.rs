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
