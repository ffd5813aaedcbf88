//! No page asks anybody else for anything: style sheets and public files name no third party.

use super::{checkout, files_below};

/// An XML namespace is a name, not an address that a browser asks.
const NAMESPACES: [&str; 2] = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"];

#[test]
fn style_and_public_name_no_third_party() {
    let styles = if checkout().join("style").is_dir() { files_below("style", &["css"]) } else { Vec::new() };
    for file in styles.into_iter().chain(files_below("public", &["svg", "txt", "js", "json"])) {
        let text = NAMESPACES.iter().fold(file.text, |text, name| text.replace(name, ""));
        for mark in ["http:", "https:", "url(//", "@import", "src=\"//"] {
            assert!(!text.contains(mark), "{}: {mark}", file.path);
        }
    }
}
