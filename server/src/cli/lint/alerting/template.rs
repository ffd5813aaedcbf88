//! Helm's own actions taken out of a file of rules, line by line, so that the rest is the YAML that it would be with every
//! condition met. No value of a chart is known here: one that stands in a text becomes a word in its place.

/// What stands where a chart's value would.
const VALUE: &str = "HELM";
/// Words that an action begins with that prints nothing by itself.
const SILENT: [&str; 9] = ["if", "else", "end", "with", "range", "define", "template", "block", "/*"];

/// Whether a text may be a template of Helm: rules themselves have actions, too, but those of Prometheus name `$labels`,
/// `$value` or `$externalLabels`.
pub(super) fn is_one(text: &str) -> bool {
    actions(&without_comments(text)).any(|action| {
        let inner = inner(action);
        inner.starts_with('`')
            || [".Values", ".Release", ".Chart", "include ", "tpl "].iter().any(|word| inner.contains(word))
    })
}

/// The text without Helm's actions. Lines stay where they are.
pub(super) fn strip(text: &str) -> String {
    let mut stripped = String::with_capacity(text.len());
    for line in without_comments(text).split_inclusive('\n') {
        let bare = line.trim();
        let is_action_alone = bare.starts_with("{{") && bare.ends_with("}}") && !bare.starts_with("{{`");
        if is_action_alone && actions(bare).count() == 1 {
            stripped.push('\n');
            continue;
        }
        let mut rest = line;
        while let Some(start) = rest.find("{{") {
            let Some(length) = end_of(&rest[start..]) else { break };
            let action = &rest[start..start + length];
            stripped.push_str(&rest[..start]);
            stripped.push_str(&replace(action));
            rest = &rest[start + length..];
        }
        stripped.push_str(rest);
    }
    stripped
}

/// The text without comments, which may go over many lines: the lines stay.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let inner = rest[start + 2..].trim_start_matches('-').trim_start();
        if !inner.starts_with("/*") {
            kept.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        }
        let Some(end) = rest[start..].find("*/").and_then(|at| Some(start + at + rest[start + at..].find("}}")? + 2))
        else {
            break;
        };
        kept.push_str(&rest[..start]);
        kept.extend(rest[start..end].chars().filter(|letter| *letter == '\n'));
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}

fn replace(action: &str) -> String {
    let inner = inner(action);
    // What a chart writes in backticks or quotes is handed on as it is.
    for quote in ['`', '"'] {
        if let Some(literal) = inner.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return literal.to_owned();
        }
    }
    let is_of_prometheus =
        ["$labels", "$value", "$externalLabels", "$externalURL"].iter().any(|name| inner.contains(name));
    if is_of_prometheus {
        return action.to_owned();
    }
    let is_silent = SILENT.iter().any(|word| inner.starts_with(word)) || inner.starts_with("$") && inner.contains(":=");
    if is_silent { String::new() } else { VALUE.to_owned() }
}

fn inner(action: &str) -> &str {
    action.trim_start_matches("{{").trim_end_matches("}}").trim_matches('-').trim()
}

/// The actions of a text, whole.
pub(super) fn actions(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find("{{")?;
        let length = end_of(&rest[start..])?;
        let action = &rest[start..start + length];
        rest = &rest[start + length..];
        Some(action)
    })
}

/// How long the action is that a text begins with; braces in its quoted words do not end it.
fn end_of(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut quote = None;
    let mut at = 2;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(b'"'), b'\\') => at += 1,
            (Some(_), _) => {}
            (None, byte @ (b'"' | b'`')) => quote = Some(byte),
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') => return Some(at + 2),
            (None, _) => {}
        }
        at += 1;
    }
    None
}
