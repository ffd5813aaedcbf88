//! A runbook's table as a classifier: finds its columns by their heads and reads each row's first cell.

use std::ops::Range;

use crate::{
    document::{Block, Command, Inline, TableBlock},
    text::plain,
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

/// Rows of classifiers that cannot be judged: lint reports them. `text` is the file, to find the rows' lines in.
pub(crate) fn find_unread(blocks: &[Block], commands: &[Command], text: &str) -> Vec<(Range<usize>, String)> {
    let mut unread = Vec::new();
    for block in blocks {
        match block {
            Block::Quote { content, .. } | Block::Details { content, .. } => {
                unread.extend(find_unread(content, commands, text));
            }
            Block::Table(table) => {
                let classifier = read_table(table, commands);
                for (row, why) in classifier.iter().flat_map(Classifier::unread) {
                    let pattern = plain(&table.rows[row][0], commands);
                    unread.push((find_row(text, &pattern), why.to_owned()));
                }
            }
            _ => {}
        }
    }
    unread
}

/// The line of a table row whose first cell reads as `pattern`; the file's beginning when there is none.
fn find_row(text: &str, pattern: &str) -> Range<usize> {
    let bare = |cell: &str| cell.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let wanted = bare(pattern);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let cell = line.trim().trim_start_matches(['>', ' ']).trim_start_matches('|');
        if line.contains('|') && cell.split('|').next().is_some_and(|cell| bare(cell) == wanted) {
            return at..at + line.trim_end().len();
        }
        at += line.len();
    }
    0..0
}

fn fold(head: &str) -> String {
    one_line(head).trim_matches(['*', ':', ' ']).to_lowercase()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
