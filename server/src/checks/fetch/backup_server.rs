//! Questions to a Proxmox Backup Server: asked by subject, and written as its own tools write them.

use std::sync::Arc;

use runbook::{
    check::{BackupAsk, BackupQuestion},
    outcome::Unknown,
    proxmox::{Sheet, backup},
};

use super::super::tool::ToolAnswer;
use crate::{
    clock::Clock,
    sources::{SourceFailure, Sources, backup_server::BackupServer},
};

/// Tasks that a list shows when the command does not say.
const LISTED_TASKS: u32 = 50;

pub(super) async fn fetch(sources: &Sources, question: &BackupQuestion, clock: Clock) -> Result<ToolAnswer, Unknown> {
    let server = find(sources, question.host.as_deref())?;
    let sheet = sheet(server, &question.ask, clock).await.map_err(|failure| failure.to_unknown())?;
    let sheet = sheet.ok_or_else(|| super::not_yet("This list of the backup server"))?;
    Ok(ToolAnswer { source: server.name().to_owned(), what: title(&question.ask), sheet, asked_at: clock.now() })
}

/// The server that a command would have reached, or the only one.
fn find<'a>(sources: &'a Sources, host: Option<&str>) -> Result<&'a Arc<BackupServer>, Unknown> {
    let known: Vec<&str> = sources.backup_servers().iter().map(|server| server.name()).collect();
    let unknown = |asked: String, reason: String, remedy: String| Unknown { asked, reason, remedy, log_id: None };
    match (host.and_then(|host| sources.backup_server_by_host(host)), host, sources.backup_servers()) {
        (Some(server), _, _) => Ok(server),
        (None, _, []) => Err(unknown(
            "A Proxmox Backup Server".into(),
            "No Proxmox Backup Server is configured.".into(),
            "Add a section [backup.NAME] with url, token_file and fingerprint to runlight.toml.".into(),
        )),
        // The command's host may be a Proxmox VE node from which the server's client is called.
        (None, None, [only]) => Ok(only),
        (None, Some(host), [only]) if sources.proxmox_by_host(host).is_some() => Ok(only),
        (None, None, _) => Err(unknown(
            "A Proxmox Backup Server".into(),
            "The command does not say which backup server it means.".into(),
            format!("Write it as ssh root@SERVER '…', or with --repository. Configured are: {}.", known.join(", ")),
        )),
        (None, Some(host), _) => Err(unknown(
            format!("The backup server at {host}"),
            format!("No Proxmox Backup Server is configured with the address {host}."),
            format!("Add ssh_hosts = [\"{host}\"] to its [backup.NAME] section in runlight.toml."),
        )),
    }
}

async fn sheet(server: &BackupServer, ask: &BackupAsk, clock: Clock) -> Result<Option<Sheet>, SourceFailure> {
    let now_s = clock.now().0.div_euclid(1_000);
    Ok(Some(match ask {
        BackupAsk::Tasks { all, limit } => {
            let tasks = server.listed_tasks(*all, limit.unwrap_or(LISTED_TASKS)).await?;
            backup::tasks(&tasks, server.host().offset().await?)
        }
        BackupAsk::TaskLog { upid } => {
            let (lines, left_out) = server.task_log(upid).await?;
            let sheet = backup::log(lines);
            if left_out > 0 { sheet.note(format!("{left_out} older lines are left out.")) } else { sheet }
        }
        BackupAsk::Datastores => return list(server, "datastore", None).await,
        BackupAsk::Datastore { store } => return list(server, "datastore", Some(store)).await,
        BackupAsk::Items { what, name } => return list(server, what, name.as_deref()).await,
        BackupAsk::Usage { store } => backup::usage(&server.usage(store.as_deref()).await?, now_s),
        BackupAsk::GarbageCollection { store } => {
            let stores = server.garbage_collection(store.as_deref()).await?;
            backup::garbage_collection(&stores, store.is_some(), server.host().offset().await?)
        }
        BackupAsk::Snapshots { store, groups_only: true, .. } => {
            backup::groups(&server.groups(store.as_deref()).await?)
        }
        BackupAsk::Snapshots { store, group, groups_only: false } => {
            backup::snapshots(&server.snapshots(store.as_deref(), group.as_deref()).await?)
        }
        BackupAsk::Version { verbose } => {
            let mut packages = server.packages().await?;
            if !verbose {
                packages.retain(|package| package.get("Package").is_some_and(|name| name == "proxmox-backup-server"));
            }
            backup::versions(&packages)
        }
    }))
}

async fn list(server: &BackupServer, what: &str, name: Option<&str>) -> Result<Option<Sheet>, SourceFailure> {
    let Some(listing) = backup::listing(what) else { return Ok(None) };
    Ok(Some(match name {
        Some(name) => listing.draw_one(server.item(listing, name).await?),
        None => listing.draw(&server.items(listing).await?, server.host().offset().await?),
    }))
}

fn title(ask: &BackupAsk) -> String {
    match ask {
        BackupAsk::Tasks { all: false, .. } => "Running tasks".into(),
        BackupAsk::Tasks { all: true, .. } => "Tasks".into(),
        BackupAsk::TaskLog { .. } => "Task log".into(),
        BackupAsk::Datastores => "Stores".into(),
        BackupAsk::Datastore { store } => format!("Store {store}"),
        BackupAsk::Usage { store: Some(store) } => format!("Usage of {store}"),
        BackupAsk::Usage { store: None } => "Usage of the stores".into(),
        BackupAsk::GarbageCollection { .. } => "Garbage collection".into(),
        BackupAsk::Items { what, name: None } => format!("All of {what}"),
        BackupAsk::Items { what, name: Some(name) } => format!("{what} {name}"),
        BackupAsk::Snapshots { groups_only: true, .. } => "Backup groups".into(),
        BackupAsk::Snapshots { group: Some(group), .. } => format!("Snapshots of {group}"),
        BackupAsk::Snapshots { .. } => "Snapshots".into(),
        BackupAsk::Version { .. } => "Versions of the backup server".into(),
    }
}
