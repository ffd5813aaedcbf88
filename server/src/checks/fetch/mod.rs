//! Asks the source. Does no thinking: what came back is judged elsewhere.

mod access;
mod amtool;
mod api;
mod backup_server;
pub(in crate::checks) mod cluster;
mod config;
mod describe;
mod events;
mod explain;
mod helm;
mod host;
mod kinds;
mod log_sources;
pub(in crate::checks) mod log_store;
mod logs;
mod monitoring;
mod node;
mod objects;
mod proxmox;
mod recorded;
mod rollout;
mod rows;
mod top;
mod wait;

use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use runbook::{
    check::{ClusterAsk, Question},
    outcome::{Cause, Unknown},
};

use super::{
    Ask, backups::BackupsAnswer, describe::DescribeAnswer, logs::ContainerLog, parts::PartsAnswer, pods::PodsAnswer,
    query::QueryAnswer, sheet::SheetAnswer,
};
use crate::clock::Clock;

/// What a source said.
#[derive(Debug)]
pub(super) enum Answer {
    /// Pods out of the watch.
    Pods(Box<PodsAnswer>),
    /// What a command prints: text, or lines with a table behind them.
    Sheet(Box<SheetAnswer>),
    /// Descriptions of objects.
    Describe(Box<DescribeAnswer>),
    /// A container's log.
    Log(Box<ContainerLog>),
    /// Several of these.
    Parts(PartsAnswer),
    /// Backups of a Proxmox node.
    Backups(BackupsAnswer),
    /// The value of an expression.
    Query(Box<QueryAnswer>),
}

impl From<SheetAnswer> for Answer {
    fn from(answer: SheetAnswer) -> Self {
        Self::Sheet(Box::new(answer))
    }
}

pub(super) use log_sources::namespace as log_namespace;

/// Asks the source that the check names.
pub(super) async fn fetch(clock: Clock, ask: &Ask) -> Result<Answer, Unknown> {
    let grant = &ask.situation.grant;
    match &ask.check.question {
        Question::Cluster(question) => {
            let cluster = cluster::find(grant, question.context.as_deref(), &ask.situation)?;
            match &question.ask {
                ClusterAsk::Get(get) => {
                    let answer = cluster::get(cluster, get, clock).await?;
                    Ok(recorded::add(grant, cluster.name(), &ask.situation, answer).await)
                }
                ClusterAsk::Logs(logs) => logs::get(cluster, logs, &ask.situation, clock).await,
                ClusterAsk::Events(events) => events::get(cluster, events, clock).await,
                ClusterAsk::Top(top) => top::get(cluster, top, clock).await,
                ClusterAsk::Rollout(rollout) => rollout::get(cluster, rollout, clock).await,
                ClusterAsk::Wait(wait) => wait::get(cluster, wait, clock).await,
                ClusterAsk::Access(access) => access::may(cluster, access, clock).await,
                ClusterAsk::WhoAmI => access::who(cluster, clock).await,
                ClusterAsk::ApiResources { .. } => api::resources(cluster, &question.ask, clock).await,
                ClusterAsk::ApiVersions => api::versions(cluster, clock).await,
                ClusterAsk::Version { output } => api::version(cluster, output, clock).await,
                ClusterAsk::ClusterInfo => api::cluster_info(cluster, clock).await,
                ClusterAsk::Raw(path) => api::raw(cluster, path, clock).await,
                ClusterAsk::Explain { path, recursive } => explain::get(cluster, path, *recursive, clock).await,
                ClusterAsk::Config(config) => config::get(grant, cluster, config, clock).await,
                ClusterAsk::Helm(asked) => helm::get(cluster, asked, clock).await,
                ClusterAsk::Describe(asked) => describe::describe(cluster, asked, clock).await,
            }
        }
        Question::Proxmox(question) => proxmox::fetch(grant, question, &ask.situation, clock).await,
        Question::Backup(question) => backup_server::fetch(grant, question, clock).await.map(Answer::from),
        // These are taken apart before anything is asked.
        Question::Several(_) | Question::Each(_) => Err(not_yet("Several questions at once")),
        Question::Prometheus(question) => monitoring::prometheus(grant, question, ask, clock).await,
        Question::Alertmanager(question) => monitoring::alertmanager(grant, question, ask, clock).await,
        Question::LogStore(question) => log_store::fetch(grant, question, ask, clock).await,
    }
}

/// Fires whenever the answer may have changed. Never fires for answers that only asking again can renew.
pub(super) fn changes(ask: &Ask) -> BoxStream<'static, ()> {
    let grant = &ask.situation.grant;
    match &ask.check.question {
        Question::Cluster(question) => match cluster::find(grant, question.context.as_deref(), &ask.situation) {
            Ok(cluster) => cluster::changes(cluster, &question.ask, &ask.situation),
            Err(_) => stream::pending().boxed(),
        },
        Question::Proxmox(question) => proxmox::changes(grant, question, &ask.situation),
        Question::Several(checks) => stream::select_all(checks.iter().map(|check| {
            let ask = Ask { check: check.clone(), situation: ask.situation.clone() };
            changes(&ask)
        }))
        .boxed(),
        Question::Prometheus(question) => monitoring::prometheus_changes(question),
        Question::Alertmanager(question) => monitoring::alertmanager_changes(grant, question, &ask.situation),
        _ => stream::pending().boxed(),
    }
}

/// The grammar knows more questions than the sources can answer so far: that is said, not hidden.
fn not_yet(asked: &str) -> Unknown {
    Cause::BadRequest.unknown(
        asked,
        "Runlight recognises this command, but this version cannot ask it yet.",
        "Run it by hand: the command is there to be copied.",
    )
}
