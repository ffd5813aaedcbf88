//! The alert rules of a Prometheus, read at most once a minute however many pages show them.

use std::{sync::Arc, time::Duration};

use runbook::loose;
use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};

use super::{Labels, Prometheus, answer::labels, data};
use crate::sources::{SourceFailure, web::WebApi};

/// Rules change when somebody edits them: seldom.
const KEPT: Duration = Duration::from_secs(60);
/// A failure is asked about again sooner.
const FAILURE_KEPT: Duration = Duration::from_secs(5);

/// An alert rule.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRule {
    /// The alert's name.
    pub name: String,
    /// The group that it stands in.
    pub group: String,
    /// The expression.
    pub query: String,
    /// How long the expression must hold before the alert fires, in seconds.
    pub for_s: f64,
    /// Labels that it adds.
    pub labels: Labels,
    /// Annotations, as templates.
    pub annotations: Labels,
    /// `firing`, `pending`, `inactive`.
    pub state: String,
    /// Why its last evaluation failed; empty when it did not.
    pub last_error: String,
}

type Rules = Result<Arc<[AlertRule]>, SourceFailure>;

/// The rules as last read.
#[derive(Default)]
pub(super) struct RuleCache(Mutex<Option<(Instant, Rules)>>);

#[derive(Default, Deserialize)]
struct Groups {
    #[serde(default, deserialize_with = "loose::readable")]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default, deserialize_with = "loose::text")]
    name: String,
    #[serde(default, deserialize_with = "loose::readable")]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    name: String,
    #[serde(default, deserialize_with = "loose::text")]
    query: String,
    #[serde(default, deserialize_with = "loose::maybe_real")]
    duration: Option<f64>,
    #[serde(default, deserialize_with = "labels")]
    labels: Labels,
    #[serde(default, deserialize_with = "labels")]
    annotations: Labels,
    #[serde(default, deserialize_with = "loose::text")]
    state: String,
    #[serde(default, rename = "lastError", deserialize_with = "loose::text")]
    last_error: String,
    r#type: String,
}

impl Prometheus {
    /// Every alert rule. The question goes on when whoever asked loses patience.
    pub async fn alert_rules(&self) -> Rules {
        let (api, cache) = (Arc::clone(&self.api), Arc::clone(&self.rules));
        let asking = tokio::spawn(async move { read(&api, &cache).await });
        match asking.await {
            Ok(rules) => rules,
            // The task is cancelled only when the process ends.
            Err(_) => read(&self.api, &self.rules).await,
        }
    }
}

async fn read(api: &WebApi, cache: &RuleCache) -> Rules {
    let mut known = cache.0.lock().await;
    if let Some((read_at, rules)) = &*known
        && read_at.elapsed() < if rules.is_ok() { KEPT } else { FAILURE_KEPT }
    {
        return rules.clone();
    }
    let groups = data(api, "/api/v1/rules", &[("type", "alert")]).await;
    let rules = groups.map(flatten).map_err(|error| api.failure("The alert rules", &error));
    *known = Some((Instant::now(), rules.clone()));
    rules
}

fn flatten(Groups { groups }: Groups) -> Arc<[AlertRule]> {
    let rule = |group: &str, rule: Rule| AlertRule {
        name: rule.name,
        group: group.to_owned(),
        query: rule.query,
        for_s: rule.duration.unwrap_or(0.0),
        labels: rule.labels,
        annotations: rule.annotations,
        state: rule.state,
        last_error: rule.last_error,
    };
    let of_group = |Group { name, rules }: Group| {
        let alerting = rules.into_iter().filter(|rule| rule.r#type == "alerting");
        alerting.map(|it| rule(&name, it)).collect::<Vec<_>>()
    };
    groups.into_iter().flat_map(of_group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_alert_rules_as_a_real_prometheus_writes_them() {
        let answer = r#"{"groups":[{"name":"homelab","file":"rules.yml","rules":[
            {"state":"inactive","name":"A","query":"x > 5","duration":900,"keepFiringFor":0,
             "labels":{"severity":"warning"},"annotations":{"summary":"{{ $labels.pod }}"},"alerts":[],
             "health":"ok","evaluationTime":0.0003,"lastEvaluation":"2026-11-23T07:04:08.62562373Z","type":"alerting"},
            {"name":"job:up:sum","query":"sum(up)","health":"ok","type":"recording"}],"interval":5,"limit":0}]}"#;
        let rules = flatten(serde_json::from_str(answer).expect("rules"));
        let [rule] = &*rules else { panic!("{rules:?}") };
        assert_eq!((rule.name.as_str(), rule.for_s, rule.query.as_str()), ("A", 900.0, "x > 5"));
        assert_eq!(rule.labels["severity"], "warning");
    }

    #[test]
    fn lets_no_odd_rule_hide_the_others() {
        let answer = r#"{"groups":[null,{"name":"a","rules":null},{"name":"b","rules":[{"type":"alerting"},
            {"type":"alerting","name":"B","query":"y","duration":"60","labels":null,"annotations":{"n":1},"state":null,
             "lastError":null}]}]}"#;
        let rules = flatten(serde_json::from_str(answer).expect("rules"));
        let [rule] = &*rules else { panic!("{rules:?}") };
        assert_eq!((rule.name.as_str(), rule.for_s, rule.annotations["n"].as_str()), ("B", 60.0, "1"));
        assert!(flatten(serde_json::from_str(r#"{"groups":null}"#).expect("rules")).is_empty());
    }
}
