//! Claims, volumes and storage classes.

use serde_json::Value;

use super::{
    labels::{joined_labels, write_annotations, write_labels},
    look::{Look, bracketed, capitalised, print},
    need::{Need, Related},
    page::Page,
    time, volume,
};
use document::time::Timestamp;

/// What a claim is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// An object of its own.
    Whole(Timestamp),
    /// A template inside of a pod.
    Template,
}

/// A claim with the pods that use it, its events aside.
pub(super) fn write_claim_object(page: &mut Page, claim: &Value, related: &Related, now: Timestamp) {
    write_claim(page, 0, claim, Claim::Whole(now));
    let name = claim.text("metadata.name");
    match related.items(&Need::list("pods", Some(claim.text("metadata.namespace")))) {
        Err(reason) => page.row(0, "Used By", format_args!("<unknown: {reason}>")),
        Ok(pods) => {
            let owners: Vec<&str> = claim.list("metadata.ownerReferences").iter().map(|it| it.text("uid")).collect();
            let uses = |pod: &&Value| {
                let volumes = pod.list("spec.volumes");
                let mounts = |it: &Value| it.text("persistentVolumeClaim.claimName") == name;
                volumes.iter().any(mounts) || owners.contains(&pod.text("metadata.uid"))
            };
            let mut users: Vec<&str> = pods.iter().filter(uses).map(|pod| pod.text("metadata.name")).collect();
            users.sort_unstable();
            page.rows(0, "Used By", users);
        }
    }
    let conditions = claim.list("status.conditions");
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
        page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
        for it in conditions {
            let (probe, change) = (time::long(it.text("lastProbeTime")), time::long(it.text("lastTransitionTime")));
            let (kind, status) = (it.text("type"), it.text("status"));
            let (reason, message) = (it.text("reason"), it.text("message"));
            page.line(1, format_args!("{kind} \t{status} \t{probe} \t{change} \t{reason} \t{message}"));
        }
    }
}

/// The rows of a claim.
pub(super) fn write_claim(page: &mut Page, level: usize, claim: &Value, what: Claim) {
    let (metadata, spec, status) = (claim.at("metadata"), claim.at("spec"), claim.at("status"));
    if what != Claim::Template {
        page.row(level, "Name", metadata.text("name"));
        page.row(level, "Namespace", metadata.text("namespace"));
    }
    page.row(level, "StorageClass", class_of(claim));
    if let Claim::Whole(now) = what {
        page.row(level, "Status", phase(claim, now));
    }
    page.row(level, "Volume", spec.text("volumeName"));
    write_labels(page, level, "Labels", metadata.at("labels"));
    write_annotations(page, level, metadata.at("annotations"));
    if what != Claim::Template {
        page.row(level, "Finalizers", bracketed(metadata.at("finalizers")));
    }
    let is_bound = !spec.text("volumeName").is_empty();
    let (capacity, modes) = match is_bound {
        true => (status.print_or("capacity.storage", "0"), modes(status.list("accessModes"))),
        false => (String::new(), String::new()),
    };
    page.row(level, "Capacity", capacity);
    page.row(level, "Access Modes", modes);
    if spec.has("volumeMode") {
        page.row(level, "VolumeMode", spec.text("volumeMode"));
    }
    if spec.has("dataSource") {
        let source = spec.at("dataSource");
        page.line(level, "DataSource:");
        for (title, field) in [("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")] {
            if field != "apiGroup" || source.has(field) {
                page.row(level + 1, title, source.text(field));
            }
        }
    }
}

/// A stateful set's claims.
pub(super) fn write_claim_templates(page: &mut Page, templates: &[Value]) {
    if templates.is_empty() {
        return page.row(0, "Volume Claims", "<none>");
    }
    page.line(0, "Volume Claims:");
    for claim in templates {
        page.row(1, "Name", claim.text("metadata.name"));
        page.row(1, "StorageClass", class_of(claim));
        write_labels(page, 1, "Labels", claim.at("metadata.labels"));
        write_labels(page, 1, "Annotations", claim.at("metadata.annotations"));
        page.row(1, "Capacity", claim.print_or("spec.resources.requests.storage", "<default>"));
        page.row(1, "Access Modes", bracketed(claim.at("spec.accessModes")));
    }
}

/// The class by name; an annotation was its first place.
fn class_of(object: &Value) -> String {
    match object.at("metadata.annotations").get("volume.beta.kubernetes.io/storage-class") {
        Some(class) => print(class),
        None => object.print("spec.storageClassName"),
    }
}

fn phase(object: &Value, now: Timestamp) -> String {
    match object.text("metadata.deletionTimestamp") {
        "" => object.print("status.phase"),
        at => format!("Terminating (lasts {})", time::since(at, now)),
    }
}

/// `RWO,ROX`, each once.
fn modes(modes: &[Value]) -> String {
    let known =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];
    let has = |(mode, _): &&(&str, &str)| modes.iter().any(|it| it == mode);
    known.iter().filter(has).map(|(_, short)| *short).collect::<Vec<_>>().join(",")
}

/// A persistent volume, its events aside.
pub(super) fn write_volume(page: &mut Page, object: &Value, now: Timestamp) {
    let (metadata, spec) = (object.at("metadata"), object.at("spec"));
    page.row(0, "Name", metadata.text("name"));
    write_labels(page, 0, "Labels", metadata.at("labels"));
    write_annotations(page, 0, metadata.at("annotations"));
    page.row(0, "Finalizers", bracketed(metadata.at("finalizers")));
    page.row(0, "StorageClass", class_of(object));
    page.row(0, "Status", phase(object, now));
    let claim = spec.at("claimRef");
    let claim =
        if claim.is_null() { String::new() } else { format!("{}/{}", claim.text("namespace"), claim.text("name")) };
    page.row(0, "Claim", claim);
    page.row(0, "Reclaim Policy", spec.text("persistentVolumeReclaimPolicy"));
    page.row(0, "Access Modes", modes(spec.list("accessModes")));
    if spec.has("volumeMode") {
        page.row(0, "VolumeMode", spec.text("volumeMode"));
    }
    page.row(0, "Capacity", spec.print_or("capacity.storage", "0"));
    write_affinity(page, spec.at("nodeAffinity.required"));
    page.row(0, "Message", object.text("status.message"));
    page.line(0, "Source:");
    volume::write_source(page, spec);
}

fn write_affinity(page: &mut Page, required: &Value) {
    if required.is_null() {
        return page.row(0, "Node Affinity", "<none>");
    }
    page.row(0, "Node Affinity", "");
    let terms = required.list("nodeSelectorTerms");
    page.row(1, "Required Terms", if terms.is_empty() { "<none>" } else { "" });
    for (at, term) in terms.iter().enumerate() {
        let words = |it: &Value| {
            let values =
                if it.list("values").is_empty() { String::new() } else { format!(" [{}]", it.joined("values", ", ")) };
            format!("{} {}{values}", it.text("key"), it.text("operator").to_lowercase())
        };
        page.rows(2, &format!("Term {at}"), term.list("matchExpressions").iter().map(words));
    }
}

/// A storage class, its events aside.
pub(super) fn write_class(page: &mut Page, object: &Value) {
    let annotations = object.at("metadata.annotations");
    let marks = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
    let is_default = marks.iter().any(|mark| annotations.get(*mark).is_some_and(|value| value == "true"));
    page.row(0, "Name", object.text("metadata.name"));
    page.row(0, "IsDefaultClass", if is_default { "Yes" } else { "No" });
    page.row(0, "Annotations", joined_labels(annotations));
    page.row(0, "Provisioner", object.text("provisioner"));
    page.row(0, "Parameters", joined_labels(object.at("parameters")));
    page.row(0, "AllowVolumeExpansion", object.at("allowVolumeExpansion").as_bool().map_or("<unset>", capitalised));
    match object.list("mountOptions") {
        [] => page.row(0, "MountOptions", "<none>"),
        options => {
            page.line(0, "MountOptions:");
            options.iter().for_each(|option| page.line(1, print(option)));
        }
    }
    for (title, field) in [("ReclaimPolicy", "reclaimPolicy"), ("VolumeBindingMode", "volumeBindingMode")] {
        if object.has(field) {
            page.row(0, title, object.text(field));
        }
    }
    if object.has("allowedTopologies") {
        page.row(0, "AllowedTopologies", "");
        for (at, term) in object.list("allowedTopologies").iter().enumerate() {
            let words = |it: &Value| format!("{} in [{}]", it.text("key"), it.joined("values", ", "));
            page.rows(1, &format!("Term {at}"), term.list("matchLabelExpressions").iter().map(words));
        }
    }
}
