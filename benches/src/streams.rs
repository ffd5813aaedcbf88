//! Many pages that follow the same panel: what it costs upstream, in the process, and until the last of them has a change.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
    sync::mpsc,
};

use crate::{Outcome, cluster::Cluster, measure::Ranked, pages::portal_over, report::Row, row};

/// How long a change may take to reach everybody.
const PATIENCE: Duration = Duration::from_secs(60);

/// Opens so many readers and lets them hear of so many changes.
pub(crate) async fn followed(runlight: &Path, pods: usize, readers: usize, changes: usize) -> Outcome<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let cluster = Cluster::start(pods).await?;
    let portal = Arc::new(portal_over(runlight, &cluster, folder.path()).await?);
    portal.until("/metrics", "runlight_watch_live{cluster=\"bench\"} 1").await?;
    let (page, _) = portal.get("/r/restarts?cluster=bench").await?;
    let check = page.split("data-check=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("no check")?;
    let asked_before = cluster.asked();
    let memory_before = portal.memory_bytes()?;
    let path = format!("/live?path=restarts&check={check}&bind.cluster=bench");
    let (tell, mut heard) = mpsc::unbounded_channel();
    for _ in 0..readers {
        let stream = portal.open(&path).await?;
        tokio::spawn(follow(stream, tell.clone()));
    }
    drop(tell);
    // Each hears the present state first.
    hear(&mut heard, readers).await?;
    let memory = portal.memory_bytes()? - memory_before;
    let (processor_before, began) = (portal.processor_s()?, Instant::now());
    let mut lags = Vec::with_capacity(readers * changes);
    let mut slowest = Vec::with_capacity(changes);
    for _ in 0..changes {
        let at = Instant::now();
        cluster.crash();
        let times = hear(&mut heard, readers).await?;
        let of_this: Vec<f64> = times.iter().map(|time| time.duration_since(at).as_secs_f64() * 1_000.0).collect();
        slowest.push(of_this.iter().copied().fold(0.0, f64::max));
        lags.extend(of_this);
        // Changes of one second, as a cluster in trouble has them.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let processor = (portal.processor_s()? - processor_before) / began.elapsed().as_secs_f64();
    let lags = Ranked::of(lags);
    Ok(vec![
        row("a change until a reader has it, p50", readers, lags.at(0.5), "ms"),
        row("a change until a reader has it, p99", readers, lags.at(0.99), "ms"),
        row("a change until the last reader has it, worst", readers, Ranked::of(slowest).at(1.0), "ms"),
        row("processor, of one core", readers, processor * 100.0, "%"),
        row("memory for each reader", readers, memory.max(0.0) / readers as f64 / 1_000.0, "KB"),
        row("requests upstream because of the readers", readers, (cluster.asked() - asked_before) as f64, ""),
    ])
}

/// Tells of every report on a stream.
async fn follow(stream: TcpStream, tell: mpsc::UnboundedSender<Instant>) {
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if line.starts_with("event: report") && tell.send(Instant::now()).is_err() {
            return;
        }
    }
}

async fn hear(heard: &mut mpsc::UnboundedReceiver<Instant>, readers: usize) -> Outcome<Vec<Instant>> {
    let mut times = Vec::with_capacity(readers);
    let all = async {
        while times.len() < readers {
            match heard.recv().await {
                Some(time) => times.push(time),
                None => return,
            }
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, all).await.is_ok();
    if !in_time || times.len() < readers {
        return Err(format!("only {} of {readers} readers heard of a change", times.len()).into());
    }
    Ok(times)
}
