//! Starts the Proxmox VE that we did not write, and gives it orders.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Arc,
};

use serde_json::{Value, json};
use server::{
    clock::Clock,
    config::{self, Config},
    sources::{Grant, Sources, proxmox::Proxmox},
};

use crate::not_run::NotRun;

/// The peer. Dropping it ends it.
pub(crate) struct Peer {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: tempfile::TempDir,
    /// What it says of itself: see `end2end/proxmox/peer.py`.
    pub(crate) about: Value,
}

impl Peer {
    /// A fresh peer, or what is missing.
    pub(crate) fn start() -> Result<Self, NotRun> {
        let missing = || NotRun("RUNLIGHT_REAL_PROXMOX is not set; end2end/real sets it".into());
        let script = env::var_os("RUNLIGHT_REAL_PROXMOX").ok_or_else(missing)?;
        let mut command = Command::new(script);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the script can be started");
        let orders = child.stdin.take();
        let mut answers = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        answers.read_line(&mut line).expect("it says what it is");
        let about = serde_json::from_str(&line).expect("it says so in JSON");
        Ok(Self { child, orders, answers, folder: tempfile::tempdir().expect("a folder"), about })
    }

    /// Gives one order and waits for the answer.
    pub(crate) fn order(&mut self, order: &Value) -> Value {
        let orders = self.orders.as_mut().expect("it takes orders until it is dropped");
        writeln!(orders, "{order}").expect("it takes orders");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).expect("it answers in JSON")
    }

    /// What it was asked since the last time: method and path.
    pub(crate) fn requests(&mut self) -> Vec<(String, String)> {
        let answer = self.order(&json!({"do": "requests"}));
        serde_json::from_value(answer["requests"].clone()).expect("pairs of texts")
    }

    /// A text that it says of itself.
    pub(crate) fn says(&self, key: &str) -> String {
        self.about[key].as_str().expect("it says so").to_owned()
    }

    /// A configuration for the node pihanga with one of the tokens, and the right fingerprint.
    pub(crate) fn section(&self, token: &str) -> config::Proxmox {
        let text = self.about["tokens"][token].as_str().expect("a known token");
        config::Proxmox {
            url: self.says("url"),
            node: Some("pihanga".into()),
            token_file: Some(self.write("token", text)),
            fingerprint: Some(self.says("fingerprint")),
            ..Default::default()
        }
    }

    /// A file in the peer's folder.
    pub(crate) fn write(&self, name: &str, text: &str) -> std::path::PathBuf {
        let file: &Path = &self.folder.path().join(name);
        fs::write(file, text).expect("the folder can be written");
        file.to_owned()
    }

    /// Connects with one of the tokens.
    pub(crate) async fn connect(&self, token: &str) -> (Grant, Arc<Proxmox>) {
        connect(self.section(token), 15_000).await
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _status = self.child.wait();
    }
}

/// Connects as a section says, with a time limit for each question.
pub(crate) async fn connect(section: config::Proxmox, check_timeout_ms: u64) -> (Grant, Arc<Proxmox>) {
    let mut config = Config::default();
    config.server.check_timeout_ms = check_timeout_ms;
    config.proxmox.insert("pihanga".into(), section);
    let sources = Sources::connect(&config, Clock::system()).await.expect("the configuration is right").own().clone();
    let proxmox = sources.proxmox_by_host("pihanga").expect("it is configured").clone();
    (sources, proxmox)
}
