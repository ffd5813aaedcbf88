//! Connects Runlight's own sources to the real cluster, directly or through a wire.

use std::{collections::BTreeMap, net::SocketAddr, path::Path, sync::Arc};

use serde_json::{Value, json};
use server::{
    clock::Clock,
    config::{self, Config},
    portal::Portal,
    sources::{
        Grant, Sources,
        cluster::{Cluster, PodView, PodWatchState},
    },
};

use crate::{
    parts::{Parts, eventually},
    wire::Wire,
};

/// The name of the cluster in the portal's configuration.
pub(crate) const NAME: &str = "real";

/// Sources with the one cluster, as a user (`admin`, `view`, `nothing`, `expired`).
pub(crate) async fn connect(parts: &Parts, user: &str) -> (Grant, Arc<Cluster>) {
    connect_by(&parts.kubeconfig(user)).await
}

/// As `connect`, with the admin's kubeconfig changed to go through a wire. The folder holds it.
pub(crate) async fn connect_through_wire(parts: &Parts, folder: &Path) -> (Wire, Grant, Arc<Cluster>) {
    let text = parts.kubectl(&["config", "view", "--raw", "--flatten", "--minify", "-o", "json"]);
    let mut kubeconfig: Value = serde_json::from_str(&text).expect("kubectl prints JSON");
    let cluster = &mut kubeconfig["clusters"][0]["cluster"];
    let server = cluster["server"].as_str().expect("it has a server").to_owned();
    let authority = server.strip_prefix("https://").expect("it speaks TLS").trim_end_matches('/');
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host).to_owned();
    let wire = Wire::to(resolve(authority).await).await;
    cluster["server"] = json!(format!("https://{}", wire.address));
    cluster["tls-server-name"] = json!(host);
    let file = folder.join("kubeconfig");
    // JSON is YAML too.
    std::fs::write(&file, kubeconfig.to_string()).expect("the folder can be written");
    let (sources, cluster) = connect_by(&file).await;
    (wire, sources, cluster)
}

/// A whole portal on the cluster.
pub(crate) async fn portal(kubeconfig: &Path) -> Arc<Portal> {
    let portal = Portal::open(&config(kubeconfig), Clock::system(), Vec::new()).await.expect("the kubeconfig is right");
    portal.library_read().await;
    portal
}

fn config(kubeconfig: &Path) -> Config {
    let section = config::Cluster { kubeconfig: Some(kubeconfig.to_owned()), ..Default::default() };
    Config { clusters: BTreeMap::from([(NAME.to_owned(), section)]), ..Default::default() }
}

async fn connect_by(kubeconfig: &Path) -> (Grant, Arc<Cluster>) {
    let sources =
        Sources::connect(&config(kubeconfig), Clock::system()).await.expect("the kubeconfig is right").own().clone();
    let cluster = sources.cluster(NAME).expect("it is configured").clone();
    (sources, cluster)
}

/// Waits until the watch of pods is live.
pub(crate) async fn live(cluster: &Cluster) -> PodView {
    eventually("a live watch", async || {
        Some(cluster.pods()).filter(|view| matches!(view.state, PodWatchState::Live { .. }))
    })
    .await
}

async fn resolve(authority: &str) -> SocketAddr {
    let address = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:443") };
    tokio::net::lookup_host(address).await.expect("the name is known").next().expect("it has an address")
}
