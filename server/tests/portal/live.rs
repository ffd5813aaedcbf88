//! The event stream of an open page.

use axum::body::{Body, BodyDataStream};
use futures::StreamExt;
use http::{Request, header};

use super::{NOON, World, soon};

/// Reads events off a stream, as a browser does.
pub(super) struct Events {
    body: BodyDataStream,
    text: String,
}

impl Events {
    pub(super) async fn open(world: &World, query: &str) -> Self {
        let request = Request::get(format!("/live?path=test-alert&{query}"))
            .header(header::HOST, "localhost:8080")
            .body(Body::empty())
            .expect("valid");
        let response = world.send(request).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The data of the next event of a name; `None` at the stream's end.
    pub(super) async fn next(&mut self, name: &str) -> Option<String> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let event: String = self.text.drain(..end + 2).collect();
                let field = |wanted: &str| event.lines().find_map(|line| line.strip_prefix(wanted)).map(str::trim);
                if field("event:") == Some(name) {
                    return field("data:").map(str::to_owned);
                }
            }
            let chunk = self.body.next().await?.expect("an unbroken stream");
            self.text.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}

fn scheduler_query() -> String {
    World::scheduler().iter().map(|(name, value)| format!("bind.{name}={value}&")).collect()
}

#[tokio::test]
async fn sends_a_crash_to_an_open_page() {
    let world = World::start(NOON).await;
    let table = world.check("--sort-by");
    let mut events = Events::open(&world, &format!("check={table}&{}", scheduler_query())).await;
    soon("hello", events.next("hello")).await.expect("the stream is open");
    let table_report = async |events: &mut Events| loop {
        let data = events.next("report").await.expect("the stream is open");
        if data.contains(&table) {
            return data;
        }
    };
    let before = soon("the first report", table_report(&mut events)).await;
    let (cluster, namespace, pod) = ("monitoring-cluster", "kube-system", "kube-scheduler-talos-monitor");
    assert!(world.homelab.crash(cluster, namespace, pod, "kube-scheduler"));
    let after = soon("the crash", table_report(&mut events)).await;
    assert_ne!(before, after);
    assert!(after.contains(pod), "{after}");
}

const CLUSTER: &str = "monitoring-cluster";

/// Opens the same page this many times and waits until each reader has its first report.
async fn open_pages(world: &World, query: &str, count: usize) -> Vec<Events> {
    let mut readers = Vec::new();
    for _ in 0..count {
        readers.push(Events::open(world, query).await);
    }
    for reader in &mut readers {
        soon("a report", reader.next("report")).await.expect("the stream is open");
    }
    readers
}

#[tokio::test]
async fn watches_a_cluster_once_for_two_hundred_pages() {
    let world = World::start(NOON).await;
    let query = format!("check={}&{}", world.check("--sort-by"), scheduler_query());
    let readers = open_pages(&world, &query, 1).await;
    let topics_of_one = world.portal.figures().live_topics;
    let questions_of_one = world.homelab.asked(CLUSTER).expect("a cluster").len();
    let more = open_pages(&world, &query, 199).await;
    let mut streams = world.homelab.open_streams(CLUSTER).expect("a cluster");
    let is_watched = |open: &Vec<String>| open.iter().any(|path| path == "/api/v1/pods");
    soon("the watch", streams.wait_for(is_watched)).await.expect("the cluster lives");
    let (watches, lists): (Vec<_>, Vec<_>) =
        world.asked(CLUSTER, "/api/v1/pods").into_iter().partition(|(_, _, query)| query.contains("watch=true"));
    assert_eq!(watches.len(), 1, "{watches:?}");
    assert_eq!(watches[0].0, "admin");
    let first_lists = lists.iter().filter(|(_, _, query)| !query.contains("continue=")).count();
    assert_eq!(first_lists, 1, "{lists:?}");
    assert_eq!(world.portal.figures().live_topics, topics_of_one, "a reader more or less makes no topic");
    // A panel of the page may have looked again meanwhile; 199 pages ask nothing of their own.
    let questions = world.homelab.asked(CLUSTER).expect("a cluster").len();
    assert!(questions < questions_of_one + 199, "{questions} questions after {questions_of_one}");
    drop((readers, more));
}

#[tokio::test]
async fn follows_a_log_once_for_everybody_and_ends_with_the_last_page() {
    let world = World::start(NOON).await;
    let query = format!("check={}&{}", world.check("--tail=50"), scheduler_query());
    let mut readers = open_pages(&world, &query, 20).await;
    let is_log = |path: &String| path.ends_with("/kube-scheduler-talos-monitor/log");
    let mut streams = world.homelab.open_streams(CLUSTER).expect("a cluster");
    let one = |open: &Vec<String>| open.iter().filter(|path| is_log(path)).count() == 1;
    soon("the stream", streams.wait_for(one)).await.expect("the cluster lives");
    let follows = || {
        let asked = world.asked(CLUSTER, "/log").into_iter();
        asked.filter(|(_, _, query)| query.contains("follow=true")).collect::<Vec<_>>()
    };
    assert_eq!(follows().len(), 1, "{:?}", follows());
    readers.truncate(1);
    tokio::task::yield_now().await;
    assert!(one(&streams.borrow()), "somebody still reads");
    drop(readers);
    let none = |open: &Vec<String>| !open.iter().any(&is_log);
    soon("the end of the stream", streams.wait_for(none)).await.expect("the cluster lives");
    soon("the end of the topics", async {
        while world.portal.figures().live_topics > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(follows().len(), 1, "nobody has asked again: {:?}", follows());
}

#[tokio::test]
async fn ends_its_streams_when_the_portal_stops() {
    let world = World::start(NOON).await;
    let mut events = Events::open(&world, &scheduler_query()).await;
    soon("hello", events.next("hello")).await.expect("the stream is open");
    world.portal.stop();
    assert_eq!(soon("the end", events.next("never")).await, None);
}

#[tokio::test]
async fn refuses_to_follow_an_unknown_runbook() {
    let world = World::start(NOON).await;
    assert_eq!(world.get("/live?path=nowhere").await.status.as_u16(), 404);
    assert_eq!(world.get("/live").await.status.as_u16(), 400);
}

/// The query of a page about a pod that may not be there.
fn pod_query(pod: &str) -> String {
    format!("bind.cluster=monitoring-cluster&bind.namespace=kube-system&bind.pod={pod}")
}

/// Waits until the watch of the cluster has read its pods.
async fn watched(world: &World) {
    let is_watched = async {
        while !world.get("/").await.text.contains("watched since") {
            tokio::task::yield_now().await;
        }
    };
    soon("the first list of pods", is_watched).await;
}

async fn verdict(events: &mut Events) -> String {
    loop {
        let data = events.next("report").await.expect("the stream is open");
        if data.starts_with("{\"check\":\"verdict\"") {
            return data;
        }
    }
}

#[tokio::test]
async fn pods_that_nobody_has_make_no_questions_of_their_own() {
    let world = World::start(NOON).await;
    watched(&world).await;
    let mut first = Events::open(&world, &pod_query("made-up-0")).await;
    assert!(soon("the verdict", verdict(&mut first)).await.contains("has no pod made-up-0"));
    let alone = world.portal.figures().live_topics;
    let mut others = Vec::new();
    for number in 1..400 {
        others.push(Events::open(&world, &pod_query(&format!("made-up-{number}"))).await);
    }
    for events in &mut others {
        soon("hello", events.next("hello")).await.expect("the stream is open");
    }
    assert_eq!(world.portal.figures().live_topics, alone, "a name more makes no topic");
    // A name that becomes a pod is followed from then on.
    assert!(world.homelab.create_pod("monitoring-cluster", "kube-system", "made-up-7"));
    let events = &mut others[6];
    let is_there = async { while verdict(events).await.contains("has no pod made-up-7") {} };
    soon("the verdict on the pod", is_there).await;
}

#[tokio::test]
async fn a_pod_that_nobody_has_is_answered_by_the_watch() {
    let world = World::start(NOON).await;
    watched(&world).await;
    let asked = || world.homelab.asked("monitoring-cluster").expect("a cluster of the homelab").len();
    let before = asked();
    let page = world.get("/r/test-alert?cluster=monitoring-cluster&namespace=kube-system&pod=made-up-0").await;
    page.has("has no pod made-up-0 in namespace kube-system now");
    assert_eq!(asked(), before, "the cluster was asked for a pod that its watch does not have");
}

#[tokio::test]
async fn takes_so_many_streams_and_says_so_to_one_more() {
    let mut world = World::start(NOON).await;
    world.config.server.max_live_streams = 2;
    world.router = server::http::router(std::sync::Arc::clone(&world.portal), &world.config.server);
    let (one, two) = (Events::open(&world, &scheduler_query()).await, Events::open(&world, &scheduler_query()).await);
    let refused = world.get("/live?path=test-alert").await;
    assert_eq!(refused.status.as_u16(), 429);
    assert_eq!(refused.headers[header::RETRY_AFTER], "30");
    drop(one);
    let _third = Events::open(&world, &scheduler_query()).await;
    drop(two);
}
