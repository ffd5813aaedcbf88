//! What was: crashes that the watch captures, their pages, and what outlives the pod.

use std::sync::Arc;

use ::evidence::{CrashRow, Limits};
use axum::body::Body;
use http::{Request, StatusCode, header};
use runbook::time::DAY_MS;
use server::evidence::Evidence;

use super::{DURING_BACKUP, Page, World};
use crate::day;

const CLUSTER: &str = "monitoring-cluster";
const SCHEDULER: &str = "kube-scheduler-talos-monitor";

/// A world that keeps, once it has captured this many crashes.
async fn keeping(crashes: u64) -> (World, Arc<Evidence>) {
    let world = World::start(DURING_BACKUP).await;
    world.portal.keep_evidence(&world.config.evidence).expect("a valid section");
    let evidence = Arc::clone(world.portal.evidence().expect("it keeps"));
    until_stored(&evidence, crashes).await;
    (world, evidence)
}

async fn until_stored(evidence: &Evidence, crashes: u64) {
    let mut progress = evidence.keeper().progress();
    while evidence.keeper().figures().stored < crashes {
        progress.changed().await.expect("the keeper lives");
    }
}

async fn newest_of(evidence: &Evidence, words: &str) -> CrashRow {
    let store = evidence.keeper().store().expect("open");
    let mut progress = evidence.keeper().progress();
    loop {
        if let Some(row) = store.search(words, 1).await.expect("searched").into_iter().next() {
            return row;
        }
        progress.changed().await.expect("the keeper lives");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_that_happened_before_the_start_is_caught_up_and_has_a_page() {
    let (world, evidence) = keeping(1).await;
    let row = newest_of(&evidence, "kube-scheduler").await;
    let page = world.get(&format!("/e/{}", row.id)).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in
        [SCHEDULER, "Log of the run that ended", "The verdict then", "Backups at that time", "leaderelection lost"]
    {
        page.has(words);
    }
    let [noticed, requests, unheard] = evidence.watch_figures();
    assert!(requests <= 2 * noticed, "{requests} requests for {noticed} crashes");
    assert_eq!(unheard, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_is_captured_when_the_watch_sees_it_and_outlives_its_pod() {
    let (world, evidence) = keeping(1).await;
    assert!(world.homelab.create_pod(CLUSTER, "default", "visitor"));
    let cluster_of = [("cluster", CLUSTER), ("namespace", "default"), ("pod", "visitor")];
    while !world.homelab.crash(CLUSTER, "default", "visitor", "coredns") {
        tokio::task::yield_now().await;
    }
    let row = newest_of(&evidence, "visitor").await;
    assert!(row.is_full, "its log was kept");
    assert!(world.homelab.delete_pod(CLUSTER, "default", "visitor"));
    let page = world.get(&format!("/e/{}", row.id)).await;
    assert_eq!(page.status, StatusCode::OK);
    page.has("visitor");
    // The page of the runbook still lists it, and its previous log is answered from what was kept.
    let page = world.get("/r/test-alert?cluster=monitoring-cluster&namespace=default&pod=visitor").await;
    page.has("1 crash of Pod/visitor in 7 days");
    page.has(&format!("/e/{}", row.id));
    let answer = world.run(&world.check("--previous"), &cluster_of).await;
    answer.has("Runlight kept this one when the run ended at");
}

/// Pods of one container each, before any of them has crashed.
fn visitors(world: &World, count: usize) -> Vec<String> {
    let names: Vec<String> = (0..count).map(|at| format!("visitor-{at}")).collect();
    for name in &names {
        assert!(world.homelab.create_pod(CLUSTER, "default", name));
    }
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_pod_that_is_deleted_before_its_capture_what_the_watch_saw_is_kept() {
    let (world, evidence) = keeping(1).await;
    let names = visitors(&world, 1);
    world.homelab.hold_answers(CLUSTER, true);
    while !world.homelab.crash(CLUSTER, "default", &names[0], "coredns") {
        tokio::task::yield_now().await;
    }
    let is_asked = |world: &World| {
        let asked = world.homelab.asked(CLUSTER).expect("a cluster");
        asked.iter().any(|asked| asked.path.ends_with("/visitor-0/log"))
    };
    while !is_asked(&world) {
        tokio::task::yield_now().await;
    }
    assert!(world.homelab.delete_pod(CLUSTER, "default", &names[0]));
    world.homelab.hold_answers(CLUSTER, false);
    let row = newest_of(&evidence, &names[0]).await;
    assert!(!row.is_full, "there is no log any more");
    let page = world.get(&format!("/e/{}", row.id)).await;
    assert_eq!(page.status, StatusCode::OK);
    page.has("data-outcome=\"unknown\"");
    assert_eq!(evidence.keeper().figures().lost, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_while_the_cluster_does_not_answer_is_caught_up() {
    let (world, evidence) = keeping(1).await;
    let names = visitors(&world, 5);
    let before = evidence.keeper().figures();
    assert!(world.homelab.stop(CLUSTER).await);
    for name in &names {
        while !world.homelab.crash(CLUSTER, "default", name, "coredns") {
            tokio::task::yield_now().await;
        }
    }
    assert!(world.homelab.restart(CLUSTER).await.expect("restarted"));
    for name in &names {
        newest_of(&evidence, name).await;
    }
    let after = evidence.keeper().figures();
    assert_eq!((after.lost, after.missed - before.missed), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_longer_kept_says_what_it_was() {
    let (world, evidence) = keeping(1).await;
    let row = newest_of(&evidence, "kube-scheduler").await;
    let store = evidence.keeper().store().expect("open");
    let later = world.portal.now().plus_ms(40 * DAY_MS);
    while store.prune(&Limits::default(), later).await.expect("pruned").entries > 0 {}
    let page = world.get(&format!("/e/{}", row.id)).await;
    assert_eq!(page.status, StatusCode::GONE);
    page.has("Crash of kube-scheduler in kube-system/");
    page.has("It went on 2026-04-05");
    for address in ["/e/0123456789abcdef", "/e/none", "/e/"] {
        assert_eq!(world.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_store_pages_say_so_and_stay() {
    let world = World::configured(crate::day::clock(DURING_BACKUP), &[], |config| {
        config.evidence.url = Some("sqlite:/proc/none/evidence.db".into());
    })
    .await;
    world.portal.keep_evidence(&world.config.evidence).expect("a valid section");
    let evidence = world.portal.evidence().expect("it tries");
    let mut progress = evidence.keeper().progress();
    while evidence.keeper().complaint().is_none() {
        progress.changed().await.expect("the keeper lives");
    }
    let page = world
        .get("/r/test-alert?cluster=monitoring-cluster&namespace=kube-system&pod=kube-scheduler-talos-monitor")
        .await;
    assert_eq!(page.status, StatusCode::OK);
    page.has("Crashes are not being kept since");
    assert_eq!(world.get("/e/0123456789abcdef").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

const TOKEN: &str = "a-token-of-the-tests-0001";

/// A world that hears a webhook.
async fn hearing() -> (World, Arc<Evidence>) {
    let world = World::start(DURING_BACKUP).await;
    let mut section = world.config.evidence.clone();
    let file = world.folder.path().join("webhook.token");
    std::fs::write(&file, format!("{TOKEN}\n")).expect("written");
    section.webhook_token_file = Some(file);
    world.portal.keep_evidence(&section).expect("a valid section");
    let evidence = Arc::clone(world.portal.evidence().expect("it keeps"));
    until_stored(&evidence, 1).await;
    (world, evidence)
}

async fn post(world: &World, address: &str, kind: &str, token: Option<&str>, body: String) -> super::Page {
    let request = http::Request::post(address).header(http::header::HOST, "localhost:8080");
    let request = request.header(http::header::CONTENT_TYPE, kind);
    let request = match token {
        Some(token) => request.header(http::header::AUTHORIZATION, format!("Bearer {token}")),
        None => request,
    };
    super::Page::read(world.send(request.body(axum::body::Body::from(body)).expect("a request")).await).await
}

fn message(world: &World, status: &str) -> String {
    let now = world.portal.now();
    let ends = if status == "resolved" { now.rfc3339() } else { "0001-01-01T00:00:00Z".into() };
    serde_json::json!({"version": "4", "groupKey": "g", "status": status, "receiver": "runlight", "truncatedAlerts": 3,
        "alerts": [{"status": status, "fingerprint": "f00d", "generatorURL": "", "endsAt": ends,
            "startsAt": now.start_of_day().plus_ms(2 * 3_600_000).rfc3339(),
            "labels": {"alertname": "PodCrashLooping", "cluster": CLUSTER, "namespace": "kube-system", "pod": SCHEDULER},
            "annotations": {"summary": "it crashes"}}]})
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_makes_one_incident_that_binds_crashes_and_takes_notes() {
    let (world, evidence) = hearing().await;
    newest_of(&evidence, "kube-scheduler").await;
    let hook = "/hooks/alertmanager";
    for token in [None, Some("a-token-that-is-not-it")] {
        let refused = post(&world, hook, "application/json", token, message(&world, "firing")).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
    let large = " ".repeat((1 << 20) + 1);
    let request = Request::post(hook)
        .header(header::HOST, "localhost:8080")
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(header::CONTENT_LENGTH, large.len())
        .body(Body::from(large.clone()));
    assert_eq!(world.send(request.expect("valid")).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    // One that does not say how large it is, is read no further either, whatever it holds.
    let unsaid = format!("{}{}", large, message(&world, "firing"));
    let refused = post(&world, hook, "application/json", Some(TOKEN), unsaid).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    let whole = message(&world, "firing");
    let padded = format!("{}{whole}", " ".repeat((1 << 20) - whole.len()));
    let taken = post(&world, hook, "application/json", Some(TOKEN), padded).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED, "a mebibyte is taken");
    let nonsense = post(&world, hook, "application/json", Some(TOKEN), "{}".into()).await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
    for status in ["firing", "firing", "resolved", "firing"] {
        let taken = post(&world, hook, "application/json", Some(TOKEN), message(&world, status)).await;
        assert_eq!(taken.status, StatusCode::ACCEPTED);
    }
    let store = evidence.keeper().store().expect("open");
    let incident = loop {
        let all = store.incidents(None, 10).await.expect("listed");
        match all.as_slice() {
            [only] if only.alert.ends_at.is_some() => break only.clone(),
            _ => tokio::task::yield_now().await,
        }
    };
    let form = "application/x-www-form-urlencoded";
    let note = format!("/incidents/{}/note", incident.id);
    let noted = post(&world, &note, form, None, "who=mira&text=heals+by+03%3A15".into()).await;
    assert_eq!(noted.status, StatusCode::SEE_OTHER);
    let taken = post(&world, &format!("/incidents/{}/note", incident.id), form, None, "who=mira&text=".into()).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    let page = world.get(&format!("/i/{}", incident.id)).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "PodCrashLooping: monitoring-cluster/kube-system/",
        "The alert fired.",
        "The alert ended.",
        "mira has it.",
        "mira: heals by 03:15",
        "3 more alerts of the same message",
        "kube-scheduler ended, ",
    ] {
        page.has(words);
    }
    let markdown = world.get(&format!("/incidents/{}/markdown", incident.id)).await;
    markdown.has("# PodCrashLooping: monitoring-cluster/kube-system/");
    markdown.has("| When | What |");
    let json: serde_json::Value =
        serde_json::from_str(&world.get(&format!("/incidents/{}/json", incident.id)).await.text).expect("JSON");
    assert_eq!(json["incident"]["alert"]["fingerprint"], "f00d");
    assert_eq!(world.get("/i/0123456789abcdef").await.status, StatusCode::NOT_FOUND);
    let metrics = world.get("/metrics").await;
    metrics.has("runlight_evidence_keeping 1");
    metrics.has("runlight_webhook_messages_total 5");
    metrics.has("runlight_webhook_lost_total 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_page_shows_what_was_seen() {
    let (world, evidence) = keeping(1).await;
    newest_of(&evidence, "kube-scheduler").await;
    let body = format!("path=test-alert&query=cluster%3D{CLUSTER}%26namespace%3Dkube-system%26pod%3D{SCHEDULER}");
    let shared = post(&world, "/share", "application/x-www-form-urlencoded", None, body).await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER);
    let address = shared.headers[http::header::LOCATION].to_str().expect("an address").to_owned();
    let page = world.get(&address).await;
    assert_eq!(page.status, StatusCode::OK);
    page.has("The same page, live");
    page.has("data-panel=\"verdict\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_on_purpose_stays_whatever_its_age() {
    let (world, evidence) = keeping(1).await;
    let row = newest_of(&evidence, "kube-scheduler").await;
    let (address, pin) = (format!("/e/{}", row.id), format!("/evidence/{}/pin", row.id));
    let form = "application/x-www-form-urlencoded";
    world.get(&address).await.has("value=\"yes\"");
    assert_eq!(post(&world, &pin, form, None, "keep=yes".into()).await.status, StatusCode::SEE_OTHER);
    world.get(&address).await.has("It is kept whatever its age.");
    let store = evidence.keeper().store().expect("open");
    let later = world.portal.now().plus_ms(400 * DAY_MS);
    while store.prune(&Limits::default(), later).await.expect("pruned").entries > 0 {}
    assert_eq!(world.get(&address).await.status, StatusCode::OK);
    assert_eq!(post(&world, &pin, form, None, "keep=no".into()).await.status, StatusCode::SEE_OTHER);
    while store.prune(&Limits::default(), later).await.expect("pruned").entries > 0 {}
    assert_eq!(world.get(&address).await.status, StatusCode::GONE);
    assert_eq!(post(&world, &pin, form, None, "keep=yes".into()).await.status, StatusCode::GONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_webhook_incidents_come_from_what_is_polled() {
    let (world, evidence) = keeping(1).await;
    let store = evidence.keeper().store().expect("open");
    let incident = loop {
        match store.incidents(None, 1).await.expect("listed").into_iter().next() {
            Some(incident) => break incident,
            None => tokio::task::yield_now().await,
        }
    };
    assert_eq!(incident.heard_by, "poll");
    assert_eq!(world.get(&format!("/i/{}", incident.id)).await.status, StatusCode::OK);
}

/// What a reader with a token of this number gets.
async fn read_as(world: &World, number: u8, address: &str) -> Page {
    let token = access::new_token([number; 32]).token;
    let request = Request::get(address)
        .header(header::HOST, "localhost:8080")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    Page::read(world.send(request.body(Body::empty()).expect("valid")).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_is_shown_by_the_rights_of_whoever_reads_it() {
    let world = World::configured(day::clock(DURING_BACKUP), &[], |config| {
        config.server.public_url = Some("http://localhost:8080".parse().expect("an address"));
        let token = |number: u8, groups: &str| {
            let hash = access::new_token([number; 32]).hash;
            format!("[tokens.t{number}]\nhash = \"{hash}\"\nscopes = [\"read\"]\ngroups = [{groups}]\n")
        };
        let section = token(1, "") + &token(2, "\"sre\"") + &token(3, "\"sre\", \"hosts\"");
        config.sign_in = toml::from_str(&section).expect("a section");
        config.clusters.get_mut(CLUSTER).expect("a cluster").groups = vec!["sre".into()];
        for host in config.proxmox.values_mut() {
            host.groups = vec!["hosts".into()];
        }
    })
    .await;
    world.portal.keep_evidence(&world.config.evidence).expect("a valid section");
    let evidence = Arc::clone(world.portal.evidence().expect("it keeps"));
    until_stored(&evidence, 1).await;
    let row = newest_of(&evidence, "kube-scheduler").await;
    let store = evidence.keeper().store().expect("open");
    let incident = loop {
        let all = store.incidents(None, 100).await.expect("listed");
        match all.into_iter().find(|incident| incident.alert.label("pod") == SCHEDULER) {
            Some(incident) => break incident,
            None => tokio::task::yield_now().await,
        }
    };
    let (crash, incident) = (format!("/e/{}", row.id), format!("/i/{}", incident.id));
    for address in [&crash, &incident] {
        assert_eq!(read_as(&world, 1, address).await.status, StatusCode::NOT_FOUND, "{address}");
        let kept = read_as(&world, 2, address).await;
        assert_eq!(kept.status, StatusCode::OK);
        assert!(!kept.text.contains("At that time: "), "{address} tells of backups");
        assert_eq!(read_as(&world, 3, address).await.status, StatusCode::OK);
    }
    read_as(&world, 3, &incident).await.has("Verdict: ");
    read_as(&world, 2, &crash).await.has("Your groups do not see every Proxmox node");
    // How often it was inside a backup rests on the nodes, too: on its page and on the runbook's.
    let runbook = format!("/r/test-alert?cluster={CLUSTER}&namespace=kube-system&pod={SCHEDULER}");
    for address in [&crash, &runbook] {
        read_as(&world, 2, address).await.has("whether inside a backup is unknown");
        read_as(&world, 3, address).await.has("inside a backup; first");
    }
    // The search finds what its reader may see.
    let search = "/?q=kube-scheduler";
    read_as(&world, 2, search).await.has(&crash);
    assert!(!read_as(&world, 1, search).await.text.contains(&crash));
    // So it is with what is no longer kept: it is told to whoever might have seen it.
    let later = world.portal.now().plus_ms(40 * DAY_MS);
    while store.prune(&Limits::default(), later).await.expect("pruned").entries > 0 {}
    assert_eq!(read_as(&world, 1, &crash).await.status, StatusCode::NOT_FOUND);
    assert_eq!(read_as(&world, 2, &crash).await.status, StatusCode::GONE);
    assert!(!read_as(&world, 2, &incident).await.text.contains("Verdict: "));
}
