//! Releases as Helm keeps them, and what `helm list`, `status` and `history` print of them. Of a release only what is
//! printed is read: its values and manifests are passed over and kept nowhere.

mod stored;

pub use stored::{Unreadable, decode};

use serde::Serialize;

/// The type of the Secrets that hold releases.
pub const SECRET_TYPE: &str = "helm.sh/release.v1";
/// Releases that Helm shows when nothing else is asked for.
pub const DEFAULT_MAX: u32 = 256;
/// Heads of `helm list`.
pub const LIST_HEADS: [&str; 7] = ["NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION"];
/// Heads of `helm history`.
pub const HISTORY_HEADS: [&str; 6] = ["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"];

/// One revision of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its name.
    pub name: String,
    /// Where it is installed.
    pub namespace: String,
    /// 1 is the first.
    pub revision: i64,
    /// `deployed`, `failed`, `superseded`, `pending-upgrade` and so on.
    pub status: String,
    /// `Mon Jan  2 15:04:05 2006`, in the zone in which it was written down.
    pub deployed_at: Option<String>,
    /// `2006-01-02 15:04:05.123 +0000 UTC`.
    pub updated: Option<String>,
    /// `nginx-15.1.0`.
    pub chart: String,
    /// The version of what the chart installs.
    pub app_version: String,
    /// What was done: `Upgrade complete`, or why it failed.
    pub description: String,
    /// What the chart tells whoever installs it.
    pub notes: String,
    /// `2006-01-02T15:04:05.123Z`, as it is written down.
    pub stored_at: String,
    /// Its tests, in order; empty where it has none.
    pub tests: Vec<Test>,
}

/// A test of a release: a hook that `helm test` runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// The hook's name.
    pub name: String,
    /// When it began, as Helm prints it; absent where it never ran.
    pub started_at: Option<String>,
    /// When it ended.
    pub completed_at: Option<String>,
    /// `Succeeded`.
    pub phase: String,
}

/// The last revision of each release, by name: those that are deployed or have failed, or all of them.
pub fn latest(mut releases: Vec<Release>, all: bool) -> Vec<Release> {
    releases.sort_by(|a, b| {
        let key = |release: &Release| (release.name.clone(), release.namespace.clone());
        key(a).cmp(&key(b)).then(b.revision.cmp(&a.revision))
    });
    releases.dedup_by(|later, first| later.name == first.name && later.namespace == first.namespace);
    releases.retain(|release| all || matches!(release.status.as_str(), "deployed" | "failed"));
    releases
}

/// A row of `helm list`.
pub fn list_row(release: &Release) -> Vec<String> {
    let Entry { name, namespace, revision, updated, status, chart, app_version } = Entry::of(release);
    [name, namespace, &revision, updated, status, chart, app_version].map(str::to_owned).to_vec()
}

/// What `helm list -o json` prints.
///
/// # Errors
/// Never in practice: texts alone are written.
pub fn list_json(releases: &[Release]) -> Result<String, serde_json::Error> {
    serde_json::to_string(&releases.iter().map(Entry::of).collect::<Vec<_>>())
}

/// What `helm list -q -o json` prints.
///
/// # Errors
/// Never in practice: texts alone are written.
pub fn names_json(releases: &[Release]) -> Result<String, serde_json::Error> {
    serde_json::to_string(&releases.iter().map(|release| &release.name).collect::<Vec<_>>())
}

/// The last so many revisions, oldest first, as `helm history` tells of them.
pub fn history(mut releases: Vec<Release>, max: u32) -> Vec<Release> {
    releases.sort_by_key(|release| std::cmp::Reverse(release.revision));
    releases.truncate(max as usize);
    releases.reverse();
    releases
}

/// What `helm history -o json` prints.
///
/// # Errors
/// Never in practice: texts and numbers alone are written.
pub fn history_json(history: &[Release]) -> Result<String, serde_json::Error> {
    let entry = |release: &Release| Past {
        revision: release.revision,
        updated: release.stored_at.clone(),
        status: release.status.clone(),
        chart: release.chart.clone(),
        app_version: release.app_version.clone(),
        description: release.description.clone(),
    };
    serde_json::to_string(&history.iter().map(entry).collect::<Vec<_>>())
}

/// Rows of `helm history`.
pub fn history_rows(history: Vec<Release>) -> Vec<Vec<String>> {
    let row = |release: Release| {
        let updated = release.deployed_at.unwrap_or_else(|| "-".into());
        let (revision, status) = (release.revision.to_string(), release.status);
        vec![revision, updated, status, release.chart, release.app_version, release.description]
    };
    history.into_iter().map(row).collect()
}

/// What `helm status` prints of a revision.
pub fn status_text(release: &Release, show_description: bool) -> String {
    let mut text = format!("NAME: {}\n", release.name);
    if let Some(at) = &release.deployed_at {
        text.push_str(&format!("LAST DEPLOYED: {at}\n"));
    }
    text.push_str(&format!(
        "NAMESPACE: {}\nSTATUS: {}\nREVISION: {}\n",
        release.namespace, release.status, release.revision
    ));
    if show_description {
        text.push_str(&format!("DESCRIPTION: {}\n", release.description));
    }
    if release.tests.is_empty() {
        text.push_str("TEST SUITE: None\n");
    }
    for test in &release.tests {
        let Some(started_at) = &test.started_at else { continue };
        let completed_at = test.completed_at.as_deref().unwrap_or("-");
        text.push_str(&format!(
            "TEST SUITE:     {}\nLast Started:   {started_at}\nLast Completed: {completed_at}\nPhase:          {}\n",
            test.name, test.phase
        ));
    }
    if !release.notes.is_empty() {
        text.push_str(&format!("NOTES:\n{}\n", release.notes.trim()));
    }
    text
}

/// An entry of `helm history -o json`, its fields in Helm's order.
#[derive(Serialize)]
struct Past {
    revision: i64,
    updated: String,
    status: String,
    chart: String,
    app_version: String,
    description: String,
}

/// An entry of `helm list`, its fields in Helm's order.
#[derive(Serialize)]
struct Entry<'r> {
    name: &'r str,
    namespace: &'r str,
    revision: String,
    updated: &'r str,
    status: &'r str,
    chart: &'r str,
    app_version: &'r str,
}

impl<'r> Entry<'r> {
    fn of(release: &'r Release) -> Self {
        Self {
            name: &release.name,
            namespace: &release.namespace,
            revision: release.revision.to_string(),
            updated: release.updated.as_deref().unwrap_or("-"),
            status: &release.status,
            chart: &release.chart,
            app_version: &release.app_version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(name: &str, namespace: &str, revision: i64, status: &str) -> Release {
        Release {
            name: name.into(),
            namespace: namespace.into(),
            revision,
            status: status.into(),
            deployed_at: Some(format!("Mon Jan  2 15:04:0{revision} 2006")),
            updated: Some(format!("2006-01-02 15:04:0{revision} +0000 UTC")),
            chart: "web-1.2.3".into(),
            app_version: "4.5".into(),
            description: "Upgrade complete".into(),
            notes: "\nVisit it.\n".into(),
            stored_at: format!("2006-01-02T15:04:0{revision}Z"),
            tests: Vec::new(),
        }
    }

    #[test]
    fn lists_the_last_revision_of_each_release() {
        let all = vec![
            release("web", "b", 1, "superseded"),
            release("web", "b", 2, "deployed"),
            release("web", "a", 1, "failed"),
            release("api", "b", 2, "pending-upgrade"),
            release("api", "b", 1, "deployed"),
        ];
        let names = |found: Vec<Release>| -> Vec<String> {
            found.iter().map(|r| format!("{}/{}.{}", r.namespace, r.name, r.revision)).collect()
        };
        assert_eq!(names(latest(all.clone(), false)), ["a/web.1", "b/web.2"]);
        assert_eq!(names(latest(all, true)), ["b/api.2", "a/web.1", "b/web.2"]);
    }

    #[test]
    fn prints_in_helms_words() {
        let web = release("web", "apps", 2, "deployed");
        assert_eq!(list_row(&web).join("|"), "web|apps|2|2006-01-02 15:04:02 +0000 UTC|deployed|web-1.2.3|4.5");
        let json = list_json(std::slice::from_ref(&web)).expect("texts alone");
        assert_eq!(
            json,
            r#"[{"name":"web","namespace":"apps","revision":"2","updated":"2006-01-02 15:04:02 +0000 UTC","status":"deployed","chart":"web-1.2.3","app_version":"4.5"}]"#
        );
        assert_eq!(list_json(&[]).expect("an empty list"), "[]");
        let head =
            "NAME: web\nLAST DEPLOYED: Mon Jan  2 15:04:02 2006\nNAMESPACE: apps\nSTATUS: deployed\nREVISION: 2\n";
        let rest = "TEST SUITE: None\nNOTES:\nVisit it.\n";
        assert_eq!(status_text(&web, false), format!("{head}{rest}"));
        assert_eq!(status_text(&web, true), format!("{head}DESCRIPTION: Upgrade complete\n{rest}"));
        let test = |started_at: Option<&str>| Test {
            name: "web-test".into(),
            started_at: started_at.map(str::to_owned),
            completed_at: started_at.map(str::to_owned),
            phase: "Succeeded".into(),
        };
        let tested = Release { tests: vec![test(Some("Mon Jan  2 15:04:05 2006")), test(None)], ..web };
        let suite = "TEST SUITE:     web-test\nLast Started:   Mon Jan  2 15:04:05 2006\n\
                     Last Completed: Mon Jan  2 15:04:05 2006\nPhase:          Succeeded\n";
        assert_eq!(status_text(&tested, false), format!("{head}{suite}NOTES:\nVisit it.\n"));
        let all = (1..5).map(|revision| release("web", "apps", revision, "superseded")).collect();
        let past = history(all, 2);
        let json = history_json(&past[1..]).expect("texts alone");
        assert_eq!(
            json,
            r#"[{"revision":4,"updated":"2006-01-02T15:04:04Z","status":"superseded","chart":"web-1.2.3","app_version":"4.5","description":"Upgrade complete"}]"#
        );
        let rows = history_rows(past);
        assert_eq!(rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["3", "4"]);
        assert_eq!(rows[1].join("|"), "4|Mon Jan  2 15:04:04 2006|superseded|web-1.2.3|4.5|Upgrade complete");
    }
}
