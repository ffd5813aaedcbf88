//! What a value looks like: a word, a name, a path, an expression, a measure, or something that no dictionary holds.

use super::value::look;

/// `$6$…`, `$2y$…`, `$argon2id$…`: what can be guessed at is as good as the password.
pub(super) fn is_crypt_hash(value: &str) -> bool {
    const KINDS: &[&str] = &[
        "1",
        "2a",
        "2b",
        "2y",
        "5",
        "6",
        "7",
        "y",
        "gy",
        "apr1",
        "argon2id",
        "argon2i",
        "argon2d",
        "scrypt",
        "pbkdf2-sha256",
        "pbkdf2-sha512",
    ];
    let Some(inner) = value.strip_prefix('$') else { return false };
    let Some(end) = inner.bytes().take(16).position(|b| b == b'$') else { return false };
    let (kind, rest) = (&inner[..end], look(&inner[end + 1..]));
    KINDS.contains(&kind) && rest.len() >= 8 && !rest.starts_with('(') && !rest.contains("${")
}

/// A word as prose has it: `see`, `Stored`, `don't`.
pub(super) fn is_plain_word(value: &str) -> bool {
    let word = value.trim_end_matches([',', '.', ':', ';', '!', '?', ')']);
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.all(|c| c.is_lowercase() || c == '-')
}

/// An expression of a programming language: `os.environ["X"]`, `read()`, `var.password`, `Read-Host`.
pub(super) fn is_code(value: &str) -> bool {
    let value = look(value);
    let name = value.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_.:".contains(b)).count();
    let is_macro = name > 0 && matches!(value.as_bytes().get(name..name + 2), Some([b'!', b'(' | b'[' | b'{']));
    let is_call = name > 0 && matches!(value.as_bytes().get(name), Some(b'(' | b'[' | b'{'));
    is_call || is_macro || is_field(value) || is_cmdlet(value) || value.starts_with(['(', '[', '{'])
}

/// `config.password`, `.Values.x`, `process.env.X`: names joined by dots.
fn is_field(value: &str) -> bool {
    let is_name = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    value.contains('.') && value.trim_start_matches('.').split('.').all(|part| !part.is_empty() && is_name(part))
}

fn is_cmdlet(value: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.len() > 2
            && part.bytes().all(|b| b.is_ascii_alphabetic())
    };
    const VERBS: &[&str] = &["Read", "Get", "New", "ConvertTo", "ConvertFrom", "Import"];
    value.split_once('-').is_some_and(|(verb, noun)| VERBS.contains(&verb) && is_part(noun))
}

/// `/srv/work`, `./x`, `~/.pgpass`, `C:\keys`.
pub(super) fn is_path(value: &str) -> bool {
    let value = look(value);
    let is_windows = matches!(value.as_bytes(), [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    let is_unix = ["./", "../", "~/"].iter().any(|start| value.starts_with(start))
        || value.starts_with('/') && !value.contains(['+', '=']) && !value.split('/').any(is_random);
    is_windows || is_unix || is_file(value)
}

/// `apps/db/values.yaml`: folders, and a file with an ending.
fn is_file(value: &str) -> bool {
    let Some((folders, name)) = value.rsplit_once('/') else { return false };
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./".contains(&b);
    (2..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_lowercase()) && folders.bytes().all(is_plain)
}

/// An address without a login.
pub(super) fn is_address(value: &str) -> bool {
    let value = look(value);
    let is_url = value
        .find("://")
        .is_some_and(|at| at > 0 && value[..at].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+'));
    is_url
        || is_ip(value)
        || value.contains(".svc")
        || value.contains("@")
            && value.rsplit('@').next().is_some_and(|host| host.contains('.') && is_field(host))
            && value.matches('@').count() == 1
            && value.split('@').next().is_some_and(|user| is_field(&[user, ".x"].concat()))
}

fn is_ip(value: &str) -> bool {
    let host = value.split([':', '/']).next().unwrap_or(value);
    host.split('.').count() == 4 && host.split('.').all(|part| part.parse::<u8>().is_ok())
}

/// `minio-credentials-v2`, `apps/db/secret.yaml`: words joined by separators, not random letters.
pub(super) fn is_name(value: &str) -> bool {
    let parts: Vec<&str> = look(value).split(['-', '_', '.', '/', ':', '@']).filter(|part| !part.is_empty()).collect();
    let is_word = |part: &&str| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = part.len() - letters.len();
        letters.len() <= 14
            && digits <= 4
            && letters.bytes().all(|b| b.is_ascii_alphabetic())
            && (switches(letters) <= 3)
    };
    // `k3s`, `x509`, `ed25519` stand among words.
    let is_short = |part: &&str| {
        part.len() <= 4
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            && part.starts_with(|c: char| c.is_ascii_lowercase())
    };
    let has_word = parts.iter().any(|part| part.len() >= 4 && part.bytes().all(|b| b.is_ascii_lowercase()));
    parts.len() > 1
        && (parts.iter().all(is_word) || has_word && parts.iter().all(|part| is_word(part) || is_short(part)))
}

/// How often letters change between capitals and small ones.
fn switches(value: &str) -> usize {
    let letters: Vec<bool> = value.bytes().filter(u8::is_ascii_alphabetic).map(|b| b.is_ascii_uppercase()).collect();
    letters.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// What no dictionary holds: a key, a token, sixteen characters or more.
pub(super) fn is_random(value: &str) -> bool {
    let value = look(value);
    let is_body = |b: u8| b.is_ascii_alphanumeric() || b"+/=_-.~".contains(&b);
    if value.len() < 16 || !value.bytes().all(is_body) || is_name(value) {
        return false;
    }
    if is_generated_name(value) {
        return false;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters == 0 {
        return false;
    }
    let is_mixed = digits > 0 && letters > 0;
    (is_mixed && has_variety(value)) || (switches(value) >= 5 && has_variety(value))
}

/// `default-token-x7f9k`, `web-7d9f8b6c5d-x2x9z`: a name, and letters that a cluster made up behind it.
fn is_generated_name(value: &str) -> bool {
    let is_small = !value.bytes().any(|b| b.is_ascii_uppercase() || b"_+/=~".contains(&b));
    let first = value.split(['-', '.']).next().unwrap_or("");
    is_small
        && value.contains(['-', '.'])
        && first.len() >= 2
        && first.bytes().all(|b| b.is_ascii_lowercase())
        && !is_uuid(value)
}

/// At least three bits for each character, as far as so short a text can tell.
fn has_variety(value: &str) -> bool {
    let mut seen = [false; 256];
    value.bytes().for_each(|b| seen[usize::from(b)] = true);
    seen.iter().filter(|seen| **seen).count() >= 8
}

/// `hunter2`, `S3cr3t!`, `dXNlcjpwYXNz`: a word that is none, in a place where most words are.
pub(super) fn is_odd(value: &str) -> bool {
    let value = look(value);
    if value.len() < 5 || value.len() > 512 || value.contains(char::is_whitespace) || is_plain_word(value) {
        return false;
    }
    let has = |test: fn(&u8) -> bool| value.bytes().any(|b| test(&b));
    let has_letter = has(u8::is_ascii_alphabetic);
    let has_mark = value.bytes().any(|b| b"!#$%^&*+=~?@".contains(&b));
    let is_mixed = has_letter && (has(u8::is_ascii_digit) || has_mark || switches(value) >= 3 && !is_camel(value));
    is_mixed
        && !is_name(value)
        && !is_path(value)
        && !is_address(value)
        && !is_code(value)
        && !is_measure(value)
        && !is_api_version(value)
        && !value.ends_with(['/', ':', '('])
        && !value.contains("::")
}

/// `TokenParser`, `ImagePullBackOff`: words, each with a capital.
fn is_camel(value: &str) -> bool {
    let humps = value.split(|c: char| c.is_ascii_uppercase()).skip(1);
    value.bytes().all(|b| b.is_ascii_alphabetic()) && humps.into_iter().all(|hump| hump.len() >= 2)
}

/// `v1`, `v1beta1`, `v2alpha`: versions of an API.
fn is_api_version(value: &str) -> bool {
    let Some(rest) = value.strip_prefix('v') else { return false };
    let rest = rest.trim_matches(|c: char| c.is_ascii_digit());
    matches!(rest, "" | "alpha" | "beta")
}

/// `v1.31.2`, `30s`, `512Mi`, `sha256:…`, `2026-11-30T02:40:00Z`: what has letters and digits, and is no secret.
pub(super) fn is_measure(value: &str) -> bool {
    let digits =
        value.trim_start_matches(['v', 'V']).bytes().take_while(|b| b.is_ascii_digit() || b".-:T".contains(b)).count();
    let unit = &value.trim_start_matches(['v', 'V'])[digits..];
    let is_unit =
        unit.len() <= 4 && (value.contains('.') || unit.bytes().all(|b| b.is_ascii_alphabetic() || !b.is_ascii()));
    digits > 0 && is_unit && !value.contains(['!', '#', '$', '@', '%'])
        || ["sha256:", "sha512:", "sha1:", "md5:", "sha256-", "sha512-"].iter().any(|start| value.starts_with(start))
        || value.bytes().all(|b| b.is_ascii_digit() || b".,:-/%".contains(&b))
}

/// Eight, four, four, four and twelve hex digits.
pub(super) fn is_uuid(value: &str) -> bool {
    let parts: Vec<&str> = look(value).split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12] && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A UUID that a line names as an object's: `token uid: …`.
pub(super) fn is_uuid_of_object(line: &str, value: &str) -> bool {
    is_uuid(value) && ["uid", "UID", "pod", "Pod"].iter().any(|word| line.contains(word))
}
