//! `kubectl config`: the clusters that Runlight is configured with, under the names that it knows. Never credentials, and
//! never a file of the reader's.

use runbook::{check::ConfigAsk, outcome::Unknown};
use serde_json::{Value, json};

use super::{super::sheet::SheetAnswer, Answer, objects, rows::Rows};
use crate::{
    clock::Clock,
    sources::{Grant, cluster::Cluster},
};

pub(super) async fn get(grant: &Grant, current: &Cluster, ask: &ConfigAsk, clock: Clock) -> Result<Answer, Unknown> {
    let clusters = grant.clusters();
    let names = || clusters.iter().map(|cluster| format!("{}\n", cluster.name())).collect::<String>();
    let note = "These are the clusters of runlight.toml; kubectl would read the kubeconfig of whoever runs it.";
    let text = |what: &str, text: String| {
        Answer::from(SheetAnswer {
            notes: vec![note.into()],
            ..SheetAnswer::text("runlight.toml", what.into(), text, clock.now())
        })
    };
    Ok(match ask {
        ConfigAsk::CurrentContext => text("current context", format!("{}\n", current.name())),
        ConfigAsk::ContextNames => text("contexts", names()),
        ConfigAsk::Clusters => text("clusters", format!("NAME\n{}", names())),
        ConfigAsk::View { minify, output } => {
            let printed = objects::write(view(grant, current, *minify), output, false).await?;
            text("configured clusters", printed)
        }
        ConfigAsk::Contexts => Rows {
            rows: clusters
                .iter()
                .map(|cluster| {
                    let mark = if cluster.name() == current.name() { "*" } else { "" };
                    let (address, namespace) = (cluster.address(), cluster.default_namespace());
                    [mark, cluster.name(), &address, "", &namespace].map(str::to_owned).to_vec()
                })
                .collect(),
            notes: vec![note.into()],
            ..Rows::new(
                "runlight.toml",
                "contexts".into(),
                vec!["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"],
                clock.now(),
            )
        }
        .answer(),
    })
}

/// All clusters, or the current one alone.
fn view(grant: &Grant, current: &Cluster, minify: bool) -> Value {
    let shown = || grant.clusters().iter().filter(|cluster| !minify || cluster.name() == current.name());
    let clusters = shown();
    let contexts = shown().map(|cluster| {
        json!({ "name": cluster.name(),
            "context": { "cluster": cluster.name(), "namespace": cluster.default_namespace(), "user": "REDACTED" } })
    });
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": clusters
            .map(|cluster| json!({ "name": cluster.name(), "cluster": { "server": cluster.url() } }))
            .collect::<Vec<_>>(),
        "contexts": contexts.collect::<Vec<_>>(),
        "current-context": current.name(),
        "users": "REDACTED",
    })
}
