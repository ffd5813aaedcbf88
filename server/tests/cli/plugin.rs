//! `kubectl runlight` under its own name, and `runlight check -o json`, against the demo.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

use super::runlight;

const KUBECONFIG: &str = "apiVersion: v1\nkind: Config\ncurrent-context: monitoring-cluster\ncontexts:\n\
    - name: monitoring-cluster\n  context: {cluster: c, user: u, namespace: kube-system}\n\
    - name: other\n  context: {cluster: c, user: u}\nclusters: []\nusers: []\n";
const SCHEDULER: &str = "kube-scheduler-talos-monitor";

/// The program under the plug-in's name, with a kubeconfig beside it.
struct Plugin(tempfile::TempDir);

impl Plugin {
    fn install() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        symlink(env!("CARGO_BIN_EXE_runlight"), folder.path().join("kubectl-runlight")).expect("a link");
        fs::write(folder.path().join("config"), KUBECONFIG).expect("a file");
        Self(folder)
    }

    /// With nothing on the path but this folder.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.0.path().join("kubectl-runlight"));
        command.args(arguments).stdin(Stdio::null()).env("KUBECONFIG", self.0.path().join("config"));
        command.env("PATH", self.0.path()).env_remove("RUNLIGHT_URL").env_remove("RUNLIGHT_TOKEN");
        command
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        read(self.command(arguments).output().expect("the program runs"))
    }
}

fn read(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn open_prints_the_link_of_a_pod_and_hands_it_to_the_opener_as_one_word() {
    let plugin = Plugin::install();
    let portal = "https://runlight.example.org";
    let of_pod = "cluster=monitoring-cluster&namespace=kube-system&pod=web-0";
    for (arguments, link) in [
        (&["pod/web-0"][..], format!("{portal}/alert/?{of_pod}")),
        (&["web-0", "-c", "app"], format!("{portal}/alert/?{of_pod}&container=app")),
        (&["web-0", "--alert", "Pod Down"], format!("{portal}/alert/Pod%20Down?{of_pod}")),
        (&["web-0", "--runbook", "alerts/x"], format!("{portal}/r/alerts/x?{of_pod}")),
        (
            &["web-0", "-n", "web", "--context", "other"],
            format!("{portal}/alert/?cluster=other&namespace=web&pod=web-0"),
        ),
        (&["web-0", "--context", "other"], format!("{portal}/alert/?cluster=other&namespace=default&pod=web-0")),
    ] {
        let (code, out, _) = plugin.run(&[&["open", "--print", "--portal", portal], arguments].concat());
        assert_eq!((code, out.trim_end()), (Some(0), link.as_str()), "{arguments:?}");
    }
    // Without an opener the link is there all the same.
    let (code, out, said) = plugin.run(&["open", "web-0", "--portal", portal]);
    assert_eq!((code, out.trim_end()), (Some(0), format!("{portal}/alert/?{of_pod}").as_str()));
    assert!(said.contains("Open the link yourself."), "{said}");
    let opener = plugin.0.path().join(if cfg!(target_os = "macos") { "open" } else { "xdg-open" });
    let told = plugin.0.path().join("told");
    fs::write(&opener, format!("#!/bin/sh\necho \"$#:$1\" > {}\n", told.display())).expect("a file");
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).expect("its rights");
    let (code, ..) = plugin.run(&["open", "web-0", "--portal", portal]);
    assert_eq!(
        (code, fs::read_to_string(told).expect("it was opened").trim_end().to_owned()),
        (Some(0), format!("1:{portal}/alert/?{of_pod}"))
    );
}

#[test]
fn what_is_no_pod_or_no_portal_is_refused_with_a_word() {
    let plugin = Plugin::install();
    for (arguments, words) in [
        (&["open", "web-0"][..], "--portal"),
        (&["open", "web-0", "--portal", "file:///etc/passwd"], "neither https:// nor http://"),
        (&["open", "deploy/web", "--portal", "http://localhost"], "deploy is no pod"),
        (&["open", "web-0;id", "--portal", "http://localhost"], "not an object name"),
        (&["open", "web-0", "-n", "../x", "--portal", "http://localhost"], "not a namespace"),
        (&["open", "web-0", "--runbook", "../x", "--portal", "http://localhost"], "not a runbook path"),
        (&["open", "web-0", "--kubeconfig", "/nowhere", "--portal", "http://localhost"], "--context"),
    ] {
        let (code, out, said) = plugin.run(arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    // A token is never sent in the clear; where nobody answers that is said.
    let mut command = plugin.command(&["verdict", "web-0", "--portal", "http://runlight.example.org"]);
    let (code, _, said) = read(command.env("RUNLIGHT_TOKEN", "runlight_x").output().expect("the program runs"));
    assert_eq!(code, Some(4));
    assert!(said.contains("in the clear"), "{said}");
    let (code, _, said) = plugin.run(&["verdict", "web-0", "--portal", "http://127.0.0.1:1"]);
    assert!(code == Some(4) && said.contains("Is the portal there?"), "{said}");
}

/// A demo, its address and its configuration.
struct Demo {
    child: Child,
    address: String,
    config: String,
}

impl Demo {
    fn start() -> Self {
        let mut command = runlight(&["demo", "--listen", "127.0.0.1:0"]);
        let mut child = command.stderr(Stdio::null()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let mut said = |before: &str| {
            lines.find_map(|line| line.strip_prefix(before).map(str::to_owned)).expect("the demo says so")
        };
        let (address, config) = (said("listening on "), said("configured by "));
        // What it says later goes nowhere.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, config }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_verdict_is_printed_where_the_pod_is_at_hand_and_a_check_as_json() {
    let (plugin, demo) = (Plugin::install(), Demo::start());
    let (code, out, said) = plugin.run(&["verdict", SCHEDULER, "--portal", &demo.address]);
    assert_eq!(code, Some(0), "{said}");
    assert!(out.contains("Rows of the table:") && out.contains("matches") && out.contains("Facts:"), "{out}");
    let of_none = ["verdict", "web-0", "--portal", &demo.address, "--runbook", "no/such"];
    let (code, out, said) = plugin.run(&of_none);
    assert_eq!((code, out.as_str()), (Some(4), ""));
    assert!(said.contains("No such runbook"), "{said}");

    let check = |command: &str| {
        let arguments =
            ["check", "--config", &demo.config, "--cluster", "monitoring-cluster", "-o", "json", "--", command];
        let (code, out, said) = read(runlight(&arguments).output().expect("the program runs"));
        (code, serde_json::from_str::<Value>(&out).unwrap_or_else(|_| panic!("{out} {said}")))
    };
    assert!(Path::new(&demo.config).is_file(), "{}", demo.config);
    let (code, answer) = check("kubectl get pods -n kube-system | grep scheduler");
    assert_eq!((code, &answer["state"]), (Some(0), &"answered".into()), "{answer}");
    assert!(answer["lines"][0].as_str().expect("a line").starts_with(SCHEDULER), "{answer}");
    let (code, answer) = check("kubectl delete pod web-0");
    assert_eq!((code, &answer["state"]), (Some(3), &"not-a-check".into()), "{answer}");
    let (code, answer) = check("kubectl --context=nowhere get pods");
    assert_eq!((code, &answer["state"]), (Some(4), &"no-answer".into()), "{answer}");
    assert!(answer["unknown"][0]["remedy"].is_string(), "{answer}");
}
