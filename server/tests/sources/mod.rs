//! The sources' own clients against the simulated homelab: what they know, and what they say when it goes wrong.

mod answers;
mod backup_server;
mod credentials;
mod gates;
mod guests;
mod logs;
mod monitoring;
mod pods;
mod proxmox;
mod setup;

use homelab::{Homelab, Options, Pace};
use server::{
    config::Config,
    sources::{
        Grant, Sources,
        cluster::{Cluster, PodView, PodWatchState},
    },
};
use tempfile::TempDir;

use crate::{
    day::{self, DURING_BACKUP, NOON},
    soon::soon,
};

/// How long a check may take: a busy machine is no slow source.
const PATIENT_MS: u64 = 60_000;
/// How long one may take that gets no answer: long enough for a busy machine to make a connection.
const SHORT_MS: u64 = 1_500;

/// A homelab in which nothing happens by itself, and the sources that look at it.
struct Scene {
    homelab: Homelab,
    sources: Grant,
    config: Config,
    _folder: TempDir,
}

async fn scene(minute_of_day: u16) -> Scene {
    let clock = day::clock(minute_of_day);
    let homelab = Homelab::start(Options { clock, seed: 7, pace: Pace::STILL }).await.expect("a free port");
    let folder = tempfile::tempdir().expect("a folder");
    let mut config: Config =
        homelab.write_config(folder.path()).expect("a configuration").parse().expect("a configuration");
    config.server.check_timeout_ms = PATIENT_MS;
    let sources = Sources::connect(&config, clock).await.expect("a configuration that can be right").own().clone();
    Scene { homelab, sources, config, _folder: folder }
}

impl Scene {
    fn cluster(&self, name: &str) -> &Cluster {
        self.sources.cluster(name).expect("a configured cluster")
    }
}

/// Waits until the pods of a cluster are as they should be, woken by its changes alone.
async fn pods_until(cluster: &Cluster, what: &str, is_so: impl Fn(&PodView) -> bool) -> PodView {
    let mut changes = cluster.pod_changes();
    soon(what, async {
        loop {
            let view = cluster.pods();
            if is_so(&view) {
                return view;
            }
            changes.changed().await.expect("the watch lives as long as the cluster");
        }
    })
    .await
}

async fn live(cluster: &Cluster) -> PodView {
    pods_until(cluster, "the first list", |view| matches!(view.state, PodWatchState::Live { .. })).await
}
