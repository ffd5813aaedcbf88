//! The simulated homelab, asked through the ordinary clients.

mod exporter;
mod kubernetes;
mod logs;
mod proxmox;

use std::time::Duration;

use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use server::{
    clock::Clock,
    demo::{Homelab, Options, Pace},
};

/// 02:40 UTC: both backups run.
const DURING_BACKUP: u16 = 160;
/// 12:00 UTC: none does.
const NOON: u16 = 720;

/// A homelab in which nothing happens by itself.
async fn still_homelab(minute_of_day: u16) -> Homelab {
    start(minute_of_day, Pace::STILL).await
}

async fn start(minute_of_day: u16, pace: Pace) -> Homelab {
    // The clients are built with rustls but without a choice of cryptography; a second installation changes nothing.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    Homelab::start(Options { clock: Clock::starting_at(minute_of_day), seed: 7, pace }).await.expect("a free port")
}

/// kube-rs on the kubeconfig that the homelab writes.
async fn client(homelab: &Homelab, cluster: &str) -> Client {
    let kubeconfig = Kubeconfig::from_yaml(&homelab.kubeconfig()).expect("a kubeconfig");
    let options = KubeConfigOptions { context: Some(format!("admin@{cluster}")), ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await.expect("a usable context");
    Client::try_from(config).expect("a client")
}

/// Waits for something that must come, and fails loudly when it does not.
async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.unwrap_or_else(|_| panic!("{what} did not come"))
}
