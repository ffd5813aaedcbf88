//! Pages: how long the server takes for one when nobody else asks, what the pods behind it weigh, how soon it is there.

use std::{fs, path::Path};

use crate::{Outcome, cluster::Cluster, measure::Ranked, portal::Portal, report::Row, row};

const TABLE: &str = "kubectl get pods -A --sort-by='.status.containerStatuses[0].restartCount' | tail -20";

/// Reads a page again and again.
async fn read(portal: &Portal, path: &str, reads: usize) -> Outcome<(Ranked, usize)> {
    let mut times = Vec::with_capacity(reads);
    let mut bytes = 0;
    // The first ones fill caches that every later reader finds filled.
    for turn in 0..reads + 3 {
        let (answer, took) = portal.get(path).await?;
        if !answer.starts_with("HTTP/1.1 200") {
            return Err(format!("{path}: {}", answer.lines().next().unwrap_or_default()).into());
        }
        bytes = answer.len();
        if turn >= 3 {
            times.push(took.as_secs_f64() * 1_000.0);
        }
    }
    Ok((Ranked::of(times), bytes))
}

/// The page of the demo's first story: everything that stands on a page about a crashing pod.
pub(crate) async fn of_the_demo(runlight: &Path, reads: usize) -> Outcome<Vec<Row>> {
    let portal =
        Portal::start(runlight, &["demo", "--listen", "127.0.0.1:0"], |line| line.trim().starts_with("http://"))?;
    let link = portal.links.last().ok_or("the demo names no link")?;
    let mut path = link.trim().splitn(4, '/').nth(3).map(|path| format!("/{path}")).ok_or("no link")?;
    // An alert's link leads on to its runbook.
    let (answer, _) = portal.get(&path).await?;
    if let Some(onwards) = answer.lines().find_map(|line| line.strip_prefix("location: ")) {
        path = onwards.trim().to_owned();
    }
    let (times, bytes) = read(&portal, &path, reads).await?;
    Ok(vec![
        row("page of a crashing pod in the demo, p50", reads, times.at(0.5), "ms"),
        row("page of a crashing pod in the demo, p99", reads, times.at(0.99), "ms"),
        row("its HTML", reads, bytes as f64 / 1_000.0, "KB"),
        row("memory of the demo, portal and homelab", reads, portal.memory_bytes()? / 1e6, "MB"),
    ])
}

/// A portal on a cluster, with a page that has the restart table.
pub(crate) async fn portal_over(runlight: &Path, cluster: &Cluster, folder: &Path) -> Outcome<Portal> {
    fs::create_dir_all(folder.join("runbooks"))?;
    cluster.write_kubeconfig(&folder.join("kubeconfig"))?;
    fs::write(folder.join("runbooks/restarts.md"), format!("# Restarts\n\n```sh\n{TABLE}\n```\n"))?;
    let config = "[library]\nfolders = [\"runbooks\"]\n[clusters.bench]\nkubeconfig = \"kubeconfig\"\n";
    fs::write(folder.join("runlight.toml"), config)?;
    let file = folder.join("runlight.toml").display().to_string();
    Portal::start(runlight, &["serve", "--config", &file, "--listen", "127.0.0.1:0"], |line| line.contains("listening"))
}

/// The restart table over so many pods.
pub(crate) async fn over_pods(runlight: &Path, pods: usize, reads: usize) -> Outcome<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let empty = Cluster::start(0).await?;
    let idle = portal_over(runlight, &empty, folder.path()).await?;
    idle.until("/metrics", "runlight_watch_live{cluster=\"bench\"} 1").await?;
    let idle_bytes = idle.memory_bytes()?;
    drop(idle);
    let cluster = Cluster::start(pods).await?;
    let portal = portal_over(runlight, &cluster, folder.path()).await?;
    let live = portal.until("/metrics", "runlight_watch_live{cluster=\"bench\"} 1").await?;
    let bytes = portal.memory_bytes()?;
    let (times, _) = read(&portal, "/r/restarts?cluster=bench", reads).await?;
    Ok(vec![
        row("start until all pods are live", pods, live.as_secs_f64(), "s"),
        row("memory in all", pods, bytes / 1e6, "MB"),
        row("memory for each pod, over an idle process", pods, (bytes - idle_bytes).max(0.0) / pods as f64, "bytes"),
        row("memory of an idle process", 0, idle_bytes / 1e6, "MB"),
        row("page with the restart table, p50", pods, times.at(0.5), "ms"),
        row("page with the restart table, p99", pods, times.at(0.99), "ms"),
    ])
}

/// How soon so many runbooks can be read.
pub(crate) async fn of_library(runlight: &Path, runbooks: usize) -> Outcome<Row> {
    let folder = tempfile::tempdir()?;
    fs::create_dir_all(folder.path().join("runbooks"))?;
    let step =
        format!("## Step\n\nSome words about what to look at and why.\n\n```sh\n{TABLE}\nkubectl get nodes\n```\n\n");
    for number in 0..runbooks {
        let text = format!("# Alert: Alert{number}\n\n{}", step.repeat(6));
        fs::write(folder.path().join(format!("runbooks/alert-{number}.md")), text)?;
    }
    fs::write(folder.path().join("runlight.toml"), "[library]\nfolders = [\"runbooks\"]\nhistory = false\n")?;
    let file = folder.path().join("runlight.toml").display().to_string();
    let arguments = ["serve", "--config", &file, "--listen", "127.0.0.1:0"];
    let portal = Portal::start(runlight, &arguments, |line| line.contains("listening"))?;
    let ready = portal.until("/metrics", &format!("runlight_runbooks {runbooks}\n")).await?;
    Ok(row("start until all runbooks are read", runbooks, ready.as_secs_f64() * 1_000.0, "ms"))
}
