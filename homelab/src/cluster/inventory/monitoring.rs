//! monitoring-cluster: one node, talos-monitor, a virtual machine on pihanga.

use super::{Inventory, base, limited, runs, suffers};
use crate::{
    cluster::workload::{Node, Workload},
    story::Trouble,
    voices::{CONTROLLER, DATABASE, JSON, LOGFMT, WEB},
};

pub(super) fn inventory() -> Inventory {
    Inventory::new(
        "monitoring-cluster",
        &[Node { name: "talos-monitor", address: "10.10.0.31", is_control_plane: true, memory_gib: 12, cpus: 4 }],
        [base(), workloads()],
    )
}

fn workloads() -> Vec<Workload> {
    vec![
        Workload::control_plane(
            "kube-scheduler",
            vec![suffers(
                runs("kube-scheduler", "registry.k8s.io/kube-scheduler:v1.32.3", &CONTROLLER),
                Trouble::LostLeader,
            )],
        )
        .with_old_restarts(63),
        Workload::control_plane(
            "kube-controller-manager",
            vec![suffers(
                runs("kube-controller-manager", "registry.k8s.io/kube-controller-manager:v1.32.3", &CONTROLLER),
                Trouble::LostLeader,
            )],
        )
        .with_old_restarts(58),
        Workload::deployment(
            "monitoring",
            "kube-prometheus-stack-grafana",
            1,
            vec![
                suffers(runs("grafana-sc-dashboard", "quay.io/kiwigrid/k8s-sidecar:1.28.0", &JSON), Trouble::SlowApi),
                runs("grafana-sc-datasources", "quay.io/kiwigrid/k8s-sidecar:1.28.0", &JSON),
                limited("grafana", "docker.io/grafana/grafana:11.4.0", &LOGFMT, "512Mi"),
            ],
        )
        .with_old_restarts(11),
        Workload::deployment(
            "monitoring",
            "kube-prometheus-stack-operator",
            1,
            vec![runs("kube-prometheus-stack", "quay.io/prometheus-operator/prometheus-operator:v0.79.2", &LOGFMT)],
        ),
        Workload::deployment(
            "monitoring",
            "kube-prometheus-stack-kube-state-metrics",
            1,
            vec![runs(
                "kube-state-metrics",
                "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.14.0",
                &CONTROLLER,
            )],
        )
        .with_old_restarts(3),
        Workload::daemon(
            "monitoring",
            "kube-prometheus-stack-prometheus-node-exporter",
            vec![runs("node-exporter", "quay.io/prometheus/node-exporter:v1.8.2", &LOGFMT)],
        ),
        Workload::stateful(
            "monitoring",
            "alertmanager-kube-prometheus-stack-alertmanager",
            1,
            vec![
                runs("alertmanager", "quay.io/prometheus/alertmanager:v0.27.0", &LOGFMT),
                runs("config-reloader", "quay.io/prometheus-operator/prometheus-config-reloader:v0.79.2", &LOGFMT),
            ],
        ),
        Workload::stateful(
            "monitoring",
            "prometheus-kube-prometheus-stack-prometheus",
            1,
            vec![
                limited("prometheus", "quay.io/prometheus/prometheus:v3.0.1", &LOGFMT, "4Gi"),
                runs("config-reloader", "quay.io/prometheus-operator/prometheus-config-reloader:v0.79.2", &LOGFMT),
            ],
        ),
        Workload::stateful(
            "monitoring",
            "loki",
            1,
            vec![limited("loki", "docker.io/grafana/loki:3.3.2", &LOGFMT, "2Gi")],
        ),
        Workload::daemon("monitoring", "promtail", vec![runs("promtail", "docker.io/grafana/promtail:3.3.2", &LOGFMT)]),
        Workload::deployment(
            "monitoring",
            "blackbox-exporter",
            1,
            vec![runs("blackbox-exporter", "quay.io/prometheus/blackbox-exporter:v0.25.0", &LOGFMT)],
        ),
        Workload::deployment(
            "monitoring",
            "pve-exporter",
            2,
            vec![runs("exporter", "prompve/prometheus-pve-exporter:3.4.7", &WEB)],
        ),
        Workload::deployment(
            "monitoring",
            "snmp-exporter",
            1,
            vec![runs("snmp", "quay.io/prometheus/snmp-exporter:v0.26.0", &LOGFMT)],
        ),
        Workload::deployment(
            "monitoring",
            "ntfy",
            1,
            vec![runs("ntfy", "docker.io/binwiederhier/ntfy:v2.11.0", &LOGFMT)],
        ),
        Workload::deployment("status", "gatus", 1, vec![runs("gatus", "ghcr.io/twin/gatus:v5.14.0", &LOGFMT)]),
        Workload::stateful(
            "status",
            "gatus-db",
            1,
            vec![limited("postgres", "docker.io/library/postgres:16.6", &DATABASE, "512Mi")],
        ),
        Workload::deployment(
            "mayastor",
            "mayastor-localpv-provisioner",
            1,
            vec![runs("mayastor-localpv-provisioner", "docker.io/openebs/provisioner-localpv:3.4.1", &CONTROLLER)],
        )
        .with_old_restarts(26),
        Workload::daemon(
            "mayastor",
            "mayastor-io-engine",
            vec![runs("io-engine", "docker.io/openebs/mayastor-io-engine:v2.7.1", &LOGFMT)],
        ),
        Workload::deployment(
            "mayastor",
            "mayastor-api-rest",
            1,
            vec![runs("api-rest", "docker.io/openebs/mayastor-api-rest:v2.7.1", &LOGFMT)],
        ),
        Workload::stateful(
            "mayastor",
            "mayastor-etcd",
            1,
            vec![runs("etcd", "docker.io/bitnami/etcd:3.5.6", &super::ETCD)],
        ),
        Workload::cron(
            "status",
            "gatus-db-dump",
            "30 1 * * *",
            24,
            vec![runs("dump", "docker.io/library/postgres:16.6", &DATABASE)],
        ),
        Workload::deployment("ingress", "traefik", 2, vec![runs("traefik", "docker.io/library/traefik:v3.2.3", &WEB)]),
    ]
}
