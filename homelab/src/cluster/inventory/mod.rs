//! What runs in the homelab: one table per cluster.

mod agentic;
mod homelab_prod;
mod monitoring;

use std::sync::Arc;

use super::workload::{Node, Program, Workload};
use crate::{
    story::Trouble,
    voice::Voice,
    voices::{API_SERVER, CONTROLLER, ETCD, LOGFMT},
};

/// A cluster's nodes and workloads.
#[derive(Debug)]
pub(crate) struct Inventory {
    pub(crate) cluster: &'static str,
    pub(crate) nodes: &'static [Node],
    pub(crate) workloads: Vec<Arc<Workload>>,
}

impl Inventory {
    fn new<const N: usize>(cluster: &'static str, nodes: &'static [Node], workloads: [Vec<Workload>; N]) -> Self {
        Self { cluster, nodes, workloads: workloads.into_iter().flatten().map(Arc::new).collect() }
    }
}

/// The three clusters.
pub(crate) fn all() -> [Inventory; 3] {
    [homelab_prod::inventory(), monitoring::inventory(), agentic::inventory()]
}

/// What every cluster runs, but for the control plane's controllers.
fn base() -> Vec<Workload> {
    vec![
        Workload::control_plane(
            "kube-apiserver",
            vec![runs("kube-apiserver", "registry.k8s.io/kube-apiserver:v1.32.3", &API_SERVER)],
        ),
        Workload::control_plane("etcd", vec![runs("etcd", "gcr.io/etcd-development/etcd:v3.5.18", &ETCD)]),
        Workload::daemon(
            "kube-system",
            "kube-flannel",
            vec![runs("kube-flannel", "ghcr.io/siderolabs/flannel:v0.26.3", &LOGFMT)],
        ),
        Workload::daemon(
            "kube-system",
            "kube-proxy",
            vec![runs("kube-proxy", "registry.k8s.io/kube-proxy:v1.32.3", &CONTROLLER)],
        ),
        Workload::deployment(
            "kube-system",
            "coredns",
            2,
            vec![runs("coredns", "registry.k8s.io/coredns/coredns:v1.12.0", &LOGFMT)],
        ),
        Workload::deployment(
            "kube-system",
            "metrics-server",
            1,
            vec![runs("metrics-server", "registry.k8s.io/metrics-server/metrics-server:v0.7.2", &CONTROLLER)],
        ),
        Workload::deployment(
            "cert-manager",
            "cert-manager",
            1,
            vec![runs("cert-manager-controller", "quay.io/jetstack/cert-manager-controller:v1.16.3", &CONTROLLER)],
        ),
        Workload::deployment(
            "cert-manager",
            "cert-manager-webhook",
            1,
            vec![runs("cert-manager-webhook", "quay.io/jetstack/cert-manager-webhook:v1.16.3", &CONTROLLER)],
        ),
        Workload::deployment(
            "infisical-operator-system",
            "infisical-operator-controller-manager",
            1,
            vec![runs("manager", "infisical/kubernetes-operator:v0.8.15", &CONTROLLER)],
        ),
    ]
}

/// The controllers of a control plane that keeps its leases.
fn steady_controllers() -> Vec<Workload> {
    vec![
        Workload::control_plane(
            "kube-scheduler",
            vec![runs("kube-scheduler", "registry.k8s.io/kube-scheduler:v1.32.3", &CONTROLLER)],
        )
        .with_old_restarts(2),
        Workload::control_plane(
            "kube-controller-manager",
            vec![runs("kube-controller-manager", "registry.k8s.io/kube-controller-manager:v1.32.3", &CONTROLLER)],
        )
        .with_old_restarts(2),
    ]
}

/// A container without trouble.
fn runs(name: &'static str, image: &'static str, voice: &'static Voice) -> Program {
    Program { name, image, voice, memory_limit: None, trouble: None }
}

/// A container with a memory limit.
fn limited(name: &'static str, image: &'static str, voice: &'static Voice, memory: &'static str) -> Program {
    Program { name, image, voice, memory_limit: Some(memory), trouble: None }
}

/// A container in trouble.
fn suffers(program: Program, trouble: Trouble) -> Program {
    Program { trouble: Some(trouble), ..program }
}
