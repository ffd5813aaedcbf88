//! `runlight serve` as a supervisor meets it: a changed configuration, a signal, JSON in the log.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
};

use super::runlight;

/// A process whose lines are read as they come.
struct Served {
    child: Child,
    said: Box<dyn Iterator<Item = String>>,
    logged: Box<dyn Iterator<Item = String>>,
}

impl Served {
    fn start(config: &str, more: &[&str]) -> Self {
        let arguments = [&["serve", "--config", config, "--listen", "127.0.0.1:0"], more].concat();
        let mut child = runlight(&arguments).env_remove("RUNLIGHT_LOG").spawn().expect("the program starts");
        let said = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let logged = BufReader::new(child.stderr.take().expect("its log")).lines().map_while(Result::ok);
        Self { child, said: Box::new(said), logged: Box::new(logged) }
    }

    fn address(&mut self) -> String {
        let address = self.said.find_map(|line| line.strip_prefix("listening on http://").map(str::to_owned));
        address.expect("it says where it listens")
    }

    fn logs(&mut self, words: &str) -> String {
        self.logged.find(|line| line.contains(words)).unwrap_or_else(|| panic!("it never logs {words:?}"))
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = std::process::Command::new("kill").args([name, &id]).stdin(Stdio::null()).status();
        assert!(status.expect("kill can be started").success());
    }
}

fn status_under(address: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET /healthz HTTP/1.0\r\nHost: {host}\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.split(' ').nth(1).expect("a status").to_owned()
}

#[test]
fn takes_a_changed_configuration_without_a_restart_and_keeps_the_old_one_for_a_wrong_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("runlight.toml");
    let config = file.display().to_string();
    let replace = |text: &str| {
        // As Kubernetes and careful people do: in one step.
        fs::write(folder.path().join("new"), text).expect("written");
        fs::rename(folder.path().join("new"), &file).expect("renamed");
    };
    replace("[server]\nhost_names = [\"one.example\"]\n");
    let mut served = Served::start(&config, &[]);
    let address = served.address();
    assert_eq!(status_under(&address, "one.example"), "200");
    assert_eq!(status_under(&address, "two.example"), "421");

    replace("[server]\nhost_nam = []\n");
    served.logs("unknown key `host_nam`");
    replace("[clusters.x]\n");
    served.logs("it has neither kubeconfig nor in_cluster");
    assert_eq!(status_under(&address, "one.example"), "200", "the one before is used on");

    replace("[server]\nhost_names = [\"two.example\"]\n");
    let address = served.address();
    assert_eq!(status_under(&address, "two.example"), "200");
    assert_eq!(status_under(&address, "one.example"), "421");

    served.signal("-TERM");
    assert_eq!(served.child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn logs_json_when_it_is_told_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("runlight.toml");
    fs::write(&file, "").expect("written");
    let mut served = Served::start(&file.display().to_string(), &["--log-format", "json"]);
    served.address();
    served.signal("-INT");
    let line = served.logs("asked to stop");
    let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(line["level"], "INFO");
    assert_eq!(served.child.wait().expect("it ends").code(), Some(0));
}
