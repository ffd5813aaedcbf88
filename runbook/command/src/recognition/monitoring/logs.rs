//! `logcli query`, and the read paths of Loki and VictoriaLogs. Streams that never end and questions without a bound are not
//! put.

use super::{
    super::{
        args::{Arg, Parsed, Style, switch, value},
        reason::{Stop, unknown},
        table::{Does, Place, Program, Verb, asks, changes, refuses},
    },
    address, check_expression,
};
use crate::check::{Cause, LogStoreAsk, LogStoreQuestion, Question};

pub(super) const LOGCLI: Program = Program {
    names: &["logcli"],
    summary: "Loki: log lines by LogQL",
    style: Style::Posix,
    flags: &[],
    does: Does::Verbs(VERBS),
};

const OWN_LOGIN: &str = "The login and the tenant are those of the configuration.";
const OWN_FORM: &str = "Lines are shown with their times, or alone with --output=raw.";

const VERBS: &[Verb] = &[
    asks(
        &["query"],
        &[
            value("addr"),
            value("limit"),
            value("since"),
            value("output").or('o'),
            switch("quiet").or('q').ignored(),
            switch("forward").stops("The newest lines are asked for, and shown oldest first."),
            switch("tail").or('f').stops("A stream that never ends is not followed."),
            switch("no-labels").ignored(),
            value("batch").ignored(),
            value("timezone").or('z').stops(OWN_FORM),
            value("include-label").stops(OWN_FORM),
            value("exclude-label").stops(OWN_FORM),
            value("from").stops("Write --since=2h instead."),
            value("to").stops("Write --since=2h instead."),
            value("org-id").stops(OWN_LOGIN),
            value("username").stops(OWN_LOGIN),
            value("password").stops(OWN_LOGIN),
            value("bearer-token").stops(OWN_LOGIN),
        ],
        query,
    ),
    refuses(
        &["labels", "series", "instant-query", "stats", "volume", "volume_range", "detected-fields", "fmt"],
        Cause::NoSource,
        "is not offered: only `logcli query` is.",
    ),
    changes(&["delete"], "removes log lines."),
];

/// Paths of Loki and of VictoriaLogs that only tell, and end.
const READ_PATHS: [&str; 7] = [
    "/loki/api/v1/query_range",
    "/loki/api/v1/query",
    "/loki/api/v1/labels",
    "/loki/api/v1/series",
    "/select/logsql/query",
    "/select/logsql/hits",
    "/select/logsql/field_names",
];

/// Whether a path of a log store may be asked.
pub(super) fn is_read_path(path: &str) -> bool {
    READ_PATHS.contains(&path)
}

/// `logcli query [FLAGS] LOGQL`.
fn query(parsed: &Parsed<'_>, _: &Place<'_>) -> Result<Question, Stop> {
    let [query] = parsed.operands.as_slice() else {
        return Err(unknown(parsed.span.clone(), "One query is named."));
    };
    check_expression(query)?;
    let address = match parsed.arg("addr") {
        None => None,
        Some(url) => Some(address(url)?.0),
    };
    let raw = match parsed.arg("output").map(Arg::as_str) {
        None | Some("default") => false,
        Some("raw") => true,
        Some(_) => return Err(unknown(parsed.span.clone(), OWN_FORM)),
    };
    let ask = LogStoreAsk::Lines {
        query: query.as_str().trim().to_owned(),
        limit: parsed.arg("limit").map(limit).transpose()?,
        since_s: parsed.arg("since").map(since).transpose()?,
        raw,
    };
    Ok(Question::LogStore(LogStoreQuestion { address, ask }))
}

fn limit(arg: &Arg<'_>) -> Result<u32, Stop> {
    let limit = arg.as_str().parse().ok().filter(|limit| *limit > 0);
    limit.ok_or_else(|| unknown(arg.span(), "A limit is a number of lines, and 0 would be all."))
}

/// `90s`, `15m`, `2h`, and `1h30m`.
fn since(arg: &Arg<'_>) -> Result<u64, Stop> {
    let wrong = || unknown(arg.span(), "A time to look back is written as 15m or 2h.");
    let (mut total, mut number) = (0_u64, String::new());
    for c in arg.as_str().chars() {
        if c.is_ascii_digit() && number.len() < 9 {
            number.push(c);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            _ => return Err(wrong()),
        };
        total += number.parse::<u64>().map_err(|_| wrong())? * unit;
        number.clear();
    }
    if total == 0 || !number.is_empty() { Err(wrong()) } else { Ok(total) }
}
