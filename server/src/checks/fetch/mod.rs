//! Asks the sources. Does no thinking: what came back is judged elsewhere.

mod backup_server;
pub(super) mod cluster;
mod describe;
mod host;
mod node;
mod objects;
mod proxmox;

use futures::{Stream, StreamExt, stream};
use runbook::{
    check::{ClusterAsk, Question},
    outcome::Unknown,
};

use super::{
    Ask, backups::BackupsAnswer, describe::DescribeAnswer, logs::ContainerLog, pods::PodsAnswer, table::TableAnswer,
    text::TextAnswer, tool::ToolAnswer,
};
use crate::{clock::Clock, sources::Sources};

/// What a source said.
#[derive(Debug)]
pub(super) enum Answer {
    /// Pods out of the watch.
    Pods(PodsAnswer),
    /// A table in the source's columns.
    Table(TableAnswer),
    /// Text in the source's own form.
    Text(TextAnswer),
    /// Descriptions of objects.
    Describe(Box<DescribeAnswer>),
    /// A container's log.
    Log(Box<ContainerLog>),
    /// Backups of a Proxmox node.
    Backups(BackupsAnswer),
    /// What a tool of a host would print.
    Tool(Box<ToolAnswer>),
}

/// Asks the source that the check names.
pub(super) async fn fetch(sources: &Sources, clock: Clock, ask: &Ask) -> Result<Answer, Unknown> {
    match &ask.check.question {
        Question::Cluster(question) => {
            let cluster = cluster::find(sources, question.context.as_deref(), &ask.situation)?;
            match &question.ask {
                ClusterAsk::Get(get) => cluster::get(cluster, get, clock).await,
                ClusterAsk::Logs(logs) => cluster::logs(cluster, logs, &ask.situation, clock).await,
                ClusterAsk::Describe(asked) => describe::describe(cluster, asked, clock).await,
                _ => Err(not_yet("This question to a cluster")),
            }
        }
        Question::Proxmox(question) => proxmox::fetch(sources, question, &ask.situation, clock).await,
        Question::Backup(question) => {
            backup_server::fetch(sources, question, clock).await.map(|answer| Answer::Tool(Box::new(answer)))
        }
        _ => Err(not_yet("This question")),
    }
}

/// Fires whenever the answer may have changed. Never fires for answers that only asking again can renew.
pub(super) fn changes(sources: &Sources, ask: &Ask) -> impl Stream<Item = ()> + Send + Unpin + use<> {
    match &ask.check.question {
        Question::Cluster(question) => match cluster::find(sources, question.context.as_deref(), &ask.situation) {
            Ok(cluster) => cluster::changes(cluster, &question.ask, &ask.situation),
            Err(_) => stream::pending().boxed(),
        },
        Question::Proxmox(question) => proxmox::changes(sources, question, &ask.situation),
        _ => stream::pending().boxed(),
    }
}

/// The grammar knows more questions than the sources can answer so far: that is said, not hidden.
fn not_yet(asked: &str) -> Unknown {
    Unknown {
        asked: asked.into(),
        reason: "Runlight recognises this command, but this version cannot ask it yet.".into(),
        remedy: "Run it by hand: the command is there to be copied.".into(),
        log_id: None,
    }
}
