//! Finds plain-text secrets in any text: passwords on command lines, headers, tokens, key files.
//! Placeholders (`$X`, `<x>`, `{{ x }}`) and words of running prose are no secrets. Never prints what it finds.

use std::{ops::Range, sync::LazyLock};

use regex::{Captures, Regex};

/// A secret in a text.
#[derive(Debug)]
pub(crate) struct Secret {
    /// Byte range of the value alone, without quotes.
    pub(crate) span: Range<usize>,
    /// What it is, to begin a sentence with: "A password".
    pub(crate) what: &'static str,
    /// How sure that is.
    pub(crate) certainty: Certainty,
}

/// How sure it is that a value is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// Its place or its shape leaves no doubt.
    Sure,
    /// It stands behind a word such as `password:`.
    Likely,
}

/// Every secret, in order, none overlapping another.
pub(crate) fn find(text: &str) -> Vec<Secret> {
    let mut found = private_key_lines(text);
    found.extend(RULES.iter().flat_map(|rule| rule.find(text)));
    found.sort_by_key(|secret| (secret.span.start, std::cmp::Reverse(secret.span.end)));
    let mut end = 0;
    found.retain(|secret| {
        let is_first = secret.span.start >= end;
        end = end.max(secret.span.end);
        is_first
    });
    found
}

/// One way to know a secret: the pattern's group `v` is the value, quotes included; `k` the key before it.
struct Rule {
    pattern: Regex,
    what: &'static str,
    certainty: Certainty,
    accepts: fn(&Captures<'_>, &str) -> bool,
}

impl Rule {
    fn find<'t>(&self, text: &'t str) -> impl Iterator<Item = Secret> + use<'t, '_> {
        self.pattern.captures_iter(text).filter_map(move |captures| {
            let span = without_quotes(text, captures.name("v")?.range());
            let value = &text[span.clone()];
            let is_secret = !value.is_empty() && !is_placeholder(value) && (self.accepts)(&captures, text);
            is_secret.then_some(Secret { span, what: self.what, certainty: self.certainty })
        })
    }
}

/// A value in quotes, or up to the next blank.
const WORD: &str = r#"(?<v>'[^'\n]*'|"[^"\n]*"|[^[:space:]'"`]+)"#;
/// Words that a password goes by.
const PASSWORD_KEY: &str = r"(?:password|passwd|passphrase|pwd|sshpass)";
/// Words that a token goes by, among many other things.
const TOKEN_KEY: &str =
    r"(?:token|secret|pass|(?:api|secret|access|auth|private|signing)[_-]?key(?:[_-]?id)?|credentials?)";

/// Classes are ASCII throughout: a search for Unicode word edges is several times slower.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    use Certainty::{Likely, Sure};
    let always: fn(&Captures<'_>, &str) -> bool = |_, _| true;
    let rule = |pattern: &str, what, certainty, accepts| Rule {
        pattern: Regex::new(pattern).expect("a pattern of this table compiles, as its tests show"),
        what,
        certainty,
        accepts,
    };
    let key = |key: &str| {
        format!(
            r#"(?i)(?:^|[^[:word:]-])(?<k>-{{0,2}}[[:word:].-]*{key})(?:["'`*_]{{0,3}}[ \t]*(?:=>|[:=])["`*_]{{0,3}}[ \t]*|[ \t]+(?<flag>))[`*]{{0,2}}{WORD}"#
        )
    };
    vec![
        rule(
            &format!(r"(?-u:\b)sshpass[[:space:]]+(?:-[a-zA-Z]+[[:space:]]+)*?-p[[:space:]]*{WORD}"),
            "A password",
            Sure,
            always,
        ),
        rule(
            r#"(?i)(?-u:\b)authorization["']?[[:space:]]*[:=][[:space:]]*["']?(?:bearer|basic|token)[[:space:]]+(?<v>[^[:space:]'"`]+)"#,
            "A login in an Authorization header",
            Sure,
            |captures, _| !is_plain_word(&captures["v"]),
        ),
        rule(
            r#"(?-u:\b)(?:PVE|PBS)APIToken[[:space:]]*[= ][[:space:]]*[^[:space:]'"=:]+![^[:space:]'"=:]+[=:](?<v>[^[:space:]'"`]+)"#,
            "An API token",
            Sure,
            always,
        ),
        rule(
            r#"(?-u:\b)[a-zA-Z][a-zA-Z0-9+.-]*://[^[:space:]/@:'"`<>]*:(?<v>[^[:space:]/@'"`]+)@"#,
            "A password in an address",
            Sure,
            |captures, _| !is_generic(&captures["v"]),
        ),
        rule(
            r#"(?-u:\b)curl(?-u:\b)[^\n]*?[[:space:]](?:-u|--user)[ =]?['"]?[[:word:].@!-]+:(?<v>[^[:space:]'"`]+)"#,
            "A password",
            Sure,
            always,
        ),
        rule(
            r"(?-u:\b)(?<v>gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[[:word:]]{20,}|glpat-[[:word:]-]{16,}|xox[abprs]-[[:word:]-]{10,}|AKIA[0-9A-Z]{16}|hv[sb]\.[[:word:]-]{20,}|eyJ[[:word:]-]{10,}\.eyJ[[:word:]-]{10,}\.[[:word:]-]+)",
            "A token",
            Sure,
            always,
        ),
        rule(&key(PASSWORD_KEY), "A password", Likely, accepts_password),
        rule(&key(TOKEN_KEY), "A secret", Likely, accepts_token),
    ]
});

/// A flag's value may stand behind a blank (`--password x`); a bare word's may not (`password x`).
fn is_flag_or_assignment(captures: &Captures<'_>) -> bool {
    captures.name("flag").is_none() || (captures["k"].starts_with('-') && !captures["v"].starts_with('-'))
}

fn accepts_password(captures: &Captures<'_>, text: &str) -> bool {
    let value = captures.name("v").map_or(0..0, |v| v.range());
    let next = text[value.end..].chars().find(|c| !matches!(c, ' ' | '\t'));
    let continues_in_prose = next.is_some_and(char::is_alphanumeric);
    let word = &text[value];
    let is_prose = continues_in_prose && is_plain_word(word);
    is_flag_or_assignment(captures) && !is_prose && !is_code(word) && !is_generic(word)
}

fn accepts_token(captures: &Captures<'_>, text: &str) -> bool {
    let value = captures["v"].trim_matches(['\'', '"']);
    if captures["k"].starts_with("--") {
        return accepts_password(captures, text) && !looks_like_a_name(value);
    }
    let has = |test: fn(&char) -> bool| value.chars().any(|c| test(&c));
    is_flag_or_assignment(captures)
        && value.len() >= 12
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        && value.chars().all(|c| c.is_ascii_alphanumeric() || "+/=_.~-!".contains(c))
        && !value.starts_with(['/', '.'])
        && !looks_like_a_name(value)
}

/// `minio-credentials-v2`, `apps/db/secret.yaml`: words joined by separators, not random letters.
fn looks_like_a_name(value: &str) -> bool {
    let parts: Vec<&str> = value.split(['-', '_', '.', '/']).filter(|part| !part.is_empty()).collect();
    let is_word = |part: &&str| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.len() <= 14 && letters.chars().all(|c| c.is_ascii_alphabetic())
    };
    parts.len() > 1 && parts.iter().all(is_word)
}

/// The lines of private keys between their first and last line.
fn private_key_lines(text: &str) -> Vec<Secret> {
    const LAST_LINE: &str = "-----END ";
    let mut found = Vec::new();
    let mut is_inside = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let is_edge = line.contains(LAST_LINE) || line.contains("-----BEGIN ");
        let shown = line.trim_matches(|c: char| c.is_whitespace() || c == '>');
        if is_inside && !is_edge && !shown.is_empty() {
            let start = at + (shown.as_ptr() as usize - line.as_ptr() as usize);
            let span = start..start + shown.len();
            found.push(Secret { span, what: "A private key", certainty: Certainty::Sure });
        }
        if is_edge {
            is_inside = line.contains("PRIVATE KEY") && !line.contains(LAST_LINE);
        }
        at += line.len();
    }
    found
}

fn without_quotes(text: &str, span: Range<usize>) -> Range<usize> {
    let value = &text[span.clone()];
    let is_quoted = value.len() >= 2 && value.starts_with(['\'', '"']) && value.ends_with(&value[..1]);
    if is_quoted {
        return span.start + 1..span.end - 1;
    }
    // Prose goes on behind a value: `(password: hunter2),`.
    let kept = value.trim_end_matches([',', ';', ')', ']', '}', '|', '*', '.', '\\']);
    span.start..span.start + kept.len()
}

/// `$X`, `<x>`, `{{ x }}`, `%s`, `!secret x`, `***`, or dots that already mask.
fn is_placeholder(value: &str) -> bool {
    let value = value.trim_matches(['\'', '"', '(', '[', '*', '`']);
    value.is_empty()
        || value.starts_with(['$', '<', '{', '%', '!', '@', '&', '|', '>', '•', '…', '\\'])
        || value.contains("••") && value.chars().all(|c| c == '•')
        || value.chars().all(|c| matches!(c, '*' | '.' | 'x' | 'X' | '-' | '_' | '?'))
        || value.eq_ignore_ascii_case("redacted")
}

/// `password: password`, `YOUR_PASSWORD`, `null`: stands for a value without being one.
fn is_generic(value: &str) -> bool {
    let value = value.trim_matches(['\'', '"']);
    if value.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
        return true;
    }
    let value = value.to_ascii_lowercase();
    value.starts_with("your")
        || matches!(
            value.as_str(),
            "pass"
                | "password"
                | "passwd"
                | "secret"
                | "token"
                | "null"
                | "none"
                | "nil"
                | "true"
                | "false"
                | "string"
                | "str"
        )
}

/// A word as prose has it: `see`, `Stored`.
fn is_plain_word(value: &str) -> bool {
    let mut letters = value.trim_end_matches([',', '.', ':', ';']).chars();
    letters.next().is_some_and(|c| c.is_alphabetic()) && letters.all(|c| c.is_lowercase())
}

/// An expression of a programming language: `os.environ["X"]`, `read()`.
fn is_code(value: &str) -> bool {
    !value.starts_with(['\'', '"']) && value.contains(['(', '[', '{', '<', '$'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|secret| &text[secret.span]).collect()
    }

    #[test]
    fn finds_what_stands_in_plain_text() {
        for (text, secret) in [
            ("sshpass -p 'two words' ssh root@host", "two words"),
            ("sshpass -p hunter2 ssh root@host", "hunter2"),
            ("SSHPASS=hunter2 sshpass -e ssh x", "hunter2"),
            ("tool --password=hunter2 -v", "hunter2"),
            ("tool --password hunter2", "hunter2"),
            ("tool --token=hunter2", "hunter2"),
            ("sshpass -phunter2 ssh x", "hunter2"),
            ("PGPASSWORD=hunter2 psql", "hunter2"),
            ("kubectl create secret generic x --from-literal=password=S3rv1c3P", "S3rv1c3P"),
            ("  password: realpass   # not a placeholder", "realpass"),
            ("- **Password**: `hunter2`", "hunter2"),
            (r#"{"password": "hunter2", "user": "x"}"#, "hunter2"),
            ("curl -H 'Authorization: Bearer abc123def' https://x", "abc123def"),
            ("curl -u admin:hunter2 https://x", "hunter2"),
            ("Authorization: PVEAPIToken=root@pam!ro=1234-5678", "1234-5678"),
            ("PBSAPIToken root@pbs!ro:1234-5678", "1234-5678"),
            ("rtsp://admin:hunter2@10.0.0.9/stream", "hunter2"),
            ("K3S_TOKEN=K10a8f7e6d5c4b3a291807f", "K10a8f7e6d5c4b3a291807f"),
            ("export T=ghp_0123456789abcdefghijABCDEFGHIJ", "ghp_0123456789abcdefghijABCDEFGHIJ"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----\nplain", "MIIabc"),
        ] {
            assert_eq!(values(text), [secret], "{text}");
        }
    }

    #[test]
    fn leaves_placeholders_and_prose_alone() {
        for text in [
            "sshpass -p \"$PASS\" ssh x",
            "sshpass -p <password> ssh x",
            "--docker-password=<token>",
            "password: {{ .Values.password }}",
            "  password: !secret wifi_password",
            "Password: see the vault",
            "The password is stored in the vault",
            "--password-stdin",
            "X --token=$TOKEN",
            "sshpass -p '********' ssh x",
            "tool --secret=minio-credentials",
            "Authorization: Bearer $TOKEN",
            "Authorization: Bearer <k8s-token>",
            "rtsp://{USER}:{PASS}@CAMERA_IP:554/x",
            "rtsp://USER:PASSWORD@CAMERA_IP:554/x",
            "(Secret: `cloudflare-tunnel-secret`)",
            "secret: minio-credentials-v2",
            "kubectl get secret x -o jsonpath='{.data.password}' | base64 -d",
            "token = stdout.read().decode().strip()",
            "password = os.environ[\"X\"]",
            "https://host:8006/path@x",
            "PASSWORD=YOUR_PASSWORD",
        ] {
            assert!(values(text).is_empty(), "{text}: {:?}", values(text));
        }
    }
}
