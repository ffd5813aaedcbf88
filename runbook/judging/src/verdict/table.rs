//! A runbook's table as a classifier: finds its columns by their heads and reads each row's first cell.

use document::problem::{Problem, Severity};
use text::{
    plain,
    runbook::{Block, Command, Inline, RowPlace, Runbook, TableBlock},
};

use super::{Classifier, Rule, RuleReading, pattern::read_pattern, tokens::tokenise, words};

/// Reads a table whose first column describes patterns and another one explains them or says what to do. `None` when
/// it is another kind of table, or when not one of its rows can be judged.
pub fn read_table(table: &TableBlock, commands: &[Command]) -> Option<Classifier> {
    let heads: Vec<String> = table.head.iter().map(|cell| fold(&plain(cell, commands))).collect();
    let first = heads.first()?;
    let column = |known: &[&str]| heads.iter().skip(1).position(|head| known.contains(&head.as_str())).map(|at| at + 1);
    let cause = column(&words::CAUSE_HEADS);
    let action = column(&words::ACTION_HEADS);
    if !words::PATTERN_HEADS.contains(&first.as_str()) || (cause.is_none() && action.is_none()) {
        return None;
    }
    let is_about_exit_codes = first.contains("exit code");
    let read_row = |row: &Vec<Vec<Inline>>| {
        let text = |column: Option<usize>| {
            column.and_then(|at| row.get(at)).map_or_else(String::new, |cell| one_line(&plain(cell, commands)))
        };
        let tokens = row.first().map_or_else(Vec::new, |cell| tokenise(cell, commands));
        Rule {
            pattern: text(Some(0)),
            cause: text(cause),
            action: text(action),
            reading: read_pattern(&tokens, is_about_exit_codes),
        }
    };
    let rules: Vec<Rule> = table.rows.iter().map(read_row).collect();
    let is_judged = |rule: &Rule| matches!(rule.reading, RuleReading::When(_));
    rules.iter().any(is_judged).then(|| Classifier { head: plain(&table.head[0], commands), rules })
}

/// The first classifier among blocks, with the index of its block; looks into quotes and collapsed parts too.
pub fn find_classifier(blocks: &[Block], commands: &[Command]) -> Option<(usize, Classifier)> {
    blocks.iter().enumerate().find_map(|(at, block)| read_block(block, commands).map(|classifier| (at, classifier)))
}

fn read_block(block: &Block, commands: &[Command]) -> Option<Classifier> {
    match block {
        Block::Table(table) => read_table(table, commands),
        Block::Quote { content, .. } | Block::Details { content, .. } => {
            find_classifier(content, commands).map(|(_, classifier)| classifier)
        }
        _ => None,
    }
}

/// Rows of tables of causes that cannot be judged, for lint.
pub fn find_unjudged_rows(runbook: &Runbook) -> Vec<Problem> {
    let mut problems = Vec::new();
    collect_unjudged_rows(&runbook.blocks, &runbook.commands, &mut problems);
    problems
}

fn collect_unjudged_rows(blocks: &[Block], commands: &[Command], problems: &mut Vec<Problem>) {
    for block in blocks {
        match block {
            Block::Quote { content, .. } | Block::Details { content, .. } => {
                collect_unjudged_rows(content, commands, problems);
            }
            Block::Table(table) => {
                let classifier = read_table(table, commands);
                for (row, why) in classifier.iter().flat_map(Classifier::unread) {
                    let RowPlace { line, span } = table.places[row].clone();
                    problems.push(Problem {
                        severity: Severity::Info,
                        code: "unjudged-table-row".into(),
                        message: format!("This row of the table is left to the reader: {why}."),
                        help: Some("Name a state, an exit code, or the words of a log line in backticks.".into()),
                        line,
                        span,
                    });
                }
            }
            _ => {}
        }
    }
}

fn fold(head: &str) -> String {
    one_line(head).trim_matches(['*', ':', ' ']).to_lowercase()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
