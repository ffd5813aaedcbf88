//! How fresh a runbook is, in words, and as a bar where it states how fast it ages.

use leptos::prelude::*;
use runbook::time::Timestamp;

use crate::{
    server_side::library::{Freshness, FreshnessBasis},
    ui::time,
};

/// For a line of a list: the bar, the share, and how long ago.
pub(in crate::server_side) fn short(freshness: Freshness, now: Timestamp) -> AnyView {
    let share = freshness.confidence.map(percent);
    let basis = match freshness.basis {
        FreshnessBasis::Stated => None,
        FreshnessBasis::Commit => Some("· commit"),
        FreshnessBasis::OlderCommit => Some("or more · commit"),
        FreshnessBasis::File => Some("· file"),
    };
    let basis = basis.map(|word| view! { <span class="fresh-basis">{word}</span> });
    view! {
        {freshness.confidence.map(bar)}
        <span class="fresh-words">
            {time::long_ago(freshness.touched_at, now)} {share.map(|share| format!(" · {share}"))}
        </span>
        " "
        {basis}
    }
    .into_any()
}

/// `last touched 9 months ago (2026-02-26); confidence about 73 %`.
pub(super) fn words(freshness: Freshness, now: Timestamp) -> String {
    let (ago, date) = (time::long_ago(freshness.touched_at, now), freshness.touched_at.date());
    let touched = match freshness.basis {
        FreshnessBasis::Stated => format!("last touched {ago} ({date})"),
        FreshnessBasis::Commit => format!("last committed {ago} ({date})"),
        FreshnessBasis::OlderCommit => {
            format!("last committed {ago} ({date}) or earlier: the checkout does not hold the older commits")
        }
        FreshnessBasis::File => {
            format!("file written {ago} ({date}), which says little where files are copied or checked out")
        }
    };
    match freshness.confidence {
        Some(share) => format!("{touched}; confidence about {}", percent(share)),
        None => touched,
    }
}

/// A bar of a share; the words beside it say the same.
pub(super) fn bar(share: f64) -> AnyView {
    let state = match share {
        0.75.. => "pass",
        0.5.. => "idle",
        _ => "warn",
    };
    let width = format!("{:.0}", share.clamp(0.0, 1.0) * 48.0);
    view! {
        <svg class="fresh-bar" data-state=state viewBox="0 0 48 6" width="48" height="6" aria-hidden="true">
            <rect class="fresh-whole" width="48" height="6" />
            <rect class="fresh-share" width=width height="6" />
        </svg>
    }
    .into_any()
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
