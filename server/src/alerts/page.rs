//! The alert that a runbook's page is about: whether it fires for the page's values, its rule, and its like.

use app::server_side::alerts::{AlertRow, AlertState, AlertView, LiveAlert, RuleView};
use runbook::{
    binding,
    outcome::{Cause, Unknown},
    promql::Expression,
    secret,
};

use super::{
    Alerts, Gathered, Subject,
    fired::{Fired, holds_secret},
    help::{Help, Helper},
};
use crate::sources::{
    Grant,
    prometheus::{AlertRule, Prometheus},
};

/// Alerts that a reader chooses from.
const MAX_CHOICES: usize = 10;

/// Labels by which a rule leaves a pod out.
const POD_LABELS: [&str; 3] = ["namespace", "pod", "container"];

type Pairs = Vec<(String, String)>;

/// Looks at an alert, and finds values for parameters that the page has none for.
pub(super) async fn look(
    alerts: &Alerts,
    grant: &Grant,
    subject: &Subject,
    gathered: Option<&Gathered>,
) -> (AlertView, Pairs) {
    // A choice leads back to the page that it stands on.
    let here = subject.path.clone().map(|path| Help::Runbook { path, section: None, title: String::new() });
    let here = here.unwrap_or_else(|| Help::Missing { alert: subject.name.clone() });
    let fired = gathered.map(|gathered| gathered.fired(grant));
    let all: &[Fired<'_>] = fired.as_deref().unwrap_or(&[]);
    let mut named: Vec<&Fired<'_>> = all.iter().filter(|fired| subject.is_named(fired.alert.name())).collect();
    named.sort_by_key(|fired| fired.rank());
    let meant: Vec<&Fired<'_>> = named.iter().copied().filter(|fired| agrees(fired, subject, grant)).collect();
    let rows = |some: &[&Fired<'_>]| some.iter().take(MAX_CHOICES).map(|fired| fired.row(&here)).collect::<Vec<_>>();
    let mut filled = Pairs::new();
    let state = match (gathered, meant.as_slice()) {
        _ if grant.alertmanagers().is_empty() => AlertState::NotAsked,
        (None, _) => AlertState::Unknown(slow("Alertmanager", &subject.name)),
        (Some(gathered), []) => match gathered.unknown.first() {
            Some(unknown) => AlertState::Unknown(unknown.clone()),
            None => AlertState::Quiet { elsewhere: named.len(), choices: rows(&named) },
        },
        (Some(_), [only]) => {
            filled = missing_values(only, subject);
            AlertState::Firing(Box::new(live(only)))
        }
        (Some(_), several) => AlertState::Several { total: several.len(), choices: rows(several) },
    };
    let (others, total_others) = others(all, subject, &meant, (alerts, grant));
    let rule = rule(grant, subject, &filled).await;
    // As the alert has it, which is not always as the link does.
    let mut ruled = rule.iter().flatten().map(|rule| rule.name.as_str());
    let name = named.first().map(|fired| fired.alert.name()).or_else(|| ruled.next()).unwrap_or(&subject.name);
    let view = AlertView {
        name: name.to_owned(),
        rule,
        state,
        filled: filled.iter().map(|(name, _)| name.clone()).collect(),
        others,
        total_others,
        asked_at: alerts.clock.now(),
    };
    (view, filled)
}

/// Whether an alert says nothing else than the page does. What only one of them says is no contradiction.
fn agrees(fired: &Fired<'_>, subject: &Subject, grant: &Grant) -> bool {
    let bound = subject.bindings.0.iter().all(|(name, wanted)| {
        let wanted = if name == "cluster" { section_name(grant, wanted) } else { wanted };
        fired.value(name).is_none_or(|value| value == wanted)
    });
    let has_label = |(name, wanted): &(String, String)| match name.as_str() {
        // The name has been judged by then.
        "alertname" => true,
        "cluster" => fired.cluster.is_none_or(|value| value == section_name(grant, wanted)),
        name => fired.alert.label(name).is_none_or(|value| value == wanted),
    };
    bound && subject.labels.iter().all(has_label)
}

fn section_name<'a>(grant: &'a Grant, reference: &'a str) -> &'a str {
    grant.cluster(reference).map_or(reference, |cluster| cluster.name())
}

/// What the alert says of parameters that the page has no value for.
fn missing_values(fired: &Fired<'_>, subject: &Subject) -> Pairs {
    let missing = subject.parameters.iter().filter(|name| subject.bindings.get(name).is_none());
    let value = |name: &String| Some((name.clone(), fired.value(name)?.to_owned()));
    missing.filter_map(value).filter(|(name, value)| binding::validate(name, value).is_ok()).collect()
}

/// Other alerts of the same pod; where the page has no pod, of the same namespace.
fn others(
    all: &[Fired<'_>],
    subject: &Subject,
    meant: &[&Fired<'_>],
    (alerts, grant): (&Alerts, &Grant),
) -> (Vec<AlertRow>, usize) {
    let only = meant.first().filter(|_| meant.len() == 1);
    let given = |name: &str| subject.value(name).or_else(|| only?.value(name));
    let cluster = given("cluster").map(|cluster| section_name(grant, cluster));
    let telling = if given("pod").is_some() { "pod" } else { "namespace" };
    let Some(wanted) = given(telling) else { return (Vec::new(), 0) };
    let is_like = |fired: &&Fired<'_>| {
        let is_itself = subject.is_named(fired.alert.name());
        let is_elsewhere = cluster.is_some_and(|cluster| fired.cluster.is_some_and(|other| other != cluster));
        let same_namespace = given("namespace").is_none_or(|namespace| fired.value("namespace") == Some(namespace));
        !is_itself && !is_elsewhere && same_namespace && fired.value(telling) == Some(wanted)
    };
    let mut like: Vec<&Fired<'_>> = all.iter().filter(is_like).collect();
    like.sort_by_key(|fired| fired.rank());
    let helper = Helper::new(&alerts.library);
    let row = |fired: &&Fired<'_>| {
        let row = fired.row(&helper.help(fired.alert));
        // Beside another alert its name tells more than the pod that both share.
        AlertRow { subject: row.name.clone(), ..row }
    };
    (like.iter().take(MAX_CHOICES).map(row).collect(), like.len())
}

fn live(fired: &Fired<'_>) -> LiveAlert {
    let open = fired.alert.labels.iter().filter(|(_, value)| !holds_secret(value));
    let labels = open.map(|(name, value)| (name.as_str(), value.as_str()));
    LiveAlert {
        since: fired.alert.since,
        held: fired.held(),
        severity: fired.alert.label("severity").unwrap_or("").to_owned(),
        labels: masked(&fired.alert.labels),
        annotations: masked(&fired.alert.annotations),
        generator_href: fired.alert.generator_href.clone().filter(|href| !holds_secret(href)),
        dashboard_href: dashboard(&fired.alert.annotations),
        silence_href: fired.source.silence_href(labels),
        source: fired.source.name().to_owned(),
    }
}

/// The dashboard that an alert's annotations name, however the name is spelt: `dashboard_url`, `dashboardURL`. What is no
/// address of the web, or carries a secret, is no link.
fn dashboard(annotations: &std::collections::BTreeMap<String, String>) -> Option<String> {
    const MAX_BYTES: usize = 4 * 1024;
    let is_named = |name: &str| {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        plain.eq_ignore_ascii_case("dashboardurl")
    };
    let is_link = |href: &&str| {
        let is_web = href.starts_with("https://") || href.starts_with("http://");
        let is_one_word = !href.contains(|c: char| c.is_whitespace() || c.is_control());
        is_web && is_one_word && href.len() <= MAX_BYTES && !holds_secret(href)
    };
    let named = annotations.iter().filter(|(name, _)| is_named(name)).map(|(_, value)| value.trim());
    named.filter(is_link).map(str::to_owned).next()
}

/// Names and values, with dots for secrets such as the login in an address.
fn masked(map: &std::collections::BTreeMap<String, String>) -> Pairs {
    map.iter().map(|(name, value)| (name.clone(), secret::mask(value).into_owned())).collect()
}

/// The rule of the page's alert, with the matcher that leaves the page's pod out.
async fn rule(grant: &Grant, subject: &Subject, filled: &Pairs) -> Option<Result<RuleView, Unknown>> {
    let prometheus = grant.prometheus_of(subject.value("cluster"));
    let prometheus = prometheus.or_else(|| grant.prometheus().first())?;
    let wait = grant.patience().with_panel();
    let rules = match tokio::time::timeout(wait, prometheus.alert_rules()).await {
        Ok(Ok(rules)) => rules,
        Ok(Err(failure)) => return Some(Err(failure.to_unknown())),
        Err(_) => return Some(Err(slow("Prometheus", &subject.name))),
    };
    let filled = |name: &str| filled.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let value = |name: &'static str| Some((name, subject.value(name).or_else(|| filled(name))?));
    let values: Vec<(&str, &str)> = POD_LABELS.into_iter().filter_map(value).collect();
    // Several rules may share a name, as the severities of one alert do: the one that excludes is the telling one
    // only when all of them do.
    let named: Vec<&AlertRule> = rules.iter().filter(|rule| subject.is_named(&rule.name)).collect();
    let first = named.first()?;
    let exclusions: Option<Vec<String>> = named.iter().map(|rule| excluding(rule, &values)).collect();
    Some(Ok(view(first, prometheus, exclusions.and_then(|all| all.into_iter().next()))))
}

fn excluding(rule: &AlertRule, labels: &[(&str, &str)]) -> Option<String> {
    Expression::read(&rule.query).ok()?.excluding(labels)
}

fn view(rule: &AlertRule, prometheus: &Prometheus, excluded_by: Option<String>) -> RuleView {
    RuleView {
        name: rule.name.clone(),
        source: prometheus.name().to_owned(),
        group: rule.group.clone(),
        expression: rule.query.clone(),
        for_s: rule.for_s,
        labels: masked(&rule.labels),
        annotations: masked(&rule.annotations),
        excluded_by,
        graph_href: prometheus.graph_href(&rule.query),
    }
}

fn slow(kind: &str, name: &str) -> Unknown {
    Cause::NotYet.unknown(
        format!("The state of {name}"),
        format!("{kind} has not answered yet."),
        "Load the page again in a moment.",
    )
}

#[cfg(test)]
mod tests {
    use super::dashboard;

    fn of(name: &str, value: &str) -> Option<String> {
        dashboard(&[(name.to_owned(), value.to_owned()), ("summary".into(), "http://x.example".into())].into())
    }

    #[test]
    fn a_dashboard_is_a_link_of_the_web_and_nothing_else() {
        let href = "https://grafana.example.org/d/pods?var-pod=web-0&from=now-1h";
        for name in ["dashboard_url", "dashboardURL", "dashboardUrl", "Dashboard-URL"] {
            assert_eq!(of(name, href).as_deref(), Some(href), "{name}");
        }
        assert_eq!(
            of("dashboard_url", " http://grafana.example.org/d/x \n").as_deref(),
            Some("http://grafana.example.org/d/x")
        );
        for wrong in [
            "javascript:alert(1)",
            "JAVASCRIPT:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/d/pods",
            "ftp://grafana.example.org",
            "",
            "https://grafana.example.org/d/x y",
            "https://anna:hunter2@grafana.example.org/d/x",
        ] {
            assert_eq!(of("dashboard_url", wrong), None, "{wrong}");
        }
        assert_eq!(of("dashboard_url", &format!("https://{}", "x".repeat(5_000))), None);
        assert_eq!(of("dashboards", href), None);
    }
}
