//! Two ways to raise a memory limit, as fragments of a manifest to paste.

use runbook::memory::{MemoryAdvice, MemoryStep};

use super::node::{Element, Node, el};

/// The ways, the advised one first and open.
pub(super) fn draw(advice: &MemoryAdvice) -> Vec<Node> {
    advice.steps.iter().enumerate().map(|(at, step)| draw_step(at, step).into()).collect()
}

fn draw_step(at: usize, step: &MemoryStep) -> Element {
    let yaml = el("pre")
        .class("text-body")
        .with("tabindex", "0")
        .with("aria-label", ["Manifest with ", &step.label].concat())
        .text(step.yaml.clone());
    let summary = el("summary").text([&runbook::memory::write_bytes(step.limit_bytes), ": ", &step.label].concat());
    let details = el("details").class("numbers").with("data-key", step.label.clone());
    let details = if at == 0 { details.with("open", "") } else { details };
    details.child(summary).child(yaml)
}
