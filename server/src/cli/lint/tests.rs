//! Lint over folders made for the purpose, and its three ways to print.

use std::{fs, path::Path};

use runbook::{problem::Severity, time::Timestamp};
use serde_json::Value;

use super::{human, lint, named::Names, report::FileReport, rules, sarif};
use crate::config::Config;

/// 2026-11-23T00:00:00Z
const NOW: Timestamp = Timestamp(1_795_392_000_000);

const ALERT: &str = "# Alert: PodCrashLooping

See [the other](other.md#top), [gone](gone/x.md), ![picture](missing.png) and `alerts/nowhere.md`.

```bash
kubectl --context=admin@prod get pods -A
kubectl --context=admin@elsewhere get pods -A
ssh root@10.0.0.9 'qm list'
kubectl delete pod x
kubectl frobnicate
sshpass -p hunter2 ssh root@10.10.0.20 'qm list'
```

## Metadata
- **Domain**: alerts
- **Decay Rate**: 0.1
- **Last Updated**: 2020-01-02
";

const CONFIG: &str = "
[clusters.prod]
in_cluster = true

[proxmox.pihanga]
url = 'https://10.10.0.20:8006'
";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn read(folder: &Path) -> Vec<FileReport> {
    let config: Config = toml::from_str(CONFIG).expect("a configuration");
    lint(&[folder.to_owned()], Some(&Names::of(&config)), NOW).expect("the folder is readable")
}

/// `code line:column` of every finding.
fn places(report: &FileReport) -> Vec<String> {
    let place = |f: &super::report::Finding| format!("{} {}:{}", f.code, f.start.line, f.start.column);
    report.problems.iter().map(place).collect()
}

fn sample() -> (tempfile::TempDir, Vec<FileReport>) {
    let folder = folder(&[
        ("alerts/crash.md", ALERT),
        (
            "alerts/other.md",
            "# Alert: podcrash-looping\n\n## Metadata\n- **Domain**: x\n- **Last Updated**: 2026-11-01\n",
        ),
        ("bare.md", "no title here\n"),
        ("latin.md", "# caf\u{e9}\n"),
        (".hidden/x.md", "[dead](nowhere.md)\n"),
        ("notes.txt", "[dead](nowhere.md)\n"),
    ]);
    fs::write(folder.path().join("latin.md"), b"# caf\xe9 [x](nowhere.md)\n").expect("a file");
    let reports = read(folder.path());
    (folder, reports)
}

#[test]
fn finds_each_kind_of_problem_at_its_place() {
    let (_folder, reports) = sample();
    let names: Vec<_> = reports.iter().map(|report| report.file.rsplit('/').next().unwrap_or_default()).collect();
    assert_eq!(names, ["crash.md", "other.md", "bare.md", "latin.md"]);
    assert_eq!(
        places(&reports[0]),
        [
            "two-runbooks-for-one-alert 1:10",
            "dead-link 3:32",
            "dead-link 3:51",
            "dead-path 3:79",
            "unknown-cluster 7:19",
            "unknown-host 8:10",
            "plain-text-secret 11:12",
            "stale 17:21",
        ]
    );
    assert_eq!(places(&reports[1]), ["two-runbooks-for-one-alert 1:10"]);
    assert_eq!(places(&reports[2]), ["no-metadata 1:1", "no-title 1:1"]);
    assert!(places(&reports[3]).contains(&"dead-link 1:8".to_owned()), "{:?}", places(&reports[3]));
    let crash = &reports[0];
    assert_eq!((crash.commands, crash.checks, crash.refused, crash.unknown), (6, 4, 1, 1));
    assert_eq!(crash.lines[4].place.line, 10);
}

#[test]
fn says_which_metadata_is_missing_and_how_far_confidence_has_decayed() {
    let (_folder, reports) = sample();
    let stale = reports[0].problems.iter().find(|finding| finding.code == "stale").expect("a finding");
    assert_eq!(
        stale.message,
        "Last updated 2020-01-02, 82 months ago: at a decay rate of 0.1 its confidence is down to 5 %."
    );
    let folder = folder(&[("a.md", "# A\n\n## Metadata\n- **Tags**: x\n")]);
    let messages: Vec<_> = read(folder.path())[0].problems.iter().map(|finding| finding.message.clone()).collect();
    assert_eq!(messages, ["The file does not name the alert it serves, nor its domain, nor when it was last updated."]);
}

#[test]
fn never_repeats_a_secret() {
    let (_folder, reports) = sample();
    let mut text = Vec::new();
    human::print(&reports, true, &mut text).expect("memory takes it");
    let json = serde_json::to_string(&reports).expect("JSON");
    let sarif = sarif::log(&reports).to_string();
    for printed in [String::from_utf8(text).expect("text"), json, sarif] {
        assert!(printed.contains("plain-text-secret") && !printed.contains("hunter2"), "{printed}");
    }
}

#[test]
fn prints_for_people_as_compilers_do() {
    let (_folder, reports) = sample();
    let mut text = Vec::new();
    human::print(&reports[..1], true, &mut text).expect("memory takes it");
    let text = String::from_utf8(text).expect("text");
    let file = &reports[0].file;
    for line in [
        format!("{file}: 6 commands, 4 live, 1 refused, 1 unknown"),
        format!("  {file}:3:32: error [dead-link] `gone/x.md` leads to a file that is not there."),
        format!("  {file}:7:19: warning [unknown-cluster] No cluster is configured as admin@elsewhere."),
        "      kubectl delete pod x".to_owned(),
        "1 file: 6 commands, 4 live, 1 refused, 1 unknown; 3 errors, 5 warnings, 0 notes".to_owned(),
    ] {
        assert!(text.lines().any(|printed| printed == line), "{line}\nis not in\n{text}");
    }
}

/// The properties that the schema of SARIF 2.1.0 requires, and those that code hosts require besides.
#[test]
fn sarif_has_what_its_schema_requires() {
    let (_folder, reports) = sample();
    let log = sarif::log(&reports);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert!(run["tool"]["driver"]["name"].is_string());
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), reports.iter().map(|report| report.problems.len()).sum::<usize>());
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["note", "warning", "error"].contains(&result["level"].as_str().expect("a level")));
        assert!(!result["message"]["text"].as_str().expect("a text").is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].as_str().expect("a URI").starts_with("file:///"));
        let number = |name: &str| place["region"][name].as_u64().expect("a number");
        assert!(number("startLine") >= 1 && number("startColumn") >= 1);
        assert!((number("startLine"), number("startColumn")) <= (number("endLine"), number("endColumn")));
        assert!(result["partialFingerprints"].as_object().is_some_and(|prints| prints.values().all(Value::is_string)));
    }
}

#[test]
fn every_rule_stands_once_in_order_and_in_the_guide() {
    let guide = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/lint.md")).expect("the guide");
    assert!(rules::RULES.windows(2).all(|pair| pair[0].code < pair[1].code));
    for rule in rules::RULES {
        assert!(
            guide.contains(&format!("| `{}` | {} |", rule.code, rule.summary)),
            "{} is not in docs/lint.md",
            rule.code
        );
    }
}

#[test]
fn bad_files_are_findings_not_failures() {
    let folder = folder(&[("a.md", ""), ("b.md", "\0\u{202e}```bash\n$(((")]);
    fs::write(folder.path().join("large.md"), vec![b'a'; 2 * 1024 * 1024 + 1]).expect("a file");
    let reports = read(folder.path());
    assert_eq!(places(&reports[2]), ["too-large 1:1"]);
    assert!(reports[2].problems.iter().all(|finding| finding.severity == Severity::Error));
    assert!(lint(&[folder.path().join("absent.md")], None, NOW).is_err());
}

#[test]
fn paths_are_looked_up_as_authors_write_them() {
    let folder = folder(&[
        (
            "runbooks/alerts/a.md",
            "# A\n[root](/runbooks/b.md) [spaced](with%20blank.md) [no extension](../b) [folder](..)\n[site]({{ x }}.md) \
             [web](https://x.org/y.md) [mail](mailto:a@b) [anchor](#x) [query](?x=1)\n`runbooks/b.md` `b.md` `alerts/a.md`\n",
        ),
        ("runbooks/alerts/with blank.md", "# B\n"),
        ("runbooks/b.md", "# B\n"),
        (".git/HEAD", ""),
    ]);
    let reports = lint(&[folder.path().join("runbooks")], None, NOW).expect("the folder is readable");
    assert_eq!(places(&reports[0]), ["no-metadata 1:1"]);
}

#[test]
fn tables_are_explained_cell_by_cell() {
    let text = "# T\n\n| Symptom | Fix |\n|---|---|\n| `OOMKilled` | a |\n| OOM killed | b |\n| The queue grows | c |\n| \
                exit code 1 + exit code 2 + `x y` | d |\n\n| Setting | Default |\n|---|---|\n| `retries` | 3 |\n";
    let folder = folder(&[("a.md", text)]);
    let reports = read(folder.path());
    let mut printed = Vec::new();
    super::tables::print(&reports, &mut printed).expect("a vector takes all");
    let printed = String::from_utf8(printed).expect("text");
    for wanted in [
        ":5: table \"Symptom | Fix\": judged: its column \"Symptom\" holds patterns: 3 of 4 cells are read.",
        "read as: state or event OOMKilled",
        "can never lead: row 1 asks for the same and stands before it",
        "left to the reader",
        ":12: table \"Setting | Default\": not judged: its first column is headed \"Setting\"",
    ] {
        assert!(printed.contains(wanted), "{wanted}\nis not in\n{printed}");
    }
    let json = serde_json::to_value(&reports).expect("JSON");
    assert_eq!(json[0]["tables"][0]["cells"][0]["read_as"], "state or event OOMKilled");
}

#[test]
fn says_which_texts_are_no_markdown_and_are_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.md", "b.markdown", "c.adoc", "d.mdx", "e.txt"] {
        fs::write(folder.path().join(name), "# A\n").expect("written");
    }
    let reports = lint(&[folder.path().to_owned()], None, NOW).expect("lint runs");
    let said: Vec<(&str, usize)> = reports
        .iter()
        .map(|report| {
            let name = report.file.rsplit('/').next().unwrap_or("");
            (name, report.problems.iter().filter(|finding| finding.code == "not-markdown").count())
        })
        .collect();
    assert_eq!(said, [("a.md", 0), ("b.markdown", 0), ("c.adoc", 1), ("d.mdx", 1)]);
}
