//! What needs the real binary: the end-to-end tests, the screenshots, and the weight of a rendered page.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::build::Built;
use crate::client::Thoroughness;
use crate::run::{Outcome, Trouble, run, say, trouble};
use crate::tools;
use crate::workshop::Workshop;

/// The verb `look`: screenshots for human eyes, into a folder outside the checkout.
pub(crate) fn run_look(workshop: &Workshop, arguments: &[String]) -> Outcome {
    let folder = arguments.first().map_or_else(|| workshop.cache.join("look"), |given| workshop.root.join(given));
    run(prepare(workshop)?.args(["test", "--config", "look.config.ts"]).env("RUNLIGHT_LOOK", &folder))?;
    say(format!("the pictures lie in {}", folder.display()));
    Ok(())
}

/// Builds and installs what the browser tests need; gives Playwright's command.
pub(crate) fn prepare(workshop: &Workshop) -> Outcome<Command> {
    let folder = workshop.root.join("end2end");
    let mut playwright = workshop.command(&folder.join("node_modules/.bin/playwright").to_string_lossy());
    equip(workshop, playwright.current_dir(&folder))?;
    Ok(playwright)
}

/// Builds and installs what the browser tests need, and tells a command where it is.
pub(crate) fn equip(workshop: &Workshop, command: &mut Command) -> Outcome {
    tools::install_end2end_packages(workshop, &workshop.root.join("end2end"))?;
    let chromium = tools::chromium(workshop)?;
    // What the browser gets is what a reader gets; the server is the one that all tests share.
    let built = Built::make(workshop, Thoroughness::Small)?;
    command.env("CHROMIUM", chromium).env("RUNLIGHT_BINARY", built.runlight).env("RUNLIGHT_SITE", built.site);
    command.env("RUNLIGHT_TEST_RESULTS", workshop.target.join("end2end"));
    if let Some(seed) = shared_folder(workshop, "seed") {
        command.env("RUNLIGHT_SEED", seed);
    }
    if let Some(corpus) = shared_folder(workshop, "corpus/runbooks") {
        command.env("RUNLIGHT_CORPUS", corpus);
    }
    Ok(())
}

/// A folder of runbooks that lies beside the checkout and is no part of it: the owner's own, or those of many hands.
fn shared_folder(workshop: &Workshop, name: &str) -> Option<PathBuf> {
    let shared = env::var_os("RUNLIGHT_SHARED").map_or_else(|| workshop.root.join("../shared"), PathBuf::from);
    let folder = shared.join(name).canonicalize().ok().filter(|folder| folder.is_dir());
    if folder.is_none() {
        say(format!("{name} is not beside this checkout; the tests that read it say so and do not run"));
    }
    folder
}

/// A running `runlight demo` on a free port, stopped when dropped.
pub(crate) struct Portal {
    process: Child,
    /// "http://127.0.0.1:40123"
    pub(crate) address: String,
    /// The alert links that it printed.
    pub(crate) links: Vec<String>,
}

impl Portal {
    /// Starts the binary and reads what it prints until it has printed its links.
    pub(crate) fn start(workshop: &Workshop, built: &Built) -> Outcome<Self> {
        let mut command = built.start(workshop);
        command.args(["demo", "--listen", "127.0.0.1:0"]);
        if let Some(seed) = shared_folder(workshop, "seed") {
            command.arg("--runbooks").arg(seed);
        }
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let output = process.stdout.take().ok_or_else(|| Trouble("the demo has no output to read".to_owned()))?;
        let mut portal = Self { process, address: String::new(), links: Vec::new() };
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next().transpose()? {
            let line = line.trim();
            if let Some(address) = line.strip_prefix("listening on ") {
                portal.address = address.to_owned();
            } else if line.starts_with("http://") {
                portal.links.push(line.to_owned());
                // The demo has more to say, and ends when nobody reads it.
                thread::spawn(move || lines.for_each(drop));
                return Ok(portal);
            }
        }
        trouble("`runlight demo` ended before it printed an alert link")
    }

    /// How many bytes the body of a page has as it travels, with brotli. An alert's link leads to its runbook; what is
    /// weighed is the page at its end.
    pub(crate) fn compressed_bytes(&self, page: &str) -> Outcome<usize> {
        let path = page.strip_prefix(&self.address).filter(|path| !path.is_empty()).unwrap_or("/");
        let mut answer = self.get(path)?;
        if let Some(location) = answer.location.take() {
            answer = self.get(&location)?;
        }
        if answer.status != "200" {
            return trouble(format!("{page} answered {}", answer.status));
        }
        Ok(answer.body_bytes)
    }

    fn get(&self, path: &str) -> Outcome<Answer> {
        let host = self.address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host)?;
        // HTTP/1.0, so that the body comes in one piece and ends with the connection.
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\nAccept-Encoding: br\r\n\r\n")?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Answer::read(&bytes).ok_or_else(|| Trouble(format!("{path} answered no HTTP")))
    }
}

/// What is measured of an HTTP answer.
struct Answer {
    /// "200"
    status: String,
    /// Where a redirect leads.
    location: Option<String>,
    body_bytes: usize,
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Self> {
        let head_ends = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..head_ends]);
        let mut lines = head.lines();
        let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.to_owned();
        let location = lines
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("location"))
            .map(|(_, value)| value.trim().to_owned());
        Some(Self { status, location, body_bytes: bytes.len() - head_ends - 4 })
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        // A process that is gone already needs no stopping.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
