//! `cargo xtask VERB`: set-up, build, demo and tests. Each verb installs what it needs and is quick the second time.
//!
//! Has no dependencies, so that it starts in a second on a fresh clone; what needs some is the program `bundle`.

mod bench;
mod build;
mod client;
mod end2end;
mod image;
mod run;
mod setup;
mod target;
mod test;
mod tools;
mod weight;
mod workshop;

use std::env;
use std::process::ExitCode;

use run::{Outcome, trouble};
use workshop::Workshop;

/// A verb: its name, what it does, and the function that does it.
struct Verb {
    name: &'static str,
    summary: &'static str,
    act: fn(&Workshop, &[String]) -> Outcome,
}

const VERBS: &[Verb] = &[
    Verb {
        name: "demo",
        summary: "[ARGUMENTS]  build what is missing and run the portal on the simulated homelab",
        act: build::run_demo,
    },
    Verb {
        name: "test",
        summary: "[SUITE...]   install what is missing and run every suite, or those named (quick, unit, e2e, ...)",
        act: test::run_test,
    },
    Verb {
        name: "look",
        summary: "[FOLDER]     take screenshots: phone and desktop, light and dark",
        act: end2end::run_look,
    },
    Verb {
        name: "client",
        summary: "             build the browser's half: script, WebAssembly, style sheet",
        act: client::run_client,
    },
    Verb {
        name: "release",
        summary: "             build the binary for use, with the browser's half inside",
        act: build::run_release,
    },
    Verb {
        name: "image",
        summary: "[--binary FILE] [--site FOLDER] [--output FILE] [--name NAME]  make an OCI archive of the release, without a daemon",
        act: image::run_image,
    },
    Verb {
        name: "bench",
        summary: "[--binary FILE] [--quick]  measure what docs/scale.md tells, and write a report",
        act: bench::run_bench,
    },
];

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let name = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let outcome = match name.as_deref() {
        None | Some("help" | "--help" | "-h") => {
            list_verbs();
            Ok(())
        }
        Some(name) => match VERBS.iter().find(|verb| verb.name == name) {
            Some(verb) => Workshop::find().and_then(|workshop| (verb.act)(&workshop, &rest)),
            None => trouble(format!("there is no verb {name:?}; `cargo xtask` alone lists them")),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn list_verbs() {
    println!("cargo xtask VERB\n");
    for verb in VERBS {
        println!("  {:<8} {}", verb.name, verb.summary);
    }
}
