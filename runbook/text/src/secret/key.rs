//! Keys: the names that passwords, tokens and keys go by, in any file and on any command line. Looks at the name alone.

use super::trigger;

/// What a key promises of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A password may be any word.
    Password,
    /// A password's name that means other things, too: `pwd`, `pass`, `pw`.
    ShortPassword,
    /// Digits.
    Pin,
    /// A token or key; the same word names objects that hold one.
    Token,
    /// A key of any kind: only what is random is one.
    AnyKey,
}

impl Kind {
    /// What it is, to begin a sentence with.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Password | Self::ShortPassword => "A password",
            Self::Pin => "A PIN",
            Self::Token | Self::AnyKey => "A secret",
        }
    }

    /// Whether it is a password's.
    pub(super) fn is_password(self) -> bool {
        matches!(self, Self::Password | Self::ShortPassword)
    }
}

/// Longest key that is read, in bytes.
pub(super) const MAX_KEY_BYTES: usize = 96;

const PASSWORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "kennwort",
    "passcode",
    "psk",
    "passwrd",
    "pswd",
    "psw",
    "motdepasse",
    "contrasena",
    "senha",
    "wachtwoord",
    "passw",
    "pword",
    "passkey",
];
const SHORT_PASSWORDS: &[&str] = &["pwd", "pass", "pw"];
const PASSWORD_ENDS: &[&str] = &["password", "passwd", "passphrase", "passwort", "pwd", "psk", "passw"];
const TOKENS: &[&str] = &[
    "token",
    "secret",
    "jwt",
    "bearer",
    "credential",
    "credentials",
    "creds",
    "cred",
    "auth",
    "otp",
    "totp",
    "seed",
    "mnemonic",
    "signature",
    "sig",
    "webhook",
    "pat",
    "dsn",
    "licence",
    "hmac",
    "usm",
];
const TOKEN_ENDS: &[&str] = &[
    "token",
    "secret",
    "apikey",
    "secretkey",
    "accesskey",
    "authkey",
    "privatekey",
    "privkey",
    "licensekey",
    "signingkey",
    "masterkey",
    "encryptionkey",
    "sharedkey",
    "accountkey",
    "appkey",
    "presharedkey",
    "sessionkey",
    "cookiesecret",
];
/// Words that make a key's name one of a secret: `api_key`.
const KEY_OWNERS: &[&str] = &[
    "api",
    "secret",
    "access",
    "auth",
    "private",
    "priv",
    "signing",
    "sign",
    "encryption",
    "encrypt",
    "master",
    "account",
    "shared",
    "preshared",
    "license",
    "storage",
    "service",
    "client",
    "server",
    "session",
    "app",
    "application",
    "hmac",
    "aes",
    "jwt",
    "unseal",
    "recovery",
    "webhook",
    "deploy",
    "integration",
    "routing",
    "write",
    "read",
    "admin",
    "consumer",
    "subscription",
    "crypt",
    "crypto",
    "cipher",
    "gossip",
    "tls",
    "ssl",
    "ssh",
    "wireguard",
    "wg",
    "setup",
    "enrollment",
    "enroll",
    "registration",
    "join",
    "ingest",
    "hash",
    "instance",
    "network",
    "security",
    "authentication",
    "transport",
    "wifi",
    "wpa",
    "wep",
    "psk",
    "user",
    "certificate",
    "gotify",
];
/// What may stand behind the word and leave it a secret's: `password_prod`.
const NEUTRAL: &[&str] = &[
    "value",
    "plain",
    "plaintext",
    "text",
    "raw",
    "string",
    "b64",
    "base64",
    "encoded",
    "data",
    "old",
    "new",
    "current",
    "confirm",
    "confirmation",
    "again",
    "prod",
    "production",
    "dev",
    "staging",
    "stage",
    "test",
    "live",
    "hash",
    "hashed",
    "main",
    "default",
    "base",
    "sha",
    "md",
    "hex",
];
/// What makes it a rule about secrets, or a count of them.
const RULES: &[&str] = &[
    "min", "max", "require", "required", "requires", "use", "uses", "enable", "enabled", "disable", "disabled",
    "allow", "permit", "prohibit", "without", "no", "has", "is", "show", "forgot", "next", "continue", "count", "num",
    "skip", "public", "total", "empty",
];
const NO_PASSWORD: &[&str] = &[
    "bypass",
    "compass",
    "surpass",
    "trespass",
    "overpass",
    "underpass",
    "encompass",
    "multipass",
    "lowpass",
    "nopass",
];

/// What a key promises, when it is one of a secret.
pub(super) fn classify(key: &str) -> Option<Kind> {
    let key = key.trim_start_matches(['-', '/', '.', '_', '$', '@', ':']);
    if key.is_empty() || key.len() > MAX_KEY_BYTES || !trigger::names_a_secret(key) {
        return None;
    }
    if let Some(kind) = whole(key) {
        return kind;
    }
    let words = words(key);
    if words.iter().any(|word| RULES.contains(&word.as_str())) {
        return None;
    }
    let mut end = words.len();
    while end > 1 && NEUTRAL.contains(&words[end - 1].as_str()) {
        end -= 1;
    }
    let last = words.get(end.checked_sub(1)?)?.as_str();
    let before = end.checked_sub(2).map_or("", |at| words[at].as_str());
    word(last, before, words.len() == 1)
}

fn word(last: &str, before: &str, is_alone: bool) -> Option<Kind> {
    let ends = |list: &[&str]| list.iter().any(|end| last.ends_with(end));
    match last {
        "key" | "keys" if KEY_OWNERS.contains(&before) => Some(Kind::Token),
        "cookie" if before == "erlang" => Some(Kind::Token),
        "key" | "encrypt" => Some(Kind::AnyKey),
        "id" if matches!(before, "secret" | "session") => Some(Kind::AnyKey),
        "phrase" | "word" if matches!(before, "pass" | "pre") => Some(Kind::Password),
        "code" if matches!(before, "pass" | "pin") => Some(Kind::Password),
        "code" if matches!(before, "recovery" | "backup" | "auth" | "access" | "pairing" | "setup") => Some(Kind::Pin),
        "string" | "url" | "uri" if before == "connection" => Some(Kind::AnyKey),
        "pin" => Some(Kind::Pin),
        "session" | "sid" | "sessid" | "sessionid" | "phpsessid" | "jsessionid" => Some(Kind::AnyKey),
        last if NO_PASSWORD.contains(&last) => None,
        last if PASSWORDS.contains(&last) => Some(Kind::Password),
        last if SHORT_PASSWORDS.contains(&last) => Some(if is_alone { Kind::ShortPassword } else { Kind::Password }),
        last if TOKENS.contains(&last) || ends(TOKEN_ENDS) => Some(Kind::Token),
        _ if ends(PASSWORD_ENDS) || ends(&["pass", "pw"]) => Some(Kind::Password),
        _ => None,
    }
}

/// Names that their words alone do not tell.
fn whole(key: &str) -> Option<Option<Kind>> {
    let lower = key.to_ascii_lowercase();
    // Terraform's token for a host, which the rest of the name says: `TF_TOKEN_app_example_org`.
    if lower.starts_with("tf_token_") {
        return Some(Some(Kind::Token));
    }
    // OpenWrt's key of a radio network.
    if lower.starts_with("wireless.") && lower.ends_with(".key") {
        return Some(Some(Kind::Password));
    }
    Some(match lower.as_str() {
        "dockerconfigjson"
        | ".dockerconfigjson"
        | "client-key-data"
        | "key-data"
        | "tls.key"
        | "ca.key"
        | "dockercfg"
        | "rocommunity"
        | "rwcommunity"
        | "community"
        | "aws_access_key_id"
        | "accesskeyid"
        | "access_key_id"
        | "secretid"
        | "secret_id"
        | "salt"
        | "sonar.login"
        | "dsonar.login"
        | "keyfile-data"
        | "x-amz-signature"
        | "x-amz-security-token"
        | "x-goog-signature"
        | "authtoken"
        | "encryptionkey" => Some(Kind::Token),
        "key-string" | "authentication-key" | "message-digest-key" | "requirepass" | "masterauth" | "auth_pass"
        | "rootpw" | "bindpw" | "bindcredentials" | "olcrootpw" | "sshpass" => Some(Kind::Password),
        "cwd" | "oldpwd" | "1password" | "onepassword" | "keepass" | "lastpass" | "proxy_pass" | "fastcgi_pass"
        | "uwsgi_pass" | "grpc_pass" | "scgi_pass" | "csrf" | "sort-key" | "token_type" | "imagepullsecret"
        | "x-csrf-token" | "csrftoken" => None,
        _ => return None,
    })
}

/// The words of a key in small letters: `AWS_SECRET_ACCESS_KEY`, `clientSecret`, `spring.datasource.password2`.
fn words(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    let mut chars = key.chars().peekable();
    while let Some(c) = chars.next() {
        let next_is_small = chars.peek().is_some_and(char::is_ascii_lowercase);
        let is_hump = c.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || (before.is_ascii_uppercase() && next_is_small && word.len() > 1));
        if !c.is_ascii_alphanumeric() || is_hump {
            finish(&mut words, &mut word);
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    finish(&mut words, &mut word);
    words
}

fn finish(words: &mut Vec<String>, word: &mut String) {
    let kept = word.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if kept > 0 {
        word.truncate(kept);
        words.push(std::mem::take(word));
    }
    word.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_names_of_secrets() {
        for (key, kind) in [
            ("password", Some(Kind::Password)),
            ("MYSQL_ROOT_PASSWORD", Some(Kind::Password)),
            ("spring.datasource.password", Some(Kind::Password)),
            ("dbPass", Some(Kind::Password)),
            ("PASSWORD_PROD", Some(Kind::Password)),
            ("pwd", Some(Kind::ShortPassword)),
            ("AWS_SECRET_ACCESS_KEY", Some(Kind::Token)),
            ("clientSecret", Some(Kind::Token)),
            ("APIKey", Some(Kind::Token)),
            ("client-key-data", Some(Kind::Token)),
            ("key", Some(Kind::AnyKey)),
            ("bypass", None),
            ("secretName", None),
            ("token-file", None),
            ("passwordPolicy", None),
            ("prohibit-password", None),
            ("max_tokens", None),
            ("author", None),
            ("proxy_pass", None),
            ("tokenUrl", None),
            ("publicKey", None),
        ] {
            assert_eq!(classify(key), kind, "{key}");
        }
    }
}
