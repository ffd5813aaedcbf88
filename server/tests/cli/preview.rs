//! `runlight preview`: a file on the simulated homelab, its lint beside it, and every change at once.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
};

use super::runlight;

const RUNBOOK: &str = "# Alert: Mine\n\n```bash\nkubectl --context=admin@my-own-cluster get pods -A\nfrobnicate --all\n```\n\n\
     [gone](gone.md)\n";

/// A preview, its address, and what it says before its links.
struct Preview {
    child: Child,
    address: String,
    said: Vec<String>,
    link: String,
}

impl Preview {
    fn start(file: &std::path::Path) -> Self {
        let mut command = runlight(&["preview", &file.display().to_string(), "--listen", "127.0.0.1:0", "--print"]);
        let mut child = command.stderr(Stdio::null()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let mut said = Vec::new();
        let mut link = String::new();
        for line in lines {
            if line.starts_with("http://") {
                link = line;
                break;
            }
            said.push(line);
        }
        let address = said[0].strip_prefix("listening on http://").expect("it says where").to_owned();
        Self { child, address, said, link }
    }

    fn ask(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address).expect("it takes a request");
        stream
    }

    fn page(&self) -> String {
        let path = self.link.split_once(&self.address).expect("its own address").1;
        let mut page = String::new();
        self.ask(path).read_to_string(&mut page).expect("a page");
        page
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn an_author_sees_the_page_its_lint_and_every_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.md");
    fs::write(&file, RUNBOOK).expect("a file");
    let preview = Preview::start(&file);
    assert!(
        preview.said[1].starts_with("admin@my-own-cluster stands for the simulated cluster "),
        "{:?}",
        preview.said
    );
    assert!(preview.link.contains("/r/mine?cluster="), "{}", preview.link);
    let page = preview.page();
    for words in
        ["HTTP/1.0 200", "Lint: ", "dead-link", "line 8", "2 commands: 1 checks, 0 never run, 1 not understood"]
    {
        assert!(page.contains(words), "{words:?} is missing in {page}");
    }
    // The address that the page's script listens at tells of a change, and the page is another then.
    let live = page.split("data-live-address=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an address");
    let mut heard = BufReader::new(preview.ask(&live.replace("&amp;", "&"))).lines().map_while(Result::ok);
    assert!(heard.any(|line| line == "event: hello"));
    fs::write(&file, RUNBOOK.replace("[gone](gone.md)\n", "All is well.\n")).expect("written");
    assert!(heard.any(|line| line == "event: edited"), "the change is not told");
    let page = preview.page();
    assert!(page.contains("All is well.") && !page.contains("dead-link"), "{page}");
    // The script comes with the site, which need not have been built here.
    assert!(page.contains("src=\"/preview.js\""), "{page}");
    assert!(include_str!("../../../public/preview.js").contains("'edited'"));
}

#[test]
fn what_is_no_file_is_refused() {
    for path in ["/nowhere/x.md", "/"] {
        let output = runlight(&["preview", path]).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("is no file"), "{path}");
    }
}
