//! Helm's releases: refused unless `[clusters.NAME]` says `secret_data = "show"`, then printed as Helm prints them.

use std::io::Write;

use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, write::GzEncoder};
use runbook::command::SecretData;
use serde_json::{Value, json};
use server::portal::PrintError;

use super::{NOON, World};

const RUNBOOK: &str = "# Releases\n\n```bash\nhelm list -A\nhelm status <release> -n apps\n```\n";
const HEAD: &str = "NAME\tNAMESPACE\tREVISION\tUPDATED\tSTATUS\tCHART\tAPP VERSION";

async fn world(secret_data: SecretData) -> World {
    let mut world = World::start_with(NOON, &[("releases.md", RUNBOOK)]).await;
    world.config.clusters.get_mut("agentic").expect("the demo's cluster").secret_data = secret_data;
    world.reopened().await
}

async fn print(world: &World, command: &str) -> Result<Vec<String>, PrintError> {
    let bindings = [("cluster".to_owned(), "agentic".to_owned())].into();
    world.portal.print_check(command, &bindings).await
}

/// A Secret as Helm writes it.
fn release(namespace: &str, name: &str, revision: u8, status: &str) -> Value {
    let stored = json!({
        "name": name, "namespace": namespace, "version": revision,
        "config": { "password": "hunter2" }, "manifest": "password: hunter2", "hooks": [{ "manifest": "hunter2" }],
        "info": {
            "status": status, "description": "Upgrade complete", "notes": "Visit it.\n",
            "last_deployed": format!("2026-03-09T07:05:0{revision}.5Z"),
        },
        "chart": { "metadata": { "name": name, "version": "1.2.3", "appVersion": "4.5" }, "values": { "p": "hunter2" } },
    });
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(stored.to_string().as_bytes()).expect("memory");
    let packed = BASE64_STANDARD.encode(packed.finish().expect("memory"));
    secret(namespace, name, revision, &BASE64_STANDARD.encode(packed))
}

fn secret(namespace: &str, name: &str, revision: u8, data: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1", "data": { "release": data },
        "metadata": {
            "name": format!("sh.helm.release.v1.{name}.v{revision}"), "namespace": namespace,
            "labels": { "owner": "helm", "name": name, "version": revision.to_string() },
        },
    })
}

fn install(world: &World) {
    for secret in [
        release("apps", "web", 1, "superseded"),
        release("apps", "web", 2, "deployed"),
        release("agents", "router", 1, "failed"),
        release("agents", "old", 1, "uninstalled"),
    ] {
        assert!(world.homelab.keep_secret("agentic", secret));
    }
}

#[tokio::test]
async fn refuses_to_read_releases_by_default_and_names_the_key() {
    let world = world(SecretData::Refuse).await;
    install(&world);
    let page = world.get("/r/releases?cluster=agentic").await;
    assert_eq!(page.text.matches("data-command=\"refused\"").count(), 2, "{}", page.text);
    page.has("secret_data");
    for command in ["helm list -A", "helm ls -n apps -q", "helm status web -n apps", "helm history web -n apps"] {
        match print(&world, command).await {
            Err(PrintError::NotACheck(reason)) => assert!(reason.contains("secret_data = \"show\""), "{reason}"),
            other => panic!("{command}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn lists_releases_as_helm_does_where_it_is_allowed() {
    let world = world(SecretData::Show).await;
    assert_eq!(print(&world, "helm list -A").await.expect("an answer"), [HEAD], "none is found");
    install(&world);
    let lines = print(&world, "helm list -A").await.expect("an answer");
    assert_eq!(
        lines,
        [
            "NAME  \tNAMESPACE\tREVISION\tUPDATED                        \tSTATUS  \tCHART       \tAPP VERSION",
            "router\tagents   \t1       \t2026-03-09 07:05:01.5 +0000 UTC\tfailed  \trouter-1.2.3\t4.5        ",
            "web   \tapps     \t2       \t2026-03-09 07:05:02.5 +0000 UTC\tdeployed\tweb-1.2.3   \t4.5        ",
        ]
    );
    assert_eq!(print(&world, "helm ls -A -a -q").await.expect("an answer"), ["old", "router", "web"]);
    assert_eq!(print(&world, "helm ls -n apps --short").await.expect("an answer"), ["web"]);
    assert_eq!(print(&world, "helm ls -A -q | grep we").await.expect("an answer"), ["web"]);
    let json = print(&world, "helm list -n apps -o json").await.expect("an answer").join("\n");
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json[0]["revision"], "2");
    let page = world.get("/r/releases?cluster=agentic").await;
    assert_eq!(page.text.matches("data-command=\"check\"").count(), 2, "{}", page.text);
    let id = runbook::parse(RUNBOOK).commands[0].id.to_string();
    let asked = world.get(&format!("/r/releases?cluster=agentic&run={id}")).await;
    for words in ["router-1.2.3", "App Version", "Failed: router.", "lets be shown"] {
        asked.has(words);
    }
    asked.has_not("hunter2");
}

#[tokio::test]
async fn tells_status_and_history_of_one_release() {
    let world = world(SecretData::Show).await;
    install(&world);
    let status = [
        "NAME: web",
        "LAST DEPLOYED: Mon Mar  9 07:05:02 2026",
        "NAMESPACE: apps",
        "STATUS: deployed",
        "REVISION: 2",
        "TEST SUITE: None",
        "NOTES:",
        "Visit it.",
    ];
    assert_eq!(print(&world, "helm status web -n apps").await.expect("an answer"), status);
    let described = print(&world, "helm status web -n apps --show-desc").await.expect("an answer");
    assert_eq!(described[5], "DESCRIPTION: Upgrade complete");
    let json = print(&world, "helm history web -n apps -o json | jq -c '.[].revision'").await.expect("an answer");
    assert_eq!(json, ["1", "2"]);
    let yaml = print(&world, "helm list -n apps -o yaml").await.expect("an answer");
    assert_eq!(yaml[..2], ["- app_version: \"4.5\"", "  chart: web-1.2.3"]);
    let history = print(&world, "helm history web -n apps").await.expect("an answer");
    let cells: Vec<Vec<&str>> = history.iter().map(|line| line.split('\t').map(str::trim).collect()).collect();
    assert_eq!(cells[0], ["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"]);
    assert_eq!(cells[1][..3], ["1", "Mon Mar  9 07:05:01 2026", "superseded"]);
    assert_eq!((cells.len(), cells[2][0]), (3, "2"));
    let last = print(&world, "helm history web -n apps --max 1").await.expect("an answer");
    assert!(last.len() == 2 && last[1].starts_with('2'), "{last:?}");
    for command in ["helm status nothing -n apps", "helm history web -n agents"] {
        match print(&world, command).await {
            Err(PrintError::NoAnswer(unknown)) => assert_eq!(unknown.reason, "Error: release: not found."),
            other => panic!("{command}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn says_which_secret_is_no_release_and_refuses_every_other_verb() {
    let world = world(SecretData::Show).await;
    install(&world);
    assert!(world.homelab.keep_secret("agentic", secret("apps", "bad", 1, "bm9uc2Vuc2U=")));
    match print(&world, "helm list -A").await {
        Err(PrintError::Incomplete { lines, complaints }) => {
            assert_eq!(lines.len(), 3, "{lines:?}");
            assert!(complaints[0].reason.contains("apps/sh.helm.release.v1.bad.v1"), "{complaints:?}");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(print(&world, "helm status bad -n apps").await, Err(PrintError::NoAnswer(_))));
    for command in [
        "helm list -A --filter web",
        "helm list --debug",
        "helm status web -n apps -o yaml",
        "helm status web,owner!=helm",
        "helm get values web -n apps",
        "helm upgrade web ./web",
        "helm rollback web 1",
        "helm --kube-context monitoring-cluster list -A",
    ] {
        let refused = print(&world, command).await;
        assert!(matches!(refused, Err(PrintError::NotACheck(_))), "{command}: {refused:?}");
    }
}
