//! `runlight mcp`: messages in, messages out, and nothing else on standard output.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
};

use std::process::Stdio;

use serde_json::{Value, json};

use super::runlight;

#[test]
fn an_assistant_is_answered_on_pipes_until_they_close() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("disk.md"), "# Alert: Disk\n\n```bash\nkubectl get nodes\n```\n").expect("a file");
    let config = folder.path().join("runlight.toml");
    fs::write(&config, "[library]\nfolders = [\".\"]\n[evidence]\nurl = \"off\"\n").expect("a file");
    let mut command = runlight(&["mcp", "--config", &config.display().to_string()]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the program starts");
    let mut input = child.stdin.take().expect("it is piped");
    let mut answers = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let mut ask = |id: u32, method: &str, params: Value| -> Value {
        let message = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        writeln!(input, "{message}").expect("it reads");
        let line = answers.next().expect("an answer").expect("text");
        let answer: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no message: {line}"));
        assert_eq!(answer["id"], id, "{answer}");
        answer
    };
    let hello =
        json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}});
    assert_eq!(ask(1, "initialize", hello)["result"]["serverInfo"]["name"], "runlight");
    let call = |name: &str, arguments: Value| json!({"name": name, "arguments": arguments});
    let answer = ask(2, "tools/call", call("read_runbook", json!({"path": "disk"})));
    let text = answer["result"]["content"][0]["text"].as_str().expect("text").to_owned();
    assert!(text.contains("kubectl get nodes\n# check "), "{text}");
    // There is nothing to ask: that is said, and is no health.
    let check = runbook::parse("```bash\nkubectl get nodes\n```\n").commands[0].id.to_string();
    let answer = ask(3, "tools/call", call("run_check", json!({"path": "disk", "check": check})));
    assert!(answer.to_string().contains("Outcome: unknown"), "{answer}");
    let answer = ask(4, "tools/call", call("incident", json!({"id": "0000000000000001"})));
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    // A line that is too long is left out, and the next one is answered.
    writeln!(input, "{}", "x".repeat(1 << 20)).expect("it reads");
    let message = json!({"jsonrpc": "2.0", "id": 5, "method": "tools/list"});
    writeln!(input, "{message}").expect("it reads");
    let answer: Value = serde_json::from_str(&answers.next().expect("an answer").expect("text")).expect("JSON");
    assert_eq!((&answer["id"], answer["result"]["tools"].as_array().map(Vec::len)), (&json!(5), Some(7)));
    drop(input);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_configuration_that_cannot_be_used_is_said_and_nothing_is_answered() {
    let output = runlight(&["mcp", "--config", "/nowhere/runlight.toml"]).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be read"));
}
