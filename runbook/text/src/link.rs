//! What a link's target is, and which targets a page may carry. Nothing that a browser would run gets through.

use crate::{anchor::slug, runbook::Inline};

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A page, a mail address, a file or an anchor: safe to put into `href`.
    Page(String),
    /// Another Markdown file of the library, as written.
    Runbook(String),
    /// A scheme that a page must not carry.
    Unsafe,
}

/// Reads a link's destination.
pub(crate) fn target(written: &str) -> Target {
    // Browsers skip control characters and blanks inside a scheme, and read a backslash as a slash.
    let href: String =
        written.trim().chars().filter(|c| !c.is_control() && !('\u{2400}'..='\u{2421}').contains(c)).collect();
    let compact: String = href.chars().filter(|c| !c.is_whitespace()).collect();
    match scheme(&compact) {
        Some(scheme) if ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            return Target::Page(href);
        }
        Some(_) => return Target::Unsafe,
        None => {}
    }
    let starts_a_host = compact.len() >= 2 && compact.bytes().take(2).all(|b| matches!(b, b'/' | b'\\'));
    if starts_a_host {
        return Target::Page(format!("https://{}", &compact[2..]));
    }
    if is_runbook_path(&href) { Target::Runbook(href) } else { Target::Page(href) }
}

/// Longest name of a page between double brackets, in bytes.
const MAX_WIKI_BYTES: usize = 256;

/// Reads what stands between double brackets; nothing when it is no page's name.
pub(crate) fn wiki_target(written: &str) -> Option<Target> {
    let is_name = written.starts_with(|c: char| c.is_alphanumeric() || "./#".contains(c))
        && !written.ends_with(char::is_whitespace)
        && written.len() < MAX_WIKI_BYTES
        && !written.contains(|c: char| c.is_control() || "<>*?{}$|=;\\\"`[]".contains(c));
    let (page, section) = written.split_once('#').unwrap_or((written, ""));
    let anchor = if section.is_empty() { String::new() } else { format!("#{}", slug(section)) };
    match target(written) {
        _ if !is_name => None,
        Target::Unsafe => None,
        Target::Page(href) if scheme(&href).is_some() => Some(Target::Page(href)),
        _ if page.is_empty() => (!anchor.is_empty()).then_some(Target::Page(anchor)),
        _ => Some(Target::Runbook(format!("{page}{anchor}"))),
    }
}

/// Whether a relative path (an anchor may follow) leads to a Markdown file.
pub(crate) fn is_runbook_path(text: &str) -> bool {
    let path = text.split_once('#').map_or(text, |(path, _)| path);
    let stem = path.strip_suffix(".md").or_else(|| path.strip_suffix(".markdown"));
    stem.is_some_and(|stem| {
        !stem.is_empty()
            && stem.len() < 512
            && !stem.ends_with('/')
            && !stem.contains("://")
            && !stem.contains(|c: char| c.is_control() || c.is_whitespace() || "<>*?{}$|\\\"'`".contains(c))
    })
}

/// Bare web addresses in running text become links, as readers know it from GitHub.
pub(crate) fn link_addresses(text: &str) -> Vec<Inline> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = find_address(rest) {
        let end =
            rest[at..].find(|c: char| c.is_whitespace() || "<>\"`|".contains(c)).map_or(rest.len(), |len| at + len);
        let href = rest[at..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '\'']);
        let href = without_foreign_parentheses(href);
        let has_host =
            href.split_once("://").is_some_and(|(_, host)| host.starts_with(|c: char| c.is_alphanumeric() || c == '['));
        let is_inside_a_word = rest[..at].ends_with(|c: char| c.is_alphanumeric());
        let after = at + href.len();
        if has_host && !is_inside_a_word {
            push_text(&mut parts, &rest[..at]);
            parts.push(Inline::Link { href: href.to_owned(), content: vec![Inline::Text(href.to_owned())] });
        } else {
            push_text(&mut parts, &rest[..after.max(end)]);
        }
        rest = if has_host && !is_inside_a_word { &rest[after..] } else { &rest[after.max(end)..] };
    }
    push_text(&mut parts, rest);
    parts
}

/// Where the first web address begins. One pass, whichever schemes the text holds.
fn find_address(text: &str) -> Option<usize> {
    let is_address = |at: &usize| {
        let behind = &text[at + "http".len()..];
        behind.starts_with("://") || behind.starts_with("s://")
    };
    text.match_indices("http").map(|(at, _)| at).find(is_address)
}

/// An address without the parentheses at its end that close one before it.
fn without_foreign_parentheses(href: &str) -> &str {
    let foreign = href.matches(')').count().saturating_sub(href.matches('(').count());
    let at_end = href.len() - href.trim_end_matches(')').len();
    &href[..href.len() - foreign.min(at_end)]
}

fn push_text(parts: &mut Vec<Inline>, text: &str) {
    if text.is_empty() {
        return;
    }
    match parts.last_mut() {
        Some(Inline::Text(last)) => last.push_str(text),
        _ => parts.push(Inline::Text(text.to_owned())),
    }
}

fn scheme(href: &str) -> Option<&str> {
    let (scheme, _) = href.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
    // `a/b:c` and `?x=a:b` are paths; anything odd before the colon counts as a scheme that nobody knows.
    (is_scheme || !scheme.contains(['/', '?', '#'])).then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_no_script_through() {
        for href in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\tscript:alert(1)",
            "java script:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "C:\\x",
            "&colon;x:y",
        ] {
            assert_eq!(target(href), Target::Unsafe, "{href:?}");
        }
    }

    #[test]
    fn tells_pages_from_runbooks() {
        for href in ["https://x.org/a.md", "mailto:a@b", "#step-1", "dashboards/x.json", "?a=b:c", "a/b:c"] {
            assert_eq!(target(href), Target::Page(href.into()));
        }
        assert_eq!(target("//evil.org/x"), Target::Page("https://evil.org/x".into()));
        assert_eq!(target("\\\\evil.org"), Target::Page("https://evil.org".into()));
        for href in ["../other.md", "a/b.md#fix", "x.md"] {
            assert_eq!(target(href), Target::Runbook(href.into()));
        }
    }

    #[test]
    fn links_bare_addresses() {
        let parts = link_addresses("see https://x.org/a_(b), or http:// or (https://y.org).");
        let hrefs: Vec<_> = parts
            .iter()
            .filter_map(|p| if let Inline::Link { href, .. } = p { Some(href.as_str()) } else { None })
            .collect();
        assert_eq!(hrefs, ["https://x.org/a_(b)", "https://y.org"]);
        assert_eq!(parts.len(), 5);
    }
}
