//! `runlight demo`: the portal on the simulated homelab. The same portal as `serve`, given another configuration.

use std::process::ExitCode;

use super::{PathBuf, SocketAddr};
use crate::{
    clock::Clock,
    config::Config,
    http,
    portal::{Example, Portal},
};

/// `runlight demo`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// A folder with runbooks of your own, next to the demo's; may be given several times.
    #[arg(long, value_name = "DIR")]
    runbooks: Vec<PathBuf>,
    /// What time it is in the homelab when the demo starts (UTC), or `now`. At 02:40 the nightly backup runs.
    #[arg(long, value_name = "HH:MM", default_value = "02:40", value_parser = read_clock)]
    clock: Clock,
    /// How many times faster than usual pods crash and come back.
    #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    pace: u16,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    if let Some(missing) = arguments.runbooks.iter().find(|folder| !folder.is_dir()) {
        return super::refuse(format!("{} is not a folder. Give a folder with Markdown files.", missing.display()));
    }
    crate::telemetry::start(crate::config::LogFormat::Text);
    let runtime = match super::start_runtime() {
        Ok(runtime) => runtime,
        Err(error) => return super::refuse(error),
    };
    match runtime.block_on(serve(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::refuse(error),
    }
}

impl Arguments {
    fn options(&self) -> homelab::Options {
        let usual = homelab::Options::default();
        homelab::Options { clock: self.clock, pace: usual.pace.times(self.pace), ..usual }
    }
}

async fn serve(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let homelab = homelab::Homelab::start(arguments.options()).await?;
    let mut config: Config = homelab.write_config(folder.path())?.parse()?;
    // A reader's own runbooks win over the demo's under the same address.
    config.library.folders.splice(0..0, arguments.runbooks.iter().cloned());
    config.server.listen = arguments.listen;
    let portal =
        Portal::open(&config, arguments.clock, homelab.stories().into_iter().map(Example::from).collect()).await?;
    portal.keep_evidence(&config.evidence)?;
    let links = portal.demo_links();
    http::serve(portal, &config.server, |address| {
        let mut text = format!("listening on http://{address}\n");
        text.push_str(&format!("configured by {}\n", folder.path().join("runlight.toml").display()));
        for cluster in homelab.clusters() {
            text.push_str(&format!("kube-state-metrics of {cluster}: {}\n", homelab.metrics_url(cluster)));
        }
        text.push_str("Open an alert's link:");
        for link in &links {
            text.push_str(&format!("\n\n  {}\n  http://{address}{}", link.story, link.href));
        }
        super::output::announce(&text);
    })
    .await?;
    Ok(())
}

impl From<homelab::Story> for Example {
    fn from(story: homelab::Story) -> Self {
        let labels = [
            ("cluster", story.cluster),
            ("namespace", story.namespace),
            ("pod", story.pod.as_str()),
            ("container", story.container),
            ("severity", story.severity),
            ("alertname", story.alertname),
        ];
        let labels = labels.into_iter().filter(|(_, value)| !value.is_empty());
        Self {
            sentence: story.sentence.to_owned(),
            alert: story.alertname.to_owned(),
            labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }
}

fn read_clock(text: &str) -> Result<Clock, String> {
    if text == "now" {
        return Ok(Clock::system());
    }
    let time: jiff::civil::Time = format!("{text}:00").parse().map_err(|_| "write it as 02:40, or now".to_owned())?;
    let minutes = i32::from(time.hour()) * 60 + i32::from(time.minute());
    Ok(Clock::starting_at(u16::try_from(minutes).map_err(|error| error.to_string())?))
}
