//! Restarts as a Prometheus has recorded them: for every pod in the last hour, and one by one for a single pod.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use runbook::time::{DAY_MS, Timestamp};
use tokio::time::Instant;

use super::{Prometheus, Value, whole_value};
use crate::sources::SourceFailure;

/// The series of kube-state-metrics that counts restarts.
const SERIES: &str = "kube_pod_container_status_restarts_total";
/// How old the record may be before it is asked for again: about two scrapes.
const KEPT: Duration = Duration::from_secs(30);
/// Distance of two values of a pod's course, in seconds.
const STEP_S: u32 = 60;
/// The same for a course of several days.
const COURSE_STEP_S: u32 = 120;

/// Restarts of every pod within the last hour.
#[derive(Debug, Clone, PartialEq)]
pub struct RestartRecord {
    /// When Prometheus was asked.
    pub asked_at: Timestamp,
    /// By namespace and pod: restarts of all containers, rounded; Prometheus extrapolates.
    pub namespaces: HashMap<String, HashMap<String, u32>>,
}

impl RestartRecord {
    /// Restarts of a pod; `None` when nothing is recorded of it.
    pub fn restarts(&self, namespace: &str, pod: &str) -> Option<u32> {
        self.namespaces.get(namespace)?.get(pod).copied()
    }
}

/// How the restarts of one container went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestartCourse {
    /// The oldest value; `None` when nothing is recorded.
    pub since: Option<Timestamp>,
    /// When the count grew, once for each restart, oldest first.
    pub times: Vec<Timestamp>,
}

/// The record, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Recorded {
    /// It is there.
    Known(Arc<RestartRecord>),
    /// It is being read for the first time.
    Loading,
    /// It cannot be had.
    Failed(SourceFailure),
}

/// Records by cluster.
#[derive(Default)]
pub(super) struct RestartCache(Mutex<HashMap<String, Slot>>);

#[derive(Default)]
struct Slot {
    read_at: Option<Instant>,
    is_reading: bool,
    latest: Option<Result<Arc<RestartRecord>, SourceFailure>>,
}

impl Prometheus {
    /// Restarts of a cluster's pods within the last hour, as recorded. Answers at once when it was read before, and
    /// reads it again meanwhile when it is old; waits this long for the first record.
    pub async fn restarts_last_hour(&self, cluster: &str, first_wait: Duration) -> Recorded {
        let reading = self.begin_reading(cluster);
        if let Some(known) = self.latest(cluster) {
            return known;
        }
        match reading {
            // The reading goes on after the wait, for the next who asks.
            Some(reading) => match tokio::time::timeout(first_wait, reading).await {
                Ok(_) => self.latest(cluster).unwrap_or(Recorded::Loading),
                Err(_) => Recorded::Loading,
            },
            None => Recorded::Loading,
        }
    }

    /// When a pod restarted within the last day, to the minute, as recorded.
    pub async fn restart_times(
        &self,
        cluster: &str,
        namespace: &str,
        pod: &str,
    ) -> Result<Vec<Timestamp>, SourceFailure> {
        let labels = [("namespace", namespace), ("pod", pod)];
        let query = format!("{SERIES}{{{}}}", self.matchers(cluster, &labels));
        let now = self.clock.now();
        let series = self.whole_range(&query, (now.plus_ms(-DAY_MS), now), STEP_S).await?;
        let mut times: Vec<Timestamp> = series.iter().flat_map(|series| rises(&series.values)).collect();
        times.sort_unstable();
        Ok(times)
    }

    /// The restarts of one container (namespace, pod, name) since an instant, to two minutes, as recorded.
    pub async fn restart_course(
        &self,
        cluster: &str,
        (namespace, pod, container): (&str, &str, &str),
        from: Timestamp,
    ) -> Result<RestartCourse, SourceFailure> {
        let labels = [("namespace", namespace), ("pod", pod), ("container", container)];
        let query = format!("{SERIES}{{{}}}", self.matchers(cluster, &labels));
        let series = self.whole_range(&query, (from, self.clock.now()), COURSE_STEP_S).await?;
        // Several copies of kube-state-metrics tell the same; the one that has told most is believed.
        let fullest = series.iter().max_by_key(|series| series.values.len());
        Ok(RestartCourse {
            since: fullest.and_then(|series| series.values.first()).map(|point| point.at()),
            times: fullest.map_or_else(Vec::new, |series| rises(&series.values)),
        })
    }

    /// Label matchers for a cluster: where this Prometheus knows several, the cluster's own label is among them.
    fn matchers(&self, cluster: &str, labels: &[(&str, &str)]) -> String {
        let place = self.place();
        let own = (place.only_cluster() != Some(cluster) && !place.clusters.is_empty())
            .then_some((place.cluster_label.as_str(), cluster));
        let matchers = own.into_iter().chain(labels.iter().copied());
        // A Go string and a JSON string escape what matters here alike.
        let matchers: Vec<String> =
            matchers.map(|(name, value)| format!("{name}={}", serde_json::Value::from(value))).collect();
        matchers.join(",")
    }

    fn latest(&self, cluster: &str) -> Option<Recorded> {
        Some(match self.restarts.lock().get(cluster)?.latest.clone()? {
            Ok(record) => Recorded::Known(record),
            Err(failure) => Recorded::Failed(failure),
        })
    }

    fn begin_reading(&self, cluster: &str) -> Option<tokio::task::JoinHandle<()>> {
        let mut slots = self.restarts.lock();
        let slot = slots.entry(cluster.to_owned()).or_default();
        if slot.is_reading || slot.read_at.is_some_and(|at| at.elapsed() < KEPT) {
            return None;
        }
        slot.is_reading = true;
        let query = format!("increase({SERIES}{{{}}}[1h])", self.matchers(cluster, &[]));
        let (api, cache, clock) = (Arc::clone(&self.api), Arc::clone(&self.restarts), self.clock);
        let cluster = cluster.to_owned();
        Some(tokio::spawn(async move {
            let answer = whole_value(&api, "/api/v1/query", &[("query", &query)]).await;
            let record = match answer {
                Ok(value) => Ok(Arc::new(RestartRecord { asked_at: clock.now(), namespaces: per_pod(value) })),
                Err(error) => Err(api.failure("Restarts in the last hour", &error)),
            };
            let mut slots = cache.lock();
            let slot = slots.entry(cluster).or_default();
            *slot = Slot { read_at: Some(Instant::now()), is_reading: false, latest: Some(record) };
        }))
    }
}

impl RestartCache {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn per_pod(value: Value) -> HashMap<String, HashMap<String, u32>> {
    let Value::Vector(samples) = value else { return HashMap::new() };
    let mut sums: HashMap<String, HashMap<String, f64>> = HashMap::new();
    for mut sample in samples {
        let key = sample.metric.remove("namespace").zip(sample.metric.remove("pod"));
        if let (Some((namespace, pod)), Some(point)) = (key, sample.value) {
            *sums.entry(namespace).or_default().entry(pod).or_default() += point.number.max(0.0);
        }
    }
    // A cast saturates, and NaN is zero: both are no count of restarts.
    let round = |pods: HashMap<String, f64>| pods.into_iter().map(|(pod, sum)| (pod, sum.round() as u32)).collect();
    sums.into_iter().map(|(namespace, pods)| (namespace, round(pods))).collect()
}

/// The moments at which a counter grew, once for each restart.
fn rises(points: &[super::Point]) -> Vec<Timestamp> {
    /// A jump beyond this is a counter that was made anew with its old total.
    const MOST_AT_ONCE: f64 = 20.0;
    let mut times = Vec::new();
    for pair in points.windows(2) {
        let grown = pair[1].number - pair[0].number;
        if grown > 0.0 && grown <= MOST_AT_ONCE {
            times.extend(std::iter::repeat_n(pair[1].at(), grown as usize));
        }
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::prometheus::Point;

    fn points(values: &[(f64, f64)]) -> Vec<Point> {
        values.iter().map(|&(at_s, number)| Point { at_s, text: number.to_string(), number }).collect()
    }

    #[test]
    fn finds_each_restart_in_a_counter() {
        let times = rises(&points(&[(0.0, 3.0), (60.0, 3.0), (120.0, 5.0), (180.0, 0.0), (240.0, 1.0), (300.0, 90.0)]));
        assert_eq!(times, [Timestamp(120_000), Timestamp(120_000), Timestamp(240_000)]);
    }

    #[test]
    fn adds_the_containers_of_a_pod() {
        let value = r#"{"resultType":"vector","result":[
            {"metric":{"namespace":"a","pod":"x","container":"one"},"value":[1,"2.03"]},
            {"metric":{"namespace":"a","pod":"x","container":"two"},"value":[1,"1"]},
            {"metric":{"namespace":"a"},"value":[1,"7"]},
            {"metric":{"namespace":"a","pod":"y"},"value":[1,"NaN"]}]}"#;
        let namespaces = per_pod(serde_json::from_str::<super::super::Counted>(value).expect("a value").value);
        let record = RestartRecord { asked_at: Timestamp(0), namespaces };
        assert_eq!(record.restarts("a", "x"), Some(3));
        assert_eq!(record.restarts("a", "y"), Some(0));
        assert_eq!(record.restarts("a", "z"), None);
    }
}
