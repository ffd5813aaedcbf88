//! Judges whether what a pod names is there, by what a look at it came to and by the kubelet's word. Asks nothing.

use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim};
use runbook::outcome::{Finding, FindingState, Outcome, Unknown};
use serde_json::Value;

use super::super::{
    super::typed::typed,
    kubelet::Word,
    named::{Named, Use},
};

/// What a look at an object came to.
pub(super) enum Found {
    /// It is there; its keys where they may be read, and a word on how it stands.
    There {
        keys: Option<Vec<String>>,
        word: String,
        is_well: bool,
    },
    Missing,
    Unasked(Unknown),
}

/// What an object that was read says of itself. Of a Secret there is nothing to read.
pub(super) fn read(named: &Named, object: Value) -> Found {
    let asked = format!("{} {}", named.kind, named.name);
    match named.kind {
        "ConfigMap" => match typed::<ConfigMap>(object, &asked) {
            Ok(map) => {
                let (texts, bytes) = (map.data.into_iter().flatten(), map.binary_data.into_iter().flatten());
                let keys = texts.map(|(key, _)| key).chain(bytes.map(|(key, _)| key)).collect();
                Found::There { keys: Some(keys), word: "exists".into(), is_well: true }
            }
            Err(unknown) => Found::Unasked(unknown),
        },
        "PersistentVolumeClaim" => match typed::<PersistentVolumeClaim>(object, &asked) {
            Ok(claim) => match claim.status.and_then(|status| status.phase) {
                Some(phase) => {
                    let word = format!("exists, {}", phase.to_lowercase());
                    Found::There { keys: None, is_well: phase == "Bound", word }
                }
                None => Found::There { keys: None, is_well: false, word: "exists, without a phase".into() },
            },
            Err(unknown) => Found::Unasked(unknown),
        },
        _ => Found::There { keys: None, word: "exists".into(), is_well: true },
    }
}

pub(super) fn judge(named: &Named, used: &Use, found: Found, word: &Word) -> Finding {
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

pub(super) fn outcome(rows: &[Finding]) -> Outcome {
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
    use runbook::outcome::Cause;
    use serde_json::json;

    use super::*;

    #[test]
    fn tells_missing_objects_and_keys_from_unknown_ones() {
        let named = Named { kind: "ConfigMap", name: "web-config".into() };
        let used = Use { keys: vec!["level".into()], places: vec!["env of web".into()], is_needed: true };
        let judged = |found| judge(&named, &used, found, &Word::Nothing);
        assert_eq!(judged(Found::Missing).state, FindingState::Bad);
        let there = read(&named, json!({"data": {"other": "x"}}));
        assert_eq!(judged(there).words, "exists, but has no key level");
        assert_eq!(judged(read(&named, json!({"binaryData": {"level": ""}}))).state, FindingState::Good);
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
    fn a_claim_is_well_when_it_is_bound() {
        let claim = Named { kind: "PersistentVolumeClaim", name: "data".into() };
        let used = Use { keys: Vec::new(), places: vec!["volume data".into()], is_needed: true };
        let judged = |object| judge(&claim, &used, read(&claim, object), &Word::Nothing);
        use FindingState::{Bad, Good, Unknown};
        for (object, state, words) in [
            (json!({"status": {"phase": "Bound"}}), Good, "exists, bound"),
            (json!({"status": {"phase": "Pending"}}), Bad, "exists, pending"),
            (json!({}), Bad, "exists, without a phase"),
        ] {
            let row = judged(object);
            assert_eq!((row.state, row.words.as_str()), (state, words));
        }
        assert_eq!(judged(json!({"status": 5})).state, Unknown, "another form says nothing");
    }

    #[test]
    fn says_of_each_secret_what_it_could_not_see() {
        let secret = Named { kind: "Secret", name: "web-env".into() };
        let used = |keys: &[&str]| Use {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            places: vec!["env of web".into()],
            is_needed: true,
        };
        let there = || read(&secret, Value::Null);
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
