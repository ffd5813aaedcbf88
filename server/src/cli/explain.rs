//! `runlight explain`: what Runlight makes of commands. Pure; no source is asked.

use std::{
    io::{BufRead, Write},
    process::ExitCode,
};

use runbook::check::{Check, Reading};
use serde::Serialize;

/// One line of output.
#[derive(Serialize)]
struct Explanation<'a> {
    command: &'a str,
    outcome: &'static str,
    reason: Option<&'a str>,
    check: Option<&'a Check>,
}

/// Reads one JSON string a line and writes one JSON object a line. A line that is no JSON string is an error with its
/// number; the lines before it have been answered.
pub(super) fn run(input: impl BufRead, mut output: impl Write) -> ExitCode {
    for (index, line) in input.lines().enumerate() {
        let command: String = match line.map_err(|e| e.to_string()).and_then(|l| from_json(&l)) {
            Ok(command) => command,
            Err(cause) => return super::refuse(format!("line {} is not a JSON string: {cause}", index + 1)),
        };
        let reading = runbook::command::recognise(&command);
        if let Err(cause) = serde_json::to_writer(&mut output, &explain(&command, &reading))
            .map_err(std::io::Error::from)
            .and_then(|()| output.write_all(b"\n"))
        {
            // A closed pipe is how `head` says that it has seen enough.
            let is_closed = cause.kind() == std::io::ErrorKind::BrokenPipe;
            return if is_closed { ExitCode::SUCCESS } else { super::refuse(cause) };
        }
    }
    ExitCode::SUCCESS
}

fn from_json(line: &str) -> Result<String, String> {
    serde_json::from_str(line).map_err(|error| error.to_string())
}

fn explain<'a>(command: &'a str, reading: &'a Reading) -> Explanation<'a> {
    match reading {
        Reading::Check { check } => Explanation { command, outcome: "check", reason: None, check: Some(check) },
        Reading::Refused(refusal) => {
            Explanation { command, outcome: "refused", reason: Some(&refusal.reason), check: None }
        }
        Reading::Unknown(refusal) => {
            Explanation { command, outcome: "unknown", reason: Some(&refusal.reason), check: None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(input: &str) -> Vec<serde_json::Value> {
        let mut output = Vec::new();
        run(input.as_bytes(), &mut output);
        let text = String::from_utf8(output).expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
    }

    #[test]
    fn answers_one_object_a_line() {
        let lines = explained("\"kubectl get pods -A\"\n\"kubectl delete pod x\"\n\"frobnicate\"\n");
        let outcomes: Vec<_> = lines.iter().map(|line| line["outcome"].as_str().expect("a word")).collect();
        assert_eq!(outcomes, ["check", "refused", "unknown"]);
        assert!(lines[0]["check"].is_object() && lines[0]["reason"].is_null());
        assert!(lines[1]["check"].is_null() && lines[1]["reason"].is_string());
    }

    #[test]
    fn stops_at_a_line_that_is_no_json_string() {
        assert_eq!(explained("\"kubectl get pods\"\nnot json\n\"kubectl get pods\"\n").len(), 1);
    }
}
