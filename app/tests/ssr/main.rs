//! Pages as the server sends them, without a browser.

use std::sync::Arc;

use app::server_side::{
    App, Assets,
    backend::{Backend, Caller},
};
use axum::{Router, body::Body, response::Response, routing::post};
use http::{Request, StatusCode, header};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list, handle_server_fns_with_context, render_app_async_with_context};
use tower::ServiceExt;

#[path = "../fixture/mod.rs"]
mod fixture;

const SITUATION: &str = "cluster=monitoring-cluster&namespace=kube-system&pod=kube-scheduler-talos-monitor";

fn site() -> Router {
    let provide = || {
        provide_context(Arc::new(fixture::Fixture) as Arc<dyn Backend>);
        provide_context(Caller::Local);
        provide_context(Assets { css: "/pkg/a.css".into(), js: None, wasm: None });
    };
    let options = LeptosOptions::builder().output_name("runlight").build();
    Router::new()
        .route("/api/{*function}", post(move |request| handle_server_fns_with_context(provide, request)))
        .leptos_routes_with_context(&options, generate_route_list(App), provide, App)
        .fallback(render_app_async_with_context(provide, App))
        .with_state(options)
}

async fn answer(request: Request<Body>) -> Response {
    site().oneshot(request).await.expect("an infallible service")
}

async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

async fn get(address: &str) -> (StatusCode, String) {
    let response = answer(Request::get(address).body(Body::empty()).expect("a request")).await;
    (response.status(), text(response).await)
}

async fn runbook(query: &str) -> String {
    let (status, page) = get(&format!("/r/{}?{query}", fixture::PATH)).await;
    assert_eq!(status, StatusCode::OK);
    page
}

/// The id of the check whose command holds some words.
fn check(words: &str) -> String {
    let runbook = fixture::runbook();
    let command = runbook.commands.iter().find(|command| command.text.contains(words)).expect("such a command");
    command.id.as_str().to_owned()
}

#[tokio::test]
async fn shows_the_text_and_the_restart_table_without_scripts() {
    let page = runbook(SITUATION).await;
    for expected in [
        "<h1>DemoPodRestarts</h1>",
        "Containers that restart more than five times an hour.",
        "data-panel=\"restart-table\"",
        "data-outcome=\"fail\"",
        "data-command=\"check\"",
        "data-command=\"refused\"",
        "<span data-shown=\"\">5</span> of 4,812 pods",
        "<tr class=\"bound\" data-key=\"kube-system/kube-scheduler-talos-monitor/kube-scheduler\"",
        "confidence about 73 %",
    ] {
        assert!(page.contains(expected), "{expected} is missing in {page}");
    }
}

#[tokio::test]
async fn fills_values_into_commands_and_masks_secrets() {
    let page = runbook(SITUATION).await;
    assert!(page.contains(">kube-scheduler-talos-monitor</span>"));
    assert!(!page.contains("hunter2-fixture"));
}

#[tokio::test]
async fn escapes_what_comes_from_outside() {
    let page = runbook(&format!("{SITUATION}&severity=%3Cscript%3Ealert(2)%3C/script%3E")).await;
    assert!(!page.contains("<img src=x"));
    assert!(page.contains("&lt;img src=x"));
    assert!(!page.contains("<script>alert"));
}

/// What stands between the page's title tags, after making sure that the page has one title and sends nobody away.
fn title_of(page: &str) -> &str {
    let head = page.split_once("</head>").expect("a head").0;
    assert_eq!(head.matches("<title>").count(), 1, "{head}");
    assert!(!page.contains("<meta http-equiv"), "{page}");
    let (_, rest) = head.split_once("<title>").expect("a title");
    rest.split_once("</title>").expect("an end of the title").0
}

#[tokio::test]
async fn a_title_from_outside_stays_a_title() {
    let escaped = "&lt;/title&gt;&lt;meta http-equiv=&quot;refresh&quot; \
                   content=&quot;0;url=https://evil.example/&quot;&gt;&amp;amp; · Runlight";
    let alert: String = fixture::HOSTILE_TITLE.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for address in [format!("/alert/{alert}"), format!("/r/{}", fixture::HOSTILE), format!("/r/{}", fixture::FAILING)] {
        let page = get(&address).await.1;
        assert_eq!(title_of(&page), escaped, "{address}");
    }
    assert_eq!(title_of(&get("/").await.1), "Runlight");
    assert_eq!(title_of(&get("/nope").await.1), "No such page · Runlight");
}

#[tokio::test]
async fn an_unfinished_tag_in_a_title_takes_nothing_of_the_page_along() {
    let page = get("/alert/x%3Cimg%20src='//evil.example/%3F").await.1;
    assert_eq!(title_of(&page), "x&lt;img src='//evil.example/? · Runlight");
}

#[tokio::test]
async fn offers_run_as_a_plain_form_that_keeps_the_situation() {
    let id = check("--tail=50");
    let page = runbook(&format!("{SITUATION}&severity=critical")).await;
    for expected in [
        format!("action=\"/r/{}#check-{id}\"", fixture::PATH),
        format!("name=\"run\" value=\"{id}\""),
        "name=\"severity\" value=\"critical\"".to_owned(),
        "name=\"namespace\" value=\"kube-system\"".to_owned(),
    ] {
        assert!(page.contains(&expected), "{expected}");
    }
}

#[tokio::test]
async fn shows_what_the_address_asks_to_run() {
    let id = check("--tail=50");
    assert!(!runbook(SITUATION).await.contains("Log of kube-system/"));
    assert!(runbook(&format!("{SITUATION}&run={id}")).await.contains("Log of kube-system/"));
}

#[tokio::test]
async fn runs_nothing_for_a_page_of_another_site_that_opens_a_link_by_itself() {
    let open = async |user: Option<&str>| {
        let address = format!("/r/{}?{SITUATION}&run={}", fixture::PATH, check("--tail=50"));
        let request = Request::get(address).header("sec-fetch-site", "cross-site").header("sec-fetch-dest", "document");
        let request = user.into_iter().fold(request, |request, user| request.header("sec-fetch-user", user));
        text(answer(request.body(Body::empty()).expect("a request")).await).await
    };
    let followed = open(Some("?1")).await;
    assert!(followed.contains("Log of kube-system/") && !followed.contains("wait for you to press Run"));
    let pushed = open(None).await;
    assert!(!pushed.contains("Log of kube-system/") && pushed.contains("wait for you to press Run"));
}

#[tokio::test]
async fn says_which_value_a_check_needs() {
    let page = runbook("cluster=monitoring-cluster&namespace=kube-system").await;
    assert!(page.contains("Needs pod."));
}

#[tokio::test]
async fn says_which_value_was_refused() {
    let page = runbook("namespace=../x").await;
    assert!(page.contains("The value of namespace cannot be used."));
    assert!(!page.contains("../x"));
}

#[tokio::test]
async fn answers_404_with_a_way_on() {
    for address in ["/r/alerts/nope", "/alert/Nope", "/runbooks/general/Nope"] {
        let (status, page) = get(address).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{address}");
        assert!(page.contains("/r/alerts/DemoPodRestarts"), "{address}");
    }
    for address in ["/nope", "/r/..%2f..%2fetc%2fpasswd"] {
        assert_eq!(get(address).await.0, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn sends_an_alert_on_to_its_runbook_with_its_query() {
    for address in ["/alert/DemoPodRestarts?pod=a+b&x=1&x=2", "/runbooks/general/DemoPodRestarts?pod=a+b&x=1&x=2"] {
        let response = answer(Request::get(address).body(Body::empty()).expect("a request")).await;
        assert_eq!(response.status(), StatusCode::FOUND);
        assert_eq!(response.headers()[header::LOCATION], "/r/alerts/DemoPodRestarts?pod=a%20b&x=1&x=2#step-1");
    }
}

#[tokio::test]
async fn lists_the_library_and_escapes_its_words() {
    let page = get("/?q=demopod&tag=crash%3Cloop").await.1;
    for expected in [
        "4 of 5",
        "1 problem",
        "9 months ago<!> · 73 %",
        "1 of 1 runbook with “demopod”",
        "href=\"/r/alerts/DemoPodRestarts#check-a1\"",
        "href=\"/?q=demopod&amp;tag=talos\"",
        "name=\"tag\" value=\"crash&lt;loop\"",
        "kubectl get &lt;pods&gt;",
        "big&lt;b&gt;.md",
    ] {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(get("/?q=%3Cb%3E").await.1.contains("None of 1 runbooks has all of this"));
}

#[tokio::test]
async fn names_the_runbooks_around_this_one() {
    let page = runbook(SITUATION).await;
    assert!(page.contains("Backup &lt;pressure&gt;"));
    assert!(page.contains("both are about talos"));
}

#[tokio::test]
async fn offers_the_runbooks_of_an_alert_with_several_and_a_beginning_for_one_with_none() {
    let (status, page) = get("/alert/Doubled?pod=a%26b").await;
    assert_eq!(status, StatusCode::MULTIPLE_CHOICES);
    assert_eq!(page.matches("href=\"/r/alerts/DemoPodRestarts?pod=a%26b\"").count(), 2);
    assert!(page.contains("Its file is called like the alert"));
    let (status, page) = get("/alert/Nope?pod=%3Cb%3E").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(page.contains("# Alert: Nope") && page.contains("nope.md") && !page.contains("<b>"));
}

#[tokio::test]
async fn runs_a_check_and_answers_with_its_panel() {
    let ask = |check: &str| {
        let body = format!("{{\"path\":\"{}\",\"check\":\"{check}\",\"bindings\":{{}}}}", fixture::PATH);
        let request = Request::post("/api/run_check").header(header::CONTENT_TYPE, "application/json");
        answer(request.body(Body::from(body)).expect("a request"))
    };
    let found = ask(&check("vzdump")).await;
    assert_eq!(found.status(), StatusCode::OK);
    assert!(text(found).await.contains("\"panel\":\"window\""));
    assert_eq!(ask("absent").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask("NOT AN ID").await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn says_of_a_request_that_cannot_be_read_that_the_request_is_at_fault() {
    for (function, body) in [
        ("run_check", ""),
        ("run_check", "{"),
        ("run_check", "[]"),
        ("run_check", "{\"path\":\"a\"}"),
        ("run_check", "{\"path\":1,\"check\":2,\"bindings\":3}"),
        ("search", "{\"words\":null}"),
        ("search", "\u{fffd}"),
    ] {
        let request = Request::post(format!("/api/{function}")).header(header::CONTENT_TYPE, "application/json");
        let found = answer(request.body(Body::from(body)).expect("a request")).await;
        assert_eq!(found.status(), StatusCode::BAD_REQUEST, "{function} {body}");
        let words = text(found).await;
        assert!(words.contains("The request cannot be understood"), "{function} {body}: {words}");
    }
}
