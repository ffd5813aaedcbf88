//! agentic: the cluster of the agents; its task router cannot start.

use super::{Inventory, base, limited, runs, steady_controllers, suffers};
use crate::{
    cluster::workload::{Node, Workload},
    story::Trouble,
    voices::{CONTROLLER, DATABASE, JSON, LOGFMT, ROUTER, WEB, WORKER},
};

pub(super) fn inventory() -> Inventory {
    Inventory::new(
        "agentic",
        &[
            Node { name: "talos-agentic-cp", address: "10.10.0.41", is_control_plane: true, memory_gib: 8, cpus: 4 },
            Node { name: "talos-agentic-w1", address: "10.10.0.42", is_control_plane: false, memory_gib: 32, cpus: 8 },
            Node { name: "talos-agentic-w2", address: "10.10.0.43", is_control_plane: false, memory_gib: 32, cpus: 8 },
        ],
        [base(), steady_controllers(), workloads()],
    )
}

fn workloads() -> Vec<Workload> {
    vec![
        Workload::deployment(
            "agents",
            "task-router",
            1,
            vec![suffers(
                limited("router", "ghcr.io/homelab/task-router:0.14.2", &ROUTER, "128Mi"),
                Trouble::BadConfig,
            )],
        )
        .with_old_restarts(14),
        Workload::deployment(
            "agents",
            "planner",
            2,
            vec![limited("planner", "ghcr.io/homelab/planner:0.9.0", &WORKER, "1Gi")],
        ),
        Workload::deployment(
            "agents",
            "runner",
            4,
            vec![limited("runner", "ghcr.io/homelab/runner:0.9.0", &WORKER, "2Gi")],
        ),
        Workload::deployment(
            "agents",
            "tool-gateway",
            2,
            vec![runs("gateway", "ghcr.io/homelab/tool-gateway:0.6.1", &WEB)],
        ),
        Workload::deployment(
            "agents",
            "review-board",
            1,
            vec![runs("web", "ghcr.io/homelab/review-board:0.3.4", &WEB)],
        ),
        Workload::stateful(
            "agents",
            "queue",
            3,
            vec![limited("nats", "docker.io/library/nats:2.10.24", &LOGFMT, "256Mi")],
        ),
        Workload::stateful(
            "agents",
            "memory-db",
            1,
            vec![limited("postgres", "docker.io/pgvector/pgvector:pg16", &DATABASE, "2Gi")],
        ),
        Workload::cron(
            "agents",
            "transcript-cleanup",
            "15 * * * *",
            1,
            vec![runs("cleanup", "ghcr.io/homelab/runner:0.9.0", &WORKER)],
        ),
        Workload::deployment(
            "models",
            "llama-server",
            1,
            vec![limited("llama", "ghcr.io/ggml-org/llama.cpp:server-b4458", &WORKER, "16Gi")],
        ),
        Workload::deployment(
            "models",
            "embedder",
            2,
            vec![limited("embedder", "ghcr.io/huggingface/text-embeddings-inference:cpu-1.6", &JSON, "4Gi")],
        ),
        Workload::deployment(
            "models",
            "litellm",
            1,
            vec![limited("litellm", "ghcr.io/berriai/litellm:main-v1.57.3", &JSON, "1Gi")],
        )
        .with_old_restarts(1),
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
        Workload::deployment("ingress", "traefik", 2, vec![runs("traefik", "docker.io/library/traefik:v3.2.3", &WEB)]),
        Workload::daemon(
            "longhorn-system",
            "longhorn-manager",
            vec![runs("longhorn-manager", "docker.io/longhornio/longhorn-manager:v1.7.2", &LOGFMT)],
        ),
    ]
}
