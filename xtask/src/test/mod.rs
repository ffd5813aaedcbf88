//! The verb `test`: every suite in turn, whatever became of the one before, and at the end what ran and what did not.

mod counted;
mod suites;

use std::time::Instant;

use crate::run::{Outcome, say, trouble};
use crate::workshop::Workshop;
use suites::SUITES;

/// What became of one suite.
pub(crate) enum Verdict {
    /// All of it held: tests passed, where they can be counted, and a word on it.
    Passed { tests: usize, note: String },
    /// Tests passed, tests failed, and why.
    Failed { passed: usize, failed: usize, reason: String },
    /// It could not run here, which is said, and is no failure.
    NotRun { reason: String },
}

/// The suites that need no client and no browser.
const QUICK: [&str; 3] = ["fmt", "clippy", "unit"];

/// Runs all suites, or those named: a suite's name, or `quick`.
pub(crate) fn run_test(workshop: &Workshop, arguments: &[String]) -> Outcome {
    let mut wanted: Vec<&str> = Vec::new();
    for argument in arguments {
        match argument.as_str() {
            "quick" => wanted.extend(QUICK),
            name if SUITES.iter().any(|suite| suite.name == name) => wanted.push(name),
            other => {
                let names: Vec<_> = SUITES.iter().map(|suite| suite.name).collect();
                return trouble(format!("there is no suite {other:?}; there are quick, {}", names.join(", ")));
            }
        }
    }
    let (mut passed, mut failed) = (0, 0);
    let mut rows = Vec::new();
    for suite in SUITES.iter().filter(|suite| wanted.is_empty() || wanted.contains(&suite.name)) {
        say(format!("--- {}: {}", suite.name, suite.summary));
        let started = Instant::now();
        let asked_for = wanted.contains(&suite.name);
        let verdict = (suite.act)(workshop, asked_for).unwrap_or_else(|reason| Verdict::failed(reason.to_string()));
        passed += verdict.passed();
        failed += verdict.count_failed();
        rows.push(format!("  {:<12} {:>4} s  {}", suite.name, started.elapsed().as_secs(), verdict.describe()));
    }
    println!("\n{}\n\n{passed} passed, {failed} failed", rows.join("\n"));
    if failed == 0 { Ok(()) } else { trouble("not all suites passed") }
}

impl Verdict {
    /// A suite without countable tests counts as one.
    pub(crate) fn passed_as_one() -> Self {
        Self::Passed { tests: 1, note: String::new() }
    }

    /// Failed as a whole.
    pub(crate) fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { passed: 0, failed: 1, reason: reason.into() }
    }

    fn passed(&self) -> usize {
        match self {
            Self::Passed { tests, .. } => *tests,
            Self::Failed { passed, .. } => *passed,
            Self::NotRun { .. } => 0,
        }
    }

    fn count_failed(&self) -> usize {
        match self {
            Self::Failed { failed, .. } => *failed,
            Self::Passed { .. } | Self::NotRun { .. } => 0,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Passed { tests: 1, note } => format!("passed {note}"),
            Self::Passed { tests, note } => format!("passed, {tests} tests {note}"),
            Self::Failed { passed, failed, reason } => format!("FAILED, {failed} of {}: {reason}", passed + failed),
            Self::NotRun { reason } => format!("not run: {reason}"),
        }
    }
}
