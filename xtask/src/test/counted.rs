//! Counts tests out of what a test runner prints, while the reader sees it as it comes.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::Verdict;
use crate::run::{Outcome, Trouble, say, show};

/// Runs tests of cargo or Playwright, or a script that runs both, and adds up what their summaries say.
pub(super) fn run_counted(command: &mut Command) -> Outcome<Verdict> {
    count(command, |line| cargo_summary(line).or_else(|| playwright_summary(line)))
}

/// What a summary counts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    passed: usize,
    failed: usize,
    /// Tests that say that they could not run here.
    not_run: usize,
}

/// `test result: ok. 12 passed; 0 failed; 3 ignored; …`.
fn cargo_summary(line: &str) -> Option<Count> {
    let rest = line.strip_prefix("test result: ")?;
    let number = |word| number_before(rest, word).unwrap_or(0);
    Some(Count { passed: number(" passed"), failed: number(" failed"), not_run: number(" ignored") })
}

/// `12 passed (1.5m)`: Playwright's summary has one line per kind.
fn playwright_summary(line: &str) -> Option<Count> {
    let mut words = line.split_whitespace();
    let number = words.next()?.parse().ok()?;
    match words.next()? {
        "passed" => Some(Count { passed: number, ..Count::default() }),
        "failed" | "flaky" | "interrupted" => Some(Count { failed: number, ..Count::default() }),
        "skipped" => Some(Count { not_run: number, ..Count::default() }),
        _ => None,
    }
}

fn count(command: &mut Command, read: impl Fn(&str) -> Option<Count>) -> Outcome<Verdict> {
    say(show(command));
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().ok_or_else(|| Trouble("the tests have no output to read".to_owned()))?;
    let mut sum = Count::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        if let Some(more) = read(line.trim()) {
            sum.passed += more.passed;
            sum.failed += more.failed;
            sum.not_run += more.not_run;
        }
    }
    let status = child.wait()?;
    let Count { passed, failed, not_run } = sum;
    Ok(match (status.success(), failed) {
        (true, 0) if passed == 0 && not_run > 0 => {
            Verdict::NotRun { reason: format!("none of its {not_run} tests could run here; each says why above") }
        }
        (true, 0) => {
            let note = if not_run == 0 { String::new() } else { format!("({not_run} not run: each says why above)") };
            Verdict::Passed { tests: passed, note }
        }
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
        let count = |passed, failed, not_run| Some(Count { passed, failed, not_run });
        let line = "test result: FAILED. 12 passed; 3 failed; 22 ignored; 0 measured; 0 filtered out";
        assert_eq!(cargo_summary(line), count(12, 3, 22));
        assert_eq!(playwright_summary("12 passed (1.5m)"), count(12, 0, 0));
        assert_eq!(playwright_summary("1 flaky"), count(0, 1, 0));
        assert_eq!(playwright_summary("2 skipped"), count(0, 0, 2));
        assert_eq!(playwright_summary("1 tests/on/live.spec.ts"), None);
    }
}
