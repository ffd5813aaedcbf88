//! Whole runbooks through a portal on the simulated homelab, made at random: text, library, page.
//! `cargo run --release -p server --example fuzz_whole -- [SECONDS] [SEED]`. Every page must be answered, or its file left
//! out; nothing may panic, and the process must stay below 512 MiB. What is found becomes a test first.

#[path = "../../runbook/tests/hostile/mod.rs"]
mod hostile;

use std::{
    error::Error,
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
};
use homelab::{Homelab, Options, Pace};
use http::{Request, StatusCode, header};
use server::{clock::Clock, config::Config, portal::Portal};
use tower::ServiceExt;

/// Files that are read together.
const BATCH: usize = 40;
/// Longest text, in bytes.
const MAX_BYTES: usize = 32 * 1024;
/// How long the library may take to read a batch.
const BATCH_TIME: Duration = Duration::from_secs(60);
/// Most memory that the process may ever take, in KiB.
const MAX_MEMORY_KIB: u64 = 512 * 1024;
/// Words that texts are made of besides parts of others.
const WORDS: [&str; 24] = [
    "```bash\n",
    "```\n",
    "`",
    "kubectl get pods -A ",
    "| grep -oE '",
    "| awk '{print $1}' ",
    "| jq '.items[] ",
    "| sed 's/",
    "$(",
    "for i in 1 2; do ",
    "; done",
    "X=$X$X; ",
    "$X ",
    "<pod> ",
    "# Alert: A\n",
    "## Step 1: x\n",
    "| a | b |\n|---|---|\n",
    "[[x]] ",
    "https://x.org/) ",
    "| xargs kubectl describe pod ",
    "02:00-03:00 UTC window ",
    "---\n",
    "<details>\n",
    "\n\n",
];

/// xorshift64*: the same texts for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end.max(1)
    }

    /// Some part of a text.
    fn part<'t>(&mut self, text: &'t str) -> &'t str {
        let from = text.floor_char_boundary(self.below(text.len()));
        let to = text.floor_char_boundary((from + 1 + self.below(600)).min(text.len()));
        &text[from..to.max(from)]
    }

    /// A text made of parts of others and of words, some of them repeated.
    fn text(&mut self, seeds: &[String]) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(30) {
            let seed = &seeds[self.below(seeds.len())];
            let part = if self.below(3) == 0 { WORDS[self.below(WORDS.len())] } else { self.part(seed) };
            let times = if self.below(8) == 0 { 1 + self.below(300) } else { 1 };
            text.push_str(&part.repeat(times));
            if text.len() > MAX_BYTES {
                break;
            }
        }
        text
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds: u64 = arguments.next().map_or(Ok(600), |text| text.parse())?;
    let seed: u64 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let homelab = Homelab::start(Options { clock: Clock::system(), seed: 7, pace: Pace::STILL }).await?;
    let folder = tempfile::tempdir()?;
    let mut config: Config = homelab.write_config(folder.path())?.parse()?;
    let own = folder.path().join("own");
    fs::create_dir(&own)?;
    config.library.folders = vec![own.clone()];
    let portal = Portal::open(&config, homelab.clock(), Vec::new()).await?;
    let router = server::http::router(Arc::clone(&portal), &config.server);

    let mut seeds: Vec<String> = hostile::SHAPES.iter().map(|(_, make)| make(2_000)).collect();
    seeds.extend(homelab_runbooks());
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (until, mut count, mut left_out) = (Instant::now() + Duration::from_secs(seconds), 0_usize, 0_usize);
    for batch in 0.. {
        if Instant::now() > until {
            break;
        }
        let texts: Vec<String> = (0..BATCH).map(|_| random.text(&seeds)).collect();
        let name = format!("b{batch}");
        write_batch(&own, &name, &texts)?;
        wait_for(&router, &name).await?;
        for (number, text) in texts.iter().enumerate() {
            match get(&router, &format!("/r/{name}/f{number}?namespace=kube-system&pod=x")).await? {
                StatusCode::OK => count += 1,
                StatusCode::NOT_FOUND => left_out += 1,
                status => return Err(format!("{status} for {text:?}").into()),
            }
        }
        let memory_kib = peak_memory_kib()?;
        if memory_kib > MAX_MEMORY_KIB {
            return Err(format!("{memory_kib} KiB after batch {batch} of seed {seed}").into());
        }
        fs::remove_dir_all(own.join(&name))?;
    }
    println!("seed {seed}: {count} pages answered, {left_out} files left out, {} KiB at most", peak_memory_kib()?);
    Ok(())
}

/// The demo's own runbooks, as the commands and tables of real ones.
fn homelab_runbooks() -> Vec<String> {
    let command = "```bash\nkubectl get pods -A --sort-by='.status.containerStatuses[0].restartCount' | tail -20\nkubectl logs -n <namespace> <pod> --previous | grep -oE 'E[0-9]+' | sort | uniq -c\nssh root@10.10.0.20 \"ps aux | grep vzdump\"\nkubectl get pods -A -o json | jq -r '.items[].metadata.name'\n```\n";
    let table = "| Symptom | Cause | Action |\n|---|---|---|\n| `OOMKilled` | memory | raise it |\n| exit code 137 | killed | look |\n";
    vec![format!("# Alert: HomelabPodCrashLooping\n\n## Step 1: Look\n\n{command}"), format!("## Causes\n\n{table}")]
}

/// Writes files beside the library and moves them into it at once.
fn write_batch(own: &Path, name: &str, texts: &[String]) -> std::io::Result<()> {
    let hidden = own.join(format!(".{name}"));
    fs::create_dir(&hidden)?;
    for (number, text) in texts.iter().enumerate() {
        fs::write(hidden.join(format!("f{number}.md")), text)?;
    }
    fs::write(hidden.join("last.md"), "# Last\n")?;
    fs::rename(hidden, own.join(name))
}

/// Waits until the library holds a batch.
async fn wait_for(router: &Router, name: &str) -> Result<(), Box<dyn Error>> {
    let until = Instant::now() + BATCH_TIME;
    while get(router, &format!("/r/{name}/last")).await? != StatusCode::OK {
        if Instant::now() > until {
            return Err(format!("the library does not read batch {name}").into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn get(router: &Router, address: &str) -> Result<StatusCode, Box<dyn Error>> {
    let request = Request::get(address).header(header::HOST, "localhost:8080").body(Body::empty())?;
    let response = router.clone().oneshot(request).await?;
    let status = response.status();
    to_bytes(response.into_body(), 64 << 20).await?;
    Ok(status)
}

/// The most memory that the process has had, as Linux counts it.
fn peak_memory_kib() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc/self/status")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
