//! Lists, watches and tables.

use futures::{StreamExt, TryStreamExt, pin_mut};
use homelab::{Expiry, Homelab};
use http::Request;
use k8s_openapi::api::{
    apps::v1::Deployment,
    authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec},
    core::v1::{Event, Pod},
};
use kube::{
    Api, Client,
    api::{DeleteParams, ListParams, PostParams, WatchEvent, WatchParams},
    runtime::watcher,
};
use serde_json::Value;

use super::{DURING_BACKUP, NOON, client, soon, still_homelab};

const CLUSTER: &str = "monitoring-cluster";
const SCHEDULER: &str = "kube-scheduler-talos-monitor";

#[tokio::test]
async fn pages_lists_without_losing_or_repeating_a_pod() {
    let homelab = still_homelab(NOON).await;
    let pods: Api<Pod> = Api::all(client(&homelab, "homelab-prod").await);
    let all = pods.list(&ListParams::default()).await.expect("a list");
    assert!((80..=110).contains(&all.items.len()), "{} pods", all.items.len());
    let (mut names, mut mark) = (Vec::new(), String::new());
    loop {
        let page = pods.list(&ListParams::default().limit(20).continue_token(&mark)).await.expect("a page");
        assert!(page.items.len() <= 20);
        names.extend(page.items.into_iter().map(|pod| (pod.metadata.namespace, pod.metadata.name)));
        match page.metadata.continue_.filter(|mark| !mark.is_empty()) {
            Some(next) => mark = next,
            None => break,
        }
    }
    let expected: Vec<_> = all.items.into_iter().map(|pod| (pod.metadata.namespace, pod.metadata.name)).collect();
    assert_eq!(names, expected);
}

#[tokio::test]
async fn selects_by_label_and_field() {
    let homelab = still_homelab(NOON).await;
    let pods: Api<Pod> = Api::all(client(&homelab, CLUSTER).await);
    let count = async |params: ListParams| pods.list(&params).await.expect("a list").items.len();
    assert_eq!(count(ListParams::default().labels("tier=control-plane,component in (etcd, kube-scheduler)")).await, 2);
    assert_eq!(count(ListParams::default().fields("metadata.name=kube-scheduler-talos-monitor")).await, 1);
    assert_eq!(count(ListParams::default().fields("spec.nodeName=elsewhere")).await, 0);
}

#[tokio::test]
async fn a_watch_sees_a_crash_and_the_restart() {
    let homelab = still_homelab(DURING_BACKUP).await;
    let pods: Api<Pod> = Api::namespaced(client(&homelab, CLUSTER).await, "kube-system");
    let before = pods.get(SCHEDULER).await.expect("the scheduler");
    let restarts_before = restarts(&before);
    let version =
        pods.list(&ListParams::default()).await.expect("a list").metadata.resource_version.expect("a version");
    let watch = pods
        .watch(&WatchParams::default().fields(&format!("metadata.name={SCHEDULER}")), &version)
        .await
        .expect("a watch");
    pin_mut!(watch);
    let mut seen = Vec::new();
    assert!(homelab.crash(CLUSTER, "kube-system", SCHEDULER, "kube-scheduler"));
    for _ in 0..3 {
        let event = soon("a change", watch.try_next()).await.expect("no error").expect("no end");
        let WatchEvent::Modified(pod) = event else { panic!("{event:?}") };
        let status = pod.status.and_then(|status| status.container_statuses).expect("a status").remove(0);
        let state = status.state.expect("a state");
        seen.push(match (state.terminated, state.waiting) {
            (Some(terminated), _) => format!("{} {}", terminated.reason.expect("a reason"), terminated.exit_code),
            (_, Some(waiting)) => waiting.reason.expect("a reason"),
            _ => format!("running after {} more", status.restart_count - restarts_before),
        });
        homelab.advance(CLUSTER, "kube-system", SCHEDULER, "kube-scheduler");
    }
    assert_eq!(seen, ["Error 1", "CrashLoopBackOff", "running after 1 more"]);
}

#[tokio::test]
async fn troubles_go_on_by_themselves() {
    let pace = homelab::Pace { running_ms: 300, terminated_ms: 100, waiting_ms: 100 };
    let homelab = super::start(DURING_BACKUP, pace).await;
    let pods: Api<Pod> = Api::all(client(&homelab, CLUSTER).await);
    let version =
        pods.list(&ListParams::default()).await.expect("a list").metadata.resource_version.expect("a version");
    let watch = pods.watch(&WatchParams::default(), &version).await.expect("a watch");
    pin_mut!(watch);
    let crash = async {
        loop {
            if let Some(WatchEvent::Modified(pod)) = watch.try_next().await.expect("no error")
                && pod.metadata.name.as_deref() == Some(SCHEDULER)
                && pod.status.and_then(|s| s.container_statuses).is_some_and(|s| !s[0].ready)
            {
                break;
            }
        }
    };
    soon("a crash of its own", crash).await;
    let events: Api<Event> = Api::namespaced(client(&homelab, CLUSTER).await, "kube-system");
    let fields = ListParams::default().fields(&format!("involvedObject.name={SCHEDULER},reason=BackOff"));
    assert_eq!(events.list(&fields).await.expect("events").items.len(), 1, "repeated events are counted, not listed");
}

#[tokio::test]
async fn the_scheduler_is_safe_without_a_backup() {
    let homelab = still_homelab(NOON).await;
    let pods: Api<Pod> = Api::namespaced(client(&homelab, CLUSTER).await, "kube-system");
    let version = pods.get(SCHEDULER).await.expect("the scheduler").metadata.resource_version;
    assert!(homelab.advance(CLUSTER, "kube-system", SCHEDULER, "kube-scheduler"), "its next crash would be due");
    // Something else happens later; had the scheduler crashed, it would have done so before.
    let oom = story_pod(&homelab, "immich-machine-learning");
    let prod: Api<Pod> = Api::namespaced(client(&homelab, "homelab-prod").await, "media");
    homelab.advance("homelab-prod", "media", &oom, "machine-learning");
    let killed = async {
        while !format!("{:?}", prod.get(&oom).await.expect("the pod").status).contains("exit_code: 137") {
            tokio::task::yield_now().await;
        }
    };
    soon("an OOM kill", killed).await;
    assert_eq!(pods.get(SCHEDULER).await.expect("the scheduler").metadata.resource_version, version);
}

#[tokio::test]
async fn a_streaming_list_ends_with_a_marked_bookmark() {
    let homelab = still_homelab(NOON).await;
    let client = client(&homelab, CLUSTER).await;
    let config = watcher::Config::default().streaming_lists();
    let stream = watcher(Api::<Pod>::all(client), config);
    pin_mut!(stream);
    let mut initial = 0;
    loop {
        match soon("the initial list", stream.try_next()).await.expect("no error").expect("no end") {
            watcher::Event::InitApply(_) => initial += 1,
            watcher::Event::InitDone => break,
            _ => {}
        }
    }
    assert!(initial > 25, "{initial} pods");
}

#[tokio::test]
async fn watches_end_with_a_bookmark_at_the_newest_version() {
    let homelab = still_homelab(NOON).await;
    let pods: Api<Pod> = Api::all(client(&homelab, CLUSTER).await);
    let version =
        pods.list(&ListParams::default()).await.expect("a list").metadata.resource_version.expect("a version");
    let watch = pods.watch(&WatchParams::default().timeout(1), &version).await.expect("a watch");
    let events: Vec<_> = soon("the end", watch.try_collect()).await.expect("no error");
    let [WatchEvent::Bookmark(bookmark)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(bookmark.metadata.resource_version, version);
}

#[tokio::test]
async fn a_watcher_lists_again_after_a_410_event() {
    let homelab = still_homelab(NOON).await;
    let stream = watcher(Api::<Pod>::all(client(&homelab, CLUSTER).await), watcher::Config::default());
    pin_mut!(stream);
    while !matches!(soon("the first list", stream.next()).await, Some(Ok(watcher::Event::InitDone))) {}
    assert!(homelab.expire_watches(CLUSTER, Expiry::AsEvent));
    assert!(homelab.create_pod(CLUSTER, "default", "new"));
    let relisted = async {
        let mut has_begun_anew = false;
        loop {
            match stream.next().await {
                Some(Ok(watcher::Event::Init)) => has_begun_anew = true,
                Some(Ok(watcher::Event::InitApply(pod))) if pod.metadata.name.as_deref() == Some("new") => {
                    break has_begun_anew;
                }
                Some(_) => {}
                None => panic!("the watcher ended"),
            }
        }
    };
    assert!(soon("the second list", relisted).await);
}

#[tokio::test]
async fn an_old_watch_can_be_refused_with_status_410() {
    let homelab = still_homelab(NOON).await;
    let pods: Api<Pod> = Api::all(client(&homelab, CLUSTER).await);
    let version =
        pods.list(&ListParams::default()).await.expect("a list").metadata.resource_version.expect("a version");
    assert!(homelab.expire_watches(CLUSTER, Expiry::AsStatus));
    let refused = pods.watch(&WatchParams::default(), &version).await.map(|_| ()).expect_err("too old");
    assert!(matches!(&refused, kube::Error::Api(status) if status.code == 410), "{refused}");
}

#[tokio::test]
async fn a_watch_with_a_selector_tells_when_a_pod_leaves_it() {
    let homelab = still_homelab(NOON).await;
    let pods: Api<Pod> = Api::all(client(&homelab, CLUSTER).await);
    let version =
        pods.list(&ListParams::default()).await.expect("a list").metadata.resource_version.expect("a version");
    homelab.create_pod(CLUSTER, "default", "short-lived");
    homelab.delete_pod(CLUSTER, "default", "short-lived");
    let watch = pods.watch(&WatchParams::default().labels("app=short-lived"), &version).await.expect("a watch");
    pin_mut!(watch);
    assert!(matches!(soon("the pod", watch.try_next()).await, Ok(Some(WatchEvent::Added(_)))));
    assert!(matches!(soon("its end", watch.try_next()).await, Ok(Some(WatchEvent::Deleted(_)))));
}

#[tokio::test]
async fn a_deleted_pod_is_replaced_by_its_deployment() {
    let homelab = still_homelab(NOON).await;
    let pods: Api<Pod> = Api::namespaced(client(&homelab, "agentic").await, "agents");
    let planners = async || {
        let pods = pods.list(&ListParams::default().labels("app=planner")).await.expect("a list").items;
        pods.into_iter().filter_map(|pod| pod.metadata.name).collect::<Vec<_>>()
    };
    let before = planners().await;
    assert!(homelab.delete_pod("agentic", "agents", &before[0]));
    let after = planners().await;
    assert_eq!(after.len(), before.len());
    assert!(!after.contains(&before[0]));
}

#[tokio::test]
async fn tables_have_the_columns_of_kubectl() {
    let homelab = still_homelab(DURING_BACKUP).await;
    let client = client(&homelab, CLUSTER).await;
    let table = table(&client, "/api/v1/namespaces/kube-system/pods?includeObject=Object").await;
    let columns: Vec<(&str, i64)> = table["columnDefinitions"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|c| (c["name"].as_str().expect("a name"), c["priority"].as_i64().expect("a priority")))
        .collect();
    assert_eq!(columns[..5], [("Name", 0), ("Ready", 0), ("Status", 0), ("Restarts", 0), ("Age", 0)]);
    assert_eq!(columns[5..], [("IP", 1), ("Node", 1), ("Nominated Node", 1), ("Readiness Gates", 1)]);
    let row =
        table["rows"].as_array().expect("rows").iter().find(|row| row["cells"][0] == SCHEDULER).expect("the scheduler");
    let restarts = row["cells"][3].as_str().expect("text");
    assert!(restarts.starts_with(|c: char| c.is_ascii_digit()) && restarts.ends_with(" ago)"), "{restarts}");
    assert_eq!(row["object"]["kind"], "Pod");
}

#[tokio::test]
async fn every_kind_has_a_table_and_a_list() {
    let homelab = still_homelab(DURING_BACKUP).await;
    let client = client(&homelab, "homelab-prod").await;
    for group in [
        "/api/v1",
        "/apis/apps/v1",
        "/apis/batch/v1",
        "/apis/argoproj.io/v1alpha1",
        "/apis/cert-manager.io/v1",
        "/apis/coordination.k8s.io/v1",
        "/apis/secrets.infisical.com/v1alpha1",
    ] {
        let document: Value = get(&client, group).await;
        for resource in document["resources"].as_array().expect("resources") {
            let name = resource["name"].as_str().expect("a name");
            if name.contains('/') {
                continue;
            }
            let table = table(&client, &format!("{group}/{name}")).await;
            let rows = table["rows"].as_array().expect("rows");
            assert!(!rows.is_empty(), "{name} has no object");
            let width = table["columnDefinitions"].as_array().expect("columns").len();
            assert!(rows.iter().all(|row| row["cells"].as_array().is_some_and(|cells| cells.len() == width)), "{name}");
        }
    }
}

#[tokio::test]
async fn discovery_answers_in_both_forms() {
    let homelab = still_homelab(NOON).await;
    let client = client(&homelab, CLUSTER).await;
    assert!(client.list_api_groups().await.expect("groups").groups.iter().any(|group| group.name == "argoproj.io"));
    // Clients tell an aggregated document by its media type, not by what is in it.
    let form = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let request = Request::get("/apis").header("Accept", form).body(kube::client::Body::empty()).expect("a request");
    let response = client.send(request).await.expect("an answer");
    assert_eq!(response.headers()["content-type"], form);
}

#[tokio::test]
async fn deployments_know_that_a_pod_is_not_ready() {
    let homelab = still_homelab(NOON).await;
    let deployments: Api<Deployment> = Api::namespaced(client(&homelab, "homelab-prod").await, "documents");
    let paperless = deployments.get("paperless-web").await.expect("paperless").status.expect("a status");
    assert_eq!(paperless.unavailable_replicas, Some(1));
}

#[tokio::test]
async fn nothing_can_be_changed() {
    let homelab = still_homelab(NOON).await;
    let client = client(&homelab, CLUSTER).await;
    let pods: Api<Pod> = Api::namespaced(client.clone(), "kube-system");
    let refused = pods.delete(SCHEDULER, &DeleteParams::default()).await.expect_err("read-only");
    assert!(matches!(&refused, kube::Error::Api(status) if status.code == 403), "{refused}");
    let reviews: Api<SelfSubjectAccessReview> = Api::all(client);
    for (verb, is_allowed) in [("list", true), ("delete", false)] {
        let attributes =
            ResourceAttributes { verb: Some(verb.into()), resource: Some("pods".into()), ..Default::default() };
        let spec = SelfSubjectAccessReviewSpec { resource_attributes: Some(attributes), ..Default::default() };
        let review = SelfSubjectAccessReview { spec, ..Default::default() };
        let answer = reviews.create(&PostParams::default(), &review).await.expect("a review");
        assert_eq!(answer.status.expect("a status").allowed, is_allowed, "{verb}");
    }
}

#[tokio::test]
async fn says_no_as_the_real_server_does() {
    let homelab = still_homelab(NOON).await;
    let pods: Api<Pod> = Api::namespaced(client(&homelab, CLUSTER).await, "kube-system");
    let missing = pods.get("nobody").await.expect_err("no such pod");
    assert!(missing.to_string().contains("pods \"nobody\" not found"), "{missing}");
    for code in [401, 403, 500] {
        homelab.answer_with(CLUSTER, Some(code));
        let error = pods.get(SCHEDULER).await.expect_err("a fault");
        assert!(matches!(&error, kube::Error::Api(status) if status.code == code), "{error}");
    }
    homelab.answer_with(CLUSTER, None);
    assert!(pods.get(SCHEDULER).await.is_ok());
}

#[tokio::test]
async fn comes_back_on_the_same_port() {
    let homelab = still_homelab(NOON).await;
    let pods: Api<Pod> = Api::namespaced(client(&homelab, CLUSTER).await, "kube-system");
    assert!(homelab.stop(CLUSTER).await);
    assert!(pods.get(SCHEDULER).await.is_err());
    assert!(homelab.restart(CLUSTER).await.expect("the port is free"));
    assert!(pods.get(SCHEDULER).await.is_ok());
}

#[tokio::test]
async fn dropped_connections_end_a_watch() {
    let homelab = still_homelab(NOON).await;
    let pods: Api<Pod> = Api::all(client(&homelab, CLUSTER).await);
    let watch = pods.watch(&WatchParams::default(), "0").await.expect("a watch");
    pin_mut!(watch);
    assert!(matches!(soon("a pod", watch.try_next()).await, Ok(Some(WatchEvent::Added(_)))));
    assert!(homelab.drop_connections(CLUSTER));
    let ended = async { while let Some(Ok(_)) = watch.next().await {} };
    soon("the end of the watch", ended).await;
}

#[tokio::test]
async fn every_story_names_a_pod_that_is_there() {
    let homelab = still_homelab(DURING_BACKUP).await;
    for story in homelab.stories().into_iter().filter(|story| !story.container.is_empty()) {
        let pods: Api<Pod> = Api::namespaced(client(&homelab, story.cluster).await, story.namespace);
        let pod = pods.get(&story.pod).await.unwrap_or_else(|error| panic!("{}: {error}", story.sentence));
        let names = pod.spec.expect("a spec").containers.into_iter().map(|c| c.name).collect::<Vec<_>>();
        assert!(names.iter().any(|name| name == story.container), "{}", story.sentence);
    }
}

fn restarts(pod: &Pod) -> i32 {
    pod.status
        .as_ref()
        .and_then(|s| s.container_statuses.as_ref())
        .map_or(0, |s| s.iter().map(|c| c.restart_count).sum())
}

fn story_pod(homelab: &Homelab, begins: &str) -> String {
    homelab.stories().into_iter().map(|story| story.pod).find(|pod| pod.starts_with(begins)).expect("the story's pod")
}

async fn table(client: &Client, path: &str) -> Value {
    let request = Request::get(path).header("Accept", "application/json;as=Table;g=meta.k8s.io;v=v1").body(vec![]);
    client.request(request.expect("a request")).await.expect("a table")
}

async fn get(client: &Client, path: &str) -> Value {
    client.request(Request::get(path).body(vec![]).expect("a request")).await.expect("an answer")
}
