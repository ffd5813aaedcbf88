//! What stands in a cluster besides workloads and does not move: nodes, namespaces, services, claims, settings,
//! leases and a few custom resources. Secret values are made up.

use std::collections::BTreeSet;

use document::time::{DAY_MS, Timestamp};
use serde_json::{Value, json};

use super::{
    inventory::Inventory,
    workload::{Kind, Node, Workload},
};
use crate::{dice::Dice, story::Trouble};

/// The annotation of an election that is kept in Endpoints.
pub(crate) const LEADER: &str = "control-plane.alpha.kubernetes.io/leader";

/// Every such object, with the plural name of its kind.
pub(crate) fn objects(inventory: &Inventory, seed: u64, now: Timestamp) -> Vec<(&'static str, Value)> {
    let maker = Maker { seed, now };
    let workloads: Vec<&Workload> = inventory.workloads.iter().map(AsRef::as_ref).collect();
    let namespaces: BTreeSet<&str> = ["default", "kube-node-lease", "kube-public"]
        .into_iter()
        .chain(workloads.iter().map(|w| w.namespace))
        .collect();
    let mut objects: Vec<(&'static str, Value)> = Vec::new();
    objects.extend(inventory.nodes.iter().map(|node| ("nodes", maker.node(node))));
    for namespace in &namespaces {
        objects.push(("namespaces", maker.namespace(namespace)));
        objects.push(("configmaps", maker.root_certificate(namespace)));
        objects.push(("serviceaccounts", maker.object("v1", "ServiceAccount", namespace, "default")));
    }
    for workload in &workloads {
        objects.extend(maker.belongings(workload));
    }
    objects.extend(inventory.nodes.iter().map(|node| ("leases", maker.lease("kube-node-lease", node.name, node.name))));
    for controller in ["kube-scheduler", "kube-controller-manager"] {
        let holder = format!("{}_{}", inventory.nodes[0].name, Dice::new(seed, &[controller]).uid());
        objects.push(("leases", maker.lease("kube-system", controller, &holder)));
    }
    objects.push(("endpoints", maker.api_servers(&inventory.nodes[0])));
    if namespaces.contains("mayastor") {
        objects.push(("endpoints", maker.election("mayastor", "openebs.io-local", "mayastor-localpv-provisioner")));
    }
    if namespaces.contains("argocd") {
        let applications: BTreeSet<&str> = workloads.iter().map(|w| w.namespace).collect();
        objects.extend(applications.iter().map(|name| ("applications", maker.application(name))));
    }
    objects
}

struct Maker {
    seed: u64,
    now: Timestamp,
}

impl Maker {
    fn node(&self, node: &Node) -> Value {
        let mut object = self.object("v1", "Node", "", node.name);
        object["metadata"]["labels"] = json!({
            "kubernetes.io/hostname": node.name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
        });
        if node.is_control_plane {
            object["metadata"]["labels"]["node-role.kubernetes.io/control-plane"] = json!("");
        }
        let condition = |kind: &str, status: &str, reason: &str, message: &str| {
            json!({ "type": kind, "status": status, "reason": reason, "message": message,
                    "lastHeartbeatTime": self.now.rfc3339(), "lastTransitionTime": self.now.plus_ms(-40 * DAY_MS).rfc3339() })
        };
        object["spec"] = json!({ "podCIDR": "10.244.0.0/24" });
        object["status"] = json!({
            "addresses": [
                { "type": "InternalIP", "address": node.address },
                { "type": "Hostname", "address": node.name },
            ],
            "capacity": { "cpu": node.cpus.to_string(), "memory": format!("{}Ki", node.memory_gib << 20), "pods": "110" },
            "allocatable": { "cpu": node.cpus.to_string(), "memory": format!("{}Ki", (node.memory_gib << 20) - 300_000), "pods": "110" },
            "conditions": [
                condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
            ],
            "nodeInfo": {
                "kubeletVersion": "v1.32.3", "osImage": "Talos (v1.9.5)", "kernelVersion": "6.12.18-talos",
                "containerRuntimeVersion": "containerd://2.0.3", "operatingSystem": "linux", "architecture": "amd64",
            },
        });
        object
    }

    fn namespace(&self, name: &str) -> Value {
        let mut object = self.object("v1", "Namespace", "", name);
        object["metadata"]["labels"] = json!({ "kubernetes.io/metadata.name": name });
        object["status"] = json!({ "phase": "Active" });
        object
    }

    fn root_certificate(&self, namespace: &str) -> Value {
        let mut object = self.object("v1", "ConfigMap", namespace, "kube-root-ca.crt");
        object["data"] = json!({ "ca.crt": "not a certificate: this homelab is simulated\n" });
        object
    }

    /// What a workload brings along: a service, its settings, a claim, secrets that an operator fills.
    fn belongings(&self, workload: &Workload) -> Vec<(&'static str, Value)> {
        let mut objects = Vec::new();
        let (namespace, name) = (workload.namespace, workload.name);
        let is_served = matches!(workload.kind, Kind::Deployment { .. } | Kind::StatefulSet { .. });
        if is_served {
            objects.push(("services", self.service(namespace, name)));
        }
        if matches!(workload.kind, Kind::StatefulSet { .. }) {
            objects.push(("persistentvolumeclaims", self.claim(namespace, &format!("data-{name}-0"))));
        }
        if is_served && !namespace.starts_with("kube-") {
            let mut settings = self.object("v1", "ConfigMap", namespace, &format!("{name}-config"));
            settings["data"] = json!({ "LOG_LEVEL": "info", "TZ": "UTC" });
            objects.push(("configmaps", settings));
        }
        if workload.containers.iter().any(|program| program.memory_limit.is_some()) {
            let is_broken = workload.containers.iter().any(|program| program.trouble == Some(Trouble::BadConfig));
            objects.push(("secrets", self.secret(namespace, &format!("{name}-env"))));
            objects.push(("infisicalsecrets", self.infisical_secret(namespace, &format!("{name}-env"), is_broken)));
        }
        if matches!(name, "immich-server" | "jellyfin" | "forgejo" | "nextcloud" | "review-board" | "ntfy") {
            objects.push(("certificates", self.certificate(namespace, name, name != "immich-server")));
        }
        objects
    }

    fn service(&self, namespace: &str, name: &str) -> Value {
        let mut dice = Dice::new(self.seed, &["service", namespace, name]);
        let address = format!("10.96.{}.{}", dice.between(1, 200), dice.between(2, 250));
        let mut object = self.object("v1", "Service", namespace, name);
        object["spec"] = json!({
            "type": "ClusterIP", "clusterIP": address, "clusterIPs": [address],
            "selector": { "app.kubernetes.io/name": name },
            "ports": [{ "name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP" }],
        });
        object["status"] = json!({ "loadBalancer": {} });
        object
    }

    fn claim(&self, namespace: &str, name: &str) -> Value {
        let mut object = self.object("v1", "PersistentVolumeClaim", namespace, name);
        let volume = format!("pvc-{}", Dice::new(self.seed, &["volume", namespace, name]).uid());
        object["spec"] = json!({
            "accessModes": ["ReadWriteOnce"], "volumeName": volume, "storageClassName": "longhorn", "volumeMode": "Filesystem",
            "resources": { "requests": { "storage": "20Gi" } },
        });
        object["status"] =
            json!({ "phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": { "storage": "20Gi" } });
        object
    }

    fn secret(&self, namespace: &str, name: &str) -> Value {
        let mut object = self.object("v1", "Secret", namespace, name);
        object["type"] = json!("Opaque");
        // "simulated" in base64.
        object["data"] = json!({ "DATABASE_PASSWORD": "c2ltdWxhdGVk" });
        object
    }

    fn lease(&self, namespace: &str, name: &str, holder: &str) -> Value {
        let mut object = self.object("coordination.k8s.io/v1", "Lease", namespace, name);
        object["spec"] = json!({
            "holderIdentity": holder, "leaseDurationSeconds": 15, "leaseTransitions": 12,
            "renewTime": format!("{}T{}.000000Z", self.now.date(), self.now.clock()),
        });
        object
    }

    fn api_servers(&self, node: &Node) -> Value {
        let mut object = self.object("v1", "Endpoints", "default", "kubernetes");
        object["subsets"] = json!([{
            "addresses": [{ "ip": node.address }],
            "ports": [{ "name": "https", "port": 6443, "protocol": "TCP" }],
        }]);
        object
    }

    /// An election in the form that Kubernetes has deprecated: a record in an annotation of Endpoints.
    fn election(&self, namespace: &str, name: &str, container: &str) -> Value {
        let mut object = self.object("v1", "Endpoints", namespace, name);
        let record = json!({
            "holderIdentity": container, "leaseDurationSeconds": 15, "leaderTransitions": 26,
            "acquireTime": self.now.rfc3339(), "renewTime": self.now.rfc3339(),
        });
        object["metadata"]["annotations"] = json!({ LEADER: record.to_string() });
        object
    }

    fn application(&self, name: &str) -> Value {
        let is_broken = name == "documents";
        let mut object = self.object("argoproj.io/v1alpha1", "Application", "argocd", name);
        object["spec"] = json!({
            "project": "default",
            "source": { "repoURL": "https://git.homelab.example/ops/homelab.git", "path": format!("apps/{name}"), "targetRevision": "main" },
            "destination": { "server": "https://kubernetes.default.svc", "namespace": name },
            "syncPolicy": { "automated": { "prune": true, "selfHeal": true } },
        });
        object["status"] = json!({
            "sync": { "status": "Synced", "revision": Dice::new(self.seed, &["revision"]).hex(40) },
            "health": { "status": if is_broken { "Progressing" } else { "Healthy" } },
            "conditions": [],
        });
        object
    }

    fn infisical_secret(&self, namespace: &str, name: &str, is_broken: bool) -> Value {
        let mut object = self.object("secrets.infisical.com/v1alpha1", "InfisicalSecret", namespace, name);
        let synced = if is_broken { "False" } else { "True" };
        let message = if is_broken {
            "Failed to reconcile: secret path /agents/task-router has no key ROUTER_QUEUE_URL"
        } else {
            "Infisical secret controller has synced secrets"
        };
        object["spec"] = json!({
            "hostAPI": "https://infisical.homelab.example/api", "resyncInterval": 60,
            "managedSecretReference": { "secretName": name, "secretNamespace": namespace },
        });
        object["status"] = json!({ "conditions": [{
            "type": "secrets.infisical.com/ReadyToSyncSecrets", "status": synced, "reason": if is_broken { "Error" } else { "OK" },
            "message": message, "lastTransitionTime": self.now.plus_ms(-2 * 3_600_000).rfc3339(),
        }] });
        object
    }

    fn certificate(&self, namespace: &str, name: &str, is_ready: bool) -> Value {
        let mut object = self.object("cert-manager.io/v1", "Certificate", namespace, &format!("{name}-tls"));
        let expires_in_days = if is_ready { 61 } else { 4 };
        object["spec"] = json!({
            "secretName": format!("{name}-tls"), "dnsNames": [format!("{name}.homelab.example")],
            "issuerRef": { "name": "letsencrypt-dns", "kind": "ClusterIssuer" },
        });
        object["status"] = json!({
            "notAfter": self.now.plus_ms(expires_in_days * DAY_MS).rfc3339(),
            "renewalTime": self.now.plus_ms((expires_in_days - 30) * DAY_MS).rfc3339(),
            "conditions": [{
                "type": "Ready",
                "status": if is_ready { "True" } else { "False" },
                "reason": if is_ready { "Ready" } else { "Failed" },
                "message": if is_ready {
                    "Certificate is up to date and has not expired"
                } else {
                    "Issuing the certificate failed: the DNS provider refused to set the challenge record (403)"
                },
                "lastTransitionTime": self.now.plus_ms(-26 * 3_600_000).rfc3339(),
            }],
        });
        object
    }

    fn object(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Value {
        let mut dice = Dice::new(self.seed, &["furniture", kind, namespace, name]);
        let created_at = self.now.plus_ms(-dice.between(70, 210) * DAY_MS);
        let mut metadata = json!({ "name": name, "uid": dice.uid(), "creationTimestamp": created_at.rfc3339() });
        if !namespace.is_empty() {
            metadata["namespace"] = json!(namespace);
        }
        json!({ "apiVersion": api_version, "kind": kind, "metadata": metadata })
    }
}
