//! The suites, cheapest first. A new one is a row here.

use super::{Verdict, counted};
use crate::build::{Built, SELECTION};
use crate::client::Thoroughness;
use crate::run::{Outcome, ask, run};
use crate::target::{self, Compiler};
use crate::workshop::Workshop;
use crate::{end2end, tools, weight};

/// One suite.
pub(super) struct Suite {
    /// What it is called on the command line.
    pub(super) name: &'static str,
    /// What it looks at.
    pub(super) summary: &'static str,
    /// Does it. The flag says that it was asked for by name, so that a long installation is welcome.
    pub(super) act: fn(&Workshop, bool) -> Outcome<Verdict>,
}

pub(super) const SUITES: &[Suite] = &[
    Suite { name: "fmt", summary: "the layout of the source", act: fmt },
    Suite { name: "deny", summary: "licences, advisories and sources of what we depend on", act: deny },
    Suite { name: "clippy", summary: "lints, server side", act: clippy },
    Suite { name: "clippy-wasm", summary: "lints, browser side", act: clippy_wasm },
    Suite { name: "unit", summary: "unit and integration tests, and the house rules", act: unit },
    Suite { name: "weight", summary: "the client builds, and what a page costs the reader", act: weigh },
    Suite {
        name: "real",
        summary: "a real Kubernetes with pods in trouble, and a Proxmox that is not ours",
        act: real,
    },
    Suite {
        name: "alerts",
        summary: "a real Prometheus and Alertmanager with the shipped rule, a message and its link",
        act: alerts,
    },
    Suite { name: "e2e", summary: "the real binary in Chromium, scripts off and on, and axe", act: e2e },
];

fn fmt(workshop: &Workshop, _asked_for: bool) -> Outcome<Verdict> {
    run(workshop.cargo().args(["fmt", "--all", "--check"]))?;
    Ok(Verdict::passed_as_one())
}

fn clippy(workshop: &Workshop, _asked_for: bool) -> Outcome<Verdict> {
    run(workshop.cargo().arg("clippy").args(SELECTION).args(["--all-targets", "--", "-D", "warnings"]))?;
    Ok(Verdict::passed_as_one())
}

fn clippy_wasm(workshop: &Workshop, _asked_for: bool) -> Outcome<Verdict> {
    let compiler = target::ensure(workshop)?;
    if matches!(compiler, Compiler::Other { .. }) {
        let reason = "the browser's target comes from a compiler of another version than clippy's".to_owned();
        return Ok(Verdict::NotRun { reason });
    }
    let packages = ["--package", "frontend", "--package", "app", "--features", "app/hydrate"];
    let mut cargo = compiler.cargo(workshop);
    run(cargo.arg("clippy").args(packages).args(["--target", target::TRIPLE, "--", "-D", "warnings"]))?;
    Ok(Verdict::passed_as_one())
}

fn unit(workshop: &Workshop, _asked_for: bool) -> Outcome<Verdict> {
    counted::run_counted(workshop.cargo().arg("test").args(SELECTION).arg("--no-fail-fast"))
}

fn real(workshop: &Workshop, _asked_for: bool) -> Outcome<Verdict> {
    let script = workshop.root.join("end2end/real");
    let script = || {
        let mut command = workshop.command(&script.to_string_lossy());
        command.env("CARGO_TARGET_DIR", &workshop.target).env("RUNLIGHT_CACHE", &workshop.cache);
        command.env("RUNLIGHT_SELECTION", SELECTION.join(" "));
        command
    };
    let reason = ask(script().arg("--why-not"))?;
    if !reason.is_empty() {
        return Ok(Verdict::NotRun { reason });
    }
    let mut command = script();
    let without_browser = end2end::equip(workshop, &mut command).err();
    let verdict = counted::run_counted(command.arg("--nocapture"))?;
    Ok(match (verdict, without_browser) {
        (Verdict::Passed { tests, .. }, Some(reason)) => {
            Verdict::Passed { tests, note: format!("(not in a browser: {reason})") }
        }
        (verdict, _) => verdict,
    })
}

fn alerts(workshop: &Workshop, _asked_for: bool) -> Outcome<Verdict> {
    let start = workshop.root.join("end2end/alerts/start");
    let reason = ask(workshop.command(&start.to_string_lossy()).arg("--why-not"))?;
    if !reason.is_empty() {
        return Ok(Verdict::NotRun { reason });
    }
    let mut command = end2end::prepare(workshop)?;
    command.env("RUNLIGHT_CACHE", &workshop.cache);
    let verdict = counted::run_counted(command.args(["test", "--config", "alerts.config.ts"]))?;
    // The rules about Runlight itself, by the Prometheus that is installed now.
    for words in [["check", "rules", "../chart/files/rules.yaml"], ["test", "rules", "rules.test.yaml"]] {
        run(workshop.command("promtool").args(words).current_dir(workshop.root.join("deploy/runlight")))?;
    }
    Ok(verdict)
}

fn deny(workshop: &Workshop, asked_for: bool) -> Outcome<Verdict> {
    let Some(program) = tools::cargo_deny(workshop, asked_for)? else {
        let reason =
            "cargo-deny is not installed; `cargo xtask test deny` builds it once (some ten minutes)".to_owned();
        return Ok(Verdict::NotRun { reason });
    };
    let deny = |arguments: &[&str]| run(workshop.command(&program.to_string_lossy()).args(arguments));
    deny(&["--all-features", "check", "bans", "licenses", "sources"])?;
    // The advisories' database comes over the network; where there is none, that is said and the rest stands.
    Ok(match deny(&["--all-features", "check", "advisories"]) {
        Ok(()) => Verdict::passed_as_one(),
        Err(_) if !tools::has_advisories() => {
            Verdict::Passed { tests: 1, note: "(without advisories: their database cannot be fetched)".to_owned() }
        }
        Err(reason) => Verdict::failed(reason.to_string()),
    })
}

fn weigh(workshop: &Workshop, _asked_for: bool) -> Outcome<Verdict> {
    weight::judge(workshop, &Built::make(workshop, Thoroughness::Small)?)
}

fn e2e(workshop: &Workshop, _asked_for: bool) -> Outcome<Verdict> {
    let mut command = end2end::prepare(workshop)?;
    counted::run_counted(command.arg("test"))
}
