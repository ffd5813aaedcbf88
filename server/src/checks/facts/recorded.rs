//! Restarts of a container that nobody watched, as its Prometheus has recorded them. What is known exactly is not told
//! twice; a record that cannot be had is an unknown with its reason.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use runbook::{
    outcome::{Cause, Unknown},
    tally::HORIZON_DAYS,
    time::{DAY_MS, Timestamp},
    verdict::{Fact, RestartRecord},
};

use super::{CaseFiles, fetch::within};
use crate::sources::{
    Grant,
    cluster::{CachedPod, Cluster},
    prometheus::RestartCourse,
};

/// A course is long, and what came since is known exactly: it is read anew this often.
const KEPT: Duration = Duration::from_secs(300);
/// Longest reading, for which nobody waits.
const READING_LIMIT: Duration = Duration::from_secs(20);
const MINUTE_MS: i64 = 60_000;
/// Longest pause of the kubelet before it starts a container again, and what a record adds: a counter grows when the
/// next run begins, long after the end of the last one.
const LATEST_MS: i64 = 390_000;
/// A record may seem earlier than the end by the difference of two clocks.
const EARLIEST_MS: i64 = 90_000;
/// Two values of a course are this far apart at most when nothing is missing between.
const SLACK_MS: i64 = 600_000;

/// A course, and when it was read.
pub(super) type KeptCourse = (Instant, RestartCourse);

/// What is recorded of a container. `ends` are the ends of runs that are known exactly.
pub(super) async fn fetch(
    files: &Arc<CaseFiles>,
    (grant, cluster): (&Grant, &Cluster),
    pod: &CachedPod,
    container: &str,
    known: (&[Timestamp], Option<Timestamp>),
) -> Fact<RestartRecord> {
    let Some(prometheus) = grant.prometheus_of(Some(cluster.name())) else {
        return Fact::Unknown(none_configured(cluster.name()));
    };
    let course = match files.kept_course(&pod.uid, container, KEPT) {
        Some(course) => Ok(course),
        None => read(files, (grant, cluster), pod, container).await,
    };
    let horizon = files.clock.now().plus_ms(-HORIZON_DAYS * DAY_MS);
    match course {
        Err(unknown) => Fact::Unknown(unknown),
        Ok(RestartCourse { since: None, .. }) => Fact::Unknown(nothing_recorded(container, prometheus.name())),
        Ok(RestartCourse { since: Some(since), times }) => Fact::Known(RestartRecord {
            times: leave_out_known(&times, known.0, known.1),
            since: whole_since(since, pod.created_at, horizon),
        }),
    }
}

/// Reads the course anew. The verdict does not wait for it long: the reading goes on for the next look.
async fn read(
    files: &Arc<CaseFiles>,
    (grant, cluster): (&Grant, &Cluster),
    pod: &CachedPod,
    container: &str,
) -> Result<RestartCourse, Unknown> {
    let now = files.clock.now();
    let horizon = now.plus_ms(-HORIZON_DAYS * DAY_MS);
    let from = pod.created_at.map_or(horizon, |at| at.plus_ms(-MINUTE_MS).max(horizon));
    let asked = format!("Recorded restarts of {container}");
    let (files, grant, cluster, container) =
        (Arc::clone(files), grant.clone(), cluster.name().to_owned(), container.to_owned());
    let (uid, namespace, name) = (pod.uid.clone(), pod.namespace.clone(), pod.name.clone());
    let said = asked.clone();
    let wait = grant.patience().with_panel();
    let reading = tokio::spawn(async move {
        let prometheus = grant.prometheus_of(Some(&cluster)).ok_or_else(|| none_configured(&cluster))?;
        let course = prometheus.restart_course(&cluster, (&namespace, &name, &container), from);
        let course = within(READING_LIMIT, said, course).await?;
        files.keep_course(&uid, &container, course.clone());
        Ok(course)
    });
    match tokio::time::timeout(wait, reading).await {
        Ok(Ok(course)) => course,
        Ok(Err(_)) | Err(_) => Err(Cause::NotYet.unknown(
            asked,
            "Prometheus has not told yet which restarts it has recorded.",
            "It is looked at again by itself.",
        )),
    }
}

/// Recorded restarts that are not among those whose end is known exactly: each end takes the first record after it.
fn leave_out_known(recorded: &[Timestamp], ends: &[Timestamp], watching_since: Option<Timestamp>) -> Vec<Timestamp> {
    let mut left: Vec<Timestamp> = recorded.to_vec();
    for end in ends {
        let is_its = |at: &Timestamp| (-EARLIEST_MS..=LATEST_MS).contains(&at.ms_since(*end));
        if let Some(its) = left.iter().position(is_its) {
            left.remove(its);
        }
    }
    left.retain(|at| watching_since.is_none_or(|since| *at < since));
    left
}

/// From when on the record is whole. One that begins with the pod, or with the horizon, lacks nothing before.
fn whole_since(since: Timestamp, created_at: Option<Timestamp>, horizon: Timestamp) -> Timestamp {
    let begins_with = |at: Timestamp| since.ms_since(at) <= SLACK_MS;
    if begins_with(horizon) || created_at.is_some_and(begins_with) { horizon } else { since }
}

fn none_configured(cluster: &str) -> Unknown {
    Cause::NotConfigured.unknown(
        "Recorded restarts",
        format!(
            "No Prometheus is configured for {cluster}, so restarts from before Runlight began to watch are not known."
        ),
        "Add a [prometheus.NAME] section to runlight.toml.",
    )
}

fn nothing_recorded(container: &str, prometheus: &str) -> Unknown {
    Cause::Untold.unknown(
        format!("Recorded restarts of {container}"),
        format!("Prometheus {prometheus} has no record of the restarts of {container}."),
        "Let it scrape kube-state-metrics of this cluster.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(at: &[i64]) -> Vec<Timestamp> {
        at.iter().map(|at| Timestamp(at * 60_000)).collect()
    }

    #[test]
    fn a_restart_whose_end_is_known_is_not_told_twice() {
        // What is recorded, which ends are known, since when the cluster is watched, what is left.
        for (recorded, ends, watching_since, left) in [
            (&[10, 20, 30][..], &[][..], None, &[10, 20, 30][..]),
            // The counter grows when the kubelet starts it again, up to five minutes and a scrape later.
            (&[10, 20, 30], &[15], None, &[10, 30]),
            (&[10, 20], &[13], None, &[10, 20]),
            // One end takes one record.
            (&[10, 11, 12], &[9], None, &[11, 12]),
            (&[10, 20, 30], &[], Some(25), &[10, 20]),
            (&[10, 20, 30], &[19], Some(25), &[10]),
            (&[], &[19], Some(25), &[]),
        ] {
            let watching_since = watching_since.map(|at: i64| Timestamp(at * 60_000));
            let found = leave_out_known(&minutes(recorded), &minutes(ends), watching_since);
            assert_eq!(found, minutes(left), "{recorded:?} {ends:?} {watching_since:?}");
        }
    }

    #[test]
    fn a_record_that_begins_with_the_pod_is_whole() {
        let horizon = Timestamp(0);
        let at = |minutes: i64| Timestamp(minutes * 60_000);
        assert_eq!(whole_since(at(1), None, horizon), horizon);
        assert_eq!(whole_since(at(500), None, horizon), at(500));
        assert_eq!(whole_since(at(500), Some(at(495)), horizon), horizon);
        assert_eq!(whole_since(at(500), Some(at(300)), horizon), at(500));
    }
}
