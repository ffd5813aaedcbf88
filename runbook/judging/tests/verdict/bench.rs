//! Judges a folder of tables and situations that is not part of the project: `VERDICT_BENCH=FOLDER cargo test -p
//! runbook --test verdict -- bench --nocapture`. Prints right, wrong and confidently wrong; without the variable it
//! says that it was not run.

use std::{env, fs, path::Path};

use judging::verdict::{RuleReading, Standing, find_classifier, judge};

use super::{marks, situation::Situation, standing_word};

#[derive(Default)]
struct Score {
    right: usize,
    marks_differ: usize,
    standing_differs: usize,
    wrong: Vec<String>,
    confidently_wrong: usize,
}

#[test]
fn bench_of_a_folder_given_by_environment() {
    let Some(folder) = env::var_os("VERDICT_BENCH") else {
        println!("NOT RUN: set VERDICT_BENCH to a folder with tables/ and cases/.");
        return;
    };
    let folder = Path::new(&folder);
    let mut score = Score::default();
    for file in list(&folder.join("cases")) {
        let text = fs::read_to_string(&file).unwrap();
        let situations: Vec<Situation> =
            yaml_serde::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for situation in situations {
            try_one(folder, &situation, &mut score);
        }
    }
    println!("{}", score.wrong.join("\n"));
    println!(
        "situations: {} right, {} wrong ({} confidently); of the right ones {} differ in standing, {} in a mark",
        score.right,
        score.wrong.len(),
        score.confidently_wrong,
        score.standing_differs,
        score.marks_differ
    );
    try_heads(folder);
    try_wordings(folder);
}

fn list(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn try_one(folder: &Path, situation: &Situation, score: &mut Score) {
    let table = folder.join("tables").join(format!("{}.md", situation.table));
    let book = text::parse(&fs::read_to_string(table).unwrap());
    let expected = &situation.expect;
    let Some((_, classifier)) = find_classifier(&book.blocks, &book.commands) else {
        score.wrong.push(format!("NOT FOUND {}: {}", situation.table, situation.name));
        return;
    };
    let (facts, now) = situation.facts(&book.windows);
    let verdict = judge(&classifier, &facts, now);
    let (row, standing) = (verdict.winner.map(|row| row + 1), standing_word(verdict.standing));
    let line = |word: &str| {
        format!(
            "{word} {}: {}\n    is {} {standing} {row:?}, wanted {} {} {:?}\n    {}",
            situation.table,
            situation.name,
            marks(&verdict),
            expected.rows,
            expected.standing,
            expected.row,
            verdict.sentence
        )
    };
    if row == expected.row {
        score.right += 1;
        score.standing_differs += usize::from(standing != expected.standing);
        score.marks_differ += usize::from(marks(&verdict) != expected.rows);
        if standing != expected.standing || marks(&verdict) != expected.rows {
            println!("{}", line("differs"));
        }
    } else {
        let is_confident = verdict.standing == Standing::Fits;
        score.confidently_wrong += usize::from(is_confident);
        score.wrong.push(line(if is_confident { "CONFIDENTLY WRONG" } else { "wrong" }));
    }
}

/// Each head over the same row of crash words; one that is no classifier must not become one by that row.
fn try_heads(folder: &Path) {
    let Ok(heads) = fs::read_to_string(folder.join("heads.txt")) else { return };
    let (mut right, mut total) = (0, 0);
    for line in heads.lines().filter(|line| !line.trim().is_empty()) {
        let (wanted, head) = line.split_once('|').unwrap();
        let columns = head.split('|').count();
        let rest = " words |".repeat(columns - 1);
        let markdown =
            format!("# T\n\n| {head} |\n|{}\n| `OOMKilled` |{rest}\n| exit code 137 |{rest}\n", "---|".repeat(columns));
        let book = text::parse(&markdown);
        let is_found = find_classifier(&book.blocks, &book.commands).is_some();
        total += 1;
        if is_found == (wanted == "y") {
            right += 1;
        } else {
            println!("head: {line} is {is_found}");
        }
    }
    println!("heads: {right} of {total}");
}

fn try_wordings(folder: &Path) {
    let Ok(wordings) = fs::read_to_string(folder.join("wordings.txt")) else { return };
    let (mut read, mut total) = (0, 0);
    for line in wordings.lines().filter(|line| !line.trim().is_empty()) {
        let markdown = format!("# T\n\n| Symptom | Cause |\n|---|---|\n| {line} | x |\n| `OOMKilled` | y |\n");
        let book = text::parse(&markdown);
        let (_, classifier) = find_classifier(&book.blocks, &book.commands).unwrap();
        let rule = &classifier.rules[0];
        total += 1;
        read += usize::from(!matches!(rule.reading, RuleReading::Unread { .. }));
        println!("wording: {line}\n      {:?}", rule.reading);
    }
    println!("wordings: {read} of {total} read");
}

/// `VERDICT_RUNBOOK=FILE`: what each row of a runbook is read as, and where it leads.
#[test]
fn bench_of_a_runbook_given_by_environment() {
    let Some(file) = env::var_os("VERDICT_RUNBOOK") else {
        println!("NOT RUN: set VERDICT_RUNBOOK to a Markdown file.");
        return;
    };
    let book = text::parse(&fs::read_to_string(file).unwrap());
    let Some((_, classifier)) = find_classifier(&book.blocks, &book.commands) else {
        println!("no classifier");
        return;
    };
    for rule in &classifier.rules {
        println!("{}\n    read as {:?}\n    leads to {:?}", rule.pattern, rule.read_as(), rule.leads_to);
    }
}
