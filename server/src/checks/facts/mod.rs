//! The facts of a pod's crash, gathered once for everybody who looks: `fetch` asks, the other files read what came.
//! What could not be asked is an unknown with its reason; it never becomes an empty list.

mod backups;
mod captured;
mod containers;
mod fetch;
mod node;
mod owners;
mod recorded;
mod replaced;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use hashlink::LruCache;
use k8s_openapi::api::core::v1::Pod;
use runbook::{
    outcome::Unknown,
    time::Timestamp,
    verdict::{Facts, Owner},
};
use tokio::sync::Semaphore;

use super::{Situation, fetch::cluster};
use crate::{
    clock::Clock,
    sources::{
        Grant,
        cluster::{CachedPod, Cluster, PodWatchState},
        prometheus::RestartCourse,
    },
};
pub(super) use backups::Machine;
pub use captured::{Captured, CapturedLog};
pub(super) use fetch::within;
pub(super) use owners::OwnerLink;

/// Panels of one page are asked within this; they share one gathering.
const SHARED_FOR: Duration = Duration::from_secs(2);
/// Backup runs are the same for every pod that is gone, and asked for once in this time.
const NIGHTS_SHARED_FOR: Duration = Duration::from_secs(15);
/// Pods whose facts are gathered at the same time.
const MAX_GATHERING: usize = 16;
/// Pods whose facts are gathered, or wait for it.
const MAX_OPEN: usize = 512;
/// Pods and containers of which something is remembered.
const MAX_REMEMBERED: usize = 10_000;

/// Everything that was gathered about one pod at one moment.
#[derive(Debug)]
pub(super) struct CaseFile {
    /// The facts that verdicts rest on. Its windows are the runbook's own, which a gathering does not know.
    pub(super) facts: Facts,
    /// The pod as the watch knows it; absent when it is gone or was never there.
    pub(super) pod: Option<Arc<CachedPod>>,
    /// The whole pod.
    pub(super) object: Result<Pod, Unknown>,
    /// Its owners upwards, with their objects where they could be read.
    pub(super) owners: Vec<OwnerLink>,
    /// The machine that the pod's node is.
    pub(super) machine: Option<Machine>,
    /// The pod that stands in the place of one that is gone.
    pub(super) replacement: Option<String>,
    /// The longest back-off that was seen of the pod, in milliseconds.
    pub(super) longest_backoff_ms: i64,
    /// Set while the watch is broken.
    pub(super) stale_since: Option<Timestamp>,
    /// The cluster's name.
    pub(super) cluster: String,
    /// When it was gathered.
    pub(super) asked_at: Timestamp,
}

/// Whose facts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    /// For whom.
    grant: Grant,
    cluster: String,
    namespace: String,
    pod: String,
    container: Option<String>,
}

/// A container of which something is remembered: the pod's uid and its own name.
type ContainerKey = (Box<str>, String);
type Gathering = Shared<BoxFuture<'static, Arc<CaseFile>>>;
/// For whom, the cluster, and its node.
type NightsKey = (Grant, String, String);
type SharedNights = Shared<BoxFuture<'static, Arc<backups::Nights>>>;

/// A gathering that is under way or was just now.
struct Open {
    began: Instant,
    /// The pod as it was then.
    mark: Option<u64>,
    gathering: Gathering,
}

/// The facts that are being gathered or were just now.
pub(super) struct CaseFiles {
    pub(super) clock: Clock,
    /// How long one part may take, so that a slow one leaves time for the others.
    pub(super) part_limit: Duration,
    open: Mutex<HashMap<Key, Open>>,
    turns: Semaphore,
    /// What Proxmox says of backups for many crashes at the same time, by grant, cluster and node; without a node, when
    /// none is known.
    nights: Mutex<HashMap<NightsKey, (Instant, SharedNights)>>,
    peaks: Mutex<LruCache<ContainerKey, u64>>,
    /// The longest back-off seen of a pod, by its uid.
    backoffs: Mutex<LruCache<Box<str>, i64>>,
    /// What a Prometheus has recorded of a container's restarts.
    courses: Mutex<LruCache<ContainerKey, recorded::KeptCourse>>,
    /// Who owned a pod that was looked at: it leads on to the replacement when the pod is gone.
    owners: Mutex<LruCache<(String, String, String), Vec<Owner>>>,
}

impl fmt::Debug for CaseFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseFiles").field("part_limit", &self.part_limit).finish_non_exhaustive()
    }
}

impl CaseFiles {
    pub(super) fn new(clock: Clock, check_limit: Duration) -> Arc<Self> {
        // Two parts follow one another: the pod, then what depends on it.
        let part_limit = check_limit * 2 / 5;
        Arc::new(Self {
            clock,
            part_limit,
            open: Mutex::default(),
            turns: Semaphore::new(MAX_GATHERING),
            nights: Mutex::default(),
            peaks: Mutex::new(LruCache::new(MAX_REMEMBERED)),
            backoffs: Mutex::new(LruCache::new(MAX_REMEMBERED)),
            courses: Mutex::new(LruCache::new(MAX_REMEMBERED)),
            owners: Mutex::new(LruCache::new(MAX_REMEMBERED)),
        })
    }

    /// The facts of the pod that a reader looks at. Joins a gathering that is under way, and takes one that is hardly
    /// older than the question, unless the cluster's pods have changed since.
    pub(super) async fn gather(self: &Arc<Self>, situation: &Situation, namespace: &str, pod: &str) -> Arc<CaseFile> {
        let cluster = match cluster::find(&situation.grant, None, situation) {
            Ok(cluster) => Arc::clone(cluster),
            Err(unknown) => return Arc::new(fetch::unasked(situation, namespace, pod, unknown, self.clock.now())),
        };
        let key = Key {
            grant: situation.grant.clone(),
            cluster: cluster.name().to_owned(),
            namespace: namespace.to_owned(),
            pod: pod.to_owned(),
            container: situation.container.clone(),
        };
        let gathering = self.join_or_start(&cluster, key);
        gathering.await
    }

    fn join_or_start(self: &Arc<Self>, cluster: &Arc<Cluster>, key: Key) -> Gathering {
        let mark = mark_of(cluster, &key.namespace, &key.pod);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, known| known.began.elapsed() < SHARED_FOR);
        if let Some(known) = open.get(&key).filter(|known| known.mark == mark) {
            return known.gathering.clone();
        }
        if open.len() >= MAX_OPEN {
            let file = Arc::new(fetch::too_many(&key, self.clock.now()));
            return std::future::ready(file).boxed().shared();
        }
        let (files, cluster, asked) = (Arc::clone(self), Arc::clone(cluster), key.clone());
        // It goes on when the page that began it does not wait for its end.
        let running = tokio::spawn(async move {
            // The semaphore is never closed.
            let _turn = files.turns.acquire().await;
            Arc::new(fetch::gather(&files, &cluster, &asked).await)
        });
        let (key_of_failure, clock) = (key.clone(), self.clock);
        let gathering = async move {
            running.await.unwrap_or_else(|cause| {
                tracing::error!(%cause, "gathering facts failed");
                Arc::new(fetch::broken(&key_of_failure, clock.now()))
            })
        };
        let gathering = gathering.boxed().shared();
        open.insert(key, Open { began: Instant::now(), mark, gathering: gathering.clone() });
        gathering
    }

    /// Whether a situation is about a pod that the watch does not have, that nothing is remembered of, and that no other
    /// pod can have replaced. While the watch has not read its list, no pod is one.
    pub(super) fn is_stranger(&self, situation: &Situation) -> bool {
        let (Some(namespace), Some(pod)) = (&situation.namespace, &situation.pod) else { return false };
        let Ok(cluster) = cluster::find(&situation.grant, None, situation) else { return false };
        let view = cluster.pods();
        if !matches!(view.state, PodWatchState::Live { .. } | PodWatchState::Stale { .. }) {
            return false;
        }
        let key = Key {
            grant: situation.grant.clone(),
            cluster: cluster.name().to_owned(),
            namespace: namespace.clone(),
            pod: pod.clone(),
            container: None,
        };
        let owners = self.remembered_owners(&key);
        view.pods.get(namespace, pod).is_none()
            && owners.is_empty()
            && replaced::find_replacement(view.pods.in_namespace(namespace), pod, &owners).is_none()
    }

    /// What Proxmox says of backups when no node is known: one answer for everybody who asks about a pod that is gone.
    async fn nights_without_a_node(self: &Arc<Self>, grant: &Grant, cluster: &Arc<Cluster>) -> Arc<backups::Nights> {
        self.nights_of(grant, cluster, "").await
    }

    /// The same for a node, found by its name alone.
    async fn nights_of(self: &Arc<Self>, grant: &Grant, cluster: &Arc<Cluster>, node: &str) -> Arc<backups::Nights> {
        let key = (grant.clone(), cluster.name().to_owned(), node.to_owned());
        let shared = {
            let mut nights = self.nights.lock().unwrap_or_else(PoisonError::into_inner);
            nights.retain(|_, (began, _)| began.elapsed() < NIGHTS_SHARED_FOR);
            match nights.get(&key) {
                Some((_, shared)) => shared.clone(),
                None => {
                    let (files, asked, grant) = (Arc::clone(self), Arc::clone(cluster), grant.clone());
                    let node = node.to_owned();
                    let ask = async move { Arc::new(backups::fetch(&files, &grant, &asked, &node, None).await) };
                    let shared = ask.boxed().shared();
                    nights.insert(key, (Instant::now(), shared.clone()));
                    shared
                }
            }
        };
        shared.await
    }

    /// Notes what a container uses now and gives the most that it was seen to use.
    fn remember_peak(&self, uid: &str, container: &str, bytes: u64) -> u64 {
        let mut peaks = self.peaks.lock().unwrap_or_else(PoisonError::into_inner);
        let peak = peaks.entry((uid.into(), container.to_owned())).or_insert(0);
        *peak = (*peak).max(bytes);
        *peak
    }

    /// Notes a back-off and gives the longest that was seen of the pod.
    fn remember_backoff(&self, uid: &str, backoff_ms: i64) -> i64 {
        let mut backoffs = self.backoffs.lock().unwrap_or_else(PoisonError::into_inner);
        let longest = backoffs.entry(uid.into()).or_insert(0);
        *longest = (*longest).max(backoff_ms);
        *longest
    }

    /// The course of a container that was read no longer ago than that.
    fn kept_course(&self, uid: &str, container: &str, age: Duration) -> Option<RestartCourse> {
        let mut courses = self.courses.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, course) = courses.get(&(uid.into(), container.to_owned()))?;
        (read_at.elapsed() < age).then(|| course.clone())
    }

    fn keep_course(&self, uid: &str, container: &str, course: RestartCourse) {
        let mut courses = self.courses.lock().unwrap_or_else(PoisonError::into_inner);
        courses.insert((uid.into(), container.to_owned()), (Instant::now(), course));
    }

    fn remember_owners(&self, key: &Key, found: &[Owner]) {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        owners.insert((key.cluster.clone(), key.namespace.clone(), key.pod.clone()), found.to_vec());
    }

    fn remembered_owners(&self, key: &Key) -> Vec<Owner> {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        // None remembered is none known: the name then has to do.
        owners.get(&(key.cluster.clone(), key.namespace.clone(), key.pod.clone())).cloned().unwrap_or_else(Vec::new)
    }
}

/// What changes when the pod does: a number that two looks at the same pod have in common.
pub(super) fn mark_of(cluster: &Cluster, namespace: &str, pod: &str) -> Option<u64> {
    use std::hash::{DefaultHasher, Hash, Hasher};

    let view = cluster.pods();
    let pod = view.pods.get(namespace, pod)?;
    let mut hasher = DefaultHasher::new();
    (&pod.uid, &pod.status, pod.restarts, pod.ready_containers).hash(&mut hasher);
    Some(hasher.finish())
}
