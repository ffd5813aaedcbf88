//! No answer: what was asked, why there is none, what would give one.

use leptos::prelude::*;
use runbook::outcome::Unknown;

/// The three facts. The panel's Run button is the retry.
pub(super) fn view(unknown: &Unknown) -> AnyView {
    let Unknown { asked, reason, remedy, log_id } = unknown.clone();
    let log = log_id.map(|id| view! { <div><dt>"In the log"</dt><dd><code>{id}</code></dd></div> });
    view! {
        <dl class="unknown">
            <div><dt>"Asked"</dt><dd>{asked}</dd></div>
            <div><dt>"No answer"</dt><dd>{reason}</dd></div>
            <div><dt>"Remedy"</dt><dd>{remedy}</dd></div>
            {log}
        </dl>
    }
    .into_any()
}
