//! Addresses of the portal: one function per route, so that no link is spelt twice.

/// The home page.
pub const HOME: &str = "/";
/// What each source lets Runlight see.
pub const DOCTOR: &str = "/doctor";
/// Where one signs in.
pub const SIGN_IN: &str = "/sign-in";
/// Where one signs out, by POST alone.
pub const SIGN_OUT: &str = "/sign-out";
/// Who one is here.
pub const ACCOUNT: &str = "/account";
/// The query field of the sign-in page with the address to return to.
pub const RETURN_FIELD: &str = "to";
/// The query field of the sign-in page that says why the last attempt failed.
pub const PROBLEM_FIELD: &str = "problem";
/// Where the query of the home page's search field goes.
pub const SEARCH_FIELD: &str = "q";
/// The query field that names a check to run; may be repeated.
pub const RUN_FIELD: &str = "run";
/// The first part of an address that finds an alert's runbook by the alert's name.
pub const ALERT_ROOT: &str = "/alert/";
/// The same, in the form of kube-prometheus-stack: the component stands before the name.
pub const RUNBOOKS_ROOT: &str = "/runbooks/";
/// The query field that names a check whose answer is wanted as a file.
pub const DOWNLOAD_FIELD: &str = "download";
/// The first part of a runbook's address.
pub const RUNBOOK_ROOT: &str = "/r/";
/// The first part of the address of something that was kept.
pub const EVIDENCE_ROOT: &str = "/e/";
/// The first part of an incident's address.
pub const INCIDENT_ROOT: &str = "/i/";

/// The id of a runbook page's one form, which every Run button sends.
pub const RUN_FORM: &str = "_run";
/// The anchor of a runbook's steps.
pub const STEPS_ANCHOR: &str = "_steps";

/// What the event stream calls the list of what fires, on the home page.
pub const FIRING_TOPIC: &str = "firing";
/// What the event stream calls the state of the page's alert.
pub const ALERT_TOPIC: &str = "alert";

/// The server function that finds runbooks by words.
pub const SEARCH: &str = "/api/search";
/// The server function that runs a check.
pub const RUN_CHECK: &str = "/api/run_check";

/// A runbook with the given query. Order is kept: a shared link reads as it was made.
pub fn runbook<'a>(path: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = String::from(RUNBOOK_ROOT);
    encode(&mut address, path, true);
    append_query(&mut address, query);
    address
}

/// Something that was kept, by its id.
pub fn evidence(id: &str) -> String {
    let mut address = String::from(EVIDENCE_ROOT);
    encode(&mut address, id, false);
    address
}

/// An incident, by its id.
pub fn incident(id: &str) -> String {
    let mut address = String::from(INCIDENT_ROOT);
    encode(&mut address, id, false);
    address
}

/// Where a note on an incident goes.
pub fn incident_note(id: &str) -> String {
    incident_part(id, "note")
}

/// An incident as a file: `markdown` or `json`.
pub fn incident_file(id: &str, kind: &str) -> String {
    incident_part(id, kind)
}

fn incident_part(id: &str, part: &str) -> String {
    let mut address = String::from("/incidents/");
    encode(&mut address, id, false);
    address.push('/');
    address.push_str(part);
    address
}

/// Where it is said whether an entry of evidence stays whatever its age.
pub fn evidence_pin(id: &str) -> String {
    let mut address = String::from("/evidence/");
    encode(&mut address, id, false);
    address.push_str("/pin");
    address
}

/// Where a page goes that is to be kept as it is seen.
pub const SHARE: &str = "/share";

/// An address with the anchor of a section.
pub fn section(address: &str, anchor: &str) -> String {
    let mut address = format!("{address}#");
    encode(&mut address, anchor, false);
    address
}

/// The page that finds an alert's runbook, with the given query.
pub fn alert<'a>(alertname: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = String::from(ALERT_ROOT);
    encode(&mut address, alertname, false);
    append_query(&mut address, query);
    address
}

/// A query alone: `?pod=web-0`. As a link it keeps the path of the page it stands on.
pub fn query<'a>(query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = String::new();
    append_query(&mut address, query);
    address
}

/// The event stream of an open page: the runbook (none on the home page) and which version of its file is shown, the
/// checks that are shown, the bindings as `bind.NAME` and the other labels of the alert as `label.NAME`.
pub fn live<'a>(
    path: &str,
    revision: &str,
    checks: impl IntoIterator<Item = &'a str>,
    bindings: impl IntoIterator<Item = (&'a str, &'a str)>,
    labels: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut address = String::from("/live");
    append_query(&mut address, [("path", path), ("revision", revision)]);
    for check in checks {
        address.push_str("&check=");
        encode(&mut address, check, false);
    }
    let bindings = bindings.into_iter().map(|pair| ("&bind.", pair));
    for (kind, (name, value)) in bindings.chain(labels.into_iter().map(|pair| ("&label.", pair))) {
        address.push_str(kind);
        encode(&mut address, name, false);
        address.push('=');
        encode(&mut address, value, false);
    }
    address
}

/// A picture of the library, by its path from the root of a folder.
pub fn picture(path: &str) -> String {
    let mut address = String::from("/files/");
    encode(&mut address, path, true);
    address
}

/// The anchor of a row of the runbook's table of patterns, from 0.
pub fn row_anchor(row: usize) -> String {
    ["_row-", &(row + 1).to_string()].concat()
}

/// A file of the page's own package: style sheet, script, WebAssembly. Its name changes with its content.
pub fn package(name: &str) -> String {
    format!("/pkg/{name}")
}

/// The anchor of a check's command on its runbook's page.
pub fn check_anchor(check: &str) -> String {
    format!("check-{check}")
}

fn append_query<'a>(address: &mut String, query: impl IntoIterator<Item = (&'a str, &'a str)>) {
    let mut separator = '?';
    for (name, value) in query {
        address.push(separator);
        encode(address, name, false);
        address.push('=');
        encode(address, value, false);
        separator = '&';
    }
}

/// Percent-encodes everything but RFC 3986's unreserved characters (and slashes, where they divide a path).
fn encode(out: &mut String, text: &str, keep_slashes: bool) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b'/' if keep_slashes => out.push('/'),
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_slashes_of_a_path_and_encodes_the_rest() {
        assert_eq!(runbook("alerts/Pod crash?#", []), "/r/alerts/Pod%20crash%3F%23");
        assert_eq!(section("/r/a?pod=b", "step-1-über"), "/r/a?pod=b#step-1-%C3%BCber");
    }

    #[test]
    fn encodes_names_and_values_of_a_query() {
        assert_eq!(runbook("a", [("pod", "web/0&x=1"), ("té", "a+b")]), "/r/a?pod=web%2F0%26x%3D1&t%C3%A9=a%2Bb");
    }

    #[test]
    fn lists_checks_and_bindings_of_a_live_page() {
        assert_eq!(
            live("a/b", "f0", ["c1"], [("pod", "w 0")], [("path", "/&\n")]),
            "/live?path=a%2Fb&revision=f0&check=c1&bind.pod=w%200&label.path=%2F%26%0A"
        );
    }
}
