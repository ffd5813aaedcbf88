//! `runlight evidence`: what was kept, read beside a portal that keeps, and pruned.

use std::{fs, path::PathBuf, process::Output};

use ::evidence::{BackupThen, Capture, Crash, CrashKey, Ended, EvidenceId, KeptLine, KeptLog, Mode, Owner, Store};
use runbook::{
    outcome::Cause,
    time::{DAY_MS, Timestamp},
};

use super::runlight;

/// A folder with a configuration and a store of two crashes: one of the year 2026, one long ago.
struct Kept {
    folder: tempfile::TempDir,
    store: Store,
    new: EvidenceId,
    old: EvidenceId,
}

impl Kept {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(
            folder.path().join("runlight.toml"),
            "[library]\nfolders = [\".\"]\n[evidence]\nurl = \"sqlite:e.db\"\n",
        )
        .expect("written");
        let url = format!("sqlite:{}", folder.path().join("e.db").display());
        let store = Store::open(&url, Mode::Write).await.expect("opens");
        let (new, old) = (crash("web-0", server::clock::Clock::system().now()), crash("web-1", Timestamp(DAY_MS)));
        for capture in [&old, &new] {
            store.keep(capture, capture.crash.at).await.expect("kept");
        }
        Self { new: new.id(), old: old.id(), folder, store }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let config: PathBuf = self.folder.path().join("runlight.toml");
        let mut all = vec!["evidence", "--config", config.to_str().expect("text")];
        all.extend(arguments);
        runlight(&all).output().expect("the program runs")
    }

    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }
}

fn crash(pod: &str, at: Timestamp) -> Capture {
    let not_asked = Cause::NotAsked.unknown("It", "Nobody asked.", "Ask.");
    let line = |text: &str| KeptLine { at: Some(at), text: text.into() };
    Capture {
        crash: Crash {
            key: CrashKey { cluster: "prod".into(), pod_uid: pod.into(), container: "app".into(), restart_count: 1 },
            namespace: "shop".into(),
            pod: pod.into(),
            owner: Owner { kind: "StatefulSet".into(), name: "web".into() },
            node: "talos-1".into(),
            role: "main".into(),
            ended: Ended { reason: "Error".into(), exit_code: 1, finished_at: Some(at), ..Ended::default() },
            at,
            before: "running".into(),
            after: "waiting".into(),
            image: "registry.example/web:1".into(),
            revision: String::new(),
            memory_limit: String::new(),
        },
        captured_at: at,
        log: Ok(KeptLog::of_lines([line("starting"), line("leaderelection lost \u{1b}[2J")], false)),
        telling: Some("leaderelection lost \u{1b}[2J".into()),
        events: Err(not_asked.clone()),
        config: Err(not_asked.clone()),
        node_pressure: Err(not_asked),
        backup: Ok(BackupThen { is_running: false, work: Vec::new() }),
        verdict: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_listed_shown_and_exported_beside_a_portal_that_keeps() {
    let kept = Kept::new().await;
    let all = kept.says(&["list"]);
    assert_eq!(all.lines().count(), 2, "{all}");
    assert!(all.starts_with(kept.new.as_str()), "the newest stands first: {all}");
    assert!(!all.contains('\u{1b}'), "a log line moves no cursor");
    let found = kept.says(&["list", "leaderelection", "web-1"]);
    assert!(found.lines().count() == 1 && found.starts_with(kept.old.as_str()), "{found}");
    assert_eq!(kept.says(&["list", "--limit", "1"]).lines().count(), 1);
    assert_eq!(kept.says(&["list", "nothing-of-this-name"]), "");
    let shown = kept.says(&["show", kept.new.as_str()]);
    for words in
        ["Crash of app in shop/web-0 on prod: Error, exit code 1", "Telling line: leaderelection lost", "starting\n"]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains('\u{1b}'), "a log line moves no cursor");
    let exported = kept.says(&["export"]);
    let lines: Vec<serde_json::Value> =
        exported.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((lines.len(), &lines[0]["crash"]["pod"]), (2, &"web-0".into()));
    // What is not there, and what is no id, is said by the exit code.
    assert_eq!(kept.run(&["show", "0123456789abcdef"]).status.code(), Some(4));
    assert_eq!(kept.run(&["show", "none"]).status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_pruned_by_one_process_alone() {
    let kept = Kept::new().await;
    let refused = kept.run(&["prune"]);
    assert_eq!(refused.status.code(), Some(4));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("another process keeps evidence in"), "{said}");
    let Kept { folder, store, new, old } = kept;
    store.close().await;
    drop(store);
    let config = folder.path().join("runlight.toml");
    let run = |arguments: &[&str]| {
        let mut all = vec!["evidence", "--config", config.to_str().expect("text")];
        all.extend(arguments);
        let output = runlight(&all).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    assert_eq!(run(&["prune"]), "1 entry was removed.\n");
    assert_eq!(run(&["prune"]), "Nothing had to be removed.\n");
    assert!(run(&["list"]).starts_with(new.as_str()));
    let gone = run(&["show", old.as_str()]);
    assert!(gone.starts_with("Crash of app in shop/web-1") && gone.contains("It is no longer kept."), "{gone}");
}

#[test]
fn evidence_that_is_not_kept_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("runlight.toml");
    let run = |url: &str| {
        fs::write(&config, format!("[library]\nfolders = [\".\"]\n[evidence]\nurl = \"{url}\"\n")).expect("written");
        let output = runlight(&["evidence", "--config", config.to_str().expect("text"), "list"]).output();
        let output = output.expect("the program runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(run("off").0, Some(2));
    let (code, said) = run("sqlite:absent.db");
    assert!(code == Some(4) && said.contains("is not there"), "{said}");
    assert!(!folder.path().join("absent.db").exists(), "reading makes no file");
    let (code, said) = run("mysql://host/db");
    assert!(code == Some(4) && said.contains("write sqlite:PATH, postgres://"), "{said}");
}
