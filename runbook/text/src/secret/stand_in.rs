//! What stands in a secret's place without being one: variables, gaps to be filled, words such as `changeme`, sealed
//! text, names of places where a secret is kept.

use super::{
    looks::{is_crypt_hash, is_random},
    value::look,
};

/// Whether a key beside a password opens nothing: `DB_USER`, `host`.
pub(super) fn is_open_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let last = key.rsplit(['_', '-', '.']).next().unwrap_or(&key);
    OPEN_KEYS.contains(&key.as_str()) || OPEN_KEYS.contains(&last)
}

/// Keys beside passwords whose values open nothing.
const OPEN_KEYS: &[&str] = &[
    "username",
    "user",
    "login",
    "email",
    "url",
    "host",
    "hostname",
    "port",
    "type",
    "name",
    "project",
    "namespace",
    "database",
    "dbname",
    "region",
    "bucket",
    "endpoint",
    "server",
    "issuer",
    "enable",
    "insecure",
    "config",
    "role",
    "policies",
    "ttl",
    "path",
    "description",
];

/// `$X`, `<x>`, `{{ x }}`, `%s`, `!secret x`, `***`, or dots that already mask.
pub(super) fn is_placeholder(value: &str) -> bool {
    let value = look(value).trim_matches(['\'', '"', '(', '[', '*', '`', '\\']);
    let mut chars = value.chars();
    let Some(first) = chars.next() else { return true };
    let second = chars.next();
    if is_crypt_hash(value) {
        return false;
    }
    let is_open = match first {
        '$' => {
            second.is_none_or(|c| c.is_alphabetic() || matches!(c, '_' | '{' | '(' | '<' | '%'))
                || value[1..].bytes().all(|b| b.is_ascii_digit())
        }
        '<' | '{' | '|' | '>' | '•' | '…' => true,
        '%' => second.is_none_or(|c| c.is_ascii_alphabetic() || matches!(c, '(' | '{' | '%')),
        '!' => {
            second.is_some_and(|c| c.is_ascii_lowercase())
                && value[1..].bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
                || value.starts_with("!Ref")
                || value.starts_with("!Sub")
                || value.starts_with("!Get")
        }
        '@' => {
            second.is_some_and(|c| matches!(c, '/' | '.' | '-' | '@') || c.is_ascii_lowercase())
                && !value.bytes().any(|b| b.is_ascii_digit())
        }
        '&' => true,
        '#' => second.is_none_or(char::is_whitespace),
        _ => false,
    };
    let holds = |mark: &str| value.contains(mark);
    let has_angle = value.find('<').is_some_and(|at| value[at..].contains('>'));
    is_open
        || holds("{{")
        || holds("${")
        || holds("$(")
        || holds("••")
        || holds("...")
        || holds("…")
        || holds("MASKED")
        || holds("REDACTED")
        || has_angle
        || value.chars().all(|c| matches!(c, '*' | '.' | 'x' | 'X' | '-' | '_' | '?' | '=' | '#' | '/'))
        || is_reference(value)
}

/// Sealed text, and names of places where a secret is kept: neither tells it.
fn is_reference(value: &str) -> bool {
    const STARTS: &[&str] = &[
        "arn:",
        "op://",
        "vault:",
        "ref+",
        "sops:",
        "secretref:",
        "keyvault:",
        "file:",
        "env:",
        "awssm:",
        "gcpsm:",
        "keyring:",
        "ENC[",
        "ENC(",
        "{cipher}",
        "lookup(",
        "@Microsoft.KeyVault",
        "AQIC",
        "AgA",
        "AgB",
        "AgC",
        "AgD",
        "ssm:",
        "aws:",
        "bws:",
        "pass://",
        "keychain:",
        "doppler://",
        "infisical://",
        "projects/",
        "k8s:",
        "$ANSIBLE_VAULT",
    ];
    // The last ones are sealed data of KMS and of sealed secrets: long, or a short password by chance.
    let is_sealed = |start: &&&str| !(start.starts_with("Ag") || **start == "AQIC") || value.len() > 200;
    STARTS.iter().filter(is_sealed).any(|start| value.starts_with(start))
}

/// `password: password`, `YOUR_PASSWORD`, `null`, `changeme`: stands for a value without being one.
pub(super) fn is_generic(value: &str) -> bool {
    const WORDS: &str = "pass password passwd passphrase pwd pw psk pin secret secrets token tokens key keys apikey null none nil \
        true false yes no on off undefined empty unset default string str bool boolean int integer number bytes \
        byte object text varchar any char uuid required optional sensitive generated stored unknown unchanged \
        hidden removed same above below redacted masked omitted todo tbd n/a na value values prompt ask manual \
        external internal example placeholder changeme change-me change_me changeit replaceme replace-me \
        replace_me fixme vault bitwarden keepass lastpass 1password keychain env environment file files \
        secretref basic bearer negotiate digest ldap oauth oauth2 oidc saml kerberos anonymous service user \
        username enabled disabled enable disable allow deny valid invalid expired expires rotated missing \
        incorrect wrong failed ok sha256 md5 base64 public private";
    let value = look(value).trim_matches(['\'', '"', ' ']);
    let lower = value.to_ascii_lowercase();
    // How an example begins, and how it ends.
    const STARTS: &str = "your example- example_ replace change_ change- changeme insert dummy fake- sample- placeholder \
                          xxx some- some_ the- the_ my-token my-key my-api my-pass";
    let is_shouted =
        value.contains(['_', '-']) && value.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c == '-');
    // `USER@REALM!NAME=SECRET`: capitals that say what is to stand there.
    let names_parts = !value.bytes().any(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && ["TOKEN", "SECRET", "PASS", "KEY", "NAME", "USER", "VALUE"].iter().any(|word| value.contains(word));
    let begins_so = STARTS.split(' ').any(|start| lower.starts_with(start)) && !has_digit(&lower);
    is_shouted
        || names_parts
        || begins_so
        || WORDS.split(' ').any(|word| word == lower.trim_end_matches(['.', '!', '?']))
        || lower.starts_with("your") && !is_random(value)
        || ["-here", "_here", " here"].iter().any(|end| lower.ends_with(end))
}

fn has_digit(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit())
}
