//! Public runbooks of many hands: all of them are read, and what was read holds together.

use std::{collections::BTreeMap, time::Instant};

use command::check::Reading;
use text::{
    parse,
    runbook::{Block, Runbook},
};

use crate::shared;

#[test]
fn reads_every_file_and_what_it_reads_holds_together() {
    let files = shared::corpus();
    assert!(files.len() > 400, "the corpus has shrunk to {} files", files.len());
    let started = Instant::now();
    let read: Vec<Runbook> = files.iter().map(|(_, text)| parse(text)).collect();
    let took = started.elapsed();
    let mut problems: BTreeMap<&str, usize> = BTreeMap::new();
    for ((path, text), runbook) in files.iter().zip(&read) {
        assert_holds_together(runbook, text, &path.display().to_string());
        runbook.problems.iter().for_each(|problem| *problems.entry(problem.code.as_str()).or_default() += 1);
    }
    let sum = |count: fn(&Runbook) -> usize| read.iter().map(count).sum::<usize>();
    println!("{} files in {took:?} (budget of a release build: 0.5 s)", files.len());
    println!("{} commands in {} steps", sum(|runbook| runbook.commands.len()), sum(|runbook| runbook.steps.len()));
    let mut readings: BTreeMap<&str, usize> = BTreeMap::new();
    let all = read.iter().flat_map(|runbook| &runbook.commands);
    all.for_each(|command| *readings.entry(word(&command.reading)).or_default() += 1);
    println!("{readings:?}");
    println!("files with a step: {}", read.iter().filter(|runbook| !runbook.steps.is_empty()).count());
    println!("problems: {problems:?}");
}

/// What a command becomes, in a word.
fn word(reading: &Reading) -> &'static str {
    match reading {
        Reading::Check { .. } => "check",
        Reading::Refused(_) => "refused",
        Reading::Unknown(_) => "unknown",
    }
}

/// What must be true of any text, however it is written.
pub(crate) fn assert_holds_together(runbook: &Runbook, text: &str, name: &str) {
    let line_count = text.split('\n').count();
    for problem in &runbook.problems {
        assert!(text.get(problem.span.clone()).is_some(), "{name}: {problem:?} lies outside the file");
        assert!((1..=line_count).contains(&problem.line), "{name}: {problem:?}");
    }
    for command in &runbook.commands {
        assert!((1..=line_count).contains(&command.line), "{name}: {command:?}");
        let written = text.get(command.span.clone()).unwrap_or_else(|| panic!("{name}: {command:?}"));
        // Secrets and control characters stand in the file as they were, and not in the command.
        if let Some(word) = command.text.split_whitespace().next().filter(|word| word.is_ascii()) {
            // In YAML an expression may be quoted, and its own quotes escaped.
            let word = word.split(['"', '\'', '\\']).next().unwrap_or_default();
            assert!(written.starts_with(word), "{name}: {written:?} {command:?}");
        }
        assert_eq!(runbook.command(&command.id).map(|found| found.line), Some(command.line), "{name}: ids are unique");
        for mark in &command.marks {
            assert!(command.text.get(mark.span.clone()).is_some(), "{name}: {command:?}");
        }
    }
    for reference in &runbook.references {
        assert!(text.get(reference.span.clone()).is_some(), "{name}: {reference:?}");
    }
    let mut end = 0;
    for step in &runbook.steps {
        assert!(step.blocks.start >= end && step.blocks.end <= runbook.blocks.len(), "{name}: {step:?}");
        assert!(step.commands.end <= runbook.commands.len(), "{name}: {step:?}");
        assert!(matches!(&runbook.blocks[step.blocks.start], Block::Heading { id, .. } if *id == step.id), "{name}");
        end = step.blocks.end;
    }
    let mut ids: Vec<&str> = runbook.blocks.iter().filter_map(heading_id).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{name}: anchors are unique");
}

fn heading_id(block: &Block) -> Option<&str> {
    if let Block::Heading { id, .. } = block { Some(id) } else { None }
}
