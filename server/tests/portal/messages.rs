//! Messages about verdicts: from a crash to the receiver, signed, with the permanent link and without a word of the log.

use std::collections::BTreeMap;

use ::evidence::Alert;
use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use serde_json::Value;
use server::config::{Notify, NotifyKind};
use tokio::sync::mpsc;

use super::{DURING_BACKUP, World};

const CLUSTER: &str = "monitoring-cluster";
const SCHEDULER: &str = "kube-scheduler-talos-monitor";

/// Takes whatever is sent.
async fn receiver() -> (String, mpsc::UnboundedReceiver<(HeaderMap, Bytes)>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let take = move |headers: HeaderMap, body: Bytes| async move {
        drop(sender.send((headers, body)));
        "{}"
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", post(take))).await });
    (format!("http://{address}/hook"), receiver)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_reaches_the_receiver_signed_with_the_incidents_link_and_no_log() {
    let world = World::start(DURING_BACKUP).await;
    let (url, mut received) = receiver().await;
    let secret = world.folder.path().join("webhook.secret");
    std::fs::write(&secret, "a-secret-of-the-tests\n").expect("written");
    let mut config = world.config.clone();
    config.server.public_url = Some("https://runlight.example.org".parse().expect("an address"));
    let section = Notify { kind: NotifyKind::Webhook, url: Some(url), secret_file: Some(secret), ..Notify::default() };
    config.notify.insert("home".into(), section);
    world.portal.keep_evidence(&config.evidence).expect("a valid section");
    let evidence = world.portal.evidence().expect("it keeps");
    let mut progress = evidence.keeper().progress();
    let store = loop {
        if let Some(store) = evidence.keeper().store()
            && let Some(row) = store.search("kube-scheduler", 1).await.expect("searched").first()
            && store.capture(&row.id).await.expect("asked").is_some_and(|capture| capture.verdict.is_some())
        {
            break store;
        }
        progress.changed().await.expect("the keeper lives");
    };
    let now = world.portal.now();
    let labels = [("alertname", "PodCrashLooping"), ("namespace", "kube-system"), ("pod", SCHEDULER)];
    let alert = Alert {
        fingerprint: "f00d".into(),
        labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        annotations: BTreeMap::new(),
        starts_at: now.start_of_day().plus_ms(2 * 3_600_000),
        ends_at: None,
        generator_url: String::new(),
    };
    let (id, _) = store.hear(&alert, CLUSTER, "webhook", now).await.expect("heard");
    world.portal.tell_receivers(&config).expect("a valid section");
    // What the simulated Alertmanager fires is told, too.
    let (headers, told) = loop {
        let (headers, body) = received.recv().await.expect("a message");
        let told: Value = serde_json::from_slice(&body).expect("JSON");
        if told["link"] == format!("https://runlight.example.org/i/{id}") {
            break (headers, told);
        }
    };
    assert_eq!(told["event"], "known");
    assert_eq!(told["title"], format!("PodCrashLooping: {CLUSTER}/kube-system/{SCHEDULER}"));
    assert!(told["facts"].as_array().is_some_and(|facts| (1..=3).contains(&facts.len())), "{told}");
    assert!(!told["sentence"].as_str().expect("a sentence").is_empty());
    assert!(!told.to_string().contains("leaderelection lost"), "{told}");
    assert_eq!(headers["runlight-event-id"], told["id"].as_str().expect("an id"));
    let signature = headers["runlight-signature"].to_str().expect("text");
    assert_eq!(signature.len(), "sha256=".len() + 64);
}

#[tokio::test]
async fn a_section_that_cannot_be_right_is_refused_with_its_key() {
    let world = World::start(DURING_BACKUP).await;
    world.portal.keep_evidence(&world.config.evidence).expect("a valid section");
    let refused = |section: Notify| {
        let mut config = world.config.clone();
        config.server.public_url = Some("https://runlight.example.org".parse().expect("an address"));
        config.notify.insert("home".into(), section);
        world.portal.tell_receivers(&config).expect_err("a wrong section").to_string()
    };
    assert!(refused(Notify::default()).contains("notify.home.url"));
    let clear = Notify { url: Some("http://hooks.example.org/SECRET".into()), ..Notify::default() };
    let words = refused(clear);
    assert!(words.contains("in the clear") && !words.contains("SECRET"), "{words}");
    let bare = Notify { kind: NotifyKind::Telegram, ..Notify::default() };
    assert!(refused(bare).contains("notify.home.token_file"));
}
