//! Cells as authors write them, and what they are read as.

use super::*;
use text::runbook::Inline;

/// Reads a cell as the author writes it: backticks are code.
fn read_with(cell: &str, context: &Context) -> (RuleReading, Vec<Stretch>) {
    let part = |(at, text): (usize, &str)| match at % 2 {
        0 => Inline::Text(text.into()),
        _ => Inline::Code { text: text.into(), marks: Vec::new() },
    };
    read_pattern(tokenise(&cell.split('`').enumerate().map(part).collect::<Vec<_>>(), &[]).as_deref(), context)
}

fn read(cell: &str) -> RuleReading {
    read_with(cell, &Context::default()).0
}

/// The reading in a short form: `&` joins, `|` chooses, `!` denies, `x137` is an exit code, `L(…)` a line, `P(…)` prose.
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
        Condition::Not(inner) => format!("!{}", write(inner)),
        Condition::Is(clause) => write_clause(clause),
    }
}

fn write_clause(clause: &Clause) -> String {
    match clause {
        Clause::Reason(name) => name.clone(),
        Clause::Phase(name) => format!("phase {name}"),
        Clause::Exit(codes) if codes.from == codes.to => format!("x{}", codes.from),
        Clause::Exit(codes) => format!("x{}..{}", codes.from, codes.to),
        Clause::Prose(words) => format!("P({words})"),
        Clause::Line { parts, place } => {
            let parts = parts.iter().map(|part| match part {
                LinePart::Words(words) => words.clone(),
                LinePart::Regex(pattern) => format!("/{pattern}/"),
                LinePart::Address(address) => format!("@{address}"),
                LinePart::Says(saying) => format!("~{saying:?}"),
                LinePart::Object(kind) => format!("#{kind}"),
                LinePart::Product { name, is_required } => format!("{}{name}", if *is_required { "+" } else { "?" }),
                LinePart::Path(path) => path.clone(),
            });
            let place = if *place == Place::Anywhere { String::new() } else { format!(" in {place:?}") };
            format!("L({}){place}", parts.collect::<Vec<_>>().join(" + "))
        }
        other => format!("{other:?}"),
    }
}

fn check(pairs: &[(&str, &str)]) {
    let faults: Vec<String> = pairs
        .iter()
        .filter_map(|(cell, wanted)| {
            let is = short(&read(cell));
            (is != *wanted).then(|| format!("{cell}\n    is     {is}\n    wanted {wanted}"))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn reads_states_and_exit_codes() {
    check(&[
        ("`OOMKilled` in last terminated reason", "OOMKilled"),
        ("OOMKilled", "OOMKilled"),
        ("Pod is OOM killed", "OOMKilled"),
        ("out-of-memory", "(OOMKilled | L(~Memory) in Logs)"),
        ("`ImagePullBackOff` / `ErrImagePull`", "(ImagePullBackOff | ErrImagePull)"),
        ("`ImagePullBackOff`/`ErrImagePull`", "(ImagePullBackOff | ErrImagePull)"),
        ("ImagePullBackOff/ErrImagePull", "(ImagePullBackOff | ErrImagePull)"),
        ("`ImagePullBackOff|ErrImagePull`", "(ImagePullBackOff | ErrImagePull)"),
        (
            "`CreateContainerConfigError`, `CreateContainerError`, or `RunContainerError`",
            "(CreateContainerConfigError | CreateContainerError | RunContainerError)",
        ),
        ("`ErrImagePull` and `ImagePullBackOff`", "(ErrImagePull | ImagePullBackOff)"),
        ("CrashLoopBackOff with exit code 1", "(CrashLoopBackOff & x1)"),
        ("CrashLoopBackOff or OOMKilled with exit code 137", "((CrashLoopBackOff | OOMKilled) & x137)"),
        ("CrashLoopBackOff (exit code 1)", "(CrashLoopBackOff & x1)"),
        ("Exit code 137", "x137"),
        ("exit code: `137`", "x137"),
        ("`Exit Code: 137`", "x137"),
        ("`Exited (137)`", "x137"),
        ("Exited (137)", "x137"),
        ("exits with code 2", "x2"),
        ("`Error` exited with `3`", "(Error & x3)"),
        ("exit code 1 or 2", "(x1 | x2)"),
        ("exit code 137/143", "(x137 | x143)"),
        ("exit codes 1, 2 and 3", "(x1 | x2 | x3)"),
        ("Exit code > 128", "x129..255"),
        ("non-zero exit code", "x1..255"),
        ("SIGKILL", "x137"),
        ("`SIGKILL`", "x137"),
        ("SIGSEGV 139", "x139"),
        ("Exit Code 139 (SIGSEGV)", "x139"),
        ("137 – OOMKilled", "(x137 & OOMKilled)"),
        ("`OOMKilled` (exit code 137)", "OOMKilled"),
        ("Exit 1 / Error", "x1"),
        ("Exit 137 / OOMKilled", "(x137 | OOMKilled)"),
        ("CrashLoop / exit 137", "x137"),
        ("Error", "Error"),
        ("Error state", "Error"),
        ("Unknown", "Unknown"),
        ("`Init:Error`", "Init:Error"),
        ("`Init:0/1`", "Init:"),
        ("`Init: ImagePullBackOff`", "Init:ImagePullBackOff"),
        ("`State: Waiting, Reason: CrashLoopBackOff`", "CrashLoopBackOff"),
        ("State: Waiting, Reason: CrashLoopBackOff", "CrashLoopBackOff"),
        ("`lastState.terminated.reason=OOMKilled`", "OOMKilled"),
        ("`Back-off restarting failed container`", "BackOff"),
        ("Pod stuck `Pending`", "Pending"),
        ("Pod `Pending`, events show `multi-attach error`", "(phase Pending & L(multi-attach error) in Events)"),
        ("Pod `ContainerCreating`, `FailedAttachVolume`", "(ContainerCreating & FailedAttachVolume)"),
        ("`FailedMount`, `FailedAttachVolume`", "(FailedMount | FailedAttachVolume)"),
    ]);
}

#[test]
fn reads_text_of_lines() {
    check(&[
        ("API timeout to 10.96.0.1", "L(~Timeout + @10.96.0.1)"),
        (
            "`leaderelection lost` + API timeout to 127.0.0.1:7445",
            "(L(leaderelection lost) & L(~Timeout + @127.0.0.1:7445))",
        ),
        ("timeouts to `db:5432` or `cache:6379`", "(L(~Timeout + @db:5432) | L(~Timeout + @cache:6379))"),
        ("`connection refused` in previous logs", "L(~Refused) in PreviousLog"),
        ("\"permission denied\" in the logs", "L(~Permission) in Logs"),
        ("Logs show \"connection reset by peer\"", "L(connection reset by peer) in Logs"),
        ("Logs say `missing env vars: AUTH_SECRET`", "L(missing env vars: AUTH_SECRET) in Logs"),
        ("Error in logs: `no such table`", "L(no such table) in Logs"),
        ("`FailedMount` in events", "FailedMount"),
        ("`FailedMount: timeout`", "(FailedMount & L(~Timeout))"),
        ("ConfigMap/Secret not found", "(L(#ConfigMap + ~NotFound) | L(#Secret + ~NotFound))"),
        ("Connection refused to Postgres at boot", "L(~Refused + +Postgres)"),
        ("SQLite `database is locked`", "L(?SQLite + database is locked)"),
        ("`Permission denied on /data`", "L(~Permission + /data)"),
        ("`bind: address already in use` on 443", "L(bind: address already in use + @:443)"),
        ("`dial tcp .* connection refused`", "L(/dial tcp .* connection refused/)"),
        ("`(?i)out of space`", "L(/(?i)out of space/)"),
        ("`secret \"...\" not found`", "L(secret \"...\" not found)"),
        ("`exec format error` on the Pi", "L(exec format error)"),
        (
            "`no space left on device` or evicted for `ephemeral-storage`",
            "(L(~NoSpace) | (Evicted & L(ephemeral-storage)))",
        ),
        ("Pod evicted, `ephemeral-storage`", "(Evicted & L(ephemeral-storage))"),
        ("`Out of memory` / `Killed`", "(OOMKilled | L(~Memory) in Logs | L(Killed))"),
        ("database migration refused politely", "P(database migration refused politely)"),
    ]);
}

#[test]
fn reads_probes_nodes_restarts_times_and_denials() {
    check(&[
        ("liveness probe failed", "Probe(Liveness)"),
        ("Exit 137, `Liveness probe failed` in events", "(x137 & Probe(Liveness))"),
        (
            "`Readiness probe failed: HTTP probe failed with statuscode: N`",
            "(Probe(Readiness) & L(HTTP probe failed with statuscode: N) in Events)",
        ),
        ("Node NotReady", "Node(NotReady)"),
        ("Node `NotReady`", "Node(NotReady)"),
        ("`Running` but not `Ready`", "(Running & !Ready)"),
        ("Exit code 137 but not OOMKilled", "(x137 & !OOMKilled)"),
        ("CrashLoopBackOff without OOMKilled", "(CrashLoopBackOff & !OOMKilled)"),
        ("Restart count > 5", "Restarts { more_than: 5 }"),
        ("Pod restarts but no error in the logs", "(Restarts { more_than: 0 } & !L(~Error) in Logs)"),
        ("RESTARTS count climbs every ~10s", "Restarts { more_than: 0 }"),
        ("OOMKilled, Evicted", "(OOMKilled | Evicted)"),
        ("0/1 Running, never Ready", "(!Ready & Running)"),
        ("`Last State: Terminated`, `Reason: OOMKilled`", "OOMKilled"),
        (
            "FailedScheduling – Insufficient cpu/memory",
            "(FailedScheduling & (L(insufficient cpu) | L(insufficient memory)))",
        ),
        ("0/3 nodes are available: insufficient memory", "(L(nodes are available) & L(insufficient memory))"),
        ("java.lang.OutOfMemoryError", "L(java.lang.OutOfMemoryError)"),
        ("ImagePullBackOff: 401 Unauthorized", "(ImagePullBackOff & L(401 + unauthorized))"),
        ("i/o timeout", "L(~Timeout)"),
        (
            "MountVolume.SetUp failed / Unable to attach or mount volumes",
            "(L(MountVolume.SetUp) | L(Unable to attach or mount volumes))",
        ),
        ("Pod restarts every few minutes", "Restarts { more_than: 0 }"),
        ("no matching manifest for linux/arm64", "L(no matching manifest)"),
        ("Payment timeout", "(L(~Timeout) & P(payment))"),
        ("Completed but restarting", "(Completed & Restarts { more_than: 0 })"),
        ("`Pending` for more than 5 min", "(Pending & Lasting { at_least_s: 300 })"),
        ("Container exits within seconds of start with exit code 1", "(Soon { within_s: 30 } & x1)"),
        ("Killed after start-up: exit 137 and liveness probe failed", "(x137 & Probe(Liveness))"),
    ]);
}

#[test]
fn reads_what_describes_beside_what_it_means() {
    check(&[
        ("Service does not come up, `CreateContainerError`", "CreateContainerError"),
        ("Pod won't start: `ErrImageNeverPull`", "ErrImageNeverPull"),
        ("Dienst startet nicht – `InvalidImageName`", "InvalidImageName"),
        ("Init container `seed` never finishes", "(Container(\"seed\") & Init:)"),
        ("Init containers fail", "(Init:Error | Init:CrashLoopBackOff)"),
        ("Init-Container hängt", "Init:"),
        ("init container OOMKilled", "Init:OOMKilled"),
        ("Sidecar container `mesh-proxy` OOMKilled", "(Container(\"mesh-proxy\") & OOMKilled)"),
        ("Configuration file is missing (`FailedMount`)", "((FailedMount & L(#File + ~NotFound)) | FailedMount)"),
        ("`Running` but `0/1` ready", "(Running & !Ready)"),
        ("`0/2 nodes available: insufficient cpu`", "L(nodes are available + insufficient cpu)"),
        ("`connection refused` on LoadBalancer", "(L(~Refused) & P(loadbalancer))"),
        ("exit code 3 and none of the above", "(x3 & Rest)"),
        ("exit code 3, nothing else matches", "(x3 & Rest)"),
        ("Sonda de liveness fallida", "Probe(Liveness)"),
        ("La sonde de readiness échoue", "Probe(Readiness)"),
        ("Startup-Sonde schlägt fehl", "Probe(Startup)"),
        ("Liveness check fails", "Probe(Liveness)"),
    ]);
    let (reading, left) = read_with("`panic:` with a dump of every stack", &Context::default());
    assert_eq!(short(&reading), "L(panic:)");
    assert!(matches!(left.as_slice(), [Stretch { narrows: true, .. }]), "{} {left:?}", short(&reading));
    // What is denied and cannot be looked up narrows the rest of the cell.
    let (reading, left) = read_with("No dashboard, `OOMKilled`", &Context::default());
    assert_eq!(short(&reading), "OOMKilled");
    assert!(matches!(left.as_slice(), [Stretch { narrows: true, .. }]), "{} {left:?}", short(&reading));
}

#[test]
fn reads_cells_that_are_sentences() {
    check(&[
        ("MountDevice.SetUp failed … no such file or directory", "L(MountDevice.SetUp + no such file or directory)"),
        ("`READY 1/2`", "!Ready"),
        ("OOMKilled (code 137)", "OOMKilled"),
        ("Code 139 or OOMKilled", "(x139 | OOMKilled)"),
        ("CrashLoopBackOff (código 2)", "(CrashLoopBackOff & x2)"),
        (
            "Pod `Pending` or `ContainerCreating`, event `FailedAttachVolume`",
            "((Pending | ContainerCreating) & FailedAttachVolume)",
        ),
        ("Redémarre en boucle, `Readiness probe failed`", "(Restarts { more_than: 0 } & Probe(Readiness))"),
        ("Name resolution trouble in the logs (`getaddrinfo EAI_AGAIN`)", "L(getaddrinfo EAI_AGAIN) in Logs"),
        ("Grafana exits with code 12", "x12"),
        (
            "Immich restarts and the log says \"migration failed\"",
            "(Restarts { more_than: 0 } & L(migration failed) in Logs)",
        ),
        ("mount.cifs: permission denied", "L(mount.cifs + ~Permission)"),
        ("`FailedMount` erscheint", "FailedMount"),
        ("`restartCount > 4` and last reason `Error`", "(Restarts { more_than: 4 } & Error)"),
        ("node condition `Ready` is false", "Node(NotReady)"),
        ("`CrashLoopBackOff`, otherwise", "(CrashLoopBackOff & Rest)"),
        ("Liveness probe answers 502", "(Probe(Liveness) & L(502) in Events)"),
        ("cannot open the file: no space left on device", "L(~NoSpace)"),
        ("aparece `Evicted`", "Evicted"),
        ("la sonde de startup échoue", "Probe(Startup)"),
        ("Readiness-Probe fehlschlägt", "Probe(Readiness)"),
    ]);
    let events = Context { is_text: true, ..Context::default() };
    let (reading, _) = read_with("node(s) had volume node affinity conflict", &events);
    assert_eq!(short(&reading), "L(node(s) had volume node affinity conflict)");
}

#[test]
fn reads_other_languages() {
    check(&[
        ("Pod bleibt in `Pending`", "Pending"),
        ("Exit-Code 137", "x137"),
        ("Verbindung abgelehnt zu Redis", "L(~Refused + +Redis)"),
        ("Liveness-Probe schlägt fehl", "Probe(Liveness)"),
        ("Connexion refusée dans les logs", "L(~Refused) in Logs"),
        ("code de sortie 139", "x139"),
        ("Permiso denegado en los logs", "L(~Permission) in Logs"),
        ("código de salida 1 o 2", "(x1 | x2)"),
        ("Secret não encontrado", "L(#Secret + ~NotFound)"),
        ("Nó NotReady", "Node(NotReady)"),
        ("CrashLoopBackOff com código de saída 1", "(CrashLoopBackOff & x1)"),
        ("Sonstiges", "rest"),
        ("Ninguno de los anteriores", "rest"),
    ]);
}

#[test]
fn looks_through_what_adorns_a_cell() {
    check(&[
        ("💥 `CrashLoopBackOff`", "CrashLoopBackOff"),
        ("1. `OOMKilled`", "OOMKilled"),
        ("→ Evicted", "Evicted"),
        ("\u{200f}OOMKilled\u{200e}", "OOMKilled"),
        ("`CrashLoopBackOff`: app crash", "CrashLoopBackOff"),
        ("K8s `OOMKilled` event", "OOMKilled"),
        ("OOMKilled in `kubectl describe`", "OOMKilled"),
    ]);
}

#[test]
fn knows_what_remains() {
    for cell in [
        "Application-specific errors in logs",
        "Any other error",
        "Anything else",
        "Other",
        "None of the above",
        "Anything not listed here",
        "All other errors",
        "The rest",
    ] {
        assert_eq!(read(cell), RuleReading::Remainder, "{cell}");
    }
}

#[test]
fn leaves_to_the_reader_what_cannot_be_looked_up() {
    for cell in
        ["", " ", "+", "Pod stuck", "No previous log", "OOMKilled and Evicted or exit code 1", "exit code", "pods"]
    {
        assert!(matches!(read(cell), RuleReading::Unread { .. }), "{cell}: {:?}", read(cell));
    }
}

#[test]
fn keeps_the_words_that_it_could_not_read() {
    let (reading, left) = read_with("`OOMKilled` after a deploy", &Context::default());
    assert_eq!(short(&reading), "OOMKilled");
    assert!(matches!(left.as_slice(), [Stretch { narrows: true, .. }]), "{} {left:?}", short(&reading));
    let (_, left) = read_with("`context deadline exceeded` calling the API", &Context::default());
    assert!(matches!(left.as_slice(), [Stretch { narrows: true, .. }]), "{} {left:?}", short(&reading));
    let (reading, left) = read_with("`CrashLoopBackOff` without a core file", &Context::default());
    assert!(matches!(left.as_slice(), [Stretch { narrows: true, .. }]), "{} {left:?}", short(&reading));
    let (_, left) = read_with("`exec format error` on the Pi", &Context::default());
    assert!(matches!(left.as_slice(), [Stretch { narrows: false, .. }]), "{left:?}");
}

#[test]
fn bounds_what_it_reads() {
    assert!(matches!(read(&"OOMKilled ".repeat(100_000)), RuleReading::Unread { .. }));
    let RuleReading::Unread { why } = read("`(a{1000}){1000}.*`") else { panic!("an exploding expression is read") };
    assert!(why.contains("bytes of memory"), "{why}");
    assert!(matches!(read("`error .* (unclosed|`"), RuleReading::Unread { .. }));
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
        "(",
        ")",
        "not ",
        ": ",
        "> ",
        "Init:",
        "\u{202e}",
        ".*",
        "no ",
        "日本",
    ];
    let mut seed = 7_u64;
    for _ in 0..20_000 {
        let mut cell = String::new();
        for _ in 0..8 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            cell.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
        }
        let _ = read(&cell);
    }
}

#[test]
fn counts_of_restarts_are_no_exit_codes() {
    assert_eq!(short(&read("More than 5 restarts and exit code 1")), "(Restarts { more_than: 5 } & x1)");
    assert_eq!(short(&read("3+ restarts, exit 2")), "(Restarts { more_than: 2 } & x2)");
    assert_eq!(
        short(&read("Restarted exactly once, exit 143")),
        "(Restarts { more_than: 0 } & !Restarts { more_than: 1 } & x143)"
    );
}

#[test]
fn a_signal_on_top_of_128_is_its_exit_code() {
    let codes = Context { numbers_are_exit_codes: true, ..Context::default() };
    for (cell, reading) in [("137 (128+9)", "x137"), ("`128+N`", "x129..255"), ("143 (128+15, SIGTERM)", "x143")] {
        assert_eq!(short(&read_with(cell, &codes).0), reading, "{cell}");
    }
}

#[test]
fn an_exception_is_not_what_it_excepts() {
    assert_eq!(short(&read("Exit code other than 0, 1 or 137")), "(x0..255 & !x0 & !x1 & !x137)");
    assert_eq!(short(&read("any exit code except 0")), "(x0..255 & !x0)");
    assert_eq!(short(&read("exit code other than 0 on Tuesdays")), "unread");
}

#[test]
fn an_empty_log_can_be_asked_for() {
    assert_eq!(short(&read("`CrashLoopBackOff` without any log output")), "(CrashLoopBackOff & !L(/\\S/) in Logs)");
}

#[test]
fn times_after_a_count_say_nothing_more() {
    assert_eq!(short(&read("restarted more than 3 times, exit 2")), "(Restarts { more_than: 3 } & x2)");
}

#[test]
fn words_for_no_row_are_the_remainder() {
    for cell in ["Kein Eintrag passt", "no row fits", "None of these apply", "Aucune ligne ne correspond"] {
        assert_eq!(short(&read(cell)), "rest", "{cell}");
    }
    for cell in ["no matching node", "None", "no route fits"] {
        assert_ne!(short(&read(cell)), "rest", "{cell}");
    }
}

#[test]
fn a_kill_for_memory_is_told_in_words() {
    for cell in ["Killed by the kernel (137)", "Container was terminated because it used too much memory"] {
        assert!(short(&read(cell)).contains("OOMKilled"), "{cell}: {}", short(&read(cell)));
    }
}

mod random;
