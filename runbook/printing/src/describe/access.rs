//! Who may do what: roles and their bindings; and what may talk to what: network policies.

use serde_json::Value;

use super::{
    labels::{selector, write_annotations, write_labels},
    look::{Look, bracketed, or_none, print},
    page::Page,
};

/// A role or a cluster role.
pub(super) fn write_role(page: &mut Page, object: &Value) {
    write_head(page, object);
    page.line(0, "PolicyRule:");
    page.head(1, &["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]);
    let mut rules = compact(object.list("rules"));
    // kubectl orders them as Go writes them, brackets and all.
    rules.sort_by_key(|rule| {
        [&rule.verbs.join(" "), &rule.group, &rule.resource, &rule.name, &rule.url].map(|it| format!("{it}]"))
    });
    for rule in rules {
        let cells = [rule.resource_in_group(), format!("[{}]", rule.url), format!("[{}]", rule.name)];
        page.line(1, format_args!("{}\t[{}]", cells.join("\t"), rule.verbs.join(" ")));
    }
}

/// What may be done to one resource, or to one URL.
#[derive(Debug, Clone, Default, PartialEq)]
struct Rule {
    group: String,
    resource: String,
    name: String,
    url: String,
    verbs: Vec<String>,
}

impl Rule {
    /// `pods/log`, `deployments.apps/scale`.
    fn resource_in_group(&self) -> String {
        let (resource, below) = self.resource.split_once('/').unwrap_or((&self.resource, ""));
        let group = if self.group.is_empty() { String::new() } else { format!(".{}", self.group) };
        let below = if below.is_empty() { String::new() } else { format!("/{below}") };
        format!("{resource}{group}{below}")
    }
}

/// One rule for each resource, with all of its verbs.
fn compact(rules: &[Value]) -> Vec<Rule> {
    let mut compacted: Vec<Rule> = Vec::new();
    let texts = |rule: &Value, field: &str| rule.list(field).iter().map(print).collect::<Vec<_>>();
    for rule in rules {
        let names = match texts(rule, "resourceNames") {
            names if names.is_empty() => vec![String::new()],
            names => names,
        };
        for verb in texts(rule, "verbs") {
            for url in texts(rule, "nonResourceURLs") {
                compacted.push(Rule { url, verbs: vec![verb.clone()], ..Rule::default() });
            }
        }
        for group in texts(rule, "apiGroups") {
            for resource in texts(rule, "resources") {
                for name in &names {
                    let wanted = Rule {
                        group: group.clone(),
                        resource: resource.clone(),
                        name: name.clone(),
                        ..Rule::default()
                    };
                    let is_same = |it: &Rule| Rule { verbs: Vec::new(), ..it.clone() } == wanted;
                    let at = compacted.iter().position(is_same).unwrap_or_else(|| {
                        compacted.push(wanted.clone());
                        compacted.len() - 1
                    });
                    for verb in texts(rule, "verbs") {
                        if !compacted[at].verbs.contains(&verb) {
                            compacted[at].verbs.push(verb);
                        }
                    }
                }
            }
        }
    }
    compacted
}

/// A role binding or a cluster role binding.
pub(super) fn write_binding(page: &mut Page, object: &Value) {
    write_head(page, object);
    page.line(0, "Role:");
    page.row(1, "Kind", object.text("roleRef.kind"));
    page.row(1, "Name", object.text("roleRef.name"));
    page.line(0, "Subjects:");
    page.head(1, &["Kind", "Name", "Namespace"]);
    for subject in object.list("subjects") {
        page.line(1, [subject.text("kind"), subject.text("name"), subject.text("namespace")].join("\t"));
    }
}

fn write_head(page: &mut Page, object: &Value) {
    page.row(0, "Name", object.text("metadata.name"));
    write_labels(page, 0, "Labels", object.at("metadata.labels"));
    write_annotations(page, 0, object.at("metadata.annotations"));
}

/// A network policy.
pub(super) fn write_network_policy(page: &mut Page, object: &Value) {
    let (metadata, spec) = (object.at("metadata"), object.at("spec"));
    page.row(0, "Name", metadata.text("name"));
    page.row(0, "Namespace", metadata.text("namespace"));
    page.row(0, "Created on", metadata.text("creationTimestamp").replace('T', " ").replace('Z', " +0000 UTC"));
    write_labels(page, 0, "Labels", metadata.at("labels"));
    write_annotations(page, 0, metadata.at("annotations"));
    page.line(0, "Spec:");
    let pods = match selector(spec.at("podSelector")).as_str() {
        "<none>" => "<none> (Allowing the specific traffic to all pods in this namespace)".to_owned(),
        selector => selector.to_owned(),
    };
    page.line(1, format_args!("PodSelector:     {pods}"));
    for way in [INGRESS, EGRESS] {
        if spec.list("policyTypes").iter().any(|kind| kind == way.kind) {
            page.line(1, format_args!("Allowing {} traffic:", way.field));
            write_rules(page, spec.list(way.field), way);
        } else {
            page.line(1, format_args!("Not affecting {} traffic", way.field));
        }
    }
    page.line(1, format_args!("Policy Types: {}", or_none(&spec.joined("policyTypes", ", "))));
}

/// A direction of traffic, and how kubectl speaks of it.
#[derive(Debug, Clone, Copy)]
struct Way {
    kind: &'static str,
    field: &'static str,
    peers: &'static str,
    title: &'static str,
    anybody: &'static str,
}

const INGRESS: Way = Way { kind: "Ingress", field: "ingress", peers: "from", title: "From", anybody: "source" };
const EGRESS: Way = Way { kind: "Egress", field: "egress", peers: "to", title: "To", anybody: "destination" };

fn write_rules(page: &mut Page, rules: &[Value], way: Way) {
    if rules.is_empty() {
        page.line(2, format_args!("<none> (Selected pods are isolated for {} connectivity)", way.field));
    }
    for (at, rule) in rules.iter().enumerate() {
        if at > 0 {
            page.line(2, "----------");
        }
        if rule.list("ports").is_empty() {
            page.line(2, "To Port: <any> (traffic allowed to all ports)");
        }
        for port in rule.list("ports") {
            let (number, protocol) = (port.print_or("port", "<nil>"), port.print_or("protocol", "TCP"));
            match port.at("endPort").as_i64() {
                None => page.line(2, format_args!("To Port: {number}/{protocol}")),
                Some(end) => page.line(2, format_args!("To Port Range: {number}-{end}/{protocol}")),
            }
        }
        let peers = rule.list(way.peers);
        if peers.is_empty() {
            page.line(2, format_args!("{}: <any> (traffic not restricted by {})", way.title, way.anybody));
        }
        for peer in peers {
            page.line(2, format_args!("{}:", way.title));
            for (title, field) in [("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector")] {
                if peer.has(field) {
                    page.line(3, format_args!("{title}: {}", selector(peer.at(field))));
                }
            }
            if peer.has("ipBlock") {
                page.line(3, "IPBlock:");
                page.line(4, format_args!("CIDR: {}", peer.text("ipBlock.cidr")));
                page.line(4, format_args!("Except: {}", peer.joined("ipBlock.except", ", ")));
            }
        }
    }
}

/// A budget of disruptions, its events aside.
pub(super) fn write_disruption_budget(page: &mut Page, object: &Value) {
    let (spec, status) = (object.at("spec"), object.at("status"));
    page.row(0, "Name", object.text("metadata.name"));
    page.row(0, "Namespace", object.text("metadata.namespace"));
    if spec.has("minAvailable") {
        page.row(0, "Min available", spec.print("minAvailable"));
    } else if spec.has("maxUnavailable") {
        page.row(0, "Max unavailable", spec.print("maxUnavailable"));
    }
    let pods = if spec.has("selector") { selector(spec.at("selector")) } else { "<unset>".into() };
    page.row(0, "Selector", pods);
    page.line(0, "Status:");
    let counts = [
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ];
    counts.into_iter().for_each(|(title, field)| page.row(2, title, status.number(field)));
}

/// A node's storage drivers, their events aside.
pub(super) fn write_csi_node(page: &mut Page, object: &Value) {
    write_head(page, object);
    page.row(0, "CreationTimestamp", super::time::long(object.text("metadata.creationTimestamp")));
    page.line(0, "Spec:");
    if !object.has("spec.drivers") {
        return;
    }
    page.line(1, "Drivers:");
    for driver in object.list("spec.drivers") {
        page.line(2, format_args!("{}:", driver.text("name")));
        page.row(3, "Node ID", driver.text("nodeID"));
        if driver.has("allocatable.count") {
            page.line(3, "Allocatables:");
            page.row(4, "Count", driver.number("allocatable.count"));
        }
        if driver.has("topologyKeys") {
            page.row(3, "Topology Keys", bracketed(driver.at("topologyKeys")));
        }
    }
}

/// A priority class, its events aside.
pub(super) fn write_priority_class(page: &mut Page, object: &Value) {
    page.row(0, "Name", object.text("metadata.name"));
    page.row(0, "Value", object.number("value"));
    page.row(0, "GlobalDefault", object.is_true("globalDefault"));
    page.row(0, "PreemptionPolicy", object.text("preemptionPolicy"));
    page.row(0, "Description", object.text("description"));
    page.row(0, "Annotations", super::labels::joined_labels(object.at("metadata.annotations")));
}
