//! Counts tests out of what a test runner prints, while the reader sees it as it comes.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::Verdict;
use crate::run::{Outcome, Trouble, say, show};

/// Runs and reads `cargo test`.
pub(super) fn cargo_tests(command: &mut Command) -> Outcome<Verdict> {
    count(command, |line| {
        let rest = line.strip_prefix("test result: ")?;
        Some((number_before(rest, " passed").unwrap_or(0), number_before(rest, " failed").unwrap_or(0)))
    })
}

/// Runs and reads Playwright, whose summary has one line per kind.
pub(super) fn playwright_tests(command: &mut Command) -> Outcome<Verdict> {
    count(command, |line| {
        let mut words = line.split_whitespace();
        let number = words.next()?.parse().ok()?;
        match words.next()? {
            "passed" => Some((number, 0)),
            "failed" | "flaky" | "interrupted" => Some((0, number)),
            _ => None,
        }
    })
}

fn count(command: &mut Command, read: impl Fn(&str) -> Option<(usize, usize)>) -> Outcome<Verdict> {
    say(show(command));
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().ok_or_else(|| Trouble("the tests have no output to read".to_owned()))?;
    let (mut passed, mut failed) = (0, 0);
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        if let Some((more_passed, more_failed)) = read(line.trim()) {
            passed += more_passed;
            failed += more_failed;
        }
    }
    let status = child.wait()?;
    Ok(match (status.success(), failed) {
        (true, 0) => Verdict::Passed { tests: passed, note: String::new() },
        (_, 0) => Verdict::Failed { passed, failed: 1, reason: format!("the run ended with {status}") },
        _ => Verdict::Failed { passed, failed, reason: "see above".to_owned() },
    })
}

/// The number right before a word: `number_before("ok. 5 passed; 0 failed", " passed")` is 5.
fn number_before(text: &str, word: &str) -> Option<usize> {
    text.split(word).next()?.rsplit([' ', ';']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_numbers_of_a_result_line() {
        let line = "ok. 12 passed; 3 failed; 0 ignored";
        assert_eq!(number_before(line, " passed"), Some(12));
        assert_eq!(number_before(line, " failed"), Some(3));
    }
}
