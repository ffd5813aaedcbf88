//! `pvecm` and `ha-manager`: who belongs to the cluster, whether it decides, what is kept running.

use document::loose;
use serde::Deserialize;

use super::{Level, Object, Sheet, cell, maybe_number, plain};

/// An entry of `/cluster/status`: the cluster itself, or a node.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Member {
    /// `cluster` or `node`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    #[serde(deserialize_with = "loose::text")]
    pub name: String,
    /// A node's address.
    #[serde(default, deserialize_with = "loose::maybe_text")]
    pub ip: Option<String>,
    /// A node's number; 0 when there is no cluster.
    #[serde(default, deserialize_with = "maybe_number")]
    pub nodeid: Option<u64>,
    /// Whether a node is up.
    #[serde(default, deserialize_with = "maybe_number")]
    pub online: Option<u64>,
    /// Whether this node answered.
    #[serde(default, deserialize_with = "maybe_number")]
    pub local: Option<u64>,
    /// Whether the cluster decides.
    #[serde(default, deserialize_with = "maybe_number")]
    pub quorate: Option<u64>,
    /// Version of the cluster's configuration.
    #[serde(default, deserialize_with = "maybe_number")]
    pub version: Option<u64>,
}

/// Votes of a node, of `/cluster/config/nodes`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Votes {
    /// The node.
    pub node: String,
    /// Its votes; 1 when the configuration does not say.
    #[serde(default, deserialize_with = "maybe_number")]
    pub quorum_votes: Option<u64>,
}

/// An entry of `/cluster/ha/status/current`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HaEntry {
    /// `quorum`, `master`, `lrm`, `service`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: String,
    /// The node.
    #[serde(default, deserialize_with = "loose::text")]
    pub node: String,
    /// In words.
    #[serde(default, deserialize_with = "loose::text")]
    pub status: String,
}

const MEMBERS: &[(&str, bool)] =
    &[("Node", false), ("State", false), ("Address", false), ("ID", true), ("Votes", true)];

/// `pvecm status`, as far as the API tells.
pub fn status(members: &[Member], votes: &[Votes], totem: &Object) -> Sheet {
    let Some(cluster) = members.iter().find(|member| member.kind == "cluster") else { return no_cluster() };
    let nodes = nodes(members);
    let expected: u64 = nodes.iter().map(|node| votes_of(node, votes)).sum();
    let total: u64 = nodes.iter().filter(|node| is_up(node)).map(|node| votes_of(node, votes)).sum();
    let is_quorate = cluster.quorate.is_some_and(|it| it != 0);
    let word = |key: &str| totem.get(key).map(plain);
    let mut sheet = Sheet::table(MEMBERS);
    let mut part = |title: &str, pairs: Vec<(&str, Option<String>)>| {
        sheet.line(title);
        sheet.line("-".repeat(title.len()));
        for (key, value) in pairs {
            if let Some(value) = value {
                sheet.line(format!("{:<18}{value}", format!("{key}:")));
            }
        }
        sheet.line("");
    };
    part(
        "Cluster information",
        vec![
            ("Name", Some(cluster.name.clone())),
            ("Config Version", cluster.version.map(|version| version.to_string())),
            ("Transport", Some(word("transport").unwrap_or_else(|| "knet".into()))),
            ("Secure auth", word("secauth")),
        ],
    );
    part(
        "Quorum information",
        vec![
            ("Quorum provider", Some("corosync_votequorum".into())),
            ("Nodes", Some(nodes.iter().filter(|node| is_up(node)).count().to_string())),
            (
                "Node ID",
                nodes.iter().find(|node| is_local(node)).and_then(|node| node.nodeid).map(|id| format!("0x{id:08x}")),
            ),
            ("Quorate", Some(if is_quorate { "Yes" } else { "No" }.into())),
        ],
    );
    part(
        "Votequorum information",
        vec![
            ("Expected votes", Some(expected.to_string())),
            ("Highest expected", Some(expected.to_string())),
            ("Total votes", Some(total.to_string())),
            ("Quorum", Some(format!("{}{}", expected / 2 + 1, if is_quorate { "" } else { " Activity blocked" }))),
            ("Flags", Some(if is_quorate { "Quorate" } else { "" }.into())),
        ],
    );
    sheet.line("Membership information");
    sheet.line("-".repeat(22));
    sheet.line("    Nodeid      Votes Name");
    for node in &nodes {
        if is_up(node) {
            let id = node.nodeid.map_or_else(String::new, |id| format!("0x{id:08x}"));
            let name = node.ip.as_deref().unwrap_or(&node.name);
            let local = if is_local(node) { " (local)" } else { "" };
            sheet.line(format!("{id} {:>10} {name}{local}", votes_of(node, votes)));
        }
        sheet.silent_row(cells(node, votes));
    }
    judge(&mut sheet, is_quorate, &nodes);
    sheet
        .note("The API does not tell the ring's id or the date; votes are counted from the cluster's configuration, a quorum device aside.")
}

/// `pvecm nodes`.
pub fn list(members: &[Member], votes: &[Votes]) -> Sheet {
    let Some(cluster) = members.iter().find(|member| member.kind == "cluster") else { return no_cluster() };
    let mut sheet = Sheet::table(MEMBERS);
    sheet.line("");
    sheet.line("Membership information");
    sheet.line("-".repeat(22));
    sheet.frame("    Nodeid      Votes Name");
    let nodes = nodes(members);
    for node in &nodes {
        // The tool lists those that are there.
        if is_up(node) {
            let id = node.nodeid.map_or_else(String::new, |id| id.to_string());
            let local = if is_local(node) { " (local)" } else { "" };
            let line = format!("{id:>10} {:>10} {}{local}", votes_of(node, votes), node.name);
            sheet.row(line, cells(node, votes));
        } else {
            sheet.silent_row(cells(node, votes));
        }
    }
    judge(&mut sheet, cluster.quorate.is_some_and(|it| it != 0), &nodes);
    sheet
}

/// `ha-manager status`.
pub fn ha_status(entries: &[HaEntry]) -> Sheet {
    let mut sheet = Sheet::table(&[("What", false), ("ID", false), ("Node", false), ("State", false)]);
    for entry in entries {
        sheet.row(
            format!("{} {}", entry.kind, entry.status),
            vec![entry.kind.clone(), entry.id.clone(), entry.node.clone(), entry.status.clone()],
        );
        match entry.kind.as_str() {
            "quorum" if entry.status != "OK" => sheet.find(Level::Fail, format!("Quorum: {}.", entry.status)),
            "service" if ["error", "fence", "recovery"].iter().any(|word| entry.status.contains(word)) => {
                sheet.find(Level::Fail, format!("{}.", entry.status));
            }
            "lrm" if entry.status.contains("dead") => sheet.find(Level::Warn, format!("{}.", entry.status)),
            _ => {}
        }
    }
    sheet
}

/// `ha-manager config`.
pub fn ha_config(mut resources: Vec<Object>) -> Sheet {
    let id = |resource: &Object| resource.get("sid").map_or_else(String::new, plain);
    resources.sort_by_key(|resource| id(resource));
    let mut sheet = Sheet::table(&[("Resource", false), ("Wanted state", false), ("Group", false), ("Comment", false)]);
    for resource in &resources {
        let word = |key: &str| resource.get(key).map_or_else(String::new, plain);
        sheet.line(id(resource));
        for (key, value) in
            resource.iter().filter(|(key, _)| !matches!(key.as_str(), "digest" | "sid" | "type" | "errors"))
        {
            sheet.line(format!("\t{key} {}", plain(value)));
        }
        sheet.line("");
        sheet.silent_row(vec![id(resource), word("state"), word("group"), word("comment")]);
    }
    sheet
}

fn no_cluster() -> Sheet {
    Sheet::text(["Error: Corosync config '/etc/pve/corosync.conf' does not exist - is this node part of a cluster?"])
        .note("This node stands alone: it belongs to no cluster.")
}

fn nodes(members: &[Member]) -> Vec<&Member> {
    let mut nodes: Vec<&Member> = members.iter().filter(|member| member.kind == "node").collect();
    nodes.sort_by_key(|node| node.nodeid);
    nodes
}

fn judge(sheet: &mut Sheet, is_quorate: bool, nodes: &[&Member]) {
    if !is_quorate {
        sheet.find(Level::Fail, "The cluster is not quorate: it changes nothing until it is.");
    }
    let down: Vec<&str> = nodes.iter().filter(|node| !is_up(node)).map(|node| node.name.as_str()).collect();
    if !down.is_empty() {
        sheet.find(Level::Fail, format!("Not there: {}.", down.join(", ")));
    }
}

fn cells(node: &Member, votes: &[Votes]) -> Vec<String> {
    vec![
        node.name.clone(),
        if is_up(node) { "online" } else { "offline" }.into(),
        cell(node.ip.as_deref()),
        node.nodeid.map_or_else(String::new, |id| id.to_string()),
        votes_of(node, votes).to_string(),
    ]
}

fn votes_of(node: &Member, votes: &[Votes]) -> u64 {
    votes.iter().find(|it| it.node == node.name).and_then(|it| it.quorum_votes).unwrap_or(1)
}

fn is_up(node: &Member) -> bool {
    node.online.is_some_and(|it| it != 0)
}

fn is_local(node: &Member) -> bool {
    node.local.is_some_and(|it| it != 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(quorate: u8, second_is_up: u8) -> Vec<Member> {
        let value = json!([
            {"type": "cluster", "id": "cluster", "name": "home", "nodes": 2, "quorate": quorate, "version": 3},
            {"type": "node", "id": "node/b", "name": "b", "ip": "10.0.0.2", "nodeid": 2, "online": second_is_up, "local": 0},
            {"type": "node", "id": "node/a", "name": "a", "ip": "10.0.0.1", "nodeid": 1, "online": 1, "local": 1},
        ]);
        serde_json::from_value(value).expect("members")
    }

    #[test]
    fn lists_nodes_so_that_awk_finds_their_names() {
        let sheet = list(&members(1, 1), &[]);
        let expected = "\nMembership information\n----------------------\n    Nodeid      Votes Name\n\
            \x20        1          1 a (local)\n\x20        2          1 b\n";
        assert_eq!(sheet.printed(), expected);
        assert_eq!(sheet.finding, None);
    }

    #[test]
    fn says_when_the_cluster_does_not_decide() {
        let sheet = status(&members(0, 0), &[], &Object::new());
        let text = sheet.printed();
        for line in [
            "Name:             home",
            "Quorate:          No",
            "Total votes:      1",
            "Quorum:           2 Activity blocked",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} is missing in\n{text}");
        }
        assert_eq!(sheet.finding.map(|(level, _)| level), Some(Level::Fail));
        assert_eq!(sheet.rows[1], ["b", "offline", "10.0.0.2", "2", "1"]);
    }

    #[test]
    fn says_what_the_tool_says_without_a_cluster() {
        let alone: Vec<Member> = members(1, 1).split_off(2);
        assert!(list(&alone, &[]).printed().starts_with("Error: Corosync config"));
    }
}
