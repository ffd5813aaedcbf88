//! Workloads as the API server shows them: their status counts the pods that they have at present.

use document::time::Timestamp;
use serde_json::{Value, json};

use super::{
    pod::{Pod, State},
    workload::{Kind, Workload, job_of},
};
use crate::dice::Dice;

/// The objects of a workload, with the plural names of their kinds. Static pods have none.
pub(crate) fn objects(workload: &Workload, seed: u64, pods: &[&Pod], born: Timestamp) -> Vec<(&'static str, Value)> {
    let shape = Shape { workload, seed, pods, born };
    match workload.kind {
        Kind::Deployment { replicas } => {
            vec![("deployments", shape.deployment(replicas)), ("replicasets", shape.replica_set(replicas))]
        }
        Kind::StatefulSet { replicas } => vec![("statefulsets", shape.stateful_set(replicas))],
        Kind::DaemonSet => vec![("daemonsets", shape.daemon_set())],
        Kind::Static => vec![],
        Kind::CronJob { schedule, .. } => {
            let jobs = pods.iter().map(|pod| ("jobs", shape.job(pod)));
            std::iter::once(("cronjobs", shape.cron_job(schedule))).chain(jobs).collect()
        }
    }
}

struct Shape<'a> {
    workload: &'a Workload,
    seed: u64,
    pods: &'a [&'a Pod],
    born: Timestamp,
}

impl Shape<'_> {
    fn deployment(&self, replicas: usize) -> Value {
        let ready = self.ready();
        let is_available = ready >= replicas;
        let mut object = self.object("apps/v1", "Deployment", self.workload.name.to_owned());
        object["spec"] = json!({
            "replicas": replicas, "selector": self.selector(), "template": self.template(),
            "strategy": { "type": "RollingUpdate", "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": "25%" } },
            "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
        });
        object["status"] = json!({
            "observedGeneration": 4, "replicas": replicas, "updatedReplicas": replicas, "readyReplicas": ready,
            "availableReplicas": ready, "unavailableReplicas": replicas.saturating_sub(ready),
            "conditions": [{
                "type": "Available",
                "status": if is_available { "True" } else { "False" },
                "reason": if is_available { "MinimumReplicasAvailable" } else { "MinimumReplicasUnavailable" },
                "message": format!("Deployment {} minimum availability.", if is_available { "has" } else { "does not have" }),
            }],
        });
        object
    }

    fn replica_set(&self, replicas: usize) -> Value {
        let ready = self.ready();
        let name = format!("{}-{}", self.workload.name, self.workload.template_hash(self.seed));
        let mut object = self.object("apps/v1", "ReplicaSet", name);
        object["metadata"]["ownerReferences"] = json!([{
            "apiVersion": "apps/v1", "kind": "Deployment", "name": self.workload.name, "controller": true,
            "uid": self.workload.uid(self.seed, &format!("Deployment/{}", self.workload.name)),
        }]);
        object["metadata"]["annotations"] = json!({ "deployment.kubernetes.io/revision": "1" });
        object["spec"] = json!({ "replicas": replicas, "selector": self.selector(), "template": self.template() });
        object["status"] = json!({ "replicas": replicas, "readyReplicas": ready, "availableReplicas": ready });
        object
    }

    fn stateful_set(&self, replicas: usize) -> Value {
        let ready = self.ready();
        let mut object = self.object("apps/v1", "StatefulSet", self.workload.name.to_owned());
        object["spec"] = json!({
            "replicas": replicas, "selector": self.selector(), "template": self.template(),
            "serviceName": self.workload.name,
        });
        object["status"] = json!({ "replicas": replicas, "readyReplicas": ready, "availableReplicas": ready });
        object
    }

    fn daemon_set(&self) -> Value {
        let (wanted, ready) = (self.pods.len(), self.ready());
        let mut object = self.object("apps/v1", "DaemonSet", self.workload.name.to_owned());
        object["spec"] = json!({ "selector": self.selector(), "template": self.template() });
        object["status"] = json!({
            "desiredNumberScheduled": wanted, "currentNumberScheduled": wanted, "numberReady": ready,
            "numberAvailable": ready, "updatedNumberScheduled": wanted, "numberMisscheduled": 0,
        });
        object
    }

    fn cron_job(&self, schedule: &str) -> Value {
        let last = self.pods.iter().map(|pod| pod.created_at).max();
        let mut object = self.object("batch/v1", "CronJob", self.workload.name.to_owned());
        object["spec"] = json!({
            "schedule": schedule, "suspend": false, "concurrencyPolicy": "Forbid",
            "jobTemplate": { "spec": { "template": self.template() } },
        });
        object["status"] = json!({ "lastScheduleTime": last.map(Timestamp::rfc3339) });
        object
    }

    fn job(&self, pod: &Pod) -> Value {
        let name = job_of(&pod.name).to_owned();
        let ended_at = pod.containers.iter().find_map(|container| match &container.state {
            State::Terminated(death) => Some(death.finished_at),
            _ => None,
        });
        let mut object = self.object("batch/v1", "Job", name);
        object["metadata"]["creationTimestamp"] = json!(pod.created_at.rfc3339());
        object["metadata"]["ownerReferences"] = json!([{
            "apiVersion": "batch/v1", "kind": "CronJob", "name": self.workload.name, "controller": true,
            "uid": self.workload.uid(self.seed, &format!("CronJob/{}", self.workload.name)),
        }]);
        object["spec"] = json!({ "completions": 1, "parallelism": 1, "backoffLimit": 3, "template": self.template() });
        object["status"] = json!({
            "succeeded": 1, "startTime": pod.created_at.rfc3339(), "completionTime": ended_at.map(Timestamp::rfc3339),
            "conditions": [{ "type": "Complete", "status": "True" }],
        });
        object
    }

    fn object(&self, api_version: &str, kind: &str, name: String) -> Value {
        let mut dice = Dice::new(self.seed, &["age", self.workload.namespace, self.workload.name]);
        let created_at = self.born.plus_ms(-dice.between(61, 200) * 86_400_000);
        let uid = self.workload.uid(self.seed, &format!("{kind}/{name}"));
        json!({
            "apiVersion": api_version,
            "kind": kind,
            "metadata": {
                "name": name, "namespace": self.workload.namespace, "uid": uid, "generation": 4,
                "creationTimestamp": created_at.rfc3339(),
                "labels": { "app.kubernetes.io/name": self.workload.name, "app": self.workload.name },
            },
        })
    }

    fn selector(&self) -> Value {
        json!({ "matchLabels": { "app.kubernetes.io/name": self.workload.name } })
    }

    fn template(&self) -> Value {
        let containers: Vec<Value> =
            self.workload.containers.iter().map(|c| json!({ "name": c.name, "image": c.image })).collect();
        json!({
            "metadata": { "labels": { "app.kubernetes.io/name": self.workload.name, "app": self.workload.name } },
            "spec": { "containers": containers },
        })
    }

    fn ready(&self) -> usize {
        self.pods.iter().filter(|pod| pod.is_ready()).count()
    }
}
