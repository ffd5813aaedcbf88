//! A beginning for a runbook that nobody has written yet: Markdown in the form of the owner's runbooks, with the alert's
//! labels as placeholders, so that it is alive from its first day.

use std::fmt::Write as _;

use command::binding::canonical_name;

/// A beginning for a runbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    /// The file's name: `homelab-node-down.md`.
    pub file: String,
    /// What stands in it.
    pub text: String,
}

/// Longest name in the text, in characters.
const MAX_NAME_CHARS: usize = 120;

/// Writes the beginning. Of the labels the names are used, not the values: the next alert has other ones. `today` is a
/// date as `2026-11-23`.
pub fn write(alert: &str, labels: &[(String, String)], today: Option<&str>) -> Starter {
    let alert = one_line(alert);
    let has = |name: &str| labels.iter().any(|(label, _)| canonical_name(label) == name);
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = writeln!(text, "# Alert: {alert}\n\nWhat is wrong when this fires, and for whom, in two sentences.\n");
    let _ = writeln!(text, "## Trigger Pattern\n\nThe rule's expression, and in words what it looks for.\n");
    let _ = writeln!(text, "## Quick Diagnosis\n\n```bash");
    text.push_str(&commands(&has));
    let _ = writeln!(text, "```\n\n## Step 1: Find what is affected\n");
    let _ = writeln!(text, "{}\n", labels_sentence(labels));
    let _ = writeln!(text, "## Step 2: Classify\n\n| Pattern | Likely Cause | Action |\n|---|---|---|");
    if has("pod") {
        let _ =
            writeln!(text, "| `OOMKilled` in last terminated reason | Memory limit too low | Increase memory limit |");
    }
    let _ = writeln!(text, "| Words of a log line, in backticks | Cause | Action |\n");
    let _ = writeln!(text, "## Step 3: Fix\n\nOne way for each row above.\n");
    let _ =
        writeln!(text, "## Step 4: Verify Recovery\n\nWhat shows that it is over, and for how long it must stay so.\n");
    let _ = writeln!(text, "## Alert Rule Location\n\nThe file with the rule.\n");
    let updated = today.unwrap_or("YYYY-MM-DD");
    let _ = writeln!(
        text,
        "## Metadata\n\n- **Domain**: alerts\n- **Tags**: {}\n- **Decay Rate**: 0.1\n- **Last Updated**: {updated}",
        slug(&alert).replace('-', ", ")
    );
    Starter { file: format!("{}.md", slug(&alert)), text }
}

fn commands(has: &dyn Fn(&str) -> bool) -> String {
    let context = if has("cluster") { " --context=admin@<cluster>" } else { "" };
    let lines: &[(&str, &str)] = match (has("pod"), has("namespace"), has("node")) {
        (true, _, _) => &[
            ("The pod and where it runs", "get pod -n <namespace> <pod> -o wide"),
            ("What happened to it", "describe pod -n <namespace> <pod>"),
            ("What it said last", "logs -n <namespace> <pod> --tail=50"),
            ("What it said before it was restarted", "logs -n <namespace> <pod> --previous --tail=50"),
        ],
        (false, true, _) => &[
            ("What runs there", "get pods -n <namespace> -o wide"),
            ("What happened there", "get events -n <namespace> --sort-by=.lastTimestamp"),
        ],
        (false, false, true) => &[
            ("The node", "describe node <node>"),
            ("What runs on it", "get pods -A -o wide --field-selector spec.nodeName=<node>"),
        ],
        (false, false, false) => &[("Nodes that are not ready", "get nodes"), ("Pods in trouble", "get pods -A")],
    };
    lines.iter().map(|(comment, command)| format!("# {comment}\nkubectl{context} {command}\n")).collect()
}

fn labels_sentence(labels: &[(String, String)]) -> String {
    let is_plain =
        |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c)) && name.len() <= 64;
    let mut names: Vec<&str> = labels.iter().map(|(name, _)| name.as_str()).filter(is_plain).collect();
    names.retain(|name| *name != "alertname");
    names.dedup();
    match names.as_slice() {
        [] => "The alert carries no labels: say how to find what it is about.".to_owned(),
        names => format!("The alert carries `{}`.", names.join("`, `")),
    }
}

/// A name as a heading can hold it.
fn one_line(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_NAME_CHARS).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `HomelabNodeDown` as `homelab-node-down`.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        let begins = letter.is_uppercase() && before.is_lowercase();
        if letter.is_alphanumeric() {
            if begins || (!before.is_alphanumeric() && !slug.is_empty()) {
                slug.push('-');
            }
            slug.extend(letter.to_lowercase());
        }
        before = letter;
    }
    if slug.is_empty() { "new-runbook".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;
    use command::check::Reading;
    use document::problem::Severity;

    fn labels(names: &[&str]) -> Vec<(String, String)> {
        names.iter().map(|name| ((*name).to_owned(), "x".to_owned())).collect()
    }

    #[test]
    fn writes_a_runbook_that_is_alive_and_without_fault() {
        for names in
            [&["cluster", "namespace", "pod", "container", "severity"][..], &["namespace"], &["cluster", "node"], &[]]
        {
            let starter = write("HomelabNodeDown", &labels(names), Some("2026-11-23"));
            assert_eq!(starter.file, "homelab-node-down.md");
            let runbook = crate::parse(&starter.text);
            assert_eq!(runbook.metadata.alert.as_deref(), Some("HomelabNodeDown"));
            assert_eq!(runbook.metadata.last_updated.as_deref(), Some("2026-11-23"));
            assert_eq!(runbook.steps.len(), 5, "{:?}", runbook.steps);
            assert!(runbook.commands.len() >= 2);
            for command in &runbook.commands {
                assert!(
                    matches!(command.reading, Reading::Check { .. }),
                    "{names:?}: {}: {:?}",
                    command.text,
                    command.reading
                );
            }
            let faults: Vec<_> = runbook.problems.iter().filter(|p| p.severity >= Severity::Warning).collect();
            assert!(faults.is_empty(), "{faults:?}");
        }
    }

    #[test]
    fn takes_names_from_outside_as_text() {
        for alert in ["Disk full\n# Not a heading", "`code` <b>", "", "\u{0}", "é\u{202e}x", &"X".repeat(10_000)] {
            let hostile = vec![("a`b\n# c".to_owned(), "d".to_owned()), ("pod".to_owned(), "$(id)".to_owned())];
            let starter = write(alert, &hostile, None);
            assert_eq!(starter.text.matches("\n# ").count(), 4, "only the comments of the fence: {}", starter.text);
            assert!(
                starter.file.ends_with(".md") && !starter.file.contains(['/', '\n', '.', ' '])
                    || starter.file.matches('.').count() == 1
            );
            assert!(!starter.text.contains("$(id)"));
        }
        assert_eq!(write("Disk full on node", &[], None).file, "disk-full-on-node.md");
        assert_eq!(write("../../etc", &[], None).file, "etc.md");
    }
}
