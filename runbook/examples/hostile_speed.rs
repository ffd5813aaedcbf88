//! What hostile files cost to read, and how that grows with their size:
//! `cargo run --release -p runbook --example hostile_speed [KIB] [NAME]`. Every shape is read at four sizes, each twice the one
//! before; the last column is the growth from the smallest to the largest, where 8 is linear. Counts the time on the
//! processor, so that what else runs on the machine does not matter.

#[path = "../tests/hostile/mod.rs"]
mod hostile;

use std::{error::Error, fs, hint::black_box};

use hostile::SHAPES;

/// How often the size is doubled.
const DOUBLINGS: u32 = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let first_bytes = 1024 * arguments.next().map_or(Ok(64), |kib| kib.parse::<usize>())?;
    let wanted = arguments.next().unwrap_or_default();
    black_box(runbook::parse("# Made once\n\n```bash\nkubectl get pods | grep x | jq .\n```\n"));
    println!("{:40} {:>8} {:>8} {:>8} {:>8}  growth", "milliseconds", "1", "2", "4", "8");
    for (name, make) in SHAPES.iter().filter(|(name, _)| name.contains(&wanted)) {
        let mut spent_ms = Vec::new();
        print!("{name:40}");
        for doubling in 0..=DOUBLINGS {
            let text = make(first_bytes << doubling);
            let start = processor_ns()?;
            black_box(runbook::parse(&text));
            let ms = (processor_ns()? - start) as f64 / 1e6;
            print!(" {ms:8.2}");
            spent_ms.push(ms);
            if ms > 5_000.0 {
                break;
            }
        }
        println!("  {:.1}", spent_ms.last().unwrap_or(&0.0) / spent_ms.first().unwrap_or(&1.0));
    }
    Ok(())
}

/// What this thread has spent, as Linux counts it.
fn processor_ns() -> Result<u64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().ok_or("schedstat is empty")?.parse()?)
}
