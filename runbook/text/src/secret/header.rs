//! Logins in HTTP headers: `Authorization`, `Bearer x`, cookies. Headers that are named for a token are pairs.

use super::{Found, Line, looks, stand_in, value};

const SCHEMES: &[&str] =
    &["bearer", "basic", "token", "apikey", "splunk", "geniekey", "ssws", "negotiate", "digest", "bot"];

pub(super) fn read(line: &Line<'_>, found: &mut Found<'_>) {
    if line.has("authorization") {
        line.places("authorization")
            .chain(line.places("proxy-authorization"))
            .for_each(|at| authorization(line, at, found));
    }
    for scheme in ["bearer", "basic"] {
        if line.has(scheme) {
            line.places(scheme).for_each(|at| scheme_alone(line, at + scheme.len(), scheme, found));
        }
    }
    if line.has("cookie") {
        line.places("cookie").chain(line.places("set-cookie")).for_each(|at| cookies(line, at, found));
    }
}

/// `Authorization: Bearer x`, `Authorization: x`, `"Authorization" => "Basic x"`.
fn authorization(line: &Line<'_>, at: usize, found: &mut Found<'_>) {
    let from = at + "authorization".len();
    let rest = &line.text[from..line.span.end];
    let marks = rest.bytes().take(10).take_while(|b| b" \t:=\"'>,\\(".contains(b)).count();
    if marks == 0 {
        return;
    }
    let from = from + marks;
    let lower = &line.lower()[from - line.span.start..];
    let scheme =
        SCHEMES.iter().find(|scheme| lower.strip_prefix(**scheme).is_some_and(|rest| rest.starts_with([' ', '\t'])));
    let start = from + scheme.map_or(0, |scheme| scheme.len() + 1);
    let start = start + line.text[start..line.span.end].bytes().take_while(|b| *b == b' ').count();
    let Some(value) = value::read(line.text, start, line.span.end) else { return };
    let text = &line.text[value.span.clone()];
    let is_one = match scheme {
        Some(_) => !looks::is_plain_word(text) && !looks::is_code(text),
        None => (looks::is_odd(text) || looks::is_random(text)) && !text.contains(['=', ':']),
    };
    if is_one && !stand_in::is_placeholder(text) && !stand_in::is_generic(text) {
        found.sure(value.span, "A login in an Authorization header");
    }
}

/// `Bearer x` by itself: what no prose holds.
fn scheme_alone(line: &Line<'_>, from: usize, scheme: &str, found: &mut Found<'_>) {
    let rest = &line.text[from..line.span.end];
    let blanks = rest.bytes().take_while(|b| *b == b' ').count();
    if blanks == 0 {
        return;
    }
    let Some(value) = value::read(line.text, from + blanks, line.span.end) else { return };
    let text = &line.text[value.span.clone()];
    let is_base64 = text.len() >= 8 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    let is_one = match scheme {
        "basic" => is_base64 && looks::is_odd(text) && (text.ends_with('=') || text.len() >= 12),
        _ => looks::is_random(text) || looks::is_odd(text) && text.len() >= 8,
    };
    if is_one && !stand_in::is_placeholder(text) && !stand_in::is_generic(text) {
        found.sure(value.span, "A login in an Authorization header");
    }
}

/// `Cookie: a=x; b=y`: whatever they are called, what is random in them opens a session.
fn cookies(line: &Line<'_>, at: usize, found: &mut Found<'_>) {
    let from = at + "cookie".len();
    let rest = &line.text[from..line.span.end];
    let marks = rest.bytes().take(6).take_while(|b| b": \"'=".contains(b)).count();
    if marks == 0 {
        return;
    }
    let rest = value::look(&rest[marks..]);
    let rest = &rest[..rest.find(['"', '\'', '`']).unwrap_or(rest.len())];
    let mut at = from + marks;
    for pair in rest.split_inclusive(';') {
        if let Some((name, text)) = pair.trim_end_matches(';').split_once('=') {
            let text = text.trim();
            let is_setting = ["path", "domain", "max-age", "expires", "samesite"]
                .contains(&name.trim().to_ascii_lowercase().as_str());
            let is_long = text.len() >= 20 && text.bytes().any(|b| b.is_ascii_digit());
            if !is_setting
                && (is_long || looks::is_random(text) || looks::is_odd(text))
                && !stand_in::is_placeholder(text)
            {
                let start = at + (text.as_ptr() as usize - pair.as_ptr() as usize);
                found.likely(start..start + text.len(), "A cookie");
            }
        }
        at += pair.len();
    }
}
