//! The `runlight` that is measured, as a process of its own, and asking it over plain sockets.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Outcome;

/// How long anything may take that must come.
const PATIENCE: Duration = Duration::from_secs(600);
/// How often what cannot be awaited is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// A running portal; it ends when this is dropped.
pub(crate) struct Portal {
    child: Child,
    address: String,
    /// Lines that it said after its address.
    pub(crate) links: Vec<String>,
    pub(crate) started: Instant,
}

impl Portal {
    /// Starts it and waits until it says where it listens; then reads lines until `is_last`.
    pub(crate) fn start(runlight: &Path, arguments: &[&str], is_last: impl Fn(&str) -> bool) -> Outcome<Self> {
        let started = Instant::now();
        let mut command = Command::new(runlight);
        command.args(arguments).env("RUNLIGHT_LOG", "error").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::null()).spawn()?;
        let said = BufReader::new(child.stdout.take().ok_or("no output")?);
        let (mut address, mut links) = (None, Vec::new());
        let mut lines = said.lines().map_while(Result::ok);
        for line in lines.by_ref() {
            let is_enough = is_last(&line);
            match line.strip_prefix("listening on http://") {
                Some(found) => address = Some(found.to_owned()),
                None => links.push(line),
            }
            if is_enough {
                break;
            }
        }
        // It has more to say, and ends when nobody reads it.
        std::thread::spawn(move || lines.for_each(drop));
        let address = address.ok_or("it does not listen")?;
        Ok(Self { child, address, links, started })
    }

    /// Sends a request and leaves the answer to be read.
    pub(crate) async fn open(&self, path: &str) -> Outcome<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).await?;
        Ok(stream)
    }

    /// The whole answer, and how long it took.
    pub(crate) async fn get(&self, path: &str) -> Outcome<(String, Duration)> {
        let asked_at = Instant::now();
        let mut answer = Vec::new();
        self.open(path).await?.read_to_end(&mut answer).await?;
        Ok((String::from_utf8_lossy(&answer).into_owned(), asked_at.elapsed()))
    }

    /// Asks until the answer has these words.
    pub(crate) async fn until(&self, path: &str, words: &str) -> Outcome<Duration> {
        while self.started.elapsed() < PATIENCE {
            if self.get(path).await?.0.contains(words) {
                return Ok(self.started.elapsed());
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(format!("{path} never has {words:?}").into())
    }

    /// Memory in use, in bytes.
    pub(crate) fn memory_bytes(&self) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? * 1_024.0)
    }

    /// Processor time used so far, in seconds.
    pub(crate) fn processor_s(&self) -> Outcome<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let mut fields = stat.rsplit_once(')').ok_or("no stat")?.1.split_whitespace().skip(11);
        let mut next = || fields.next().and_then(|field| field.parse::<f64>().ok()).ok_or("no times");
        Ok((next()? + next()?) / 100.0)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// As many open files as the system gives: a thousand readers are two thousand connections.
pub(crate) fn allow_many_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // Where this is refused, opening a reader too many says so.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}
