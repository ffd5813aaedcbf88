//! A look at a Kubernetes cluster: credentials, version, clock, certificate, rights, and whether what it lists can be all.

use std::sync::Arc;

use app::server_side::doctor::{Part, Row, State, Topic};
use futures::future::join_all;
use runbook::command::SecretData;

use super::{
    Draft, common, failed, note,
    rights::{self, Missing, RIGHTS, Right, SECRETS},
    set_version,
};
use crate::{
    clock::Clock,
    config,
    sources::{
        SourceFailure,
        cluster::{Attempt, Cluster},
    },
};

pub(super) fn part(cluster: &Cluster) -> Part {
    let address = Some(cluster.address()).filter(|address| !address.is_empty());
    Part { kind: "Kubernetes", name: cluster.name().to_owned(), address, version: None, rows: Vec::new() }
}

pub(super) async fn examine(cluster: &Arc<Cluster>, section: Option<&config::Cluster>, clock: Clock, draft: Draft) {
    look_at_credentials(cluster, section, clock, &draft);
    let greeting = match cluster.greet().await {
        Ok(greeting) => greeting,
        Err(failure) => return note(&draft, failed(Topic::Reach, &failure)),
    };
    set_version(&draft, &greeting.version);
    note(&draft, Row::ok(Topic::Reach, format!("It answers, as Kubernetes {}.", greeting.version)));
    if let Some(date) = greeting.date {
        note(&draft, common::clock("its API server", date, clock.now()));
    }
    let certificate = async {
        match cluster.url().starts_with("https:") {
            true => common::server_certificate(&cluster.address(), clock.now()).await,
            false => None,
        }
    };
    let (certificate, ()) = futures::join!(certificate, look_at_rights(cluster, section, &draft));
    if let Some(row) = certificate {
        note(&draft, row);
    }
}

/// What the kubeconfig says, before anybody is asked.
fn look_at_credentials(cluster: &Cluster, section: Option<&config::Cluster>, clock: Clock, draft: &Draft) {
    if let Some(path) = section.and_then(|section| section.kubeconfig.as_deref())
        && let Some(row) = common::secret_file("kubeconfig", path)
    {
        note(draft, row);
    }
    let Some(credentials) = cluster.credentials() else { return };
    if cluster.url().starts_with("http:") {
        note(
            draft,
            Row::warning(
                Topic::Files,
                format!(
                    "The server is {}: nothing says who answers there, and everybody on the way reads along.",
                    cluster.url()
                ),
                "Give the API server's https address and its certificate-authority.",
            ),
        );
    }
    if let Some(plugin) = &credentials.plugin {
        note(
            draft,
            Row::warning(
                Topic::Files,
                format!("Its credentials come from the program `{plugin}`, and are unknown whenever that fails."),
                "Use the token of a service account, which depends on nothing else; deploy/rbac.yaml has one.",
            ),
        );
    }
    if !credentials.are_given {
        let context = credentials.context.as_deref().unwrap_or("");
        note(
            draft,
            Row::warning(
                Topic::Files,
                format!("The context {context} has no user with credentials: the cluster is asked as nobody."),
                "Give the context a user that the kubeconfig has, with a token or a certificate.",
            ),
        );
    }
    if let Some(certificate) = &credentials.certificate {
        let remedy = "Make a new one before that; or use the token of a service account.";
        let row = common::lifetime("The client-certificate", certificate, clock.now(), State::Unknown, remedy);
        note(draft, row);
    }
}

async fn look_at_rights(cluster: &Arc<Cluster>, section: Option<&config::Cluster>, draft: &Draft) {
    let account = match cluster.account().await {
        Ok(account) => account,
        Err(failure) => return note(draft, failed(Topic::Rights, &failure)),
    };
    let shows_secrets = section.is_some_and(|section| section.secret_data == SecretData::Show);
    let wanted: Vec<Right> = RIGHTS.iter().copied().chain(shows_secrets.then_some(SECRETS)).collect();
    let missing = match missing(cluster, &wanted).await {
        Ok(missing) => missing,
        Err(failure) => return note(draft, failed(Topic::Rights, &failure)),
    };
    let whose = account.as_deref().map_or_else(|| "The account".to_owned(), |name| format!("The account {name}"));
    if missing.is_empty() {
        let words = format!("{whose} may read all {} kinds that pages and commands ask for.", wanted.len());
        note(draft, Row::ok(Topic::Rights, words));
    }
    let (basic, more): (Vec<Missing>, Vec<Missing>) = missing.iter().partition(|missing| missing.right.is_basic);
    for (missing, state, meaning) in [
        (&basic, State::Unknown, "pages show that as unknown"),
        (&more, State::Warning, "commands that ask for it are unknown"),
    ] {
        if !missing.is_empty() {
            let words = format!("{whose} may not {} in all namespaces: {meaning}.", rights::sentence(missing));
            let remedy = "Save this as runlight-missing.yaml and apply it with: kubectl apply -f runlight-missing.yaml";
            let lines = rights::role(missing, account.as_deref());
            note(draft, Row::new(state, Topic::Rights, words).with(remedy, lines));
        }
    }
    if !basic.iter().any(|missing| missing.right.resource == "pods" && missing.verb == "list") {
        look_at_pods(cluster, draft).await;
    }
    if !more.iter().any(|missing| missing.right.group == "metrics.k8s.io") {
        look_at_metrics(cluster, draft).await;
    }
}

/// The rights that the cluster says are missing.
async fn missing(cluster: &Arc<Cluster>, wanted: &[Right]) -> Result<Vec<Missing>, SourceFailure> {
    let asked = wanted.iter().flat_map(|right| right.verbs.iter().map(|verb| Missing { right: *right, verb }));
    let answers = join_all(asked.map(async |asked: Missing| {
        let Missing { right, verb } = asked;
        let attempt = Attempt { verb, group: right.group, resource: right.resource, namespace: None };
        Ok::<_, SourceFailure>((!cluster.may(attempt).await?).then_some(asked))
    }));
    answers.await.into_iter().filter_map(Result::transpose).collect()
}

/// A list that may be read and is empty is nobody's cluster: every one has pods of its own.
async fn look_at_pods(cluster: &Arc<Cluster>, draft: &Draft) {
    let row = match cluster.raw_json("/api/v1/pods?limit=1").await {
        Err(failure) => failed(Topic::Content, &failure),
        Ok(list) if list["kind"] != "PodList" && list["kind"] != "List" => Row::unknown(
            Topic::Content,
            "It answers the question for its pods with something that is no list of pods.",
            "Check that the address in the kubeconfig is an API server and not a proxy.",
        ),
        Ok(list) if list["items"].as_array().is_none_or(Vec::is_empty) => Row::warning(
            Topic::Content,
            "It lists no pod at all, although its account may list all of them.",
            "Check that this is the cluster that is meant: every cluster runs pods of its own.",
        ),
        Ok(_) => Row::ok(Topic::Content, "It lists its pods."),
    };
    note(draft, row);
}

/// `kubectl top` needs a server that not every cluster has.
async fn look_at_metrics(cluster: &Arc<Cluster>, draft: &Draft) {
    match cluster.raw_json("/apis/metrics.k8s.io/v1beta1/nodes?limit=1").await {
        Ok(_) => note(draft, Row::ok(Topic::Content, "Its metrics API answers: kubectl top has numbers.")),
        Err(failure) if failure.kind.is_absence() => note(
            draft,
            Row::warning(
                Topic::Content,
                "It has no metrics API: what kubectl top asks is unknown.",
                "Install metrics-server, if runbooks use kubectl top.",
            ),
        ),
        Err(failure) => note(
            draft,
            Row::warning(
                Topic::Content,
                format!("Its metrics API has no server behind it: {}", failure.reason),
                "Look at metrics-server: kubectl get apiservice v1beta1.metrics.k8s.io",
            ),
        ),
    }
}
