//! Makes corpus commands askable on the real cluster: fills placeholders, puts the test's namespace in place of ones
//! that are not there, takes away the names of other people's kubeconfig files.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt, path::Path};

use runbook::{
    binding::{self, Bindings, Piece},
    check::{Check, ClusterAsk, ClusterQuestion, LogTarget, Output, Question, Reading, Scope},
    command::{self, FenceContext},
};
use serde_json::{Value, json};

use crate::parts::Parts;

/// A command as both are asked it.
pub(super) struct Prepared {
    /// What is typed.
    pub(super) text: String,
    /// The context that it names.
    pub(super) context: Option<String>,
    /// What Runlight reads in it.
    pub(super) ask: ClusterAsk,
    /// Why it cannot be compared, when that is known before asking.
    pub(super) incomparable: Option<String>,
}

/// The corpus commands that Runlight recognises as questions to a cluster, each once.
pub(super) fn prepare(corpus: &[Value], parts: &Parts) -> Vec<Prepared> {
    let node = parts.kubectl(&["get", "nodes", "-o", "name"]);
    let node = node.lines().next().and_then(|name| name.strip_prefix("node/")).expect("there is a node");
    let mut seen = BTreeSet::new();
    let mut prepared = Vec::new();
    for entry in corpus {
        let original = entry["command"].as_str().expect("a command is text");
        let Some(command) = prepare_one(original, &parts.namespace, node) else { continue };
        // Names out of other people's clusters are mostly answered by "not found"; so ask for ones that are here, too.
        let more = prepare_one(&with_names_of_here(&command), &parts.namespace, node);
        for command in [Some(command), more].into_iter().flatten() {
            if seen.insert(command.text.clone()) {
                prepared.push(command);
            }
        }
    }
    prepared
}

fn prepare_one(original: &str, namespace: &str, node: &str) -> Option<Prepared> {
    let read = command::read(original, &FenceContext::default());
    let Reading::Check { .. } = read.reading else { return None };
    let filled = without_assignment(&fill(original, namespace, node)).to_owned();
    let (question, _) = cluster_question(&filled)?;
    let mut text = asked_once(&without_kubeconfig(&filled)).replace("/usr/local/bin/", "");
    if let Some(elsewhere) = scope(&question.ask).filter(|scope| !is_here(scope)) {
        for flag in ["-n ", "-n=", "--namespace ", "--namespace="] {
            text = text.replace(&format!("{flag}{elsewhere}"), &format!("{flag}{namespace}"));
        }
    }
    let (question, check) = cluster_question(&text)?;
    Some(Prepared { incomparable: incomparable(&question, &check), context: question.context, ask: question.ask, text })
}

/// What stands in `X=$(…)`: the shell would print nothing of it.
fn without_assignment(text: &str) -> &str {
    let bare = text.strip_prefix("export ").unwrap_or(text);
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let value = bare.split_once('=').filter(|(name, _)| is_name(name)).map(|(_, value)| value);
    value.and_then(|value| value.strip_prefix("$(")?.strip_suffix(')')).unwrap_or(text)
}

/// The command with names and selectors that this cluster knows.
fn with_names_of_here(command: &Prepared) -> String {
    let mut text = command.text.clone();
    let mut replace = |name: &str, here: &str| {
        if !name.is_empty() {
            text = text.replace(name, here);
        }
    };
    match &command.ask {
        ClusterAsk::Get(get) => {
            for resource in &get.resources {
                let here = name_of_kind(&resource.kind);
                resource.names.iter().for_each(|name| replace(name, here));
            }
            get.selector.iter().for_each(|selector| replace(selector, "app=quiet"));
        }
        ClusterAsk::Describe(describe) => {
            for resource in &describe.resources {
                let here = name_of_kind(&resource.kind);
                resource.names.iter().for_each(|name| replace(name, here));
            }
            describe.selector.iter().for_each(|selector| replace(selector, "app=quiet"));
        }
        ClusterAsk::Logs(logs) => {
            match &logs.target {
                LogTarget::Pod(name) => replace(name, "exits-one"),
                LogTarget::Owner { name, .. } => replace(name, "quiet"),
                LogTarget::Selector(selector) => replace(selector, "app=exits-one"),
            }
            logs.container.iter().for_each(|name| replace(name, "app"));
        }
        ClusterAsk::Rollout(rollout) => rollout.resource.names.iter().for_each(|name| replace(name, "quiet")),
        ClusterAsk::Wait(wait) => {
            for resource in &wait.resources {
                resource.names.iter().for_each(|name| replace(name, name_of_kind(&resource.kind)));
            }
            wait.selector.iter().for_each(|selector| replace(selector, "app=quiet"));
        }
        ClusterAsk::Events(events) => {
            events.about.iter().for_each(|about| replace(about, "pod/exits-one"));
        }
        _ => {}
    }
    text
}

fn name_of_kind(kind: &str) -> &'static str {
    match kind {
        "pod" | "pods" | "po" => "exits-one",
        "job" | "jobs" => "completes",
        "statefulset" | "statefulsets" | "sts" | "daemonset" | "daemonsets" | "ds" | "cronjob" | "cronjobs" | "cj"
        | "pvc" | "ingress" | "ing" | "configmap" | "configmaps" | "cm" | "secret" | "secrets" | "hpa"
        | "networkpolicy" | "role" | "rolebinding" | "resourcequota" | "serviceaccount" | "sa" => "kept",
        _ => "quiet",
    }
}

fn cluster_question(text: &str) -> Option<(ClusterQuestion, Check)> {
    match command::read(text, &FenceContext::default()).resolve(&Bindings::default()).ok()? {
        check @ Check { question: Question::Cluster(_), .. } => match check.question.clone() {
            Question::Cluster(question) => Some((question, check)),
            _ => None,
        },
        _ => None,
    }
}

fn incomparable(question: &ClusterQuestion, check: &Check) -> Option<String> {
    let reason = match (&question.ask, question.via.is_some(), check.download.is_some()) {
        (_, true, _) => "it runs kubectl on another host",
        (_, _, true) => "it writes a file",
        (ClusterAsk::Get(get), ..) if get.watch => "it watches until it is stopped",
        (ClusterAsk::Logs(logs), ..) if logs.follow => "it follows until it is stopped",
        (ClusterAsk::Config(_), ..) => {
            "it reads the reader's own kubeconfig; Runlight shows the clusters that it knows"
        }
        (ClusterAsk::Version { output: Output::Json | Output::Yaml }, ..) => "it prints the version of kubectl, too",
        _ => return None,
    };
    Some(reason.into())
}

fn fill(original: &str, namespace: &str, node: &str) -> String {
    let marks = binding::find_placeholders(original);
    let pieces = binding::fill(original, &marks, &Bindings::default());
    let text = |piece| match piece {
        Piece::Text(text) | Piece::Masked(text) => text,
        Piece::Filled { value, .. } => value,
        Piece::Placeholder { name, .. } => match &*name {
            "namespace" => namespace.to_owned(),
            "pod" => "exits-one".into(),
            "container" => "app".into(),
            "node" => node.to_owned(),
            "cluster" => "real".into(),
            name if name.contains("job") => "completes".into(),
            name if name.contains("pod") => "one-of-two".into(),
            _ => "quiet".into(),
        },
    };
    pieces.into_iter().map(text).collect()
}

fn scope(ask: &ClusterAsk) -> Option<&str> {
    let scope = match ask {
        ClusterAsk::Get(get) => &get.scope,
        ClusterAsk::Logs(logs) => &logs.scope,
        ClusterAsk::Describe(describe) => &describe.scope,
        ClusterAsk::Events(events) => &events.scope,
        ClusterAsk::Rollout(rollout) => &rollout.scope,
        ClusterAsk::Top(top) => &top.scope,
        ClusterAsk::Wait(wait) => &wait.scope,
        ClusterAsk::Access(access) => &access.scope,
        _ => return None,
    };
    match scope {
        Scope::Named(namespace) => Some(namespace),
        Scope::Default | Scope::All => None,
    }
}

fn is_here(namespace: &str) -> bool {
    ["default", "kube-system", "kube-public", "kube-node-lease"].contains(&namespace)
}

/// Without `--kubeconfig` and `KUBECONFIG=`: Runlight takes its own cluster for them, and so must the shell.
fn without_kubeconfig(text: &str) -> String {
    let mut words = Vec::new();
    let mut skips_value = false;
    for word in text.split(' ') {
        if std::mem::take(&mut skips_value) || word.starts_with("KUBECONFIG=") || word.starts_with("--kubeconfig=") {
            continue;
        }
        if word == "--kubeconfig" {
            skips_value = true;
            continue;
        }
        words.push(word);
    }
    words.join(" ")
}

/// Without the flags that make kubectl go on until it is stopped.
fn asked_once(text: &str) -> String {
    let (command, pipe) = text.split_at(text.find('|').unwrap_or(text.len()));
    let goes_on = |word: &&str| ["-w", "--watch", "-f", "--follow", "--follow=true"].contains(word);
    let command: Vec<&str> = command.split(' ').filter(|word| !goes_on(word)).collect();
    command.join(" ") + pipe
}

/// The admin's kubeconfig with more names for its one context.
pub(super) fn write_kubeconfig(parts: &Parts, contexts: &BTreeSet<String>, file: &Path) {
    let text = parts.kubectl(&["config", "view", "--raw", "--flatten", "--minify", "-o", "json"]);
    let mut kubeconfig: Value = serde_json::from_str(&text).expect("kubectl prints JSON");
    let context = kubeconfig["contexts"][0]["context"].clone();
    let names: BTreeSet<&str> = contexts.iter().map(String::as_str).chain(["real"]).collect();
    let more = names.into_iter().map(|name| json!({"name": name, "context": context}));
    kubeconfig["contexts"].as_array_mut().expect("a kubeconfig has contexts").extend(more);
    fs::write(file, kubeconfig.to_string()).expect("the folder can be written");
}

/// A folder with kubectl under its other names, and `sudo` that runs what it is given.
pub(super) fn write_programs(parts: &Parts, folder: &Path) {
    fs::create_dir(folder).expect("the folder can be written");
    let kubectl = parts.kubectl_program().display();
    let run = format!("#!/bin/sh\nexec {kubectl} \"$@\"\n");
    let run_second = format!("#!/bin/sh\nshift\nexec {kubectl} \"$@\"\n");
    let programs = [
        ("kubectl", run.as_str()),
        ("oc", &run),
        ("k", &run),
        ("k3s", &run_second),
        ("k0s", &run_second),
        ("microk8s", &run_second),
        ("sudo", "#!/bin/sh\nexec \"$@\"\n"),
    ];
    for (name, text) in programs {
        let file = folder.join(name);
        fs::write(&file, text).expect("the folder can be written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("the folder is ours");
    }
}
