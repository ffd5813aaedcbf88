//! Printing for pipes: a reader that closes its end early, as `head` does, has seen enough. That is no error, and
//! never a panic.

use std::{
    io::{self, BufWriter, Write},
    process::ExitCode,
};

/// Prints to standard output. Returns the code to exit with at once, when not all could be printed: success when
/// nobody reads any more, a complaint when the disk is full.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Option<ExitCode> {
    judge(write_all(write, io::stdout().lock()))
}

/// Prints a line of a program that goes on either way, such as a server's addresses.
pub(super) fn announce(text: &str) {
    // Nobody reads: the server serves all the same.
    drop(write_all(|out| writeln!(out, "{text}"), io::stdout().lock()));
}

fn write_all(write: impl FnOnce(&mut dyn Write) -> io::Result<()>, to: impl Write) -> io::Result<()> {
    let mut out = BufWriter::new(to);
    write(&mut out).and_then(|()| out.flush())
}

fn judge(written: io::Result<()>) -> Option<ExitCode> {
    let cause = written.err()?;
    match cause.kind() {
        io::ErrorKind::BrokenPipe => Some(ExitCode::SUCCESS),
        _ => Some(super::refuse(format!("standard output cannot be written: {cause}"))),
    }
}
