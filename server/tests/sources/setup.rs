//! Configuration that cannot be right, and sources that are merely down.

use std::fs;

use server::{config::Config, sources::Sources};

use super::{NOON, scene};
use crate::day;

async fn problem(config: &str) -> String {
    let config: Config = toml::from_str(config).expect("TOML");
    match Sources::connect(&config, day::clock(NOON)).await {
        Ok(_) => panic!("it was taken"),
        Err(problem) => problem.to_string(),
    }
}

#[tokio::test]
async fn finds_a_cluster_by_every_name() {
    let scene = scene(NOON).await;
    for reference in ["monitoring-cluster", "admin@monitoring-cluster"] {
        assert_eq!(scene.sources.cluster(reference).map(|cluster| cluster.name()), Some("monitoring-cluster"));
    }
    assert!(scene.sources.cluster("nowhere").is_none());
    assert_eq!(scene.sources.proxmox_by_host("10.10.0.20").map(|proxmox| proxmox.name()), Some("pihanga"));
    assert_eq!(scene.sources.proxmox_by_host("PIHANGA").map(|proxmox| proxmox.name()), Some("pihanga"));
}

#[tokio::test]
async fn names_the_key_and_the_remedy() {
    assert!(problem("[clusters.a]").await.starts_with("clusters.a: it has neither kubeconfig nor in_cluster."));
    assert!(problem("[clusters.a]\nkubeconfig = \"/no/such/file\"").await.contains("/no/such/file cannot be read"));
    assert!(problem("[proxmox.p]").await.starts_with("proxmox.p.url: it is missing."));
    assert!(problem("[proxmox.p]\nurl = \"http://10.0.0.1\"").await.contains("in the clear"));
    assert!(
        problem("[proxmox.p]\nurl = \"https://10.0.0.1\"").await.starts_with("proxmox.p.token_file: it is missing.")
    );
}

#[tokio::test]
async fn refuses_tokens_and_fingerprints_that_are_none_without_showing_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    fs::write(&token, "hunter2-is-no-token").expect("written");
    let section = format!("[proxmox.p]\nurl = \"https://10.0.0.1\"\ntoken_file = {token:?}\n");
    let words = problem(&section).await;
    assert!(words.starts_with("proxmox.p.token_file: ") && !words.contains("hunter2"), "{words}");
    fs::write(&token, "runlight@pve!ro=secret\n").expect("written");
    assert!(problem(&format!("{section}fingerprint = \"AA:BB\"\n")).await.starts_with("proxmox.p.fingerprint: "));
}

#[tokio::test]
async fn refuses_a_kubeconfig_that_skips_verification() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kubeconfig");
    let kubeconfig = r#"{"apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1", "insecure-skip-tls-verify": true}}],
        "users": [{"name": "c", "user": {}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}]}"#;
    fs::write(&path, kubeconfig).expect("written");
    let words = problem(&format!("[clusters.a]\nkubeconfig = {path:?}\n")).await;
    assert!(words.contains("insecure-skip-tls-verify"), "{words}");
    fs::write(&path, kubeconfig.replace("true", "false")).expect("written");
    let words = problem(&format!("[clusters.a]\nkubeconfig = {path:?}\ncontext = \"x\"\n")).await;
    assert!(words.contains("no context x") && words.contains("one of: c."), "{words}");
}

/// A kubeconfig with one context.
fn kubeconfig(server: &str, user: &serde_json::Value) -> String {
    serde_json::json!({"apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": server}}], "users": [{"name": "c", "user": user}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}]})
    .to_string()
}

#[tokio::test]
async fn sends_no_credentials_in_the_clear() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kubeconfig");
    let section = format!("[clusters.a]\nkubeconfig = {path:?}\n");
    for user in [
        serde_json::json!({"token": "hunter2"}),
        serde_json::json!({"tokenFile": "/run/token"}),
        serde_json::json!({"username": "a", "password": "hunter2"}),
    ] {
        fs::write(&path, kubeconfig("http://10.0.0.1:6443", &user)).expect("written");
        let words = problem(&section).await;
        assert!(words.starts_with("clusters.a.kubeconfig: ") && words.contains("in the clear"), "{words}");
        assert!(words.contains("Use its https:// address.") && !words.contains("hunter2"), "{words}");
    }
    for (server, user) in [
        ("http://10.0.0.1:6443", serde_json::json!({})),
        ("http://127.0.0.1:1", serde_json::json!({"token": "hunter2"})),
        ("http://[::1]:1", serde_json::json!({"token": "hunter2"})),
        ("https://10.0.0.1:6443", serde_json::json!({"token": "hunter2"})),
    ] {
        fs::write(&path, kubeconfig(server, &user)).expect("written");
        let config: Config = toml::from_str(&section).expect("TOML");
        assert!(Sources::connect(&config, day::clock(NOON)).await.is_ok(), "{server}");
    }
}

#[tokio::test]
async fn starts_no_program_for_credentials_unless_it_is_told_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, mark) = (folder.path().join("kubeconfig"), folder.path().join("started"));
    let exec = serde_json::json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "touch",
        "args": [&mark], "interactiveMode": "Never"}});
    fs::write(&path, kubeconfig("https://127.0.0.1:1", &exec)).expect("written");
    let words = problem(&format!("[clusters.a]\nkubeconfig = {path:?}\n")).await;
    assert!(words.contains("starts none") && words.contains("credential_plugin = true"), "{words}");
    assert!(!mark.exists());
    // It is started now, and gives no credentials.
    let words = problem(&format!("[clusters.a]\nkubeconfig = {path:?}\ncredential_plugin = true\n")).await;
    assert!(words.contains("no credentials could be had"), "{words}");
    assert!(mark.exists());
}

#[tokio::test]
async fn takes_a_source_that_is_down() {
    let scene = scene(NOON).await;
    assert!(scene.homelab.stop("monitoring-cluster").await);
    assert!(scene.homelab.stop("pihanga").await);
    let sources = Sources::connect(&scene.config, scene.homelab.clock()).await.expect("being down is a state");
    let failure = sources.proxmox_by_host("pihanga").expect("configured").status().await.expect_err("it is down");
    assert!(failure.reason.contains("cannot be reached: connection refused"), "{}", failure.reason);
    assert!(failure.remedy.contains("[proxmox.pihanga] in runlight.toml"), "{}", failure.remedy);
}
