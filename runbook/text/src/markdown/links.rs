//! Links of a text: of Markdown, of raw HTML, of wikis. What leads to a file is kept as a reference; what a page must not
//! carry is reported and loses its target.

use std::ops::Range;

use super::Reader;
use crate::{
    builder::Stretch,
    link::{self, Target},
    runbook::{Reference, ReferenceKind},
};
use document::problem::Severity;

impl Reader<'_> {
    /// `<a href>`. The summary of a folding part holds none, and a link holds no other.
    pub(super) fn begin_html_link(&mut self, href: &str, range: Range<usize>) {
        if self.summary.is_none() && !self.builder.is_in_link() {
            let target = self.checked_target(href, range);
            self.builder.begin_stretch(Stretch::Link(target));
        }
    }

    /// `[[Page]]` or `[[Page|text]]`. Other double brackets, as in `[[ -f x ]]`, are text.
    pub(super) fn begin_wiki_link(&mut self, written: &str, has_text: bool, range: Range<usize>) {
        let target = if self.builder.is_in_link() { None } else { link::wiki_target(written) };
        match target {
            Some(Target::Runbook(path)) => {
                self.refer(&path, ReferenceKind::Wiki, range);
                self.builder.begin_stretch(Stretch::Link(Some(Target::Runbook(path))));
            }
            Some(target) => self.builder.begin_stretch(Stretch::Link(Some(target))),
            None => {
                self.is_in_brackets = true;
                self.builder.begin_stretch(Stretch::Link(None));
                self.push_text("[[");
                if has_text {
                    self.push_text(&format!("{written}|"));
                }
            }
        }
    }

    /// The target of a link or picture; unsafe ones are reported and dropped.
    pub(super) fn checked_target(&mut self, href: &str, range: Range<usize>) -> Option<Target> {
        let target = link::target(href);
        if target == Target::Unsafe {
            self.report(
                "unsafe-link",
                Severity::Warning,
                "This link's scheme is not http, https or mailto; its text is shown alone.",
                range,
            );
            return None;
        }
        if let Target::Page(path) | Target::Runbook(path) = &target {
            self.refer(path, ReferenceKind::Link, range);
        }
        Some(target)
    }

    /// Keeps a path that leads to a file: web addresses and anchors of the page itself do not.
    pub(super) fn refer(&mut self, path: &str, kind: ReferenceKind, range: Range<usize>) {
        let is_elsewhere = path.contains("://") || path.starts_with("mailto:") || path.starts_with(['#', '?']);
        if !is_elsewhere && !path.is_empty() {
            self.references.push(Reference { path: path.to_owned(), kind, span: self.source.in_file(range) });
        }
    }
}
