//! What a pod names (ConfigMaps, Secrets, claims, its account, pull secrets) and whether it exists. Of a Secret only
//! its existence is asked, never its data.

mod judge;

use futures::future::join_all;
use runbook::outcome::{Body, Cause, Findings, FindingsPanel, Report};
use serde_json::Value;

use self::judge::{Found, judge, outcome, read};
use super::{
    super::unanswered,
    CaseFile, CaseFiles, PanelAsk,
    kubelet::said_by_kubelet,
    named::{Named, list},
};
use crate::{
    checks::fetch::cluster,
    sources::cluster::{Cluster, GetRequest, GetScope},
};

/// Most objects that are looked up for one pod.
const MAX_OBJECTS: usize = 60;

pub(super) async fn report(files: &CaseFiles, ask: &PanelAsk, file: &CaseFile) -> Report {
    let pod = match &file.object {
        Ok(pod) => pod,
        Err(unknown) => return unanswered(unknown.clone(), file.asked_at),
    };
    let cluster = match cluster::find(&ask.situation.grant, None, &ask.situation) {
        Ok(cluster) => cluster,
        Err(unknown) => return unanswered(unknown, file.asked_at),
    };
    let named = list(pod);
    let cut = named.len().saturating_sub(MAX_OBJECTS);
    let rows = named.into_iter().take(MAX_OBJECTS).map(|(named, used)| async move {
        let found = look_up(files, cluster, &file.facts.namespace, &named).await;
        judge(&named, &used, found, &said_by_kubelet(&named, &file.facts))
    });
    let rows = join_all(rows).await;
    let now = files.clock.now();
    let mut notes = vec!["Of a Secret this panel asks for the name alone, never for its keys or values.".to_owned()];
    if cut > 0 {
        notes.push(format!("The pod names {cut} more objects, which were not looked up."));
    }
    Report {
        title: format!("What {} names", file.facts.pod),
        source: file.cluster.clone(),
        asked_at: now,
        outcome: outcome(&rows),
        body: Body::Findings(Findings { panel: FindingsPanel::References, rows }),
        notes,
    }
}

async fn look_up(files: &CaseFiles, cluster: &Cluster, namespace: &str, named: &Named) -> Found {
    let request = GetRequest {
        kind: named.kind.to_lowercase(),
        names: vec![named.name.clone()],
        scope: GetScope::Namespace(namespace.to_owned()),
        selector: None,
        field_selector: None,
    };
    let answer = async {
        match named.kind {
            // The table says that it is there, and holds nothing of what is in it.
            "Secret" => cluster.get_table(&request).await.map(|_| Value::Null),
            _ => cluster.get_json(&request).await,
        }
    };
    match tokio::time::timeout(files.part_limit, answer).await {
        Ok(Ok(object)) => read(named, object),
        Ok(Err(failure)) if failure.kind.is_absence() => Found::Missing,
        Ok(Err(failure)) => Found::Unasked(failure.to_unknown()),
        Err(_) => Found::Unasked(Cause::TimedOut.unknown(
            format!("{} {}", named.kind, named.name),
            format!("There was no answer within {} s.", files.part_limit.as_secs_f32()),
            "It is asked again by itself.",
        )),
    }
}
