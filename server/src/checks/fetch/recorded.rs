//! What Prometheus knows of pods beyond the watch: restarts before it began, and which pods the page's alert leaves
//! out. Never keeps an answer waiting for long: without it the watch's own knowledge stands, and says so.

use runbook::{promql::Expression, time::Timestamp};

use super::{super::Situation, Answer, cluster};
use crate::{
    patience::Patience,
    sources::{
        Grant,
        prometheus::{Prometheus, Recorded},
    },
};

/// A recorded restart this near to one that was seen is the same one, in milliseconds: records are a minute apart.
const SAME_MS: i64 = 90_000;

/// Adds what is recorded to an answer about pods.
pub(super) async fn add(grant: &Grant, cluster: &str, situation: &Situation, answer: Answer) -> Answer {
    let Answer::Pods(mut pods) = answer else { return answer };
    let Some(prometheus) = grant.prometheus_of(Some(cluster)) else { return Answer::Pods(pods) };
    match prometheus.restarts_last_hour(cluster, grant.patience().with_addition()).await {
        Recorded::Known(record) => pods.monitoring.recorded = Some((prometheus.name().to_owned(), record)),
        Recorded::Loading => {}
        Recorded::Failed(failure) => pods.monitoring.gaps.push(format!(
            "Restarts in the last hour are only what the watch has seen: {} {}",
            failure.reason, failure.remedy
        )),
    }
    pods.monitoring.rule = rule(prometheus, situation, grant.patience()).await;
    Answer::Pods(pods)
}

/// The rule of the page's alert. Several rules of one name leave out different pods, so none of them speaks.
async fn rule(prometheus: &Prometheus, situation: &Situation, patience: Patience) -> Option<(String, Expression)> {
    let alert = situation.alert.as_ref()?;
    let rules = tokio::time::timeout(patience.with_addition(), prometheus.alert_rules()).await.ok()?.ok()?;
    let mut named = rules.iter().filter(|rule| rule.name == *alert);
    let (Some(rule), None) = (named.next(), named.next()) else { return None };
    Some((alert.clone(), Expression::read(&rule.query).ok()?))
}

/// When the alert's pod restarted within the last day, oldest first: as recorded, and as seen since. What the reader
/// should know of that goes to `notes`.
pub(super) async fn restarts_of(grant: &Grant, situation: &Situation, notes: &mut Vec<String>) -> Vec<Timestamp> {
    let seen = cluster::restarts_of(grant, situation);
    let (Some(namespace), Some(pod)) = (&situation.namespace, &situation.pod) else { return seen };
    let Ok(cluster) = cluster::find(grant, None, situation) else { return seen };
    let Some(prometheus) = grant.prometheus_of(Some(cluster.name())) else { return seen };
    let asked = prometheus.restart_times(cluster.name(), namespace, pod);
    match tokio::time::timeout(grant.patience().with_detail(), asked).await {
        Ok(Ok(recorded)) => {
            notes.push(format!(
                "The restarts are those that Prometheus {} has recorded, to the minute.",
                prometheus.name()
            ));
            merge(recorded, seen)
        }
        Ok(Err(failure)) => {
            notes.push(format!(
                "The restarts are only those that the watch has seen: {} {}",
                failure.reason, failure.remedy
            ));
            seen
        }
        Err(_) => {
            notes.push("The restarts are only those that the watch has seen: Prometheus has not answered yet.".into());
            seen
        }
    }
}

/// Those that were seen are exact; those that were recorded fill in what was not seen.
fn merge(recorded: Vec<Timestamp>, seen: Vec<Timestamp>) -> Vec<Timestamp> {
    let mut unmatched = seen.clone();
    let is_new = |at: &Timestamp| {
        let same = unmatched.iter().position(|known| known.ms_since(*at).abs() <= SAME_MS);
        same.map(|same| unmatched.swap_remove(same)).is_none()
    };
    let mut all: Vec<Timestamp> = recorded.into_iter().filter(is_new).collect();
    all.extend(seen);
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_a_restart_once_that_was_both_seen_and_recorded() {
        let minutes = |at: &[i64]| at.iter().map(|at| Timestamp(at * 60_000)).collect::<Vec<_>>();
        let seen = vec![Timestamp(10 * 60_000 - 20_000), Timestamp(30 * 60_000 - 5_000)];
        let merged = merge(minutes(&[5, 10, 20, 30]), seen.clone());
        assert_eq!(merged, [Timestamp(300_000), seen[0], Timestamp(1_200_000), seen[1]]);
        assert_eq!(merge(Vec::new(), seen.clone()), seen);
        assert_eq!(merge(minutes(&[5, 5]), Vec::new()), minutes(&[5, 5]));
    }
}
