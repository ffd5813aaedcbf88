//! What Proxmox' backups do now, as figures by which alerts are held back. A node that could not be asked has no figure at
//! all: a rule that waits for one then holds nothing back.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{future::join_all, join};
use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};
use tokio::sync::Mutex;

use crate::sources::proxmox::{Guest, Proxmox, Task};

/// How long one look serves whoever asks for figures.
const KEPT: Duration = Duration::from_secs(5);
/// How long one node is waited for: a scrape gives up after ten seconds.
const PATIENCE: Duration = Duration::from_secs(4);
/// Guests of one node that have figures.
const MAX_GUESTS: usize = 500;

/// The last look.
#[derive(Debug, Default)]
pub(super) struct BackupLook(Mutex<Option<(Instant, Arc<Vec<NodeBackups>>)>>);

/// What one node's backups do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeBackups {
    node: String,
    /// Every guest.
    guests: BTreeSet<String>,
    /// Guests of the jobs that run, whether it is their turn now or not.
    in_window: BTreeSet<String>,
    /// Guests that are being backed up, each with the store that it goes to.
    running: BTreeSet<(String, String)>,
}

impl super::Portal {
    /// What the backups of every node that answers do now.
    pub async fn backup_figures(&self) -> Arc<Vec<NodeBackups>> {
        let mut last = self.backup_look.0.lock().await;
        if let Some((at, found)) = &*last
            && at.elapsed() < KEPT
        {
            return Arc::clone(found);
        }
        let asked = self.sources.own().proxmox().iter().map(|host| ask(host));
        let found = Arc::new(join_all(asked).await.into_iter().flatten().collect::<Vec<_>>());
        *last = Some((Instant::now(), Arc::clone(&found)));
        found
    }
}

async fn ask(host: &Proxmox) -> Option<NodeBackups> {
    let both = async { join!(host.running_tasks("vzdump"), host.all_guests()) };
    match tokio::time::timeout(PATIENCE, both).await {
        Ok((Ok(tasks), Ok(guests))) => Some(judge(host.node(), &tasks, &guests)),
        _ => None,
    }
}

fn judge(node: &str, tasks: &[Task], guests: &[Guest]) -> NodeBackups {
    let guests = &guests[..guests.len().min(MAX_GUESTS)];
    let mut found = NodeBackups {
        node: node.to_owned(),
        guests: guests.iter().map(|guest| guest.label()).collect(),
        ..NodeBackups::default()
    };
    // One that waits for another's lock has not begun.
    for task in tasks.iter().filter(|task| !task.is_waiting) {
        let job = Job::read(task);
        let covered = guests.iter().filter(|guest| job.covers(guest));
        for guest in covered {
            found.in_window.insert(guest.label());
            if guest.is_held_by_backup() || task.id == guest.id.to_string() {
                found.running.insert((guest.label(), job.store.clone()));
            }
        }
    }
    found
}

/// What a task says of itself when it begins.
struct Job {
    /// Guests by number; all of the node when none is named.
    ids: Vec<u32>,
    is_all: bool,
    store: String,
}

impl Job {
    /// `vzdump 201 202 --storage pbs`, `vzdump --all 1 --storage pbs`.
    fn read(task: &Task) -> Self {
        let words: Vec<&str> = task.job.as_deref().unwrap_or_default().split_whitespace().collect();
        let after = |flag: &str| words.iter().position(|word| *word == flag).and_then(|at| words.get(at + 1).copied());
        let named = words.iter().skip(1).take_while(|word| !word.starts_with("--"));
        let ids = named.filter_map(|word| word.parse().ok()).chain(task.id.parse().ok()).collect();
        Self { ids, is_all: after("--all") == Some("1"), store: after("--storage").unwrap_or_default().to_owned() }
    }

    /// A job that names a pool, or whose log cannot be read, covers what is locked for backup.
    fn covers(&self, guest: &Guest) -> bool {
        self.is_all || self.ids.contains(&guest.id) || (self.ids.is_empty() && guest.is_held_by_backup())
    }
}

/// Puts them under the names that `/metrics` shows.
pub(crate) fn register(nodes: &[NodeBackups], registry: &mut Registry) {
    let window = Family::<[(&'static str, String); 2], Gauge>::default();
    let running = Family::<[(&'static str, String); 3], Gauge>::default();
    for node in nodes {
        for guest in &node.guests {
            let labels = [("node", node.node.clone()), ("guest", guest.clone())];
            window.get_or_create(&labels).set(node.in_window.contains(guest).into());
        }
        for (guest, store) in &node.running {
            let labels = [("node", node.node.clone()), ("guest", guest.clone()), ("store", store.clone())];
            running.get_or_create(&labels).set(1);
        }
    }
    let help = "Whether a backup job that takes the guest runs on its node";
    registry.register("backup_window_active", help, window);
    registry.register("backup_running", "Guests that are being backed up now", running);
}

#[cfg(test)]
mod tests {
    use super::*;
    use runbook::time::Timestamp;

    fn guest(id: u32, name: &str, lock: &str) -> Guest {
        Guest { id, name: name.into(), lock: (!lock.is_empty()).then(|| lock.into()) }
    }

    fn task(id: &str, job: &str) -> Task {
        Task {
            upid: "UPID:pihanga:1".into(),
            node: "pihanga".into(),
            task_type: "vzdump".into(),
            id: id.into(),
            user: "root@pam".into(),
            started_at: Timestamp(0),
            ended_at: None,
            status: None,
            is_waiting: false,
            job: (!job.is_empty()).then(|| job.into()),
        }
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_job_over_all_guests_opens_the_window_of_all_and_backs_up_the_locked_one() {
        let guests = [guest(201, "a", "backup"), guest(202, "b", ""), guest(203, "", "")];
        let found = judge("n", &[task("", "vzdump --all 1 --storage pbs --node n")], &guests);
        assert_eq!(found.in_window, set(&["a", "b", "203"]));
        assert_eq!(found.running, BTreeSet::from([("a".to_owned(), "pbs".to_owned())]));
    }

    #[test]
    fn a_job_over_some_leaves_the_others_out() {
        let guests = [guest(201, "a", ""), guest(202, "b", "backup"), guest(203, "c", "snapshot")];
        let found = judge("n", &[task("", "vzdump 201 202 --mode snapshot --storage local")], &guests);
        assert_eq!(found.in_window, set(&["a", "b"]));
        assert_eq!(found.running, BTreeSet::from([("b".to_owned(), "local".to_owned())]));
        let one = judge("n", &[task("203", "")], &guests);
        assert_eq!((one.in_window, one.running), (set(&["c"]), BTreeSet::from([("c".to_owned(), String::new())])));
    }

    #[test]
    fn nothing_runs_while_a_task_only_waits_and_every_guest_says_so() {
        let waiting = Task { is_waiting: true, ..task("201", "") };
        let found = judge("n", &[waiting], &[guest(201, "a", "")]);
        assert_eq!((found.guests, found.in_window, found.running), (set(&["a"]), set(&[]), BTreeSet::new()));
    }
}
