//! The program `runlight` as a script or a CI step meets it: exit codes, and pipes that close early.

mod doctor;
mod evidence;
mod init;
mod judge;
mod mcp;
mod plugin;
mod preview;
mod serve;

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

fn runlight(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runlight"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts a program whose standard output nobody reads any more.
fn start_unread(command: &mut Command) -> Child {
    let mut child = command.spawn().expect("the program starts");
    drop(child.stdout.take());
    child
}

#[test]
fn lint_tells_scripts_by_its_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let whole = "---\nalert: A\ndomain: x\nlast_updated: 2026-11-01\n---\n# A\n";
    fs::write(path("good.md"), whole).expect("a file");
    fs::write(path("dead.md"), format!("{whole}[gone](gone.md)\n")).expect("a file");
    fs::write(path("old.md"), "# A\n\n## Metadata\n- **Last Updated**: 2001-01-01\n- **Decay Rate**: 0.5\n")
        .expect("a file");
    let code = |arguments: &[&str]| runlight(arguments).output().expect("the program runs").status.code();
    assert_eq!(code(&["lint", &path("good.md")]), Some(0));
    assert_eq!(code(&["lint", &path("dead.md")]), Some(1));
    assert_eq!(code(&["lint", &path("old.md")]), Some(0));
    assert_eq!(code(&["lint", "--strict", &path("old.md")]), Some(1));
    assert_eq!(code(&["lint", &path("absent.md")]), Some(2));
    assert_eq!(code(&["lint", "--config", &path("absent.toml"), &path("good.md")]), Some(2));
    let sarif = runlight(&["lint", "--format", "sarif", &path("dead.md")]).output().expect("the program runs");
    let log: serde_json::Value = serde_json::from_slice(&sarif.stdout).expect("SARIF is JSON");
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "dead-link");
}

#[test]
fn lint_and_explain_end_quietly_when_nobody_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    for index in 0..200 {
        fs::write(folder.path().join(format!("{index}.md")), "# A\n[gone](gone.md)\n".repeat(20)).expect("a file");
    }
    let lint = start_unread(&mut runlight(&["lint", &folder.path().display().to_string()]));
    let mut explain = start_unread(runlight(&["explain"]).stdin(Stdio::piped()));
    let line = "\"kubectl get pods\"\n".repeat(20_000);
    // It may have gone before all was written.
    drop(explain.stdin.take().map(|mut stdin| stdin.write_all(line.as_bytes())));
    for child in [lint, explain] {
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[test]
fn the_demo_serves_on_when_nobody_reads_its_links() {
    let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").to_string();
    let mut child = start_unread(runlight(&["demo", "--listen", &address]).stderr(Stdio::null()));
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut stream = loop {
        match TcpStream::connect(&address) {
            Ok(stream) => break stream,
            Err(_) => {
                let ended = child.try_wait().expect("its state");
                assert!(ended.is_none() && Instant::now() < deadline, "the demo has ended or never listens: {ended:?}");
                // Nothing tells of a port that opens in another process.
                std::thread::park_timeout(Duration::from_millis(20));
            }
        }
    };
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it takes a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    child.kill().expect("it can be stopped");
    child.wait().expect("it ends");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// A build for use carries its site and reads none.
#[cfg(debug_assertions)]
#[test]
fn a_build_for_development_reads_the_site_that_it_is_told_of_or_says_why_it_cannot() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = |site: &std::path::Path| {
        let mut command = runlight(&["demo", "--listen", "127.0.0.1:0"]);
        command.env("RUNLIGHT_SITE", site);
        command
    };
    let refused = demo(&folder.path().join("none")).output().expect("the program ends");
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("RUNLIGHT_SITE names ") && said.contains("`cargo xtask client` makes one"), "{said}");

    for (name, text) in [
        ("manifest", "pkg mark.css\npkg mark.js\npkg mark.wasm\n"),
        ("mark.css", ""),
        ("mark.js", ""),
        ("mark.wasm", ""),
    ] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let mut child = demo(folder.path()).stderr(Stdio::null()).spawn().expect("the program starts");
    let output = std::io::BufReader::new(child.stdout.take().expect("its output"));
    let mut lines = std::io::BufRead::lines(output).map_while(Result::ok);
    let address = lines.find_map(|line| line.strip_prefix("listening on http://").map(str::to_owned));
    let address = address.expect("it says where it listens");
    let mut stream = TcpStream::connect(&address).expect("it listens");
    write!(stream, "GET / HTTP/1.0\r\nHost: {address}\r\n\r\n").expect("a request");
    let mut page = String::new();
    stream.read_to_string(&mut page).expect("a page");
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
    assert!(["mark.css", "mark.js", "mark.wasm"].iter().all(|name| page.contains(&format!("/pkg/{name}"))), "{page}");
}
