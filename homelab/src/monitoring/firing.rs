//! What fires: the rules evaluated over the homelab, with since when. Templates are filled in as far as they go.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
};

use document::time::Timestamp;

use super::{
    World,
    eval::eval,
    rules::{RULES, Rule},
    series::{Labels, View},
    values::{Value, nameless},
};
use crate::{dice::Dice, lock};

const MINUTE_MS: i64 = 60_000;
/// How far back the beginning of an alert is looked for, in minutes; one that is older began then.
const LOOK_BACK_MIN: i64 = 150;
/// The distance of two looks, in minutes.
const LOOK_EVERY_MIN: i64 = 3;
/// What was found is good for this long.
const KEPT_MS: i64 = 2_000;

/// Characters that mean something in addresses, HTML, matchers and terminals, and line breaks.
const ODD_VALUE: &str = "/a b?c=d&e=f#g%20h+i;j,\"k\"'l'<m>\\n\nÖ:@[]{}|^~`$!*()";

/// An alert whose rule holds.
#[derive(Debug, Clone)]
pub(super) struct Firing {
    pub(super) rule: &'static str,
    pub(super) labels: Labels,
    pub(super) summary: String,
    pub(super) description: String,
    /// Since when the expression holds.
    pub(super) active_at: Timestamp,
    /// Since when it fires; absent while it must still wait.
    pub(super) fires_since: Option<Timestamp>,
    pub(super) value: f64,
    pub(super) fingerprint: String,
}

/// Everything whose rule holds now.
pub(super) fn now(world: &World) -> Arc<[Firing]> {
    let now = world.clock.now();
    let mut known = lock(&world.firing);
    if let Some((at, firing)) = &*known
        && now.ms_since(*at) < KEPT_MS
    {
        return Arc::clone(firing);
    }
    let made_up = (0..world.made_up.load(Ordering::Relaxed)).map(|number| made_up(number, now));
    let firing: Arc<[Firing]> = RULES.iter().flat_map(|rule| of_rule(world, rule, now)).chain(made_up).collect();
    *known = Some((now, Arc::clone(&firing)));
    firing
}

/// By rule and labels: since when an expression has held.
pub(super) type Since = BTreeMap<(&'static str, Labels), Timestamp>;

fn of_rule(world: &World, rule: &'static Rule, now: Timestamp) -> Vec<Firing> {
    let Some(tree) = rule.tree() else { return Vec::new() };
    let holds = |view: &View<'_>, at: Timestamp| match eval(view, &tree, at) {
        Ok(Value::Vector(samples)) => samples,
        _ => Vec::new(),
    };
    let found = holds(&View { world, pods: None }, now);
    let mut since = lock(&world.active_since);
    since.retain(|(name, labels), _| *name != rule.name || found.iter().any(|(known, _)| known == labels));
    let mut news: BTreeSet<Labels> = found
        .iter()
        .map(|(labels, _)| labels)
        .filter(|l| !since.contains_key(&(rule.name, (*l).clone())))
        .cloned()
        .collect();
    // Looks fall on a beat, so that since-when does not depend on when the first one was.
    let beat = LOOK_EVERY_MIN * MINUTE_MS;
    let mut at = Timestamp(now.0 - now.0.rem_euclid(beat));
    let earliest = now.plus_ms(-LOOK_BACK_MIN * MINUTE_MS);
    for labels in &news {
        since.insert((rule.name, labels.clone()), at);
    }
    let pods = news.iter().filter_map(|labels| labels.get("pod").cloned()).collect();
    let few = View { world, pods: Some(pods) };
    while !news.is_empty() && at > earliest {
        let then: BTreeSet<Labels> = holds(&few, at).into_iter().map(|(labels, _)| labels).collect();
        news.retain(|labels| then.contains(labels));
        for labels in &news {
            since.insert((rule.name, labels.clone()), at);
        }
        at = at.plus_ms(-beat);
    }
    found
        .into_iter()
        .map(|(labels, value)| {
            let active_at = since.get(&(rule.name, labels.clone())).copied().unwrap_or(now);
            firing(rule, nameless(labels), value, active_at, now)
        })
        .collect()
}

fn firing(rule: &'static Rule, mut labels: Labels, value: f64, active_at: Timestamp, now: Timestamp) -> Firing {
    let fill = |template: &str| {
        let filled = labels
            .iter()
            .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{{ $labels.{name} }}}}"), value));
        filled.replace("{{ $value }}", &document::chart::number_text(value))
    };
    let (summary, description) = (fill(rule.summary), fill(rule.description));
    let severity = rule.severity_of(labels.get("cluster").map_or("", String::as_str));
    labels.insert("alertname".into(), rule.name.into());
    labels.insert("severity".into(), severity.into());
    let fires_since = active_at.plus_ms(rule.for_min * MINUTE_MS);
    let fires_since = (fires_since <= now).then_some(fires_since);
    let fingerprint = fingerprint(&labels);
    Firing { rule: rule.name, labels, summary, description, active_at, fires_since, value, fingerprint }
}

fn made_up(number: usize, now: Timestamp) -> Firing {
    let labels: Labels = [
        ("alertname", format!("MadeUp{}", number % 7)),
        ("cluster", "homelab-prod".to_owned()),
        ("namespace", format!("load-{}", number % 40)),
        ("pod", format!("worker-{number}")),
        ("severity", "warning".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    // One whose label holds whatever an address could trip over.
    let odd = (number == 0).then(|| ("path".to_owned(), ODD_VALUE.to_owned()));
    // And one of an exporter that puts the login of what it looks at into a label.
    let login = (number == 4).then(|| ("target".to_owned(), "https://scraper:s1mulated@10.10.0.20:9114/".to_owned()));
    let labels: Labels = labels.into_iter().chain(odd).chain(login).collect();
    let active_at = Timestamp(now.0 - now.0.rem_euclid(3_600_000)).plus_ms(-1_000 * i64::try_from(number).unwrap_or(0));
    let fingerprint = fingerprint(&labels);
    let (summary, description) = (format!("Made up alert {number}"), String::new());
    Firing {
        rule: "MadeUp",
        labels,
        summary,
        description,
        active_at,
        fires_since: Some(active_at),
        value: 1.0,
        fingerprint,
    }
}

fn fingerprint(labels: &Labels) -> String {
    let parts: Vec<&str> = labels.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect();
    Dice::new(0, &parts).hex(16)
}
