//! Starting other programs: said before, awaited, and judged by their exit status.

use std::fmt;
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

/// Runs to the end, with its output on the terminal.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let shown = show(command);
    say(&shown);
    let status = command.status().map_err(|error| Trouble(format!("cannot start `{shown}`: {error}")))?;
    if status.success() { Ok(()) } else { trouble(format!("`{shown}` ended with {status}")) }
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
