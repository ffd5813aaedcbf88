//! How programs say the things that runbooks name by one phrase. Each family is one expression over a line.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

use crate::verdict::language::Saying;

/// The expression of a family; `None` for those that are judged by more than an expression.
pub(crate) fn expression(saying: Saying) -> Option<&'static Regex> {
    FAMILIES.iter().find(|(family, _)| *family == saying).map(|(_, expression)| &**expression)
}

/// The family whose own phrase these words are, so that a quoted phrase finds its relatives too.
pub(crate) fn of_phrase(words: &str) -> Option<Saying> {
    let words = words.trim().to_lowercase();
    Some(match words.as_str() {
        "timeout" | "timed out" | "timeouts" | "deadline exceeded" => Saying::Timeout,
        "connection refused" | "econnrefused" => Saying::Refused,
        "no such host" | "enotfound" => Saying::NoHost,
        "permission denied" | "eacces" => Saying::Permission,
        "no space left on device" | "no space left" | "enospc" | "disk full" => Saying::NoSpace,
        "out of memory" | "cannot allocate memory" => Saying::Memory,
        "address already in use" | "eaddrinuse" => Saying::InUse,
        "command not found" | "executable file not found" => Saying::NoCommand,
        _ => return None,
    })
}

/// Whether it is about the network: such words stand in the kubelet's own messages about probes and images, too, where
/// they say nothing of the program.
pub(crate) fn is_of_network(saying: Saying) -> bool {
    matches!(saying, Saying::Timeout | Saying::Refused | Saying::NoHost)
}

type Family = (Saying, LazyLock<Regex>);

static FAMILIES: [Family; 10] = [
    (
        Saying::Refused,
        LazyLock::new(|| {
            build(
                r"connections? (?:was |were |is )?refused|\beconnrefused|(?:connection|connect|connecting) (?:to|at|on) [^,;\n]{1,120}? (?:was |is )?(?:actively )?refused|refused (?:the|our|a) connection|connectionrefused",
            )
        }),
    ),
    (
        Saying::NoHost,
        LazyLock::new(|| {
            build(
                r"no such host|\benotfound|eai_again|name or service not known|temporary failure in name resolution|could not (?:resolve|translate) host|cannot resolve|failed to resolve|unable to resolve|unknown ?host|nodename nor servname|name does not resolve|nxdomain|name resolution",
            )
        }),
    ),
    (
        Saying::Permission,
        LazyLock::new(|| {
            build(
                r"permission denied|\beacces\b|operation not permitted|eperm\b|not writable|access is denied|permissionerror|accessdeniedexception",
            )
        }),
    ),
    (Saying::NoSpace, LazyLock::new(|| build(r"no space left|\benospc|disk (?:is )?full|disk quota exceeded"))),
    (
        Saying::Memory,
        LazyLock::new(|| {
            build(
                r"out of ?memory|outofmemory|cannot allocate memory|enomem\b|heap space|bad_alloc|\bmemoryerror\b|oom[- _]?kill|gc overhead limit|failed to allocate|insufficient memory|memory exhausted|allowed memory size",
            )
        }),
    ),
    (
        Saying::InUse,
        LazyLock::new(|| {
            build(
                r"address (?:is )?already in use|\beaddrinuse|port \S{0,20}\s?(?:is )?already (?:in use|allocated|bound)",
            )
        }),
    ),
    (
        Saying::NotFound,
        LazyLock::new(|| {
            build(
                r"not found|notfound|does(?: not|n't) exist|no such |is missing|\bmissing\b|(?:could|can) ?n[o']t find|unable to find|couldn't find",
            )
        }),
    ),
    (
        Saying::NoCommand,
        LazyLock::new(|| {
            build(
                r"command not found|\b(?:ba|da|z|a)?sh: .*: not found|executable (?:file )?not found|exec: [^:\n]*: (?:stat [^:\n]*: )?(?:no such file|not found)|exec:? .*: no such file or directory|not found in \$?path",
            )
        }),
    ),
    (
        Saying::Certificate,
        LazyLock::new(|| {
            build(
                r"x509|certificate[ _](?:has expired|verify|verification|is not|signed by|unknown|error|required)|unknown authority|self[- ]signed certificate|pkix path|bad certificate|invalid certificate|sslhandshakeexception|ssl: |tls: (?:bad|failed|unknown)",
            )
        }),
    ),
    (
        Saying::Credentials,
        LazyLock::new(|| {
            build(
                r"authenticat\w+ (?:failed|failure|error|required)|\bunauthori[sz]ed\b|access denied|invalid (?:credentials|password|token|username)|wrong password|login failed|not authori[sz]ed|noauth|wrongpass|failed to authenticate|bad credentials",
            )
        }),
    ),
];

fn build(expression: &str) -> Regex {
    RegexBuilder::new(expression).case_insensitive(true).build().expect("a fixed pattern compiles")
}
