//! The homelab's alert rules. Their expressions are evaluated as they stand here.

use promql_parser::parser::{self, Expr};

/// An alert rule.
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) expr: &'static str,
    /// How long it must hold before it fires, in minutes.
    pub(super) for_min: i64,
    /// As the rule file has it; templates are filled in by `severity_of`.
    pub(super) severity: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
}

/// The group that they stand in.
pub(super) const GROUP: &str = "homelab";
/// The file that they stand in.
pub(super) const FILE: &str = "/etc/prometheus/rules/homelab-rules.yaml";

/// Every rule. The first one leaves out the static pods of Talos' control plane but for the scheduler, whose crash is
/// the homelab's first story.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "HomelabPodCrashLooping",
        expr: "increase(kube_pod_container_status_restarts_total{pod!~\"kube-controller-manager-.*|kube-apiserver-.*|etcd-.*\"}[1h]) > 5",
        for_min: 15,
        severity: "{{ if eq $labels.cluster \"agentic\" }}critical{{ else }}warning{{ end }}",
        summary: "{{ $labels.namespace }}/{{ $labels.pod }} keeps restarting",
        description: "Container {{ $labels.container }} in pod {{ $labels.pod }} has restarted {{ $value }} times in the last hour.",
    },
    Rule {
        name: "HomelabImagePullFailing",
        expr: "kube_pod_container_status_waiting_reason{reason=~\"ImagePullBackOff|ErrImagePull\"} > 0",
        for_min: 10,
        severity: "warning",
        summary: "The image of {{ $labels.pod }} cannot be pulled",
        description: "Container {{ $labels.container }} in pod {{ $labels.pod }} waits for its image.",
    },
    Rule {
        name: "HomelabBackupWindowPressure",
        expr: "rate(node_pressure_io_stalled_seconds_total[5m]) > 0.3",
        for_min: 2,
        severity: "info",
        summary: "{{ $labels.instance }} waits for its disks",
        description: "Everything on {{ $labels.instance }} waited for I/O {{ $value }} of the last five minutes.",
    },
    Rule {
        name: "HomelabNodeMemoryHigh",
        expr: "(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes) * 100 > 90",
        for_min: 10,
        severity: "warning",
        summary: "{{ $labels.instance }} is short of memory",
        description: "{{ $labels.instance }} uses {{ $value }} % of its memory.",
    },
    Rule {
        name: "HomelabCertificateNotReady",
        expr: "certmanager_certificate_ready_status{condition=\"False\"} == 1",
        for_min: 60,
        severity: "warning",
        summary: "The certificate {{ $labels.name }} is not renewed",
        description: "cert-manager could not renew {{ $labels.name }} in {{ $labels.namespace }}.",
    },
    Rule {
        name: "Watchdog",
        expr: "up{job=\"kube-state-metrics\"} > 0",
        for_min: 0,
        severity: "none",
        summary: "Alerting works",
        description: "This alert always fires. When it stops, alerting is broken.",
    },
];

impl Rule {
    /// The expression, read. The table is fixed, so it can be read; a test says so.
    pub(super) fn tree(&self) -> Option<Expr> {
        parser::parse(self.expr).ok()
    }

    /// The severity that an alert gets.
    pub(super) fn severity_of(&self, cluster: &str) -> &'static str {
        match (self.severity.starts_with("{{"), cluster) {
            (false, _) => self.severity,
            (true, "agentic") => "critical",
            (true, _) => "warning",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn holds_rules_that_can_be_read() {
        for rule in RULES {
            assert!(rule.tree().is_some(), "{}", rule.name);
        }
    }
}
