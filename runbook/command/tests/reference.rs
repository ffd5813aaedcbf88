//! `docs/commands.md` says what the recogniser does. `RUNLIGHT_BLESS=1 cargo test -p runbook --test reference` writes it.

use std::{fs, path::Path};

#[test]
fn the_page_of_commands_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/commands.md");
    let expected = command::recognition::print_reference();
    if std::env::var_os("RUNLIGHT_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder can be made");
        fs::write(&path, &expected).expect("the page can be written");
    }
    let page = fs::read_to_string(&path).unwrap_or_default();
    assert!(page == expected, "docs/commands.md is out of date: set RUNLIGHT_BLESS=1 and run this test again");
}
