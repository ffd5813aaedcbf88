//! Measures a `runlight` that was built before, from outside, as its readers meet it: `bench RUNLIGHT [--quick] [--output
//! FOLDER]`. Writes a report as Markdown and as JSON. A binary for development is measured, too, and the report says that
//! its figures mean nothing.

mod cluster;
mod measure;
mod pages;
mod portal;
mod report;
mod streams;

use std::{
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
};

use report::{Report, Row};

/// What most functions here return.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
struct Scale {
    /// Pods of the three portals that are compared.
    pods: [usize; 3],
    /// Runbooks of three libraries.
    runbooks: [usize; 3],
    /// How often each page is read.
    reads: usize,
    /// Pages that are followed at the same time.
    readers: usize,
    /// Changes that all of them must hear of.
    changes: usize,
}

const WHOLE: Scale =
    Scale { pods: [5_000, 20_000, 50_000], runbooks: [300, 1_000, 3_000], reads: 300, readers: 1_000, changes: 20 };
/// To see that the command works.
const QUICK: Scale = Scale { pods: [100, 200, 400], runbooks: [20, 40, 80], reads: 10, readers: 20, changes: 3 };

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome {
    let mut runlight = None;
    let mut output = PathBuf::from(".");
    let mut scale = WHOLE;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--quick" => scale = QUICK,
            "--output" => output = words.next().ok_or("--output wants a folder")?.into(),
            other if runlight.is_none() && !other.starts_with('-') => runlight = Some(PathBuf::from(other)),
            other => return Err(format!("what is {other}? bench RUNLIGHT [--quick] [--output FOLDER]").into()),
        }
    }
    let runlight = runlight.ok_or("which runlight? bench RUNLIGHT [--quick] [--output FOLDER]")?;
    portal::allow_many_files();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(measure_all(&runlight, scale))?;
    std::fs::create_dir_all(&output)?;
    std::fs::write(output.join("bench.md"), report.to_markdown())?;
    std::fs::write(output.join("bench.json"), serde_json::to_string_pretty(&report)?)?;
    println!("{}", report.to_markdown());
    Ok(())
}

async fn measure_all(runlight: &Path, scale: Scale) -> Outcome<Report> {
    let mut report = Report::about(runlight)?;
    say("a page of a crashing pod, in the demo");
    report.rows.extend(pages::of_the_demo(runlight, scale.reads).await?);
    for pods in scale.pods {
        say(&format!("{pods} pods"));
        report.rows.extend(pages::over_pods(runlight, pods, scale.reads).await?);
    }
    say(&format!("{} pages that follow one cluster", scale.readers));
    report.rows.extend(streams::followed(runlight, scale.pods[0], scale.readers, scale.changes).await?);
    for runbooks in scale.runbooks {
        say(&format!("{runbooks} runbooks"));
        report.rows.push(pages::of_library(runlight, runbooks).await?);
    }
    Ok(report)
}

fn say(what: &str) {
    eprintln!("bench: {what}");
}

/// A row of the report.
fn row(what: &str, size: usize, value: f64, unit: &'static str) -> Row {
    Row { what: what.to_owned(), size, value, unit }
}
