//! `runlight preview`: the author's loop. Runbooks on the simulated homelab, with lint's word beside each, loaded anew when
//! a file changes. The same portal as `serve`, given another configuration; nothing is kept, and no source is asked but the
//! simulated ones.

use std::{
    collections::BTreeSet,
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::{Duration, SystemTime},
};

use app::paths;
use homelab::{Homelab, Options, Story};
use runbook::names::RunbookPath;

use super::{PathBuf, SocketAddr, lint, output, plugin};
use crate::{
    clock::Clock,
    config::Config,
    http,
    portal::{Example, Lint, Portal},
};

/// How often the files are looked at: an author sees a change before looking up.
const LOOK: Duration = Duration::from_millis(250);
/// The time of the homelab, in minutes after midnight: the nightly backup runs.
const MINUTE_OF_DAY: u16 = 160;

/// `runlight preview`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Runbooks. What lies beside them is in the library, too, so that links between them lead somewhere.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8088")]
    listen: SocketAddr,
    /// A configuration: contexts and hosts that no section of it names are reported, as lint reports them.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the links alone, and open no browser.
    #[arg(long)]
    print: bool,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    if let Some(missing) = arguments.files.iter().find(|file| !file.is_file()) {
        return super::refuse(format!("{} is no file. Give a Markdown file.", missing.display()));
    }
    let names = match arguments.config.as_ref().map(|file| Config::load(file, std::env::vars())).transpose() {
        Ok(config) => config.as_ref().map(lint::Names::of),
        Err(error) => return super::refuse(error),
    };
    crate::telemetry::start(crate::config::LogFormat::Text);
    let runtime = match super::start_runtime() {
        Ok(runtime) => runtime,
        Err(error) => return super::refuse(error),
    };
    match runtime.block_on(serve(arguments, names)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::refuse(error),
    }
}

async fn serve(arguments: &Arguments, names: Option<lint::Names>) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let clock = Clock::starting_at(MINUTE_OF_DAY);
    let homelab = Homelab::start(Options { clock, ..Options::default() }).await?;
    let mut config: Config = homelab.write_config(folder.path())?.parse()?;
    let folders = folders_of(&arguments.files)?;
    let stands_for = lend_names(&mut config, &arguments.files);
    config.library.folders.clone_from(&folders);
    config.evidence.url = Some("off".into());
    config.server.listen = arguments.listen;
    let portal = Portal::open(&config, clock, homelab.stories().into_iter().map(Example::from).collect()).await?;
    portal.show_lint(Lint::new(folders.clone(), move |file| lint::of_file(file, names.as_ref())));
    portal.library_read().await;
    let _watching = AbortOnDrop(tokio::spawn(look_for_changes(Arc::clone(&portal), arguments.files.clone())));
    let stories = homelab.stories();
    http::serve(portal, &config.server, |address| {
        let links: Vec<String> = arguments.files.iter().filter_map(|file| link(file, &folders, &stories)).collect();
        let links: Vec<String> = links.iter().map(|link| format!("http://{address}{link}")).collect();
        let mut text = format!("listening on http://{address}\n");
        stands_for.iter().for_each(|words| text.push_str(&format!("{words}\n")));
        text.push_str(&links.join("\n"));
        output::announce(&text);
        // A failure is no matter: the links stand there.
        if let Some(first) = links.first().filter(|_| !arguments.print) {
            drop(plugin::show(first));
        }
    })
    .await?;
    Ok(())
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The folders that the files lie in, each once.
fn folders_of(files: &[PathBuf]) -> std::io::Result<Vec<PathBuf>> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for file in files {
        let folder = std::fs::canonicalize(file.parent().filter(|it| *it != Path::new("")).unwrap_or(Path::new(".")))?;
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    Ok(folders)
}

/// The address of a file's page, for the pod of a story: the one whose alert the runbook serves, else the first.
fn link(file: &Path, folders: &[PathBuf], stories: &[Story]) -> Option<String> {
    let full = std::fs::canonicalize(file).ok()?;
    let name = folders.iter().find_map(|folder| full.strip_prefix(folder).ok())?.with_extension("");
    let path: RunbookPath = name.to_str()?.parse().ok()?;
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let alert = runbook::parse(&text).metadata.alert;
    let story = stories.iter().find(|story| Some(story.alertname) == alert.as_deref()).or_else(|| stories.first())?;
    let values = [
        ("cluster", story.cluster),
        ("namespace", story.namespace),
        ("pod", story.pod.as_str()),
        ("container", story.container),
    ];
    Some(paths::runbook(path.as_str(), values.into_iter().filter(|(_, value)| !value.is_empty())))
}

/// Clusters and hosts that the runbooks name stand for simulated ones, so that their commands are answered. Says which.
fn lend_names(config: &mut Config, files: &[PathBuf]) -> Vec<String> {
    let known = lint::Names::of(config);
    let (mut clusters, mut hosts) = (BTreeSet::new(), BTreeSet::new());
    for text in files.iter().filter_map(|file| std::fs::read_to_string(file).ok()) {
        let (of_clusters, of_hosts) = known.unknown(&runbook::parse(&text));
        clusters.extend(of_clusters);
        hosts.extend(of_hosts);
    }
    let mut said = Vec::new();
    if let Some((name, section)) = config.clusters.iter_mut().next_back() {
        said.extend(clusters.iter().map(|lent| format!("{lent} stands for the simulated cluster {name}")));
        section.aliases.extend(clusters);
    }
    if let Some((name, section)) = config.proxmox.iter_mut().next_back() {
        said.extend(hosts.iter().map(|lent| format!("{lent} stands for the simulated Proxmox node {name}")));
        section.ssh_hosts.extend(hosts);
    }
    said
}

/// Tells the portal as soon as one of the files is another.
async fn look_for_changes(portal: Arc<Portal>, files: Vec<PathBuf>) {
    let look = || -> Vec<Option<(SystemTime, u64)>> {
        let stamp = |file: &PathBuf| {
            let metadata = file.metadata().ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        files.iter().map(stamp).collect()
    };
    let mut known = look();
    let mut ticks = tokio::time::interval(LOOK);
    loop {
        ticks.tick().await;
        let seen = look();
        if seen != known {
            portal.look_again().await;
            known = seen;
        }
    }
}
