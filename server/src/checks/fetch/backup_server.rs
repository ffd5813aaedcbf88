//! Questions to a Proxmox Backup Server: asked by subject, and written as its own tools write them.

use std::sync::Arc;

use runbook::{
    check::{ApiFormat, BackupAsk, BackupQuestion},
    outcome::{Cause, Unknown},
    proxmox::{Object, backup, hide_secrets, pvesh},
    sheet::Sheet,
};
use serde_json::Value;

use super::super::sheet::SheetAnswer;
use crate::{
    clock::Clock,
    sources::{Grant, SourceFailure, backup_server::BackupServer},
};

/// Tasks that a list shows when the command does not say.
const LISTED_TASKS: u32 = 50;

pub(super) async fn fetch(grant: &Grant, question: &BackupQuestion, clock: Clock) -> Result<SheetAnswer, Unknown> {
    let server = find(grant, question.host.as_deref())?;
    let answer = match question.format {
        ApiFormat::Text(_) | ApiFormat::Yaml => sheet(server, &question.ask, clock).await,
        ApiFormat::Json => json(server, &question.ask, false).await,
        ApiFormat::JsonPretty => json(server, &question.ask, true).await,
    };
    let sheet = answer.map_err(|failure| failure.to_unknown())?;
    let sheet = sheet.ok_or_else(|| super::not_yet("This list of the backup server"))?;
    Ok(SheetAnswer::of_host(server.name(), title(&question.ask), sheet, clock.now()))
}

/// The server that a command would have reached, or the only one.
fn find<'a>(grant: &'a Grant, host: Option<&str>) -> Result<&'a Arc<BackupServer>, Unknown> {
    let known: Vec<&str> = grant.backup_servers().iter().map(|server| server.name()).collect();
    if let Some(host) = host
        && grant.backup_server_by_host(host).is_none()
        && grant.proxmox_by_host(host).is_none()
        && let Some(unknown) = grant.without_host(host)
    {
        return Err(unknown);
    }
    match (host.and_then(|host| grant.backup_server_by_host(host)), host, grant.backup_servers()) {
        (Some(server), _, _) => Ok(server),
        (None, _, []) => Err(Cause::NotConfigured.unknown(
            "A Proxmox Backup Server",
            "No Proxmox Backup Server is configured.",
            "Add a section [backup.NAME] with url, token_file and fingerprint to runlight.toml.",
        )),
        // The command's host may be a Proxmox VE node from which the server's client is called.
        (None, None, [only]) => Ok(only),
        (None, Some(host), [only]) if grant.proxmox_by_host(host).is_some() => Ok(only),
        (None, None, _) => Err(Cause::NotChosen.unknown(
            "A Proxmox Backup Server",
            "The command does not say which backup server it means.",
            format!("Write it as ssh root@SERVER '…', or with --repository. Configured are: {}.", known.join(", ")),
        )),
        (None, Some(host), _) => Err(Cause::NotConfigured.unknown(
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
        BackupAsk::Snapshots { store, namespace, groups_only: true, .. } => {
            backup::groups(&server.groups(store.as_deref(), namespace.as_deref()).await?)
        }
        BackupAsk::Snapshots { store, group, namespace, groups_only: false } => {
            backup::snapshots(&server.snapshots(store.as_deref(), namespace.as_deref(), group.as_deref()).await?)
        }
        BackupAsk::Version { verbose } => backup::versions(&versions(server, *verbose).await?),
    }))
}

async fn versions(server: &BackupServer, is_verbose: bool) -> Result<Vec<Object>, SourceFailure> {
    let mut packages = server.packages().await?;
    if !is_verbose {
        packages.retain(|package| package.get("Package").is_some_and(|name| name == "proxmox-backup-server"));
    }
    Ok(packages)
}

/// The answer as the API gives it, which the server's tools print where JSON is asked for.
async fn json(server: &BackupServer, ask: &BackupAsk, is_pretty: bool) -> Result<Option<Sheet>, SourceFailure> {
    let objects = match ask {
        BackupAsk::Tasks { all, limit } => server.listed_tasks(*all, limit.unwrap_or(LISTED_TASKS)).await?,
        BackupAsk::Datastores => return items(server, "datastore", None, is_pretty).await,
        BackupAsk::Datastore { store } => return items(server, "datastore", Some(store), is_pretty).await,
        BackupAsk::Items { what, name } => return items(server, what, name.as_deref(), is_pretty).await,
        BackupAsk::GarbageCollection { store } => {
            let mut stores = server.garbage_collection(store.as_deref()).await?;
            match store {
                Some(_) if stores.len() == 1 => {
                    return Ok(Some(pvesh::json(&Value::Object(stores.remove(0)), is_pretty)));
                }
                _ => stores,
            }
        }
        BackupAsk::Snapshots { store, namespace, groups_only: true, .. } => {
            server.groups(store.as_deref(), namespace.as_deref()).await?
        }
        BackupAsk::Snapshots { store, group, namespace, groups_only: false } => {
            server.snapshots(store.as_deref(), namespace.as_deref(), group.as_deref()).await?
        }
        BackupAsk::Version { verbose } => versions(server, *verbose).await?,
        BackupAsk::TaskLog { .. } | BackupAsk::Usage { .. } => return Ok(None),
    };
    Ok(Some(pvesh::json(&objects.into_iter().map(Value::Object).collect(), is_pretty)))
}

async fn items(
    server: &BackupServer,
    what: &str,
    name: Option<&str>,
    is_pretty: bool,
) -> Result<Option<Sheet>, SourceFailure> {
    let Some(listing) = backup::listing(what) else { return Ok(None) };
    let mut answer: Value = match name {
        Some(name) => Value::Object(server.item(listing, name).await?),
        None => server.items(listing).await?.into_iter().map(Value::Object).collect(),
    };
    hide_secrets(&mut answer);
    Ok(Some(pvesh::json(&answer, is_pretty)))
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
