//! Pages as they come without scripts.

use http::StatusCode;

use super::{CRASH_LOOPING, NOON, World};

#[tokio::test]
async fn shows_the_runbook_with_the_alerts_pod_marked() {
    let world = World::start(NOON).await;
    let page = world
        .get("/r/test-alert?cluster=monitoring-cluster&namespace=kube-system&pod=kube-scheduler-talos-monitor")
        .await;
    assert_eq!(page.status, StatusCode::OK);
    page.has("Step 1: Look");
    page.has("data-panel=\"restart-table\"");
    page.has("kube-scheduler-talos-monitor");
    page.has("data-command=\"refused\"");
    page.has("data-command=\"unknown\"");
    page.has_not("hunter2");
}

#[tokio::test]
async fn runs_the_checks_that_the_address_names() {
    let world = World::start(NOON).await;
    let check = world.check("--tail=50");
    let bound = "cluster=monitoring-cluster&namespace=kube-system&pod=kube-scheduler-talos-monitor";
    let page = world.get(&format!("/r/test-alert?{bound}&run={check}")).await;
    assert_eq!(page.status, StatusCode::OK);
    page.has("leaderelection lost");
}

#[tokio::test]
async fn says_which_placeholder_a_check_needs() {
    let world = World::start(NOON).await;
    let check = world.check("--tail=50");
    let answer = world.run(&check, &[("cluster", "monitoring-cluster")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.has("It needs a value for namespace and pod.");
}

#[tokio::test]
async fn offers_near_matches_for_an_unknown_runbook() {
    let world = World::start(NOON).await;
    let page = world.get("/r/alerts/pod-crash-loping").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.has(CRASH_LOOPING);
    assert_eq!(world.get("/nowhere").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get("/r/..%2F..%2Fetc%2Fpasswd").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn refuses_values_that_break_a_rule_and_keeps_the_rest_of_the_page() {
    let world = World::start(NOON).await;
    let long = "x".repeat(10_000);
    for query in ["namespace=..%2Fx", "pod=a%00b", "namespace=a%0Ab", &format!("pod={long}")] {
        let page = world.get(&format!("/r/test-alert?cluster=monitoring-cluster&{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        page.has("was ignored");
        page.has("data-panel=\"restart-table\"");
    }
}

#[tokio::test]
async fn escapes_what_comes_from_outside() {
    let world = World::start(NOON).await;
    let page = world.get("/r/test-alert?severity=%3Cscript%3Ealert(1)%3C/script%3E&cluster=x%3Cy").await;
    page.has_not("<script>alert(1)");
}

#[tokio::test]
async fn lists_runbooks_and_sources_at_home() {
    let world = World::start(NOON).await;
    let page = world.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [CRASH_LOOPING, "homelab-prod", "pihanga"] {
        page.has(words);
    }
}
