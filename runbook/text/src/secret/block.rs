//! Secrets that a line alone does not tell: private keys, the data of a Secret's manifest, values under their names,
//! texts under a key, logins in a here-document.

use std::ops::Range;

use super::{
    Found, Line,
    judge::{Candidate, Tie, is_secret},
    key::{self, Kind},
    lines, looks, stand_in, trigger, value,
};

/// Lines between a name and its value.
const MAX_LINES_BETWEEN: usize = 4;

pub(super) fn read(text: &str, found: &mut Found<'_>) {
    private_keys(text, found);
    manifests(text, found);
    let mut state = State::default();
    for span in lines(text) {
        let line = &text[span.clone()];
        if state.is_waiting() || trigger::names_a_secret(line) || line.contains([':', '*']) {
            state.read(&Line::new(text, span), found);
        }
    }
}

/// The lines of private keys between their first and last line.
fn private_keys(text: &str, found: &mut Found<'_>) {
    const FIRST_LINE: &str = "-----BEGIN ";
    const LAST_LINE: &str = "-----END ";
    let is_private = |line: &str| line.contains("PRIVATE KEY") || line.contains("OpenVPN Static key");
    let mut is_inside = false;
    let mut putty_lines = 0_usize;
    for span in lines(text) {
        let line = &text[span.clone()];
        let begin = line.find(FIRST_LINE);
        let is_edge = begin.is_some() || line.contains(LAST_LINE);
        let shown = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '"' | '\'' | ','));
        if (is_inside && !is_edge || putty_lines > 0) && !shown.is_empty() {
            let start = span.start + (shown.as_ptr() as usize - line.as_ptr() as usize);
            found.sure(start..start + shown.len(), "A private key");
        }
        putty_lines = putty_lines.saturating_sub(1);
        if let Some(count) = shown.strip_prefix("Private-Lines: ") {
            putty_lines = count.trim().parse().unwrap_or(0).min(200);
        }
        if let Some(begin) = begin.filter(|begin| is_private(&line[*begin..])) {
            one_line_key(line, span.start, begin, found);
        }
        if is_edge {
            is_inside = is_private(line) && !line.contains(LAST_LINE);
        }
    }
}

/// A key whose line breaks are written as `\n`, as JSON has them.
fn one_line_key(line: &str, at: usize, begin: usize, found: &mut Found<'_>) {
    let Some(head) = line[begin + 5..].find("-----").map(|end| begin + 5 + end + 5) else { return };
    let body = line[head..].trim_start_matches(['\\', 'n', 'r']);
    let start = line.len() - body.len();
    let end = line[start..].find("-----END").map_or(line.len(), |end| start + end);
    let kept = line[start..end].trim_end_matches("\\n").trim_end_matches(['"', '\'', ',', ' ']);
    found.sure(at + start..at + start + kept.len(), "A private key");
}

/// `kind: Secret`, and what stands under its `data` and `stringData`.
fn manifests(text: &str, found: &mut Found<'_>) {
    let mut document: Vec<Range<usize>> = Vec::new();
    for span in lines(text) {
        let line = text[span.clone()].trim();
        if line.starts_with("---") || line.starts_with("```") || line.starts_with("~~~") {
            manifest(text, &document, found);
            document.clear();
        } else {
            document.push(span);
        }
    }
    manifest(text, &document, found);
}

fn manifest(text: &str, document: &[Range<usize>], found: &mut Found<'_>) {
    let bare = |span: &Range<usize>| {
        text[span.clone()].trim_start_matches([' ', '-', '\t']).replace(['"', '\'', ',', ' '], "")
    };
    let has = |words: &str| document.iter().any(|span| text[span.clone()].contains(words));
    let is_secret = has("Secret") && document.iter().any(|span| matches!(bare(span).trim_end(), "kind:Secret"));
    if is_secret || has("stringData") {
        fields(text, document, is_secret, found);
    }
    if has("\"data\"") {
        let is_json = |span: &&Range<usize>| bare(span).contains("kind:Secret");
        document.iter().filter(is_json).for_each(|span| flow_data(text, span.clone(), found));
    }
}

/// The fields under `data:` and `stringData:`, told by their indent.
fn fields(text: &str, document: &[Range<usize>], is_secret: bool, found: &mut Found<'_>) {
    let mut parent: Option<(usize, bool)> = None;
    for span in document {
        let line = &text[span.clone()];
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if parent.is_some_and(|(outer, _)| indent <= outer) {
            parent = None;
        }
        match (parent, trimmed.trim_matches(['"', '{', ' ', ':']).trim_end_matches("\":")) {
            (None, "data") if is_secret => parent = Some((indent, true)),
            (None, "stringData") => parent = Some((indent, false)),
            (Some((_, is_encoded)), _) => field(text, span, is_encoded, found),
            _ => {}
        }
    }
}

fn field(text: &str, span: &Range<usize>, is_encoded: bool, found: &mut Found<'_>) {
    let line = &text[span.clone()];
    let (key, start) = match line.find(": ").or_else(|| line.ends_with(':').then_some(line.len() - 1)) {
        Some(colon) => (line[..colon].trim().trim_matches(['"', '\'']), span.start + (colon + 2).min(line.len())),
        // A line of a text under its key.
        None => ("", span.start + line.len() - line.trim_start().len()),
    };
    let start = start + text[start..span.end].bytes().take_while(|b| *b == b' ').count();
    let Some(value) = value::read(text, start, span.end) else { return };
    let content = &text[value.span.clone()];
    let is_open = !is_encoded && (stand_in::is_open_key(key) || looks::is_measure(content));
    let is_text = key.is_empty() && !looks::is_random(content) && !is_encoded;
    if !is_open && !is_text && !stand_in::is_placeholder(content) && !stand_in::is_generic(content) {
        found.sure(value.span, "A Secret's value");
    }
}

/// `{"kind":"Secret","data":{"a":"x"}}` on one line.
fn flow_data(text: &str, span: Range<usize>, found: &mut Found<'_>) {
    let line = &text[span.clone()];
    for (at, name) in line.match_indices("\"data\"").chain(line.match_indices("\"stringData\"")).take(64) {
        let rest = &line[at + name.len()..];
        let open = rest.bytes().take(8).take_while(|b| b": {\\".contains(b)).count();
        if !rest[..open].contains('{') {
            continue;
        }
        let body = &rest[open..];
        let body = &body[..body.find('}').unwrap_or(body.len())];
        let mut place = span.start + at + name.len() + open;
        for pair in body.split_inclusive(',') {
            if let Some((key, content)) = pair.split_once(':') {
                let content = content.trim_matches([' ', ',', '"', '\\']);
                let start = place + (content.as_ptr() as usize - pair.as_ptr() as usize);
                if !content.is_empty() && !key.is_empty() && !stand_in::is_placeholder(content) {
                    found.sure(start..start + content.len(), "A Secret's value");
                }
            }
            place += pair.len();
        }
    }
}

/// What the lines before say of the next one.
#[derive(Default)]
struct State {
    /// A name or a flag whose value is to come, and for how many lines more.
    named: Option<(Kind, usize)>,
    /// A key whose text stands under it, further in than this.
    text_under: Option<(Kind, usize)>,
    /// Logins until this line: the end of a here-document, or an indent.
    logins: Option<Logins>,
    /// Lines since a file spoke of chpasswd.
    since_chpasswd: Option<usize>,
}

enum Logins {
    Until(String),
    Under(usize),
}

impl State {
    fn is_waiting(&self) -> bool {
        self.named.is_some() || self.text_under.is_some() || self.logins.is_some() || self.since_chpasswd.is_some()
    }

    fn read(&mut self, line: &Line<'_>, found: &mut Found<'_>) {
        let text = line.str();
        let trimmed = text.trim();
        let indent = text.len() - text.trim_start().len();
        self.read_text_under(line, indent, trimmed, found);
        self.read_logins(line, indent, trimmed, found);
        if self.named.is_some() || trigger::names_a_secret(text) {
            self.read_named(line, trimmed, found);
        }
        pgpass(line, trimmed, found);
        chap_secret(line, trimmed, found);
    }

    /// `password: |` and the lines under it.
    fn read_text_under(&mut self, line: &Line<'_>, indent: usize, trimmed: &str, found: &mut Found<'_>) {
        if let Some((kind, outer)) = self.text_under {
            if trimmed.is_empty() {
                return;
            }
            if indent > outer {
                if !stand_in::is_placeholder(trimmed) && !trimmed.starts_with("-----") && !trimmed.starts_with("```") {
                    let start = line.span.start + indent;
                    found.likely(start..start + trimmed.len(), kind.what());
                }
                return;
            }
            self.text_under = None;
        }
        let head = ["|", "|-", "|+", ">", ">-"]
            .iter()
            .find_map(|mark| trimmed.strip_suffix(mark)?.trim_end().strip_suffix(':'));
        let key = head.map(|key| key.trim_start_matches("- ").trim_matches(['"', '\'']));
        let kind = key.and_then(key::classify).filter(|kind| *kind != Kind::AnyKey);
        self.text_under = kind.map(|kind| (kind, indent));
    }

    /// `chpasswd <<EOF`, and cloud-init's list under `chpasswd:`.
    fn read_logins(&mut self, line: &Line<'_>, indent: usize, trimmed: &str, found: &mut Found<'_>) {
        let is_over = match &self.logins {
            Some(Logins::Until(end)) => trimmed == end,
            Some(Logins::Under(outer)) => !trimmed.is_empty() && indent <= *outer,
            None => false,
        };
        if is_over {
            self.logins = None;
        } else if self.logins.is_some() {
            if let Some((user, password)) = trimmed.split_once(':')
                && !user.contains(char::is_whitespace)
                && !stand_in::is_placeholder(password)
                && !matches!(password, "R" | "RANDOM")
            {
                let end = line.span.start + indent + trimmed.len();
                found.sure(end - password.len()..end, "A password");
            }
            return;
        }
        if line.has("chpasswd") {
            self.since_chpasswd = Some(0);
            if let Some((_, end)) = trimmed.split_once("<<").filter(|(_, end)| !end.starts_with('<')) {
                let end = end.trim_start_matches('-').split_whitespace().next().unwrap_or("");
                self.logins = Some(Logins::Until(end.trim_matches(['"', '\'']).to_owned()));
            }
        } else if let Some(lines) = self.since_chpasswd {
            self.since_chpasswd = (lines < MAX_LINES_BETWEEN).then_some(lines + 1);
            if trimmed.starts_with("list:") && trimmed.ends_with(['|', '>', '-']) {
                self.logins = Some(Logins::Under(indent));
            }
        }
    }

    /// `name: DB_PASSWORD`, and `value: x` beside it or under it; `- --password`, and the next entry of the list.
    fn read_named(&mut self, line: &Line<'_>, trimmed: &str, found: &mut Found<'_>) {
        if let Some((kind, left)) = self.named.take() {
            let value = if left == 0 { list_entry(line) } else { value_of(line, VALUES, line.span.start) };
            match value {
                Some(value) => return keep(line, kind, value, found),
                None if left > 1 && !trimmed.contains("valueFrom") => self.named = Some((kind, left - 1)),
                None => {}
            }
        }
        let name = value_of(line, NAMES, line.span.start).or_else(|| block_name(line)).or_else(|| tag_name(line));
        if let Some(name) = name
            && let Some(kind) = key::classify(&line.text[name.clone()]).filter(|kind| *kind != Kind::AnyKey)
        {
            match value_of(line, VALUES, name.end) {
                Some(value) => keep(line, kind, value, found),
                None => self.named = Some((kind, MAX_LINES_BETWEEN)),
            }
        } else if let Some(flag) = list_entry(line).filter(|entry| line.text[entry.clone()].starts_with("--"))
            && let Some(kind) = key::classify(&line.text[flag])
        {
            self.named = Some((kind, 0));
        }
    }
}

const NAMES: &[&str] = &["name", "key", "parameterkey", "variable", "optionname", "property"];
const VALUES: &[&str] = &["value", "parametervalue", "default", "content", "optionvalue", "plaintext"];

fn keep(line: &Line<'_>, kind: Kind, span: Range<usize>, found: &mut Found<'_>) {
    let is_quoted = line.text[..span.start].ends_with(['"', '\'']);
    let candidate = Candidate { value: &line.text[span.clone()], is_quoted, rest: &line.text[span.end..line.span.end] };
    if is_secret(kind, Tie::Colon, &candidate) {
        found.likely(span, kind.what());
    }
}

/// The value of one of these keys, behind `from`.
fn value_of(line: &Line<'_>, keys: &[&str], from: usize) -> Option<Range<usize>> {
    keys.iter().find_map(|key| {
        if !line.has(key) {
            return None;
        }
        line.places(key).filter(|at| *at >= from).take(8).find_map(|at| {
            let rest = &line.text[at + key.len()..line.span.end];
            let marks = rest.bytes().take(24).take_while(|b| b" \t:=\"',\\>".contains(b)).count();
            let tail = rest[..marks].trim_end_matches([' ', '\t']);
            let separator = tail.trim_end_matches(['"', '\'', '\\']);
            let has_separator = rest[..marks].contains([':', '=', ',', '>']);
            let quotes = tail.len() - separator.len();
            let start = at + key.len() + marks - if has_separator { quotes } else { 0 };
            has_separator.then(|| value::read(line.text, start, line.span.end)).flatten().map(|value| value.span)
        })
    })
}

/// `variable "db_password" {`.
fn block_name(line: &Line<'_>) -> Option<Range<usize>> {
    let text = line.str().trim_start();
    let name = text.strip_prefix("variable \"")?;
    let length = name.find('"')?;
    let start = line.span.end - name.len();
    Some(start..start + length)
}

/// `<AdministratorPassword>`, whose value stands in a tag of its own.
fn tag_name(line: &Line<'_>) -> Option<Range<usize>> {
    let text = line.str().trim_start();
    let inner = text.strip_prefix('<')?;
    let length = inner.find('>')?;
    let start = line.span.end - inner.len();
    let rest = inner[length + 1..].trim_start();
    (rest.is_empty() || rest.starts_with('<')).then_some(start..start + length)
}

/// `- x`, or `"x",`: an entry of a list that stands alone on its line.
fn list_entry(line: &Line<'_>) -> Option<Range<usize>> {
    let text = line.str();
    let trimmed = text.trim_start();
    let start = line.span.end - trimmed.len();
    let start = match trimmed.strip_prefix("- ") {
        Some(rest) => line.span.end - rest.trim_start().len(),
        None => trimmed.starts_with(['"', '\'']).then_some(start)?,
    };
    let value = value::read(line.text, start, line.span.end)?;
    let behind = line.text[value.span.end..line.span.end].trim_matches(['"', '\'', ',', ' ', ']']);
    behind.is_empty().then_some(value.span)
}

/// `joe * x *`, a line of pppd's chap-secrets.
fn chap_secret(line: &Line<'_>, trimmed: &str, found: &mut Found<'_>) {
    let words: Vec<&str> = trimmed.split_whitespace().take(5).collect();
    let [_, "*", secret, "*"] = words.as_slice() else { return };
    let bare = secret.trim_matches('"');
    if looks::is_odd(bare) {
        let start = line.span.start + (bare.as_ptr() as usize - line.str().as_ptr() as usize);
        found.likely(start..start + bare.len(), "A password");
    }
}

/// `db.example.org:5432:shop:app:x`, a line of PostgreSQL's own file.
fn pgpass(line: &Line<'_>, trimmed: &str, found: &mut Found<'_>) {
    let parts: Vec<&str> = trimmed.splitn(6, ':').collect();
    let [_, port, _, user, password] = parts.as_slice() else { return };
    let is_port = *port == "*" || (4..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    let is_line = is_port && !trimmed.contains([' ', '"', '/']) && !user.is_empty() && !password.is_empty();
    if is_line && !stand_in::is_placeholder(password) {
        let end = line.span.start + line.str().trim_end().len();
        found.sure(end - password.len()..end, "A password");
    }
}
