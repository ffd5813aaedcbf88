//! Questions to Prometheus and Alertmanager: which one is meant, and what it says.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream, stream::BoxStream};
use runbook::{
    check::{AlertmanagerAsk, AlertmanagerQuestion, PrometheusAsk, PrometheusQuestion},
    outcome::{Cause, TimeSpan, Unknown},
    promql::Expression,
    sheet::Sheet,
};
use tokio_stream::wrappers::{IntervalStream, WatchStream};

use super::{
    super::{
        Ask, Situation,
        query::{self, QueryAnswer},
        query_text,
        sheet::SheetAnswer,
    },
    Answer, amtool,
};
use crate::{
    clock::Clock,
    sources::{
        Grant, SourceFailure,
        alertmanager::Alertmanager,
        prometheus::{Prometheus, Value},
    },
};

/// How long a chart looks back, in milliseconds.
const SPAN_MS: i64 = 3_600_000;
/// Distance of two values in a chart, in seconds.
const STEP_S: u32 = 60;
/// An answer with more lines than this is drawn by its highest ones.
const MANY_LINES: usize = 100;
/// How often an expression on an open page is asked again: about a scrape.
const EXPRESSION_INTERVAL: Duration = Duration::from_secs(30);

/// Asks a Prometheus.
pub(super) async fn prometheus(
    grant: &Grant,
    question: &PrometheusQuestion,
    ask: &Ask,
    clock: Clock,
) -> Result<Answer, Unknown> {
    let source = find_prometheus(grant, question.address.as_deref(), &ask.situation)?;
    match &question.ask {
        PrometheusAsk::Instant { query } => {
            let is_drawn = ask.check.filters.is_empty();
            let answer = instant(source, query, is_drawn, clock).await.map_err(|failure| failure.to_unknown())?;
            if is_drawn {
                return Ok(Answer::Query(Box::new(answer)));
            }
            let printed = Sheet::text(query_text::lines(&answer.value).into_iter().map(|line| line.text));
            Ok(SheetAnswer::new(source.name(), query::TITLE.into(), printed, answer.asked_at).into())
        }
        PrometheusAsk::Api { path, parameters } => {
            let text = source.get_text(path, parameters).await.map_err(|failure| failure.to_unknown())?;
            Ok(Answer::from(SheetAnswer::text(source.name(), path.clone(), text, clock.now())))
        }
    }
}

/// Asks an Alertmanager.
pub(super) async fn alertmanager(
    grant: &Grant,
    question: &AlertmanagerQuestion,
    ask: &Ask,
    clock: Clock,
) -> Result<Answer, Unknown> {
    let source = find_alertmanager(grant, question.address.as_deref(), &ask.situation)?;
    let name = source.name().to_owned();
    match &question.ask {
        AlertmanagerAsk::Alerts { matchers } => {
            let alerts = source.active_alerts(matchers).await.map_err(|failure| failure.to_unknown())?;
            Ok(amtool::alerts(&name, alerts, clock.now()).into())
        }
        AlertmanagerAsk::Silences { matchers } => {
            let silences = source.silences(matchers).await.map_err(|failure| failure.to_unknown())?;
            Ok(amtool::silences(&name, silences, clock.now()).into())
        }
        AlertmanagerAsk::Api { path, parameters } => {
            let text = source.get_text(path, parameters).await.map_err(|failure| failure.to_unknown())?;
            Ok(Answer::from(SheetAnswer::text(&name, path.clone(), text, clock.now())))
        }
    }
}

/// Fires when an expression on an open page is due to be asked again.
pub(super) fn prometheus_changes(question: &PrometheusQuestion) -> BoxStream<'static, ()> {
    match question.ask {
        PrometheusAsk::Instant { .. } => {
            let first = tokio::time::Instant::now() + EXPRESSION_INTERVAL;
            IntervalStream::new(tokio::time::interval_at(first, EXPRESSION_INTERVAL)).map(|_| ()).boxed()
        }
        PrometheusAsk::Api { .. } => stream::pending().boxed(),
    }
}

/// Fires when what an Alertmanager lists has changed.
pub(super) fn alertmanager_changes(
    grant: &Grant,
    question: &AlertmanagerQuestion,
    situation: &Situation,
) -> BoxStream<'static, ()> {
    match (&question.ask, find_alertmanager(grant, question.address.as_deref(), situation)) {
        (AlertmanagerAsk::Alerts { .. } | AlertmanagerAsk::Silences { .. }, Ok(source)) => {
            WatchStream::from_changes(source.alert_changes()).map(|_| ()).boxed()
        }
        _ => stream::pending().boxed(),
    }
}

async fn instant(
    source: &Prometheus,
    query: &str,
    wants_course: bool,
    clock: Clock,
) -> Result<QueryAnswer, SourceFailure> {
    // What this reader cannot read Prometheus may know all the same: then it is asked as it stands.
    let expression = Expression::read(query).ok();
    let threshold = expression.as_ref().and_then(Expression::threshold);
    let measured = expression.as_ref().map_or_else(|| query.to_owned(), Expression::measured);
    let value = source.instant(query).await?;
    let asked_at = clock.now();
    let span = TimeSpan { from: asked_at.plus_ms(-SPAN_MS), to: asked_at };
    let measured_value =
        if measured == query || !wants_course { value.clone() } else { source.instant(&measured).await? };
    let course = match &measured_value {
        Value::Vector(samples) if wants_course && !samples.is_empty() => {
            let drawn = if samples.len() > MANY_LINES { format!("topk(8, {measured})") } else { measured };
            source.range(&drawn, (span.from, span.to), STEP_S).await
        }
        Value::Scalar(_) if wants_course => source.range(&measured, (span.from, span.to), STEP_S).await,
        _ => Ok(Vec::new()),
    };
    Ok(QueryAnswer {
        source: source.name().to_owned(),
        expression: query.to_owned(),
        value,
        measured: measured_value,
        course,
        span,
        threshold,
        graph_href: source.graph_href(query),
        asked_at,
    })
}

/// The Prometheus that a command names, else the one of the cluster that the reader looks at.
fn find_prometheus<'a>(
    grant: &'a Grant,
    address: Option<&str>,
    situation: &Situation,
) -> Result<&'a Arc<Prometheus>, Unknown> {
    let known: Vec<&str> = grant.prometheus().iter().map(|source| source.name()).collect();
    match address {
        Some(address) => grant.prometheus_at(address).ok_or_else(|| {
            grant
                .without_monitoring("Prometheus", Some(address))
                .unwrap_or_else(|| not_configured("Prometheus", address, &known))
        }),
        None => {
            let cluster = situation.cluster.as_deref();
            grant.prometheus_of(cluster).ok_or_else(|| {
                grant
                    .without_monitoring("Prometheus", None)
                    .unwrap_or_else(|| none_chosen("Prometheus", cluster, &known))
            })
        }
    }
}

/// The Alertmanager that a command names, else the one of the cluster that the reader looks at.
fn find_alertmanager<'a>(
    grant: &'a Grant,
    address: Option<&str>,
    situation: &Situation,
) -> Result<&'a Arc<Alertmanager>, Unknown> {
    let known: Vec<&str> = grant.alertmanagers().iter().map(|source| source.name()).collect();
    match address {
        Some(address) => grant.alertmanager_at(address).ok_or_else(|| {
            grant
                .without_monitoring("Alertmanager", Some(address))
                .unwrap_or_else(|| not_configured("Alertmanager", address, &known))
        }),
        None => {
            let cluster = situation.cluster.as_deref();
            grant.alertmanager_of(cluster).ok_or_else(|| {
                grant
                    .without_monitoring("Alertmanager", None)
                    .unwrap_or_else(|| none_chosen("Alertmanager", cluster, &known))
            })
        }
    }
}

fn not_configured(kind: &str, address: &str, known: &[&str]) -> Unknown {
    let section = kind.to_lowercase();
    let alias = address.split_once("://").map_or(address, |(_, rest)| rest);
    Cause::NotConfigured.unknown(
        format!("{kind} at {address}"),
        format!("No {kind} is configured with the address {address}."),
        match known {
            [] => format!("Add a section [{section}.NAME] with its url to runlight.toml."),
            [only] => format!("Add addresses = [\"{alias}\"] to [{section}.{only}] in runlight.toml."),
            _ => format!("Add addresses = [\"{alias}\"] to its [{section}.NAME] section in runlight.toml."),
        },
    )
}

fn none_chosen(kind: &str, cluster: Option<&str>, known: &[&str]) -> Unknown {
    let section = kind.to_lowercase();
    let (cause, reason, remedy) = match (cluster, known) {
        (_, []) => (
            Cause::NotConfigured,
            format!("No {kind} is configured."),
            format!("Add a section [{section}.NAME] with its url to runlight.toml."),
        ),
        (Some(cluster), _) => (
            Cause::NotConfigured,
            format!("No {kind} is configured that knows the cluster {cluster}."),
            format!("Add {cluster} to clusters of the [{section}.NAME] section in runlight.toml that knows it."),
        ),
        (None, known) => (
            Cause::NotChosen,
            format!("The command does not say which {kind} it asks, and no cluster is chosen."),
            format!("Choose a cluster at the top of the page. Configured are: {}.", known.join(", ")),
        ),
    };
    cause.unknown(kind, reason, remedy)
}
