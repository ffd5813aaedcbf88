//! Cells as authors write them, and what they are read as.

use super::*;
use crate::verdict::tokens::tokenise;
use text::runbook::Inline;

/// Reads a cell as the author writes it: backticks are code.
fn read(cell: &str) -> RuleReading {
    let part = |(at, text): (usize, &str)| match at % 2 {
        0 => Inline::Text(text.into()),
        _ => Inline::Code { text: text.into(), marks: Vec::new() },
    };
    read_pattern(&tokenise(&cell.split('`').enumerate().map(part).collect::<Vec<_>>(), &[]), false)
}

/// The reading in a short form: `&` joins, `|` chooses, `x137` is an exit code, `L(…)` a line.
fn short(reading: &RuleReading) -> String {
    match reading {
        RuleReading::When(condition) => write(condition),
        RuleReading::Remainder => "rest".into(),
        RuleReading::Unread { .. } => "unread".into(),
    }
}

fn write(condition: &Condition) -> String {
    let join =
        |parts: &[Condition], with: &str| format!("({})", parts.iter().map(write).collect::<Vec<_>>().join(with));
    match condition {
        Condition::All(parts) => join(parts, " & "),
        Condition::Any(parts) => join(parts, " | "),
        Condition::Is(Clause::Reason(name)) => name.clone(),
        Condition::Is(Clause::ExitCode(code)) => format!("x{code}"),
        Condition::Is(Clause::Line { parts, place }) => {
            let parts = parts.iter().map(|part| match part {
                LinePart::Words(words) => words.clone(),
                LinePart::Address(address) => format!("@{address}"),
                LinePart::Timeout => "timeout".into(),
            });
            let place = if *place == Place::Anywhere { String::new() } else { format!(" in {place:?}") };
            format!("L({}){place}", parts.collect::<Vec<_>>().join(" + "))
        }
    }
}

#[test]
fn reads_what_can_be_looked_up() {
    for (cell, expected) in [
        ("`OOMKilled` in last terminated reason", "OOMKilled"),
        ("OOMKilled", "OOMKilled"),
        ("Pod is OOM killed", "OOMKilled"),
        ("out-of-memory", "OOMKilled"),
        ("`ImagePullBackOff` / `ErrImagePull`", "(ImagePullBackOff | ErrImagePull)"),
        ("`ImagePullBackOff`/`ErrImagePull`", "(ImagePullBackOff | ErrImagePull)"),
        ("ImagePullBackOff/ErrImagePull", "(ImagePullBackOff | ErrImagePull)"),
        (
            "`CreateContainerConfigError`, `CreateContainerError`, or `RunContainerError`",
            "(CreateContainerConfigError | CreateContainerError | RunContainerError)",
        ),
        ("CrashLoopBackOff with exit code 1", "(CrashLoopBackOff & x1)"),
        ("CrashLoopBackOff or OOMKilled with exit code 137", "((CrashLoopBackOff | OOMKilled) & x137)"),
        ("CrashLoopBackOff (exit code 1)", "(CrashLoopBackOff & x1)"),
        ("Exit code 137", "x137"),
        ("exit code: `137`", "x137"),
        ("`Exit Code: 137`", "x137"),
        ("exits with code 2", "x2"),
        ("`Error` exited with `3`", "(Error & x3)"),
        ("exit code 1 or 2", "(x1 | x2)"),
        ("exit code 137/143", "(x137 | x143)"),
        ("exit codes 1, 2 and 3", "(x1 | x2 | x3)"),
        ("SIGKILL", "x137"),
        ("API timeout to 10.96.0.1", "L(timeout + @10.96.0.1)"),
        (
            "`leaderelection lost` + API timeout to 127.0.0.1:7445",
            "(L(leaderelection lost) & L(timeout + @127.0.0.1:7445))",
        ),
        ("timeouts to `db:5432` or `cache:6379`", "(L(timeout + @db:5432) | L(timeout + @cache:6379))"),
        ("`connection refused` in previous logs", "L(connection refused) in PreviousLog"),
        ("\"permission denied\" in the logs", "L(permission denied) in Logs"),
        ("`FailedMount` in events", "FailedMount"),
        ("`Back-off restarting` in events", "L(Back-off restarting) in Events"),
        ("liveness probe failed", "L(liveness probe failed)"),
        ("`Init:Error`", "Init:Error"),
        ("Application-specific errors in logs", "rest"),
        ("Any other error", "rest"),
        ("**Anything else**".trim_matches('*'), "rest"),
        ("Other", "rest"),
    ] {
        assert_eq!(short(&read(cell)), expected, "{cell}");
    }
}

#[test]
fn leaves_to_the_reader_what_cannot_be_looked_up() {
    for cell in [
        "",
        " ",
        "+",
        "Pod stuck",
        "Ping works, SSH key fails, web UI down",
        "`OOMKilled` after a deploy",
        "No previous log",
        "CrashLoopBackOff but not OOMKilled",
        "Error state",
        "Blue twinkle",
        "OOMKilled and Evicted or exit code 1",
        "High CPU",
        "exit code",
        "pods",
    ] {
        assert!(matches!(read(cell), RuleReading::Unread { .. }), "{cell}: {:?}", read(cell));
    }
}

#[test]
fn survives_cells_of_every_kind() {
    let pieces = [
        "`",
        "+",
        " / ",
        "or ",
        "with ",
        ", ",
        "exit code ",
        "137",
        "OOMKilled",
        "\"",
        "in logs",
        "é",
        "\u{0}",
        "/",
        "timeout to ",
        "10.0.0.1:53",
        "-",
    ];
    fixtures::draws::hold(20_000, 8, |draws| {
        let cell: String = (0..8).map(|_| draws.pick(&pieces)).collect();
        let _ = read(&cell);
    });
}
