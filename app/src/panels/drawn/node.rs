//! HTML as a plain tree. Text and attributes are escaped when it is written out; no raw HTML can be put in. What is long
//! and seldom read first can wait: the first drawing of a page has a link in its place.

use std::borrow::Cow;

/// Text that is either part of the program or made for the occasion.
pub(super) type Words = Cow<'static, str>;

/// A stretch of text or an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// Text as the reader sees it.
    Text(Words),
    /// An element.
    Element(Element),
    /// What the first drawing of a page leaves out: the live stream brings it, or the link that stands in its place.
    Later {
        /// What is left out.
        content: Vec<Node>,
        /// The link's words; nothing stands in its place without any.
        link: Option<Words>,
    },
}

/// An element with its attributes and content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    tag: &'static str,
    attributes: Vec<(&'static str, Words)>,
    /// Attributes that can wait like content.
    later: Vec<(&'static str, Words)>,
    content: Vec<Node>,
}

/// An element without attributes or content.
pub(super) fn el(tag: &'static str) -> Element {
    Element { tag, attributes: Vec::new(), later: Vec::new(), content: Vec::new() }
}

/// A stretch of text.
pub(super) fn text(words: impl Into<Words>) -> Node {
    Node::Text(words.into())
}

/// Content that can wait, and the words of the link that brings it.
pub(super) fn later(link: impl Into<Words>, content: impl IntoIterator<Item = impl Into<Node>>) -> Node {
    Node::Later { content: content.into_iter().map(Into::into).collect(), link: Some(link.into()) }
}

/// Content that can wait where another link says that there is more.
pub(super) fn later_unsaid(content: impl IntoIterator<Item = impl Into<Node>>) -> Node {
    Node::Later { content: content.into_iter().map(Into::into).collect(), link: None }
}

impl Element {
    /// With an attribute.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Words>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// With an attribute that the first drawing of a page can do without.
    pub(super) fn with_later(mut self, name: &'static str, value: impl Into<Words>) -> Self {
        self.later.push((name, value.into()));
        self
    }

    /// With classes.
    pub(super) fn class(self, names: impl Into<Words>) -> Self {
        self.with("class", names)
    }

    /// With more text. Stretches that follow each other become one, as they do in a browser; empty ones vanish.
    pub(super) fn text(mut self, words: impl Into<Words>) -> Self {
        self.put(Node::Text(words.into()));
        self
    }

    /// With one more element.
    pub(super) fn child(mut self, child: Element) -> Self {
        self.content.push(Node::Element(child));
        self
    }

    /// With more content.
    pub(super) fn all<N: Into<Node>>(mut self, content: impl IntoIterator<Item = N>) -> Self {
        content.into_iter().for_each(|node| self.put(node.into()));
        self
    }

    fn put(&mut self, node: Node) {
        match (node, self.content.last_mut()) {
            (Node::Text(words), _) if words.is_empty() => {}
            (Node::Text(words), Some(Node::Text(before))) => before.to_mut().push_str(&words),
            (node, _) => self.content.push(node),
        }
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

/// The content of an element as HTML.
pub(super) fn html(content: &[Node]) -> String {
    let mut out = String::new();
    write(content, None, &mut out);
    out
}

/// The same without what can wait; `whole` is the address of the page that has it.
pub(super) fn short_html(content: &[Node], whole: &str) -> String {
    let mut out = String::new();
    write(content, Some(whole), &mut out);
    out
}

fn write(content: &[Node], whole: Option<&str>, out: &mut String) {
    for node in content {
        match node {
            Node::Text(words) => escape(words, out),
            Node::Later { content, link } => match (whole, link) {
                (None, _) => write(content, None, out),
                (Some(_), None) => {}
                (Some(whole), Some(words)) => {
                    let link = el("a").class("later").with("href", whole.to_owned()).text(words.clone());
                    write(&[link.into()], None, out);
                }
            },
            Node::Element(Element { tag, attributes, later, content }) => {
                out.push('<');
                out.push_str(tag);
                let later = later.iter().filter(|_| whole.is_none());
                for (name, value) in attributes.iter().chain(later) {
                    out.push(' ');
                    out.push_str(name);
                    out.push_str("=\"");
                    escape(value, out);
                    out.push('"');
                }
                out.push('>');
                if !matches!(*tag, "input" | "br") {
                    write(content, whole, out);
                    out.push_str("</");
                    out.push_str(tag);
                    out.push('>');
                }
            }
        }
    }
}

/// Text as it stands in HTML.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A parser would read a line feed in its place.
            '\r' => out.push('␍'),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_text_and_attributes() {
        let node = el("a").with("title", "\"<&>'").text("</a><script>").into();
        assert_eq!(html(&[node]), "<a title=\"&quot;&lt;&amp;&gt;'\">&lt;/a&gt;&lt;script&gt;</a>");
    }

    #[test]
    fn leaves_out_what_can_wait_and_says_where_it_is() {
        let node = el("div").all([later("All 9", [el("p").text("nine")]), later_unsaid([el("p").text("ten")])]).into();
        assert_eq!(html(std::slice::from_ref(&node)), "<div><p>nine</p><p>ten</p></div>");
        let short = short_html(&[node], "?a=\"b#c");
        assert_eq!(short, "<div><a class=\"later\" href=\"?a=&quot;b#c\">All 9</a></div>");
    }

    #[test]
    fn joins_stretches_of_text_and_drops_empty_ones() {
        let node = el("p").text("a").text("").text("b").child(el("br")).text("c");
        assert_eq!(node.content.len(), 3);
        assert_eq!(html(&[node.into()]), "<p>ab<br>c</p>");
    }
}
