//! A check, printed as a command and read again, is the same check: for every check of the corpus, and for checks
//! made at random.

mod random;

use std::{fs, path::PathBuf};

use command::{
    check::{Check, Reading},
    recognition::recognise,
};
use random::Random;
use serde_json::Value;

fn assert_same(check: &Check) {
    let text = check.to_string();
    match recognise(&text) {
        Reading::Check { check: again } => assert_eq!(*again, *check, "{text}"),
        other => panic!("{text}\nis no longer a check: {other:?}\n{check:?}"),
    }
}

#[test]
fn checks_of_the_corpus_come_back() {
    let shared = std::env::var_os("RUNLIGHT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = shared.join("corpus/commands.jsonl");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}. Set RUNLIGHT_SHARED to the folder that holds corpus/commands.jsonl.", path.display())
    });
    let mut count = 0;
    for line in text.lines() {
        let value: Value = serde_json::from_str(line).expect("each line is a JSON object");
        if let Reading::Check { check } = recognise(value["command"].as_str().expect("a command")) {
            assert_same(&check);
            count += 1;
        }
    }
    assert!(count > 1_000, "only {count} checks");
}

#[test]
fn checks_made_at_random_come_back() {
    let mut random = Random::new(7);
    for _ in 0..20_000 {
        assert_same(&random.check());
    }
}
