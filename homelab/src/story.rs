//! The homelab's troubles: how each one ends a container, what its log says last, and the alert that it raises.

use crate::voice::Words;

/// What is wrong with a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// A controller cannot renew its lease while the backup starves etcd of I/O.
    LostLeader,
    /// A sidecar's API calls time out for the same cause.
    SlowApi,
    /// It needs more memory than its limit.
    OutOfMemory,
    /// Its configuration lacks a value.
    BadConfig,
    /// Its image tag does not exist.
    BadImage,
    /// It crashed long ago and has been well since.
    Recovered,
}

impl Trouble {
    /// Exit code and reason of its end.
    pub(crate) fn ending(self) -> (i32, &'static str) {
        match self {
            Self::OutOfMemory => (137, "OOMKilled"),
            _ => (1, "Error"),
        }
    }

    /// Whether it strikes only while a backup presses on the node.
    pub(crate) fn needs_pressure(self) -> bool {
        matches!(self, Self::LostLeader | Self::SlowApi)
    }

    /// How long a container lives with it before it strikes again, when troubles in general take `usual_ms`.
    pub(crate) fn life_ms(self, usual_ms: i64) -> i64 {
        // What cannot start is gone within seconds.
        if self == Self::BadConfig { usual_ms / 8 } else { usual_ms }
    }

    /// Whether it strikes again and again.
    pub(crate) fn is_recurring(self) -> bool {
        !matches!(self, Self::Recovered | Self::BadImage)
    }

    /// The last lines of the log of a container that it ended.
    pub(crate) fn last_words(self) -> Words {
        match self {
            Self::LostLeader => LOST_LEADER,
            Self::SlowApi => SLOW_API,
            Self::OutOfMemory => OUT_OF_MEMORY,
            Self::BadConfig => BAD_CONFIG,
            Self::BadImage => &[],
            Self::Recovered => RECOVERED,
        }
    }
}

/// An alert that fires in the homelab, for the links that `runlight demo` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// What is wrong, one sentence.
    pub sentence: &'static str,
    /// Which alert it raises.
    pub alertname: &'static str,
    /// `critical` or `warning`.
    pub severity: &'static str,
    /// Where.
    pub cluster: &'static str,
    /// Where.
    pub namespace: &'static str,
    /// The pod; empty for alerts about other things.
    pub pod: String,
    /// The container; empty for alerts about other things.
    pub container: &'static str,
}

/// A story before its pod's name is known.
pub(super) struct Plot {
    pub(super) sentence: &'static str,
    pub(super) alertname: &'static str,
    pub(super) severity: &'static str,
    pub(super) cluster: &'static str,
    pub(super) namespace: &'static str,
    /// The pod's name, or how the name of the workload's first pod begins.
    pub(super) pod: &'static str,
    pub(super) container: &'static str,
}

/// Every story, the one of the owner's runbook first.
pub(super) const PLOTS: &[Plot] = &[
    Plot {
        sentence: "kube-scheduler loses its leader election whenever the nightly backup starves etcd of I/O.",
        alertname: "HomelabPodCrashLooping",
        severity: "warning",
        cluster: "monitoring-cluster",
        namespace: "kube-system",
        pod: "kube-scheduler-talos-monitor",
        container: "kube-scheduler",
    },
    Plot {
        sentence: "Immich's machine-learning worker is killed for memory at its limit of 256Mi.",
        alertname: "HomelabPodCrashLooping",
        severity: "warning",
        cluster: "homelab-prod",
        namespace: "media",
        pod: "immich-machine-learning",
        container: "machine-learning",
    },
    Plot {
        sentence: "The task router of the agents cannot start: a value is missing from its configuration.",
        alertname: "HomelabPodCrashLooping",
        severity: "critical",
        cluster: "agentic",
        namespace: "agents",
        pod: "task-router",
        container: "router",
    },
    Plot {
        sentence: "Paperless was rolled out with an image tag that does not exist.",
        alertname: "HomelabImagePullFailing",
        severity: "warning",
        cluster: "homelab-prod",
        namespace: "documents",
        pod: "paperless-web",
        container: "paperless",
    },
    Plot {
        sentence: "Grafana's dashboard sidecar crashes while the API server is slow.",
        alertname: "HomelabPodCrashLooping",
        severity: "warning",
        cluster: "monitoring-cluster",
        namespace: "monitoring",
        pod: "kube-prometheus-stack-grafana",
        container: "grafana-sc-dashboard",
    },
    Plot {
        sentence: "The Argo CD repository server crashed some hours ago and has been quiet since.",
        alertname: "HomelabPodCrashLooping",
        severity: "warning",
        cluster: "homelab-prod",
        namespace: "argocd",
        pod: "argocd-repo-server",
        container: "repo-server",
    },
    Plot {
        sentence: "The backup of talos-monitor presses on pihanga's storage.",
        alertname: "HomelabBackupWindowPressure",
        severity: "info",
        cluster: "monitoring-cluster",
        namespace: "",
        pod: "",
        container: "",
    },
    Plot {
        sentence: "The node talos-monitor is short of memory.",
        alertname: "HomelabNodeMemoryHigh",
        severity: "warning",
        cluster: "monitoring-cluster",
        namespace: "",
        pod: "",
        container: "",
    },
    Plot {
        sentence: "The certificate for the photo site is not renewed.",
        alertname: "HomelabCertificateNotReady",
        severity: "warning",
        cluster: "homelab-prod",
        namespace: "media",
        pod: "",
        container: "",
    },
];

// Offsets count back from the moment of the end, in milliseconds.
const LOST_LEADER: Words = &[
    (
        21_300,
        "E{klog} leaderelection.go:429] \"Failed to update lock optimistically, falling back to slow path\" \
         err=\"Put \\\"https://127.0.0.1:7445/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{container}?timeout=5s\\\": \
         net/http: request canceled (Client.Timeout exceeded while awaiting headers)\" lock=\"kube-system/{container}\"",
    ),
    (
        16_100,
        "E{klog} leaderelection.go:436] \"Error retrieving lease lock\" err=\"Get \
         \\\"https://127.0.0.1:7445/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{container}?timeout=5s\\\": \
         context deadline exceeded\" lock=\"kube-system/{container}\"",
    ),
    (
        10_900,
        "E{klog} leaderelection.go:436] error retrieving resource lock kube-system/{container}: Get \
         \"https://127.0.0.1:7445/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{container}?timeout=5s\": \
         context deadline exceeded",
    ),
    (
        6_200,
        "E{klog} leaderelection.go:436] error retrieving resource lock kube-system/{container}: Get \
         \"https://127.0.0.1:7445/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{container}?timeout=5s\": \
         dial tcp 127.0.0.1:7445: i/o timeout",
    ),
    (1_250, "I{klog} leaderelection.go:297] failed to renew lease kube-system/{container}: context deadline exceeded"),
    (40, "E{klog} server.go:{code}] \"Leaderelection lost\""),
];

const SLOW_API: Words = &[
    (
        12_400,
        "{\"time\": \"{iso}\", \"level\": \"ERROR\", \"msg\": \"Received unknown exception: \
         HTTPSConnectionPool(host='10.96.0.1', port=443): Read timed out. (read timeout=10)\"}",
    ),
    (
        2_100,
        "{\"time\": \"{iso}\", \"level\": \"ERROR\", \"msg\": \"Max retries exceeded with url: \
         /api/v1/configmaps?labelSelector=grafana_dashboard&watch=True\"}",
    ),
    (60, "{\"time\": \"{iso}\", \"level\": \"CRITICAL\", \"msg\": \"watch of configmaps ended, giving up\"}"),
];

const OUT_OF_MEMORY: Words = &[
    (4_200, "[{short}] INFO     Loading visual model 'ViT-B-32__openai' to memory"),
    (2_900, "[{short}] INFO     Loading facial recognition model 'buffalo_l' to memory"),
    (900, "[{short}] INFO     Resident memory 251.8 MiB after loading 2 of 3 models"),
];

const BAD_CONFIG: Words = &[
    (620, "\u{1b}[33mWARN\u{1b}[0m  {iso} config: secret agents/task-router-env has no key ROUTER_QUEUE_URL"),
    (210, "\u{1b}[31mERROR\u{1b}[0m {iso} config: missing required environment variable ROUTER_QUEUE_URL"),
    (190, "\u{1b}[31mERROR\u{1b}[0m {iso} startup failed: configuration is incomplete, see the line above"),
    (30, "exiting with code 1"),
];

const RECOVERED: Words = &[
    (800, "time=\"{iso}\" level=error msg=\"manifest cache: dial tcp 10.96.41.7:6379: connect: connection refused\""),
    (20, "time=\"{iso}\" level=fatal msg=\"cannot reach redis\""),
];
