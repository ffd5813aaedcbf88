//! What lint says of the runbook, beside it, while its author looks at a preview.

use leptos::prelude::*;

use crate::{
    paths,
    server_side::{
        backend::RunbookView,
        preview::{LintFinding, LintView},
    },
};

/// The findings, and the script that loads the page anew when the file has changed.
pub(in crate::server_side) fn view(page: &RunbookView, lint: &LintView) -> AnyView {
    let count = |severity: &str| lint.findings.iter().filter(|finding| finding.severity == severity).count();
    let counted = [("error", count("error")), ("warning", count("warning")), ("hint", count("info"))];
    let counted: Vec<String> = counted
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    let summary = if counted.is_empty() { "nothing to mend".to_owned() } else { counted.join(", ") };
    let rows: Vec<_> = lint.findings.iter().map(row).collect();
    let list = (!rows.is_empty()).then(|| view! { <ol>{rows}</ol> });
    let live = paths::live(page.path.as_str(), &page.revision, [], [], []);
    view! {
        <aside class="lint" id="_lint" data-live-address=live aria-label="Lint">
            <details open>
                <summary>"Lint: " {summary}</summary>
                <p class="note">{page.file.clone()} ". " {lint.commands.clone()}</p>
                {list}
            </details>
            <script type="module" src="/preview.js"></script>
        </aside>
    }
    .into_any()
}

fn row(finding: &LintFinding) -> AnyView {
    let help = finding.help.clone().map(|help| view! { " " <span class="lint-help">{help}</span> });
    let word = if finding.severity == "info" { "hint" } else { finding.severity };
    view! {
        <li data-severity=finding.severity>
            <span class="lint-place">{format!("line {}", finding.line)}</span>
            " "
            <span class="lint-severity">{word}</span>
            " "
            <code>{finding.code.clone()}</code>
            " "
            {finding.message.clone()}
            {help}
        </li>
    }
    .into_any()
}
