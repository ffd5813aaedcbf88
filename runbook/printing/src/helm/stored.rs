//! Reads a release out of a Secret: Base64 of the API, Base64 of Helm, gzip, JSON. Reads no more than so many bytes,
//! and of those only the fields that are printed.

use std::{fmt, io::Read};

use flate2::read::GzDecoder;
use jiff::{civil::Time, fmt::temporal::DateTimeParser, tz::Offset};
use serde::Deserialize;

use super::{Release, Test};
use pipe::filter::decode_base64;

/// Largest release, unpacked. A Secret holds 1 MiB at most; this is what may come out of it.
const MAX_BYTES: u64 = 16 << 20;
const GZIP: [u8; 3] = [0x1f, 0x8b, 0x08];

/// Why a Secret's data is no release that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not in Base64 twice.
    NotBase64,
    /// It cannot be unpacked.
    NotGzip,
    /// It unpacks to more than is read.
    TooLarge,
    /// It is not the JSON of a release.
    NotARelease,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBase64 => f.write_str("it is not in Base64"),
            Self::NotGzip => f.write_str("it cannot be unpacked"),
            Self::TooLarge => write!(f, "it unpacks to more than {} MiB", MAX_BYTES >> 20),
            Self::NotARelease => f.write_str("it is not the JSON of a release"),
        }
    }
}

/// Reads `data.release` of a Secret as the API gives it.
///
/// # Errors
/// Anything that is not a release, and one that is too large.
pub fn decode(data: &str) -> Result<Release, Unreadable> {
    let outer = decode_base64(data).ok_or(Unreadable::NotBase64)?;
    let inner = std::str::from_utf8(&outer).ok().and_then(decode_base64).ok_or(Unreadable::NotBase64)?;
    // Helm reads those still that were written before it packed them.
    let json = if inner.starts_with(&GZIP) { unpack(&inner)? } else { inner };
    let stored: Stored = serde_json::from_slice(&json).map_err(|_| Unreadable::NotARelease)?;
    Ok(stored.into())
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let mut json = Vec::new();
    GzDecoder::new(bytes).take(MAX_BYTES + 1).read_to_end(&mut json).map_err(|_| Unreadable::NotGzip)?;
    if json.len() as u64 > MAX_BYTES { Err(Unreadable::TooLarge) } else { Ok(json) }
}

#[derive(Deserialize)]
struct Stored {
    name: String,
    #[serde(default)]
    namespace: String,
    version: i64,
    info: Info,
    chart: Option<Chart>,
    hooks: Option<Vec<Hook>>,
}

/// Of a hook its manifest is passed over.
#[derive(Deserialize)]
struct Hook {
    #[serde(default)]
    name: String,
    events: Option<Vec<String>>,
    #[serde(default)]
    last_run: LastRun,
}

#[derive(Deserialize, Default)]
struct LastRun {
    #[serde(default)]
    started_at: String,
    #[serde(default)]
    completed_at: String,
    #[serde(default)]
    phase: String,
}

#[derive(Deserialize)]
struct Info {
    status: String,
    #[serde(default)]
    last_deployed: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    notes: String,
}

#[derive(Deserialize)]
struct Chart {
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default, rename = "appVersion")]
    app_version: String,
}

impl From<Stored> for Release {
    fn from(stored: Stored) -> Self {
        let (chart, app_version) = match stored.chart.and_then(|chart| chart.metadata) {
            Some(metadata) => (format!("{}-{}", metadata.name, metadata.version), metadata.app_version),
            None => ("MISSING".to_owned(), "MISSING".to_owned()),
        };
        let (deployed_at, updated) = read_time(&stored.info.last_deployed).unzip();
        let is_test = |hook: &Hook| hook.events.iter().flatten().any(|event| event == "test");
        let tests = stored.hooks.into_iter().flatten().filter(is_test).map(Test::from).collect();
        Self {
            name: stored.name,
            namespace: stored.namespace,
            revision: stored.version,
            status: stored.info.status,
            deployed_at,
            updated,
            chart,
            app_version,
            description: stored.info.description,
            notes: stored.info.notes,
            stored_at: stored.info.last_deployed,
            tests,
        }
    }
}

impl From<Hook> for Test {
    fn from(hook: Hook) -> Self {
        let at = |text: &str| read_time(text).map(|(at, _)| at);
        let (started_at, completed_at) = (at(&hook.last_run.started_at), at(&hook.last_run.completed_at));
        Self { name: hook.name, started_at, completed_at, phase: hook.last_run.phase }
    }
}

/// A time in the two ways in which Helm prints it; none where it was never set.
fn read_time(text: &str) -> Option<(String, String)> {
    let pieces = DateTimeParser::new().parse_pieces(text).ok()?;
    let at = pieces.date().to_datetime(pieces.time().unwrap_or(Time::midnight()));
    let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
    if at.year() <= 1 {
        return None;
    }
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let zone = format!("{sign}{:02}{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60);
    let name = if seconds == 0 { "UTC" } else { &zone };
    let fraction = match at.subsec_nanosecond() {
        0 => String::new(),
        nanoseconds => format!(".{nanoseconds:09}").trim_end_matches('0').to_owned(),
    };
    let updated = format!("{}{fraction} {zone} {name}", at.strftime("%Y-%m-%d %H:%M:%S"));
    Some((at.strftime("%a %b %e %H:%M:%S %Y").to_string(), updated))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::{Engine, prelude::BASE64_STANDARD as STANDARD};
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    const RELEASE: &str = r#"{"name":"web","namespace":"apps","version":3,"config":{"password":"hunter2"},
        "manifest":"kind: Secret","hooks":[{"name":"seed","manifest":"kind: Job","events":["pre-install"]},
        {"name":"web-test","manifest":"password: hunter2","events":["test"],
         "last_run":{"started_at":"2026-03-09T07:06:00Z","completed_at":"","phase":"Running"}}],
        "info":{"first_deployed":"2026-01-01T00:00:00Z","last_deployed":"2026-03-09T07:05:09.12034+02:00","deleted":"",
        "description":"Upgrade complete","status":"deployed","notes":"Visit it."},
        "chart":{"metadata":{"name":"nginx","version":"15.1.0","appVersion":"1.25"},"values":{"password":"hunter2"}}}"#;

    fn base64(bytes: &[u8]) -> String {
        STANDARD.encode(bytes)
    }

    fn packed(content: &[u8]) -> String {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).expect("memory");
        base64(base64(&encoder.finish().expect("memory")).as_bytes())
    }

    #[test]
    fn reads_what_is_printed_and_nothing_else() {
        let expected = Release {
            name: "web".into(),
            namespace: "apps".into(),
            revision: 3,
            status: "deployed".into(),
            deployed_at: Some("Mon Mar  9 07:05:09 2026".into()),
            updated: Some("2026-03-09 07:05:09.12034 +0200 +0200".into()),
            chart: "nginx-15.1.0".into(),
            app_version: "1.25".into(),
            description: "Upgrade complete".into(),
            notes: "Visit it.".into(),
            stored_at: "2026-03-09T07:05:09.12034+02:00".into(),
            tests: vec![Test {
                name: "web-test".into(),
                started_at: Some("Mon Mar  9 07:06:00 2026".into()),
                completed_at: None,
                phase: "Running".into(),
            }],
        };
        assert_eq!(decode(&packed(RELEASE.as_bytes())), Ok(expected.clone()));
        let plain = base64(base64(RELEASE.as_bytes()).as_bytes());
        assert_eq!(decode(&plain), Ok(expected.clone()), "without gzip");
        assert!(!format!("{expected:?}").contains("hunter2"));
    }

    #[test]
    fn says_why_nonsense_is_no_release() {
        let json = |text: &str| packed(text.as_bytes());
        for (data, expected) in [
            ("!".to_owned(), Unreadable::NotBase64),
            (base64(b"not base64 again"), Unreadable::NotBase64),
            (base64(&[0xff, 0xfe]), Unreadable::NotBase64),
            (base64(base64(&GZIP).as_bytes()), Unreadable::NotGzip),
            (String::new(), Unreadable::NotARelease),
            (json("[]"), Unreadable::NotARelease),
            (json(r#"{"name":"web","version":"3"}"#), Unreadable::NotARelease),
            (json("{\"name\":"), Unreadable::NotARelease),
        ] {
            assert_eq!(decode(&data), Err(expected), "{data}");
        }
    }

    #[test]
    fn stops_at_what_unpacks_without_end() {
        let bomb = packed(&vec![b' '; MAX_BYTES as usize + 1]);
        assert!(bomb.len() < 200_000, "small while it is packed");
        assert_eq!(decode(&bomb), Err(Unreadable::TooLarge));
    }

    #[test]
    fn writes_times_as_helm_does() {
        for (text, expected) in [
            ("2026-11-23T12:00:00Z", Some(("Mon Nov 23 12:00:00 2026", "2026-11-23 12:00:00 +0000 UTC"))),
            ("2026-11-23T12:00:00.5-03:30", Some(("Mon Nov 23 12:00:00 2026", "2026-11-23 12:00:00.5 -0330 -0330"))),
            ("0001-01-01T00:00:00Z", None),
            ("", None),
            ("yesterday", None),
        ] {
            let expected = expected.map(|(at, updated)| (at.to_owned(), updated.to_owned()));
            assert_eq!(read_time(text), expected, "{text}");
        }
    }
}
