//! What a pod names (ConfigMaps, Secrets, claims, its account, pull secrets) and whether it exists. Of a Secret only
//! its existence is asked, never its data.

use futures::future::join_all;
use runbook::outcome::{Body, Cause, Finding, FindingState, Findings, FindingsPanel, Outcome, Report, Unknown};
use serde_json::Value;

use super::{
    super::unanswered,
    CaseFile, CaseFiles, PanelAsk,
    kubelet::{Word, said_by_kubelet},
    named::{Named, Use, list, text},
};
use crate::{
    checks::fetch::cluster,
    sources::cluster::{Cluster, GetRequest, GetScope},
};

/// Most objects that are looked up for one pod.
const MAX_OBJECTS: usize = 60;

pub(super) async fn report(files: &CaseFiles, ask: &PanelAsk, file: &CaseFile) -> Report {
    let pod = match &file.object {
        Ok(pod) => pod,
        Err(unknown) => return unanswered(unknown.clone(), file.asked_at),
    };
    let cluster = match cluster::find(&ask.situation.grant, None, &ask.situation) {
        Ok(cluster) => cluster,
        Err(unknown) => return unanswered(unknown, file.asked_at),
    };
    let named = list(pod);
    let cut = named.len().saturating_sub(MAX_OBJECTS);
    let rows = named.into_iter().take(MAX_OBJECTS).map(|(named, used)| async move {
        let found = look_up(files, cluster, &file.facts.namespace, &named).await;
        judge(&named, &used, found, &said_by_kubelet(&named, &file.facts))
    });
    let rows = join_all(rows).await;
    let now = files.clock.now();
    let mut notes = vec!["Of a Secret this panel asks for the name alone, never for its keys or values.".to_owned()];
    if cut > 0 {
        notes.push(format!("The pod names {cut} more objects, which were not looked up."));
    }
    Report {
        title: format!("What {} names", file.facts.pod),
        source: file.cluster.clone(),
        asked_at: now,
        outcome: outcome(&rows),
        body: Body::Findings(Findings { panel: FindingsPanel::References, rows }),
        notes,
    }
}

/// What a look at an object came to.
enum Found {
    /// It is there; its keys where they may be read, and a word on how it stands.
    There {
        keys: Option<Vec<String>>,
        word: String,
        is_well: bool,
    },
    Missing,
    Unasked(Unknown),
}

async fn look_up(files: &CaseFiles, cluster: &Cluster, namespace: &str, named: &Named) -> Found {
    let request = GetRequest {
        kind: named.kind.to_lowercase(),
        names: vec![named.name.clone()],
        scope: GetScope::Namespace(namespace.to_owned()),
        selector: None,
        field_selector: None,
    };
    let answer = async {
        match named.kind {
            // The table says that it is there, and holds nothing of what is in it.
            "Secret" => cluster.get_table(&request).await.map(|_| Value::Null),
            _ => cluster.get_json(&request).await,
        }
    };
    match tokio::time::timeout(files.part_limit, answer).await {
        Ok(Ok(object)) => read(named, &object),
        Ok(Err(failure)) if failure.kind.is_absence() => Found::Missing,
        Ok(Err(failure)) => Found::Unasked(failure.to_unknown()),
        Err(_) => Found::Unasked(Cause::TimedOut.unknown(
            format!("{} {}", named.kind, named.name),
            format!("There was no answer within {} s.", files.part_limit.as_secs_f32()),
            "It is asked again by itself.",
        )),
    }
}

fn read(named: &Named, object: &Value) -> Found {
    match named.kind {
        "ConfigMap" => {
            let keys = ["data", "binaryData"].iter().filter_map(|part| object[*part].as_object()).flatten();
            Found::There {
                keys: Some(keys.map(|(key, _)| key.clone()).collect()),
                word: "exists".into(),
                is_well: true,
            }
        }
        "PersistentVolumeClaim" => {
            let phase = text(&object["status"]["phase"]);
            Found::There { keys: None, is_well: phase == "Bound", word: format!("exists, {}", phase.to_lowercase()) }
        }
        _ => Found::There { keys: None, word: "exists".into(), is_well: true },
    }
}

fn judge(named: &Named, used: &Use, found: Found, word: &Word) -> Finding {
    let complaint = match word {
        Word::Complaint(words) => Some(words.clone()),
        Word::Started | Word::Nothing => None,
    };
    let (state, words) = match found {
        Found::There { .. } | Found::Unasked(_) if complaint.is_some() => {
            (FindingState::Bad, complaint.unwrap_or_else(String::new))
        }
        Found::Unasked(_) if *word == Word::Started && named.kind == "Secret" && used.is_needed => (
            FindingState::Good,
            format!(
                "was there{} when the containers started; whether it is there now is unknown: Runlight may not get \
                 secrets",
                with_keys(used)
            ),
        ),
        Found::Unasked(unknown) if named.kind == "Secret" => (
            FindingState::Unknown,
            format!(
                "unknown: {} The right to get secrets would tell; it is left out of Runlight's role on purpose. The \
                 pod's events say when one is missing.",
                unknown.reason
            ),
        ),
        // What takes a whole Secret takes the keys that it has; which these are, only its owner sees.
        Found::There { .. } if named.kind == "Secret" && used.keys.is_empty() => {
            (FindingState::Good, "exists; its keys are not seen: this panel reads a Secret's name alone".into())
        }
        Found::There { .. } if named.kind == "Secret" => match word {
            Word::Started => {
                (FindingState::Good, format!("exists; it had {} when the containers started", name_keys(used)))
            }
            _ => (
                FindingState::Unknown,
                format!(
                    "exists; whether it has {} is unknown: of a Secret this panel sees the name alone, whatever its \
                     rights. The pod's events say when a key is missing.",
                    name_keys(used)
                ),
            ),
        },
        Found::Unasked(unknown) => (FindingState::Unknown, format!("unknown: {} {}", unknown.reason, unknown.remedy)),
        Found::Missing if used.is_needed => (FindingState::Bad, "does not exist".into()),
        Found::Missing => (FindingState::Plain, "does not exist; the pod can do without".into()),
        Found::There { keys, word, is_well } => {
            let missing: Vec<&str> = keys
                .iter()
                .flat_map(|keys| used.keys.iter().filter(|key| !keys.contains(key)).map(String::as_str))
                .collect();
            match (missing.as_slice(), is_well) {
                ([], true) => (FindingState::Good, word),
                ([], false) => (FindingState::Bad, word),
                (keys, _) => (FindingState::Bad, format!("{word}, but has no key {}", keys.join(", "))),
            }
        }
    };
    let keys = if used.keys.is_empty() { String::new() } else { format!(", keys {}", used.keys.join(", ")) };
    Finding {
        state,
        subject: format!("{} {}", named.kind, named.name),
        words,
        detail: Some(format!("named by {}{keys}", used.places.join(", "))),
        at: None,
    }
}

/// "the key URL", "the keys A, B".
fn name_keys(used: &Use) -> String {
    format!("the key{} {}", if used.keys.len() == 1 { "" } else { "s" }, used.keys.join(", "))
}

fn with_keys(used: &Use) -> String {
    if used.keys.is_empty() { String::new() } else { format!(" with {}", name_keys(used)) }
}

fn outcome(rows: &[Finding]) -> Outcome {
    let with = |state: FindingState| rows.iter().filter(move |row| row.state == state);
    if let Some(bad) = with(FindingState::Bad).next() {
        return Outcome::Fail { summary: format!("{} {}.", bad.subject, bad.words) };
    }
    let unknown = with(FindingState::Unknown).count();
    match (rows.len(), unknown) {
        (0, _) => Outcome::Pass { summary: "The pod names nothing outside itself.".into() },
        (1, 0) => Outcome::Pass { summary: "The one object that the pod names exists.".into() },
        (all, 0) => Outcome::Pass { summary: format!("All {all} objects that the pod names exist.") },
        (all, unknown) => {
            Outcome::Warn { summary: format!("Of {unknown} of {all} objects that the pod names something is unknown.") }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tells_missing_objects_and_keys_from_unknown_ones() {
        let named = Named { kind: "ConfigMap", name: "web-config".into() };
        let used = Use { keys: vec!["level".into()], places: vec!["env of web".into()], is_needed: true };
        let judged = |found| judge(&named, &used, found, &Word::Nothing);
        assert_eq!(judged(Found::Missing).state, FindingState::Bad);
        let there = read(&named, &json!({"data": {"other": "x"}}));
        assert_eq!(judged(there).words, "exists, but has no key level");
        assert_eq!(judged(read(&named, &json!({"binaryData": {"level": ""}}))).state, FindingState::Good);
        let unknown = Cause::Forbidden.unknown("x", "403.", "Bind it.");
        assert_eq!(judged(Found::Unasked(unknown.clone())).state, FindingState::Unknown);
        let secret = Named { kind: "Secret", name: "web-env".into() };
        let started = judge(&secret, &used, Found::Unasked(unknown.clone()), &Word::Started);
        assert_eq!(started.state, FindingState::Good);
        let complaint = Word::Complaint("has no key URL, says the kubelet".into());
        let told = judge(&secret, &used, Found::Unasked(unknown), &complaint);
        assert_eq!((told.state, told.words.as_str()), (FindingState::Bad, "has no key URL, says the kubelet"));
        assert_eq!(judge(&named, &used, Found::Missing, &Word::Nothing).state, FindingState::Bad);
        let optional = Use { is_needed: false, ..used.clone() };
        assert_eq!(judge(&named, &optional, Found::Missing, &Word::Nothing).state, FindingState::Plain);
    }

    #[test]
    fn says_of_each_secret_what_it_could_not_see() {
        let secret = Named { kind: "Secret", name: "web-env".into() };
        let used = |keys: &[&str]| Use {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            places: vec!["env of web".into()],
            is_needed: true,
        };
        let there = || read(&secret, &Value::Null);
        let refused = || {
            let reason = "homelab-prod answered 403.";
            Found::Unasked(Cause::Forbidden.unknown("Secret web-env", reason, "x"))
        };
        use FindingState::{Good, Unknown as Open};
        for (keys, found, word, state, words) in [
            (
                &[][..],
                there(),
                Word::Nothing,
                Good,
                "exists; its keys are not seen: this panel reads a Secret's name alone",
            ),
            (
                &["URL"],
                there(),
                Word::Nothing,
                Open,
                "exists; whether it has the key URL is unknown: of a Secret this panel sees the name alone, whatever its \
                 rights. The pod's events say when a key is missing.",
            ),
            (&["A", "B"], there(), Word::Started, Good, "exists; it had the keys A, B when the containers started"),
            (
                &["URL"],
                refused(),
                Word::Nothing,
                Open,
                "unknown: homelab-prod answered 403. The right to get secrets would tell; it is left out of Runlight's \
                 role on purpose. The pod's events say when one is missing.",
            ),
            (
                &["URL"],
                refused(),
                Word::Started,
                Good,
                "was there with the key URL when the containers started; whether it is there now is unknown: Runlight \
                 may not get secrets",
            ),
        ] {
            let row = judge(&secret, &used(keys), found, &word);
            assert_eq!((row.state, row.words.as_str()), (state, words));
        }
    }
}
