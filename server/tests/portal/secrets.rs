//! The data of Secrets: refused unless `[clusters.NAME]` says `secret_data = "show"`, and then in its report alone.

use http::header;
use runbook::command::SecretData;
use server::portal::PrintError;

use super::{NOON, World};

const RUNBOOK: &str = r#"# Look at a password

```bash
kubectl --context=admin@<cluster> get secret -n agents task-router-env -o yaml
kubectl --context=admin@<cluster> get secret -n <namespace> <secret> -o jsonpath='{.data.DATABASE_PASSWORD}' | base64 -d
kubectl --context=admin@monitoring-cluster get secrets -A -o json
```
"#;
/// What the simulated homelab keeps in its Secrets, in Base64 and as it is.
const VALUES: [&str; 2] = ["c2ltdWxhdGVk", "simulated"];

async fn world(prod: SecretData) -> World {
    let mut world = World::start_with(NOON, &[("passwords.md", RUNBOOK)]).await;
    world.config.clusters.get_mut("agentic").expect("the demo's cluster").secret_data = prod;
    world.reopened().await
}

fn id(at: usize) -> String {
    runbook::parse(RUNBOOK).commands[at].id.to_string()
}

async fn print(world: &World, command: &str) -> Result<Vec<String>, PrintError> {
    let bindings = [("cluster".to_owned(), "agentic".to_owned())].into();
    world.portal.print_check(command, &bindings).await
}

const SECRET: &str = "kubectl get secret -n agents task-router-env";

#[tokio::test]
async fn refuses_it_by_default_on_the_page_behind_it_and_on_the_command_line() {
    let world = world(SecretData::Refuse).await;
    let page = world.get(&format!("/r/passwords?cluster=agentic&run={}", id(0))).await;
    assert_eq!(page.text.matches("data-command=\"refused\"").count(), 3, "{}", page.text);
    page.has("secret_data");
    let answer = world.run_of("passwords", &id(0), &[("cluster", "agentic")]).await;
    let filled = [("cluster", "agentic"), ("namespace", "agents"), ("secret", "task-router-env")];
    let filtered = world.run_of("passwords", &id(1), &filled).await;
    for answer in [&page, &answer, &filtered] {
        VALUES.iter().for_each(|value| answer.has_not(value));
    }
    assert_eq!((answer.status.as_u16(), filtered.status.as_u16()), (422, 422));
    let download = world.get(&format!("/r/passwords?cluster=agentic&download={}", id(0))).await;
    VALUES.iter().for_each(|value| download.has_not(value));
    for output in ["-o yaml", "-o json", "-o jsonpath='{.data}'", "-o go-template='{{.data}}'", "--sort-by=.data"] {
        match print(&world, &format!("{SECRET} {output}")).await {
            Err(PrintError::NotACheck(reason)) => assert!(reason.contains("secret_data = \"show\""), "{reason}"),
            other => panic!("{output}: {other:?}"),
        }
    }
}

/// What a command comes to is known only when another has answered; the cluster as a source looks again.
#[tokio::test]
async fn keeps_it_where_the_kind_is_known_only_later() {
    let world = world(SecretData::Refuse).await;
    let kubectl = "kubectl --context=agentic";
    for command in [
        format!("{kubectl} get secret -n agents -o name | xargs {kubectl} get -n agents -o yaml"),
        format!("{kubectl} get secret -n agents -o name | xargs -I{{}} {kubectl} get {{}} -n agents -o yaml"),
        format!("{kubectl} api-resources -o name | grep secrets | xargs -n1 {kubectl} get -n agents -o yaml"),
        format!("{kubectl} api-resources --verbs=list -o name | xargs -n1 {kubectl} get --show-kind -n agents -o json"),
    ] {
        let printed = format!("{:?}", print(&world, &command).await);
        VALUES.iter().for_each(|value| assert!(!printed.contains(value), "{command}: {printed}"));
    }
    let text = format!("# Kind\n\n```sh\n{kubectl} get <kind> task-router-env -n agents -o yaml\n```\n");
    let id = runbook::parse(&text).commands[0].id.to_string();
    let bound = World::start_with(NOON, &[("kind.md", text.as_str())]).await;
    let answer = bound.run_of("kind", &id, &[("kind", "secret")]).await;
    VALUES.iter().for_each(|value| answer.has_not(value));
}

#[tokio::test]
async fn shows_it_where_the_cluster_allows_it_and_nowhere_else() {
    let world = world(SecretData::Show).await;
    let page = world.get("/r/passwords?cluster=agentic").await;
    assert_eq!(page.text.matches("data-command=\"check\"").count(), 2, "{}", page.text);
    assert_eq!(page.text.matches("data-command=\"refused\"").count(), 1, "the other cluster refuses it still");
    page.has("name=\"secret\"");
    VALUES.iter().for_each(|value| page.has_not(value));
    let asked = world.get(&format!("/r/passwords?cluster=agentic&run={}", id(0))).await;
    asked.has("c2ltdWxhdGVk");
    asked.has("lets be shown");
    assert_eq!(asked.headers[header::CACHE_CONTROL], "no-store");
    let filled = [("cluster", "agentic"), ("namespace", "agents"), ("secret", "task-router-env")];
    let answer = world.run_of("passwords", &id(1), &filled).await;
    answer.has("simulated");
    let elsewhere = world.get("/r/passwords?cluster=monitoring-cluster").await;
    assert_eq!(elsewhere.text.matches("data-command=\"refused\"").count(), 3, "{}", elsewhere.text);
    let answer = world.run_of("passwords", &id(0), &[("cluster", "monitoring-cluster")]).await;
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.text);
}

#[tokio::test]
async fn prints_it_in_every_form_where_it_is_allowed() {
    let world = world(SecretData::Show).await;
    for (output, expected) in [
        ("-o yaml | grep PASSWORD", "  DATABASE_PASSWORD: c2ltdWxhdGVk"),
        ("-o json | jq -r '.data.DATABASE_PASSWORD'", "c2ltdWxhdGVk"),
        ("-o jsonpath='{.data.DATABASE_PASSWORD}' | base64 -d", "simulated"),
        ("-o go-template='{{.data.DATABASE_PASSWORD | base64decode}}'", "simulated"),
        ("-o custom-columns=P:.data.DATABASE_PASSWORD --no-headers", "c2ltdWxhdGVk"),
    ] {
        let lines = print(&world, &format!("{SECRET} {output}")).await.unwrap_or_else(|e| panic!("{output}: {e:?}"));
        assert_eq!(lines, [expected], "{output}");
    }
    for command in [
        "kubectl --context=monitoring-cluster get secrets -A -o yaml",
        "kubectl get --raw /api/v1/secrets",
        "kubectl get secret x -o yaml --frobnicate",
        "kubectl get pod $(kubectl get secret x -o jsonpath='{.data.p}')",
        "kubectl get secret -n agents task-router-env -o jsonpath='{.data.DATABASE_PASSWORD}' | base64 -d | \
         xargs kubectl get pods -n agents",
    ] {
        let refused = print(&world, command).await;
        assert!(matches!(refused, Err(PrintError::NotACheck(_))), "{command}: {refused:?}");
    }
}
