//! Credentials that do not work now: the portal opens all the same, that cluster or host alone is unknown with the true
//! reason, and it is tried again.

use std::{fs, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use server::{
    clock::Clock,
    config::Config,
    sources::{Cause, Grant, SourceFailure, Sources, cluster::PodWatchState},
};

use super::{NOON, Scene, live, pods_until, scene};

const VERSION_1: [&[u8]; 2] =
    [include_bytes!("certificates/version-1.pem"), include_bytes!("certificates/version-1.key")];
const P_521: [&[u8]; 2] = [include_bytes!("certificates/p-521.pem"), include_bytes!("certificates/p-521.key")];

/// Sources with one cluster `lab` whose kubeconfig is `kubeconfig`, in a folder that the test may change.
struct Lab {
    sources: Grant,
    folder: tempfile::TempDir,
}

impl Lab {
    fn write(folder: &Path, kubeconfig: &Value) {
        fs::write(folder.join("kubeconfig"), kubeconfig.to_string()).expect("written");
    }

    async fn open(kubeconfig: &Value) -> Self {
        Self::open_with(kubeconfig, "").await
    }

    async fn open_with(kubeconfig: &Value, more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::write(folder.path(), kubeconfig);
        let path = folder.path().join("kubeconfig");
        let config = format!("[clusters.lab]\nkubeconfig = {path:?}\n{more}");
        let config: Config = toml::from_str(&config).expect("TOML");
        let sources =
            Sources::connect(&config, Clock::system()).await.expect("credentials are no configuration").own().clone();
        Self { sources, folder }
    }

    async fn failure(&self) -> SourceFailure {
        let cluster = self.sources.cluster("lab").expect("configured");
        let view = pods_until(cluster, "a failure", |view| matches!(view.state, PodWatchState::Failed(_))).await;
        match view.state {
            PodWatchState::Failed(failure) => failure,
            _ => unreachable!("the view has just been looked at"),
        }
    }
}

/// A kubeconfig with one context `admin@lab`.
fn kubeconfig(cluster: &Value, user: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "admin@lab",
        "clusters": [{ "name": "lab", "cluster": cluster }],
        "users": [{ "name": "admin", "user": user }],
        "contexts": [{ "name": "admin@lab", "context": { "cluster": "lab", "user": "admin" } }],
    })
}

/// Where the simulated cluster is, with its token.
fn homelab_cluster(scene: &Scene) -> (Value, String) {
    let text: Value = serde_json::from_str(&scene.homelab.kubeconfig()).expect("JSON");
    let token = text["users"][0]["user"]["token"].as_str().expect("a token").to_owned();
    (text["clusters"][0]["cluster"].clone(), token)
}

fn nowhere() -> Value {
    json!({ "server": "https://127.0.0.1:1" })
}

fn identity([certificate, key]: [&[u8]; 2]) -> Value {
    let encode = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
    json!({ "client-certificate-data": encode(certificate), "client-key-data": encode(key) })
}

fn plugin(script: &str) -> Value {
    json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": ["-c", script] } })
}

#[tokio::test]
async fn a_plugin_that_fails_takes_no_other_cluster_with_it_and_is_tried_again() {
    let scene = scene(NOON).await;
    let (cluster, token) = homelab_cluster(&scene);
    let folder = tempfile::tempdir().expect("a folder");
    let answer = json!({ "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
        "status": { "token": token } });
    fs::write(folder.path().join("answer"), answer.to_string()).expect("written");
    let (gate, answer) = (folder.path().join("gate"), folder.path().join("answer"));
    let script = format!("echo do-not-show >&2; test -e '{}' && cat '{}'", gate.display(), answer.display());
    let mut text = kubeconfig(&cluster, &plugin(&script));
    text["users"].as_array_mut().expect("a list").push(json!({ "name": "fixed", "user": { "token": token } }));
    let other = json!({ "name": "fixed", "context": { "cluster": "lab", "user": "fixed" } });
    text["contexts"].as_array_mut().expect("a list").push(other);
    let path = folder.path().join("kubeconfig");
    fs::write(&path, text.to_string()).expect("written");
    let config = format!(
        "[clusters.lab]\nkubeconfig = {path:?}\n[clusters.other]\nkubeconfig = {path:?}\ncontext = \"fixed\"\n"
    );
    let config: Config = toml::from_str(&config).expect("TOML");
    let sources =
        Sources::connect(&config, Clock::system()).await.expect("credentials are no configuration").own().clone();
    let lab = Lab { sources, folder };
    let failure = lab.failure().await;
    assert_eq!(failure.kind, Cause::Unauthorized);
    assert!(failure.reason.starts_with("The credential plug-in `sh` of lab failed: exit status: 1"), "{failure}");
    assert!(!failure.to_string().contains("do-not-show"), "{failure}");
    live(lab.sources.cluster("other").expect("configured")).await;
    fs::write(gate, "").expect("written");
    live(lab.sources.cluster("lab").expect("configured")).await;
    drop(lab.folder);
}

#[tokio::test]
async fn a_plugin_without_end_or_without_a_terminal_is_named() {
    let endless = kubeconfig(&nowhere(), &plugin("exec sleep 40"));
    let failure = Lab::open_with(&endless, "[server]\ncheck_timeout_ms = 1000\n").await.failure().await;
    assert!(failure.reason.contains("plug-in `sh` of lab has not answered within 0.5 s"), "{failure}");
    let mut asking = plugin("exit 0");
    asking["exec"]["interactiveMode"] = "Always".into();
    let failure = Lab::open(&kubeconfig(&nowhere(), &asking)).await.failure().await;
    assert!(failure.reason.contains("`sh` of lab wants a terminal"), "{failure}");
    let missing = json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-login" } });
    let failure = Lab::open(&kubeconfig(&nowhere(), &missing)).await.failure().await;
    assert!(failure.reason.contains("`no-such-login` of lab cannot be started"), "{failure}");
    let babbling = Lab::open(&kubeconfig(&nowhere(), &plugin("echo hunter2"))).await.failure().await;
    assert!(babbling.reason.contains("`sh` of lab answered with something that holds no credentials"), "{babbling}");
    assert!(!babbling.to_string().contains("hunter2"), "{babbling}");
}

#[tokio::test]
async fn certificates_and_keys_that_tls_does_not_take_are_named() {
    let failure = Lab::open(&kubeconfig(&nowhere(), &identity(VERSION_1))).await.failure().await;
    assert_eq!(failure.kind, Cause::Certificate);
    assert!(failure.reason.contains("client-certificate of X.509 version 1"), "{failure}");
    let failure = Lab::open(&kubeconfig(&nowhere(), &identity(P_521))).await.failure().await;
    assert!(failure.reason.contains("a key on the curve P-521"), "{failure}");
    assert!(failure.remedy.contains("P-256"), "{failure}");
    let mixed = identity([P_521[0], VERSION_1[1]]);
    let failure = Lab::open(&kubeconfig(&nowhere(), &mixed)).await.failure().await;
    assert_eq!(failure.kind, Cause::Certificate, "{failure}");
    let garbled = json!({ "client-certificate-data": "%%%", "client-key-data": "%%%" });
    let failure = Lab::open(&kubeconfig(&nowhere(), &garbled)).await.failure().await;
    assert!(failure.reason.contains("client-certificate that is not base64"), "{failure}");
}

#[tokio::test]
async fn a_kubeconfig_that_leads_nowhere_says_which_part_of_it_is_missing() {
    let empty = json!({ "apiVersion": "v1", "kind": "Config", "current-context": "", "preferences": {},
        "clusters": null, "contexts": null, "users": null });
    let cases: [(&str, Value, &str); 6] = [
        ("context = \"admin@lab\"\n", empty.clone(), "has no context admin@lab"),
        ("", empty, "has no current context"),
        ("context = \"x\"\n", kubeconfig(&nowhere(), &json!({})), "has no context x"),
        ("", kubeconfig(&json!({}), &json!({})), "leads to a cluster without a server"),
        (
            "",
            kubeconfig(&json!({ "server": "https://127.0.0.1:1", "insecure-skip-tls-verify": true }), &json!({})),
            "insecure-skip-tls-verify",
        ),
        (
            "",
            kubeconfig(&json!({ "server": "https://127.0.0.1:1", "certificate-authority": "/no/ca" }), &json!({})),
            "has a certificate-authority that cannot be read: /no/ca",
        ),
    ];
    for (more, text, words) in cases {
        let failure = Lab::open_with(&text, more).await.failure().await;
        assert!(failure.reason.contains(words), "{words}: {failure}");
        assert!(!failure.to_string().contains("one of: ."), "{failure}");
    }
    let failure = Lab::open(&Value::String("no kubeconfig".into())).await.failure().await;
    assert!(failure.reason.contains("is not a kubeconfig"), "{failure}");
    let failure = Lab::open_with(&kubeconfig(&nowhere(), &json!({})), "context = \"x\"\n").await.failure().await;
    assert!(failure.remedy.contains("one of: admin@lab."), "{failure}");
}

#[tokio::test]
async fn a_kubeconfig_that_comes_later_or_is_renewed_is_read_then() {
    let scene = scene(NOON).await;
    let (cluster, token) = homelab_cluster(&scene);
    let lab = Lab::open(&kubeconfig(&cluster, &json!({ "token": "expired" }))).await;
    fs::remove_file(lab.folder.path().join("kubeconfig")).expect("removed");
    let config = format!("[clusters.late]\nkubeconfig = {:?}\n", lab.folder.path().join("kubeconfig"));
    let config: Config = toml::from_str(&config).expect("TOML");
    let late = Sources::connect(&config, Clock::system()).await.expect("a missing file is a state").own().clone();
    let failure = lab.failure().await;
    assert!(failure.reason.contains("answered 401"), "{failure}");
    Lab::write(lab.folder.path(), &kubeconfig(&cluster, &json!({ "token": token })));
    live(late.cluster("late").expect("configured")).await;
    live(lab.sources.cluster("lab").expect("configured")).await;
    assert!(late.cluster("admin@lab").is_some(), "the context's name is known once it has been read");
}

#[tokio::test]
async fn a_token_file_that_is_not_there_yet_is_a_state_of_its_host() {
    let mut scene = scene(NOON).await;
    let token = scene.config.proxmox["pihanga"].token_file.clone().expect("a token");
    let text = fs::read_to_string(&token).expect("read");
    fs::write(&token, "hunter2-is-no-token").expect("written");
    let mut monitoring = scene.config.prometheus["home"].clone();
    monitoring.token_file = Some("/no/such/token".into());
    scene.config.prometheus.insert("home".into(), monitoring);
    let sources =
        Sources::connect(&scene.config, scene.homelab.clock()).await.expect("files are no configuration").own().clone();
    let host = sources.proxmox_by_host("pihanga").expect("configured");
    let failure = host.status().await.expect_err("no token");
    assert!(failure.reason.contains("proxmox.pihanga.token_file") && !failure.reason.contains("hunter2"), "{failure}");
    assert!(failure.remedy.contains("USER@REALM!TOKENID=SECRET"), "{failure}");
    fs::write(&token, text).expect("written");
    host.status().await.expect("the token is read when it is there");
    let failure = sources.prometheus()[0].status().await.expect_err("no token");
    assert!(failure.reason.contains("/no/such/token cannot be read"), "{failure}");
}

#[tokio::test]
async fn a_token_that_is_replaced_is_sent_from_the_next_question_on() {
    let scene = scene(NOON).await;
    let token = scene.config.proxmox["pihanga"].token_file.clone().expect("a token");
    let right = fs::read_to_string(&token).expect("read");
    let host = scene.sources.proxmox_by_host("pihanga").expect("configured");
    host.status().await.expect("the token is right");
    let replace = |text: &str| {
        fs::write(token.with_extension("new"), text).expect("written");
        fs::rename(token.with_extension("new"), &token).expect("renamed");
    };
    replace("runlight@pve!rotated=00000000-0000-0000-0000-000000000000");
    let failure = host.status().await.expect_err("the new token is sent, and the host does not know it");
    assert!(failure.reason.contains("401"), "{failure}");
    replace(&right);
    host.status().await.expect("the right one is there again");
    // What makes no token takes nothing away.
    replace("half a tok");
    host.status().await.expect("the one before is used on");
}

#[tokio::test]
async fn sends_no_credentials_in_the_clear() {
    let open = json!({ "server": "http://10.0.0.1:6443" });
    for user in [
        json!({"token": "hunter2"}),
        json!({"tokenFile": "/run/token"}),
        json!({"username": "a", "password": "hunter2"}),
    ] {
        let failure = Lab::open(&kubeconfig(&open, &user)).await.failure().await;
        assert!(failure.reason.contains("in the clear") && !failure.reason.contains("hunter2"), "{}", failure.reason);
        assert_eq!(failure.remedy, "Use its https:// address.");
    }
    let here = json!({ "server": "http://127.0.0.1:1" });
    let failure = Lab::open(&kubeconfig(&here, &json!({"token": "hunter2"}))).await.failure().await;
    assert!(!failure.reason.contains("in the clear"), "{}", failure.reason);
}
