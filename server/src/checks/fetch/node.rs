//! Questions to a Proxmox VE node beside its backups: asked by subject, and written as the tool itself writes them.

use runbook::{
    check::{ApiFormat, GuestKind, ProxmoxAsk},
    outcome::Unknown,
    proxmox::{cluster, guests, host as of_host, pvesh, section, shapes, storage, tasks, units::Offset},
    sheet::Sheet,
};

use super::{
    super::{sheet::SheetAnswer, yaml},
    host, not_yet,
};
use crate::{
    clock::Clock,
    sources::{SourceFailure, proxmox::Proxmox},
};

/// Asks one question. What runs now and what ran last night is asked elsewhere.
pub(super) async fn ask(node: &Proxmox, ask: &ProxmoxAsk, clock: Clock) -> Result<SheetAnswer, Unknown> {
    let sheet = sheet(node, ask, clock).await.map_err(|failure| failure.to_unknown());
    let sheet = sheet?.ok_or_else(|| not_yet("This question to Proxmox"))?;
    let asked_at = clock.now();
    Ok(SheetAnswer::of_host(node.name(), title(node, ask), sheet, asked_at))
}

async fn sheet(node: &Proxmox, ask: &ProxmoxAsk, clock: Clock) -> Result<Option<Sheet>, SourceFailure> {
    Ok(Some(match ask {
        ProxmoxAsk::Tasks { parameters } => {
            tasks::list(node.listed_tasks(parameters).await?, node.host().offset().await?)
        }
        ProxmoxAsk::Task { upid, log: false } => {
            tasks::status(&node.task_status(upid).await?, node.host().offset().await?)
        }
        ProxmoxAsk::Task { upid, log: true } => {
            let log = node.task_log(upid).await?;
            let sheet = tasks::log(log.lines);
            if log.left_out > 0 { sheet.note(format!("{} older lines are left out.", log.left_out)) } else { sheet }
        }
        ProxmoxAsk::Guests { kind } => guests::list(*kind, node.guests(*kind).await?),
        ProxmoxAsk::GuestStatus { kind, id, verbose } => {
            guests::status(*kind, node.guest_state(*kind, id).await?, *verbose)
        }
        ProxmoxAsk::GuestConfig { kind, id, current, snapshot } => {
            guests::config(node.guest_config(*kind, id, *current, snapshot.as_deref()).await?)
        }
        ProxmoxAsk::GuestPending { kind, id } => guests::pending(node.guest_pending(*kind, id).await?),
        ProxmoxAsk::GuestSnapshots { kind, id } => {
            let snapshots = node.guest_snapshots(*kind, id).await?;
            match node.host().offset().await {
                Ok(offset) => guests::snapshots(&snapshots, offset),
                // What is asked for is there; only the node's clock is not.
                Err(failure) => guests::snapshots(&snapshots, Offset::default())
                    .note(format!("Times are in UTC: {} {}", failure.reason, failure.remedy)),
            }
        }
        ProxmoxAsk::GuestAgent { id, command } => guests::agent(&node.guest_agent(id, command).await?),
        ProxmoxAsk::Storages { storage, content, enabled_only } => {
            storage::status(node.storages(storage.as_deref(), content.as_deref(), *enabled_only).await?)
        }
        ProxmoxAsk::StorageContent { storage, content, guest_id } => {
            storage::list(node.storage_content(storage, content.as_deref(), guest_id.as_deref()).await?)
        }
        ProxmoxAsk::ClusterStatus => {
            let quorum = node.quorum().await?;
            cluster::status(&quorum.members, &quorum.votes, &quorum.totem)
        }
        ProxmoxAsk::ClusterNodes => {
            let quorum = node.quorum().await?;
            cluster::list(&quorum.members, &quorum.votes)
        }
        ProxmoxAsk::Version { verbose: false } => of_host::version(&node.host().status().await?),
        ProxmoxAsk::Version { verbose: true } => of_host::packages(&node.packages().await?),
        ProxmoxAsk::HaStatus => cluster::ha_status(&node.ha_status().await?),
        ProxmoxAsk::HaConfig => cluster::ha_config(node.ha_resources().await?),
        ProxmoxAsk::BackupJobs => section::backup_jobs(node.backup_jobs().await?),
        ProxmoxAsk::StorageConfig => section::storages(node.storage_config().await?),
        ask if host::is_asked(ask) => host::sheet(node.host(), ask, clock).await?,
        ProxmoxAsk::Api { path, parameters, format } => {
            let answer = node.api(path, parameters).await?;
            match format {
                ApiFormat::Json => pvesh::json(&answer, false),
                ApiFormat::JsonPretty => pvesh::json(&answer, true),
                ApiFormat::Yaml => Sheet::text(format!("---\n{}", yaml::write(&answer)).lines()),
                ApiFormat::Text(form) => {
                    let Some(shape) = shapes::of(path) else { return Ok(None) };
                    pvesh::draw(shape, &answer, *form, node.host().offset().await?)
                }
            }
        }
        _ => return Ok(None),
    }))
}

fn title(node: &Proxmox, ask: &ProxmoxAsk) -> String {
    let name = |kind: &GuestKind, id: &str| match kind {
        GuestKind::Vm => format!("VM {id}"),
        GuestKind::Container => format!("container {id}"),
    };
    let node = node.node();
    match ask {
        ProxmoxAsk::RunningTasks { task_type } => format!("Running {task_type} tasks of {node}"),
        ProxmoxAsk::Tasks { .. } => format!("Tasks of {node}"),
        ProxmoxAsk::Task { log: true, .. } => "Task log".into(),
        ProxmoxAsk::Task { log: false, .. } => "Task".into(),
        ProxmoxAsk::Guests { kind: GuestKind::Vm } => format!("Virtual machines of {node}"),
        ProxmoxAsk::Guests { kind: GuestKind::Container } => format!("Containers of {node}"),
        ProxmoxAsk::GuestStatus { kind, id, .. } => format!("Status of {}", name(kind, id)),
        ProxmoxAsk::GuestConfig { kind, id, .. } => format!("Configuration of {}", name(kind, id)),
        ProxmoxAsk::GuestPending { kind, id } => format!("Pending changes of {}", name(kind, id)),
        ProxmoxAsk::GuestSnapshots { kind, id } => format!("Snapshots of {}", name(kind, id)),
        ProxmoxAsk::GuestAgent { id, command } => format!("{command} of the agent in VM {id}"),
        ProxmoxAsk::Storages { .. } => format!("Storages of {node}"),
        ProxmoxAsk::StorageContent { storage, .. } => format!("Content of {storage}"),
        ProxmoxAsk::ClusterStatus | ProxmoxAsk::ClusterNodes => "Proxmox cluster".into(),
        ProxmoxAsk::Version { .. } => format!("Versions on {node}"),
        ProxmoxAsk::HaStatus => "High availability".into(),
        ProxmoxAsk::HaConfig => "Resources of high availability".into(),
        ProxmoxAsk::BackupJobs => "Backup jobs".into(),
        ProxmoxAsk::StorageConfig => "Storage configuration".into(),
        ask if host::is_asked(ask) => host::title(node, ask),
        ProxmoxAsk::Api { path, .. } => format!("API {path}"),
        _ => format!("The node {node}"),
    }
}
