//! The simulated Proxmox against the API schema that the peer's package carries, which is Proxmox' own.

use std::{collections::BTreeMap, process::Command};

use homelab::{Homelab, Options, Pace};
use libtest_mimic::Trial;
use runbook::proxmox::shapes;
use serde_json::Value;
use server::config::{Config, Proxmox};

use crate::{
    day::{self, DURING_BACKUP},
    not_run::{Ran, trials},
    peer::Peer,
};

/// Questions to the simulator, each with its path in the schema.
const ANSWERS: &[(&str, &str)] = &[
    ("version", "/version"),
    ("access/permissions", "/access/permissions"),
    ("nodes", "/nodes"),
    ("cluster/backup", "/cluster/backup"),
    ("cluster/resources?type=vm", "/cluster/resources"),
    ("cluster/status", "/cluster/status"),
    ("cluster/tasks", "/cluster/tasks"),
    ("cluster/jobs/schedule-analyze?schedule=02:00", "/cluster/jobs/schedule-analyze"),
    ("nodes/pihanga/time", "/nodes/{node}/time"),
    ("nodes/pihanga/status", "/nodes/{node}/status"),
    ("nodes/pihanga/storage", "/nodes/{node}/storage"),
    ("nodes/pihanga/qemu", "/nodes/{node}/qemu"),
    ("nodes/pihanga/rrddata?timeframe=hour", "/nodes/{node}/rrddata"),
    ("nodes/pihanga/tasks?source=active&typefilter=vzdump", "/nodes/{node}/tasks"),
    ("nodes/pihanga/tasks?typefilter=vzdump", "/nodes/{node}/tasks"),
    ("nodes/pihanga/tasks/UPID/status", "/nodes/{node}/tasks/{upid}/status"),
    ("nodes/pihanga/tasks/UPID/log", "/nodes/{node}/tasks/{upid}/log"),
    ("nodes/pihanga/qemu/201/status/current", "/nodes/{node}/qemu/{vmid}/status/current"),
    ("nodes/pihanga/lxc", "/nodes/{node}/lxc"),
    ("nodes/pihanga/lxc/210/status/current", "/nodes/{node}/lxc/{vmid}/status/current"),
    ("nodes/pihanga/qemu/201/config", "/nodes/{node}/qemu/{vmid}/config"),
    ("nodes/pihanga/lxc/210/config", "/nodes/{node}/lxc/{vmid}/config"),
    ("nodes/pihanga/lxc/210/interfaces", "/nodes/{node}/lxc/{vmid}/interfaces"),
    ("nodes/pihanga/qemu/201/agent/network-get-interfaces", "/nodes/{node}/qemu/{vmid}/agent/network-get-interfaces"),
    ("nodes/pihanga/version", "/nodes/{node}/version"),
    ("nodes/pihanga/qemu/203/pending", "/nodes/{node}/qemu/{vmid}/pending"),
    ("nodes/pihanga/lxc/210/pending", "/nodes/{node}/lxc/{vmid}/pending"),
    ("nodes/pihanga/qemu/201/snapshot", "/nodes/{node}/qemu/{vmid}/snapshot"),
    ("nodes/pihanga/lxc/210/snapshot", "/nodes/{node}/lxc/{vmid}/snapshot"),
    ("nodes/pihanga/qemu/201/agent/get-osinfo", "/nodes/{node}/qemu/{vmid}/agent/get-osinfo"),
    ("nodes/pihanga/storage/pbs/status", "/nodes/{node}/storage/{storage}/status"),
    ("nodes/pihanga/storage/pbs/content", "/nodes/{node}/storage/{storage}/content"),
    ("nodes/pihanga/storage/local-zfs/content", "/nodes/{node}/storage/{storage}/content"),
    ("storage", "/storage"),
    ("cluster/ha/status/current", "/cluster/ha/status/current"),
    ("cluster/ha/resources", "/cluster/ha/resources"),
    ("cluster/options", "/cluster/options"),
    ("cluster/nextid", "/cluster/nextid"),
    ("pools", "/pools"),
    ("nodes/pihanga/services", "/nodes/{node}/services"),
    ("nodes/pihanga/services/pveproxy/state", "/nodes/{node}/services/{service}/state"),
    ("nodes/pihanga/apt/versions", "/nodes/{node}/apt/versions"),
    ("nodes/pihanga/dns", "/nodes/{node}/dns"),
    ("nodes/pihanga/disks/list", "/nodes/{node}/disks/list"),
    ("nodes/pihanga/network", "/nodes/{node}/network"),
    ("nodes/pihanga/journal?lastentries=5", "/nodes/{node}/journal"),
    ("nodes/pihanga/syslog?service=pveproxy&limit=5", "/nodes/{node}/syslog"),
];

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![the_table_of_shapes_is_that_of_the_real_schema, simulated_proxmox_answers_in_the_shapes_of_the_real_schema,]
}

/// The table that pvesh's boxes are drawn by holds the fields of Proxmox' own schema, and no others.
async fn the_table_of_shapes_is_that_of_the_real_schema() -> Ran {
    let peer = Peer::start()?;
    let schema = read_schema(&peer.says("schema"));
    let paths = schema["paths"].as_object().expect("paths");
    let is_it = |shape: &str, path: &str| {
        let (shape, path): (Vec<_>, Vec<_>) = (shape.split('/').collect(), path.split('/').collect());
        shape.len() == path.len() && shape.iter().zip(&path).all(|(a, b)| a == b || (*a == "*" && b.starts_with('{')))
    };
    let mut differences = Vec::new();
    for shape in shapes::all() {
        let Some((_, entry)) = paths.iter().find(|(path, _)| is_it(shape.path, path)) else {
            differences.push(format!("{} is no path of the API", shape.path));
            continue;
        };
        let returns = &entry["GET"]["returns"];
        let fields = if returns["type"] == "array" { &returns["items"]["properties"] } else { &returns["properties"] };
        let mut expected: Vec<(String, bool, String)> = fields
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, field)| {
                let writing = field["renderer"].as_str().unwrap_or("").to_owned();
                // Perl takes a text for a truth value, too.
                let is_optional = field["optional"] == 1 || field["optional"] == "1";
                (name.clone(), is_optional, writing)
            })
            .collect();
        expected.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        let known: Vec<(String, bool, String)> = shape
            .fields
            .iter()
            .map(|field| (field.name.to_owned(), field.is_optional, field.writing.to_owned()))
            .collect();
        if known != expected {
            differences.push(format!("{}: {known:?} is not {expected:?}", shape.path));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

async fn simulated_proxmox_answers_in_the_shapes_of_the_real_schema() -> Ran {
    let peer = Peer::start()?;
    let schema = read_schema(&peer.says("schema"));
    let simulated = Simulated::start().await;
    let tasks = simulated.get("nodes/pihanga/tasks?source=active&typefilter=vzdump").await;
    let upid = tasks[0]["upid"].as_str().expect("a backup runs at 02:40").to_owned();
    let mut differences = Vec::new();
    for (question, path) in ANSWERS {
        let returns = &schema["paths"][path]["GET"]["returns"];
        assert!(returns.is_object(), "the schema has no {path}");
        let answer = simulated.get(&question.replace("UPID", &upid)).await;
        compare(question, &answer, returns, &mut differences);
    }
    differences.dedup();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

fn compare(place: &str, answer: &Value, schema: &Value, differences: &mut Vec<String>) {
    let expected = schema["type"].as_str().unwrap_or("any");
    if !has_type(answer, expected) {
        differences.push(format!("{place}: {answer} is no {expected}"));
        return;
    }
    for item in answer.as_array().into_iter().flatten() {
        compare(&format!("{place}[]"), item, &schema["items"], differences);
    }
    let (Some(fields), Some(properties)) = (answer.as_object(), schema["properties"].as_object()) else { return };
    let required: BTreeMap<&String, &Value> =
        properties.iter().filter(|(_, property)| property["optional"].as_u64() != Some(1)).collect();
    for name in required.keys().filter(|name| !fields.contains_key(**name)) {
        differences.push(format!("{place}: {name} is missing"));
    }
    for (name, value) in fields {
        match properties.get(name) {
            Some(property) => compare(&format!("{place}.{name}"), value, property, differences),
            None if schema["additionalProperties"].as_u64() == Some(0) => {
                differences.push(format!("{place}: {name} is not in the schema"));
            }
            None => {}
        }
    }
}

/// Proxmox writes booleans as 0 and 1.
fn has_type(value: &Value, expected: &str) -> bool {
    match expected {
        "array" => value.is_array(),
        "object" => value.is_object(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean() || matches!(value.as_i64(), Some(0 | 1)),
        "null" => value.is_null(),
        _ => true,
    }
}

fn read_schema(file: &str) -> Value {
    let output = Command::new("gzip").args(["-dc", file]).output().expect("there is a gzip");
    serde_json::from_slice(&output.stdout).expect("the schema is JSON")
}

/// The simulated node pihanga at 02:40, while its backup runs.
struct Simulated {
    _homelab: Homelab,
    _folder: tempfile::TempDir,
    section: Proxmox,
    token: String,
    client: reqwest::Client,
}

impl Simulated {
    async fn start() -> Self {
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let options = Options { clock: day::clock(DURING_BACKUP), seed: 7, pace: Pace::STILL };
        let homelab = Homelab::start(options).await.expect("a free port");
        let folder = tempfile::tempdir().expect("a folder");
        let config = homelab.write_config(folder.path()).expect("a configuration");
        let mut config: Config = config.parse().expect("a configuration");
        let section = config.proxmox.remove("pihanga").expect("the node");
        let token = std::fs::read_to_string(section.token_file.as_ref().expect("a token file")).expect("a token");
        let certificate = homelab.certificate_pem("pihanga").expect("a certificate");
        let authority = reqwest::Certificate::from_pem(certificate.as_bytes()).expect("PEM");
        let client = reqwest::Client::builder().tls_certs_only([authority]).build().expect("a client");
        Self { _homelab: homelab, _folder: folder, section, token: token.trim().to_owned(), client }
    }

    async fn get(&self, question: &str) -> Value {
        let request = self.client.get(format!("{}/api2/json/{question}", self.section.url));
        let request = request.header("Authorization", format!("PVEAPIToken={}", self.token));
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200, "{question}");
        response.json::<Value>().await.expect("JSON")["data"].take()
    }
}
