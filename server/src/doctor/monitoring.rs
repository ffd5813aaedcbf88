//! A look at a Prometheus or an Alertmanager: version, clock, certificate, login, and whether it knows anything.

use std::sync::Arc;

use app::server_side::doctor::{Part, Row, Topic};
use runbook::time::Timestamp;

use super::{Draft, common, failed, note, set_version};
use crate::{
    clock::Clock,
    config,
    sources::{
        SourceFailure,
        alertmanager::Alertmanager,
        log_store::LogStore,
        prometheus::{Prometheus, Value},
        web::Place,
    },
};

pub(super) fn part(place: &Place) -> Part {
    Part {
        kind: place.kind,
        name: place.name.clone(),
        address: Some(place.address.clone()),
        version: None,
        rows: Vec::new(),
    }
}

pub(super) async fn examine_prometheus(
    source: &Arc<Prometheus>,
    section: Option<&config::Monitoring>,
    clock: Clock,
    draft: Draft,
) {
    let looks = async {
        if answers(source.place().kind, source.version().await, &draft) {
            look_at_series(source, clock, &draft).await;
            match source.alert_rules().await {
                Ok(rules) if rules.is_empty() => note(
                    &draft,
                    Row::warning(
                        Topic::Content,
                        "It has no alert rule: the pages of alerts show no expression and no threshold.",
                        "Load rules into it, or give the address of the Prometheus that evaluates them.",
                    ),
                ),
                Ok(rules) => note(&draft, Row::ok(Topic::Content, format!("It knows {} alert rules.", rules.len()))),
                Err(failure) => note(&draft, failed(Topic::Content, &failure)),
            }
        }
    };
    let (certificate, ()) = futures::join!(certificate(section, source.place(), clock), looks);
    finish(&draft, certificate, section);
}

pub(super) async fn examine_alertmanager(
    source: &Arc<Alertmanager>,
    section: Option<&config::Monitoring>,
    clock: Clock,
    draft: Draft,
) {
    let looks = async {
        if answers(source.place().kind, source.version().await, &draft) {
            match source.status().await {
                Ok(words) => note(&draft, Row::ok(Topic::Content, words)),
                Err(failure) => note(&draft, failed(Topic::Content, &failure)),
            }
        }
    };
    let (certificate, ()) = futures::join!(certificate(section, source.place(), clock), looks);
    finish(&draft, certificate, section);
}

pub(super) async fn examine_logs(
    source: &Arc<LogStore>,
    section: Option<&config::Monitoring>,
    clock: Clock,
    draft: Draft,
) {
    let looks = async {
        match source.status().await {
            Ok(words) => note(&draft, Row::ok(Topic::Reach, words)),
            Err(failure) => note(&draft, failed(Topic::Reach, &failure)),
        }
    };
    let (certificate, ()) = futures::join!(certificate(section, source.place(), clock), looks);
    finish(&draft, certificate, section);
}

fn answers(kind: &str, version: Result<String, SourceFailure>, draft: &Draft) -> bool {
    match version {
        Ok(version) => {
            set_version(draft, &version);
            note(draft, Row::ok(Topic::Reach, format!("It answers, as {kind} {version}.")));
            true
        }
        Err(failure) => {
            note(draft, failed(Topic::Reach, &failure));
            false
        }
    }
}

/// A value that is asked for without a time is one of its own now. One that scrapes nothing answers every question with
/// an empty list.
async fn look_at_series(source: &Prometheus, clock: Clock, draft: &Draft) {
    let samples = match source.instant("count(up)").await {
        Ok(Value::Vector(samples)) => samples,
        Ok(_) => {
            return note(
                draft,
                Row::unknown(
                    Topic::Content,
                    "It answers a question for series with something that is none.",
                    "Check that url leads to the API of Prometheus and not to a proxy before another server.",
                ),
            );
        }
        Err(failure) => return note(draft, failed(Topic::Content, &failure)),
    };
    match samples.first().and_then(|sample| sample.value.as_ref()) {
        Some(point) => {
            note(draft, Row::ok(Topic::Content, format!("It knows {} targets.", point.text)));
            let theirs = Timestamp((point.at_s * 1_000.0) as i64);
            note(draft, common::clock("its host", theirs, clock.now()));
        }
        None => note(
            draft,
            Row::warning(
                Topic::Content,
                "It knows no target: whatever is asked of it, the answer is empty.",
                "Look at its targets, and whether this is the server that scrapes your clusters.",
            ),
        ),
    }
}

async fn certificate(section: Option<&config::Monitoring>, place: &Place, clock: Clock) -> Option<Row> {
    match section.is_some_and(|section| section.url.starts_with("https:")) {
        true => common::server_certificate(&place.address, clock.now()).await,
        false => None,
    }
}

fn finish(draft: &Draft, certificate: Option<Row>, section: Option<&config::Monitoring>) {
    let files = section.map_or([None, None], |section| {
        [("token file", &section.token_file), ("password file", &section.password_file)]
            .map(|(what, path)| path.as_deref().and_then(|path| common::secret_file(what, path)))
    });
    certificate.into_iter().chain(files.into_iter().flatten()).for_each(|row| note(draft, row));
}
