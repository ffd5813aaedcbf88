//! `helm list`, `status` and `history`: from the Secrets in which Helm keeps its releases, where the configuration lets
//! the data of Secrets be shown. Values and manifests are read past, and kept nowhere.

use std::sync::Arc;

use runbook::{
    check::{Helm, HelmAsk, Output},
    columns::Layout,
    helm::{self, Release},
    outcome::{Cause, Outcome, Unknown},
};
use serde_json::Value;

use super::{
    super::{parts::PartsAnswer, sheet::SheetAnswer, yaml},
    Answer,
    cluster::{place, request},
    rows::Rows,
};
use crate::{
    clock::Clock,
    sources::cluster::{Cluster, GetRequest},
};

/// The releases of a question, and what of them cannot be read.
struct Found {
    releases: Vec<Release>,
    unreadable: Vec<Unknown>,
}

pub(super) async fn get(cluster: &Arc<Cluster>, asked: &Helm, clock: Clock) -> Result<Answer, Unknown> {
    if !cluster.shows_secret_data() {
        return Err(refused(cluster));
    }
    let Found { releases, unreadable } = read(cluster, asked).await?;
    let place = place(cluster, &asked.scope);
    let answer = match &asked.ask {
        HelmAsk::List { all, short, output, max, no_headers } => {
            let mut releases = helm::latest(releases, *all);
            let total = releases.len();
            // Helm takes 0 for no bound at all.
            let max = max.unwrap_or(helm::DEFAULT_MAX);
            releases.truncate(if max == 0 { usize::MAX } else { max as usize });
            let mut notes = vec![shown(cluster)];
            if releases.len() < total {
                notes.push(format!("These are the first {} of {total} releases: --max says how many.", releases.len()));
            }
            let what = format!("Helm releases{place}");
            let outcome = Some(judge(&releases, cluster));
            match list_text(&releases, *short, output)? {
                Some(text) => Answer::from(SheetAnswer {
                    outcome,
                    notes,
                    ..SheetAnswer::text(cluster.name(), what, text, clock.now())
                }),
                None => Rows {
                    rows: releases.iter().map(helm::list_row).collect(),
                    numeric: &["REVISION"],
                    without_header: *no_headers,
                    always_has_head: true,
                    layout: Layout::Tabbed,
                    outcome,
                    notes,
                    ..Rows::new(cluster.name(), what, helm::LIST_HEADS.to_vec(), clock.now())
                }
                .answer(),
            }
        }
        HelmAsk::Status { name, show_description } => {
            // A revision that cannot be read may be the last one.
            if let Some(unreadable) = unreadable.into_iter().next() {
                return Err(unreadable);
            }
            let release = releases.into_iter().max_by_key(|release| release.revision);
            let release = release.ok_or_else(|| missing(cluster, name, &place))?;
            let notes = vec![shown(cluster)];
            return Ok(Answer::from(SheetAnswer {
                outcome: Some(judge(std::slice::from_ref(&release), cluster)),
                notes,
                ..SheetAnswer::text(
                    cluster.name(),
                    format!("Helm release {name}{place}"),
                    helm::status_text(&release, *show_description),
                    clock.now(),
                )
            }));
        }
        HelmAsk::History { name, output, max } => {
            if releases.is_empty() && unreadable.is_empty() {
                return Err(missing(cluster, name, &place));
            }
            let history = helm::history(releases, max.unwrap_or(helm::DEFAULT_MAX));
            let what = format!("History of the Helm release {name}{place}");
            let notes = vec![shown(cluster)];
            match output {
                Output::Json | Output::Yaml => Answer::from(SheetAnswer {
                    notes,
                    ..SheetAnswer::text(
                        cluster.name(),
                        what,
                        document(helm::history_json(&history), output)?,
                        clock.now(),
                    )
                }),
                _ => Rows {
                    rows: helm::history_rows(history),
                    numeric: &["REVISION"],
                    always_has_head: true,
                    layout: Layout::Tabbed,
                    is_newest_last: true,
                    notes,
                    ..Rows::new(cluster.name(), what, helm::HISTORY_HEADS.to_vec(), clock.now())
                }
                .answer(),
            }
        }
    };
    Ok(with_complaints(cluster, format!("Helm releases{place}"), answer, unreadable, clock))
}

async fn read(cluster: &Arc<Cluster>, asked: &Helm) -> Result<Found, Unknown> {
    let selector = match &asked.ask {
        HelmAsk::List { .. } => "owner=helm".to_owned(),
        HelmAsk::Status { name, .. } | HelmAsk::History { name, .. } => format!("name={name},owner=helm"),
    };
    let request = GetRequest {
        selector: Some(selector),
        field_selector: Some(format!("type={}", helm::SECRET_TYPE)),
        ..request("secrets.v1.", &[], &asked.scope)
    };
    let list = cluster.get_json_with_secret_data(&request).await.map_err(|failure| failure.to_unknown())?;
    let mut found = Found { releases: Vec::new(), unreadable: Vec::new() };
    for secret in list["items"].as_array().into_iter().flatten() {
        match secret["data"]["release"].as_str().map(helm::decode) {
            Some(Ok(release)) => found.releases.push(release),
            Some(Err(reason)) => found.unreadable.push(unreadable(cluster, secret, &reason.to_string())),
            None => found.unreadable.push(unreadable(cluster, secret, "it has no key \"release\"")),
        }
    }
    Ok(found)
}

/// What is no table.
/// JSON as it is, or the same as YAML.
fn document(json: Result<String, serde_json::Error>, output: &Output) -> Result<String, Unknown> {
    let text = json.and_then(|json| match output {
        Output::Yaml => Ok(yaml::write(&serde_json::from_str(&json)?)),
        _ => Ok(json),
    });
    text.map_err(|error| {
        Cause::BadRequest.unknown(
            "Helm releases",
            format!("They cannot be printed: {error}."),
            "Run the command by hand: it is there to be copied.",
        )
    })
}

fn list_text(releases: &[Release], short: bool, output: &Output) -> Result<Option<String>, Unknown> {
    match (output, short) {
        (Output::Json | Output::Yaml, true) => document(helm::names_json(releases), output).map(Some),
        (Output::Json | Output::Yaml, false) => document(helm::list_json(releases), output).map(Some),
        (_, true) => Ok(Some(releases.iter().map(|release| format!("{}\n", release.name)).collect())),
        (_, false) => Ok(None),
    }
}

/// The worst of them speaks for all.
fn judge(releases: &[Release], cluster: &Cluster) -> Outcome {
    let of = |status: fn(&str) -> bool| -> Vec<&str> {
        releases.iter().filter(|r| status(&r.status)).map(|r| r.name.as_str()).collect()
    };
    let failed = of(|status| status == "failed");
    let open = of(|status| status != "failed" && status != "deployed");
    match (failed.as_slice(), open.as_slice(), releases) {
        ([], [], []) => Outcome::Pass { summary: format!("{} has no such release.", cluster.name()) },
        ([], [], [one]) => Outcome::Pass { summary: format!("{} is deployed.", one.name) },
        ([], [], all) => Outcome::Pass { summary: format!("All {} releases are deployed.", all.len()) },
        ([], open, _) => Outcome::Warn { summary: format!("Not deployed: {}.", open.join(", ")) },
        ([_], _, [one]) => {
            Outcome::Fail { summary: format!("{} has failed: {}.", one.name, one.description.trim_end_matches('.')) }
        }
        (failed, ..) => Outcome::Fail { summary: format!("Failed: {}.", failed.join(", ")) },
    }
}

fn with_complaints(cluster: &Cluster, what: String, answer: Answer, complaints: Vec<Unknown>, clock: Clock) -> Answer {
    if complaints.is_empty() {
        return answer;
    }
    Answer::Parts(PartsAnswer {
        source: cluster.name().to_owned(),
        what,
        parts: vec![answer],
        has_gaps: false,
        complaints,
        notes: Vec::new(),
        asked_at: clock.now(),
    })
}

fn refused(cluster: &Cluster) -> Unknown {
    let name = cluster.name();
    Cause::Withheld.unknown(
        format!("Helm releases of {name}"),
        "Helm keeps its releases in Secrets, whose data Runlight does not read of this cluster.",
        format!("Let it be shown with secret_data = \"show\" in [clusters.{name}] of runlight.toml."),
    )
}

fn shown(cluster: &Cluster) -> String {
    let name = cluster.name();
    format!(
        "Helm keeps this in Secrets, whose data [clusters.{name}] lets be shown. Values and manifests are not read."
    )
}

/// In Helm's words.
fn missing(cluster: &Cluster, name: &str, place: &str) -> Unknown {
    Cause::NotFound.unknown(
        format!("Helm release {name}{place} of {}", cluster.name()),
        "Error: release: not found.",
        "Check the name and the namespace: helm list -A shows every release.",
    )
}

fn unreadable(cluster: &Cluster, secret: &Value, reason: &str) -> Unknown {
    let metadata = |field: &str| secret["metadata"][field].as_str().unwrap_or("?");
    Cause::Unreadable.unknown(
        format!("Helm releases of {}", cluster.name()),
        format!("The Secret {}/{} is no release: {reason}.", metadata("namespace"), metadata("name")),
        "Look at it with helm itself; what else was found is shown.",
    )
}
