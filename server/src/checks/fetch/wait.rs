//! `kubectl wait`: looks again and again until something is so, no longer than the portal waits for an answer, and says
//! when that was too short.

use std::{sync::Arc, time::Duration};

use runbook::{
    check::{Get, Output, Wait, WaitFor},
    filter::Budget,
    jsonpath::Path,
    outcome::{Cause, Outcome, Unknown},
};
use serde_json::Value;
use tokio::time::Instant;

use super::{
    super::sheet::SheetAnswer,
    Answer,
    cluster::place,
    kinds::{self, Part},
};
use crate::{
    clock::Clock,
    sources::cluster::{Cluster, GetRequest},
};

/// kubectl's own patience.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// How often the objects are looked at.
const INTERVAL: Duration = Duration::from_secs(1);
/// So much of the portal's time limit is kept for the last look.
const RESERVE: Duration = Duration::from_secs(4);

/// How long something is waited for: as long as was asked for, and no longer than the portal waits for an answer.
pub(super) struct Patience {
    until: Instant,
    limit: Duration,
    is_cut: bool,
}

impl Patience {
    /// Without a bound of one's own it ends with the portal's.
    pub(super) fn begin(cluster: &Cluster, asked: Option<Duration>) -> Self {
        let bound = cluster.timeout().saturating_sub(RESERVE);
        let limit = asked.map_or(bound, |asked| asked.min(bound));
        Self { until: Instant::now() + limit, limit, is_cut: asked.is_none_or(|asked| limit < asked) }
    }

    /// Lets time pass until the next look; `false` when there is none left.
    pub(super) async fn lasts(&self) -> bool {
        if Instant::now() + INTERVAL > self.until {
            return false;
        }
        tokio::time::sleep(INTERVAL).await;
        true
    }

    /// "26 s, which is as long as Runlight waits for an answer".
    pub(super) fn words(&self) -> String {
        let bound = if self.is_cut { ", which is as long as Runlight waits for an answer" } else { "" };
        format!("{} s{bound}", self.limit.as_secs())
    }
}

pub(super) async fn get(cluster: &Arc<Cluster>, wait: &Wait, clock: Clock) -> Result<Answer, Unknown> {
    let parts = kinds::parts(cluster, &as_get(wait)).await?;
    let asked = wait.timeout_s.map_or(DEFAULT_TIMEOUT, Duration::from_secs);
    let patience = Patience::begin(cluster, Some(asked));
    let mut seen: Vec<(String, bool)> = Vec::new();
    loop {
        look(cluster, wait, &parts, &mut seen).await?;
        let is_met = !seen.is_empty() && seen.iter().all(|(_, is_met)| *is_met);
        if is_met || (seen.is_empty() && wait.until == WaitFor::Delete) || !patience.lasts().await {
            break;
        }
    }
    let open: Vec<&str> = seen.iter().filter(|(_, is_met)| !is_met).map(|(name, _)| name.as_str()).collect();
    let what = format!("wait for {}{}", words(&wait.until), place(cluster, &wait.scope));
    if seen.is_empty() && wait.until != WaitFor::Delete {
        return Err(Cause::NotFound.unknown(
            what,
            format!("{} has no matching resources.", cluster.name()),
            "Check the names, the selector and the namespace.",
        ));
    }
    if !open.is_empty() {
        return Err(Cause::NotYet.unknown(
            what,
            format!("Timed out waiting for {} on {} after {}.", words(&wait.until), open.join(", "), patience.words()),
            "Run it again, or look at the objects to see what they lack.",
        ));
    }
    let text: String = seen.iter().map(|(name, _)| format!("{name} condition met\n")).collect();
    let summary = match seen.len() {
        0 => "There is none left.".into(),
        1 => "The condition is met.".into(),
        count => format!("The condition is met by all {count}."),
    };
    let outcome = Some(Outcome::Pass { summary });
    Ok(Answer::from(SheetAnswer { outcome, ..SheetAnswer::text(cluster.name(), what, text, clock.now()) }))
}

/// One look at the objects. What was seen once is remembered: an object that is gone has fulfilled a wait for that.
async fn look(cluster: &Cluster, wait: &Wait, parts: &[Part], seen: &mut Vec<(String, bool)>) -> Result<(), Unknown> {
    let mut present = Vec::new();
    for part in parts {
        let names = part.request.names.iter().map(|name| vec![name.clone()]);
        let each: Vec<Vec<String>> = if part.request.names.is_empty() { vec![Vec::new()] } else { names.collect() };
        for names in each {
            let objects = match cluster.get_json(&GetRequest { names, ..part.request.clone() }).await {
                Ok(found) => found["items"].as_array().map_or_else(|| vec![found.clone()], Clone::clone),
                Err(failure)
                    if failure.kind.is_absence() && matches!(wait.until, WaitFor::Delete | WaitFor::Create) =>
                {
                    Vec::new()
                }
                Err(failure) => return Err(failure.to_unknown()),
            };
            for object in objects {
                let name = object["metadata"]["name"].as_str().unwrap_or("");
                present.push((format!("{}/{name}", part.kind.singular()), is_met(&wait.until, &object)?));
            }
        }
    }
    if wait.until == WaitFor::Delete {
        for (name, is_gone) in seen.iter_mut() {
            *is_gone = !present.iter().any(|(there, _)| there == name);
        }
        let new = present.into_iter().filter(|(name, _)| !seen.iter().any(|(known, _)| known == name));
        let new: Vec<(String, bool)> = new.collect();
        seen.extend(new);
    } else {
        *seen = present;
    }
    Ok(())
}

fn is_met(until: &WaitFor, object: &Value) -> Result<bool, Unknown> {
    match until {
        WaitFor::Create => Ok(true),
        WaitFor::Delete => Ok(false),
        WaitFor::Condition { name, status } => Ok(has_condition(object, name, status)),
        WaitFor::JsonPath { path, value } => {
            let path = Path::parse(path).map_err(|error| {
                Cause::BadRequest.unknown(
                    "The command's path",
                    format!("{error}."),
                    "Run it by hand: the command is there to be copied.",
                )
            })?;
            let found = path.find(object, &Budget::default()).map_err(crate::checks::too_costly)?;
            let [found] = found.as_slice() else { return Ok(false) };
            let text = match found {
                Value::String(text) => text.clone(),
                Value::Null => return Ok(false),
                other => other.to_string(),
            };
            Ok(value.as_ref().is_none_or(|value| *value == text))
        }
    }
}

fn has_condition(object: &Value, name: &str, status: &str) -> bool {
    let Some(conditions) = object["status"]["conditions"].as_array() else { return false };
    let text = |condition: &Value, field: &str| condition[field].as_str().unwrap_or("").to_lowercase();
    let Some(condition) = conditions.iter().find(|condition| text(condition, "type") == name.to_lowercase()) else {
        return false;
    };
    // A condition that was judged before the last change of the object says nothing about it.
    let observed = condition["observedGeneration"].as_i64().or_else(|| object["status"]["observedGeneration"].as_i64());
    let is_stale = observed.zip(object["metadata"]["generation"].as_i64()).is_some_and(|(seen, now)| seen < now);
    !is_stale && text(condition, "status") == status.to_lowercase()
}

fn words(until: &WaitFor) -> String {
    match until {
        WaitFor::Condition { name, status } if status == "True" => format!("the condition {name}"),
        WaitFor::Condition { name, status } => format!("the condition {name}={status}"),
        WaitFor::Delete => "deletion".into(),
        WaitFor::Create => "creation".into(),
        WaitFor::JsonPath { path, value: Some(value) } => format!("{path}={value}"),
        WaitFor::JsonPath { path, value: None } => format!("a value of {path}"),
    }
}

fn as_get(wait: &Wait) -> Get {
    Get {
        resources: wait.resources.clone(),
        scope: wait.scope.clone(),
        selector: wait.selector.clone(),
        field_selector: wait.field_selector.clone(),
        sort_by: None,
        output: Output::Table,
        no_headers: false,
        show_labels: false,
        show_kind: false,
        label_columns: Vec::new(),
        watch: false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn judges_conditions_as_kubectl_does() {
        let pod = json!({"metadata": {"generation": 2}, "status": {"phase": "Running", "observedGeneration": 2,
            "conditions": [{"type": "Ready", "status": "True"}, {"type": "Old", "status": "True", "observedGeneration": 1}]}});
        let condition = |name: &str, status: &str| WaitFor::Condition { name: name.into(), status: status.into() };
        let path = |value: &str| WaitFor::JsonPath { path: "{.status.phase}".into(), value: Some(value.into()) };
        for (until, expected) in [
            (condition("ready", "true"), true),
            (condition("Ready", "False"), false),
            (condition("Old", "True"), false),
            (condition("Absent", "True"), false),
            (path("Running"), true),
            (path("Pending"), false),
            (WaitFor::JsonPath { path: "{.status.absent}".into(), value: None }, false),
            (WaitFor::Create, true),
        ] {
            assert_eq!(is_met(&until, &pod).ok(), Some(expected), "{until:?}");
        }
    }
}
