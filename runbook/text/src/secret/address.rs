//! Secrets in addresses: a login before the host, and the random part of a hook's path. Those in a query are pairs.

use std::ops::Range;

use super::{Found, Line, looks, stand_in, value};

/// Addresses within one address that are read.
const MAX_ADDRESSES_INSIDE: usize = 4;

pub(super) fn read(line: &Line<'_>, found: &mut Found<'_>) {
    let (mut end, mut inside) = (0, 0);
    for (at, _) in line.str().match_indices("://") {
        // An address may hold another one, and a hostile line thousands of them.
        inside = if at < end { inside + 1 } else { 0 };
        if inside < MAX_ADDRESSES_INSIDE {
            end = end.max(with_scheme(line, line.span.start + at, found) - line.span.start);
        }
    }
    for (at, _) in line.str().match_indices('@') {
        without_scheme(line, line.span.start + at, found);
    }
}

/// Schemes of programs that send messages: every part of such an address is a name or a token.
const MESSENGERS: &[&str] = &[
    "tgram",
    "telegram",
    "discord",
    "slack",
    "pover",
    "pushover",
    "gotify",
    "gotifys",
    "pbul",
    "pushbullet",
    "ntfys",
    "ntfy",
    "msteams",
    "teams",
    "matrix",
    "matrixs",
    "rocket",
    "rockets",
    "mmost",
    "mmosts",
    "zulip",
    "ifttt",
    "join",
    "opsgenie",
    "pagerduty",
    "mailgun",
];
/// What a path holds in front of a hook's token.
const HOOKS: &[&str] = &[
    "webhook",
    "webhooks",
    "webhookb2",
    "hook",
    "hooks",
    "services",
    "workflows",
    "triggers",
    "push",
    "ping",
    "integration",
    "integrations",
    "key",
    "catch",
    "incoming",
    "alert",
    "heartbeat",
    "heartbeats",
    "telegram",
    "invoke",
];
/// Hosts whose whole path is a hook's.
const HOOK_HOSTS: &[&str] = &[
    "hc-ping.com",
    "hooks.",
    "webhook.site",
    "nosnch.in",
    "cronitor.link",
    "hook.",
    "webhook.",
    "maker.ifttt.com",
    "pushgateway.",
    "uptime.betterstack.com",
    "ntfy.sh",
    "hchk.io",
];

/// The end of the address whose `://` stands here.
fn with_scheme(line: &Line<'_>, at: usize, found: &mut Found<'_>) -> usize {
    let bytes = line.text.as_bytes();
    let is_scheme = |b: &&u8| b.is_ascii_alphanumeric() || b"+.-".contains(b);
    let length = bytes[line.span.start..at].iter().rev().take(24).take_while(is_scheme).count();
    if length == 0 {
        return at;
    }
    let scheme = line.text[at - length..at].to_ascii_lowercase();
    let start = at + 3;
    let rest = value::look(&line.text[start..line.span.end]);
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '>' | '|' | '\\');
    let address = &rest[..rest.find(is_end).unwrap_or(rest.len())];
    let authority = &address[..address.find(['/', '?', '#']).unwrap_or(address.len())];
    if let Some(login) = authority.rfind('@') {
        userinfo(start..start + login, line.text, found);
    }
    let path = start + authority.len()..start + address.len();
    if MESSENGERS.contains(&scheme.as_str()) {
        parts(line.text, start..start + address.len(), found, |part| looks::is_odd(part) || looks::is_random(part));
    } else {
        hook(line.text, authority.rsplit('@').next().unwrap_or(authority), path, found);
    }
    start + address.len()
}

fn userinfo(span: Range<usize>, text: &str, found: &mut Found<'_>) {
    let login = &text[span.clone()];
    match login.split_once(':') {
        Some((user, password)) => {
            let is_open = stand_in::is_placeholder(password)
                || stand_in::is_generic(password)
                || password.contains(['<', '{', '$']);
            let start = span.start + user.len() + 1;
            if !is_open {
                found.sure(start..span.end, "A password in an address");
            }
            let may_be_token = matches!(password, "x-oauth-basic" | "") && looks::is_random(user);
            if may_be_token {
                found.sure(span.start..span.start + user.len(), "A token in an address");
            }
        }
        None if looks::is_random(login) && !stand_in::is_placeholder(login) => {
            found.sure(span, "A token in an address")
        }
        None => {}
    }
}

/// `user:x@tcp(db:3306)/shop`, `domain/user:x@host`.
fn without_scheme(line: &Line<'_>, at: usize, found: &mut Found<'_>) {
    mailbox(line, at, found);
    let before = &line.text[line.span.start..at];
    let is_part = |b: &u8| !b.is_ascii_whitespace() && !b"\"'`<>()[]{}|,;@".contains(b);
    let length = before.bytes().rev().take(128).take_while(is_part).count();
    let word = &before[before.len() - length..];
    let Some((user, password)) = word.split_once(':') else { return };
    let host = &line.text[at + 1..line.span.end];
    let name = host.bytes().take(80).take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b)).count();
    let behind = host[name..].chars().next();
    let is_host = name > 0
        && !host.starts_with("sha256")
        && (host[..name].trim_end_matches('.').contains('.')
            || matches!(behind, Some('/' | '('))
            || matches!(behind, Some(':')) && host[name + 1..].starts_with(|c: char| c.is_ascii_digit()));
    let is_user = !user.is_empty() && user.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-\\/=".contains(&b));
    let is_scheme = matches!(user, "mailto" | "sip" | "sips" | "xmpp" | "acct" | "npm" | "git" | "https" | "http");
    let is_one = looks::is_odd(password) || host[name..].starts_with("(");
    if is_host
        && is_user
        && !is_scheme
        && is_one
        && !password.starts_with("//")
        && !stand_in::is_placeholder(password)
        && !stand_in::is_generic(password)
    {
        found.sure(at - password.len()..at, "A password in an address");
    }
}

/// `relay@example.org:x`, as maps of mail servers have it. What goes to a host and a path is no login.
fn mailbox(line: &Line<'_>, at: usize, found: &mut Found<'_>) {
    let behind = value::look(&line.text[at + 1..line.span.end]);
    let host = behind.bytes().take(128).take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b)).count();
    let Some(password) = behind[host..].strip_prefix(':').filter(|_| behind[..host].contains('.')) else { return };
    let start = at + 1 + host + 1;
    let Some(value) = value::read(line.text, start, start + password.len()) else { return };
    let text = &line.text[value.span.clone()];
    let has = |test: fn(&u8) -> bool| text.bytes().any(|b| test(&b));
    let is_mixed = has(u8::is_ascii_digit) && (has(u8::is_ascii_uppercase) || has(|b| b"!#$%^&*+=~?".contains(b)));
    if is_mixed
        && looks::is_odd(text)
        && !text.contains(['/', '@', ':'])
        && !stand_in::is_placeholder(text)
        && !stand_in::is_generic(text)
    {
        found.likely(value.span, "A password");
    }
}

/// The random parts of a path behind a hook's word.
fn hook(text: &str, host: &str, path: Range<usize>, found: &mut Found<'_>) {
    let is_hook_host =
        HOOK_HOSTS.iter().any(|known| host.starts_with(known) || host.ends_with(known) || host.contains("webhook"));
    let end = text[path.clone()].find(['?', '#']).map_or(path.end, |at| path.start + at);
    let mut is_behind = is_hook_host;
    let mut at = path.start;
    for part in text[path.start..end].split_inclusive('/') {
        let name =
            part.trim_end_matches('/').split('@').next().unwrap_or("").trim_end_matches([')', '.', ',', ']', '*']);
        let has_digit = name.bytes().any(|b| b.is_ascii_digit());
        let is_token = has_digit && (looks::is_random(name) || looks::is_uuid(name));
        if is_behind && is_token && !stand_in::is_placeholder(name) {
            found.likely(at..at + name.len(), "A hook's token in an address");
        }
        if let Some(token) = name.strip_prefix("bot").filter(|token| token.contains(':') && token.len() > 20) {
            found.sure(at + 3..at + 3 + token.len(), "A token in an address");
        }
        is_behind |= HOOKS.contains(&name.to_ascii_lowercase().as_str());
        at += part.len();
    }
}

fn parts(text: &str, span: Range<usize>, found: &mut Found<'_>, is_token: impl Fn(&str) -> bool) {
    let mut at = span.start;
    for part in text[span].split_inclusive(['/', '@', ':', '?', '&', '=']) {
        let name = part.trim_end_matches(['/', '@', ':', '?', '&', '=']).trim_end_matches([')', '.', ',', ']']);
        if is_token(name) && !stand_in::is_placeholder(name) && !stand_in::is_generic(name) {
            found.sure(at..at + name.len(), "A token in an address");
        }
        at += part.len();
    }
}
