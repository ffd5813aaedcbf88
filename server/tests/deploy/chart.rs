//! The Helm chart: what it makes of the values in `deploy/chart/ci`, held against files; and what it refuses. Where there
//! is no helm a test says so and passes; `end2end/cluster/helm` builds one. `UPDATE_GOLDEN=1` writes the files anew.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use server::config::Config;
use yaml_serde::Value;

/// The values that are rendered, by their files' names.
const CASES: [&str; 4] = ["demo", "namespaces", "smallest", "whole"];
/// Any that the chart takes: a helm that was built from a module knows none newer by itself.
const KUBERNETES: &str = "--kube-version=1.30.0";

/// Values that contradict themselves, and a part of the sentence that refuses them.
const REFUSED: [(&str, &str); 28] = [
    ("", "runbooks: there are none"),
    ("demo=true,replicaCount=2", "each replica would simulate a homelab of its own"),
    ("demo=true,ingress.enabled=true,ingress.host=a.example", "nobody signs in"),
    ("R,replicaCount=2,evidence.store=sqlite", "is a file of one process"),
    ("R,replicaCount=2", "evidence.store=pod is a file of one process"),
    (
        "R,signIn.toml=[sign_in],server.publicUrl=https://a.example,replicaCount=2,evidence.store=off,signIn.keySecret=k",
        "sessions are kept by each process",
    ),
    ("R,evidence.store=postgres", "needs the database's address"),
    ("R,ingress.enabled=true,ingress.host=a.example", "need signing in"),
    ("R,httpRoute.enabled=true", "need signing in"),
    ("R,signIn.toml=[sign_in]", "Set server.publicUrl"),
    ("R,signIn.toml=[sign_in],server.publicUrl=https://a.example,ingress.enabled=true", "it has no host"),
    ("R,signIn.toml=[sign_in],server.publicUrl=https://a.example,httpRoute.enabled=true", "needs a gateway"),
    ("R,signIn.toml=[sign_in],server.publicUrl=https://a.example,replicaCount=2,evidence.store=off", "need one key"),
    ("R,signIn.proxy.preset=authelia", "signIn/proxy"),
    ("R,rbac.scope=namespaces", "reads nothing without rbac.namespaces"),
    ("R,rbac.namespaces={media}", "rbac.scope=cluster reads all of them"),
    ("R,cluster.secretData=show", "needs an account that may read Secrets"),
    ("R,clusters.this-cluster.existingSecret=a", "has the name of the cluster that Runlight runs in"),
    ("R,replicaCount=2,evidence.store=off,podDisruptionBudget.maxUnavailable=2", "lets every replica go at once"),
    ("R,serviceAccount.create=false", "the namespace's default account"),
    ("R,terminationGracePeriodSeconds=20", "running checks would be cut off"),
    ("R,replicacount=2", "replicacount"),
    ("R,replicaCount=0", "replicaCount"),
    ("R,evidence.store=redis", "evidence/store"),
    ("R,proxmox.p.url=https://a", "existingSecret"),
    ("R,proxmox.p.url=http://a,proxmox.p.existingSecret=a", "proxmox/p/url"),
    ("R,prometheus.p.url=http://a,prometheus.p.tokenKey=t", "existingSecret"),
    ("R,runbooks.git.folder=../../etc", "folder"),
];

fn chart() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy/chart")
}

/// The helm that `HELM` names, one on the path, or the one that `end2end/cluster/helm` has built.
fn helm() -> Option<PathBuf> {
    let runs = |helm: &Path| {
        Command::new(helm).args(["version", "--short"]).output().is_ok_and(|output| output.status.success())
    };
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let cache = env::var_os("RUNLIGHT_CACHE")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("XDG_CACHE_HOME")?).join("runlight")))
        .unwrap_or_else(|| home.join(".cache/runlight"));
    let built = fs::read_dir(cache.join("helm")).into_iter().flatten().flatten().map(|entry| entry.path().join("helm"));
    let found = env::var_os("HELM").map(PathBuf::from).into_iter().chain(["helm".into()]).chain(built);
    let found = found.into_iter().find(|helm| runs(helm));
    if found.is_none() {
        eprintln!("NOT RUN: there is no helm; end2end/cluster/helm builds one where there is Go");
    }
    found
}

fn template(helm: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(helm);
    command.args(["template", "runlight"]).arg(chart()).args(["--namespace", "runlight", KUBERNETES]).args(arguments);
    command.output().expect("helm can be started")
}

#[test]
fn makes_of_values_what_the_golden_files_say() {
    let Some(helm) = helm() else { return };
    for case in CASES {
        let values = chart().join(format!("ci/{case}-values.yaml"));
        let output = template(&helm, &["--values", &values.display().to_string()]);
        assert!(output.status.success(), "{case}: {}", String::from_utf8_lossy(&output.stderr));
        let made = String::from_utf8_lossy(&output.stdout).into_owned();
        let golden = chart().join(format!("golden/{case}.yaml"));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &made).expect("written");
        }
        let expected = fs::read_to_string(&golden).unwrap_or_else(|error| panic!("{case}: {error}"));
        let differs = made.lines().zip(expected.lines()).find(|(made, expected)| made != expected);
        assert!(made == expected, "{case} differs at {differs:?}; UPDATE_GOLDEN=1 writes the files anew");
    }
}

#[test]
fn refuses_values_that_contradict_each_other_with_a_sentence() {
    let Some(helm) = helm() else { return };
    for (values, words) in REFUSED {
        let values = values.replacen("R,", "runbooks.configMaps={a},", 1);
        let output = template(&helm, &["--set", &values]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{values} is taken");
        assert!(said.contains(words), "{values}: {said}");
    }
}

#[test]
fn helm_has_nothing_to_say_against_it() {
    let Some(helm) = helm() else { return };
    for case in CASES {
        let mut command = Command::new(&helm);
        command.args(["lint", "--strict"]).arg(chart()).arg(KUBERNETES);
        let output = command.arg("--values").arg(chart().join(format!("ci/{case}-values.yaml"))).output();
        let output = output.expect("helm can be started");
        assert!(output.status.success(), "{case}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

/// The objects of a golden file.
fn objects(case: &str) -> Vec<Value> {
    let text = fs::read_to_string(chart().join(format!("golden/{case}.yaml"))).expect("a golden file");
    let documents = text.split("\n---\n").filter(|document| document.lines().any(|line| !line.starts_with(['#', '-'])));
    documents.map(|document| yaml_serde::from_str(document).expect("YAML")).collect()
}

fn of_kind<'o>(objects: &'o [Value], kind: &str) -> Vec<&'o Value> {
    objects.iter().filter(|object| object["kind"].as_str() == Some(kind)).collect()
}

#[test]
fn its_configuration_is_one_that_runlight_reads() {
    for case in ["smallest", "namespaces", "whole"] {
        let objects = objects(case);
        let maps = of_kind(&objects, "ConfigMap");
        let text = maps.iter().find_map(|map| map["data"]["runlight.toml"].as_str()).expect("a configuration");
        let config: Config = text.parse().unwrap_or_else(|error| panic!("{case}: {error}\n{text}"));
        assert!(!config.library.folders.is_empty() && config.server.probes_listen.is_some(), "{case}");
        for folder in &config.library.folders {
            let deployment = of_kind(&objects, "Deployment")[0];
            let mounts = &deployment["spec"]["template"]["spec"]["containers"][0]["volumeMounts"];
            let mut mounts = mounts.as_sequence().expect("mounts").iter();
            assert!(mounts.any(|mount| folder.starts_with(mount["mountPath"].as_str().expect("a path"))), "{folder:?}");
        }
    }
}

/// Every file that the configuration names is one that the pod mounts, by the very key of the Secret.
#[test]
fn every_secret_that_its_configuration_names_is_mounted() {
    let objects = objects("whole");
    let deployment = of_kind(&objects, "Deployment")[0];
    let volumes = deployment["spec"]["template"]["spec"]["volumes"].as_sequence().expect("volumes");
    let sources = volumes.iter().find(|volume| volume["name"].as_str() == Some("sources")).expect("a volume");
    let projected = sources["projected"]["sources"].as_sequence().expect("sources").iter();
    let mounted: Vec<String> = projected
        .map(|source| source["secret"]["items"][0]["path"].as_str().expect("a path").to_owned())
        .map(|path| format!("/etc/runlight/sources/{path}"))
        .collect();
    let maps = of_kind(&objects, "ConfigMap");
    let text = maps.iter().find_map(|map| map["data"]["runlight.toml"].as_str()).expect("a configuration");
    let mut named: Vec<&str> = text.split('"').filter(|word| word.starts_with("/etc/runlight/sources/")).collect();
    named.sort_unstable();
    let mut mounted: Vec<&str> = mounted.iter().map(String::as_str).collect();
    mounted.sort_unstable();
    assert_eq!(named, mounted);
}

/// The role of the chart and the one for installations without helm say the same.
#[test]
fn its_role_is_the_one_of_deploy_rbac() {
    let granted = |rules: &Value| {
        let mut granted = Vec::new();
        for rule in rules.as_sequence().expect("rules") {
            let words = |key: &str| -> Vec<String> {
                let words = rule[key].as_sequence().expect("a list").iter();
                words.map(|word| word.as_str().expect("a word").to_owned()).collect()
            };
            for group in words("apiGroups") {
                for resource in words("resources") {
                    granted.extend(words("verbs").into_iter().map(|verb| format!("{verb} {group}/{resource}")));
                }
            }
        }
        granted.sort();
        granted
    };
    let own = fs::read_to_string(chart().join("../rbac.yaml")).expect("a role");
    let own: Value = yaml_serde::from_str(own.split("\n---\n").next().expect("a document")).expect("YAML");
    let mut own = granted(&own["rules"]);
    own.retain(|right| !right.contains("infisical"));
    let objects = objects("smallest");
    let chart = granted(&of_kind(&objects, "ClusterRole")[0]["rules"]);
    assert_eq!(chart, own);
    assert!(chart.iter().all(|right| !right.contains("secrets") || right.contains("external-secrets")), "{chart:?}");
    assert!(chart.iter().all(|right| ["get ", "list ", "watch "].iter().any(|verb| right.starts_with(verb))));
}
