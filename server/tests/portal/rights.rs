//! Two people with different rights ask the same things at the same moment, and each sees what is theirs.

use axum::body::Body;
use futures::join;
use http::{Request, StatusCode, header};
use runbook::command::SecretData;

use super::{NOON, Page, World, day, soon};

const SCHEDULER: &str = "kube-scheduler-talos-monitor";
const WITH: &[(&str, &str)] = &[("cluster", "monitoring-cluster"), ("namespace", "kube-system"), ("pod", SCHEDULER)];

/// Runbooks with commands whose answers are somebody's alone.
const RUNBOOKS: &[(&str, &str)] = &[(
    "rights.md",
    "# Alert: Rights\n\n```bash\nkubectl get pods -A\nkubectl config get-contexts -o name\n\
     ssh root@10.10.0.20 \"pvesh get /nodes/pihanga/status\"\n\
     kubectl get secret -n kube-system -o yaml\n```\n",
)];

/// The cluster of the story is shown to `sre` alone, the Proxmox node to `hosts`.
async fn world() -> World {
    World::configured(day::clock(NOON), RUNBOOKS, |config| {
        config.server.public_url = Some("http://localhost:8080".parse().expect("an address"));
        let token = |number: u8, groups: &str| {
            let hash = access::new_token([number; 32]).hash;
            format!("[tokens.t{number}]\nhash = \"{hash}\"\nscopes = [\"read\"]\ngroups = [{groups}]\n")
        };
        let section = token(1, "") + &token(2, "\"sre\"") + &token(3, "\"sre\", \"secrets\", \"hosts\"");
        config.sign_in = toml::from_str(&format!("contact = \"the platform team\"\n{section}")).expect("a section");
        let cluster = config.clusters.get_mut("monitoring-cluster").expect("a cluster");
        cluster.groups = vec!["sre".into()];
        cluster.secret_data = SecretData::Show;
        cluster.secret_data_groups = vec!["secrets".into()];
        for host in config.proxmox.values_mut() {
            host.groups = vec!["hosts".into()];
        }
    })
    .await
}

/// Whoever has the token of this number.
struct Reader<'w>(&'w World, u8);

impl Reader<'_> {
    async fn get(&self, address: &str) -> Page {
        let request = Request::get(address).header(header::HOST, "localhost:8080");
        let token = access::new_token([self.1; 32]).token;
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        Page::read(self.0.send(request.body(Body::empty()).expect("valid")).await).await
    }

    async fn run(&self, words: &str, bindings: &[(&str, &str)]) -> Page {
        let runbook = runbook::parse(RUNBOOKS[0].1);
        let check =
            runbook.commands.iter().find(|command| command.text.contains(words)).expect("a command").id.to_string();
        let bindings: std::collections::BTreeMap<_, _> = bindings.iter().copied().collect();
        let body = serde_json::json!({"path": "rights", "check": check, "bindings": bindings});
        let token = access::new_token([self.1; 32]).token;
        let request = Request::post("/api/run_check")
            .header(header::HOST, "localhost:8080")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(Body::from(body.to_string()));
        Page::read(self.0.send(request.expect("valid")).await).await
    }
}

#[tokio::test]
async fn the_same_question_at_the_same_moment_answers_each_with_their_own() {
    let world = world().await;
    let (outsider, sre) = (Reader(&world, 1), Reader(&world, 2));
    for _ in 0..3 {
        let (withheld, shown) = join!(outsider.run("get pods", WITH), sre.run("get pods", WITH));
        shown.has(SCHEDULER);
        withheld.has_not(SCHEDULER);
        withheld.has("the group sre");
        withheld.has("Ask the platform team");
    }
}

#[tokio::test]
async fn pages_tell_nobody_of_a_cluster_that_is_not_theirs() {
    let world = world().await;
    let (outsider, sre) = (Reader(&world, 1), Reader(&world, 2));
    for address in ["/", "/doctor", "/account"] {
        let (withheld, shown) = join!(outsider.get(address), sre.get(address));
        assert_eq!((withheld.status, shown.status), (StatusCode::OK, StatusCode::OK), "{address}");
        withheld.has_not("monitoring-cluster");
        withheld.has_not(SCHEDULER);
        shown.has("monitoring-cluster");
    }
    outsider.get("/account").await.has("more sources are shown to other groups");
    // A list of what there is passes the same gate.
    let (withheld, shown) = join!(
        outsider.run("get-contexts", &[("cluster", "homelab-prod")]),
        sre.run("get-contexts", &[("cluster", "homelab-prod")])
    );
    shown.has("monitoring-cluster");
    withheld.has_not("monitoring-cluster");
    // So does what is said of a name that nobody has.
    let page = outsider.get("/r/rights?cluster=monitoring-clustr").await;
    page.has_not("monitoring-cluster?");
}

#[tokio::test]
async fn panels_that_run_unasked_pass_the_same_gate() {
    let world = world().await;
    let (outsider, sre) = (Reader(&world, 1), Reader(&world, 2));
    let address = format!(
        "{}?cluster=monitoring-cluster&namespace=kube-system&pod={SCHEDULER}&container=kube-scheduler",
        super::CRASH_LOOPING
    );
    let (withheld, shown) = join!(outsider.get(&address), sre.get(&address));
    shown.has("leaderelection lost");
    assert_eq!(withheld.status, StatusCode::OK);
    withheld.has("the group sre");
    // What the pod's log, its node and its events say is nowhere.
    for told in ["failed to renew lease", "Back-off restarting"] {
        withheld.has_not(told);
    }
}

#[tokio::test]
async fn a_stream_carries_what_its_reader_may_see() {
    use futures::StreamExt;
    let world = world().await;
    let runbook = runbook::parse(RUNBOOKS[0].1);
    let check =
        runbook.commands.iter().find(|command| command.text.contains("get pods")).expect("a command").id.to_string();
    let open = async |number: u8| {
        let address = format!("/live?path=rights&check={check}&bind.cluster=monitoring-cluster");
        let token = access::new_token([number; 32]).token;
        let request = Request::get(address)
            .header(header::HOST, "localhost:8080")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let response = world.send(request.body(Body::empty()).expect("valid")).await;
        assert_eq!(response.status(), StatusCode::OK);
        let mut body = response.into_body().into_data_stream();
        let mut heard = String::new();
        soon("a report", async {
            let own = format!("\"check\":\"{check}\"");
            while !heard.contains(&own) || !heard.ends_with("\n\n") {
                let part = body.next().await.expect("a part").expect("a readable part");
                heard += &String::from_utf8_lossy(&part);
            }
        })
        .await;
        heard
    };
    // One after the other, so that the second could get what the first one's topic has published.
    let shown = open(2).await;
    let withheld = open(1).await;
    assert!(shown.contains(SCHEDULER));
    assert!(withheld.contains("the group sre") && !withheld.contains(SCHEDULER), "{withheld}");
    let (shown, withheld) = join!(open(2), open(1));
    assert!(shown.contains(SCHEDULER) && !withheld.contains(SCHEDULER));
}

#[tokio::test]
async fn a_host_and_secrets_are_shown_to_their_groups() {
    let world = world().await;
    let (sre, all) = (Reader(&world, 2), Reader(&world, 3));
    let (withheld, shown) = join!(sre.run("pvesh", &[]), all.run("pvesh", &[]));
    withheld.has("the group hosts");
    shown.has_not("the group hosts");
    let (withheld, shown) = join!(sre.run("get secret", WITH), all.run("get secret", WITH));
    assert_eq!(withheld.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", withheld.text);
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
}
