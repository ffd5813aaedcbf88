//! Prints how long the store takes with 100,000 crashes in it: to keep one, to read an evidence page, to say how often a
//! crash was seen. `cargo run --release -p evidence --example evidence_speed [URL] [CRASHES]`.
#![allow(clippy::print_stdout, reason = "a benchmark prints")]

#[path = "../tests/conformance/kept.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod kept;

use std::time::{Duration, Instant};

use document::time::{DAY_MS, Timestamp};
use evidence::{Capture, Found, KeptLine, KeptLog, Mode, Store};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| format!("sqlite:{}", folder.path().join("evidence.db").display()));
    let crashes: u32 = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let store = Store::open(&url, Mode::Write).await?;
    let mut keeping = Vec::new();
    for number in 0..crashes {
        let capture = capture(number);
        let begun = Instant::now();
        store.keep(&capture, kept::NIGHT).await?;
        keeping.push(begun.elapsed());
    }
    let figures = store.figures().await?;
    println!(
        "{} with {} crashes, {} bytes a crash (compressed)",
        store.kind(),
        figures.crashes,
        figures.bytes / u64::from(crashes)
    );
    print("keep a crash", keeping);
    let (mut pages, mut seen, mut strips, mut searches) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for turn in 0..500_u32 {
        let capture = capture(turn.wrapping_mul(7_919) % crashes);
        let begun = Instant::now();
        let Found::Crash { row, .. } = store.find(&capture.id()).await? else { return Err("not found".into()) };
        let near = store.neighbours(&row).await?;
        if let Some(previous) = near.previous {
            store.capture(&previous.id).await?;
        }
        pages.push(begun.elapsed());
        let begun = Instant::now();
        store.seen(&capture.fingerprint(), kept::NIGHT).await?;
        seen.push(begun.elapsed());
        let begun = Instant::now();
        let mut subject = kept::web();
        subject.owner = capture.crash.owner.clone();
        store.by_hour(&subject, Timestamp(0)).await?;
        store.crashes_of(&subject, kept::NIGHT, kept::NIGHT.plus_ms(7 * DAY_MS), 200).await?;
        strips.push(begun.elapsed());
        if turn % 10 == 0 {
            let begun = Instant::now();
            store.search("refused owner-7", 20).await?;
            searches.push(begun.elapsed());
        }
    }
    print("read an evidence page (crash, neighbours, the one before)", pages);
    print("how often it was seen", seen);
    print("the strip of seven days", strips);
    print("search", searches);
    Ok(())
}

/// One crash of 200 owners over 30 days, with a log of some 200 lines.
fn capture(number: u32) -> Capture {
    let minutes = i64::from(number) * 43_200 / 100_000;
    let mut capture = kept::crash(&format!("pod-{number}"), 1, minutes);
    capture.crash.owner.name = format!("owner-{}", number % 200);
    let line = |at: u32| KeptLine {
        at: Some(capture.crash.at.plus_ms(i64::from(at))),
        text: format!("level=info msg=\"request {} of {number} took {} ms\" status=200", at * 31, at * number % 977),
    };
    capture.log = Ok(KeptLog::of_lines((0..200).map(line), true));
    capture.telling = Some(format!("dial tcp 10.0.0.{}:5432: connection refused", number % 250));
    capture
}

fn print(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    println!("{what}: p50 {:.2?}, p99 {:.2?}", at(50), at(99));
}
