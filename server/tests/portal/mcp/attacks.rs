//! A red team: calls that try to get a command, a path, a Secret or another tenant's answer through the door.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Assistant, NOON, SCHEDULER, before_the_link, bindings, check, world};

/// What must stand in no answer: a Secret in both forms, a password of a runbook, the outsider's neighbour's pod, and
/// what this machine's own files hold.
const TREASURE: [&str; 6] = ["c2ltdWxhdGVk", "hunter2", SCHEDULER, "root:x:0:0", "[sign_in", "sha256:"];

/// 44 calls. Each is a tool with its arguments; none may be carried out, or tell what is not the caller's.
fn calls() -> Vec<(&'static str, Value)> {
    let run =
        |check: &str, bindings: Value| ("run_check", json!({"path": "assisted", "check": check, "bindings": bindings}));
    let with = |name: &str, value: &str| {
        let mut values = json!({"cluster": "homelab-prod", "namespace": "default", "pod": "web-0"});
        values[name] = json!(value);
        values
    };
    let (pods, logs, secret) = (check("get pods"), check("--previous"), check("get secret"));
    vec![
        // A command in every place where a name is wanted.
        ("run_command", json!({"command": "kubectl get secrets -A -o yaml"})),
        ("shell", json!({"command": "id"})),
        ("run_check", json!({"path": "assisted", "check": pods, "command": "kubectl get secrets -A"})),
        ("run_check", json!({"path": "assisted", "command": "kubectl get pods -A"})),
        ("run_check", json!({"path": "assisted", "check": {"command": "kubectl get pods"}})),
        ("run_check", json!({"path": "assisted", "check": ["kubectl", "get", "pods"]})),
        run("kubectl get secrets -A -o yaml", json!({})),
        run("kubectl-get-pods", json!({})),
        run(&format!("{pods};id"), json!({})),
        run(&format!("{pods} | cat /etc/passwd"), json!({})),
        run("verdict", json!({})),
        run("recovery", json!({})),
        run("0000000000000000", json!({})),
        run("", json!({})),
        // Checks that stand in the file and are none.
        run(&check("delete pod"), with("pod", "web-0")),
        run(&check("frobnicate"), json!({})),
        // Values that would be more than values.
        run(&logs, with("pod", "web-0; kubectl delete pod web-0")),
        run(&logs, with("pod", "$(id)")),
        run(&logs, with("pod", "`id`")),
        run(&logs, with("pod", "--all-containers")),
        run(&logs, with("pod", "../../kube-system/secrets/x")),
        run(&logs, with("pod", "web-0\n--previous")),
        run(&logs, with("pod", "web-0%2f..%2fsecrets")),
        run(&logs, with("namespace", "kube-system/secrets")),
        run(&logs, with("namespace", "kube-system?watch=true")),
        run(&logs, with("cluster", "https://evil.example")),
        run(&logs, with("cluster", "admin@monitoring-cluster")),
        run(&logs, json!({"cluster": {"$ne": null}, "namespace": "default", "pod": "x"})),
        // Paths out of the library.
        ("read_runbook", json!({"path": "../../../etc/passwd"})),
        ("read_runbook", json!({"path": "/etc/passwd"})),
        ("read_runbook", json!({"path": "assisted/../../runlight.toml"})),
        ("read_runbook", json!({"path": "file:///etc/passwd"})),
        ("read_runbook", json!({"path": "%2e%2e/%2e%2e/etc/passwd"})),
        ("read_runbook", json!({"path": "assisted\u{0}.md"})),
        ("read_runbook", json!({"path": "runlight.toml"})),
        // Secrets, and what belongs to others.
        run(&secret, bindings()),
        run(&secret, json!({"cluster": "homelab-prod"})),
        run(&pods, bindings()),
        ("verdict", json!({"path": "assisted", "bindings": bindings()})),
        ("verdict", json!({"path": "assisted", "bindings": bindings(), "grant": "everything", "groups": ["sre"]})),
        ("find_runbook", json!({"labels": {"alertname": "../../etc/passwd", "runbook": "/etc/passwd"}})),
        ("evidence", json!({"id": "' OR 1=1 --"})),
        ("incident", json!({"id": "../e/../i/1"})),
        ("search", json!({"words": "hunter2"})),
    ]
}

#[tokio::test]
async fn no_call_of_the_red_team_gets_through() {
    let world = world(NOON).await;
    let outsider = Assistant(&world, 1);
    let calls = calls();
    assert!(calls.len() >= 40, "{}", calls.len());
    for (tool, arguments) in calls {
        let (text, is_error) = outsider.call(tool, arguments.clone()).await;
        let told = before_the_link(&text);
        let found: Vec<_> = TREASURE.iter().filter(|treasure| told.contains(**treasure)).collect();
        assert!(found.is_empty(), "{found:?} in the answer to {tool} {arguments}: {text}");
        let is_answer = matches!(tool, "find_runbook" | "search") || text.contains("Outcome: unknown");
        assert!(is_error || is_answer, "{tool} {arguments} was carried out: {text}");
    }
    // None of them was put to a source that is not theirs.
    let asked = world.homelab.asked("monitoring-cluster").expect("a source").into_iter();
    let for_them: Vec<_> =
        asked.filter(|asked| asked.path.contains("secrets") || asked.path.contains("/log")).collect();
    assert!(for_them.is_empty(), "{for_them:?}");
}

#[tokio::test]
async fn resources_lead_out_of_no_library() {
    let world = world(NOON).await;
    let outsider = Assistant(&world, 1);
    for uri in [
        "file:///etc/passwd",
        "runlight://runbook/../../etc/passwd",
        "runlight://runbook/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "runlight://runbook//etc/passwd",
        "runlight://runbook/",
        "runlight://secret/kube-system",
        "http://169.254.169.254/latest/meta-data/",
        "runlight://runbook/%ff",
        "",
    ] {
        let answer = outsider.ask("resources/read", json!({"uri": uri})).await;
        assert!(answer["error"].is_object(), "{uri}: {answer}");
    }
}

#[tokio::test]
async fn a_word_about_oneself_gives_no_right() {
    let world = world(NOON).await;
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "run_check", "arguments": {"path": "assisted", "check": check("get pods"), "bindings": bindings()},
        "_meta": {"groups": ["sre"], "caller": "t3"}}});
    for more in [
        ("remote-user", "anna"),
        ("remote-groups", "sre"),
        ("x-forwarded-user", "anna"),
        ("cookie", "runlight=1"),
        ("mcp-session-id", "1"),
        ("x-forwarded-host", "evil.example"),
    ] {
        let page = Assistant(&world, 1).send(list.to_string(), &[more]).await;
        assert_eq!(page.status, StatusCode::OK, "{more:?}: {}", page.text);
        page.has("the group sre");
        assert!(!before_the_link(&page.text).contains(SCHEDULER), "{}", page.text);
    }
    // Two tokens are none.
    let two = format!("Bearer {}", access::new_token([3; 32]).token);
    let page = Assistant(&world, 1).send(list.to_string(), &[("authorization", &two)]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
}
