//! The page-weight report: what a phone downloads before a page is usable, compressed as it is sent.

use std::fs;

use crate::build::Built;
use crate::end2end::Portal;
use crate::run::{Outcome, Trouble};
use crate::test::Verdict;
use crate::workshop::Workshop;

/// The design's budget for script and WebAssembly together.
const BUDGET_BYTES: u64 = 100_000;

/// Above this the suite fails: a tenth more than the budget is a bug.
const LIMIT_BYTES: u64 = 110_000;

/// Prints the report and judges script and WebAssembly against the limit.
pub(crate) fn judge(workshop: &Workshop, built: &Built) -> Outcome<Verdict> {
    let site = &built.site;
    let manifest = fs::read_to_string(site.join("manifest"))?;
    let mut code_bytes = 0;
    println!("\n  compressed (brotli)      bytes");
    for name in manifest.lines().filter_map(|line| line.strip_prefix("pkg ")) {
        let bytes = fs::metadata(site.join(format!("{name}.br")))?.len();
        let kind = name.rsplit('.').next().unwrap_or(name);
        println!("  {kind:<20} {bytes:>9}");
        if kind == "js" || kind == "wasm" {
            code_bytes += bytes;
        }
    }
    println!("  js + wasm            {code_bytes:>9}   budget {BUDGET_BYTES}, limit {LIMIT_BYTES}");
    report_pages(workshop, built)?;
    println!();

    let sizes = format!("{:.1} KB of script and WebAssembly", kilobytes(code_bytes));
    Ok(match code_bytes {
        0 => Verdict::failed("the site has no script"),
        bytes if bytes <= BUDGET_BYTES => Verdict::Passed { tests: 1, note: format!("({sizes})") },
        bytes if bytes <= LIMIT_BYTES => {
            Verdict::Passed { tests: 1, note: format!("({sizes}: over the design's {BUDGET_BYTES} bytes)") }
        }
        _ => Verdict::failed(format!("{sizes}, over the limit of {LIMIT_BYTES} bytes")),
    })
}

/// The HTML of the home page and of the first alert's page, as the real binary sends it.
fn report_pages(workshop: &Workshop, built: &Built) -> Outcome {
    let portal = Portal::start(workshop, built)?;
    let first = portal.links.first().ok_or_else(|| Trouble("the demo printed no alert link".to_owned()))?;
    for (name, address) in [("html, home", &portal.address), ("html, runbook", first)] {
        println!("  {name:<20} {:>9}", portal.compressed_bytes(address)?);
    }
    Ok(())
}

fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1000.0
}
