//! Leader election around a pod: who holds which lease, when it was last renewed, how often it changed hands; and the
//! older form, an annotation of Endpoints.

mod judge;

use futures::join;
use runbook::outcome::Report;

use super::{super::unanswered, CaseFile, CaseFiles, PanelAsk, objects::list};
use crate::{checks::fetch::cluster, sources::cluster::GetScope};

pub(super) async fn report(files: &CaseFiles, ask: &PanelAsk, file: &CaseFile) -> Report {
    let cluster = match cluster::find(&ask.situation.grant, None, &ask.situation) {
        Ok(cluster) => cluster,
        Err(unknown) => return unanswered(unknown, file.asked_at),
    };
    // Of a pod that nobody knows no election can be told apart from the others.
    if let (true, Some(unknown)) = (files.is_stranger(&ask.situation), file.facts.containers.unknown()) {
        return unanswered(unknown.clone(), file.asked_at);
    }
    let namespace = || GetScope::Namespace(file.facts.namespace.clone());
    let (leases, endpoints) = join!(
        list(files, cluster, "leases.coordination.k8s.io", namespace()),
        list(files, cluster, "endpoints", namespace())
    );
    judge::report(file, leases, endpoints, files.clock.now())
}
