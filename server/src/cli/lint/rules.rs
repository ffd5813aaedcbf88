//! The one list of what lint looks for. `docs/lint.md` and the SARIF output are printed from it.

/// A kind of finding.
#[derive(Debug)]
pub(super) struct Rule {
    /// Its stable name.
    pub(super) code: &'static str,
    /// What it means, one sentence.
    pub(super) summary: &'static str,
}

/// All of them, by name.
pub(super) static RULES: &[Rule] = &[
    rule("alert-with-several-runbooks", "A rule's alert leads to more than one runbook."),
    rule("alert-without-runbook", "A rule's alert leads to no runbook: not by its address, its path or its name."),
    rule("dead-link", "A link or picture leads to a file that is not there."),
    rule("dead-path", "A path in backticks names a runbook that is not there."),
    rule("empty-alertname", "A rule's link has `$labels.alertname`, which is empty in a rule."),
    rule("incomplete-metadata", "The file does not name its alert, its domain, or when it was last updated."),
    rule("link-without-labels", "A rule's link leaves out labels that the rule's own words have."),
    rule("link-without-urlquery", "A rule's link takes a label's value without `urlquery`."),
    rule("no-metadata", "The file says nothing of itself: no metadata section and no front matter."),
    rule("no-title", "The file has no title."),
    rule("not-markdown", "A text in another format, such as AsciiDoc or MDX: the portal leaves it out."),
    rule("plain-text-secret", "A password, token or key stands in plain text."),
    rule("runbook-without-alert", "A runbook says that it is for an alert which no rule has."),
    rule("several-titles", "The file has more than one heading of the first level."),
    rule("stale", "By its own decay rate the file has lost more than half of its confidence."),
    rule("too-large", "The file is larger than 2 MiB, so the portal does not serve it."),
    rule("two-runbooks-for-one-alert", "Two files serve the same alert: each reader would have to choose."),
    rule("unclosed-fence", "A code fence is never closed, so all that follows it is code."),
    rule(
        "unjudged-table-row",
        "A row of a table of causes, or a part of it, cannot be read as a rule: it is left to the reader, or looked for by its words alone.",
    ),
    rule("unknown-cluster", "A command names a context that no section of the configuration knows."),
    rule("unknown-host", "A command names a host that no section of the configuration knows."),
    rule("unread-template", "A template of Helm is no YAML until it is filled in, so its alerts were not looked at."),
    rule("unreadable-file", "The file cannot be read."),
    rule("unreadable-front-matter", "The front matter is not valid YAML or TOML."),
    rule("unreadable-rules", "A file of rules is not valid YAML."),
    rule("unsafe-link", "A link's scheme is one that a page must not carry."),
];

const fn rule(code: &'static str, summary: &'static str) -> Rule {
    Rule { code, summary }
}

/// Where a rule stands in the list.
pub(super) fn index(code: &str) -> Option<usize> {
    RULES.iter().position(|rule| rule.code == code)
}
