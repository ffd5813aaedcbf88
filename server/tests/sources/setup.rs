//! Configuration that cannot be right, and sources that are merely down.

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
    assert!(problem("[proxmox.p]").await.starts_with("proxmox.p.url: it is missing."));
    assert!(problem("[proxmox.p]\nurl = \"http://10.0.0.1\"").await.contains("in the clear"));
    assert!(
        problem("[proxmox.p]\nurl = \"https://10.0.0.1\"").await.starts_with("proxmox.p.token_file: it is missing.")
    );
}

#[tokio::test]
async fn refuses_a_fingerprint_that_is_none() {
    let section = "[proxmox.p]\nurl = \"https://10.0.0.1\"\ntoken_file = \"/no/such/file\"\n";
    assert!(problem(&format!("{section}fingerprint = \"AA:BB\"\n")).await.starts_with("proxmox.p.fingerprint: "));
    let pin = "AA:".repeat(31) + "AA";
    let both = format!("{section}fingerprint = \"{pin}\"\nca_file = \"ca.pem\"\n");
    assert!(problem(&both).await.starts_with("proxmox.p: it has both fingerprint and ca_file."));
}

#[tokio::test]
async fn takes_a_source_that_is_down() {
    let scene = scene(NOON).await;
    assert!(scene.homelab.stop("monitoring-cluster").await);
    assert!(scene.homelab.stop("pihanga").await);
    let sources =
        Sources::connect(&scene.config, scene.homelab.clock()).await.expect("being down is a state").own().clone();
    let failure = sources.proxmox_by_host("pihanga").expect("configured").status().await.expect_err("it is down");
    assert!(failure.reason.contains("cannot be reached: connection refused"), "{}", failure.reason);
    assert!(failure.remedy.contains("[proxmox.pihanga] in runlight.toml"), "{}", failure.remedy);
}
