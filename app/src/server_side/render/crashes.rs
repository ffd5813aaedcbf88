//! The crashes of a pod's owner over seven days: a strip to look at, the same as a table, and how often it was seen.

use leptos::prelude::*;
use runbook::time::{DAY_MS, Timestamp};

use crate::{
    paths,
    server_side::{
        backend::RunbookView,
        evidence::{CrashLink, CrashesView},
    },
    ui::time::{clock_text, distance_text},
};

/// Days that the strip shows.
const DAYS: i64 = 7;
/// Units of the drawing for an hour.
const HOUR_WIDTH: i64 = 4;
const HEIGHT: i64 = 40;
const HOUR_MS: i64 = 3_600_000;

/// What stands under the strip of a runbook's page.
pub(in crate::server_side) fn view(page: &RunbookView, crashes: &CrashesView) -> AnyView {
    let now = page.now;
    let incidents: Vec<_> = crashes
        .incidents
        .iter()
        .map(|(href, words)| view! { <li><a href=href.clone()>{words.clone()}</a></li> })
        .collect();
    let incidents = (!incidents.is_empty()).then(|| view! { <ul class="neighbours">{incidents}</ul> });
    let complaint =
        crashes.complaint.clone().map(|words| view! { <p class="crashes-complaint" role="status">{words}</p> });
    if crashes.kept.is_empty() && crashes.hours.is_empty() {
        return complaint.map_or_else(
            || ().into_any(),
            |complaint| view! { <section class="crashes" aria-label="Kept crashes">{complaint}</section> }.into_any(),
        );
    }
    let total: u64 = crashes.hours.iter().map(|(_, crashes, _)| crashes).sum();
    let seen = crashes.seen.as_ref().map(|seen| {
        let note = seen.note.clone().map(|note| view! { "; last note: " <q>{note}</q> });
        view! { <p class="crashes-seen">{seen.words()}{note}"."</p> }
    });
    let changed = crashes.changed.clone().map(|words| view! { <p class="note">{words}</p> });
    let counted = if total == 1 { "1 crash".to_owned() } else { format!("{total} crashes") };
    let caption = format!("{counted} of {} in 7 days", crashes.owner);
    let rows: Vec<_> = crashes.kept.iter().map(|link| row(link, now)).collect();
    let kept = if crashes.kept.len() == 1 { "1 crash".to_owned() } else { format!("{} crashes", crashes.kept.len()) };
    view! {
        <section class="crashes" aria-label="Kept crashes">
            {seen}
            <p class="crashes-caption">{caption.clone()}</p>
            {strip(crashes, now, &caption)}
            {changed}
            {incidents}
            {complaint}
            {share(page)}
            <details class="numbers">
                <summary>{format!("{kept} kept, as a table")}</summary>
                <div class="table-wrap" tabindex="0">
                    <table>
                        <thead><tr><th>"When"</th><th>"Pod"</th><th>"How it ended"</th><th>"Backup"</th><th>"Kept"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
    .into_any()
}

/// Keeps what the page shows now, whoever opens the link later.
fn share(page: &RunbookView) -> AnyView {
    let values = page.bindings.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let labels = page.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let query = paths::query(values.chain(labels));
    let query = query.strip_prefix('?').unwrap_or("").to_owned();
    view! {
        <form class="share-form" method="post" action=paths::SHARE>
            <input type="hidden" name="path" value=page.path.as_str().to_owned() />
            <input type="hidden" name="query" value=query />
            <button class="button">"Keep what this page shows"</button>
            <span class="note">"The link then shows the panels as they are now; the address above stays live."</span>
        </form>
    }
    .into_any()
}

fn row(link: &CrashLink, now: Timestamp) -> AnyView {
    let backup = match link.in_backup {
        Some(true) => "at work",
        Some(false) => "none",
        None => "unknown",
    };
    view! {
        <tr>
            <td><a href=link.href.clone()>{clock_text(link.at, now)}</a> " (" {distance_text(link.at, now)} ")"</td>
            <td class="mono">{link.pod.clone()} " " {link.container.clone()}</td>
            <td>{link.words.clone()}</td>
            <td>{backup}</td>
            <td>{if link.is_full { "with its log" } else { "counted alone" }}</td>
        </tr>
    }
    .into_any()
}

/// Bars by the hour; what was kept stands on them as points that lead to it.
fn strip(crashes: &CrashesView, now: Timestamp, caption: &str) -> AnyView {
    let from = now.0 - DAYS * DAY_MS;
    let width = DAYS * 24 * HOUR_WIDTH;
    let place = move |at: Timestamp| (at.0 - from).clamp(0, DAYS * DAY_MS) * HOUR_WIDTH / HOUR_MS;
    let most = crashes.hours.iter().map(|(_, crashes, _)| *crashes).max().unwrap_or(1).max(1);
    let bars: Vec<_> = crashes
        .hours
        .iter()
        .filter(|(hour, _, _)| hour.0 + HOUR_MS > from)
        .map(|(hour, crashes, in_backup)| {
            let share = i64::try_from(crashes * 24 / most).unwrap_or(24).clamp(3, 24);
            let class = if in_backup * 2 >= *crashes { "bar-backup" } else { "bar-crash" };
            view! {
                <rect class=class x=place(*hour).to_string() y=(30 - share).to_string() width=HOUR_WIDTH.to_string() height=share.to_string()></rect>
            }
        })
        .collect();
    let days: Vec<_> = (0..DAYS)
        .map(|day| {
            let midnight = Timestamp(from + day * DAY_MS).start_of_day().plus_ms(DAY_MS);
            let x = place(midnight).to_string();
            let date = midnight.date();
            let label = date.get(5..).unwrap_or("").to_owned();
            view! {
                <line class="strip-day" x1=x.clone() x2=x.clone() y1="2" y2="30"></line>
                <text class="strip-date" x=x y="39">{label}</text>
            }
        })
        .collect();
    let points: Vec<_> = crashes
        .kept
        .iter()
        .map(|link| {
            let label = format!("{}: {}", clock_text(link.at, now), link.words);
            view! {
                <a href=link.href.clone() aria-label=label.clone()>
                    <circle class="strip-point" cx=place(link.at).to_string() cy="30" r="2.5"></circle>
                </a>
            }
        })
        .collect();
    let view_box = format!("0 0 {width} {HEIGHT}");
    view! {
        <svg class="crash-strip" viewBox=view_box role="group" aria-label=caption.to_owned()>
            <line class="strip-base" x1="0" x2=width.to_string() y1="30" y2="30"></line>
            {days}{bars}{points}
        </svg>
    }
    .into_any()
}
