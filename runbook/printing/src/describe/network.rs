//! Services, their endpoints, and ingresses.

use serde_json::Value;

use super::{
    labels::{joined_labels, write_annotations, write_labels},
    look::{Look, or_none, print},
    need::{Need, Related, slices},
    page::Page,
};

/// Endpoints that stand on one line.
const MAX_ENDPOINTS: usize = 3;

/// A service, its events aside.
pub(super) fn write_service(page: &mut Page, object: &Value, related: &Related) {
    let (metadata, spec) = (object.at("metadata"), object.at("spec"));
    let (namespace, name) = (metadata.text("namespace"), metadata.text("name"));
    page.row(0, "Name", name);
    page.row(0, "Namespace", namespace);
    write_labels(page, 0, "Labels", metadata.at("labels"));
    write_annotations(page, 0, metadata.at("annotations"));
    page.row(0, "Selector", joined_labels(spec.at("selector")));
    page.row(0, "Type", spec.text("type"));
    if spec.has("ipFamilyPolicy") {
        page.row(0, "IP Family Policy", spec.text("ipFamilyPolicy"));
    }
    page.row(0, "IP Families", or_none(&spec.joined("ipFamilies", ",")));
    page.row(0, "IP", spec.text("clusterIP"));
    page.row(0, "IPs", or_none(&spec.joined("clusterIPs", ",")));
    let optional = [
        ("External IPs", spec.joined("externalIPs", ",")),
        ("Desired LoadBalancer IP", spec.text("loadBalancerIP").to_owned()),
        ("External Name", spec.text("externalName").to_owned()),
        ("LoadBalancer Ingress", load_balancer(object.list("status.loadBalancer.ingress"))),
    ];
    write_present(page, &optional);
    let slices = related.items(&slices(namespace, name));
    for port in spec.list("ports") {
        let (title, protocol) = (port.text("name"), port.text("protocol"));
        let shown = if title.is_empty() { "<unset>" } else { title };
        page.row(0, "Port", format_args!("{shown}\t{}/{protocol}", port.number("port")));
        page.row(0, "TargetPort", format_args!("{}/{protocol}", port.print("targetPort")));
        if port.number("nodePort") != 0 {
            page.row(0, "NodePort", format_args!("{shown}\t{}/{protocol}", port.number("nodePort")));
        }
        page.row(0, "Endpoints", endpoints(slices, title));
    }
    page.row(0, "Session Affinity", spec.text("sessionAffinity"));
    let node_port = spec.print("healthCheckNodePort");
    let optional = [
        ("External Traffic Policy", spec.text("externalTrafficPolicy").to_owned()),
        ("Internal Traffic Policy", spec.text("internalTrafficPolicy").to_owned()),
        ("HealthCheck NodePort", if node_port == "0" { String::new() } else { node_port }),
        ("LoadBalancer Source Ranges", spec.joined("loadBalancerSourceRanges", ",")),
        ("Traffic Distribution", spec.text("trafficDistribution").to_owned()),
    ];
    write_present(page, &optional);
}

fn write_present(page: &mut Page, rows: &[(&str, String)]) {
    rows.iter().filter(|(_, words)| !words.is_empty()).for_each(|(title, words)| page.row(0, title, words));
}

fn load_balancer(ingress: &[Value]) -> String {
    let words = |it: &Value| match (it.text("ip"), it.text("ipMode")) {
        ("", _) => it.text("hostname").to_owned(),
        (ip, "") => ip.to_owned(),
        (ip, mode) => format!("{ip} ({mode})"),
    };
    ingress.iter().map(words).collect::<Vec<_>>().join(", ")
}

/// The ready endpoints behind one port of a service: the first three, and how many more.
pub(super) fn endpoints(slices: Result<&[Value], &str>, port_name: &str) -> String {
    let slices = match slices {
        Ok([]) => return "<none>".into(),
        Ok(slices) => slices,
        Err(reason) => return format!("<unknown: {reason}>"),
    };
    let mut found = Vec::new();
    for slice in slices {
        let ready: Vec<&str> = slice
            .list("endpoints")
            .iter()
            .filter(|endpoint| endpoint.at("conditions.ready").as_bool().unwrap_or(true))
            .filter_map(|endpoint| endpoint.list("addresses").first().and_then(Value::as_str))
            .collect();
        let ports = slice.list("ports");
        if ports.is_empty() {
            found.extend(ready.iter().map(|address| (*address).to_owned()));
        }
        for port in ports.iter().filter(|port| port.text("name") == port_name) {
            found.extend(ready.iter().map(|address| match (port.at("port").as_i64(), address.contains(':')) {
                (None, _) => (*address).to_owned(),
                (Some(port), false) => format!("{address}:{port}"),
                (Some(port), true) => format!("[{address}]:{port}"),
            }));
        }
    }
    match found.len().checked_sub(MAX_ENDPOINTS) {
        Some(more) if more > 0 => format!("{} + {more} more...", found[..MAX_ENDPOINTS].join(",")),
        _ => found.join(","),
    }
}

/// An endpoint slice, its events aside.
pub(super) fn write_slice(page: &mut Page, object: &Value) {
    page.row(0, "Name", object.text("metadata.name"));
    page.row(0, "Namespace", object.text("metadata.namespace"));
    write_labels(page, 0, "Labels", object.at("metadata.labels"));
    write_annotations(page, 0, object.at("metadata.annotations"));
    page.row(0, "AddressType", object.text("addressType"));
    match object.list("ports") {
        [] => page.line(0, "Ports: <unset>"),
        ports => {
            page.line(0, "Ports:");
            write_ports(page, 1, ports);
        }
    }
    let endpoints = object.list("endpoints");
    page.line(0, if endpoints.is_empty() { "Endpoints: <none>" } else { "Endpoints:" });
    for it in endpoints {
        page.row(1, "- Addresses", or_none(&it.joined("addresses", ", ")));
        page.line(2, "Conditions:");
        page.row(3, "Ready", it.print_or("conditions.ready", "<unset>"));
        page.row(2, "Hostname", it.print_or("hostname", "<unset>"));
        if it.has("targetRef") {
            page.row(2, "TargetRef", format_args!("{}/{}", it.text("targetRef.kind"), it.text("targetRef.name")));
        }
        page.row(2, "NodeName", it.print_or("nodeName", "<unset>"));
        page.row(2, "Zone", it.print_or("zone", "<unset>"));
    }
}

/// Endpoints of the old kind, their events aside.
pub(super) fn write_endpoints(page: &mut Page, object: &Value) {
    page.row(0, "Name", object.text("metadata.name"));
    page.row(0, "Namespace", object.text("metadata.namespace"));
    write_labels(page, 0, "Labels", object.at("metadata.labels"));
    write_annotations(page, 0, object.at("metadata.annotations"));
    page.line(0, "Subsets:");
    for subset in object.list("subsets") {
        for (title, field) in [("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")] {
            let addresses: Vec<&str> = subset.list(field).iter().map(|address| address.text("ip")).collect();
            page.row(1, title, or_none(&addresses.join(",")));
        }
        if !subset.list("ports").is_empty() {
            page.line(1, "Ports:");
            write_ports(page, 2, subset.list("ports"));
        }
        page.line(0, "");
    }
}

fn write_ports(page: &mut Page, level: usize, ports: &[Value]) {
    page.head(level, &["Name", "Port", "Protocol"]);
    for port in ports {
        let name = if port.text("name").is_empty() { "<unset>" } else { port.text("name") };
        page.line(level, format_args!("{name}\t{}\t{}", port.print_or("port", "<unset>"), port.text("protocol")));
    }
}

/// An ingress, its events aside.
pub(super) fn write_ingress(page: &mut Page, object: &Value, related: &Related) {
    let (metadata, spec) = (object.at("metadata"), object.at("spec"));
    let namespace = metadata.text("namespace");
    page.row(0, "Name", metadata.text("name"));
    write_labels(page, 0, "Labels", metadata.at("labels"));
    page.row(0, "Namespace", namespace);
    let addresses = object.list("status.loadBalancer.ingress").iter();
    let mut addresses: Vec<&str> =
        addresses.map(|it| if it.text("ip").is_empty() { it.text("hostname") } else { it.text("ip") }).collect();
    addresses.sort_unstable();
    addresses.dedup();
    page.row(0, "Address", addresses.join(","));
    page.row(0, "Ingress Class", spec.print_or("ingressClassName", "<none>"));
    let default = match spec.has("defaultBackend") {
        true => backend(namespace, spec.at("defaultBackend"), related),
        false => "<default>".into(),
    };
    page.row(0, "Default backend", &default);
    if !spec.list("tls").is_empty() {
        page.line(0, "TLS:");
        for tls in spec.list("tls") {
            let hosts = tls.joined("hosts", ",");
            match tls.text("secretName") {
                "" => page.line(1, format_args!("SNI routes {hosts}")),
                secret => page.line(1, format_args!("{secret} terminates {hosts}")),
            }
        }
    }
    page.line(0, "Rules:");
    page.head(1, &["Host", "Path", "Backends"]);
    let rules: Vec<&Value> = spec.list("rules").iter().filter(|rule| rule.has("http")).collect();
    for rule in &rules {
        let host = if rule.text("host").is_empty() { "*" } else { rule.text("host") };
        page.line(1, format_args!("{host}\t"));
        for path in rule.list("http.paths") {
            let behind = backend(namespace, path.at("backend"), related);
            page.line(2, format_args!("\t{} \t{behind}", path.text("path")));
        }
    }
    if rules.is_empty() {
        page.line(1, format_args!("*\t*\t{default}"));
    }
    write_annotations(page, 0, metadata.at("annotations"));
}

/// `web:80 (10.0.0.7:8080)`.
fn backend(namespace: &str, backend: &Value, related: &Related) -> String {
    if backend.has("resource") {
        let of = backend.at("resource");
        let (group, kind, name) = (of.print_or("apiGroup", "<none>"), of.text("kind"), of.text("name"));
        return format!("APIGroup: {group}, Kind: {kind}, Name: {name}");
    }
    let service = backend.at("service");
    if service.is_null() {
        return String::new();
    }
    let (name, port) = (service.text("name"), service.at("port"));
    let shown = if port.number("number") != 0 { print(port.at("number")) } else { port.text("name").to_owned() };
    let behind = match related.get(&Need::one("services", namespace, name)) {
        Err(reason) => format!("<error: {reason}>"),
        Ok(found) => {
            let is_meant = |it: &&Value| match port.number("number") {
                0 => it.text("name") == port.text("name"),
                number => it.number("port") == number,
            };
            let port_name = found.list("spec.ports").iter().rfind(is_meant).map_or("", |it| it.text("name"));
            endpoints(related.items(&slices(namespace, name)), port_name)
        }
    };
    format!("{name}:{shown} ({behind})")
}

/// An ingress class, its events aside.
pub(super) fn write_ingress_class(page: &mut Page, object: &Value) {
    page.row(0, "Name", object.text("metadata.name"));
    write_labels(page, 0, "Labels", object.at("metadata.labels"));
    write_annotations(page, 0, object.at("metadata.annotations"));
    page.row(0, "Controller", object.text("spec.controller"));
    let parameters = object.at("spec.parameters");
    if !parameters.is_null() {
        page.line(0, "Parameters:");
        for (title, field) in [("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")] {
            if field != "apiGroup" || parameters.has(field) {
                page.row(1, title, parameters.text(field));
            }
        }
    }
}
