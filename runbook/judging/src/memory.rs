//! Memory advice: the runbook's rule applied to a limit, as a YAML fragment to paste. Changes nothing anywhere.

use serde::{Deserialize, Serialize};

use document::quantity::write_exactly;
pub use document::{
    outcome::{MemoryAdvice, MemoryStep},
    quantity::{NotAQuantity, Quantity, write_bytes},
};

const KI: u64 = 1 << 10;
const MI: u64 = 1 << 20;
const GI: u64 = 1 << 30;

/// How a runbook raises a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryRule {
    /// What is added, in percent of the limit.
    pub percent: u32,
    /// The tiers, in bytes, smallest first. Beyond the last one they double.
    pub tiers_bytes: Vec<u64>,
}

impl Default for MemoryRule {
    fn default() -> Self {
        Self { percent: 50, tiers_bytes: vec![256 * MI, 512 * MI, GI] }
    }
}

impl MemoryRule {
    /// The rule that a runbook states: "increase by 50% (or to the next tier: 256Mi → 512Mi → 1Gi)". What it leaves
    /// open is the default's.
    pub fn find(runbook: &text::runbook::Runbook) -> Self {
        use std::sync::LazyLock;

        use regex::Regex;

        static PERCENT: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)\b(?:increase|raise|bump|grow|add|give)\b[^.;%]{0,40}?\b([0-9]{1,3})\s?%")
                .expect("a fixed pattern compiles")
        });
        static TIERS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"[0-9]+(?:\.[0-9]+)?(?:Mi|Gi)(?:\s*(?:→|->|=>|>|,|/)\s*[0-9]+(?:\.[0-9]+)?(?:Mi|Gi))+")
                .expect("a fixed pattern compiles")
        });
        static QUANTITY: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"[0-9]+(?:\.[0-9]+)?(?:Mi|Gi)").expect("a fixed pattern compiles"));
        let mut rule = Self::default();
        let is_about_memory = |passage: &&text::prose::Passage| {
            let text = format!("{} {}", passage.heading, passage.text).to_lowercase();
            text.contains("memory") || text.contains("oom")
        };
        let (mut percent, mut tiers) = (None, None);
        for passage in text::prose::passages(runbook).iter().filter(is_about_memory) {
            let text = passage.text.as_str();
            percent = percent.or_else(|| PERCENT.captures(text).and_then(|found| found[1].parse().ok()));
            let quantities = |chain: &str| {
                QUANTITY
                    .find_iter(chain)
                    .filter_map(|found| found.as_str().parse().ok())
                    .map(|Quantity(bytes)| bytes)
                    .collect::<Vec<u64>>()
            };
            let rises = |tiers: &Vec<u64>| tiers.is_sorted_by(|a, b| a < b);
            tiers = tiers.or_else(|| TIERS.find(text).map(|found| quantities(found.as_str())).filter(rises));
        }
        rule.percent = percent.filter(|percent| *percent > 0).unwrap_or(rule.percent);
        rule.tiers_bytes = tiers.unwrap_or(rule.tiers_bytes);
        rule
    }
}

/// What the container has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present<'p> {
    /// The workload's kind, the topmost owner: `Deployment`, `CronJob`, `Pod`.
    pub kind: &'p str,
    /// The container.
    pub container: &'p str,
    /// Whether it is an init container.
    pub is_init: bool,
    /// Its limit, in bytes.
    pub limit_bytes: Option<u64>,
    /// Its request, in bytes.
    pub request_bytes: Option<u64>,
    /// The most it was seen to use, in bytes.
    pub peak_bytes: Option<u64>,
}

/// Applies the rule.
pub fn advise(present: &Present<'_>, rule: &MemoryRule) -> MemoryAdvice {
    let Some(limit) = present.limit_bytes.filter(|limit| *limit > 0) else {
        let sentence = format!(
            "{} has no memory limit, so the node ran out of memory: look at the node before setting one.",
            present.container
        );
        return MemoryAdvice { sentence, steps: Vec::new() };
    };
    let more = round_up(limit.saturating_add(limit.saturating_mul(u64::from(rule.percent)) / 100));
    let tier = next_tier(limit, &rule.tiers_bytes);
    let mut steps = vec![step(present, format!("{} % more", rule.percent), more)];
    if tier != more {
        steps.push(step(present, "next tier".into(), tier));
    }
    // A limit needs room above what was used, or it is reached again.
    let needed = present.peak_bytes.map(|peak| peak.saturating_add(peak / 5));
    let is_enough = |step: &MemoryStep| needed.is_none_or(|needed| step.limit_bytes >= needed);
    if !is_enough(&steps[0]) {
        steps.sort_by_key(|step| (!is_enough(step), std::cmp::Reverse(step.limit_bytes)));
    }
    let peak =
        present.peak_bytes.map_or_else(String::new, |peak| format!(" and was seen to use {}", write_bytes(peak)));
    let doubt = if is_enough(&steps[0]) { "" } else { ", which leaves less than a fifth of room" };
    let sentence = format!(
        "{} has a limit of {}{peak}: {} gives {}{doubt}.",
        present.container,
        write_bytes(limit),
        steps[0].label,
        write_bytes(steps[0].limit_bytes)
    );
    MemoryAdvice { sentence, steps }
}

fn step(present: &Present<'_>, label: String, limit_bytes: u64) -> MemoryStep {
    let is_guaranteed = present.request_bytes.is_some() && present.request_bytes == present.limit_bytes;
    let request_bytes = if is_guaranteed { Some(limit_bytes) } else { present.request_bytes };
    MemoryStep { label, limit_bytes, request_bytes, yaml: write_yaml(present, limit_bytes, request_bytes) }
}

fn write_yaml(present: &Present<'_>, limit_bytes: u64, request_bytes: Option<u64>) -> String {
    let path: &[&str] = match present.kind {
        "Pod" => &["spec"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => &["spec", "template", "spec"],
    };
    let list = if present.is_init { "initContainers" } else { "containers" };
    let mut yaml = String::new();
    for (depth, key) in path.iter().chain([&list]).enumerate() {
        yaml.push_str(&format!("{}{key}:\n", "  ".repeat(depth)));
    }
    let indent = "  ".repeat(path.len() + 1);
    yaml.push_str(&format!("{indent}- name: {}\n{indent}  resources:\n", present.container));
    if let Some(request) = request_bytes {
        yaml.push_str(&format!("{indent}    requests:\n{indent}      memory: {}\n", write_exactly(request)));
    }
    yaml.push_str(&format!("{indent}    limits:\n{indent}      memory: {}\n", write_exactly(limit_bytes)));
    yaml
}

fn next_tier(limit: u64, tiers: &[u64]) -> u64 {
    tiers.iter().copied().find(|tier| *tier > limit).unwrap_or_else(|| {
        let mut tier = tiers.last().copied().unwrap_or(GI).max(MI);
        while tier <= limit {
            tier = tier.saturating_mul(2);
        }
        tier
    })
}

/// Whole mebibytes, or kibibytes below one.
fn round_up(bytes: u64) -> u64 {
    let unit = if bytes >= MI { MI } else { KI };
    bytes.div_ceil(unit) * unit
}
