//! `kubectl explain`: what a field means, by the cluster's own description of its kinds.

use std::sync::Arc;

use runbook::{
    explain,
    outcome::{Cause, Unknown},
};

use super::{super::sheet::SheetAnswer, Answer};
use crate::{clock::Clock, sources::cluster::Cluster};

pub(super) async fn get(
    cluster: &Arc<Cluster>,
    path: &str,
    is_recursive: bool,
    clock: Clock,
) -> Result<Answer, Unknown> {
    let (kind, fields) = split(cluster, path).await?;
    let prefix = if kind.group.is_empty() { "api".to_owned() } else { format!("apis/{}", kind.group) };
    let index = cluster.raw_json("/openapi/v3").await.map_err(|failure| failure.to_unknown())?;
    let listed = &index["paths"][format!("{prefix}/{}", kind.version)]["serverRelativeURL"];
    let Some(address) = listed.as_str().filter(|address| address.starts_with("/openapi/v3/")) else {
        return Err(undescribed(cluster, path));
    };
    let document = cluster.raw_json(address).await.map_err(|failure| failure.to_unknown())?;
    let asked = explain::Asked { group: &kind.group, version: &kind.version, kind: &kind.kind, fields: &fields };
    match explain::explain(&document, &asked, is_recursive) {
        Ok(text) => Ok(Answer::from(SheetAnswer::text(cluster.name(), path.to_owned(), text, clock.now()))),
        Err(explain::NotExplained::NoSuchField(field)) => Err(Cause::NotFound.unknown(
            format!("{path} of {}", cluster.name()),
            format!("The field \"{field}\" does not exist."),
            "Leave it out to see which fields there are.",
        )),
        Err(explain::NotExplained::NoSuchKind) => Err(undescribed(cluster, path)),
    }
}

/// The kind and the fields under it. A kind may carry its group: `certificates.cert-manager.io`, with fields after it.
async fn split(cluster: &Cluster, path: &str) -> Result<(crate::sources::cluster::KnownKind, Vec<String>), Unknown> {
    let words: Vec<&str> = path.split('.').collect();
    let fields = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let first = cluster.kind(words[0]).await;
    let known = match &first {
        Ok(_) => None,
        Err(_) => Some(()),
    };
    if known.is_none() && words.len() == 1 {
        return first.map(|kind| (kind, Vec::new())).map_err(|failure| failure.to_unknown());
    }
    // The longest beginning that is a kind with its group wins, as `deployments.apps` is one.
    for length in (2..=words.len()).rev() {
        let group = words[1..length].join(".");
        if let Ok(kind) = cluster.kind(&words[..length].join(".")).await
            && (kind.group == group || format!("{}.{}", kind.version, kind.group) == group)
        {
            return Ok((kind, fields(&words[length..])));
        }
    }
    first.map(|kind| (kind, fields(&words[1..]))).map_err(|failure| failure.to_unknown())
}

fn undescribed(cluster: &Cluster, path: &str) -> Unknown {
    Cause::NotFound.unknown(
        format!("{path} of {}", cluster.name()),
        format!("{} does not describe that kind.", cluster.name()),
        "A custom resource is described only where its definition has a schema.",
    )
}
