//! Where the files lie that tests read and the project holds no copy of.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A path below `RUNLIGHT_SHARED`, or below `shared` beside the checkout. Fails loudly when nothing is there: a test
/// that cannot see its input must not pass.
pub(crate) fn path(below: &str) -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let path = std::env::var_os("RUNLIGHT_SHARED").map_or(beside, PathBuf::from).join(below);
    assert!(path.exists(), "{} is not there: set RUNLIGHT_SHARED to the folder that holds {below}", path.display());
    path
}

/// The owner's runbook.
pub(crate) fn seed() -> String {
    fs::read_to_string(path("seed/HomelabPodCrashLooping.md")).expect("the seed is UTF-8")
}

/// Every Markdown file of the corpus with its path, in order.
pub(crate) fn corpus() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![path("corpus/runbooks")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the corpus is readable") {
            let path = entry.expect("the corpus is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let bytes = fs::read(&path).expect("the corpus is readable");
                files.push((path, String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
    }
    files.sort();
    files
}
