//! How many commands a second one core recognises: `cargo run --release -p runbook --example recognition_speed FILE`,
//! where FILE holds one JSON object a line with a `command`.

use std::{env, error::Error, fs, hint::black_box, time::Instant};

use runbook::command::recognise;

/// How often the whole file is read.
const ROUNDS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("name a file of commands")?;
    let mut commands = Vec::new();
    for line in fs::read_to_string(path)?.lines() {
        let value: serde_json::Value = serde_json::from_str(line)?;
        commands.push(value["command"].as_str().ok_or("a line has no command")?.to_owned());
    }
    // The first round pays for what is made once.
    commands.iter().for_each(|command| drop(black_box(recognise(command))));
    let start = Instant::now();
    for _ in 0..ROUNDS {
        commands.iter().for_each(|command| drop(black_box(recognise(command))));
    }
    let seconds = start.elapsed().as_secs_f64();
    let count = ROUNDS * commands.len();
    println!("{count} commands in {seconds:.2} s: {:.0} a second", count as f64 / seconds);
    let mut slowest: Vec<(u128, &str)> = Vec::new();
    for command in &commands {
        let start = Instant::now();
        drop(black_box(recognise(command)));
        slowest.push((start.elapsed().as_micros(), command));
    }
    slowest.sort_unstable_by(|a, b| b.cmp(a));
    for (micros, command) in slowest.iter().take(12) {
        println!("{micros:6} us  {}", command.replace('\n', " "));
    }
    Ok(())
}
