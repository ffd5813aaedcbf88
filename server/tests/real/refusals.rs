//! What people see whose credentials are not accepted, or lack a permission: each is named.

use libtest_mimic::Trial;
use server::sources::{
    Cause, SourceFailure,
    cluster::{Cluster, LogRequest, PodWatchState},
};

use crate::{
    cluster::{connect, live},
    not_run::{Ran, trials},
    parts::{Parts, eventually},
};

async fn failed_watch(cluster: &Cluster) -> SourceFailure {
    eventually("a failed watch", async || match cluster.pods().state {
        PodWatchState::Failed(failure) => Some(failure),
        _ => None,
    })
    .await
}

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![
        an_expired_token_reads_as_unauthorized,
        a_user_with_nothing_learns_which_permission_is_missing,
        a_viewer_sees_pods,
    ]
}

async fn an_expired_token_reads_as_unauthorized() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "expired").await;
    let failure = failed_watch(&cluster).await;
    assert_eq!(failure.kind, Cause::Unauthorized);
    assert!(failure.reason.contains("401"), "{failure}");
    Ok(())
}

async fn a_user_with_nothing_learns_which_permission_is_missing() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "nothing").await;
    let failure = failed_watch(&cluster).await;
    assert_eq!(failure.kind, Cause::Forbidden);
    let text = failure.to_string();
    assert!(text.contains("list") && text.contains("pods"), "{text}");
    let request = LogRequest {
        namespace: parts.namespace.clone(),
        pod: "exits-one".into(),
        container: None,
        is_previous: false,
        tail_lines: None,
        since_s: None,
    };
    let failure = cluster.logs(&request).await.expect_err("it may not");
    assert_eq!(failure.kind, Cause::Forbidden);
    let text = failure.to_string();
    assert!(text.contains("pods/log") && text.contains(&parts.namespace), "{text}");
    Ok(())
}

async fn a_viewer_sees_pods() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "view").await;
    let view = live(&cluster).await;
    assert!(view.pods.in_namespace(&parts.namespace).count() > 0);
    Ok(())
}
