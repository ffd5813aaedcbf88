//! A pod as the API server shows it.

use document::time::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    pod::{Container, Death, Pod, State},
    workload::Kind,
};
use crate::dice::Dice;

impl Pod {
    /// The whole object, without its resource version.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": self.metadata(),
            "spec": {
                "nodeName": self.node,
                "restartPolicy": if self.is_job() { "OnFailure" } else { "Always" },
                "hostNetwork": self.is_on_host_network,
                "serviceAccountName": "default",
                "terminationGracePeriodSeconds": 30,
                "containers": self.containers.iter().map(|container| self.container_spec(container)).collect::<Vec<_>>(),
                "tolerations": [{ "key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute" }],
            },
            "status": {
                "phase": self.phase(),
                "qosClass": if self.containers.iter().any(|c| c.memory_limit.is_some()) { "Burstable" } else { "BestEffort" },
                "podIP": self.ip,
                "podIPs": [{ "ip": self.ip }],
                "startTime": self.created_at.rfc3339(),
                "conditions": self.conditions(),
                "containerStatuses": self.containers.iter().map(container_status).collect::<Vec<_>>(),
            },
        })
    }

    fn metadata(&self) -> Value {
        let labels: Map<String, Value> = self.labels.iter().map(|(k, v)| (k.clone(), json!(v))).collect();
        let mut metadata = json!({
            "name": self.name,
            "namespace": self.namespace,
            "uid": self.uid,
            "creationTimestamp": self.created_at.rfc3339(),
            "labels": labels,
        });
        if let Some(owner) = &self.owner {
            metadata["ownerReferences"] = json!([{
                "apiVersion": owner.api_version, "kind": owner.kind, "name": owner.name, "uid": owner.uid,
                "controller": true, "blockOwnerDeletion": true,
            }]);
        }
        if self.owner.as_ref().is_some_and(|owner| owner.kind == "Node") {
            metadata["annotations"] = json!({
                "kubernetes.io/config.source": "file",
                "kubernetes.io/config.mirror": self.uid.replace('-', ""),
            });
        }
        metadata
    }

    fn conditions(&self) -> Value {
        let is_done = self.phase() == "Succeeded";
        let unready: Vec<&str> = self.containers.iter().filter(|c| !c.is_running()).map(|c| c.name).collect();
        let changed_at = self.containers.iter().filter_map(Container::changed_at).max().unwrap_or(self.created_at);
        let condition = |kind: &str, holds: bool, at: Timestamp| {
            let mut condition = json!({ "type": kind, "status": if holds { "True" } else { "False" }, "lastTransitionTime": at.rfc3339() });
            if is_done && !holds {
                condition["reason"] = json!("PodCompleted");
            } else if !holds {
                condition["reason"] = json!("ContainersNotReady");
                condition["message"] = json!(format!("containers with unready status: [{}]", unready.join(" ")));
            }
            condition
        };
        json!([
            condition("PodReadyToStartContainers", !is_done, self.created_at),
            condition("Initialized", true, self.created_at),
            condition("Ready", self.is_ready(), changed_at),
            condition("ContainersReady", self.is_ready(), changed_at),
            condition("PodScheduled", true, self.created_at),
        ])
    }

    fn container_spec(&self, container: &Container) -> Value {
        let resources = match container.memory_limit {
            Some(memory) => json!({ "limits": { "memory": memory }, "requests": { "cpu": "50m", "memory": memory } }),
            None => json!({}),
        };
        json!({
            "name": container.name,
            "image": container.image,
            "imagePullPolicy": "IfNotPresent",
            "envFrom": self.settings(container),
            "resources": resources,
            "terminationMessagePath": "/dev/termination-log",
            "terminationMessagePolicy": "File",
        })
    }

    /// Where a container's environment comes from: the objects that its workload brings along.
    fn settings(&self, container: &Container) -> Vec<Value> {
        let Some(workload) = &self.workload else { return Vec::new() };
        let name = workload.name;
        let is_served = matches!(workload.kind, Kind::Deployment { .. } | Kind::StatefulSet { .. });
        let settings = (is_served && !self.namespace.starts_with("kube-"))
            .then(|| json!({ "configMapRef": { "name": format!("{name}-config") } }));
        let secret = container.memory_limit.map(|_| json!({ "secretRef": { "name": format!("{name}-env") } }));
        settings.into_iter().chain(secret).collect()
    }

    fn is_job(&self) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.kind == "Job")
    }
}

impl Container {
    /// When its state last changed, as far as the state tells.
    fn changed_at(&self) -> Option<Timestamp> {
        match &self.state {
            State::Running(life) => Some(life.started_at),
            State::Terminated(death) => Some(death.finished_at),
            State::Waiting { .. } => self.last.as_ref().map(|death| death.finished_at),
        }
    }
}

fn container_status(container: &Container) -> Value {
    let (state, id) = match &container.state {
        State::Running(life) => (json!({ "running": { "startedAt": life.started_at.rfc3339() } }), Some(&life.id)),
        State::Terminated(death) => (terminated(death), Some(&death.life.id)),
        State::Waiting { reason, message } => (
            json!({ "waiting": { "reason": reason, "message": message } }),
            container.last.as_ref().map(|death| &death.life.id),
        ),
    };
    json!({
        "name": container.name,
        "image": container.image,
        "imageID": if id.is_some() { image_digest(&container.image) } else { String::new() },
        "containerID": id.cloned().unwrap_or_default(),
        "ready": container.is_running(),
        "started": container.is_running(),
        "restartCount": container.restarts,
        "state": state,
        "lastState": container.last.as_ref().map_or_else(|| json!({}), terminated),
    })
}

fn terminated(death: &Death) -> Value {
    json!({ "terminated": {
        "exitCode": death.exit_code,
        "reason": death.reason,
        "startedAt": death.life.started_at.rfc3339(),
        "finishedAt": death.finished_at.rfc3339(),
        "containerID": death.life.id,
    } })
}

fn image_digest(image: &str) -> String {
    let name = image.rsplit_once(':').map_or(image, |(name, _)| name);
    format!("{name}@sha256:{}", Dice::new(0, &[image]).hex(64))
}
