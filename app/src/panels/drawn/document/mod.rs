//! YAML and JSON: folded by their indentation and lightly coloured. Every character of the text stays as it is; the text
//! as a whole, to be selected and copied, is one press away.

mod fold;
mod tokens;

use runbook::outcome::{Document, Notation};

use self::fold::{Branch, grow};
use super::{
    grouped,
    node::{Element, Node, el},
    note, whole_behind,
};

/// Lines that are drawn folded; a longer text is drawn up to here, and is whole at its end.
const MAX_LINES: usize = 2_000;
/// A branch with fewer lines below it does not fold.
const MIN_FOLDED: usize = 3;
/// Below the first level, a branch with more lines than this stands closed.
const MAX_OPEN: usize = 14;

/// The text as a tree, and behind it as one piece.
pub(super) fn draw(document: &Document) -> Vec<Node> {
    let lines: Vec<&str> = document.text.lines().collect();
    let shown = &lines[..lines.len().min(MAX_LINES)];
    let branches = grow(shown, document.notation);
    // The outermost braces of JSON hold everything: they do not fold.
    let is_wrapped = document.notation == Notation::Json && branches.len() == 1;
    let depth = if is_wrapped { -1 } else { 0 };
    let tree = el("div").class("document").with("tabindex", "0").all(draw_all(&branches, depth, document.notation));
    let mut drawn: Vec<Node> = vec![tree.into()];
    if shown.len() < lines.len() {
        let words =
            ["Folded up to line ", &grouped(MAX_LINES), " of ", &grouped(lines.len()), "; the text below is whole."];
        drawn.push(note([super::text(words.concat())]));
    }
    drawn.push(whole_behind(["As one text, ", &grouped(lines.len()), " lines"].concat(), &document.text).into());
    drawn
}

fn draw_all(branches: &[Branch<'_>], depth: i32, notation: Notation) -> Vec<Element> {
    branches.iter().flat_map(|branch| draw_branch(branch, depth, notation)).collect()
}

fn draw_branch(branch: &Branch<'_>, depth: i32, notation: Notation) -> Vec<Element> {
    let line = tokens::draw(branch.line, notation, branch.is_prose);
    let count = branch.count();
    if count < MIN_FOLDED || depth < 0 {
        let own = el("div").class("document-line").all(line);
        return std::iter::once(own).chain(draw_all(&branch.below, depth + 1, notation)).collect();
    }
    let size = el("span").class("document-size").text(["  ", &grouped(count), " lines"].concat());
    let summary = el("summary").class("document-line").all(line).child(size);
    let details = el("details").child(summary).all(draw_all(&branch.below, depth + 1, notation));
    let is_open = depth == 0 || count <= MAX_OPEN;
    vec![if is_open { details.with("open", "") } else { details }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::drawn::node::{Node, html};

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    app: web\n    tier: \"1\"\n  name: <web>\nspec:\n  \
        containers:\n  - args:\n    - |\n      key: in prose\n      exit 1\n    image: web:1\n    ready: true\n";

    /// The text of a drawing, as a reader who opens everything sees it.
    fn text_of(nodes: &[Node]) -> String {
        let html = html(nodes);
        let html = html.split("<details class=\"whole\">").next().unwrap_or_default().to_owned();
        let mut text = String::new();
        let mut is_tag = false;
        for c in html.replace("</div>", "\n").replace("</summary>", "\n").chars() {
            match c {
                '<' => is_tag = true,
                '>' => is_tag = false,
                c if !is_tag => text.push(c),
                _ => {}
            }
        }
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    }

    #[test]
    fn keeps_every_character() {
        let drawn = draw(&Document { notation: Notation::Yaml, text: POD.into() });
        let shown: Vec<String> = text_of(&drawn)
            .lines()
            .map(|line| line.split("  12 lines").next().unwrap_or_default().to_owned())
            .collect();
        for line in POD.lines() {
            assert!(shown.iter().any(|it| it == line || it.starts_with(line)), "{line:?} in {shown:#?}");
        }
    }

    #[test]
    fn escapes_and_folds_json() {
        let text = "{\n    \"kind\": \"<List>\",\n    \"items\": [\n        {\n            \"a\": 1,\n            \"b\": null\n        }\n    ]\n}";
        let html = html(&draw(&Document { notation: Notation::Json, text: text.into() }));
        assert!(html.contains("&lt;List&gt;") && !html.contains("<List>"), "{html}");
        assert!(html.contains("<details open=\"\"><summary class=\"document-line\">"), "{html}");
    }

    #[test]
    fn survives_odd_texts() {
        for text in ["", "\n\n", "}", "]\n]", "- ", "  x\ny", "\t", ":", "\"", "a: |", "{\n"] {
            for notation in [Notation::Yaml, Notation::Json] {
                assert!(!draw(&Document { notation, text: text.into() }).is_empty());
            }
        }
    }
}
