//! The binary `runlight`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    server::cli::Arguments::parse().run()
}
