//! `runlight init` as somebody meets it who has just got the program: what it finds, what it refuses, and that its own
//! reader reads what it writes.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use homelab::{Homelab, Options, Pace};
use server::{clock::Clock, config::Config};

use super::runlight;

const KUBECONFIG: &str = r#"{"apiVersion": "v1", "kind": "Config", "current-context": "admin@lab",
    "clusters": [{"name": "lab", "cluster": {"server": "https://10.0.0.5:6443"}}],
    "users": [{"name": "admin", "user": {"token": "hunter2"}},
        {"name": "login", "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "oidc-login"}}}],
    "contexts": [
        {"name": "admin@lab", "context": {"cluster": "lab", "user": "admin"}},
        {"name": "sso", "context": {"cluster": "lab", "user": "login"}},
        {"name": "nobody@lab", "context": {"cluster": "lab"}},
        {"name": "lost", "context": {"cluster": "gone", "user": "admin"}}]}"#;

/// The program in a folder, with a home folder of its own.
fn init(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = runlight(&["init"]);
    command.args(arguments).current_dir(folder).env_remove("KUBECONFIG").env_remove("KUBERNETES_SERVICE_HOST");
    command.env("HOME", folder.join("home"));
    command
}

fn run(command: &mut Command) -> (Output, String) {
    let output = command.output().expect("the program runs");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output, said)
}

fn folder_with_kubeconfig() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("home/.kube")).expect("created");
    fs::write(folder.path().join("home/.kube/config"), KUBECONFIG).expect("written");
    folder
}

fn read(folder: &Path) -> Config {
    Config::load(&folder.join("runlight.toml"), std::iter::empty()).expect("what it writes can be read")
}

#[test]
fn writes_what_is_there_and_leaves_out_what_cannot_be_used() {
    let folder = folder_with_kubeconfig();
    fs::create_dir_all(folder.path().join("docs/runbooks/deep")).expect("created");
    fs::write(folder.path().join("docs/runbooks/deep/a.md"), "# A\n").expect("written");
    let (output, said) = run(&mut init(folder.path(), &["--yes"]));
    assert_eq!(output.status.code(), Some(0), "{said}");
    let config = read(folder.path());
    assert_eq!(config.clusters.keys().collect::<Vec<_>>(), ["lab", "sso"]);
    assert_eq!(config.clusters["lab"].context.as_deref(), Some("admin@lab"));
    assert_eq!(config.clusters["lab"].kubeconfig.as_deref(), Some(&*folder.path().join("home/.kube/config")));
    assert!(config.library.folders[0].ends_with("docs/runbooks"), "{:?}", config.library);
    let text = fs::read_to_string(folder.path().join("runlight.toml")).expect("written");
    assert!(text.contains("# [clusters.lab-2]") && text.contains("asked as nobody"), "{text}");
    assert!(text.contains("names the cluster gone, which the file does not have"), "{text}");
    assert!(text.contains("the program oidc-login"), "{text}");
    assert!(!text.contains("hunter2") && !said.contains("hunter2"));
    assert!(
        said.contains("The context nobody@lab is left out") && said.contains("runlight doctor --config runlight.toml"),
        "{said}"
    );
}

#[test]
fn never_overwrites() {
    let folder = folder_with_kubeconfig();
    let path = folder.path().join("runlight.toml");
    fs::write(&path, "# mine\n").expect("written");
    let (output, said) = run(&mut init(folder.path(), &["--yes"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("runlight.toml is there already"), "{said}");
    assert_eq!(fs::read_to_string(&path).expect("still there"), "# mine\n");
    let (output, said) = run(&mut init(folder.path(), &["--yes", "--output", "other.toml"]));
    assert_eq!(output.status.code(), Some(0), "{said}");
    #[cfg(unix)]
    {
        // Not even through a link that leads nowhere yet.
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink(folder.path().join("target.toml"), &link).expect("a link");
        let (output, _) = run(&mut init(folder.path(), &["--yes", "--output", "link.toml"]));
        assert_eq!(output.status.code(), Some(2));
        assert!(!folder.path().join("target.toml").exists());
    }
    let (output, said) = run(&mut init(folder.path(), &["--yes", "--output", "no/such/folder/a.toml"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("a.toml cannot be written"), "{said}");
}

#[test]
fn says_what_it_could_not_read() {
    let folder = folder_with_kubeconfig();
    fs::write(folder.path().join("home/.kube/config"), "{ no kubeconfig").expect("written");
    let (output, said) = run(&mut init(folder.path(), &["--yes"]));
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("is not a kubeconfig"), "{said}");
    assert!(read(folder.path()).clusters.is_empty());
    let (output, said) = run(&mut init(folder.path(), &["--yes", "--output", "b.toml", "--kubeconfig", "absent"]));
    assert_eq!(output.status.code(), Some(2), "what is asked for must be there");
    assert!(said.contains("absent cannot be read"), "{said}");
    let (output, said) = run(&mut init(folder.path(), &["--yes", "--output", "b.toml", "--runbooks", "absent"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("absent is not a folder"), "{said}");
    let (output, said) =
        run(&mut init(folder.path(), &["--yes", "--output", "b.toml", "--proxmox", "http://10.0.0.1"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(!folder.path().join("b.toml").exists(), "{said}");
}

#[test]
fn takes_answers_and_goes_on_when_nobody_answers_any_more() {
    let folder = folder_with_kubeconfig();
    let mut child = init(folder.path(), &[]).stdin(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().expect("piped").write_all(b"7\n1\n").expect("it listens");
    let output = child.wait_with_output().expect("it ends");
    let asked = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{asked}");
    assert!(
        asked.contains("1 admin@lab 10.0.0.5:6443") && asked.contains("7 is none of the numbers 1 to 2"),
        "{asked}"
    );
    assert_eq!(read(folder.path()).clusters.keys().collect::<Vec<_>>(), ["lab"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn shows_the_certificate_that_a_node_shows_and_how_to_make_its_token() {
    let clock = Clock::system();
    let homelab = Homelab::start(Options { clock, seed: 7, pace: Pace::STILL }).await.expect("a free port");
    let folder = folder_with_kubeconfig();
    let demo = tempfile::tempdir().expect("a folder");
    let known: Config = homelab.write_config(demo.path()).expect("written").parse().expect("a configuration");
    let (url, pin) = (known.proxmox["pihanga"].url.clone(), known.proxmox["pihanga"].fingerprint.clone());
    let at = |output: &'static str, url: String| {
        let folder = folder.path().to_owned();
        tokio::task::spawn_blocking(move || run(&mut init(&folder, &["--yes", "--output", output, "--proxmox", &url])))
    };
    let (output, said) = at("runlight.toml", url.clone()).await.expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{said}");
    let config = read(folder.path());
    let (name, host) = config.proxmox.first_key_value().expect("a node");
    assert_eq!(host.fingerprint, pin);
    assert_eq!(host.url, url);
    assert!(said.contains(pin.as_deref().expect("a fingerprint")), "{said}");
    assert!(said.contains("pveum role add RunlightRead --privs \"Sys.Audit VM.Audit Datastore.Audit\""), "{said}");
    assert!(said.contains("pveum user token add runlight@pve ro"), "{said}");
    assert!(said.contains(&format!("{name}.token")), "{said}");

    homelab.answer_with("pihanga", Some(595));
    let (output, said) = at("595.toml", url.clone()).await.expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("It answered 595"), "{said}");
    assert!(homelab.stop("pihanga").await);
    let (output, said) = at("down.toml", url).await.expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("showed no certificate: connection refused"), "{said}");
    let config = Config::load(&folder.path().join("down.toml"), std::iter::empty()).expect("it can be read");
    assert!(config.proxmox.is_empty(), "a node that was not seen is a comment");
}
