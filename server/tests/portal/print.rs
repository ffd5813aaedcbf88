//! `runlight check`: the text that the command itself would print.

use std::collections::BTreeMap;

use server::portal::PrintError;

use super::{DURING_BACKUP, NOON, World};

async fn print(world: &World, command: &str, bindings: &[(&str, &str)]) -> Result<Vec<String>, PrintError> {
    let bindings: BTreeMap<String, String> =
        bindings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    world.portal.print_check(command, &bindings).await
}

#[tokio::test]
async fn prints_pods_in_kubectls_columns() {
    let world = World::start(NOON).await;
    let lines = print(&world, "kubectl get pods -n kube-system", &[("cluster", "monitoring-cluster")]).await;
    let lines = lines.expect("an answer");
    let head: Vec<&str> = lines[0].split_whitespace().collect();
    assert_eq!(head, ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]);
    assert!(lines.iter().any(|line| line.starts_with("kube-scheduler-talos-monitor ")), "{lines:?}");
}

#[tokio::test]
async fn prints_any_kind_by_discovery() {
    let world = World::start(NOON).await;
    let lines = print(&world, "kubectl --context=admin@homelab-prod get ns | wc -l", &[]).await.expect("an answer");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].parse::<u32>().is_ok_and(|count| count > 3), "{lines:?}");
}

#[tokio::test]
async fn prints_nothing_for_an_empty_filter() {
    let world = World::start(NOON).await;
    let lines = print(&world, "kubectl --context=agentic get pods -A | grep no-such-pod", &[]).await;
    assert!(lines.expect("an answer").is_empty());
}

#[tokio::test]
async fn refuses_what_is_no_check() {
    let world = World::start(NOON).await;
    for command in ["kubectl delete pod x", "rm -rf /", "kubectl get pods; reboot", "kubectl logs <pod>"] {
        let refused = print(&world, command, &[("cluster", "agentic")]).await;
        assert!(matches!(refused, Err(PrintError::NotACheck(_))), "{command}: {refused:?}");
    }
}

#[tokio::test]
async fn says_why_a_source_cannot_be_asked() {
    let world = World::start(NOON).await;
    let unknown = print(&world, "kubectl --context=nowhere get pods", &[]).await;
    assert!(matches!(unknown, Err(PrintError::NoAnswer(_))), "{unknown:?}");
}

#[tokio::test]
async fn prints_objects_in_every_form_that_kubectl_offers() {
    let world = World::start(NOON).await;
    let prod = |rest: &str| format!("kubectl --context=homelab-prod {rest}");
    let ask = async |command: String| print(&world, &command, &[]).await.expect("an answer");
    let names = ask(prod("get deploy -n argocd -o name")).await;
    assert!(names.iter().any(|name| name == "deployment.apps/argocd-repo-server"), "{names:?}");
    let path = "get deploy argocd-repo-server -n argocd -o jsonpath='{.metadata.name}'";
    assert_eq!(ask(prod(path)).await, ["argocd-repo-server"]);
    let columns = "get deploy -n argocd -o custom-columns=NAME:.metadata.name,WANTED:.spec.replicas";
    assert_eq!(ask(prod(columns)).await[0].split_whitespace().collect::<Vec<_>>(), ["NAME", "WANTED"]);
    let json = ask(prod("get deploy argocd-repo-server -n argocd -o json | jq -r .kind")).await;
    assert_eq!(json, ["Deployment"]);
    let yaml = ask(prod("get deploy argocd-repo-server -n argocd -o yaml | grep '^kind'")).await;
    assert_eq!(yaml, ["kind: Deployment"]);
    let sorted = ask(prod("get ns --sort-by=.metadata.name -o name --no-headers")).await;
    assert!(sorted.is_sorted(), "{sorted:?}");
}

#[tokio::test]
async fn describes_objects_as_kubectl_does() {
    let world = World::start(DURING_BACKUP).await;
    let ask = async |command: &str| print(&world, command, &[("cluster", "monitoring-cluster")]).await;
    let lines = ask("kubectl -n kube-system describe pod kube-scheduler-talos-monitor").await.expect("an answer");
    assert_eq!(lines[0], "Name:             kube-scheduler-talos-monitor");
    let events = ask("kubectl -n kube-system describe pod kube-scheduler-talos-monitor | grep -A3 ^Events").await;
    assert_eq!(events.expect("an answer").len(), 4, "the simulated kubelet has spoken of the pod");
    for heading in ["Containers:", "    Last State:     Terminated", "Volumes:", "Events:"] {
        assert!(lines.iter().any(|line| line.starts_with(heading)), "{heading} in {lines:#?}");
    }
    // A name that does not exist stands for those that begin with it.
    let named = ask("kubectl -n kube-system describe pods kube-sched | grep ^Name:").await.expect("an answer");
    assert_eq!(named, lines[..1]);
    let events = ask("kubectl describe nodes --show-events=false | grep -c ^Events").await.expect("an answer");
    assert_eq!(events, ["0"]);
    let missing = ask("kubectl -n kube-system describe pod no-such-pod").await;
    assert!(matches!(missing, Err(PrintError::NoAnswer(_))), "{missing:?}");
}
