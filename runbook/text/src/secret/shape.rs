//! Tokens that their own shape tells, whatever stands beside them: makers' prefixes with the length behind them, tokens
//! of Proxmox, kubeadm and K3s, JSON web tokens, hashes of passwords.

use std::{ops::Range, sync::LazyLock};

use super::{Found, Line, looks, stand_in, value};

/// What stands behind a prefix.
#[derive(Debug, Clone, Copy)]
enum Body {
    /// Letters and digits.
    Alnum,
    /// Those, `_` and `-`.
    Word,
    /// Those and dots, colons, `+`, `/`, `=`, `~`.
    Any,
    /// Hex digits.
    Hex,
    /// Capitals and digits.
    Upper,
}

/// A maker's prefix, what stands behind it, and at least how much of that.
type Prefix = (&'static str, Body, usize);

const PREFIXES: &[Prefix] = &include!("prefixes.in");

static BY_FIRST: LazyLock<[Vec<&'static Prefix>; 128]> = LazyLock::new(|| {
    let mut table = std::array::from_fn(|_| Vec::new());
    for prefix in PREFIXES {
        table[usize::from(prefix.0.as_bytes()[0] & 0x7f)].push(prefix);
    }
    table
});

impl Body {
    fn holds(self, b: u8) -> bool {
        match self {
            Self::Alnum => b.is_ascii_alphanumeric(),
            Self::Word => b.is_ascii_alphanumeric() || b == b'_' || b == b'-',
            Self::Any => b.is_ascii_alphanumeric() || b"_-.:+/=~".contains(&b),
            Self::Hex => b.is_ascii_hexdigit(),
            Self::Upper => b.is_ascii_uppercase() || b.is_ascii_digit(),
        }
    }
}

pub(super) fn read(line: &Line<'_>, found: &mut Found<'_>) {
    let text = line.str();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let is_first = at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        // JSON in a string writes its line breaks as letters: `\nghp_…`.
        let is_escaped = at >= 2 && bytes[at - 2] == b'\\' && matches!(bytes[at - 1], b'n' | b't' | b'r');
        if (is_first || is_escaped)
            && bytes[at].is_ascii()
            && let Some((length, what)) = token(text, at)
        {
            let start = line.span.start + at;
            found.sure(start..start + length, what);
            at += length;
        } else {
            at += 1;
        }
    }
    proxmox(line, found);
    tickets(line, found);
    if text.contains("Q~") {
        azure(line, found);
    }
}

/// The token that begins here: its length and what it is.
fn token(text: &str, at: usize) -> Option<(usize, &'static str)> {
    let rest = text.get(at..)?;
    let first = rest.as_bytes()[0];
    if let Some(length) = hash(rest) {
        return Some((length, "A password's hash"));
    }
    let by_prefix = BY_FIRST[usize::from(first)].iter().find_map(|prefix| with_prefix(rest, prefix));
    let length = by_prefix.or_else(|| match first {
        b'e' => web_token(rest),
        b'0'..=b'9' => bot(rest).or_else(|| kubeadm(text, at)),
        b'a'..=b'z' => kubeadm(text, at),
        b'M' | b'N' | b'O' => chat_bot(rest),
        _ => None,
    })?;
    Some((length, "A token"))
}

fn with_prefix(rest: &str, (prefix, body, least): &Prefix) -> Option<usize> {
    let tail = rest.strip_prefix(prefix)?.as_bytes();
    let length = run(tail, *body);
    let value = &rest[..prefix.len() + length];
    let is_example = value[prefix.len()..].bytes().all(|b| matches!(b, b'x' | b'X' | b'_' | b'-' | b'.' | b'*'));
    // A word of letters alone is a word: `sk-proj-documentation`.
    let letters = *body;
    let body = &value[prefix.len()..];
    let is_words =
        looks::is_name(body) || body.split(['-', '_']).all(|part| part.bytes().all(|b| b.is_ascii_lowercase()));
    (length >= *least && !is_example && (!is_words || prefix.len() > 8 && length >= 32)).then(|| {
        let length = prefix.len() + tail.iter().take_while(|b| letters.holds(**b)).count();
        rest[..length].trim_end_matches(['.', ':', '-']).len()
    })
}

/// Bytes of a token that are looked at; a longer one is kept to its end.
const MAX_LOOK_BYTES: usize = 200;

fn run(bytes: &[u8], body: Body) -> usize {
    bytes.iter().take(MAX_LOOK_BYTES).take_while(|b| body.holds(**b)).count()
}

/// Three parts of Base64, or one long one: JSON that begins with `{"`.
fn web_token(rest: &str) -> Option<usize> {
    let whole = |bytes: &[u8], body: Body| bytes.iter().take_while(|b| body.holds(**b)).count();
    let head = whole(rest.strip_prefix("eyJ")?.as_bytes(), Body::Word) + 3;
    let length = head + whole(&rest.as_bytes()[head..], Body::Any);
    let token = rest[..length].trim_end_matches(['.', ':', '/', '~']);
    let is_signed = token[head.min(token.len())..].starts_with('.') && token.len() > head + 10;
    (is_signed || token.len() >= 40).then_some(token.len())
}

/// Telegram: digits, a colon, 35 letters.
fn bot(rest: &str) -> Option<usize> {
    let digits = run(rest.as_bytes(), Body::Hex);
    let is_number = (8..=11).contains(&digits) && rest[..digits].bytes().all(|b| b.is_ascii_digit());
    let tail = rest[digits..].strip_prefix(':').filter(|_| is_number)?;
    let length = run(tail.as_bytes(), Body::Word);
    (length >= 30 && !looks::is_name(&tail[..length])).then_some(digits + 1 + length)
}

/// Discord: three parts of Base64.
fn chat_bot(rest: &str) -> Option<usize> {
    let head = run(rest.as_bytes(), Body::Word);
    let middle = run(rest[head..].strip_prefix('.')?.as_bytes(), Body::Word);
    let tail = run(rest[head + 1 + middle..].strip_prefix('.')?.as_bytes(), Body::Word);
    ((23..=28).contains(&head) && (5..=7).contains(&middle) && tail >= 27).then_some(head + middle + tail + 2)
}

/// Six letters, a dot, sixteen letters: what joins a node.
fn kubeadm(text: &str, at: usize) -> Option<usize> {
    const LENGTH: usize = 23;
    let is_body = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let token = text.as_bytes().get(at..at + LENGTH)?;
    let is_token = token[..6].iter().all(is_body) && token[6] == b'.' && token[7..].iter().all(is_body);
    let digits = token[7..].iter().filter(|b| b.is_ascii_digit()).count();
    let is_apart = |b: Option<&u8>| !b.is_some_and(|b| b.is_ascii_alphanumeric() || b"_-/.@".contains(b));
    let before = at.checked_sub(1).and_then(|before| text.as_bytes().get(before));
    let after = text.as_bytes().get(at + LENGTH).filter(|b| **b != b'.');
    (is_token && digits >= 2 && is_apart(before) && is_apart(after)).then_some(LENGTH)
}

/// `$6$salt$hash`, `{SSHA}…`, `SCRAM-SHA-256$…`, `pbkdf2_sha256$…`.
fn hash(rest: &str) -> Option<usize> {
    if !rest.starts_with(['$', '{', 'S', 'p']) {
        return None;
    }
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ':' | '|' | '<' | ')' | ';');
    let named = [
        "{SSHA}",
        "{SHA}",
        "{MD5}",
        "{CRYPT}",
        "{SSHA256}",
        "{SSHA512}",
        "{PBKDF2}",
        "{ARGON2}",
        "{BLF-CRYPT}",
        "{SHA512-CRYPT}",
        "SCRAM-SHA-256$",
        "pbkdf2_sha256$",
        "pbkdf2_sha512$",
    ];
    let is_named = named.iter().any(|name| {
        rest.strip_prefix(name).is_some_and(|tail| tail.len() >= 16 && tail.as_bytes()[0].is_ascii_alphanumeric())
    });
    if !rest.starts_with('$') && !is_named {
        return None;
    }
    if rest.starts_with('$') && !looks::is_crypt_hash(rest) {
        return None;
    }
    let rest = value::look(rest);
    let is_scram = rest.starts_with("SCRAM");
    let end = rest.find(|c: char| is_end(c) && !(is_scram && c == ':')).unwrap_or(rest.len());
    let value = rest.get(..end)?.trim_end_matches([',', '.']);
    let is_hash = is_named || looks::is_crypt_hash(value) && value.len() >= 20;
    is_hash.then_some(value.len())
}

/// `USER@REALM!NAME=UUID`, and with a colon for a backup server.
fn proxmox(line: &Line<'_>, found: &mut Found<'_>) {
    let text = line.str();
    for (at, _) in text.match_indices('!') {
        let before = &text[..at];
        let realm =
            before.bytes().rev().take(64).take_while(|b| b.is_ascii_alphanumeric() || b"-_.@".contains(b)).count();
        let has_realm = before[before.len() - realm..].contains('@');
        let name = run(&text.as_bytes()[at + 1..], Body::Word);
        let tail = &text[at + 1 + name..];
        let Some(tail) = tail.strip_prefix(['=', ':']).filter(|_| name > 0) else { continue };
        let start = line.span.start + at + 1 + name + 1;
        let Some(value) = value::read(line.text, start, line.span.end) else { continue };
        let secret = &line.text[value.span.clone()];
        let is_one = looks::is_uuid(secret) || has_realm && tail.len() >= 4 && !looks::is_plain_word(secret);
        if is_one
            && (has_realm || before.contains("APIToken"))
            && !stand_in::is_placeholder(secret)
            && !stand_in::is_generic(secret)
        {
            found.sure(value.span, "An API token");
        }
    }
}

/// `PVE:USER@REALM:HEX::BASE64`: the ticket that a sign-in at Proxmox gives, as its cookie holds it.
fn tickets(line: &Line<'_>, found: &mut Found<'_>) {
    for product in ["PVE:", "PBS:", "PMG:"] {
        for (at, _) in line.str().match_indices(product) {
            let ticket = &line.str().as_bytes()[at..];
            let length = ticket.iter().take_while(|b| b.is_ascii_alphanumeric() || b"_-.:+/=~@!%".contains(b)).count();
            let text = &line.str()[at..at + length];
            let signature = text.find("::").map_or(0, |mark| length - mark - 2);
            if text.contains('@') && signature >= 20 {
                let start = line.span.start + at;
                found.sure(start..start + length, "A ticket of Proxmox");
            }
        }
    }
}

/// Entra ID: three letters, a digit, `Q~`, 31 or more letters.
fn azure(line: &Line<'_>, found: &mut Found<'_>) {
    for (at, _) in line.str().match_indices("Q~") {
        let at = line.span.start + at;
        let is_body = |b: &u8| b.is_ascii_alphanumeric() || b"_-.~".contains(b);
        let before = line.text.as_bytes()[line.span.start..at].iter().rev().take(4).take_while(|b| is_body(b)).count();
        let tail = line.text.as_bytes()[at + 2..line.span.end].iter().take_while(|b| is_body(b)).count();
        if before == 4 && tail >= 31 {
            let span: Range<usize> = at - 4..at + 2 + tail;
            found.sure(span, "A token");
        }
    }
}
