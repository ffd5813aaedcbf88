//! Secrets that a sentence tells: "the password is x", "token: x", "log in as admin / x", `login y password x`,
//! `IDENTIFIED BY 'x'`, and directives of configuration files that take a value behind a blank.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    Found, Line,
    judge::{Tie, is_secret},
    key::{self, Kind},
    looks,
    pair::candidate,
    stand_in,
    value::{self, Value},
};

static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    let words = |of: fn(&str) -> bool| {
        SECRET_WORDS.iter().map(|(word, _)| *word).filter(|word| of(word)).collect::<Vec<_>>().join("|")
    };
    // The edge of a word is one of ASCII letters here: other alphabets go without, in both cases.
    let (ascii, other) = (words(str::is_ascii), words(|word| !word.is_ascii()));
    Regex::new(&format!("(?i-u:\\b(?:{ascii}))|(?i:{other})")).expect("a pattern of plain words compiles")
});

/// Words that are looked at behind one that means a secret.
const MAX_WORDS: usize = 7;
/// Words that mean a secret, the longer ones first.
const SECRET_WORDS: &[(&str, Kind)] = &[
    ("password", Kind::Password),
    ("passwd", Kind::Password),
    ("passwort", Kind::Password),
    ("kennwort", Kind::Password),
    ("passphrase", Kind::Password),
    ("passcode", Kind::Password),
    ("mot de passe", Kind::Password),
    ("contraseña", Kind::Password),
    ("contrasena", Kind::Password),
    ("clave", Kind::Password),
    ("palavra-passe", Kind::Password),
    ("palavra passe", Kind::Password),
    ("senha", Kind::Password),
    ("parola", Kind::Password),
    ("wachtwoord", Kind::Password),
    ("hasło", Kind::Password),
    ("haslo", Kind::Password),
    ("heslo", Kind::Password),
    ("пароль", Kind::Password),
    ("psk", Kind::Password),
    ("pwd", Kind::Password),
    ("pw", Kind::Password),
    ("pin", Kind::Pin),
    ("token", Kind::Token),
    ("api key", Kind::Token),
    ("api-key", Kind::Token),
    ("apikey", Kind::Token),
    ("access key", Kind::Token),
    ("secret key", Kind::Token),
    ("license key", Kind::Token),
    ("unseal key", Kind::Token),
    ("secret", Kind::Token),
    ("credential", Kind::Password),
    ("login", Kind::Password),
];
/// Words between the secret's name and itself.
const LINKS: &[&str] = &[
    "is", "was", "to", "be", "as", "=", ":", "->", "→", "ist", "lautet", "=>", "now", "equals", "with", "by", "est",
    "es", "é", "è", "sono", "jest", "je", "это", "—",
];
/// Users of whom a table's row without a head may tell the password.
const USERS: &[&str] = &[
    "root",
    "admin",
    "administrator",
    "Administrator",
    "postgres",
    "ubuntu",
    "debian",
    "pi",
    "user",
    "guest",
    "operator",
    "sa",
    "elastic",
    "grafana",
    "ops",
    "backup",
];
/// Directives that take a secret as their next word, whatever it looks like.
const DIRECTIVES: &[&str] = &[
    "requirepass",
    "masterauth",
    "auth_pass",
    "rootpw",
    "bindpw",
    "remote_password",
    "rocommunity",
    "rwcommunity",
    "auth-pass",
    "ldap_bind_password",
    "snmp_community",
    "ha_password",
    "admin_password",
    "userpassword",
    "tls_key_password",
    "accesscode",
];

pub(super) fn read(line: &Line<'_>, found: &mut Found<'_>) {
    for at in WORDS.find_iter(line.str()) {
        let word = at.as_str().to_lowercase();
        if let Some((word, kind)) = SECRET_WORDS.iter().copied().find(|(known, _)| *known == word) {
            behind(line, line.span.start + at.end(), word, kind, found);
        }
    }
    directive(line, found);
    if line.has("send ") {
        sent(line, found);
    }
    if line.has("identified") {
        line.places("identified").for_each(|at| identified(line, at, found));
    }
    if [
        "login",
        "log in",
        "credential",
        "creds",
        "sign in",
        "username",
        "user",
        "account",
        "anmeld",
        "root",
        "admin",
        " auth ",
    ]
    .iter()
    .any(|word| line.has(word))
    {
        logins(line, line.span.clone(), found);
    }
}

/// The words behind `from` with their places, blanks and marks apart.
fn words<'l>(line: &'l Line<'_>, from: usize) -> impl Iterator<Item = Range<usize>> + 'l {
    let mut at = from;
    std::iter::from_fn(move || {
        let rest = &line.text[at..line.span.end];
        let skipped = rest.len() - rest.trim_start_matches([' ', '\t', '*']).len();
        let start = at + skipped;
        let rest = value::look(&line.text[start..line.span.end]);
        let end = start + rest.find([' ', '\t']).unwrap_or(rest.len());
        at = end;
        (start < end).then_some(start..end)
    })
}

/// What stands behind a word that means a secret.
fn behind(line: &Line<'_>, from: usize, word: &str, kind: Kind, found: &mut Found<'_>) {
    let rest = &line.text[from..line.span.end];
    // `passwords`, `password-file`, `token_url`: another word.
    let next = rest.chars().next();
    if next.is_none_or(|c| {
        c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '=' | '@') && !rest.starts_with(". ")
    }) && !rest.starts_with("s:")
    {
        return;
    }
    // One word of several, such as an ARN's.
    if rest.starts_with(':') && line.text[line.span.start..from - word.len()].ends_with(':') {
        return;
    }
    // `${PWD}`, `$TOKEN`: a variable.
    if line.text[line.span.start..from - word.len()].ends_with(['$', '{']) {
        return;
    }
    let is_shouted = line.text[from - word.len()..from].bytes().all(|b| b.is_ascii_uppercase());
    let mut is_linked = false;
    for (count, span) in words(line, from).take(MAX_WORDS).enumerate() {
        let text = &line.text[span.clone()];
        let marks = text.len() - text.trim_start_matches([':', '=']).len();
        if marks > 0 && marks < text.len() {
            is_linked = true;
        }
        let span = span.start + marks..span.end;
        let is_call = count == 0 && (text.starts_with("('") || text.starts_with("(\""));
        let span = span.start + usize::from(is_call)..span.end;
        let text = &line.text[span.clone()];
        let bare = text.trim_matches(['`', '"', '\'', ',', '(', ')']).to_ascii_lowercase();
        // `password 7 x`: the kind of what follows.
        let is_kind = bare.len() == 1 && bare.bytes().all(|b| b.is_ascii_digit());
        if is_kind || LINKS.contains(&bare.as_str()) || text.chars().all(|c| matches!(c, ':' | '=' | '-' | '–')) {
            is_linked = true;
            continue;
        }
        if let Some(value) = value::read(line.text, span.start, line.span.end).filter(|_| is_linked || count == 0) {
            let is_odd = is_told(line, &value, kind, is_linked, is_shouted && count == 0);
            if is_odd && (word != "login" || is_linked) {
                found.likely(value.span, kind.what());
                return;
            }
        }
        if text.ends_with(['.', ';', '!', '?']) || text.starts_with('|') {
            return;
        }
        is_linked = text.ends_with([':', '=']);
    }
}

/// Whether a word that a sentence puts in a secret's place is one.
fn is_told(line: &Line<'_>, value: &Value, kind: Kind, is_linked: bool, is_shouted: bool) -> bool {
    let candidate = candidate(line, value);
    let text = candidate.value;
    let in_sql = is_shouted && line.text[..value.span.start].ends_with(['\'', '"']);
    let tie = if in_sql { Tie::Colon } else { Tie::Prose };
    match kind {
        Kind::Token if is_linked => {
            looks::is_odd(text)
                && text.len() >= 8
                && !stand_in::is_placeholder(text)
                && !stand_in::is_generic(text)
                && !looks::is_uuid_of_object(line.str(), text)
        }
        // In quotes or backticks even a plain word is given as it is.
        kind if kind.is_password() && is_linked && value.is_quoted => {
            let is_word =
                text.len() >= 5 && !text.contains(char::is_whitespace) && text.bytes().all(|b| b.is_ascii_graphic());
            is_word
                && !looks::is_name(text)
                && !text.contains(['/', '.', '$', '-'])
                && is_secret(kind, Tie::Colon, &candidate)
                || is_secret(kind, tie, &candidate)
        }
        Kind::Pin => is_linked && is_secret(kind, tie, &candidate),
        kind => is_secret(kind, tie, &candidate) && !text.starts_with('-'),
    }
}

/// `requirepass x`, `password x` at the beginning of a line, `machine h login y password x`.
fn directive(line: &Line<'_>, found: &mut Found<'_>) {
    let mut before: Option<Range<usize>> = None;
    let mut has_login = false;
    let first = words(line, line.span.start).next().map_or("", |word| &line.text[word]).to_ascii_lowercase();
    for (count, span) in words(line, line.span.start).take(24).enumerate() {
        let text = &line.text[span.clone()];
        // `password 7 0822…`: the first is the kind of the second.
        if text.len() == 1 && text.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        let name = before.clone().map_or("", |before| &line.text[before]);
        has_login |= ["login", "user", "username"].iter().any(|word| name.eq_ignore_ascii_case(word));
        let is_setting = count == 2 && matches!(first.as_str(), "option" | "set");
        let is_option = is_setting && (text.starts_with(['\'', '"']) || looks::is_odd(text));
        let opens = count == 1 && line.str().trim_start().starts_with(name);
        if let Some((kind, tie)) = directive_kind(name, is_option, has_login, opens) {
            directive_value(line, span.start, kind, tie, found);
        }
        before = Some(span);
    }
}

/// What a directive's name promises of the word behind it.
fn directive_kind(name: &str, is_option: bool, has_login: bool, opens: bool) -> Option<(Kind, Tie)> {
    let lower = name.to_ascii_lowercase();
    let is_login = has_login && matches!(lower.as_str(), "password" | "passwd" | "secret");
    let kind = key::classify(name).filter(|_| !name.starts_with('-'))?;
    if is_option {
        return Some((Kind::Password, Tie::Flag));
    }
    if is_login || DIRECTIVES.contains(&lower.as_str()) {
        return Some((kind, Tie::Flag));
    }
    // `MqttPassword x`: no sentence has such a word.
    let is_key = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let has_hump = name.bytes().skip(1).any(|b| b.is_ascii_uppercase()) && name.bytes().any(|b| b.is_ascii_lowercase());
    let is_compound = is_key && (name.contains(['_', '-']) || has_hump);
    ((opens || is_compound) && kind.is_password()).then_some((kind, Tie::Prose))
}

fn directive_value(line: &Line<'_>, start: usize, kind: Kind, tie: Tie, found: &mut Found<'_>) {
    let Some(value) = value::read(line.text, start, line.span.end) else { return };
    let candidate = candidate(line, &value);
    let is_last = line.text[value.span.end..line.span.end].trim_matches(['"', '\'', ' ', ';']).is_empty();
    let may_be_one = (is_last || looks::is_odd(candidate.value)) && !candidate.value.starts_with('-');
    if may_be_one && is_secret(kind, tie, &candidate) {
        found.likely(value.span, kind.what());
    }
}

/// `send "x\r"`, as expect answers a question for a password.
fn sent(line: &Line<'_>, found: &mut Found<'_>) {
    for at in line.places("send ") {
        let start = at + "send ".len();
        let Some(value) = value::read(line.text, start, line.span.end).filter(|value| value.is_quoted) else {
            continue;
        };
        let whole = &line.text[value.span.clone()];
        let text = whole.trim_end_matches("\\n").trim_end_matches("\\r");
        let ends = whole.ends_with("\\r") || whole.ends_with("\\n");
        if ends && looks::is_odd(text) && !stand_in::is_placeholder(text) {
            found.likely(value.span.start..value.span.start + text.len(), "A password");
        }
    }
}

/// `IDENTIFIED BY 'x'`, `IDENTIFIED WITH plugin BY 'x'`.
fn identified(line: &Line<'_>, at: usize, found: &mut Found<'_>) {
    let mut is_by = false;
    for span in words(line, at).take(8) {
        let text = &line.text[span.clone()];
        if is_by && !text.eq_ignore_ascii_case("password") && !text.eq_ignore_ascii_case("values") {
            let value = value::read(line.text, span.start, line.span.end);
            let is_one = |value: &Value| {
                let text = &line.text[value.span.clone()];
                !stand_in::is_placeholder(text)
                    && !stand_in::is_generic(text)
                    && (value.is_quoted || looks::is_odd(text))
            };
            value.filter(is_one).into_iter().for_each(|value| found.sure(value.span, "A password"));
            return;
        }
        is_by |= text.eq_ignore_ascii_case("by");
    }
}

/// `admin / x`, `admin:x`, `admin/x`: a user and what opens the door, where the line speaks of logins.
pub(super) fn logins(line: &Line<'_>, span: Range<usize>, found: &mut Found<'_>) {
    let mut before: [Option<Range<usize>>; 2] = [None, None];
    for word in words(line, span.start).take(200).take_while(|word| word.end <= span.end) {
        let text = &line.text[word.clone()];
        let bare = text.trim_matches(['`', '"', '\'', ',', '(', ')', '*', '.', '|']);
        let start = word.start + (bare.as_ptr() as usize - text.as_ptr() as usize);
        if let [Some(user), Some(bar)] = &before
            && &line.text[bar.clone()] == "|"
            && USERS.contains(&line.text[user.clone()].trim_matches(['`', '*']))
            && is_strong(bare)
        {
            found.likely(start..start + bare.len(), "A password");
        }
        if let [Some(user), Some(slash)] = &before
            && matches!(&line.text[slash.clone()], "/" | ":")
            && is_user(line.text[user.clone()].trim_matches(['`', '"', '\'', '(', '*']))
            && is_key_to_a_door(bare)
        {
            found.likely(start..start + bare.len(), "A password");
        }
        if let Some((user, password)) = bare.split_once(['/', ':'])
            && is_user(user)
            && is_key_to_a_door(password)
            && !password.contains('/')
        {
            found.likely(start + bare.len() - password.len()..start + bare.len(), "A password");
        }
        before = [before[1].take(), Some(word)];
    }
}

/// Letters of both cases, digits and a mark, as no figure, path or version of a table is written.
fn is_strong(word: &str) -> bool {
    let has = |of: fn(&u8) -> bool| word.as_bytes().iter().any(of);
    is_key_to_a_door(word)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(|b| b"!#$%^&*+=~?@".contains(b))
        && !word.contains(['/', '=', '.'])
}

fn is_user(name: &str) -> bool {
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-@".contains(&b));
    // `apps/v1`, `talos.dev/v1`: groups of an API.
    let is_group = name.contains('.') && !name.contains('@') || name == "apps";
    is_name && !is_group && name.bytes().any(|b| b.is_ascii_lowercase()) && name.len() <= 64 && !name.contains("http")
}

fn is_key_to_a_door(word: &str) -> bool {
    let is_image = word.contains(':')
        || word.contains('.') && word.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    // Capitals alone make it a reason or a kind: `ImagePullBackOff`.
    let is_marked = word.bytes().any(|b| b.is_ascii_digit() || b"!#$%^&*+=~?@".contains(&b));
    looks::is_odd(word)
        && is_marked
        && !stand_in::is_placeholder(word)
        && !stand_in::is_generic(word)
        && !is_image
        && word.len() >= 6
}
