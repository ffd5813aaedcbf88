//! Which words of a question become parts of a path at its source. A name that is no such part leads somewhere else there,
//! so a question with one is not put.

use super::{
    BackupAsk, Check, ClusterAsk, Describe, Get, HelmAsk, LogTarget, Logs, ProxmoxAsk, Question, Resource, Scope,
};

impl Question {
    /// Every word that becomes a part of a path. Paths that a command writes whole have rules of their own.
    pub fn path_words(&self) -> Vec<&str> {
        let mut words = Vec::new();
        match self {
            Self::Cluster(question) => of_cluster(&question.ask, &mut words),
            Self::Proxmox(question) => words.extend(of_proxmox(&question.ask)),
            Self::Backup(question) => words.extend(of_backup(&question.ask)),
            Self::Prometheus(_) | Self::Alertmanager(_) | Self::LogStore(_) => {}
            Self::Several(checks) => words.extend(checks.iter().flat_map(Check::path_words)),
            Self::Each(each) => words.extend(each.from.path_words()),
        }
        words
    }
}

impl Check {
    fn path_words(&self) -> Vec<&str> {
        self.question.path_words()
    }
}

fn of_cluster<'q>(ask: &'q ClusterAsk, words: &mut Vec<&'q str>) {
    let names = |resources: &'q [Resource], words: &mut Vec<&'q str>| {
        words.extend(resources.iter().flat_map(|resource| &resource.names).map(String::as_str));
    };
    let scope = match ask {
        ClusterAsk::Get(Get { resources, scope, .. }) | ClusterAsk::Describe(Describe { resources, scope, .. }) => {
            names(resources, words);
            scope
        }
        ClusterAsk::Wait(wait) => {
            names(&wait.resources, words);
            &wait.scope
        }
        ClusterAsk::Rollout(rollout) => {
            names(std::slice::from_ref(&rollout.resource), words);
            &rollout.scope
        }
        ClusterAsk::Logs(Logs { target, scope, .. }) => {
            match target {
                LogTarget::Pod(name) | LogTarget::Owner { name, .. } => words.push(name),
                LogTarget::Selector(_) => {}
            }
            scope
        }
        ClusterAsk::Top(top) => {
            words.extend(top.name.as_deref());
            &top.scope
        }
        ClusterAsk::Helm(helm) => {
            match &helm.ask {
                HelmAsk::Status { name, .. } | HelmAsk::History { name, .. } => words.push(name),
                HelmAsk::List { .. } => {}
            }
            &helm.scope
        }
        ClusterAsk::Events(events) => &events.scope,
        ClusterAsk::Access(access) => &access.scope,
        ClusterAsk::Raw(_)
        | ClusterAsk::WhoAmI
        | ClusterAsk::ApiResources { .. }
        | ClusterAsk::ApiVersions
        | ClusterAsk::Explain { .. }
        | ClusterAsk::ClusterInfo
        | ClusterAsk::Version { .. }
        | ClusterAsk::Config(_) => return,
    };
    if let Scope::Named(namespace) = scope {
        words.push(namespace);
    }
}

fn of_proxmox(ask: &ProxmoxAsk) -> Option<&str> {
    match ask {
        ProxmoxAsk::Task { upid, .. } => Some(upid),
        ProxmoxAsk::GuestStatus { id, .. }
        | ProxmoxAsk::GuestConfig { id, .. }
        | ProxmoxAsk::GuestPending { id, .. }
        | ProxmoxAsk::GuestSnapshots { id, .. }
        | ProxmoxAsk::GuestAgent { id, .. } => Some(id),
        ProxmoxAsk::Storages { storage, .. } => storage.as_deref(),
        ProxmoxAsk::StorageContent { storage, .. } => Some(storage),
        ProxmoxAsk::Service { unit, .. } => Some(unit),
        _ => None,
    }
}

fn of_backup(ask: &BackupAsk) -> Option<&str> {
    match ask {
        BackupAsk::TaskLog { upid } => Some(upid),
        BackupAsk::Datastore { store } => Some(store),
        BackupAsk::Usage { store } | BackupAsk::GarbageCollection { store } | BackupAsk::Snapshots { store, .. } => {
            store.as_deref()
        }
        BackupAsk::Items { name, .. } => name.as_deref(),
        BackupAsk::Tasks { .. } | BackupAsk::Datastores | BackupAsk::Version { .. } => None,
    }
}
