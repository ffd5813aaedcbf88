//! Raw HTML in Markdown, reduced to what a runbook may keep: text, links, line breaks and folding parts. No tag survives.

/// A piece of raw HTML.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text between tags, entities decoded; also tags that HTML does not know, such as `<pod>`.
    Text(String),
    /// `<br>`, or the edge of an element that stands on lines of its own.
    Break,
    /// `<img>`.
    Image {
        /// Its `src`, as written.
        source: String,
        /// Its `alt`.
        alt: String,
    },
    /// `<a href>`: its target as written.
    LinkOpen(String),
    /// `</a>`.
    LinkClose,
    /// `<details>`.
    DetailsOpen,
    /// `</details>`.
    DetailsClose,
    /// `<summary>`.
    SummaryOpen,
    /// `</summary>`.
    SummaryClose,
}

/// Takes raw HTML apart.
pub(crate) fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        push_text(&mut pieces, &decode(&rest[..at]));
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end + 3..]);
            continue;
        }
        let Some((tag, after)) = read_tag(rest) else {
            push_text(&mut pieces, "<");
            rest = &rest[1..];
            continue;
        };
        let raw = &rest[..rest.len() - after.len()];
        rest = after;
        match (tag.name.as_str(), tag.is_closing) {
            ("details", false) => pieces.push(Piece::DetailsOpen),
            ("details", true) => pieces.push(Piece::DetailsClose),
            ("summary", false) => pieces.push(Piece::SummaryOpen),
            ("summary", true) => pieces.push(Piece::SummaryClose),
            ("img", false) => pieces.extend(image(raw)),
            ("a", false) => pieces.extend(attribute(raw, "href").map(Piece::LinkOpen)),
            ("a", true) => pieces.push(Piece::LinkClose),
            // Cells of a table stand apart.
            ("td" | "th", false) if matches!(pieces.last(), Some(Piece::Text(text)) if !text.trim().is_empty()) => {
                push_text(&mut pieces, " · ");
            }
            ("script" | "style", false) => rest = skip_to_end_of(&tag.name, rest),
            (name, _) if BREAKING.contains(&name) => pieces.push(Piece::Break),
            (name, _) if is_known(name) => {}
            _ => push_text(&mut pieces, raw),
        }
    }
    push_text(&mut pieces, &decode(rest));
    pieces
}

/// The picture that an `img` tag names.
fn image(tag: &str) -> Option<Piece> {
    let source = attribute(tag, "src").filter(|source| !source.is_empty())?;
    Some(Piece::Image { source, alt: attribute(tag, "alt").unwrap_or_default() })
}

/// The value of a tag's attribute, in quotes or without.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
    rest = rest.split_once(|c: char| c.is_whitespace())?.1;
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_once(|c: char| c.is_whitespace()).unwrap_or((after, "")),
        };
        let is_wanted = key.split_whitespace().next_back().is_some_and(|key| key.eq_ignore_ascii_case(name));
        if is_wanted {
            return Some(decode(value));
        }
        rest = next;
    }
    None
}

/// A longer tag is text: so that a text of nothing but `<a` is read in linear time.
const MAX_TAG_BYTES: usize = 4_096;

struct Tag {
    name: String,
    is_closing: bool,
}

/// A tag at the start of the text, and what follows it.
fn read_tag(text: &str) -> Option<(Tag, &str)> {
    let inner = text.strip_prefix('<')?;
    let is_closing = inner.starts_with('/');
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let name_len = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(inner.len());
    let name = inner[..name_len].to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut quote = None;
    for (at, c) in inner[name_len..].char_indices().take_while(|(at, _)| *at < MAX_TAG_BYTES) {
        match (quote, c) {
            (None, '>') => return Some((Tag { name, is_closing }, &inner[name_len + at + 1..])),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn skip_to_end_of<'t>(name: &str, text: &'t str) -> &'t str {
    let is_end = |at: &usize| {
        text.as_bytes()[at + 2..].get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
    };
    let end = text.match_indices("</").map(|(at, _)| at).find(is_end);
    let after = end.and_then(|at| text[at..].find('>').map(|close| at + close + 1));
    after.map_or("", |at| &text[at..])
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(last)) => last.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

fn decode(text: &str) -> String {
    const ENTITIES: [(&str, &str); 6] =
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    if !text.contains('&') {
        return text.to_owned();
    }
    ENTITIES.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

/// Elements whose edges separate text.
const BREAKING: [&str; 25] = [
    "br",
    "p",
    "div",
    "hr",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "thead",
    "tbody",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "blockquote",
    "section",
    "article",
    "dl",
    "dt",
    "dd",
    "center",
];

fn is_known(name: &str) -> bool {
    const KNOWN: [&str; 56] = [
        "a",
        "abbr",
        "aside",
        "audio",
        "b",
        "big",
        "button",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "del",
        "dfn",
        "em",
        "embed",
        "figcaption",
        "figure",
        "font",
        "footer",
        "form",
        "header",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "link",
        "main",
        "mark",
        "meta",
        "nav",
        "noscript",
        "object",
        "option",
        "picture",
        "q",
        "s",
        "samp",
        "select",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "svg",
        "td",
        "textarea",
        "th",
        "tt",
        "u",
        "video",
    ];
    KNOWN.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.into())
    }

    #[test]
    fn keeps_text_and_drops_tags() {
        assert_eq!(pieces("<b onclick='x>y'>a &lt; b</b><br/>c"), [text("a < b"), Piece::Break, text("c")]);
        assert_eq!(pieces("a<!-- hidden <b> -->b"), [text("ab")]);
        assert_eq!(pieces("<script>alert(1)</SCRIPT >x<style>y"), [text("x")]);
    }

    #[test]
    fn keeps_pictures_and_sets_cells_apart() {
        let image = |source: &str, alt: &str| Piece::Image { source: source.into(), alt: alt.into() };
        assert_eq!(pieces("<img src=x onerror=alert(1)>"), [image("x", "")]);
        assert_eq!(
            pieces("<IMG width=6 alt = 'a &amp; b' data-src=\"no\" SRC=\"i/p.png\"/>"),
            [image("i/p.png", "a & b")]
        );
        assert_eq!(pieces("<img alt=\"src=evil\">"), []);
        assert_eq!(pieces("<img src=''>"), []);
        assert_eq!(pieces("<tr><td>a</td><td>b</td></tr>"), [Piece::Break, text("a · b"), Piece::Break]);
    }

    #[test]
    fn keeps_the_targets_of_links() {
        let link = |href: &str| Piece::LinkOpen(href.into());
        assert_eq!(
            pieces("<A class='x' HREF='a?b=1&amp;c=2'>t</A >"),
            [link("a?b=1&c=2"), text("t"), Piece::LinkClose]
        );
        assert_eq!(pieces("<a name=x>t</a>"), [text("t"), Piece::LinkClose]);
        assert_eq!(pieces("<a href=x onclick=alert(1)>t"), [link("x"), text("t")]);
    }

    #[test]
    fn shows_tags_that_html_does_not_know() {
        assert_eq!(pieces("logs <pod> in <name-space>"), [text("logs <pod> in <name-space>")]);
        assert_eq!(pieces("a < b <= c <"), [text("a < b <= c <")]);
    }

    #[test]
    fn knows_folding_parts() {
        use Piece::*;
        assert_eq!(
            pieces("<details open><summary>More</summary></details>"),
            [DetailsOpen, SummaryOpen, text("More"), SummaryClose, DetailsClose]
        );
    }
}
