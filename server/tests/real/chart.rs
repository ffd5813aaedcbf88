//! The Helm chart and the Kustomize base, taken by a real API server as a dry run: nothing is made.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use libtest_mimic::Trial;

use crate::{
    not_run::{NotRun, Ran, trials},
    parts::Parts,
};

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![the_api_server_takes_what_the_chart_makes, the_api_server_takes_the_kustomize_base]
}

/// Kinds that only a cluster with their operators knows.
const OF_OPERATORS: [&str; 3] = ["HTTPRoute", "PrometheusRule", "ServiceMonitor"];

fn deploy() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

/// What an API server says of objects that it would make.
fn try_out(parts: &Parts, objects: &str) -> Result<String, String> {
    use std::io::Write;
    let mut kubectl = Command::new(parts.kubectl_program());
    kubectl.env_remove("KUBECONFIG").arg("--kubeconfig").arg(parts.kubeconfig("admin"));
    kubectl.args(["apply", "--dry-run=server", "-n", &parts.namespace, "-f", "-"]);
    let piped = kubectl.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("kubectl can be started");
    child.stdin.take().expect("it is piped").write_all(objects.as_bytes()).expect("kubectl reads its input");
    let output = child.wait_with_output().expect("kubectl ends");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(said) } else { Err(complaint) }
}

async fn the_api_server_takes_what_the_chart_makes() -> Ran {
    let parts = Parts::find()?;
    let missing = || NotRun("there is no helm; end2end/cluster/helm builds one where there is Go".into());
    let helm = env::var_os("RUNLIGHT_REAL_HELM").filter(|path| !path.is_empty()).ok_or_else(missing)?;
    for (case, more) in [
        ("smallest", String::new()),
        ("demo", String::new()),
        ("whole", String::new()),
        ("namespaces", format!("rbac.namespaces={{{}}}", parts.namespace)),
    ] {
        let objects = render(Path::new(&helm), &parts.namespace, case, &more);
        let is_known = |object: &&str| !OF_OPERATORS.iter().any(|kind| object.contains(&format!("\nkind: {kind}\n")));
        let objects: Vec<&str> = objects.split("\n---\n").filter(is_known).collect();
        let said = try_out(&parts, &objects.join("\n---\n")).unwrap_or_else(|error| panic!("{case}: {error}"));
        assert!(said.contains("deployment.apps/runlight created (server dry run)"), "{case}: {said}");
    }
    Ok(())
}

fn render(helm: &Path, namespace: &str, case: &str, more: &str) -> String {
    let chart = deploy().join("chart");
    let mut command = Command::new(helm);
    command.args(["template", "runlight"]).arg(&chart).args(["--namespace", namespace, "--kube-version=1.30.0"]);
    command.arg("--values").arg(chart.join(format!("ci/{case}-values.yaml")));
    if !more.is_empty() {
        command.args(["--set", more]);
    }
    let output = command.output().expect("helm can be started");
    assert!(output.status.success(), "{case}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

async fn the_api_server_takes_the_kustomize_base() -> Ran {
    let parts = Parts::find()?;
    let output = Command::new(parts.kubectl_program()).arg("kustomize").arg(deploy()).output().expect("kubectl");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Its namespace is not made, so what it holds is tried out in the tests' own.
    let own = format!("  namespace: {}\n", parts.namespace);
    let objects = String::from_utf8_lossy(&output.stdout).replace("  namespace: runlight\n", &own);
    let said = try_out(&parts, &objects).unwrap_or_else(|error| panic!("{error}"));
    assert!(said.contains("deployment.apps/runlight created (server dry run)"), "{said}");
    Ok(())
}
