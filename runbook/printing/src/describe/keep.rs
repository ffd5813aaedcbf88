//! Objects that keep things: config maps, secrets (names and sizes alone, never what is in them), service accounts,
//! namespaces with their quotas and limits.

use serde_json::Value;

use super::{
    labels::{write_annotations, write_labels},
    look::{Look, print},
    need::{Need, Related},
    page::Page,
    time,
};

/// A config map, its events aside.
pub(super) fn write_config_map(page: &mut Page, object: &Value) {
    write_head(page, object);
    page.line(0, "\nData\n====");
    for (key, value) in object.fields("data") {
        page.line(0, format_args!("{key}:\n----\n{}\n", print(value)));
    }
    page.line(0, "\nBinaryData\n====");
    for (key, value) in object.fields("binaryData") {
        page.line(0, format_args!("{key}: {} bytes", size_bytes(value)));
    }
    page.line(0, "");
}

/// Annotations of a Secret that say whose it is. Any other may hold a copy of its data: tools keep the object that they
/// have applied last.
const SHOWN_OF_SECRETS: [&str; 12] = [
    "kubernetes.io/service-account.name",
    "kubernetes.io/service-account.uid",
    "meta.helm.sh/release-name",
    "meta.helm.sh/release-namespace",
    "cert-manager.io/certificate-name",
    "cert-manager.io/common-name",
    "cert-manager.io/alt-names",
    "cert-manager.io/ip-sans",
    "cert-manager.io/uri-sans",
    "cert-manager.io/issuer-name",
    "cert-manager.io/issuer-kind",
    "cert-manager.io/issuer-group",
];
/// Longest annotation of a Secret that is shown: a name, never an object.
const MAX_ANNOTATION_OF_SECRET_BYTES: usize = 512;
/// Where whoever reads a Secret says how many of its annotations it has left out.
pub const LEFT_OUT_ANNOTATIONS: &str = "leftOutAnnotations";

/// Whether an annotation of a Secret may be shown.
pub fn is_shown_of_secret(key: &str, value: &Value) -> bool {
    let is_short = value.as_str().is_some_and(|value| value.len() <= MAX_ANNOTATION_OF_SECRET_BYTES);
    SHOWN_OF_SECRETS.contains(&key) && is_short
}

/// A secret. The token of a service account, which kubectl prints, is a size here, too; annotations that may hold a copy
/// of the data are counted.
pub(super) fn write_secret(page: &mut Page, object: &Value) {
    page.row(0, "Name", object.text("metadata.name"));
    page.row(0, "Namespace", object.text("metadata.namespace"));
    write_labels(page, 0, "Labels", object.at("metadata.labels"));
    let all = object.at("metadata.annotations").own_fields();
    let shown = all.iter().filter(|(key, value)| is_shown_of_secret(key, value));
    let shown: serde_json::Map<String, Value> = shown.map(|(key, value)| (key.to_string(), (*value).clone())).collect();
    let left_out = (all.len() - shown.len()) as u64 + object.at(LEFT_OUT_ANNOTATIONS).as_u64().unwrap_or(0);
    write_annotations(page, 0, &Value::Object(shown));
    if left_out > 0 {
        page.line(0, format_args!("Not shown:\t{left_out} annotations, which may hold a copy of the data"));
    }
    page.row(0, "\nType", object.text("type"));
    page.line(0, "\nData\n====");
    for (key, value) in object.fields("data") {
        page.row(0, key, format_args!("{} bytes", size_bytes(value)));
    }
}

/// How many bytes a Base64 text holds. A number is the size itself: whoever reads secrets keeps nothing else of them.
pub(super) fn size_bytes(value: &Value) -> u64 {
    match value {
        Value::String(text) => {
            let letters = text.bytes().filter(|byte| !matches!(byte, b'=' | b'\n' | b'\r')).count();
            u64::try_from(letters).unwrap_or(u64::MAX).saturating_mul(3) / 4
        }
        other => other.as_u64().unwrap_or(0),
    }
}

/// A service account, its events aside.
pub(super) fn write_service_account(page: &mut Page, object: &Value) {
    write_head(page, object);
    let names: Vec<&str> = object.list("imagePullSecrets").iter().map(|secret| secret.text("name")).collect();
    page.line(0, format_args!("Image pull secrets:\t{}", names.first().copied().unwrap_or("<none>")));
    names.iter().skip(1).for_each(|name| page.line(0, format_args!("                   \t{name}")));
}

fn write_head(page: &mut Page, object: &Value) {
    page.row(0, "Name", object.text("metadata.name"));
    page.row(0, "Namespace", object.text("metadata.namespace"));
    write_labels(page, 0, "Labels", object.at("metadata.labels"));
    write_annotations(page, 0, object.at("metadata.annotations"));
}

/// A namespace with its quotas and limits.
pub(super) fn write_namespace(page: &mut Page, object: &Value, related: &Related) {
    let name = object.text("metadata.name");
    page.row(0, "Name", name);
    write_labels(page, 0, "Labels", object.at("metadata.labels"));
    write_annotations(page, 0, object.at("metadata.annotations"));
    page.row(0, "Status", object.text("status.phase"));
    let conditions = object.list("status.conditions");
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.head(1, &["Type", "Status", "LastTransitionTime", "Reason", "Message"]);
        for it in conditions {
            let at = time::long(it.text("lastTransitionTime"));
            let cells = [it.text("type"), it.text("status"), &at, it.text("reason"), it.text("message")];
            page.line(1, cells.join("\t"));
        }
    }
    page.line(0, "");
    match related.items(&Need::list("resourcequotas", Some(name))) {
        Err(reason) => page.line(0, format_args!("Resource Quotas: <unknown: {reason}>")),
        Ok([]) => page.line(0, "No resource quota."),
        Ok(quotas) => {
            let mut quotas: Vec<&Value> = quotas.iter().collect();
            quotas.sort_by_key(|quota| quota.text("metadata.name"));
            page.line(0, "Resource Quotas");
            for quota in quotas {
                page.row(1, "Name", quota.text("metadata.name"));
                write_quota(page, 1, quota, "---");
            }
        }
    }
    page.line(0, "");
    match related.items(&Need::list("limitranges", Some(name))) {
        Err(reason) => page.line(0, format_args!("Resource Limits: <unknown: {reason}>")),
        Ok([]) => page.line(0, "No LimitRange resource."),
        Ok(ranges) => {
            page.line(0, "Resource Limits");
            page.line(0, [" ", LIMIT_HEADS].concat());
            page.line(0, [" ", LIMIT_DASHES].concat());
            ranges.iter().for_each(|range| write_limits(page, " ", range));
        }
    }
}

/// A resource quota.
pub(super) fn write_quota_object(page: &mut Page, object: &Value) {
    page.row(0, "Name", object.text("metadata.name"));
    page.row(0, "Namespace", object.text("metadata.namespace"));
    write_quota(page, 0, object, "----");
}

fn write_quota(page: &mut Page, level: usize, quota: &Value, dashes: &str) {
    let mut scopes: Vec<String> = quota.list("spec.scopes").iter().map(print).collect();
    scopes.sort_unstable();
    if !scopes.is_empty() {
        page.row(level, "Scopes", scopes.join(", "));
    }
    page.line(level, "Resource\tUsed\tHard");
    page.line(level, format_args!("--------\t{dashes}\t{dashes}"));
    let used = quota.at("status.used");
    for (name, hard) in quota.fields("status.hard") {
        let used = used.get(name).map_or_else(|| "0".into(), print);
        page.line(level, format_args!("{name}\t{used}\t{}", print(hard)));
    }
}

const LIMIT_HEADS: &str = "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
const LIMIT_DASHES: &str = "----\t--------\t---\t---\t---------------\t-------------\t-----------------------";

/// A limit range.
pub(super) fn write_limit_range(page: &mut Page, object: &Value) {
    page.row(0, "Name", object.text("metadata.name"));
    page.row(0, "Namespace", object.text("metadata.namespace"));
    page.line(0, LIMIT_HEADS);
    page.line(0, LIMIT_DASHES);
    write_limits(page, "", object);
}

fn write_limits(page: &mut Page, prefix: &str, range: &Value) {
    const LISTS: [&str; 5] = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"];
    for item in range.list("spec.limits") {
        let mut names: Vec<&str> = LISTS.iter().flat_map(|list| item.fields(list)).map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let cell = |list: &&str| item.at(list).get(name).map_or_else(|| "-".into(), print);
            let cells: Vec<String> = LISTS.iter().map(cell).collect();
            page.line(0, format_args!("{prefix}{}\t{name}\t{}", item.text("type"), cells.join("\t")));
        }
    }
}
