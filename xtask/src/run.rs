//! Starting other programs: said before, awaited, and judged by their exit status.

use std::fmt;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Why a verb could not do its work, in a sentence for the person at the keyboard.
#[derive(Debug)]
pub(crate) struct Trouble(pub(crate) String);

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// From here on a step's time is told.
const WORTH_TELLING: Duration = Duration::from_secs(10);

/// What most functions here return.
pub(crate) type Outcome<T = ()> = Result<T, Trouble>;

/// A trouble out of anything that reads as text.
pub(crate) fn trouble<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Trouble(text.into()))
}

/// Tells the reader what happens now.
pub(crate) fn say(text: impl fmt::Display) {
    eprintln!("xtask: {text}");
}

/// Runs to the end, with its output on the terminal. Says of a long one what it took.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let shown = show(command);
    say(&shown);
    let (started, processor_before) = (Instant::now(), processor_time_of_children());
    let status = command.status().map_err(|error| Trouble(format!("cannot start `{shown}`: {error}")))?;
    if started.elapsed() >= WORTH_TELLING {
        let processor = processor_time_of_children().zip(processor_before).map(|(after, before)| after - before);
        let processor = processor.map_or(String::new(), |time| format!(", {} s of processor time", time.as_secs()));
        say(format!("that took {} s{processor}", started.elapsed().as_secs()));
    }
    if status.success() { Ok(()) } else { trouble(format!("`{shown}` ended with {status}")) }
}

/// Processor time of all children that have ended, and of theirs; known on Linux alone. On a busy machine it says more
/// than the clock.
fn processor_time_of_children() -> Option<Duration> {
    children_in(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// The fields cutime and cstime of proc(5), which count hundredths of a second. The program's name before them may hold
/// anything, and ends with the last bracket.
fn children_in(stat: &str) -> Option<Duration> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(13);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Duration::from_millis((user + system) * 10))
}

/// Runs to the end, or stops it when `limit` has passed.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Outcome {
    let shown = show(command);
    say(&shown);
    let mut child = command.spawn().map_err(|error| Trouble(format!("cannot start `{shown}`: {error}")))?;
    let started = Instant::now();
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return trouble(format!("`{shown}` ended with {status}")),
            None if started.elapsed() > limit => {
                child.kill()?;
                child.wait()?;
                return trouble(format!("`{shown}` had no answer within {} s", limit.as_secs()));
            }
            None => thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// Runs quietly and gives what it wrote on standard output.
pub(crate) fn ask(command: &mut Command) -> Outcome<String> {
    let shown = show(command);
    let output =
        command.stderr(Stdio::piped()).output().map_err(|error| Trouble(format!("cannot start `{shown}`: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.trim().lines().last().unwrap_or("nothing on standard error").to_owned();
        return trouble(format!("`{shown}` ended with {}: {last}", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program of that name can be started at all.
pub(crate) fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// The command as a person would type it.
pub(crate) fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_time_of_children_after_a_name_with_brackets() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 100 2000 0 0 11 12 250 50 20 0 1 0 100 1000 100";
        assert_eq!(children_in(stat), Some(Duration::from_millis(3_000)));
        assert_eq!(children_in("7 (x) S 1"), None);
    }
}
