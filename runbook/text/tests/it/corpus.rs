//! Runbooks of every style that matters: all of them are read, and what was read holds together.

use command::check::Reading;
use text::{
    parse,
    runbook::{Block, Runbook},
};

use crate::shared;

#[test]
fn reads_every_style_and_what_it_reads_holds_together() {
    let files = shared::library();
    for (path, text) in &files {
        assert_holds_together(&parse(text), text, &path.display().to_string());
    }
    let read: Vec<Runbook> = files.iter().map(|(_, text)| parse(text)).collect();
    let checks = read.iter().flat_map(|runbook| &runbook.commands);
    let checks = checks.filter(|command| matches!(command.reading, Reading::Check { .. })).count();
    assert!(checks >= 70, "{checks} checks");
    assert_eq!(read.iter().filter(|runbook| runbook.title.is_empty()).count(), 0, "each has a title");
    let stepless: Vec<_> = files.iter().zip(&read).filter(|(_, runbook)| runbook.steps.is_empty()).collect();
    assert!(stepless.len() < files.len() / 2, "{} of {} have no step", stepless.len(), files.len());
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
