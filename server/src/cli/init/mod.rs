//! `runlight init`: writes a commented configuration from what is there. Never overwrites a file, writes no secret, and
//! asks nothing with `--yes`.

mod ask;
mod document;
mod found;

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use self::{ask::Ask, found::Home};
use super::PathBuf;

/// `runlight init`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file to write. One that is there already is left alone.
    #[arg(long, short, value_name = "FILE", default_value = "runlight.toml")]
    output: PathBuf,
    /// A kubeconfig, in place of $KUBECONFIG or ~/.kube/config.
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// A folder of runbooks; may be given several times.
    #[arg(long, value_name = "DIR")]
    runbooks: Vec<PathBuf>,
    /// The address of a Proxmox VE node; may be given several times.
    #[arg(long, value_name = "ADDRESS")]
    proxmox: Vec<String>,
    /// Ask nothing: take every context that can be used, and what the options name.
    #[arg(long, short)]
    yes: bool,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    // Before anything is asked: nobody should answer questions in vain.
    if arguments.output.symlink_metadata().is_ok() {
        return super::refuse(is_there(&arguments.output));
    }
    let runtime = match super::start_runtime() {
        Ok(runtime) => runtime,
        Err(error) => return super::refuse(error),
    };
    let mut ask = Ask::new(!arguments.yes);
    let found = runtime.block_on(found::look(arguments, &Home::of_this_process(), &mut ask));
    runtime.shutdown_background();
    let found = match found {
        Ok(found) => found,
        Err(sentence) => return super::refuse(sentence),
    };
    let text = document::write(&found);
    if let Err(error) = create(&arguments.output, &text) {
        return super::refuse(match error.kind() {
            io::ErrorKind::AlreadyExists => is_there(&arguments.output),
            _ => format!("{} cannot be written: {error}. Give another path with --output.", arguments.output.display()),
        });
    }
    let written = super::output::print(|out| tell(&found, &arguments.output, out));
    written.unwrap_or(ExitCode::SUCCESS)
}

fn is_there(path: &Path) -> String {
    format!(
        "{} is there already, and is never overwritten. Move it away, or give another path with --output.",
        path.display()
    )
}

/// Creates the file; whoever makes one at the same moment keeps theirs.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a configuration would keep the next attempt from writing a whole one.
        drop(std::fs::remove_file(path));
    }
    written
}

/// What was written, what is left to do, and how to see whether it works.
fn tell(found: &found::Found, path: &Path, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Wrote {}.", path.display())?;
    found.notes.iter().try_for_each(|note| writeln!(out, "  {}", document::on_one_line(note)))?;
    for host in &found.proxmox {
        if let Some(fingerprint) = &host.fingerprint {
            writeln!(out, "\n{} shows the certificate\n  {fingerprint}", host.url)?;
            writeln!(
                out,
                "Compare it with its panel: the node, System, Certificates. Make a token that only reads, there as root:"
            )?;
            document::PVEUM.iter().try_for_each(|line| writeln!(out, "  {line}"))?;
            let token = path.with_file_name(document::token_file(&host.section));
            writeln!(
                out,
                "and put one line into {}, readable by you alone: {}",
                token.display(),
                document::TOKEN_FORM
            )?;
        }
    }
    writeln!(out, "\nSee what it can read:  runlight doctor --config {}", path.display())
}
