//! Custom resources that belong to a pod, and how they stand: what fills its secrets, its certificates, the Argo CD
//! Application that deploys it, and where that one's manifests lie.

mod judge;

use futures::{future::join_all, join};
use runbook::outcome::{Body, Findings, FindingsPanel, Report};

use super::{super::unanswered, CaseFile, CaseFiles, PanelAsk, objects::list};
use crate::{checks::fetch::cluster, sources::cluster::GetScope};

/// Kinds that fill, renew or deploy what pods use. One that is not installed is not asked.
const KINDS: [&str; 7] = [
    "infisicalsecrets.secrets.infisical.com",
    "externalsecrets.external-secrets.io",
    "sealedsecrets.bitnami.com",
    "vaultstaticsecrets.secrets.hashicorp.com",
    "certificates.cert-manager.io",
    "helmreleases.helm.toolkit.fluxcd.io",
    "kustomizations.kustomize.toolkit.fluxcd.io",
];
const APPLICATIONS: &str = "applications.argoproj.io";

pub(super) async fn report(files: &CaseFiles, ask: &PanelAsk, file: &CaseFile) -> Report {
    let cluster = match cluster::find(&ask.situation.grant, None, &ask.situation) {
        Ok(cluster) => cluster,
        Err(unknown) => return unanswered(unknown, file.asked_at),
    };
    if let (None, Some(unknown)) = (&file.pod, file.facts.containers.unknown()) {
        return unanswered(unknown.clone(), file.asked_at);
    }
    let namespace = GetScope::Namespace(file.facts.namespace.clone());
    let kinds = KINDS.map(async |kind| (kind, list(files, cluster, kind, namespace.clone()).await));
    let (kinds, applications) = join!(join_all(kinds), list(files, cluster, APPLICATIONS, GetScope::All));
    let rows = judge::rows(file, kinds, (APPLICATIONS, applications));
    Report {
        title: format!("What {} depends on", file.facts.pod),
        source: file.cluster.clone(),
        asked_at: files.clock.now(),
        outcome: judge::outcome(&rows),
        body: Body::Findings(Findings { panel: FindingsPanel::Conditions, rows }),
        notes: Vec::new(),
    }
}
