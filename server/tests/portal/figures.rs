//! What `/metrics` tells, and the id that every request bears.

use axum::body::Body;
use http::{Request, header};

use super::{DURING_BACKUP, NOON, World};

#[tokio::test]
async fn counts_requests_by_route_and_never_by_address() {
    let world = World::start(NOON).await;
    world.get("/r/test-alert?pod=secret-pod-0").await;
    world.get("/no/such/page").await;
    let figures = world.get("/metrics").await;
    figures.has("runlight_http_request_duration_seconds_count{route=\"/r/{*path}\",method=\"GET\",status=\"2xx\"} 1");
    figures.has("method=\"GET\",status=\"4xx\"} 1");
    figures.has("le=\"0.005\"");
    figures.has_not("secret-pod-0");
    figures.has_not("test-alert");
    figures.has_not("such");
}

#[tokio::test]
async fn tells_how_sources_and_watches_stand() {
    let world = World::start(NOON).await;
    let check = world.check("sshpass");
    world.run(&check, &[]).await.has("vzdump");
    let figures = world.get("/metrics").await;
    figures.has("runlight_source_up{kind=\"proxmox\",source=\"pihanga\"} 1");
    figures.has("runlight_source_age_seconds{kind=\"proxmox\",source=\"pihanga\"} ");
    figures.has("runlight_source_request_duration_seconds_bucket{le=\"+Inf\",kind=\"proxmox\",source=\"pihanga\"} ");
    figures.has("runlight_source_silences_total{kind=\"proxmox\",source=\"pihanga\"} 0");
    figures.has("runlight_watch_live{cluster=\"monitoring-cluster\"} ");
    figures.has("runlight_watch_pods{cluster=\"monitoring-cluster\"} ");
    for name in ["checks_asking 0", "checks_waiting 0", "live_streams 0", "configuration_refused 0", "build_info{"] {
        figures.has(&format!("runlight_{name}"));
    }
    assert!(figures.text.ends_with("# EOF\n"));
    assert!(figures.headers[header::CONTENT_TYPE].to_str().expect("text").starts_with("application/openmetrics-text"));
}

#[tokio::test]
async fn a_source_that_is_down_is_told_as_silent() {
    let world = World::configured(crate::day::clock(NOON), &[], |config| {
        config.proxmox.get_mut("pihanga").expect("a section").url = "https://127.0.0.1:1".into();
    })
    .await;
    let check = world.check("sshpass");
    world.run(&check, &[]).await;
    let figures = world.get("/metrics").await;
    figures.has("runlight_source_up{kind=\"proxmox\",source=\"pihanga\"} 0");
    figures.has_not("runlight_source_age_seconds{kind=\"proxmox\",source=\"pihanga\"}");
}

#[tokio::test]
async fn every_answer_bears_the_id_of_its_request() {
    let world = World::start(NOON).await;
    let ask = async |id: Option<&str>| {
        let mut request = Request::get("/healthz").header(header::HOST, "localhost");
        if let Some(id) = id {
            request = request.header("x-request-id", id);
        }
        let response = world.send(request.body(Body::empty()).expect("valid")).await;
        response.headers()["x-request-id"].to_str().expect("text").to_owned()
    };
    assert_eq!(ask(Some("from-the-proxy-1")).await, "from-the-proxy-1");
    assert_ne!(ask(Some("<script>")).await, "<script>");
    assert_ne!(ask(None).await, ask(None).await);
}

/// What the dashboard and the rules about Runlight itself ask for is what it tells.
#[tokio::test]
async fn the_shipped_dashboard_and_rules_name_figures_that_there_are() {
    let world = World::start(NOON).await;
    world.get("/").await;
    let figures = world.get("/metrics").await.text;
    let known: Vec<&str> = figures.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    for file in ["dashboard.json", "rules.yaml"] {
        let path = format!("{}/../deploy/chart/files/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let named: Vec<&str> = words.filter(|word| word.starts_with("runlight_")).collect();
        assert!(!named.is_empty(), "{file}");
        for name in named {
            let base = ["_bucket", "_count", "_total", "_info"].iter().find_map(|end| name.strip_suffix(end));
            assert!(known.contains(&base.unwrap_or(name)), "{file} names {name}; there are {known:?}");
        }
    }
}

#[tokio::test]
async fn what_is_being_backed_up_is_told_by_node_and_guest() {
    let figures = World::start(DURING_BACKUP).await.get("/metrics").await;
    figures.has("runlight_backup_window_active{node=\"pihanga\",guest=\"talos-monitor\"} 1");
    figures.has("runlight_backup_running{node=\"pihanga\",guest=\"talos-monitor\",store=\"pbs\"} 1");
    let figures = World::start(NOON).await.get("/metrics").await;
    figures.has("runlight_backup_window_active{node=\"pihanga\",guest=\"talos-monitor\"} 0");
    figures.has_not("runlight_backup_running{");
}

#[tokio::test]
async fn a_proxmox_that_cannot_be_asked_has_no_figure_of_its_backups() {
    let world = World::configured(crate::day::clock(DURING_BACKUP), &[], |config| {
        config.proxmox.get_mut("pihanga").expect("a section").url = "https://127.0.0.1:1".into();
    })
    .await;
    world.get("/metrics").await.has_not("node=\"pihanga\",guest");
}

#[tokio::test(flavor = "multi_thread")]
async fn crashes_and_verdicts_are_counted_by_cluster_and_namespace() {
    let world = World::start(DURING_BACKUP).await;
    world.portal.keep_evidence(&world.config.evidence).expect("a valid section");
    let evidence = world.portal.evidence().expect("it keeps");
    let mut progress = evidence.keeper().progress();
    while evidence.keeper().figures().stored < 1 {
        progress.changed().await.expect("the keeper lives");
    }
    let figures = world.get("/metrics").await;
    figures.has("runlight_crashes_total{cluster=\"");
    figures.has("runlight_verdict{cluster=\"");
    // Nobody was told to expect a webhook.
    figures.has_not("runlight_webhook_silence_seconds");
}
