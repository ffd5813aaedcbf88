//! `kubectl describe`: objects as kubectl describes them, in its words and its layout. Pure: `needs` names what else
//! must be read, whoever can read brings it. Never shows what a Secret holds.

mod access;
mod container;
mod environment;
mod events;
mod generic;
mod keep;
mod labels;
mod look;
mod need;
mod network;
mod node;
mod page;
mod pod;
mod quantity;
mod resources;
mod scaler;
mod storage;
mod telling;
#[cfg(test)]
mod tests;
mod time;
mod volume;
mod workload;

use serde_json::Value;

pub use keep::{LEFT_OUT_ANNOTATIONS, is_shown_of_secret};
pub use need::{Need, Related, needs};
pub use quantity::{NoQuantity, Quantity};
pub use telling::{tell, worst};

use self::{look::Look, need::group_and_kind, page::Page};
use document::time::Timestamp;

/// The events that belong to an object: read, or why they could not be, or not wanted.
#[derive(Debug, Clone, Copy)]
pub enum Events<'a> {
    /// As the API gave them, in any order.
    Read(&'a [Value]),
    /// Why they could not be read.
    Unread(&'a str),
    /// `--show-events=false`.
    Unwanted,
}

/// An object as kubectl describes it. The text ends with a line break.
pub fn describe(object: &Value, related: &Related, events: Events<'_>, now: Timestamp) -> String {
    let mut page = Page::default();
    write_body(&mut page, object, related, now);
    if has_events(object) {
        match events {
            Events::Read(list) => events::write_events(&mut page, Ok(list), now),
            Events::Unread(reason) => events::write_events(&mut page, Err(reason), now),
            Events::Unwanted => {}
        }
    }
    page.finish()
}

/// What a controller makes pods of, as `kubectl rollout history --revision` describes it.
pub fn describe_template(template: &Value) -> String {
    let mut page = Page::default();
    pod::write_template(&mut page, template);
    page.finish()
}

fn write_body(page: &mut Page, object: &Value, related: &Related, now: Timestamp) {
    match group_and_kind(object) {
        ("", "Pod") => pod::write_pod(page, object, now),
        ("", "Node") => node::write_node(page, object, related, now),
        ("", "Service") => network::write_service(page, object, related),
        ("", "Endpoints") => network::write_endpoints(page, object),
        ("", "ConfigMap") => keep::write_config_map(page, object),
        ("", "Secret") => keep::write_secret(page, object),
        ("", "ServiceAccount") => keep::write_service_account(page, object),
        ("", "Namespace") => keep::write_namespace(page, object, related),
        ("", "ResourceQuota") => keep::write_quota_object(page, object),
        ("", "LimitRange") => keep::write_limit_range(page, object),
        ("", "PersistentVolumeClaim") => storage::write_claim_object(page, object, related, now),
        ("", "PersistentVolume") => storage::write_volume(page, object, now),
        ("", "ReplicationController") | ("apps", "ReplicaSet") => workload::write_replica_set(page, object, related),
        ("apps", "Deployment") => workload::write_deployment(page, object, related),
        ("apps", "StatefulSet") => workload::write_stateful_set(page, object, related),
        ("apps", "DaemonSet") => workload::write_daemon_set(page, object, related),
        ("batch", "Job") => workload::write_job(page, object),
        ("batch", "CronJob") => workload::write_cron_job(page, object),
        ("discovery.k8s.io", "EndpointSlice") => network::write_slice(page, object),
        ("networking.k8s.io", "Ingress") => network::write_ingress(page, object, related),
        ("networking.k8s.io", "IngressClass") => network::write_ingress_class(page, object),
        ("networking.k8s.io", "NetworkPolicy") => access::write_network_policy(page, object),
        ("storage.k8s.io", "StorageClass") => storage::write_class(page, object),
        ("storage.k8s.io", "CSINode") => access::write_csi_node(page, object),
        ("autoscaling", "HorizontalPodAutoscaler") => scaler::write_autoscaler(page, object),
        ("policy", "PodDisruptionBudget") => access::write_disruption_budget(page, object),
        ("scheduling.k8s.io", "PriorityClass") => access::write_priority_class(page, object),
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => access::write_role(page, object),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => access::write_binding(page, object),
        _ => generic::write_object(page, object),
    }
}

/// Whether kubectl looks for events of such an object.
pub fn has_events(object: &Value) -> bool {
    !matches!(
        group_and_kind(object),
        ("", "Secret" | "Namespace" | "ResourceQuota" | "LimitRange")
            | ("networking.k8s.io", "NetworkPolicy")
            | ("rbac.authorization.k8s.io", _)
    )
}

/// Whether an event is about an object, told by its id. The kubelet gives a node's name for its id, and mirror pods go
/// by the id of the file that they stand for.
pub fn is_about(event: &Value, object: &Value) -> bool {
    let about = event.at("involvedObject");
    let uid = match object.at("metadata.annotations").get("kubernetes.io/config.mirror").and_then(Value::as_str) {
        Some(mirrored) => mirrored,
        None => object.text("metadata.uid"),
    };
    let is_node = object.text("kind") == "Node" && about.text("uid") == object.text("metadata.name");
    about.text("name") == object.text("metadata.name") && (about.text("uid") == uid || is_node)
}
