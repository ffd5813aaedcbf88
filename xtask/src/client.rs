//! The browser's half: the crate `frontend` compiled, bound, optimised and compressed into the site's folder.

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use crate::run::{Outcome, run, say};
use crate::workshop::Workshop;
use crate::{target, tools};

/// The verb `client`.
pub(crate) fn run_client(workshop: &Workshop, _arguments: &[String]) -> Outcome {
    build(workshop)?;
    say(format!("the site lies in {}", workshop.site().display()));
    Ok(())
}

/// Builds the site when one of its sources is newer than it.
pub(crate) fn build(workshop: &Workshop) -> Outcome {
    let compiler = target::ensure(workshop)?;
    let mut cargo = compiler.cargo(workshop);
    run(cargo.args(["build", "--package", "frontend", "--lib", "--profile", "client", "--target", target::TRIPLE]))?;
    run(workshop.cargo().args(["build", "--package", "xtask", "--features", "bundle", "--bin", "bundle"]))?;

    let module = compiler.target(workshop).join(target::TRIPLE).join("client/frontend.wasm");
    let bundler = workshop.target.join("debug/bundle");
    let (style, public) = (workshop.root.join("style"), workshop.root.join("public"));
    let site = workshop.site();
    let made = fs::metadata(site.join("manifest")).and_then(|manifest| manifest.modified());
    if made.is_ok_and(|made| [&module, &bundler, &style, &public].iter().all(|path| is_older(path, made))) {
        return Ok(());
    }
    let wasm_opt = tools::wasm_opt(workshop);
    let mut bundle = workshop.command(&bundler.to_string_lossy());
    bundle.arg(&module).arg(&workshop.root).arg(&site).args(wasm_opt);
    run(&mut bundle)
}

/// Whether nothing at or below `path` changed after `time`. What cannot be read counts as changed.
fn is_older(path: &Path, time: SystemTime) -> bool {
    newest(path).is_ok_and(|newest| newest < time)
}

fn newest(path: &Path) -> io::Result<SystemTime> {
    let mut newest = fs::metadata(path)?.modified()?;
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            newest = newest.max(self::newest(&entry?.path())?);
        }
    }
    Ok(newest)
}
