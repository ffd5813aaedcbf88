//! `promtool`, `amtool`, and `curl` of the read APIs of Prometheus and Alertmanager. Whether an address is one that
//! may be asked is the server's to decide: it answers only for what is configured.

mod logs;

use super::{
    args::{Arg, Flag, Parsed, Style, switch, value},
    reason::{Stop, refused, unknown},
    table::{Does, Place, Program, Verb, asks, changes, group, refuses},
};
use crate::check::{
    AlertmanagerAsk, AlertmanagerQuestion, Cause, LogStoreAsk, LogStoreQuestion, PrometheusAsk, PrometheusQuestion,
    Question,
};

pub(super) static PROGRAMS: &[Program] = &[
    Program {
        names: &["promtool"],
        summary: "Prometheus: instant queries",
        style: Style::Posix,
        flags: &[],
        does: Does::Verbs(PROMTOOL_VERBS),
    },
    Program {
        names: &["amtool"],
        summary: "Alertmanager: alerts and silences",
        style: Style::Posix,
        flags: AMTOOL_FLAGS,
        does: Does::Verbs(AMTOOL_VERBS),
    },
    Program {
        names: &["curl"],
        summary: "Prometheus, Alertmanager and log stores: their read APIs, at a configured address",
        style: Style::Posix,
        flags: CURL_FLAGS,
        does: Does::Asks(curl),
    },
    logs::LOGCLI,
];

const PROMTOOL_VERBS: &[Verb] = &[
    group(
        &["query"],
        &[
            asks(
                &["instant"],
                &[
                    value("time").stops("Only the present is asked for."),
                    value("format").or('o').stops("Only promtool's own form is shown."),
                ],
                instant,
            ),
            refuses(
                &["range", "series", "labels", "analyze"],
                Cause::NoSource,
                "is not offered: only instant queries are.",
            ),
        ],
    ),
    refuses(&["check", "test", "debug", "tsdb", "promql"], Cause::NeedsShell, "reads files of the machine it runs on."),
    changes(&["push"], "writes metrics."),
];

const AMTOOL_FLAGS: &[Flag] = &[
    value("alertmanager.url"),
    value("output").or('o').stops("Only amtool's own simple form is shown."),
    value("config.file").ignored(),
    switch("verbose").or('v').ignored(),
];

const ONLY_ACTIVE: &str = "Only active alerts are asked for.";

const AMTOOL_VERBS: &[Verb] = &[
    group(
        &["alert"],
        &[
            asks(
                &["query"],
                &[
                    switch("active").or('a').ignored(),
                    switch("silenced").stops(ONLY_ACTIVE),
                    switch("inhibited").or('i').stops(ONLY_ACTIVE),
                ],
                alerts,
            ),
            changes(&["add"], "sends an alert."),
        ],
    ),
    group(
        &["silence"],
        &[asks(&["query"], &[], silences), changes(&["add", "expire", "import", "update"], "changes silences.")],
    ),
    refuses(&["config", "check-config", "cluster", "template"], Cause::NoSource, "is not offered."),
];

const CURL_FLAGS: &[Flag] = &[
    switch("silent").or('s').ignored(),
    switch("show-error").or('S').ignored(),
    switch("insecure").or('k').ignored(),
    switch("fail").or('f').ignored(),
    switch("get").or('G'),
    switch("globoff").or('g').ignored(),
    switch("location").or('L').ignored(),
    switch("compressed").ignored(),
    switch("ipv4").or('4').ignored(),
    switch("head").or('I').stops(MORE_THAN_TEXT),
    switch("include").or('i').stops(MORE_THAN_TEXT),
    switch("verbose").or('v').stops(MORE_THAN_TEXT),
    value("max-time").or('m').ignored(),
    value("connect-timeout").ignored(),
    value("retry").ignored(),
    value("cacert").ignored(),
    value("cert").or('E').ignored(),
    value("key").ignored(),
    value("user").or('u').ignored(),
    value("header").or('H').ignored(),
    value("url"),
    value("request").or('X'),
    value("data-urlencode"),
    value("data").or('d'),
    value("data-raw"),
    value("data-binary"),
    value("json"),
    value("form").or('F'),
    value("upload-file").or('T'),
    value("output").or('o').stops("`curl -o` writes a file."),
    value("write-out").or('w').stops(MORE_THAN_TEXT),
];

const MORE_THAN_TEXT: &str = "This flag asks for more than the answer's text.";

/// `promtool query instant [SERVER] EXPRESSION`.
fn instant(parsed: &Parsed<'_>, _: &Place<'_>) -> Result<Question, Stop> {
    let (server, query) = match parsed.operands.as_slice() {
        [query] => (None, query),
        [server, query] => (Some(server), query),
        _ => return Err(unknown(parsed.span.clone(), "A server and one expression are named.")),
    };
    let address = match server {
        None => None,
        Some(server) => Some(address(server)?.0),
    };
    check_expression(query)?;
    let ask = PrometheusAsk::Instant { query: query.as_str().trim().to_owned() };
    Ok(Question::Prometheus(PrometheusQuestion { address, ask }))
}

/// Longest expression, in bytes.
const MAX_EXPRESSION_BYTES: usize = 8 * 1024;

/// An expression is text for Prometheus to judge; brackets and quotes must at least be closed.
fn check_expression(arg: &Arg<'_>) -> Result<(), Stop> {
    let text = arg.as_str();
    let mut open = Vec::new();
    let mut quote = None;
    let mut is_escaped = false;
    for c in text.chars() {
        match (quote, c) {
            _ if is_escaped => is_escaped = false,
            (Some('"' | '\''), '\\') => is_escaped = true,
            (Some(mark), c) if mark == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(') => open.push(')'),
            (None, '[') => open.push(']'),
            (None, '{') => open.push('}'),
            (None, ')' | ']' | '}') if open.pop() != Some(c) => {
                return Err(unknown(arg.span(), format!("`{c}` closes nothing in this expression.")));
            }
            _ => {}
        }
    }
    if text.trim().is_empty() || text.len() > MAX_EXPRESSION_BYTES || quote.is_some() || !open.is_empty() {
        return Err(unknown(arg.span(), "This expression is empty, too long, or something in it is never closed."));
    }
    Ok(())
}

fn alerts(parsed: &Parsed<'_>, _: &Place<'_>) -> Result<Question, Stop> {
    alertmanager(parsed, AlertmanagerAsk::Alerts { matchers: words(parsed) })
}

fn silences(parsed: &Parsed<'_>, _: &Place<'_>) -> Result<Question, Stop> {
    alertmanager(parsed, AlertmanagerAsk::Silences { matchers: words(parsed) })
}

fn words(parsed: &Parsed<'_>) -> Vec<String> {
    parsed.operands.iter().map(|arg| arg.as_str().to_owned()).collect()
}

fn alertmanager(parsed: &Parsed<'_>, ask: AlertmanagerAsk) -> Result<Question, Stop> {
    let address = match parsed.arg("alertmanager.url") {
        None => None,
        Some(url) => Some(address(url)?.0),
    };
    Ok(Question::Alertmanager(AlertmanagerQuestion { address, ask }))
}

/// Paths of Prometheus that only tell.
const PROMETHEUS_PATHS: [&str; 13] = [
    "/api/v1/query",
    "/api/v1/query_range",
    "/api/v1/alerts",
    "/api/v1/rules",
    "/api/v1/targets",
    "/api/v1/targets/metadata",
    "/api/v1/labels",
    "/api/v1/series",
    "/api/v1/metadata",
    "/api/v1/alertmanagers",
    "/api/v1/status/tsdb",
    "/api/v1/status/buildinfo",
    "/api/v1/status/runtimeinfo",
];
/// Paths of Alertmanager that only tell.
const ALERTMANAGER_PATHS: [&str; 5] =
    ["/api/v2/alerts", "/api/v2/alerts/groups", "/api/v2/silences", "/api/v2/status", "/api/v2/receivers"];
/// Paths that both have.
const HEALTH_PATHS: [&str; 2] = ["/-/healthy", "/-/ready"];

const NOT_ASKED: &str =
    "Runlight asks only the read APIs of a Prometheus, an Alertmanager or a log store that is configured.";

/// Paths of Prometheus that take their parameters by POST as well, and change nothing. Runlight asks them with GET.
const READS_BY_POST: [&str; 8] = [
    "/api/v1/query",
    "/api/v1/query_range",
    "/api/v1/query_exemplars",
    "/api/v1/series",
    "/api/v1/labels",
    "/api/v1/format_query",
    "/loki/api/v1/query_range",
    "/select/logsql/query",
];

/// `curl` as a question to a read API.
fn curl(parsed: &Parsed<'_>, _: &Place<'_>) -> Result<Question, Stop> {
    refuse_writing(parsed)?;
    let url = match (parsed.arg("url"), parsed.operands.as_slice()) {
        (Some(url), []) => url,
        (None, [url]) => url,
        _ => return Err(unknown(parsed.span.clone(), "One address is named.")),
    };
    let (address, path, query) = address(url)?;
    let mut parameters = read_query(&query, url)?;
    for arg in parsed.all("data") {
        // It goes out as it is written, several parameters in one.
        if arg.as_str().starts_with('@') || !arg.as_str().contains('=') {
            return Err(unknown(arg.span(), "A parameter is NAME=VALUE."));
        }
        parameters.extend(read_query(arg.as_str(), arg)?);
    }
    for arg in parsed.all("data-urlencode") {
        let Some((name, value)) =
            arg.as_str().split_once('=').filter(|(name, _)| !name.is_empty() && !name.contains('@'))
        else {
            return Err(unknown(arg.span(), "A parameter is NAME=VALUE."));
        };
        parameters.push((name.to_owned(), value.to_owned()));
    }
    let path = path.trim_end_matches('/').to_owned();
    let label_values = path.strip_prefix("/api/v1/label/").and_then(|rest| rest.strip_suffix("/values"));
    let is_label = label_values.is_some_and(|name| is_label_name(name, url));
    let is_health = HEALTH_PATHS.contains(&path.as_str());
    if ALERTMANAGER_PATHS.contains(&path.as_str()) || (is_health && is_alertmanager(&address)) {
        let ask = AlertmanagerAsk::Api { path, parameters };
        return Ok(Question::Alertmanager(AlertmanagerQuestion { address: Some(address), ask }));
    }
    if PROMETHEUS_PATHS.contains(&path.as_str()) || is_label || (is_health && is_prometheus(&address)) {
        let ask = PrometheusAsk::Api { path, parameters };
        return Ok(Question::Prometheus(PrometheusQuestion { address: Some(address), ask }));
    }
    if logs::is_read_path(&path) {
        let ask = LogStoreAsk::Api { path, parameters };
        return Ok(Question::LogStore(LogStoreQuestion { address: Some(address), ask }));
    }
    Err(refused(Cause::NoSource, url.span(), NOT_ASKED))
}

/// Labels have letters, digits and underscores. Anything else, an escape above all, could lead to another path.
fn is_label_name(name: &str, arg: &Arg<'_>) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || (arg.is_open() && "<>-".contains(c));
    !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(is_letter)
}

/// Everything but a GET may change something.
fn refuse_writing(parsed: &Parsed<'_>) -> Result<(), Stop> {
    let urls = parsed.arg("url").into_iter().chain(&parsed.operands);
    let paths: Vec<Option<String>> = urls.map(|url| address(url).ok().map(|(_, path, _)| path)).collect();
    let is_read =
        |path: &Option<String>| path.as_ref().is_some_and(|path| READS_BY_POST.contains(&path.trim_end_matches('/')));
    let reads_by_post = !paths.is_empty() && paths.iter().all(is_read);
    let is_asking = |method: &str| method == "GET" || (method == "POST" && reads_by_post);
    if let Some(method) = parsed.arg("request").filter(|method| !is_asking(method.as_str())) {
        return Err(refused(
            Cause::Changes,
            method.span(),
            format!("`curl -X {}` can change something.", method.as_str()),
        ));
    }
    for flag in ["data", "data-urlencode", "data-raw", "data-binary", "json", "form", "upload-file"] {
        let is_query = (parsed.has("get") || reads_by_post) && matches!(flag, "data" | "data-urlencode");
        if let Some(arg) = parsed.arg(flag).filter(|_| !is_query) {
            return Err(refused(Cause::Changes, arg.span(), "`curl` sends data here, which can change something."));
        }
    }
    Ok(())
}

fn is_prometheus(address: &str) -> bool {
    address.contains("prometheus") || address.ends_with(":9090")
}

fn is_alertmanager(address: &str) -> bool {
    address.contains("alertmanager") || address.ends_with(":9093")
}

/// Scheme with host and port, path, and query of an address. A login in it is left out.
fn address(arg: &Arg<'_>) -> Result<(String, String, String), Stop> {
    let text = arg.as_str();
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, rest) = rest.split_at(end);
    let host = host.rsplit('@').next().unwrap_or(host);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c) || (arg.is_open() && "<> ".contains(c));
    if !matches!(scheme, "http" | "https") || host.is_empty() || !host.chars().all(is_plain) {
        return Err(unknown(arg.span(), format!("`{text}` is not an address that Runlight reads.")));
    }
    let rest = rest.split('#').next().unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Ok((format!("{scheme}://{host}"), path.to_owned(), query.to_owned()))
}

/// Parameters of a query, decoded.
fn read_query(query: &str, arg: &Arg<'_>) -> Result<Vec<(String, String)>, Stop> {
    let bad = || unknown(arg.span(), "A parameter of this address is not read.");
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Some((decode(name)?, decode(value)?))
        })
        .map(|pair| pair.ok_or_else(bad))
        .collect()
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}
