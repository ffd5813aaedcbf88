//! Public runbooks of many hands: all of them are read. They lie beside the checkout; where they do not, that is said.

use std::{path::PathBuf, process::ExitCode};

use libtest_mimic::{Arguments, Completion, Trial};

fn main() -> ExitCode {
    let test = Trial::ignorable_test("reads_every_file", || match fixtures::beside_the_checkout("corpus/runbooks") {
        Err(reason) => Ok(Completion::ignored_with(reason)),
        Ok(path) => {
            read_every_file(&fixtures::markdown_below(&path)?);
            Ok(Completion::Completed)
        }
    });
    libtest_mimic::run(&Arguments::from_args(), vec![test]).exit_code()
}

fn read_every_file(files: &[(PathBuf, String)]) {
    assert!(files.len() > 400, "the collection has shrunk to {} files", files.len());
    for (path, text) in files {
        let runbook = text::parse(text);
        for command in &runbook.commands {
            assert!(text.get(command.span.clone()).is_some(), "{}: {command:?}", path.display());
        }
        for problem in &runbook.problems {
            assert!(text.get(problem.span.clone()).is_some(), "{}: {problem:?}", path.display());
        }
    }
}
