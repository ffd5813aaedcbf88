//! Prometheus and Alertmanager: what they say, and what is said when they say nothing usable.

use std::{convert::Infallible, net::Ipv4Addr, time::Duration};

use axum::{Router, body::Body, response::IntoResponse, routing::get};
use bytes::Bytes;
use futures::{StreamExt, stream};
use server::{
    config::Config,
    sources::{
        Cause, Grant, Sources,
        alertmanager::{Alert, AlertState},
        prometheus::{Recorded, Value},
    },
};

use super::{DURING_BACKUP, NOON, Scene, scene, soon};
use crate::day;

/// Sources of a configuration in which the only API answers `path` with `body`.
async fn serving(kind: &str, path: &str, body: impl IntoResponse + Clone + Send + Sync + 'static) -> Grant {
    let router = Router::new().route(path, get(move || std::future::ready(body.clone())));
    served(kind, router, "").await
}

async fn served(kind: &str, router: Router, more: &str) -> Grant {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let config: Config = toml::from_str(&format!("[{kind}.x]\nurl = \"http://{address}\"\n{more}")).expect("TOML");
    Sources::connect(&config, day::clock(NOON)).await.expect("a configuration that can be right").own().clone()
}

async fn firing(scene: &Scene) -> Vec<Alert> {
    let view = scene.sources.alertmanagers()[0].current().await;
    view.alerts.as_ref().expect("alerts").to_vec()
}

#[tokio::test]
async fn fires_for_the_pods_of_the_stories() {
    let scene = scene(DURING_BACKUP).await;
    let firing = firing(&scene).await;
    for story in scene.homelab.stories() {
        let is_it = |alert: &&Alert| {
            let has = |label: &str, value: &str| value.is_empty() || alert.label(label) == Some(value);
            alert.name() == story.alertname && has("cluster", story.cluster) && has("pod", &story.pod)
        };
        let alert = firing.iter().find(is_it);
        match story.pod.starts_with("argocd-repo-server") {
            // It has been quiet for hours.
            true => assert_eq!(alert, None),
            false => {
                assert_eq!(alert.and_then(|alert| alert.label("severity")), Some(story.severity), "{}", story.sentence)
            }
        }
    }
    let excluded =
        firing.iter().filter(|alert| alert.label("pod").is_some_and(|pod| pod.contains("controller-manager")));
    assert_eq!(excluded.count(), 0, "the rule leaves these pods out");
    let suppressed = |state: fn(&AlertState) -> bool| firing.iter().filter(|alert| state(&alert.state)).count();
    assert_eq!(suppressed(|state| matches!(state, AlertState::Silenced(_))), 1);
    assert_eq!(suppressed(|state| *state == AlertState::Inhibited), 1);
}

#[tokio::test]
async fn fires_for_no_controller_when_no_backup_runs() {
    let scene = scene(NOON).await;
    let firing = firing(&scene).await;
    assert!(firing.iter().any(|alert| alert.label("namespace") == Some("agents")));
    assert!(!firing.iter().any(|alert| alert.label("pod") == Some("kube-scheduler-talos-monitor")));
}

#[tokio::test]
async fn answers_expressions_and_refuses_what_is_none_in_prometheus_own_words() {
    let scene = scene(DURING_BACKUP).await;
    let prometheus = scene.sources.prometheus_of(Some("agentic")).expect("it knows the cluster");
    let query = "increase(kube_pod_container_status_restarts_total{pod=~\"kube-scheduler-talos.*\"}[1h]) > 5";
    let Ok(Value::Vector(samples)) = prometheus.instant(query).await else { panic!("no vector") };
    assert_eq!(samples.len(), 1);
    assert!(samples[0].value.as_ref().is_some_and(|point| point.number > 5.0), "{samples:?}");
    let failure = prometheus.instant("up >").await.expect_err("half an expression");
    assert_eq!(failure.kind, Cause::BadRequest);
    assert!(failure.reason.contains("answered 400: invalid parameter \"query\""), "{}", failure.reason);
    let failure = prometheus.instant("histogram_quantile(0.9, x)").await.expect_err("not evaluated");
    assert!(failure.reason.contains("answered 422"), "{}", failure.reason);
    let now = scene.homelab.clock().now();
    let series = prometheus.range("up{cluster=\"agentic\"}", (now.plus_ms(-600_000), now), 60).await.expect("a matrix");
    assert!(series.iter().all(|series| series.values.len() == 11), "{series:?}");
}

#[tokio::test]
async fn reads_alert_rules_with_their_expressions() {
    let scene = scene(NOON).await;
    let rules = scene.sources.prometheus()[0].alert_rules().await.expect("rules");
    let rule = rules.iter().find(|rule| rule.name == "HomelabPodCrashLooping").expect("the homelab's rule");
    assert_eq!(rule.for_s, 900.0);
    assert!(rule.query.contains("pod!~"));
}

#[tokio::test]
async fn counts_restarts_by_cluster_as_recorded() {
    let scene = scene(DURING_BACKUP).await;
    let prometheus = &scene.sources.prometheus()[0];
    let (namespace, pod) = ("kube-system", "kube-scheduler-talos-monitor");
    let record = soon("the record", async {
        loop {
            match prometheus.restarts_last_hour("monitoring-cluster", Duration::from_secs(60)).await {
                Recorded::Known(record) => return record,
                Recorded::Failed(failure) => panic!("{failure}"),
                Recorded::Loading => tokio::task::yield_now().await,
            }
        }
    })
    .await;
    assert!(
        record.restarts(namespace, pod).is_some_and(|restarts| restarts > 5),
        "{:?}",
        record.restarts(namespace, pod)
    );
    assert!(!record.namespaces.contains_key("agents"), "another cluster's pods are not among them");
    let times = prometheus.restart_times("monitoring-cluster", namespace, pod).await.expect("its course");
    assert!(times.len() > 5 && times.is_sorted(), "{times:?}");
    let two = scene.homelab.clock().now().start_of_day().plus_ms(2 * 3_600_000);
    assert!(times.iter().all(|at| *at >= two), "all of them lie inside the backup: {times:?}");
    let whose = (namespace, pod, "kube-scheduler");
    let course = prometheus.restart_course("monitoring-cluster", whose, two).await.expect("its course");
    assert!(course.times.len() > 5 && course.times.is_sorted(), "{course:?}");
    assert!(course.since.is_some_and(|since| since < course.times[0]), "{course:?}");
}

#[tokio::test]
async fn says_what_a_source_that_is_down_needs() {
    let scene = scene(NOON).await;
    assert!(scene.homelab.stop("alertmanager").await);
    let view = scene.sources.alertmanagers()[0].current().await;
    let failure = view.alerts.as_ref().expect_err("it is down");
    assert_eq!(failure.kind, Cause::Unreachable);
    assert!(failure.reason.contains("cannot be reached: connection refused"), "{}", failure.reason);
    assert!(failure.remedy.contains("[alertmanager.home] in runlight.toml"), "{}", failure.remedy);
    assert!(scene.homelab.answer_with("prometheus", Some(401)));
    let failure = scene.sources.prometheus()[0].status().await.expect_err("401");
    assert_eq!(failure.kind, Cause::Unauthorized);
    assert!(failure.remedy.contains("token_file"), "{}", failure.remedy);
}

#[tokio::test]
async fn takes_nonsense_for_no_answer() {
    for body in ["", "7", "{}", "<html>log in</html>", "[{\"labels\":{}}]", "{\"status\":\"success\"}"] {
        let sources = serving("alertmanager", "/api/v2/alerts", body).await;
        let view = sources.alertmanagers()[0].current().await;
        let failure = view.alerts.as_ref().expect_err(body);
        assert_eq!(failure.kind, Cause::Unreadable, "{body}");
        let sources = serving("prometheus", "/api/v1/query", body).await;
        let failure = sources.prometheus()[0].instant("up").await.expect_err(body);
        assert_eq!(failure.kind, Cause::Unreadable, "{body}");
    }
    // Go writes an empty list as null.
    let sources = serving("alertmanager", "/api/v2/alerts", "null").await;
    assert!(sources.alertmanagers()[0].current().await.alerts.as_ref().is_ok_and(|alerts| alerts.is_empty()));
    for body in
        [r#"{"status":"success","data":null}"#, r#"{"status":"success","data":{"resultType":"vector","result":null}}"#]
    {
        let sources = serving("prometheus", "/api/v1/query", body).await;
        assert!(sources.prometheus()[0].instant("up").await.is_ok(), "{body}");
    }
    let moved = (http::StatusCode::FOUND, [(http::header::LOCATION, "https://login.example.org")]);
    let sources = serving("alertmanager", "/api/v2/alerts", moved).await;
    let view = sources.alertmanagers()[0].current().await;
    assert_eq!(view.alerts.as_ref().expect_err("a redirect").kind, Cause::NotFound);
}

#[tokio::test]
async fn reads_ten_thousand_alerts_and_not_a_gigabyte() {
    let scene = scene(NOON).await;
    scene.homelab.make_up_alerts(10_000);
    assert!(firing(&scene).await.len() > 10_000);

    let endless = || async {
        let chunk = Bytes::from(vec![b' '; 1 << 20]);
        let chunks = stream::iter(std::iter::repeat_n(chunk, 1_024)).map(Ok::<_, Infallible>);
        Body::from_stream(chunks)
    };
    let sources = served("alertmanager", Router::new().route("/api/v2/alerts", get(endless)), "").await;
    let view = sources.alertmanagers()[0].current().await;
    let failure = view.alerts.as_ref().expect_err("too large");
    assert_eq!(failure.kind, Cause::TooLarge);
    assert!(failure.reason.contains("64 MiB"), "{}", failure.reason);
}

#[tokio::test]
async fn sends_the_login_of_its_section() {
    let folder = tempfile::tempdir().expect("a folder");
    let password = folder.path().join("password");
    std::fs::write(&password, "pass word\n").expect("written");
    let asked = |headers: http::HeaderMap| async move {
        let given = headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        // runlight:pass word
        if given == Some("Basic cnVubGlnaHQ6cGFzcyB3b3Jk") {
            "[]".into_response()
        } else {
            http::StatusCode::UNAUTHORIZED.into_response()
        }
    };
    let router = Router::new().route("/mon/api/v2/alerts", get(asked));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let config = format!(
        "[alertmanager.x]\nurl = \"http://{address}/mon/\"\nuser = \"runlight\"\npassword_file = {password:?}\n"
    );
    let config: Config = toml::from_str(&config).expect("TOML");
    let sources = Sources::connect(&config, day::clock(NOON)).await.expect("valid").own().clone();
    let view = sources.alertmanagers()[0].current().await;
    assert_eq!(view.alerts.as_ref().map(|alerts| alerts.len()), Ok(0));
}

#[tokio::test]
async fn wakes_whoever_follows_when_something_new_fires() {
    let scene = scene(NOON).await;
    let alertmanager = &scene.sources.alertmanagers()[0];
    let mut changes = alertmanager.alert_changes();
    soon("the first look", changes.changed()).await.expect("the watch lives");
    changes.borrow_and_update();
    scene.homelab.make_up_alerts(3);
    soon("the news", changes.changed()).await.expect("the watch lives");
    assert!(firing(&scene).await.iter().filter(|alert| alert.name().starts_with("MadeUp")).count() == 3);
}

#[tokio::test]
async fn finds_the_one_that_a_runbook_names_or_a_cluster_needs() {
    let scene = scene(NOON).await;
    let sources = &scene.sources;
    for address in ["http://prometheus.monitoring.svc:9090", "localhost:9090", "home"] {
        assert!(sources.prometheus_at(address).is_some(), "{address}");
    }
    assert!(sources.prometheus_at("http://localhost:9093").is_none());
    assert!(sources.alertmanager_at("http://localhost:9093").is_some());
    assert!(sources.prometheus_of(Some("admin@agentic")).is_some());
    assert!(sources.prometheus_of(Some("elsewhere")).is_none());
    assert!(sources.prometheus_of(None).is_some(), "the only one");
}

#[tokio::test]
async fn chooses_among_several_by_the_cluster_that_they_list() {
    let scene = scene(NOON).await;
    let mut config = scene.config.clone();
    let mut listing = config.prometheus["home"].clone();
    listing.clusters = vec!["agentic".into()];
    config.prometheus.insert("agents".into(), listing);
    let mut listing = config.alertmanager["home"].clone();
    listing.clusters = vec!["admin@agentic".into()];
    config.alertmanager.insert("agents".into(), listing);
    for sections in [&mut config.prometheus, &mut config.alertmanager] {
        sections.get_mut("home").expect("its section").clusters = vec!["homelab-prod".into()];
    }
    let sources = Sources::connect(&config, day::clock(NOON)).await.expect("valid").own().clone();
    for (cluster, name) in
        [(Some("agentic"), Some("agents")), (Some("homelab-prod"), Some("home")), (None, None), (Some("x"), None)]
    {
        let prometheus = sources.prometheus_of(cluster).map(|source| source.name());
        let alertmanager = sources.alertmanager_of(cluster).map(|source| source.name());
        assert_eq!((prometheus, alertmanager), (name, name), "{cluster:?}");
    }
}

#[tokio::test]
async fn trusts_the_pinned_certificate_alone_and_sends_the_token_of_its_file() {
    let scene = scene(NOON).await;
    let asked = async |change: &dyn Fn(&mut server::config::Monitoring)| {
        let mut config = scene.config.clone();
        change(config.alertmanager.get_mut("home").expect("its section"));
        let sources = Sources::connect(&config, day::clock(NOON)).await.expect("valid").own().clone();
        let view = sources.alertmanagers()[0].current().await;
        view.alerts.as_ref().map(|alerts| alerts.len()).map_err(|failure| failure.kind)
    };
    assert!(asked(&|_| {}).await.is_ok_and(|count| count > 0), "by https, pinned, with the token of a file");
    let other = "00:".repeat(31) + "00";
    let wrong = asked(&|section| section.fingerprint = Some(other.clone())).await;
    assert_eq!(wrong, Err(Cause::Certificate));
    let unpinned = asked(&|section| section.fingerprint = None).await;
    assert_eq!(unpinned, Err(Cause::Certificate), "no authority vouches for it");
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    std::fs::write(&token, "another\n").expect("written");
    let refused = asked(&|section| section.token_file = Some(token.clone())).await;
    assert_eq!(refused, Err(Cause::Unauthorized));
}

#[tokio::test]
async fn names_the_key_that_cannot_be_right() {
    let problem = async |config: &str| {
        let config: Config = toml::from_str(config).expect("TOML");
        match Sources::connect(&config, day::clock(NOON)).await {
            Ok(_) => panic!("it was taken"),
            Err(problem) => problem.to_string(),
        }
    };
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "hunter2\n").expect("written");
    for (config, words) in [
        ("[prometheus.p]".to_owned(), "prometheus.p.url: it is missing."),
        ("[prometheus.p]\nurl = \"ftp://x\"".into(), "is not an http or https address"),
        ("[prometheus.p]\nurl = \"https://a:b@x\"".into(), "it holds credentials"),
        (format!("[alertmanager.a]\nurl = \"http://10.0.0.1\"\ntoken_file = {secret:?}"), "in the clear"),
        ("[alertmanager.a]\nurl = \"https://x\"\nuser = \"u\"".into(), "alertmanager.a.password_file: it is missing."),
        (
            "[alertmanager.a]\nurl = \"https://x\"\nclusters = [\"nowhere\"]".into(),
            "no cluster is configured as nowhere",
        ),
        ("[prometheus.p]\nurl = \"https://x\"\nfingerprint = \"AA\"".into(), "prometheus.p.fingerprint: "),
    ] {
        let found = problem(&config).await;
        assert!(found.contains(words) && !found.contains("hunter2"), "{config}: {found}");
    }
}

#[tokio::test]
async fn links_to_a_silence_for_exactly_these_labels() {
    let scene = scene(NOON).await;
    let href = scene.sources.alertmanagers()[0].silence_href([("alertname", "A \"b\" & c"), ("pod", "x\ny/é")]);
    let (base, filter) = href.split_once("/#/silences/new?filter=").expect("Alertmanager's own address");
    assert!(base.starts_with("https://127.0.0.1:"), "{base}");
    assert_eq!(filter, "%7Balertname%3D%22A%20%5C%22b%5C%22%20%26%20c%22%2Cpod%3D%22x%5Cny%2F%C3%A9%22%7D");
}
