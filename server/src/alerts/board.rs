//! What fires, for the home page: by runbook, bounded, the gravest first.

use std::{collections::BTreeMap, rc::Rc};

use app::server_side::alerts::{AlertGroup, AlertRow, FiringView};
use runbook::{outcome::Unknown, time::Timestamp};

use super::{
    fired::Fired,
    help::{Help, Helper},
};

/// Alerts that the page lists.
const MAX_SHOWN: usize = 200;
/// Alerts of one group that are listed at least, as long as there is room.
const MIN_PER_GROUP: usize = 5;

/// Groups alerts by the runbook that helps with them.
pub(super) fn sort(
    fired: &[Fired<'_>],
    unknown: Vec<Unknown>,
    helper: &Helper<'_>,
    verdict: impl Fn(&Fired<'_>) -> Option<String>,
    now: Timestamp,
) -> FiringView {
    let mut groups: BTreeMap<Rc<Help>, Vec<&Fired<'_>>> = BTreeMap::new();
    for alert in fired {
        groups.entry(helper.help(alert.alert)).or_default().push(alert);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    for (_, alerts) in &mut groups {
        alerts.sort_by_key(|alert| alert.rank());
    }
    // The gravest first; of equals what is new.
    groups.sort_by_key(|(_, alerts)| alerts[0].rank());
    let per_group = (MAX_SHOWN / groups.len().max(1)).max(MIN_PER_GROUP);
    let mut left = MAX_SHOWN;
    let groups: Vec<AlertGroup> = groups
        .into_iter()
        .map(|(help, alerts)| {
            let count = per_group.min(left).min(alerts.len());
            left -= count;
            AlertGroup {
                title: help.title().to_owned(),
                href: help.href([]),
                note: help.note(),
                alerts: alerts
                    .iter()
                    .take(count)
                    .map(|alert| AlertRow { verdict: verdict(alert), ..alert.row(&help) })
                    .collect(),
                total: alerts.len(),
            }
        })
        .collect();
    FiringView { shown: MAX_SHOWN - left, total: fired.len(), groups, unknown, asked_at: now }
}
