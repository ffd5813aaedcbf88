//! homelab-prod: five nodes, and the things that a household uses.

use super::{Inventory, base, limited, runs, steady_controllers, suffers};
use crate::{
    cluster::workload::{Node, Workload},
    story::Trouble,
    voices::{CONTROLLER, DATABASE, JSON, LOGFMT, WEB, WORKER},
};

pub(super) fn inventory() -> Inventory {
    Inventory::new(
        "homelab-prod",
        &[
            Node { name: "talos-cp-1", address: "10.10.0.21", is_control_plane: true, memory_gib: 8, cpus: 4 },
            Node { name: "talos-cp-2", address: "10.10.0.22", is_control_plane: true, memory_gib: 8, cpus: 4 },
            Node { name: "talos-cp-3", address: "10.10.0.23", is_control_plane: true, memory_gib: 8, cpus: 4 },
            Node { name: "talos-worker-1", address: "10.10.0.24", is_control_plane: false, memory_gib: 48, cpus: 12 },
            Node { name: "talos-worker-2", address: "10.10.0.25", is_control_plane: false, memory_gib: 48, cpus: 12 },
        ],
        [base(), steady_controllers(), platform(), applications()],
    )
}

fn platform() -> Vec<Workload> {
    vec![
        Workload::stateful(
            "argocd",
            "argocd-application-controller",
            1,
            vec![runs("application-controller", "quay.io/argoproj/argocd:v2.13.2", &LOGFMT)],
        ),
        Workload::deployment(
            "argocd",
            "argocd-server",
            2,
            vec![runs("server", "quay.io/argoproj/argocd:v2.13.2", &LOGFMT)],
        ),
        Workload::deployment(
            "argocd",
            "argocd-repo-server",
            1,
            vec![suffers(runs("repo-server", "quay.io/argoproj/argocd:v2.13.2", &LOGFMT), Trouble::Recovered)],
        )
        .with_old_restarts(9),
        Workload::deployment(
            "argocd",
            "argocd-redis",
            1,
            vec![runs("redis", "docker.io/library/redis:7.4.1-alpine", &LOGFMT)],
        ),
        Workload::daemon(
            "monitoring",
            "node-exporter",
            vec![runs("node-exporter", "quay.io/prometheus/node-exporter:v1.8.2", &LOGFMT)],
        ),
        Workload::daemon("monitoring", "promtail", vec![runs("promtail", "docker.io/grafana/promtail:3.3.2", &LOGFMT)]),
        Workload::deployment(
            "monitoring",
            "kube-state-metrics",
            1,
            vec![runs(
                "kube-state-metrics",
                "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.14.0",
                &CONTROLLER,
            )],
        ),
        Workload::daemon("metallb-system", "speaker", vec![runs("speaker", "quay.io/metallb/speaker:v0.14.9", &JSON)]),
        Workload::deployment(
            "metallb-system",
            "controller",
            1,
            vec![runs("controller", "quay.io/metallb/controller:v0.14.9", &JSON)],
        ),
        Workload::daemon(
            "longhorn-system",
            "longhorn-manager",
            vec![runs("longhorn-manager", "docker.io/longhornio/longhorn-manager:v1.7.2", &LOGFMT)],
        ),
        Workload::deployment(
            "longhorn-system",
            "longhorn-ui",
            1,
            vec![runs("longhorn-ui", "docker.io/longhornio/longhorn-ui:v1.7.2", &WEB)],
        ),
        Workload::deployment("ingress", "traefik", 2, vec![runs("traefik", "docker.io/library/traefik:v3.2.3", &WEB)]),
        Workload::deployment(
            "ingress",
            "oauth2-proxy",
            1,
            vec![runs("oauth2-proxy", "quay.io/oauth2-proxy/oauth2-proxy:v7.7.1", &WEB)],
        ),
    ]
}

fn applications() -> Vec<Workload> {
    vec![
        Workload::deployment(
            "media",
            "immich-server",
            1,
            vec![limited("server", "ghcr.io/immich-app/immich-server:v1.124.2", &WEB, "2Gi")],
        ),
        Workload::deployment(
            "media",
            "immich-machine-learning",
            1,
            vec![suffers(
                limited("machine-learning", "ghcr.io/immich-app/immich-machine-learning:v1.124.2", &WORKER, "256Mi"),
                Trouble::OutOfMemory,
            )],
        )
        .with_old_restarts(22),
        Workload::stateful(
            "media",
            "immich-postgres",
            1,
            vec![limited("postgres", "ghcr.io/tensorchord/pgvecto-rs:pg16-v0.2.0", &DATABASE, "1Gi")],
        ),
        Workload::deployment(
            "media",
            "immich-redis",
            1,
            vec![runs("redis", "docker.io/library/redis:7.4.1-alpine", &LOGFMT)],
        ),
        Workload::deployment(
            "media",
            "jellyfin",
            1,
            vec![limited("jellyfin", "docker.io/jellyfin/jellyfin:10.10.3", &WEB, "4Gi")],
        )
        .with_old_restarts(1),
        Workload::deployment(
            "media",
            "navidrome",
            1,
            vec![runs("navidrome", "docker.io/deluan/navidrome:0.54.3", &LOGFMT)],
        ),
        Workload::deployment(
            "media",
            "audiobookshelf",
            1,
            vec![runs("audiobookshelf", "ghcr.io/advplyr/audiobookshelf:2.17.5", &WEB)],
        ),
        Workload::deployment(
            "documents",
            "paperless-web",
            1,
            vec![suffers(runs("paperless", "ghcr.io/paperless-ngx/paperless-ngx:2.14.O", &WEB), Trouble::BadImage)],
        ),
        Workload::deployment(
            "documents",
            "paperless-worker",
            2,
            vec![limited("worker", "ghcr.io/paperless-ngx/paperless-ngx:2.13.5", &WORKER, "1Gi")],
        ),
        Workload::stateful(
            "documents",
            "paperless-postgres",
            1,
            vec![limited("postgres", "docker.io/library/postgres:16.6", &DATABASE, "512Mi")],
        ),
        Workload::deployment("documents", "tika", 1, vec![runs("tika", "docker.io/apache/tika:3.0.0.0", &WEB)]),
        Workload::deployment(
            "documents",
            "stirling-pdf",
            1,
            vec![runs("stirling", "docker.io/stirlingtools/stirling-pdf:0.36.6", &WEB)],
        ),
        Workload::stateful(
            "home",
            "home-assistant",
            1,
            vec![limited("home-assistant", "ghcr.io/home-assistant/home-assistant:2025.1.0", &LOGFMT, "2Gi")],
        ),
        Workload::deployment(
            "home",
            "mosquitto",
            1,
            vec![runs("mosquitto", "docker.io/library/eclipse-mosquitto:2.0.20", &LOGFMT)],
        ),
        Workload::deployment(
            "home",
            "zigbee2mqtt",
            1,
            vec![runs("zigbee2mqtt", "docker.io/koenkk/zigbee2mqtt:1.42.0", &WEB)],
        )
        .with_old_restarts(4),
        Workload::deployment(
            "home",
            "frigate",
            1,
            vec![limited("frigate", "ghcr.io/blakeblackshear/frigate:0.14.1", &JSON, "4Gi")],
        ),
        Workload::deployment("home", "mealie", 1, vec![runs("mealie", "ghcr.io/mealie-recipes/mealie:v2.4.1", &WEB)]),
        Workload::deployment(
            "dev",
            "forgejo",
            1,
            vec![limited("forgejo", "codeberg.org/forgejo/forgejo:9.0.3", &WEB, "1Gi")],
        ),
        Workload::stateful(
            "dev",
            "forgejo-postgres",
            1,
            vec![limited("postgres", "docker.io/library/postgres:16.6", &DATABASE, "512Mi")],
        ),
        Workload::stateful(
            "dev",
            "forgejo-runner",
            2,
            vec![runs("runner", "code.forgejo.org/forgejo/runner:5.0.4", &LOGFMT)],
        ),
        Workload::deployment("dev", "registry", 1, vec![runs("registry", "docker.io/library/registry:2.8.3", &LOGFMT)]),
        Workload::deployment(
            "office",
            "vaultwarden",
            1,
            vec![runs("vaultwarden", "docker.io/vaultwarden/server:1.32.7", &WEB)],
        ),
        Workload::stateful(
            "office",
            "nextcloud",
            1,
            vec![
                limited("nextcloud", "docker.io/library/nextcloud:30.0.4", &WEB, "2Gi"),
                runs("cron", "docker.io/library/nextcloud:30.0.4", &LOGFMT),
            ],
        ),
        Workload::stateful(
            "office",
            "nextcloud-mariadb",
            1,
            vec![limited("mariadb", "docker.io/library/mariadb:11.6", &DATABASE, "1Gi")],
        ),
        Workload::cron(
            "office",
            "nextcloud-preview",
            "*/30 * * * *",
            1,
            vec![runs("preview", "docker.io/library/nextcloud:30.0.4", &LOGFMT)],
        ),
        Workload::cron(
            "documents",
            "paperless-export",
            "0 1 * * *",
            24,
            vec![runs("export", "ghcr.io/paperless-ngx/paperless-ngx:2.13.5", &WORKER)],
        ),
    ]
}
