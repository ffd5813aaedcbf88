//! The verdict on pods that really crash: the portal's own facts must lead to the row that a person would choose.

use app::server_side::backend::{Backend, Caller, PanelState, Query};
use libtest_mimic::Trial;
use runbook::{
    outcome::Body,
    verdict::{Standing, Verdict},
};
use server::{clock::Clock, config::Config, portal::Portal};

use crate::not_run::{Ran, trials};
use crate::parts::{Parts, eventually};

/// A table of the kinds of crash that the pods below stand for.
const RUNBOOK: &str = "# Alert: RealPods

## Step 1: Tell them apart

| Crash Pattern | Likely Cause | Action |
|---|---|---|
| `OOMKilled` | The limit is too low | Raise it |
| `leaderelection lost` + API timeout to 127.0.0.1:7445 | The API is slow | Wait |
| `leaderelection lost` + API timeout to 10.96.0.1 | The service network | Look at it |
| `ImagePullBackOff` | The image is not there | Correct the tag |
| `CreateContainerConfigError` | Something it names is absent | Create it |
| `FailedMount` in events | A volume is absent | Create it |
| exit code 137 and `Liveness probe failed` in events | The probe | Give it time |
| `FailedScheduling` | No node fits | Add one |
| `Init:CrashLoopBackOff` | An init container fails | Read its log |
| `CrashLoopBackOff` with exit code 1 | It fails while it starts | Read the log |

## Step 2: Verify recovery
";

/// Pods beside those of the suite.
const MORE_PODS: &str = r#"
apiVersion: v1
kind: Pod
metadata: {name: verdict-key}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: app, image: "docker.io/library/busybox:1.35", imagePullPolicy: IfNotPresent, command: [sh, -c, "echo never"], env: [{name: LEVEL, valueFrom: {configMapKeyRef: {name: kube-root-ca.crt, key: level}}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: verdict-volume}
spec:
  terminationGracePeriodSeconds: 0
  volumes: [{name: tls, secret: {secretName: verdict-not-there}}]
  containers:
  - {name: app, image: "docker.io/library/busybox:1.35", imagePullPolicy: IfNotPresent, command: [sh, -c, "echo never"], volumeMounts: [{name: tls, mountPath: /tls}]}
---
apiVersion: v1
kind: Pod
metadata: {name: verdict-nowhere}
spec:
  nodeSelector: {runlight.example/nowhere: "yes"}
  containers:
  - {name: app, image: "docker.io/library/busybox:1.35", imagePullPolicy: IfNotPresent, command: [sh, -c, "echo never"]}
---
apiVersion: v1
kind: Pod
metadata: {name: verdict-three}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: app, image: "docker.io/library/busybox:1.35", imagePullPolicy: IfNotPresent, command: [sh, -c, "echo starting; sleep 1; exit 3"]}
"#;

/// Pods, and the first words of the row that fits; none where none does.
const EXPECTED: [(&str, Option<&str>); 11] = [
    ("out-of-memory", Some("OOMKilled")),
    ("lost-lease", Some("leaderelection lost + API timeout to 127.0.0.1:7445")),
    ("bad-image", Some("ImagePullBackOff")),
    ("missing-config", Some("CreateContainerConfigError")),
    ("failing-probe", Some("exit code 137")),
    ("failing-init", Some("Init:CrashLoopBackOff")),
    ("exits-one", Some("CrashLoopBackOff with exit code 1")),
    ("verdict-key", Some("CreateContainerConfigError")),
    ("verdict-volume", Some("FailedMount")),
    ("verdict-nowhere", Some("FailedScheduling")),
    ("verdict-three", None),
];

async fn portal(parts: &Parts, user: &str, folder: &std::path::Path) -> std::sync::Arc<Portal> {
    std::fs::write(folder.join("real-pods.md"), RUNBOOK).expect("written");
    let mut config = Config::default();
    config.library.folders.push(folder.to_owned());
    let cluster = server::config::Cluster { kubeconfig: Some(parts.kubeconfig(user)), ..Default::default() };
    config.clusters.insert("real".into(), cluster);
    let portal = Portal::open(&config, Clock::system(), Vec::new()).await.expect("a valid configuration");
    portal.library_read().await;
    portal
}

/// The verdict on the page of a pod, once the page has one.
async fn verdict(portal: &Portal, namespace: &str, pod: &str) -> Option<Verdict> {
    let path = "real-pods".parse().expect("a path");
    let query: Query = [("cluster", "real"), ("namespace", namespace), ("pod", pod)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let view = portal.open_runbook(&Caller::Local, &path, &query).await.expect("the runbook is there");
    let panel = view.standing.into_iter().find(|panel| panel.word == "verdict")?;
    let PanelState::Done(report) = panel.state else { return None };
    let Body::Verdict(verdict) = report.body else { return None };
    Some(*verdict)
}

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![every_real_crash_gets_its_row, an_account_without_rights_gets_no_verdict_but_the_remedy,]
}

async fn every_real_crash_gets_its_row() -> Ran {
    let parts = Parts::find()?;
    let folder = tempfile::tempdir().expect("a folder");
    let portal = portal(&parts, "view", folder.path()).await;
    parts.apply(MORE_PODS);
    for (pod, row) in EXPECTED {
        eventually(&format!("the verdict on {pod}"), async || {
            let verdict = verdict(&portal, &parts.namespace, pod).await;
            let is_right = verdict.as_ref().is_some_and(|verdict| match (row, verdict.winner) {
                (Some(words), Some(winner)) => verdict.patterns[winner].starts_with(words),
                (None, None) => verdict.standing == Standing::Nothing,
                _ => false,
            });
            if !is_right {
                eprintln!("{pod}: {:?}", verdict.map(|verdict| (verdict.winner, verdict.sentence)));
            }
            is_right.then_some(())
        })
        .await;
    }
    let pods = ["verdict-key", "verdict-volume", "verdict-nowhere", "verdict-three"];
    parts.kubectl(&[&["delete", "pod", "-n", &parts.namespace, "--wait=false"][..], &pods].concat());
    Ok(())
}

async fn an_account_without_rights_gets_no_verdict_but_the_remedy() -> Ran {
    let parts = Parts::find()?;
    let folder = tempfile::tempdir().expect("a folder");
    let portal = portal(&parts, "nothing", folder.path()).await;
    let verdict = eventually("a verdict", async || verdict(&portal, &parts.namespace, "exits-one").await).await;
    assert_eq!(verdict.standing, Standing::Unknown, "{}", verdict.sentence);
    assert!(verdict.sentence.contains("403") || verdict.sentence.contains("may not"), "{}", verdict.sentence);
    Ok(())
}
