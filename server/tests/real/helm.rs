//! What a real helm prints of its releases, beside what `runlight check` prints of them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use libtest_mimic::Trial;
use serde_json::json;

use crate::not_run::{NotRun, Ran, trials};
use crate::parts::Parts;

/// Commands, without their namespace. Releases differ in name alone, so that sorting them is part of it.
const COMMANDS: [&str; 16] = [
    "list",
    "list --all",
    "list --short",
    "list --all --max 2",
    "list --no-headers",
    "list -o json",
    "list -o yaml",
    "list --short -o json",
    "history web",
    "history web --max 2",
    "history web -o json",
    "history web -o yaml",
    "status web",
    "status web --show-desc",
    "status tested",
    "status gone",
];

/// A chart with notes, a test, and a Service that no API server takes where `bad` is set.
const CHART: [(&str, &str); 5] = [
    ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: \"4.5\"\n"),
    ("values.yaml", "color: red\nbad: false\n"),
    ("templates/NOTES.txt", "Look at {{ .Release.Name }}.\nIt is {{ .Values.color }}.\n"),
    (
        "templates/objects.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ .Release.Name }}\"}\ndata: {color: \"{{ .Values.color }}\"}\n\
         {{- if .Values.bad }}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {ports: []}\n{{- end }}\n",
    ),
    (
        "templates/test.yaml",
        "{{- if eq .Release.Name \"tested\" }}\napiVersion: v1\nkind: Pod\nmetadata: {name: helm-test, annotations: \
         {\"helm.sh/hook\": test}}\nspec: {restartPolicy: Never, containers: [{name: test, image: \
         \"docker.io/library/busybox:1.35\", command: [\"true\"]}]}\n{{- end }}\n",
    ),
];

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![tells_of_releases_as_helm_does,]
}

async fn tells_of_releases_as_helm_does() -> Ran {
    let parts = Parts::find()?;
    let helm = env::var_os("RUNLIGHT_REAL_HELM").filter(|path| !path.is_empty());
    let missing = || NotRun("there is no helm; end2end/cluster/helm builds one where there is Go".into());
    let helm = helm.ok_or_else(missing)?;
    let bench = Bench::set_up(&parts, helm.into());
    bench.change("install web CHART");
    bench.change("upgrade web CHART --set color=blue --description bluer");
    bench.change("rollback web 1");
    assert!(
        !bench.helm("upgrade web CHART --set bad=true").status.success(),
        "an API server takes no Service without ports"
    );
    bench.change("install tested CHART");
    bench.change("test tested");
    bench.change("install gone CHART");
    bench.change("uninstall gone --keep-history");
    for command in COMMANDS {
        let theirs = text(&bench.helm(command).stdout);
        assert!(!theirs.is_empty(), "{command}");
        assert_eq!(text(&bench.runlight(command).stdout), theirs, "{command}");
    }
    for release in ["web", "tested"] {
        bench.change(&format!("uninstall {release}"));
    }
    Ok(())
}

/// helm, and `runlight` with a configuration, both on the real cluster and its namespace.
struct Bench {
    folder: tempfile::TempDir,
    helm: PathBuf,
    kubeconfig: PathBuf,
    namespace: String,
}

impl Bench {
    fn set_up(parts: &Parts, helm: PathBuf) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, content) in CHART {
            let file = folder.path().join("chart").join(path);
            fs::create_dir_all(file.parent().expect("it has a folder")).expect("the folder can be made");
            fs::write(file, content).expect("the folder can be written");
        }
        let kubeconfig = parts.kubeconfig("admin");
        let config = json!({"clusters": {"real": {"kubeconfig": kubeconfig, "secret_data": "show"}}});
        let config = toml::to_string(&config).expect("it is plain data");
        fs::write(folder.path().join("runlight.toml"), config).expect("the folder can be written");
        Self { folder, helm, kubeconfig, namespace: parts.namespace.clone() }
    }

    fn helm(&self, command: &str) -> Output {
        let chart = self.folder.path().join("chart");
        let words = command.split(' ').map(|word| if word == "CHART" { chart.as_path() } else { Path::new(word) });
        let mut helm = Command::new(&self.helm);
        helm.env_remove("KUBECONFIG").arg("--kubeconfig").arg(&self.kubeconfig).args(["-n", &self.namespace]);
        // Its own files stay in the test's folder.
        helm.env("HOME", self.folder.path()).args(words).output().expect("helm can be started")
    }

    fn change(&self, command: &str) {
        let output = self.helm(command);
        assert!(output.status.success(), "helm {command}: {}", text(&output.stderr));
    }

    fn runlight(&self, command: &str) -> Output {
        let mut runlight = Command::new(env!("CARGO_BIN_EXE_runlight"));
        runlight.arg("check").arg("--config").arg(self.folder.path().join("runlight.toml"));
        let asked = format!("helm -n {} {command}", self.namespace);
        runlight.args(["--cluster", "real", "--", &asked]).output().expect("runlight can be started")
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
