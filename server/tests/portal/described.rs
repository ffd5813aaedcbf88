//! Panels that are better than text: descriptions, folded documents, links that bind, files and offers.

use http::StatusCode;

use super::{CRASH_LOOPING, NOON, World};

const RUNBOOK: &str = r#"# Alert: Described

```bash
kubectl describe pod -n <namespace> <pod>
kubectl get deployment -n kube-system coredns -o yaml
kubectl get pods -n <namespace> -l tier=control-plane
kubectl logs -n <namespace> <pod> --tail=5
kubectl get pods -n kube-system > ../../pods.sh
FOUND=$(kubectl get pods -n kube-system -o jsonpath='{.items[0].metadata.name}')
kubectl logs -n kube-system $FOUND
kubectl get pods -n\u{202e} kube-system
kub\u{435}ctl get pods
```
"#;

async fn world() -> World {
    let text = RUNBOOK.replace("\\u{202e}", "\u{202e}").replace("\\u{435}", "\u{435}");
    World::start_with(NOON, &[("described.md", &text)]).await
}

/// The id of the command that holds these words.
fn check(words: &str) -> String {
    let runbook = runbook::parse(RUNBOOK);
    runbook.commands.iter().find(|command| command.text.contains(words)).expect("it is there").id.to_string()
}

/// Times that a page is loaded before an offer counts as missing.
const LOOKS: usize = 20;

const POD: &str = "cluster=monitoring-cluster&namespace=kube-system&pod=kube-scheduler-talos-monitor";

#[tokio::test]
async fn tells_first_what_is_wrong_with_a_pod_and_keeps_the_whole_text() {
    let world = world().await;
    let page = world.get(&format!("/r/described?{POD}&run={}", check("describe pod"))).await;
    for words in ["data-panel=\"description\"", "Last state", "facts-title", "<details class=\"whole\"><summary>"] {
        page.has(words);
    }
    page.has("Name:             kube-scheduler-talos-monitor");
}

#[tokio::test]
async fn folds_yaml() {
    let world = world().await;
    let page = world.get(&format!("/r/described?{POD}&run={}", check("-o yaml"))).await;
    page.has("data-panel=\"document\"");
    page.has("<span class=\"document-key\">kind:</span> Deployment");
}

#[tokio::test]
async fn links_pods_to_the_runbooks_own_check_of_their_log() {
    let world = world().await;
    let logs = check("--tail=5");
    let page = world.get(&format!("/r/described?{POD}&run={}", check("tier=control-plane"))).await;
    page.has(&format!("&amp;run={logs}#check-{logs}\""));
    // A page opens without the links of other pods; the one that is asked for the table has them.
    let opened = world.get(&format!("{CRASH_LOOPING}?cluster=monitoring-cluster")).await.text;
    let (_, table) = opened.split_once("data-panel=\"restart-table\" data-check=\"").expect("a restart table");
    let id = table.split('"').next().unwrap_or_default();
    let known = world.get(&format!("{CRASH_LOOPING}?cluster=monitoring-cluster&run={id}")).await;
    known.has("class=\"to-logs\"");
}

#[tokio::test]
async fn gives_an_answer_as_a_file_with_a_clean_name() {
    let world = world().await;
    let id = check("pods.sh");
    world.get(&format!("/r/described?{POD}")).await.has(&format!("download={id}"));
    let file = world.get(&format!("/r/described?{POD}&download={id}")).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text);
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"pods.sh.txt\"");
    assert_eq!(file.headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(file.headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
    assert!(file.text.starts_with("NAME ") && file.text.contains("\nkube-scheduler-talos-monitor "), "{}", file.text);
}

#[tokio::test]
async fn gives_no_file_for_what_is_no_check_or_lacks_a_value() {
    let world = world().await;
    let status = async |query: &str| world.get(&format!("/r/described?{query}")).await.status;
    assert_eq!(status("download=00000000").await, StatusCode::NOT_FOUND);
    assert_eq!(
        status(&format!("cluster=agentic&download={}", check("describe pod"))).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(status(&format!("cluster=nowhere&download={}", check("pods.sh"))).await, StatusCode::BAD_GATEWAY);
    assert_eq!(world.get("/r/no/such?download=00000000").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn offers_what_the_runbooks_own_command_gives_and_fills_nothing_in() {
    let world = world().await;
    // A page does not wait long for an offer: a busy machine may need another look.
    for _ in 0..LOOKS {
        let page = world.get("/r/described?cluster=monitoring-cluster").await;
        page.has("Needs found.");
        if page.text.contains("class=\"offer\"") {
            page.has("own command: ");
            return;
        }
    }
    panic!("the command's answer was never offered");
}

#[tokio::test]
async fn shows_characters_that_hide_or_pass_for_others() {
    let world = world().await;
    let page = world.get("/r/described").await;
    // What cannot be seen is named from the start.
    page.has("⟦U+202E⟧");
    assert!(!page.text.contains('\u{202e}'));
    page.has("title=\"U+0435 looks like a Latin letter and is none\"");
}
