//! What kubectl can read besides a plain `get`: asked of the simulated homelab, printed as kubectl prints it.

use std::collections::BTreeMap;

use server::portal::PrintError;

use super::{NOON, World};

const PROD: &str = "kubectl --context=homelab-prod";

async fn print(world: &World, command: &str) -> Result<Vec<String>, PrintError> {
    world.portal.print_check(command, &BTreeMap::new()).await
}

async fn lines(world: &World, rest: &str) -> Vec<String> {
    let command = format!("{PROD} {rest}");
    print(world, &command).await.unwrap_or_else(|error| panic!("{command}: {error:?}"))
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[tokio::test]
async fn prints_several_kinds_with_their_names_before_them() {
    let world = World::start(NOON).await;
    let all = lines(&world, "get all -n argocd").await;
    assert_eq!(words(&all[0]), ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]);
    assert!(all.iter().any(|line| line.starts_with("pod/argocd-")), "{all:?}");
    let gap = all.iter().position(String::is_empty).expect("an empty line between two kinds");
    assert!(all[gap + 1].starts_with("NAME "), "{all:?}");
    assert!(all.iter().any(|line| line.starts_with("deployment.apps/argocd-repo-server ")), "{all:?}");
    let names = lines(&world, "get deploy,pods -n argocd -o name").await;
    assert!(names.contains(&"deployment.apps/argocd-repo-server".to_owned()), "{names:?}");
    assert!(names.iter().any(|name| name.starts_with("pod/")), "{names:?}");
    let found = lines(&world, "get all -n argocd | grep repo-server").await;
    assert!(!found.is_empty() && found.iter().all(|line| line.contains("repo-server")), "{found:?}");
    let kinds = lines(&world, "get deploy,pods -n argocd -o jsonpath='{range .items[*]}{.kind}{\"\\n\"}{end}'").await;
    assert!(kinds.contains(&"Deployment".to_owned()) && kinds.contains(&"Pod".to_owned()), "{kinds:?}");
}

#[tokio::test]
async fn says_what_is_missing_beside_what_was_found() {
    let world = World::start(NOON).await;
    let command = format!("{PROD} get deploy/argocd-repo-server deploy/nothing -n argocd");
    let Err(PrintError::Incomplete { lines, complaints }) = print(&world, &command).await else {
        panic!("half of it is missing");
    };
    assert!(lines.iter().any(|line| line.starts_with("argocd-repo-server ")), "{lines:?}");
    assert!(complaints.iter().any(|unknown| unknown.reason.contains("\"nothing\" not found")), "{complaints:?}");
    let neither = print(&world, &format!("{PROD} get deploy/nothing svc/nothing -n argocd")).await;
    assert!(!matches!(neither, Ok(_) | Err(PrintError::NotACheck(_))), "{neither:?}");
    let unknown = print(&world, &format!("{PROD} get pods,frobs -n argocd")).await;
    assert!(matches!(unknown, Err(PrintError::NoAnswer(_))), "{unknown:?}");
}

#[tokio::test]
async fn asks_several_questions_one_after_the_other() {
    let world = World::start(NOON).await;
    let both = format!("{PROD} get ns argocd --no-headers; {PROD} get ns kube-system --no-headers");
    let lines = print(&world, &both).await.expect("an answer");
    assert_eq!(lines.iter().map(|line| words(line)[0]).collect::<Vec<_>>(), ["argocd", "kube-system"]);
    let each = format!("for n in kube-system argocd; do {PROD} get ns $n -o name; done");
    assert_eq!(print(&world, &each).await.expect("an answer"), ["namespace/kube-system", "namespace/argocd"]);
    let half = format!("{PROD} get ns argocd -o name; {PROD} get ns nowhere -o name");
    assert!(matches!(print(&world, &half).await, Err(PrintError::Incomplete { lines, .. }) if lines.len() == 1));
}

#[tokio::test]
async fn prints_the_questions_about_state() {
    let world = World::start(NOON).await;
    for (command, head) in [
        ("events -A", &["NAMESPACE", "LAST", "SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"][..]),
        ("top pods -A", &["NAMESPACE", "NAME", "CPU(cores)", "MEMORY(bytes)"]),
        ("top pods -n argocd --containers", &["POD", "NAME", "CPU(cores)", "MEMORY(bytes)"]),
        ("top nodes", &["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]),
        ("api-resources", &["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]),
        ("auth whoami", &["ATTRIBUTE", "VALUE"]),
        ("auth can-i --list", &["Resources", "Non-Resource", "URLs", "Resource", "Names", "Verbs"]),
        ("config get-contexts", &["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]),
    ] {
        let lines = lines(&world, command).await;
        assert_eq!(words(&lines[0]), head, "{command}");
        assert!(lines.len() > 1, "{command}: {lines:?}");
    }
    for (command, expected) in [
        (
            "rollout status deploy/argocd-repo-server -n argocd",
            "deployment \"argocd-repo-server\" successfully rolled out",
        ),
        (
            "wait --for=condition=Available deploy/argocd-repo-server -n argocd",
            "deployment.apps/argocd-repo-server condition met",
        ),
        ("auth can-i list pods", "yes"),
        ("auth can-i delete pods", "no"),
        ("version", "Server Version: v1.32.3"),
        ("get --raw /readyz", "ok"),
        ("config current-context", "homelab-prod"),
        ("explain pod.spec.restartPolicy", "KIND:       Pod"),
        ("api-versions | grep ^apps", "apps/v1"),
    ] {
        assert_eq!(lines(&world, command).await.first().map(String::as_str), Some(expected), "{command}");
    }
    let view = lines(&world, "config view").await.join("\n");
    assert!(!view.contains("token") && view.contains("current-context: homelab-prod"), "{view}");
}

#[tokio::test]
async fn a_rollout_that_goes_on_is_no_answer_unless_it_is_not_waited_for() {
    let world = World::start(NOON).await;
    let status = "kubectl --context=agentic rollout status deploy/task-router -n agents";
    for command in [status.to_owned(), format!("{status} --timeout=1h"), format!("{status} | tail -1")] {
        match print(&world, &command).await {
            Err(PrintError::NoAnswer(unknown)) => {
                assert!(unknown.reason.starts_with("The rollout still goes on after "), "{command}: {unknown:?}");
                assert!(unknown.reason.contains("updated replicas are available..."), "{command}: {unknown:?}");
            }
            other => panic!("{command}: {other:?}"),
        }
    }
    let now = print(&world, &format!("{status} --watch=false")).await.expect("how it stands");
    assert!(now.len() == 1 && now[0].starts_with("Waiting for deployment \"task-router\""), "{now:?}");
}

/// A program waits as kubectl does; a reader sees at once how far it has come.
#[tokio::test]
async fn a_page_shows_a_rollout_look_by_look() {
    let text = "# Roll out\n\n```sh\nkubectl --context=agentic rollout status deploy/task-router -n agents\n```\n";
    let world = World::start_with(NOON, &[("roll-out.md", text)]).await;
    let id = runbook::parse(text).commands[0].id.to_string();
    let page = world.run_of("roll-out", &id, &[]).await;
    page.has("updated replicas are available");
    page.has("\"word\":\"Warn\"");
    page.has_not("still goes on");
}

#[tokio::test]
async fn chooses_pods_that_are_measured_by_their_labels() {
    let world = World::start(NOON).await;
    let all = lines(&world, "top pods -A --no-headers").await.len();
    let none = lines(&world, "top pods -A --no-headers -l app=no-such-app").await.len();
    assert!(all > 10 && none == 0, "{all} and {none}");
}

#[tokio::test]
async fn never_prints_what_secrets_hold_whatever_they_are_called() {
    let world = World::start(NOON).await;
    for command in [
        "get secrets -A -o yaml",
        "get secret -A -o json",
        "get Secrets.v1. -A -o jsonpath='{.items[*].data}'",
        "get secrets -A -o custom-columns=D:.data",
        "get pods,secrets -A -o yaml",
        "get --raw /api/v1/secrets",
    ] {
        let refused = print(&world, &format!("{PROD} {command}")).await;
        assert!(matches!(refused, Err(PrintError::NotACheck(_) | PrintError::NoAnswer(_))), "{command}: {refused:?}");
    }
    let names = lines(&world, "get secrets -A -o jsonpath='{range .items[*]}{.metadata.name}{\"\\n\"}{end}'").await;
    assert!(!names.is_empty() && names.iter().all(|name| !name.is_empty()), "{names:?}");
    let types = lines(&world, "get secrets.v1. -A -o custom-columns=NAME:.metadata.name,TYPE:.type").await;
    assert_eq!(types.len(), names.len() + 1, "{types:?}");
}

#[tokio::test]
async fn prints_the_logs_of_every_pod_that_a_selector_names() {
    let world = World::start(NOON).await;
    let monitoring = "kubectl --context=monitoring-cluster logs -n kube-system";
    let command = format!("{monitoring} -l tier=control-plane --prefix --tail=2");
    let lines = print(&world, &command).await.expect("an answer");
    let pods: std::collections::BTreeSet<&str> =
        lines.iter().filter_map(|line| line.strip_prefix("[pod/")?.split('/').next()).collect();
    assert!(pods.len() > 2, "{lines:?}");
    let none = print(&world, &format!("{monitoring} -l tier=nowhere")).await.expect("an answer");
    assert!(none.is_empty(), "{none:?}");
    let missing = print(&world, &format!("{monitoring} deploy/nowhere")).await;
    assert!(matches!(missing, Err(PrintError::NoAnswer(_))), "{missing:?}");
}

#[tokio::test]
async fn asks_behind_xargs_for_each_word_and_filters_all_of_it() {
    let world = World::start(NOON).await;
    let names = lines(&world, "get deploy -n argocd -o name").await;
    assert!(names.len() > 1, "{names:?}");
    let again = lines(&world, &format!("get deploy -n argocd -o name | xargs -n1 {PROD} get -n argocd -o name")).await;
    assert_eq!(again, names);
    let at_once = lines(&world, &format!("get deploy -n argocd -o name | xargs {PROD} get -n argocd -o name")).await;
    assert_eq!(at_once, names);
    let counted = format!("get deploy -n argocd -o name | xargs -I{{}} {PROD} get {{}} -n argocd --no-headers | wc -l");
    assert_eq!(lines(&world, &counted).await, [names.len().to_string()]);
    let none = lines(&world, &format!("get deploy -n argocd -o name | grep nothing | xargs {PROD} describe")).await;
    assert!(none.is_empty(), "{none:?}");
    let wrong = format!("{PROD} get ns | xargs {PROD} describe");
    let refused = print(&world, &wrong).await;
    assert!(
        matches!(refused, Err(PrintError::NoAnswer(_) | PrintError::Incomplete { .. })),
        "a head is no name: {refused:?}"
    );
}

#[tokio::test]
async fn pipes_what_several_commands_print_through_one_filter() {
    let world = World::start(NOON).await;
    let both = format!("bash -c '{PROD} get ns -o name; {PROD} get nodes -o name' | grep -c /");
    let count = print(&world, &both).await.expect("an answer");
    let namespaces = lines(&world, "get ns -o name").await.len();
    let nodes = lines(&world, "get nodes -o name").await.len();
    assert_eq!(count, [(namespaces + nodes).to_string()]);
}

#[tokio::test]
async fn prints_whole_logs_behind_a_selector_where_the_command_says_so() {
    let world = World::start(NOON).await;
    let logs = "kubectl --context=monitoring-cluster logs -n kube-system -l tier=control-plane";
    let short = print(&world, logs).await.expect("an answer");
    let whole = print(&world, &format!("{logs} --tail=-1")).await.expect("an answer");
    assert!(whole.len() > short.len() && short.len() >= 10, "{} and {}", whole.len(), short.len());
}
