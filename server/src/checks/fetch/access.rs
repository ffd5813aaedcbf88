//! `kubectl auth can-i` and `whoami`: what the account of Runlight may do, by reviews, which create nothing. It never asks
//! as anybody else.

use std::{collections::BTreeSet, sync::Arc};

use runbook::{
    check::{AccessQuestion, Scope},
    outcome::{Cause, Outcome, Unknown},
};
use serde_json::{Value, json};

use super::{super::sheet::SheetAnswer, Answer, cluster::place, rows::Rows};
use crate::{
    clock::Clock,
    sources::cluster::{Cluster, Review},
};

pub(super) async fn may(cluster: &Arc<Cluster>, access: &AccessQuestion, clock: Clock) -> Result<Answer, Unknown> {
    if access.as_user.is_some() || !access.as_groups.is_empty() {
        return Err(Cause::BadRequest.unknown(
            "What another account may do",
            "This asks as somebody else; Runlight asks with its own account only.",
            "Run it by hand: the command is there to be copied.",
        ));
    }
    let namespace = match &access.scope {
        Scope::All => String::new(),
        Scope::Named(namespace) => namespace.clone(),
        Scope::Default => cluster.default_namespace(),
    };
    match (&access.verb, &access.resource) {
        (Some(verb), Some(resource)) => check(cluster, access, verb, resource, &namespace, clock).await,
        _ => list(cluster, access, &namespace, clock).await,
    }
}

async fn check(
    cluster: &Cluster,
    access: &AccessQuestion,
    verb: &str,
    resource: &str,
    namespace: &str,
    clock: Clock,
) -> Result<Answer, Unknown> {
    let spec = if resource.starts_with('/') {
        json!({ "nonResourceAttributes": { "verb": verb, "path": resource } })
    } else {
        let (typed, name) = resource.split_once('/').unwrap_or((resource, ""));
        // A kind that the cluster does not know is asked about all the same, as kubectl does: a rule may name it.
        let (group, plural) = match cluster.kind(typed).await {
            Ok(kind) => (kind.group, kind.plural),
            Err(_) => (String::new(), typed.to_owned()),
        };
        json!({ "resourceAttributes": {
            "namespace": namespace, "verb": verb, "group": group, "resource": plural,
            "subresource": access.subresource.as_deref().unwrap_or(""), "name": name,
        } })
    };
    let status = cluster.review(Review::Access, &spec).await.map_err(|failure| failure.to_unknown())?;
    let Some(is_allowed) = status["allowed"].as_bool() else { return Err(no_review(cluster)) };
    let mut text = if is_allowed { "yes".to_owned() } else { "no".to_owned() };
    if !is_allowed {
        for field in ["reason", "evaluationError"] {
            if let Some(why) = status[field].as_str().filter(|why| !why.is_empty()) {
                text.push_str(&format!(" - {why}"));
            }
        }
    }
    let place = if namespace.is_empty() { String::new() } else { place(cluster, &access.scope) };
    let may = if is_allowed { "may" } else { "may not" };
    let summary = format!("Runlight's account {may} {verb} {resource}{place}.");
    Ok(Answer::from(SheetAnswer {
        // Whether that is good or bad is for the reader to say.
        outcome: Some(Outcome::Pass { summary }),
        notes: vec!["The answer is about the account that Runlight uses, not about the reader's.".into()],
        ..SheetAnswer::text(cluster.name(), format!("{verb} {resource}"), text, clock.now())
    }))
}

async fn list(cluster: &Cluster, access: &AccessQuestion, namespace: &str, clock: Clock) -> Result<Answer, Unknown> {
    let spec = json!({ "namespace": namespace });
    let status = cluster.review(Review::Rules, &spec).await.map_err(|failure| failure.to_unknown())?;
    let (Some(resources), Some(paths)) = (status["resourceRules"].as_array(), status["nonResourceRules"].as_array())
    else {
        return Err(no_review(cluster));
    };
    let mut notes = vec!["These are the rights of the account that Runlight uses.".to_owned()];
    if status["incomplete"] == true {
        let why = status["evaluationError"].as_str().unwrap_or("");
        notes.push(format!("The list may be incomplete: {why}"));
    }
    let heads = vec!["Resources", "Non-Resource URLs", "Resource Names", "Verbs"];
    Ok(Rows {
        rows: compact(resources, paths).iter().map(Rule::cells).collect(),
        without_header: access.no_headers,
        notes,
        ..Rows::new(cluster.name(), format!("rights{}", place(cluster, &access.scope)), heads, clock.now())
    }
    .answer())
}

pub(super) async fn who(cluster: &Arc<Cluster>, clock: Clock) -> Result<Answer, Unknown> {
    let status = cluster.review(Review::Identity, &Value::Null).await.map_err(|failure| failure.to_unknown())?;
    let user = &status["userInfo"];
    let Some(name) = user["username"].as_str() else { return Err(no_review(cluster)) };
    let mut rows = vec![vec!["Username".to_owned(), name.to_owned()]];
    if let Some(uid) = user["uid"].as_str().filter(|uid| !uid.is_empty()) {
        rows.push(vec!["UID".into(), uid.into()]);
    }
    if let Some(groups) = user["groups"].as_array().filter(|groups| !groups.is_empty()) {
        rows.push(vec!["Groups".into(), in_brackets(groups)]);
    }
    for (key, values) in user["extra"].as_object().into_iter().flatten() {
        rows.push(vec![format!("Extra: {key}"), in_brackets(values.as_array().map_or(&[][..], Vec::as_slice))]);
    }
    Ok(Rows {
        rows,
        notes: vec!["This is the account that Runlight uses.".into()],
        ..Rows::new(cluster.name(), "account".into(), vec!["ATTRIBUTE", "VALUE"], clock.now())
    }
    .answer())
}

/// A rule of one kind or path, with all verbs that rules give it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rule {
    resource: Option<(String, String)>,
    path: Option<String>,
    name: Option<String>,
    verbs: Vec<String>,
}

impl Rule {
    /// kubectl orders rules by how Go writes them down.
    fn sort_key(&self) -> String {
        let one = |one: Option<&str>| one.unwrap_or("").to_owned();
        let (group, resource) = self.resource.as_ref().map_or(("", ""), |(group, resource)| (group, resource));
        format!(
            "Verbs:[{}],APIGroups:[{group}],Resources:[{resource}],ResourceNames:[{}],NonResourceURLs:[{}],",
            self.verbs.join(" "),
            one(self.name.as_deref()),
            one(self.path.as_deref())
        )
    }

    fn cells(&self) -> Vec<String> {
        let brackets = |one: &Option<String>| format!("[{}]", one.as_deref().unwrap_or(""));
        vec![
            self.resource.as_ref().map_or_else(String::new, |(group, resource)| in_group(group, resource)),
            brackets(&self.path),
            brackets(&self.name),
            format!("[{}]", self.verbs.join(" ")),
        ]
    }
}

/// `deployments.apps/scale`.
fn in_group(group: &str, resource: &str) -> String {
    let (kind, subresource) = resource.split_once('/').map_or((resource, None), |(kind, sub)| (kind, Some(sub)));
    let group = if group.is_empty() { String::new() } else { format!(".{group}") };
    let subresource = subresource.map_or_else(String::new, |sub| format!("/{sub}"));
    format!("{kind}{group}{subresource}")
}

/// Rules taken apart to one kind each, and those that differ in verbs only put together again, as kubectl lists them.
fn compact(resources: &[Value], paths: &[Value]) -> Vec<Rule> {
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut rules: Vec<Rule> = Vec::new();
    let mut add = |one: Rule| match rules
        .iter_mut()
        .find(|rule| rule.resource == one.resource && rule.path == one.path && rule.name == one.name)
    {
        // Rules for a path are never put together: kubectl compares kinds only.
        Some(rule) if one.path.is_none() => rule.verbs.extend(one.verbs),
        _ => rules.push(one),
    };
    for rule in resources {
        let names = texts(&rule["resourceNames"]);
        let names: Vec<Option<String>> =
            if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() };
        for group in texts(&rule["apiGroups"]) {
            for resource in texts(&rule["resources"]) {
                for name in &names {
                    let resource = Some((group.clone(), resource.clone()));
                    add(Rule { resource, path: None, name: name.clone(), verbs: texts(&rule["verbs"]) });
                }
            }
        }
    }
    for rule in paths {
        for path in texts(&rule["nonResourceURLs"]) {
            add(Rule { resource: None, path: Some(path), name: None, verbs: texts(&rule["verbs"]) });
        }
    }
    for rule in &mut rules {
        let mut seen = BTreeSet::new();
        rule.verbs.retain(|verb| seen.insert(verb.clone()));
    }
    rules.sort_by_cached_key(Rule::sort_key);
    rules
}

fn in_brackets(values: &[Value]) -> String {
    let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    format!("[{}]", values.join(" "))
}

fn no_review(cluster: &Cluster) -> Unknown {
    Cause::Unreadable.unknown(
        format!("The rights of Runlight's account in {}", cluster.name()),
        format!("{} gave an answer that is no review.", cluster.name()),
        "Check that the address of the cluster is an API server.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_rules_of_one_kind_together() {
        let rule =
            |resources: &[&str], verbs: &[&str]| json!({"apiGroups": ["apps"], "resources": resources, "verbs": verbs});
        let rules = compact(
            &[rule(&["deployments", "deployments/scale"], &["get"]), rule(&["deployments"], &["list", "get"])],
            &[json!({"nonResourceURLs": ["/healthz"], "verbs": ["get"]})],
        );
        let cells: Vec<Vec<String>> = rules.iter().map(Rule::cells).collect();
        assert_eq!(
            cells,
            [
                ["deployments.apps", "[]", "[]", "[get list]"],
                ["", "[/healthz]", "[]", "[get]"],
                ["deployments.apps/scale", "[]", "[]", "[get]"],
            ]
        );
    }
}
