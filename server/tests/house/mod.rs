//! House rules: what must stay true of the source itself, whoever changes it.

mod addresses;
mod doors;
mod graph;
mod prose;
mod size;
mod threats;

use std::fs;
use std::path::{Path, PathBuf};

/// The crates whose source the rules read.
const CRATES: [&str; 7] = ["access", "app", "evidence", "frontend", "runbook", "server", "xtask"];

/// One text file of the checkout.
struct Source {
    /// Relative to the checkout, with forward slashes.
    path: String,
    text: String,
}

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the server crate lies in the checkout").to_owned()
}

/// All Rust files of the workspace.
fn rust_files() -> Vec<Source> {
    CRATES.iter().flat_map(|name| files_below(name, &["rs"])).collect()
}

/// Files with one of the extensions, below a folder of the checkout.
fn files_below(folder: &str, extensions: &[&str]) -> Vec<Source> {
    let checkout = checkout();
    let mut folders = vec![checkout.join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
                let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                let path = path.strip_prefix(&checkout).expect("a path below the checkout");
                found.push(Source { path: path.to_string_lossy().into_owned(), text });
            }
        }
    }
    found.sort_by(|left, right| left.path.cmp(&right.path));
    assert!(
        !found.is_empty(),
        "{folder} holds no file of {extensions:?}; does the rule still look at the right place?"
    );
    found
}
