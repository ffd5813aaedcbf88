//! What a Proxmox VE node answers, asked with reqwest and a pinned certificate authority.

use homelab::Homelab;
use reqwest::{Client, Response};
use serde_json::Value;
use server::config::{Config, Proxmox};

use super::{DURING_BACKUP, NOON, still_homelab};

/// A node's address and a client that shows its token.
struct Node {
    section: Proxmox,
    token: String,
    client: Client,
}

impl Node {
    fn of(homelab: &Homelab, name: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let config = homelab.write_config(dir.path()).expect("a configuration");
        let section = config.parse::<Config>().expect("a configuration").proxmox.remove(name).expect("the node");
        let token = std::fs::read_to_string(section.token_file.as_ref().expect("a token file")).expect("a token");
        let certificate = homelab.certificate_pem(name).expect("a certificate");
        let authority = reqwest::Certificate::from_pem(certificate.as_bytes()).expect("PEM");
        let client = Client::builder().tls_certs_only([authority]).build().expect("a client");
        Self { section, token: token.trim().to_owned(), client }
    }

    async fn ask(&self, path: &str, authorization: Option<&str>) -> Response {
        let mut request = self.client.get(format!("{}/api2/json/{path}", self.section.url));
        if let Some(value) = authorization {
            request = request.header("Authorization", value);
        }
        request.send().await.expect("an answer")
    }

    async fn get(&self, path: &str) -> Value {
        let response = self.ask(path, Some(&format!("PVEAPIToken={}", self.token))).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json::<Value>().await.expect("JSON")["data"].take()
    }
}

#[tokio::test]
async fn a_running_backup_is_among_the_active_tasks_only() {
    let homelab = still_homelab(DURING_BACKUP).await;
    let node = Node::of(&homelab, "pihanga");
    let active = node.get("nodes/pihanga/tasks?source=active&typefilter=vzdump").await;
    let [task] = &active.as_array().expect("a list")[..] else { panic!("{active}") };
    assert_eq!((&task["status"], &task["id"]), (&"RUNNING".into(), &"".into()));
    assert!(task.get("endtime").is_none());
    let archive = node.get("nodes/pihanga/tasks?typefilter=vzdump").await;
    let archive = archive.as_array().expect("a list");
    assert_eq!(archive.len(), 7);
    assert!(archive.iter().all(|task| task["endtime"].is_i64() && task["status"] != "RUNNING"));
    let upid = task["upid"].as_str().expect("a upid");
    assert_eq!(node.get(&format!("nodes/pihanga/tasks/{upid}/status")).await["status"], "running");
    let log = node.get(&format!("nodes/pihanga/tasks/{upid}/log")).await;
    assert_eq!(log[0]["n"], 1);
    assert!(log[1]["t"].as_str().expect("text").contains("Starting Backup of VM 201"), "{log}");
}

#[tokio::test]
async fn the_monitoring_vm_is_locked_while_it_is_backed_up() {
    let homelab = still_homelab(NOON).await;
    let node = Node::of(&homelab, "pihanga");
    let locked = async || {
        let guests = node.get("cluster/resources?type=vm").await;
        let guests = guests.as_array().expect("a list").clone();
        guests
            .iter()
            .filter(|guest| guest["lock"] == "backup")
            .map(|guest| guest["name"].to_string())
            .collect::<Vec<_>>()
    };
    assert!(locked().await.is_empty());
    assert!(homelab.begin_backup("pihanga"));
    assert_eq!(locked().await, ["\"talos-monitor\""]);
    let current = node.get("nodes/pihanga/qemu/201/status/current").await;
    assert_eq!(current["lock"], "backup");
    assert!(current["pressureiofull"].as_f64().expect("a number") > 10.0);
    assert!(homelab.end_backup("pihanga"));
    assert!(locked().await.is_empty());
    assert_eq!(
        node.get("nodes/pihanga/tasks?source=active&typefilter=vzdump").await[0]["status"],
        "OK",
        "it has just ended"
    );
}

#[tokio::test]
async fn lists_are_empty_without_the_privilege() {
    let homelab = still_homelab(DURING_BACKUP).await;
    let node = Node::of(&homelab, "pihanga");
    assert_eq!(node.get("access/permissions").await["/nodes"]["Sys.Audit"], 1);
    homelab.allow_audit("pihanga", false);
    assert!(node.get("access/permissions").await["/nodes"].get("Sys.Audit").is_none());
    assert_eq!(node.get("nodes/pihanga/tasks?source=active").await, Value::Array(vec![]));
}

#[tokio::test]
async fn refuses_tokens_with_a_reason_in_the_status_line() {
    let homelab = still_homelab(NOON).await;
    let node = Node::of(&homelab, "ruapehu");
    let wrong = format!("PVEAPIToken={}x", node.token);
    for authorization in [None, Some("PVEAPIToken=nobody@pve!x=1"), Some(&*wrong)] {
        assert_eq!(node.ask("version", authorization).await.status(), 401, "{authorization:?}");
    }
    let response = node.ask("version", Some(&wrong)).await;
    let reason = response.extensions().get::<hyper::ext::ReasonPhrase>().expect("a reason of its own").clone();
    assert_eq!(reason.as_bytes(), b"invalid token value!");
    homelab.answer_with("ruapehu", Some(403));
    assert_eq!(node.ask("version", None).await.status(), 403);
}

#[tokio::test]
async fn tells_the_schedule_the_time_and_the_pressure() {
    let homelab = still_homelab(DURING_BACKUP).await;
    let node = Node::of(&homelab, "pihanga");
    let job = node.get("cluster/backup").await[0].take();
    let time = node.get("nodes/pihanga/time").await;
    assert_eq!((&job["schedule"], &job["enabled"]), (&"02:00".into(), &1.into()));
    let next = job["next-run"].as_i64().expect("a time");
    assert!(next > time["time"].as_i64().expect("a time"));
    let windows = node.get("cluster/jobs/schedule-analyze?schedule=02:00&iterations=3").await;
    assert_eq!(windows.as_array().expect("a list").len(), 3);
    assert_eq!(windows[0]["timestamp"], next);
    let points = node.get("nodes/pihanga/rrddata?timeframe=hour").await;
    let points = points.as_array().expect("points").clone();
    let wait = |point: &Value| point["iowait"].as_f64().expect("a share");
    assert!(wait(&points[points.len() - 1]) > 0.3 && wait(&points[0]) < 0.1, "quiet before 02:00, busy after");
}
