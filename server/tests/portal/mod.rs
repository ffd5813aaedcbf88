//! The whole portal over the simulated homelab, asked as a browser asks it: through the router.

mod alerts;
mod backup_server;
mod corpus;
mod described;
mod doctor;
mod doors;
mod evidence;
mod figures;
mod helm;
mod hostile;
mod kubectl;
mod library;
mod links;
mod live;
mod log_stores;
mod mcp;
mod messages;
mod oidc;
mod pages;
mod panels;
mod print;
mod proxmox;
mod rights;
mod secrets;
mod sign_in;
mod stop;
mod stories;
mod tls;
mod verdict;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
};
use homelab::{Homelab, Options, Pace};
use http::{Request, Response, StatusCode, header};
use server::{
    clock::Clock,
    config::Config,
    portal::{Example, Portal},
};
use tower::ServiceExt;

use crate::{
    day::{self, DURING_BACKUP, NOON},
    soon::soon,
};

/// How long a check may take and a page wait for it: a busy machine is no slow source.
const PATIENT_MS: u64 = 60_000;

/// Largest page that a test reads.
const MAX_PAGE_BYTES: usize = 8 << 20;
/// The demo's own runbook for the alert of the owner's runbook.
const CRASH_LOOPING: &str = "/r/alerts/pod-crash-looping";

/// A runbook with one command of each kind that the tests need.
const RUNBOOK: &str = r#"# Alert: TestAlert

## Step 1: Look

```bash
# Who restarts
kubectl get pods -A --sort-by='.status.containerStatuses[0].restartCount' | tail -20
kubectl get pods -A | grep CrashLoop
kubectl --context=admin@<cluster> logs -n <namespace> <pod> --tail=50
kubectl --context=admin@<cluster> logs -n <namespace> <pod> --previous --tail=50
kubectl --context=admin@nowhere get pods -A
kubectl delete pod <pod>
frobnicate --all
```

## Backup Window (02:00-03:30 UTC)

```bash
sshpass -p 'hunter2' ssh root@10.10.0.20 "ps aux | grep vzdump | grep -v grep"
ssh root@192.0.2.1 "ps aux | grep vzdump"
```

| Pattern | Cause |
|---|---|
| `leaderelection lost` | slow storage |
"#;

/// A portal with its homelab, both in this process.
struct World {
    homelab: Homelab,
    portal: Arc<Portal>,
    router: Router,
    config: Config,
    folder: tempfile::TempDir,
}

/// The alerts that the demo's home page offers.
fn examples(homelab: &Homelab) -> Vec<Example> {
    homelab.stories().into_iter().map(Example::from).collect()
}

impl World {
    async fn start(minute_of_day: u16) -> Self {
        Self::start_with(minute_of_day, &[]).await
    }

    /// With more runbooks: path and text of each.
    async fn start_with(minute_of_day: u16, runbooks: &[(&str, &str)]) -> Self {
        Self::configured(day::clock(minute_of_day), runbooks, |_| ()).await
    }

    /// With another time limit of checks.
    async fn start_with_timeout(minute_of_day: u16, runbooks: &[(&str, &str)], check_timeout_ms: u64) -> Self {
        let change = |config: &mut Config| config.server.check_timeout_ms = check_timeout_ms;
        Self::configured(day::clock(minute_of_day), runbooks, change).await
    }

    /// At another moment than one of the tests' day, with a changed configuration.
    async fn configured(clock: Clock, runbooks: &[(&str, &str)], change: impl FnOnce(&mut Config)) -> Self {
        let options = Options { clock, seed: 7, pace: Pace::STILL };
        let homelab = Homelab::start(options).await.expect("a free port");
        let folder = tempfile::tempdir().expect("a folder");
        let mut config: Config =
            homelab.write_config(folder.path()).expect("written").parse().expect("a configuration");
        let own = folder.path().join("own");
        std::fs::create_dir(&own).expect("created");
        std::fs::write(own.join("test-alert.md"), RUNBOOK).expect("written");
        for (path, text) in runbooks {
            let file = own.join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("created");
            std::fs::write(file, text).expect("written");
        }
        config.library.folders.insert(0, own);
        config.server.check_timeout_ms = PATIENT_MS;
        config.server.page_wait_ms = PATIENT_MS;
        change(&mut config);
        let portal = Portal::open(&config, clock, examples(&homelab)).await.expect("a valid configuration");
        portal.library_read().await;
        let router = server::http::router(Arc::clone(&portal), &config.server);
        Self { homelab, portal, router, config, folder }
    }

    /// The same world with a portal that has read its library anew.
    async fn reopened(self) -> Self {
        let clock = self.homelab.clock();
        let portal = Portal::open(&self.config, clock, examples(&self.homelab)).await.expect("a valid configuration");
        portal.library_read().await;
        let router = server::http::router(Arc::clone(&portal), &self.config.server);
        Self { portal, router, ..self }
    }

    /// What a source was asked: the caller, path and query of each request whose path ends with this.
    fn asked(&self, source: &str, path: &str) -> Vec<(&'static str, String, String)> {
        let asked = self.homelab.asked(source).expect("a source of this name").into_iter();
        let asked = asked.filter(|asked| asked.path.ends_with(path));
        asked.map(|asked| (asked.caller, asked.path, asked.query)).collect()
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.expect("the router answers everything")
    }

    async fn get(&self, address: &str) -> Page {
        let request = Request::get(address).header(header::HOST, "localhost:8080").body(Body::empty());
        Page::read(self.send(request.expect("a valid request")).await).await
    }

    /// Runs a check of the test's runbook as the page's script does.
    async fn run(&self, check: &str, bindings: &[(&str, &str)]) -> Page {
        self.run_of("test-alert", check, bindings).await
    }

    /// Runs a check of any runbook.
    async fn run_of(&self, path: &str, check: &str, bindings: &[(&str, &str)]) -> Page {
        let bindings: BTreeMap<_, _> = bindings.iter().copied().collect();
        let body = serde_json::json!({"path": path, "check": check, "bindings": bindings});
        let request = Request::post("/api/run_check")
            .header(header::HOST, "localhost:8080")
            .header(header::ORIGIN, "http://localhost:8080")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(Body::from(body.to_string()));
        Page::read(self.send(request.expect("a valid request")).await).await
    }

    /// The id of the command of the test's runbook that holds these words.
    fn check(&self, words: &str) -> String {
        let runbook = runbook::parse(RUNBOOK);
        let command = runbook.commands.iter().find(|command| command.text.contains(words));
        command.unwrap_or_else(|| panic!("no command holds {words}")).id.to_string()
    }

    /// A pod of a story, as bindings.
    fn scheduler() -> [(&'static str, &'static str); 3] {
        [("cluster", "monitoring-cluster"), ("namespace", "kube-system"), ("pod", "kube-scheduler-talos-monitor")]
    }
}

/// An answer, read.
struct Page {
    status: StatusCode,
    headers: http::HeaderMap,
    text: String,
}

impl Page {
    async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, MAX_PAGE_BYTES).await.expect("a bounded body");
        Self { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    fn has(&self, words: &str) {
        assert!(self.text.contains(words), "{words:?} is missing in:\n{}", self.text);
    }

    fn has_not(&self, words: &str) {
        assert!(!self.text.contains(words), "{words:?} stands in:\n{}", self.text);
    }
}
