//! What of kept evidence a reader's rights of today show: everything that rests on Proxmox is taken out for whoever may not
//! see every node, and nobody is told of a cluster that they may not see. Reads no store.

use ::evidence::{Gone, SharedPage};
use app::server_side::evidence::{CrashLink, CrashView, CrashesView, SeenView};
use runbook::outcome::{Cause, Unknown};

use super::Portal;
use crate::sources::Grant;

impl Portal {
    /// Takes out what rests on Proxmox, for a reader who may not see all of it.
    pub(super) fn withhold(&self, grant: &Grant, view: &mut CrashView) {
        if self.sees_every_host(grant) {
            return;
        }
        view.verdict = None;
        view.backup = Err(hidden_hosts());
        view.seen.iter_mut().for_each(withhold_seen);
        view.neighbours.iter_mut().filter_map(|(_, link)| link.as_mut()).for_each(withhold_link);
        if let Some(found) = &mut view.difference {
            withhold_link(&mut found.before);
            found.fields.retain(|(name, _, _)| *name != "Backup");
        }
    }

    /// The same for the crashes on a runbook's page.
    pub(super) fn withhold_crashes(&self, grant: &Grant, view: &mut CrashesView) {
        if self.sees_every_host(grant) {
            return;
        }
        view.seen.iter_mut().for_each(withhold_seen);
        view.hours.iter_mut().for_each(|(_, _, in_backup)| *in_backup = 0);
        view.kept.iter_mut().for_each(withhold_link);
    }

    /// The same for a list of crashes.
    pub(super) fn withhold_links(&self, grant: &Grant, links: &mut [CrashLink]) {
        if !self.sees_every_host(grant) {
            links.iter_mut().for_each(withhold_link);
        }
    }

    /// Whether a reader may see every Proxmox node: a verdict and the backups of a time rest on all of them.
    pub(super) fn sees_every_host(&self, grant: &Grant) -> bool {
        grant.proxmox().len() == self.sources.own().proxmox().len()
    }

    /// Whether a reader may see every source that a shared page shows.
    pub(super) fn may_see_page(&self, grant: &Grant, page: &SharedPage) -> bool {
        let own = self.sources.own();
        let is_hidden = |name: &str| {
            own.rights().any(|right| right.name() == name) && !grant.rights().any(|right| right.name() == name)
        };
        let cluster = page.bindings.get("cluster");
        cluster.is_none_or(|name| grant.cluster(name).is_some())
            && page.reports.iter().all(|(_, report)| !is_hidden(&report.source))
            && self.sees_every_host(grant)
    }

    /// Whether a reader may be told what something was that is no longer kept. What is about no cluster that is known is for
    /// whoever may see all that Runlight may.
    pub(super) fn may_see_gone(&self, grant: &Grant, gone: &Gone) -> bool {
        grant.cluster(&gone.cluster).is_some() || grant == self.sources.own()
    }
}

fn withhold_seen(seen: &mut SeenView) {
    (seen.in_backup, seen.backup_unknown) = (0, seen.crashes);
}

fn withhold_link(link: &mut CrashLink) {
    link.in_backup = None;
}

/// What stands in place of backups, for a reader who may not see every Proxmox node.
pub(super) fn hidden_hosts() -> Unknown {
    Cause::Withheld.unknown(
        "Backups at that time",
        "Your groups do not see every Proxmox node, and the verdict rests on them too.",
        "Ask whoever runs Runlight for the right.",
    )
}
