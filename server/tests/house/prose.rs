//! Sentences are for readers: another wording changes nothing but what is read. Code decides by an `Unknown`'s cause.

use super::rust_files;

/// Fields that hold a sentence of our own.
const SENTENCES: [&str; 4] = ["reason", "remedy", "summary", "asked"];
const BETWEEN: [&str; 4] = ["", "()", ".as_str()", ".to_lowercase()"];
const SEARCHES: [&str; 7] =
    ["contains", "starts_with", "ends_with", "strip_prefix", "strip_suffix", "split_once", "find"];

#[test]
fn no_control_flow_reads_prose() {
    let mut found = Vec::new();
    for file in rust_files().iter().filter(|file| file.path.contains("/src/")) {
        let code = file.text.split("#[cfg(test)]").next().unwrap_or(&file.text);
        found.extend(searches(code).into_iter().map(|search| format!("{}: {search}", file.path)));
    }
    // It chooses between two beginnings of the sentence itself.
    assert_eq!(found, ["runbook/command/src/recognition/args/mod.rs: reason.contains("]);
}

#[test]
fn the_rule_sees_a_search_however_it_is_laid_out() {
    let code = "unknown\n    .reason\n    .as_str()\n    .contains(\"no kind\") || reasons.contains(x) || reason == y";
    assert_eq!(searches(code), ["reason.as_str().contains("]);
}

/// Each place where a sentence is searched.
fn searches(code: &str) -> Vec<String> {
    let lines: Vec<&str> = code.lines().map(str::trim).filter(|line| !line.starts_with("//")).collect();
    let code = lines.join(" ").replace(" .", ".");
    let mut found = Vec::new();
    for sentence in SENTENCES {
        for (at, _) in code.match_indices(sentence) {
            let is_word = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let rest = &code[at + sentence.len()..];
            let search = BETWEEN.iter().find_map(|between| {
                let method = rest.strip_prefix(between)?.strip_prefix('.')?;
                let name =
                    SEARCHES.iter().find(|name| method.strip_prefix(*name).is_some_and(|on| on.starts_with('(')))?;
                Some(format!("{sentence}{between}.{name}("))
            });
            found.extend(search.filter(|_| is_word));
        }
    }
    found
}
