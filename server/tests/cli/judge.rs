//! `runlight judge` as a terminal meets it: text and JSON, what it says of a cluster or a pod that is not there, and the
//! rows that it brings for a runbook without any.

use std::{fs, path::Path, process::Output};

use homelab::{Homelab, Options, Pace};
use serde_json::Value;
use server::clock::Clock;

use super::runlight;

const TABLE: &str = "# Crash\n\n| Symptom | Cause | Action |\n|---|---|---|\n| `OOMKilled` | Memory | Raise the limit |\n\
    | exit code 1 | Configuration | Read the log |\n";

/// Runs it beside a homelab that lives on this runtime.
async fn judge(
    folder: &Path,
    runbook: &'static str,
    pod: &str,
    more: &[&'static str],
) -> (Option<i32>, String, String) {
    let (folder, pod, more) = (folder.to_owned(), pod.to_owned(), more.to_vec());
    let run = move || {
        let path = folder.join("runbook.md");
        fs::write(&path, runbook).expect("written");
        let config = folder.join("runlight.toml").display().to_string();
        let mut command = runlight(&["judge", "--config", &config, "--runbook", &path.display().to_string()]);
        command.args(["--pod", &pod]).args(more).output().expect("the program runs")
    };
    let output: Output = tokio::task::spawn_blocking(run).await.expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn judges_one_pod_by_the_rows_of_a_runbook() {
    let options = Options { clock: Clock::system(), seed: 7, pace: Pace::STILL };
    let homelab = Homelab::start(options).await.expect("a free port");
    let folder = tempfile::tempdir().expect("a folder");
    let config = homelab.write_config(folder.path()).expect("written");
    fs::write(folder.path().join("runlight.toml"), config).expect("written");
    let story =
        homelab.stories().into_iter().map(|story| story.pod).find(|pod| pod.starts_with("immich-machine-learning"));
    let pod = format!("media/{}", story.expect("the story's pod"));
    let cluster = ["--cluster", "homelab-prod"];

    let (code, out, said) = judge(folder.path(), TABLE, &pod, &cluster).await;
    assert_eq!(code, Some(0), "{out}{said}");
    assert!(out.contains("OOMKilled") && out.contains("\nRows ") && out.contains("\nFacts:\n"), "{out}");
    assert!(out.contains("Action: Raise the limit"), "{out}");

    let (code, out, said) = judge(folder.path(), TABLE, &pod, &[&cluster[..], &["--format", "json"]].concat()).await;
    assert_eq!(code, Some(0), "{out}{said}");
    let verdict: Value = serde_json::from_str(&out).expect("JSON and nothing else");
    assert_eq!((&verdict["winner"], verdict["rows"].as_array().map(Vec::len)), (&Value::from(0), Some(2)), "{out}");

    let (code, out, said) = judge(folder.path(), "# No rows\n\nAsk the team.\n", &pod, &cluster).await;
    assert_eq!(code, Some(0), "{out}{said}");
    assert!(out.contains("Rows of Runlight's own"), "{out}");

    let (code, out, _) = judge(folder.path(), TABLE, "media/gone-0", &cluster).await;
    assert!(code != Some(0) || !out.contains("Action:"), "a pod that is not there fits no row: {out}");
    let (code, out, said) = judge(folder.path(), TABLE, &pod, &["--cluster", "nowhere"]).await;
    assert_eq!(code, Some(4), "{out}{said}");
    assert!(out.contains("nowhere"), "{out}");
    let (code, ..) = judge(folder.path(), TABLE, "no-namespace", &cluster).await;
    assert_eq!(code, Some(2));
}
