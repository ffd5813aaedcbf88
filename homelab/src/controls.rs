//! What a test or a presenter can make happen in a homelab. Names that do not exist answer `false`.

use std::io;

use tokio::sync::watch;

use super::{Asked, Expiry, Homelab, Served, cluster::Cluster, door::Door, endpoint::Endpoint, lock};

impl Homelab {
    /// Ends a running container now.
    pub fn crash(&self, cluster: &str, namespace: &str, pod: &str, container: &str) -> bool {
        let has_crashed = self.cluster(cluster).is_some_and(|c| c.source.crash(namespace, pod, container));
        self.nudge.notify_one();
        has_crashed
    }

    /// Lets what a container waits for happen now: after a crash the back-off, after the back-off the restart, and
    /// for a running one in trouble the next crash. For tests at [`super::Pace::STILL`].
    pub fn advance(&self, cluster: &str, namespace: &str, pod: &str, container: &str) -> bool {
        let has_advanced = self.cluster(cluster).is_some_and(|c| c.source.make_due(namespace, pod, container));
        self.nudge.notify_one();
        has_advanced
    }

    /// Deletes a pod; its workload, if it has one, makes another.
    pub fn delete_pod(&self, cluster: &str, namespace: &str, pod: &str) -> bool {
        self.cluster(cluster).is_some_and(|c| c.source.delete_pod(namespace, pod))
    }

    /// Creates a healthy pod that nothing owns, with the label `app=NAME`.
    pub fn create_pod(&self, cluster: &str, namespace: &str, pod: &str) -> bool {
        self.cluster(cluster).is_some_and(|c| c.source.create_pod(namespace, pod))
    }

    /// Creates or replaces a Secret, which is given as the API gives it.
    pub fn keep_secret(&self, cluster: &str, secret: serde_json::Value) -> bool {
        self.cluster(cluster).map(|c| c.source.keep("secrets", secret)).is_some()
    }

    /// Ends every watch of a cluster and lets the next one that goes on from before answer 410.
    pub fn expire_watches(&self, cluster: &str, expiry: Expiry) -> bool {
        self.cluster(cluster).map(|c| c.source.expire_watches(expiry)).is_some()
    }

    /// Takes a right away from the account of a cluster, or gives it back: `get` and `pods/log`.
    pub fn allow_verb(&self, cluster: &str, verb: &str, resource: &str, is_allowed: bool) -> bool {
        let right = (verb.to_owned(), resource.to_owned());
        let change = |c: &Served<Cluster>| {
            let mut denied = lock(&c.source.denied);
            if is_allowed { denied.remove(&right) } else { denied.insert(right) }
        };
        self.cluster(cluster).map(change).is_some()
    }

    /// Closes every connection to a source's API, in the middle of answers and watches.
    pub fn drop_connections(&self, source: &str) -> bool {
        self.endpoint(source).map(Endpoint::drop_connections).is_some()
    }

    /// Lets every answer of a source wait until it is let go.
    pub fn hold_answers(&self, source: &str, is_held: bool) -> bool {
        self.door(source).map(|door| door.hold(is_held)).is_some()
    }

    /// Lets a source answer everything with this HTTP status; `None` ends it.
    pub fn answer_with(&self, source: &str, status: Option<u16>) -> bool {
        self.door(source).map(|door| door.answer_with(status)).is_some()
    }

    /// What a source has been asked, oldest first: the last few thousand requests.
    pub fn asked(&self, source: &str) -> Option<Vec<Asked>> {
        self.door(source).map(Door::asked)
    }

    /// The paths of the answers of a source that go on, watches and followed logs, now and at every change.
    pub fn open_streams(&self, source: &str) -> Option<watch::Receiver<Vec<String>>> {
        self.door(source).map(Door::streams)
    }

    /// Stops the API of a source: connections are refused.
    pub async fn stop(&self, source: &str) -> bool {
        match self.endpoint(source) {
            Some(endpoint) => {
                endpoint.stop().await;
                true
            }
            None => false,
        }
    }

    /// Starts a stopped API again, on the same port, with the same objects.
    pub async fn restart(&self, source: &str) -> io::Result<bool> {
        match self.endpoint(source) {
            Some(endpoint) => endpoint.reopen().await.map(|()| true),
            None => Ok(false),
        }
    }

    /// Begins a backup on a Proxmox node now, unless one runs.
    pub fn begin_backup(&self, host: &str) -> bool {
        let has_begun = self.host(host).map(|host| host.source.begin_backup()).is_some();
        self.nudge.notify_one();
        has_begun
    }

    /// Ends the backup that runs on a Proxmox node.
    pub fn end_backup(&self, host: &str) -> bool {
        self.host(host).map(|host| host.source.end_backup()).is_some()
    }

    /// Gives the token of a Proxmox node `Sys.Audit`, or takes it away: lists are then empty, with status 200.
    pub fn allow_audit(&self, host: &str, is_allowed: bool) -> bool {
        self.allow(host, "Sys.Audit", is_allowed)
    }

    /// Gives the token of the backup server the role Audit, or takes it away: lists are then empty, with status 200.
    pub fn allow_backup_audit(&self, is_allowed: bool) {
        self.backup.source.allow_audit(is_allowed);
    }

    /// Gives the token of a Proxmox node a privilege, or takes it away.
    pub fn allow(&self, host: &str, privilege: &'static str, is_allowed: bool) -> bool {
        self.host(host).map(|host| host.source.allow(privilege, is_allowed)).is_some()
    }

    /// Lets this many more alerts fire than the homelab has reason for.
    pub fn make_up_alerts(&self, count: usize) {
        self.world.make_up_alerts(count);
    }

    /// The certificate that a source serves, as PEM.
    pub fn certificate_pem(&self, source: &str) -> Option<&str> {
        let cluster = self.cluster(source).map(|cluster| cluster.certificate.pem.as_str());
        let host = || self.host(source).map(|host| host.certificate.pem.as_str());
        let backup = || self.is_backup(source).then_some(self.backup.certificate.pem.as_str());
        let monitoring = || self.monitoring(source).map(|api| api.certificate.pem.as_str());
        cluster.or_else(host).or_else(backup).or_else(monitoring)
    }

    fn endpoint(&self, source: &str) -> Option<&Endpoint> {
        let cluster = self.cluster(source).map(|cluster| &cluster.endpoint);
        let host = || self.host(source).map(|host| &host.endpoint);
        let backup = || self.is_backup(source).then_some(&self.backup.endpoint);
        cluster.or_else(host).or_else(backup).or_else(|| self.monitoring(source).map(|api| &api.endpoint))
    }

    fn is_backup(&self, source: &str) -> bool {
        source == self.backup.source.name
    }

    fn door(&self, source: &str) -> Option<&Door> {
        let cluster = self.cluster(source).map(|cluster| &cluster.source.door);
        let host = || self.host(source).map(|host| &host.source.door);
        let backup = || self.is_backup(source).then_some(&self.backup.source.door);
        cluster.or_else(host).or_else(backup).or_else(|| self.monitoring(source).map(|api| &api.source.door))
    }
}
