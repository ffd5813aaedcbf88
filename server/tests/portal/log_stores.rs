//! Log stores at the HTTP boundary. No registry that we know serves a Loki or a VictoriaLogs that can be built here, so the
//! answers are in our own words, in the form that their documentation gives.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::{Request, State},
    response::IntoResponse,
    routing::get,
};
use http::{StatusCode, header};
use server::config::{LogStoreKind, Logs};

use super::{NOON, Page, World, day};

const RUNBOOK: &str = "# Alert: Stored\n\n```bash\nlogcli query --limit=50 '{namespace=\"<namespace>\"} |= \"lost\"'\n\
     logcli query -o raw '{namespace=\"<namespace>\"}' | grep -c lost\nlogcli query '{namespace=\"<namespace>\"}' | wc -l\n\
     curl -sG http://loki.example.org:3100/loki/api/v1/query_range --data-urlencode 'query={pod=\"<pod>\"}' -d limit=99999\n\
     curl -s 'http://loki.example.org:3100/loki/api/v1/query_range?query={pod=\"a\"}' | jq .status\n\
     curl -s http://elsewhere:3100/loki/api/v1/labels\n\
     kubectl --context=admin@<cluster> logs -n <namespace> <pod> --tail=20\n```\n";
const LOKI: &str = r#"{"status":"success","data":{"resultType":"streams","result":[{"stream":{"pod":"shop-0"},"values":
    [["1771934399000000000","E0001 the lease was lost, password=hunter2hunter2"],["1771934398000000000","I0001 begun"]]}]}}"#;
const VICTORIA: &str = "{\"_time\":\"2026-02-24T11:59:59Z\",\"_msg\":\"E0001 the lease was lost\"}\n";

type Asked = Arc<Mutex<Vec<String>>>;

/// A store that answers everything with this, and remembers what it was asked.
struct Store {
    address: String,
    asked: Asked,
}

impl Store {
    async fn start(status: StatusCode, body: &'static str) -> Self {
        let asked: Asked = Arc::default();
        let answer = move |State(asked): State<Asked>, request: Request| async move {
            let tenant = request.headers().get("x-scope-orgid").map(|it| format!(" tenant {it:?}")).unwrap_or_default();
            asked.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{}{tenant}", request.uri()));
            (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
        };
        let router = Router::new().fallback(get(answer)).with_state(Arc::clone(&asked));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn section(&self, kind: LogStoreKind) -> Logs {
        Logs { kind, url: self.address.clone(), addresses: vec!["loki.example.org:3100".into()], ..Logs::default() }
    }
}

async fn world(section: Logs) -> World {
    World::configured(day::clock(NOON), &[("stored.md", RUNBOOK)], |config| {
        config.logs.insert("home".into(), section);
    })
    .await
}

async fn run(world: &World, at: usize, pod: &str) -> Page {
    let check = runbook::parse(RUNBOOK).commands[at].id.to_string();
    let bindings = [("cluster", "monitoring-cluster"), ("namespace", "kube-system"), ("pod", pod)];
    world.run_of("stored", &check, &bindings).await
}

#[tokio::test]
async fn queries_of_a_runbook_are_answered_with_lines_and_bounds() {
    let store = Store::start(StatusCode::OK, LOKI).await;
    let world = world(Logs { tenant: Some("team-a".into()), ..store.section(LogStoreKind::Loki) }).await;
    let lines = run(&world, 0, "shop-0").await;
    lines.has("the lease was lost");
    lines.has("log store home has for {namespace=");
    // Secrets are dots, as in every log.
    lines.has_not("hunter2hunter2");
    let asked = store.asked().pop().expect("it was asked");
    for part in
        ["/loki/api/v1/query_range?query=%7Bnamespace%3D%22kube-system%22%7D", "limit=50", "start=17719308", "tenant"]
    {
        assert!(asked.contains(part), "{part} is missing in {asked}");
    }
    run(&world, 1, "shop-0").await.has("1");
    run(&world, 2, "shop-0").await.has("Write --output=raw");
    let api = run(&world, 3, "shop-0").await;
    api.has("the lease was lost");
    assert!(store.asked().pop().expect("asked").contains("limit=5000"), "{:?}", store.asked());
    run(&world, 4, "shop-0").await.has("success");
    let before = store.asked().len();
    run(&world, 5, "shop-0").await.has("No such log store is configured");
    assert_eq!(store.asked().len(), before, "an address that is not configured is not asked");
}

#[tokio::test]
async fn a_pod_that_is_gone_still_has_its_lines() {
    for (kind, body, query) in [
        (
            LogStoreKind::Loki,
            LOKI,
            "%7Bcluster%3D%22monitoring-cluster%22%2Cnamespace%3D%22kube-system%22%2Cpod%3D%22shop-0%22%7D",
        ),
        (LogStoreKind::VictoriaLogs, VICTORIA, "/select/logsql/query?query=%7Bcluster"),
    ] {
        let store = Store::start(StatusCode::OK, body).await;
        let world = world(store.section(kind)).await;
        let lines = run(&world, 6, "shop-0").await;
        lines.has("the lease was lost");
        lines.has("log store home");
        let asked = store.asked().pop().expect("it was asked");
        assert!(asked.contains(query) && asked.contains("limit=20"), "{asked}");
        // A pod that is there is asked for its own log.
        let before = store.asked().len();
        run(&world, 6, "kube-scheduler-talos-monitor").await.has_not("log store home");
        assert_eq!(store.asked().len(), before);
    }
}

#[tokio::test]
async fn the_template_of_the_configuration_makes_the_query() {
    let store = Store::start(StatusCode::OK, LOKI).await;
    let query = Some("{k8s_ns=\"<namespace>\"} | json | pod_name=\"<pod>\"".into());
    let world =
        world(Logs { query, clusters: vec!["monitoring-cluster".into()], ..store.section(LogStoreKind::Loki) }).await;
    run(&world, 6, "shop-0").await.has("the lease was lost");
    let asked = store.asked().pop().expect("it was asked");
    assert!(asked.contains("%7Bk8s_ns%3D%22kube-system%22%7D+%7C+json+%7C+pod_name%3D%22shop-0%22"), "{asked}");
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_unknown_and_hides_nothing_else() {
    for (status, body) in [
        (StatusCode::INTERNAL_SERVER_ERROR, "too many outstanding requests"),
        (StatusCode::UNAUTHORIZED, "no org id"),
        (StatusCode::OK, "<html>login</html>"),
    ] {
        let store = Store::start(status, body).await;
        let world = world(store.section(LogStoreKind::Loki)).await;
        run(&world, 0, "shop-0").await.has("\"word\":\"Unknown\"");
        // Of a pod that is gone the cluster's own word stays.
        run(&world, 6, "shop-0").await.has("has no pod shop-0 in namespace kube-system now");
    }
}

#[tokio::test]
async fn whoever_may_not_see_a_cluster_sees_none_of_its_lines() {
    let store = Store::start(StatusCode::OK, LOKI).await;
    let section = store.section(LogStoreKind::Loki);
    let world = World::configured(day::clock(NOON), &[("stored.md", RUNBOOK)], |config| {
        config.server.public_url = Some("http://localhost:8080".parse().expect("an address"));
        let token = |number: u8, groups: &str| {
            let hash = access::new_token([number; 32]).hash;
            format!("[tokens.t{number}]\nhash = \"{hash}\"\nscopes = [\"read\"]\ngroups = [{groups}]\n")
        };
        config.sign_in = toml::from_str(&(token(1, "") + &token(2, "\"sre\""))).expect("a section");
        config.clusters.get_mut("monitoring-cluster").expect("a cluster").groups = vec!["sre".into()];
        config.logs.insert("home".into(), section);
    })
    .await;
    let ask = async |number: u8, at: usize| {
        let check = runbook::parse(RUNBOOK).commands[at].id.to_string();
        let bindings =
            serde_json::json!({"cluster": "monitoring-cluster", "namespace": "kube-system", "pod": "shop-0"});
        let body = serde_json::json!({"path": "stored", "check": check, "bindings": bindings});
        let token = access::new_token([number; 32]).token;
        let request = http::Request::post("/api/run_check")
            .header(header::HOST, "localhost:8080")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(axum::body::Body::from(body.to_string()));
        Page::read(world.send(request.expect("valid")).await).await
    };
    for at in [0, 3, 6] {
        let (withheld, shown) = futures::join!(ask(1, at), ask(2, at));
        shown.has("the lease was lost");
        withheld.has_not("the lease was lost");
    }
    ask(1, 0).await.has("clusters that your groups do not see");
    ask(1, 6).await.has("the group sre");
}

#[tokio::test]
async fn a_template_that_names_no_pod_is_refused() {
    let config = "[logs.home]\nurl = \"http://localhost:3100\"\nquery = '{namespace=\"<namespace>\"}'\n";
    let config: server::config::Config = config.parse().expect("TOML");
    let problem = server::portal::Portal::check(&config, day::clock(NOON)).await.expect_err("it would show every pod");
    assert_eq!(problem.key, "logs.home.query");
    // Of several clusters it must name one.
    let several = World::start(NOON).await.config;
    let mut config = server::config::Config { clusters: several.clusters, ..config };
    config.logs.get_mut("home").expect("a section").query = Some("{a=\"<namespace>\",b=\"<pod>\"}".into());
    let problem =
        server::portal::Portal::check(&config, day::clock(NOON)).await.expect_err("whose lines would it show?");
    assert!(problem.problem.contains("<cluster>"), "{problem}");
}
