//! Assistants of other makes: the client libraries of two other languages ask the portal what our own tests ask, over HTTP
//! and over pipes.

use std::{
    env,
    io::Write,
    net::SocketAddr,
    process::{Command, Stdio},
    sync::Arc,
};

use homelab::{Homelab, Options, Pace};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use server::{
    config::Config,
    http::{self, Stop},
    portal::Portal,
};

use crate::{
    day,
    not_run::{NotRun, Ran, trials},
};

const RUNBOOK: &str = "# Alert: Assisted\n\n```bash\nkubectl get pods -A\nkubectl delete pod <pod>\n```\n\n\
     | Pattern | Cause |\n|---|---|\n| `leaderelection lost` | slow storage |\n";
const MAKES: [&str; 2] = ["python", "node"];

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![clients_of_two_other_makes_read_the_verdict_of_the_page, clients_of_two_other_makes_talk_over_pipes]
}

fn script() -> Result<std::path::PathBuf, NotRun> {
    let missing = || NotRun("RUNLIGHT_REAL_ASSISTANTS is not set; end2end/real sets it".into());
    let script = std::path::PathBuf::from(env::var_os("RUNLIGHT_REAL_ASSISTANTS").ok_or_else(missing)?);
    let installed = Command::new(&script).arg("--install").stdout(Stdio::null()).status().expect("it can be started");
    match installed.success() {
        true => Ok(script),
        false => Err(NotRun("the clients cannot be had here; their script says why".into())),
    }
}

/// What the client says: of the server, then of each call.
async fn talk(make: &str, server: &[&str], calls: &[Value]) -> Result<Vec<Value>, NotRun> {
    let mut command = Command::new(script()?);
    command.arg(make).args(server).stdin(Stdio::piped()).stdout(Stdio::piped());
    let lines: String = calls.iter().map(|call| format!("{call}\n")).collect();
    let output = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().expect("it can be started");
        let mut input = child.stdin.take().expect("it is piped");
        input.write_all(lines.as_bytes()).expect("it reads");
        drop(input);
        child.wait_with_output().expect("it ends")
    });
    let output = output.await.expect("no panic");
    assert!(output.status.success(), "{make}");
    let text = String::from_utf8(output.stdout).expect("text");
    Ok(text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

/// What every server says of itself.
fn assert_is_ours(make: &str, about: &Value) {
    assert_eq!(about["name"], "runlight", "{make}");
    assert_eq!(about["tools"].as_array().map(Vec::len), Some(7), "{make}: {about}");
    assert_eq!(about["prompts"], false, "{make}");
    let resources = about["resources"].as_array().expect("a list");
    assert!(resources.contains(&json!("runlight://runbook/assisted")), "{make}: {about}");
}

async fn clients_of_two_other_makes_read_the_verdict_of_the_page() -> Ran {
    script()?;
    let clock = day::clock(day::DURING_BACKUP);
    let homelab = Homelab::start(Options { clock, seed: 7, pace: Pace::STILL }).await.expect("a free port");
    let folder = tempfile::tempdir().expect("a folder");
    let mut config: Config = homelab.write_config(folder.path()).expect("written").parse().expect("a configuration");
    let own = folder.path().join("own");
    std::fs::create_dir(&own).expect("created");
    std::fs::write(own.join("assisted.md"), RUNBOOK).expect("written");
    config.library.folders.insert(0, own);
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
    config.server.listen = free;
    config.server.check_timeout_ms = 60_000;
    config.server.public_url = Some(format!("http://{free}").parse().expect("an address"));
    let token = access::new_token([7; 32]);
    let section = format!("[tokens.a]\nhash = \"{}\"\nscopes = [\"mcp\"]\n", token.hash);
    config.sign_in = toml::from_str(&section).expect("a section");
    let portal = Portal::open(&config, clock, Vec::new()).await.expect("a valid configuration");
    portal.library_read().await;
    let mut serving = tokio::task::JoinSet::new();
    let (tell, told) = tokio::sync::oneshot::channel();
    let served = Arc::clone(&portal);
    serving.spawn(async move {
        let announce = move |address: SocketAddr| tell.send(address).expect("the test waits for it");
        http::serve_until(served, &config.server, &Stop::default(), announce).await.expect("a free port");
    });
    let address = format!("http://{}/mcp", told.await.expect("it listens"));

    let bindings = json!({"cluster": "monitoring-cluster", "namespace": "kube-system",
        "pod": "kube-scheduler-talos-monitor"});
    let runbook = runbook::parse(RUNBOOK);
    let (check, refused) = (runbook.commands[0].id.as_str(), runbook.commands[1].id.as_str());
    let calls = [
        json!({"tool": "find_runbook", "arguments": {"labels": {"alertname": "Assisted"}}}),
        json!({"tool": "verdict", "arguments": {"path": "assisted", "bindings": bindings}}),
        json!({"tool": "run_check", "arguments": {"path": "assisted", "check": check, "bindings": bindings}}),
        json!({"tool": "run_check", "arguments": {"path": "assisted", "check": refused, "bindings": bindings}}),
    ];
    let values = bindings.as_object().expect("an object").iter();
    let values = values.map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned())).collect();
    let path = "assisted".parse().expect("a path");
    let report = portal.verdict(&access::Caller::Local, &path, &values).await.expect("a verdict");
    for make in MAKES {
        let said = talk(make, &[&address, &token.token], &calls).await?;
        let [about, found, verdict, pods, refused] = said.as_slice() else { panic!("{make}: {said:?}") };
        assert_is_ours(make, about);
        assert!(found["text"].as_str().expect("text").starts_with("Runbook: assisted\n"), "{make}: {found}");
        let text = verdict["text"].as_str().expect("text");
        assert!(text.contains(report.outcome.summary()) && text.contains("matches"), "{make}: {text}");
        assert!(pods["text"].as_str().expect("text").contains("kube-scheduler-talos-monitor"), "{make}");
        assert_eq!((&found["error"], &refused["error"]), (&json!(false), &json!(true)), "{make}");
    }
    Ok(())
}

async fn clients_of_two_other_makes_talk_over_pipes() -> Ran {
    script()?;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("assisted.md"), RUNBOOK).expect("written");
    let config = folder.path().join("runlight.toml");
    std::fs::write(&config, "[library]\nfolders = [\".\"]\n[evidence]\nurl = \"off\"\n").expect("written");
    let config = config.display().to_string();
    let calls = [
        json!({"tool": "search", "arguments": {"words": "storage"}}),
        json!({"tool": "read_runbook", "arguments": {"path": "assisted"}}),
    ];
    for make in MAKES {
        let program = ["--", env!("CARGO_BIN_EXE_runlight"), "mcp", "--config", &config];
        let said = talk(make, &program, &calls).await?;
        let [about, hits, text] = said.as_slice() else { panic!("{make}: {said:?}") };
        assert_is_ours(make, about);
        assert!(hits["text"].as_str().expect("text").contains("- assisted: "), "{make}: {hits}");
        assert!(text["text"].as_str().expect("text").contains("never run: "), "{make}: {text}");
    }
    Ok(())
}
