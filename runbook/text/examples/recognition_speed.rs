//! How many commands a second one core recognises, and how long a folder of runbooks takes to read:
//! `cargo run --release -p runbook --example recognition_speed FILE [FOLDER]`, where FILE holds one JSON object a line
//! with a `command`. Counts the time on the processor, so that what else runs on the machine does not matter.

use std::{
    env,
    error::Error,
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    time::Instant,
};

use command::recognition::recognise;

/// How often the whole file is read.
const ROUNDS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let path = arguments.next().ok_or("name a file of commands")?;
    let mut commands = Vec::new();
    for line in fs::read_to_string(path)?.lines() {
        let value: serde_json::Value = serde_json::from_str(line)?;
        commands.push(value["command"].as_str().ok_or("a line has no command")?.to_owned());
    }
    // The first round pays for what is made once.
    commands.iter().for_each(|command| drop(black_box(recognise(command))));
    let (seconds, wall) = time(|| {
        for _ in 0..ROUNDS {
            commands.iter().for_each(|command| drop(black_box(recognise(command))));
        }
    })?;
    let count = ROUNDS * commands.len();
    println!(
        "{count} commands in {seconds:.2} s on the processor ({wall:.2} s): {:.0} a second",
        count as f64 / seconds
    );
    if let Some(folder) = arguments.next() {
        let mut texts = Vec::new();
        read_folder(Path::new(&folder), &mut texts)?;
        let (seconds, wall) = time(|| texts.iter().for_each(|text| drop(black_box(text::parse(text)))))?;
        println!("{} files in {seconds:.3} s on the processor ({wall:.3} s)", texts.len());
    }
    Ok(())
}

/// Seconds on the processor, and by the clock.
fn time(work: impl FnOnce()) -> Result<(f64, f64), Box<dyn Error>> {
    let (start, clock) = (processor_ns()?, Instant::now());
    work();
    Ok(((processor_ns()? - start) as f64 / 1e9, clock.elapsed().as_secs_f64()))
}

/// What this thread has spent, as Linux counts it.
fn processor_ns() -> Result<u64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().ok_or("schedstat is empty")?.parse()?)
}

fn read_folder(folder: &Path, texts: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            read_folder(&path, texts)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            texts.push(String::from_utf8_lossy(&fs::read(path)?).into_owned());
        }
    }
    Ok(())
}
