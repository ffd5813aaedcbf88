//! Code fences: commands become blocks of their own, everything else stays text.

use leptos::prelude::*;
use runbook::document::{Fence, FenceLine};

use super::{command, inline::shown, markdown::Text};

/// Languages of drawings. They are shown as text: drawing them would take a renderer larger than the rest of the page.
const DIAGRAMS: [&str; 5] = ["mermaid", "plantuml", "dot", "graphviz", "d2"];

/// A fence with its commands, comments and text, in order.
pub(super) fn view(text: Text<'_>, fence: &Fence) -> AnyView {
    let line = |line: &FenceLine| match line {
        FenceLine::Command(index) => command::block(text, *index),
        FenceLine::Comment(words) => view! { <p class="fence-comment">{words.clone()}</p> }.into_any(),
        FenceLine::Text(words) if words.trim().is_empty() => ().into_any(),
        FenceLine::Text(words) => {
            let words = words.trim_matches('\n').to_owned();
            view! { <pre class="fence-text" tabindex="0"><code>{shown(&words)}</code></pre> }.into_any()
        }
    };
    let lines: Vec<_> = fence.lines.iter().map(line).collect();
    let has_commands = fence.lines.iter().any(|line| matches!(line, FenceLine::Command(_)));
    let class = if has_commands { "fence has-commands" } else { "fence" };
    let label = fence.language.as_deref().filter(|language| DIAGRAMS.contains(language));
    let label = label.map(|language| view! { <p class="fence-label">{format!("Diagram, as {language} text")}</p> });
    view! { <div class=class>{label} {lines}</div> }.into_any()
}
