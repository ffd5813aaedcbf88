//! The verb `bench`: the figures of docs/scale.md, measured again on this machine.

use std::path::PathBuf;

use crate::build::{SELECTION, run_release};
use crate::run::{Outcome, Trouble, run, say};
use crate::workshop::Workshop;

/// Measures the release, or the binary that `--binary` names; `--quick` only shows that it works.
pub(crate) fn run_bench(workshop: &Workshop, arguments: &[String]) -> Outcome {
    let mut binary = None;
    let mut rest: Vec<&str> = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--binary" => {
                let named = words.next().ok_or_else(|| Trouble("--binary wants a file".to_owned()))?;
                binary = Some(workshop.root.join(PathBuf::from(named)));
            }
            other => rest.push(other),
        }
    }
    let binary = match binary {
        Some(binary) => binary,
        None => {
            run_release(workshop, &[])?;
            workshop.target.join("release/runlight")
        }
    };
    // Readers must not be what is slow, but they need no build of their own either.
    run(workshop.cargo().arg("build").args(SELECTION).args(["--bin", "bench"]))?;
    let output = workshop.target.join("bench");
    let mut bench = workshop.command(&workshop.target.join("debug/bench").to_string_lossy());
    run(bench.arg(&binary).arg("--output").arg(&output).args(&rest))?;
    say(format!("the report is {}", output.join("bench.md").display()));
    Ok(())
}
