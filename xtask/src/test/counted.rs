//! Counts tests out of what a test runner prints, while the reader sees it as it comes.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::Verdict;
use crate::run::{Outcome, Trouble, say, show};

/// Runs tests of cargo or Playwright, or a script that runs both, and adds up what their summaries say.
pub(super) fn run_counted(command: &mut Command) -> Outcome<Verdict> {
    count(command, |line| cargo_summary(line).or_else(|| playwright_summary(line)))
}

/// `test result: ok. 12 passed; 0 failed; …`: tests passed and failed.
fn cargo_summary(line: &str) -> Option<(usize, usize)> {
    let rest = line.strip_prefix("test result: ")?;
    Some((number_before(rest, " passed").unwrap_or(0), number_before(rest, " failed").unwrap_or(0)))
}

/// `12 passed (1.5m)`: Playwright's summary has one line per kind.
fn playwright_summary(line: &str) -> Option<(usize, usize)> {
    let mut words = line.split_whitespace();
    let number = words.next()?.parse().ok()?;
    match words.next()? {
        "passed" => Some((number, 0)),
        "failed" | "flaky" | "interrupted" => Some((0, number)),
        _ => None,
    }
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
    fn reads_the_summaries_of_both_runners() {
        assert_eq!(cargo_summary("test result: FAILED. 12 passed; 3 failed; 0 ignored"), Some((12, 3)));
        assert_eq!(playwright_summary("12 passed (1.5m)"), Some((12, 0)));
        assert_eq!(playwright_summary("1 flaky"), Some((0, 1)));
        assert_eq!(playwright_summary("1 tests/on/live.spec.ts"), None);
    }
}
