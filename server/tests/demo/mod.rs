//! The simulated homelab, asked through the ordinary clients.

mod exporter;
mod kubernetes;
mod logs;
mod proxmox;

use homelab::{Homelab, Options, Pace};
use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};

use crate::{
    day::{self, DURING_BACKUP, NOON},
    soon::soon,
};

/// A homelab in which nothing happens by itself.
async fn still_homelab(minute_of_day: u16) -> Homelab {
    start(minute_of_day, Pace::STILL).await
}

async fn start(minute_of_day: u16, pace: Pace) -> Homelab {
    // The clients are built with rustls but without a choice of cryptography; a second installation changes nothing.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    Homelab::start(Options { clock: day::clock(minute_of_day), seed: 7, pace }).await.expect("a free port")
}

/// kube-rs on the kubeconfig that the homelab writes.
async fn client(homelab: &Homelab, cluster: &str) -> Client {
    let kubeconfig = Kubeconfig::from_yaml(&homelab.kubeconfig()).expect("a kubeconfig");
    let options = KubeConfigOptions { context: Some(format!("admin@{cluster}")), ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await.expect("a usable context");
    Client::try_from(config).expect("a client")
}
