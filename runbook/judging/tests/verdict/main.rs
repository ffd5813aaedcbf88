//! Recorded crash situations against runbook tables: each names the rows that fit, the standing, and words that the
//! sentence must and must not hold. The situations are data in `cases/`, the tables Markdown in `tables/`.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod bench;
mod finding;
mod situation;

use std::{fs, path::Path};

use judging::verdict::{
    Classifier, RowOutcome, RuleReading, Standing, Verdict, find_classifier, find_unjudged_rows, judge,
};
use situation::{Expected, Situation};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verdict")
}

fn read_situations() -> Vec<(String, Situation)> {
    let mut files: Vec<_> = fs::read_dir(folder().join("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut situations = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let read: Vec<Situation> =
            yaml_serde::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        situations.extend(read.into_iter().map(|situation| (stem.clone(), situation)));
    }
    situations
}

fn read_book(name: &str) -> text::runbook::Runbook {
    let file = folder().join("tables").join(format!("{name}.md"));
    text::parse(&fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
}

fn classifier_of(book: &text::runbook::Runbook) -> Classifier {
    find_classifier(&book.blocks, &book.commands).expect("the table is a classifier").1
}

fn marks(verdict: &Verdict) -> String {
    verdict
        .rows
        .iter()
        .map(|row| match row.outcome {
            RowOutcome::Matches => 'y',
            RowOutcome::DoesNot => 'n',
            RowOutcome::Unknown(_) => '?',
            RowOutcome::ForTheReader { .. } => 't',
        })
        .collect()
}

fn standing_word(standing: Standing) -> String {
    yaml_serde::to_string(&standing).unwrap().trim().to_owned()
}

fn find_faults(verdict: &Verdict, expected: &Expected) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |what: &str, is: String, wanted: String| {
        if is != wanted {
            faults.push(format!("{what}: is {is}, wanted {wanted}"));
        }
    };
    check("rows", marks(verdict), expected.rows.clone());
    check("standing", standing_word(verdict.standing), expected.standing.clone());
    check("row", format!("{:?}", verdict.winner.map(|row| row + 1)), format!("{:?}", expected.row));
    let everything = serde_json::to_string(verdict).unwrap();
    for (text, whole, is_wanted) in expected
        .says
        .iter()
        .map(|text| (text, &verdict.sentence, true))
        .chain(expected.silent.iter().map(|text| (text, &verdict.sentence, false)))
        .chain(expected.shows.iter().map(|text| (text, &everything, true)))
    {
        if whole.contains(text.as_str()) != is_wanted {
            faults.push(format!("{} \"{text}\"", if is_wanted { "lacks" } else { "claims" }));
        }
    }
    if verdict.sentence.matches(['\n', '\u{1b}']).count() > 0 || !verdict.sentence.ends_with('.') {
        faults.push("the sentence is not one line that ends in a full stop".into());
    }
    faults
}

#[test]
fn every_situation_gets_its_verdict() {
    let mut failures = Vec::new();
    for (file, situation) in read_situations() {
        let book = read_book(&situation.table);
        let (facts, now) = situation.facts(&book.windows);
        let verdict = judge(&classifier_of(&book), &facts, now);
        let faults = find_faults(&verdict, &situation.expect);
        if std::env::var_os("VERDICT_PRINT").is_some() {
            println!("{file}: {}\n    [{}] {}", situation.name, marks(&verdict), verdict.sentence);
        }
        if !faults.is_empty() {
            failures.push(format!(
                "{file}: {}\n  {}\n  said: {}",
                situation.name,
                faults.join("\n  "),
                verdict.sentence
            ));
        }
    }
    assert!(failures.is_empty(), "{} situations fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_suite_is_broad_and_often_honest() {
    let situations = read_situations();
    let has_no_answer = |situation: &Situation| situation.expect.row.is_none();
    assert!(situations.len() >= 60, "{} situations", situations.len());
    let honest = situations.iter().filter(|(_, situation)| has_no_answer(situation)).count();
    assert!(honest >= 15, "{honest} situations without a winner");
    let mut names: Vec<&str> = situations.iter().map(|(_, situation)| situation.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), situations.len(), "two situations share a name");
}

#[test]
fn every_table_reads_but_for_the_rows_that_say_so() {
    for (name, unread) in [
        ("homelab", vec![]),
        ("general", vec![11]),
        ("exit-codes", vec![]),
        ("numbers", vec![]),
        ("words", vec![2, 6]),
        ("deaths", vec![]),
        ("messages", vec![]),
        ("columns", vec![]),
        ("disks", vec![]),
        ("sights", vec![]),
        ("german", vec![]),
        ("regexes", vec![8]),
        ("list", vec![]),
        ("sections", vec![]),
        ("sentences", vec![]),
        ("portuguese", vec![]),
        ("prose", vec![1, 5]),
        ("two-columns", vec![]),
    ] {
        let classifier = classifier_of(&read_book(name));
        let rows: Vec<usize> = classifier.unread().map(|(row, _)| row + 1).collect();
        assert_eq!(rows, unread, "{name}");
    }
}

#[test]
fn lint_reports_the_rows_that_are_left_to_the_reader() {
    let problems = find_unjudged_rows(&read_book("words"));
    assert!(problems.iter().all(|problem| problem.code == "unjudged-table-row"));
    let found: Vec<(usize, &str)> = problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
    assert_eq!(
        found,
        [
            (
                6,
                "This row of the table is left to the reader: \"No events at all\" asks for something to be absent, which a bounded log cannot show."
            ),
            (
                10,
                "This row of the table is left to the reader: it mixes \"and\" with \"or\" and can be read in two ways."
            ),
        ]
    );
}

#[test]
fn judging_is_the_same_twice_and_survives_the_wire() {
    for (_, situation) in read_situations() {
        let book = read_book(&situation.table);
        let (facts, now) = situation.facts(&book.windows);
        let classifier = classifier_of(&book);
        let verdict = judge(&classifier, &facts, now);
        assert_eq!(verdict, judge(&classifier, &facts, now));
        let json = serde_json::to_string(&verdict).unwrap();
        assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict);
    }
}

#[test]
fn a_homelabs_own_table_is_a_classifier() {
    let text = fixtures::homelab_runbook().expect("it is part of the repository");
    let book = text::parse(&text);
    let classifier = classifier_of(&book);
    assert_eq!(classifier.unread().count(), 0, "{classifier:#?}");
    assert_eq!(classifier.rules.iter().filter(|rule| rule.reading == RuleReading::Remainder).count(), 1);
    assert_eq!(book.windows.len(), 1, "{:?}", book.windows);
    assert_eq!(judging::memory::MemoryRule::find(&book), judging::memory::MemoryRule::default());
    assert_eq!(judging::recovery::find_stated_rule(&book), None);

    // The situations of the suite that use a table of the same shape get the same rows from this one.
    for (file, situation) in read_situations().into_iter().filter(|(_, situation)| situation.table == "homelab") {
        let (facts, now) = situation.facts(&book.windows);
        let verdict = judge(&classifier, &facts, now);
        assert_eq!(marks(&verdict), situation.expect.rows, "{file}: {}", situation.name);
        assert_eq!(verdict.winner.map(|row| row + 1), situation.expect.row, "{file}: {}", situation.name);
        assert_eq!(standing_word(verdict.standing), situation.expect.standing, "{file}: {}", situation.name);
    }
}
