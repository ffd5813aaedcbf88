//! What a code span asks for: a state, an exit code, a field and its value, a regular expression, a template, a sentence
//! with an address or a path in it, or the text as it stands.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
};

use regex::{Regex, RegexBuilder};

use super::phrase::Phrase;
use crate::verdict::{
    language::{Clause, Condition, ExitCodes, LinePart, Place, Probe},
    lexicon::{self, Meaning, fold_word, sayings, states},
};

/// The compiled form of a regular expression in a cell may not be larger.
const MAX_REGEX_BYTES: usize = 64 * 1024;
/// A field may hold a field, to this depth.
const MAX_DEPTH: usize = 3;

/// Compiles a cell's regular expression within bounds. Matching takes time in proportion to the text, whatever it says.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .multi_line(true)
        .size_limit(MAX_REGEX_BYTES)
        .dfa_size_limit(MAX_REGEX_BYTES)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                format!("the regular expression `{pattern}` would take more than {MAX_REGEX_BYTES} bytes of memory")
            }
            _ => format!("the regular expression `{pattern}` cannot be read"),
        })
}

/// Compiled expressions are kept: a table is judged again and again.
const MAX_KEPT: usize = 256;

/// The compiled form of an expression that has been read before.
pub(crate) fn compiled(pattern: &str) -> Option<Regex> {
    static KEPT: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = kept.get(pattern) {
        return Some(known.clone());
    }
    let made = compile(pattern).ok()?;
    if kept.len() >= MAX_KEPT {
        kept.clear();
    }
    kept.insert(pattern.to_owned(), made.clone());
    Some(made)
}

impl Phrase<'_> {
    /// Takes a code span.
    pub(super) fn take_code(&mut self, text: &str) -> Result<(), String> {
        self.take_code_at(text.trim(), 0)
    }

    fn take_code_at(&mut self, text: &str, depth: usize) -> Result<(), String> {
        let text = text.trim().trim_end_matches(['.', ',', ';']);
        if text.is_empty() {
            return Ok(());
        }
        if let Some(more_than) = restarts(text) {
            self.add(Clause::Restarts { more_than });
        } else if let Some(codes) = exit_codes(text, self.numbers_are_exit_codes) {
            self.add(Clause::Exit(codes));
        } else if let Some(reason) = reason(text) {
            self.add(Clause::Reason(reason));
        } else if let Some(place) = place_of_command(text) {
            self.set_place(place);
        } else if let Some(conditions) = list_of_states(text) {
            self.add_condition(Condition::Any(conditions));
        } else if is_state_without_cause(text) {
            // `State: Waiting`, `Last State: Terminated`: what comes after it says why.
        } else if let Some((field, value)) = split_field(text).filter(|_| depth < MAX_DEPTH) {
            self.numbers_are_exit_codes |= field.to_lowercase().contains("exit");
            return self.take_code_at(value, depth + 1);
        } else if let Some((name, remark)) = reason_and_remark(text) {
            self.add(Clause::Reason(name));
            self.take_text(remark)?;
        } else if let Some((probe, rest)) = probe(text) {
            self.take_probe(probe, rest)?;
        } else {
            return self.take_text(text);
        }
        Ok(())
    }

    fn take_probe(&mut self, probe: Probe, rest: &str) -> Result<(), String> {
        self.add(Clause::Probe(probe));
        if rest.chars().any(char::is_alphanumeric) {
            self.set_place(Place::Events);
            self.take_text(rest)?;
        }
        Ok(())
    }

    /// Text as it stands in a line.
    fn take_text(&mut self, text: &str) -> Result<(), String> {
        let lower = text.to_lowercase();
        if self.take_known_phrase(text) {
        } else if let Some(reason) = scheduler_message(text) {
            self.push_part(LinePart::Words("nodes are available".into()));
            self.push_part(LinePart::Words(reason.to_owned()));
        } else if let Some(saying) = sayings::of_phrase(text) {
            self.push_part(LinePart::Says(saying));
        } else if lower.starts_with("back-off restarting") {
            self.add(Clause::Reason("BackOff".into()));
        } else if super::words::is_address(text) {
            self.push_part(LinePart::Address(text.to_owned()));
        } else if looks_like_regex(text) {
            compile(text)?;
            self.push_part(LinePart::Regex(text.to_owned()));
        } else if is_path(text) {
            self.push_part(LinePart::Path(text.to_owned()));
        } else if let Some((words, object)) = split_object(text) {
            self.take_text(words)?;
            self.push_part(if is_path(object) {
                LinePart::Path(object.to_owned())
            } else {
                LinePart::Address(object.to_owned())
            });
        } else {
            self.push_part(LinePart::Words(text.to_owned()));
        }
        Ok(())
    }
}

impl Phrase<'_> {
    /// `SIGKILL`, `Out of memory`: a phrase that means a state or a signal, in a code span.
    fn take_known_phrase(&mut self, text: &str) -> bool {
        let folded: Vec<String> = text.split([' ', '-']).filter(|word| !word.is_empty()).map(fold_word).collect();
        let words: Vec<&str> = folded.iter().map(String::as_str).collect();
        let Some((meaning, used)) = lexicon::longest(&words) else { return false };
        if used < words.len() {
            return false;
        }
        match meaning {
            Meaning::Exit(from, to) => self.add(Clause::Exit(ExitCodes { from, to })),
            Meaning::OutOfMemory => self.add_out_of_memory(),
            Meaning::Reason(name) if !states::is_everyday_word(name) => self.add(Clause::Reason(name.to_owned())),
            Meaning::Node(trouble) => self.add(Clause::Node(trouble)),
            _ => return false,
        }
        true
    }
}

/// A word of Kubernetes that stands alone: `OOMKilled`, `Init:Error`, `Init: ImagePullBackOff`, `Init:0/1`.
pub(super) fn reason(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix("Init:").map(str::trim) {
        let is_progress = rest.split_once('/').is_some_and(|(done, all)| {
            let is_count =
                |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || "NXMnxm".contains(c));
            is_count(done) && is_count(all)
        });
        return if is_progress {
            Some("Init:".into())
        } else {
            states::find_reason(rest).map(|reason| format!("Init:{}", reason.name))
        };
    }
    states::find_reason(text).map(|reason| reason.name.to_owned())
}

static EXIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:exit(?:s|ed)?(?:[ -]?(?:code|status))?|exitcode|code|rc|status|signal)\s*[:=(]*\s*)?(>=|>|≥|!=|≠)?\s*([0-9]{1,3})(?:\s*(?:-|–|to|\.\.)\s*([0-9]{1,3}))?\s*(\+)?\)?$")
        .expect("a fixed pattern compiles")
});

/// `exit code 137`, `Exited (137)`, `> 128`, `1-127`; bare numbers where they are exit codes.
pub(super) fn exit_codes(text: &str, bare_numbers: bool) -> Option<ExitCodes> {
    // A shell writes the signal on top of 128: `128+9`, `128 + N`.
    static SIGNAL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^\(?128\s*\+\s*(?:([0-9]{1,2})|n|x|signal)\)?$").expect("a fixed pattern compiles")
    });
    if let Some(found) = SIGNAL.captures(text).filter(|_| bare_numbers) {
        let signal: Option<i32> = found.get(1).and_then(|signal| signal.as_str().parse().ok());
        return Some(
            signal
                .map_or(ExitCodes { from: 129, to: 255 }, |signal| ExitCodes { from: 128 + signal, to: 128 + signal }),
        );
    }
    let found = EXIT.captures(text)?;
    let is_named = text.chars().next().is_some_and(char::is_alphabetic);
    if !is_named && !bare_numbers {
        return None;
    }
    let number: i32 = found[2].parse().ok()?;
    let number = if text.to_lowercase().starts_with("signal") { 128 + number } else { number };
    let last = 255;
    Some(match (found.get(1).map(|sign| sign.as_str()), found.get(3), found.get(4)) {
        (Some(">"), ..) => ExitCodes { from: number + 1, to: last },
        (Some("!=" | "≠"), ..) if number == 0 => ExitCodes { from: 1, to: last },
        (Some("!=" | "≠"), ..) => return None,
        (Some(_), ..) | (_, _, Some(_)) => ExitCodes { from: number, to: last },
        (_, Some(to), _) => ExitCodes { from: number, to: to.as_str().parse().ok().filter(|to| *to >= number)? },
        _ => ExitCodes::only(number),
    })
}

/// `restartCount > 3`, `RESTARTS >= 5`: how many restarts are not enough.
fn restarts(text: &str) -> Option<u32> {
    static COUNT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:restart[ _]?counts?|restarts)\s*(>=|>|≥)\s*([0-9]{1,4})$")
            .expect("a fixed pattern compiles")
    });
    let found = COUNT.captures(text)?;
    let number: u32 = found[2].parse().ok()?;
    if &found[1] == ">" { Some(number) } else { number.checked_sub(1) }
}

/// A command that shows where to look: `kubectl describe`, `kubectl logs --previous`.
fn place_of_command(text: &str) -> Option<Place> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let program = *words.first()?;
    let is_short = words.len() == 1 && matches!(program, "describe" | "logs" | "events" | "kubectl");
    if !is_short && !["kubectl", "oc", "docker", "crictl", "podman", "k9s", "journalctl", "dmesg"].contains(&program) {
        return None;
    }
    Some(match () {
        () if words.contains(&"--previous") || words.contains(&"-p") => Place::PreviousLog,
        () if words.contains(&"logs") || program == "journalctl" => Place::Logs,
        () if words.contains(&"events") => Place::Events,
        () => Place::Anywhere,
    })
}

/// `ImagePullBackOff|ErrImagePull`, `ErrImagePull or ImagePullBackOff`: nothing but states.
fn list_of_states(text: &str) -> Option<Vec<Condition>> {
    static BETWEEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\s*(?:\||/|,|\bor\b)\s*").expect("a fixed pattern compiles"));
    let bare = text.trim_matches(['(', ')']);
    let parts: Vec<&str> = BETWEEN.split(bare).filter(|part| !part.is_empty()).collect();
    let read = |part: &&str| {
        let state = reason(part).map(|name| Condition::Is(Clause::Reason(name)));
        state.or_else(|| exit_codes(part, false).map(|codes| Condition::Is(Clause::Exit(codes))))
    };
    if parts.len() < 2 {
        return None;
    }
    parts.iter().map(read).collect()
}

/// `State: Waiting`, `Terminated`: the kind of state alone.
fn is_state_without_cause(text: &str) -> bool {
    static STATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:(?:last )?state\s*[:=]\s*)?(?:terminated|waiting)$").expect("a fixed pattern compiles")
    });
    STATE.is_match(text)
}

/// `reason: OOMKilled`, `lastState.terminated.exitCode=137`.
fn split_field(text: &str) -> Option<(&str, &str)> {
    static FIELD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)^((?:[a-z.\[\]0-9*"]+\.)?(?:reason|state|last ?state|status|phase|exit ?code|type|terminated|waiting))\s*[:=]+\s*(.+)$"#)
            .expect("a fixed pattern compiles")
    });
    static REASON: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:last )?state\b.*\b(reason)\s*[:=]\s*(\S.*)$").expect("a fixed pattern compiles")
    });
    let found = REASON.captures(text).or_else(|| FIELD.captures(text))?;
    let value = found.get(2)?.as_str().trim_matches(['"', '\'', ' ']);
    let is_state = reason(value).is_some() || exit_codes(value, true).is_some() || FIELD.is_match(value);
    is_state.then_some((found.get(1)?.as_str(), value))
}

/// `FailedMount: timeout`; an everyday word before the colon ("Error: …") is the program's own.
fn reason_and_remark(text: &str) -> Option<(String, &str)> {
    let (name, remark) =
        text.split_once([':', ' ']).map(|(name, rest)| (name, rest.trim_start_matches([':', '-', ' '])))?;
    if remark.is_empty() || name == "Init" {
        return None;
    }
    let reason =
        reason(name).filter(|_| states::find_reason(name).is_some_and(|r| !states::is_everyday_word(r.name)))?;
    Some((reason, remark))
}

/// `Liveness probe failed: …`, with what follows.
fn probe(text: &str) -> Option<(Probe, &str)> {
    let lower = text.to_lowercase();
    let (probe, word) =
        [(Probe::Liveness, "liveness probe"), (Probe::Readiness, "readiness probe"), (Probe::Startup, "startup probe")]
            .into_iter()
            .find(|(_, word)| lower.starts_with(word))?;
    let rest = text.get(word.len()..)?.trim_start();
    let verb = ["failed", "errored", "fails", "failing", "failure"]
        .into_iter()
        .find(|verb| rest.to_lowercase().starts_with(verb));
    let rest = verb.map_or(rest, |verb| &rest[verb.len()..]);
    Some((probe, rest.trim_start_matches([':', ' '])))
}

/// Signs that nobody writes in a message.
fn looks_like_regex(text: &str) -> bool {
    static SIGNS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\.[*+]|\\[dwsbDWSB.\[\]()/]|\(\?[a-z:]|\([^()]*[^ ()]\|[^ ()][^()]*\)|\[[a-zA-Z0-9]-[a-zA-Z0-9][^\]]*\][+*]?|\[\^|^\^[A-Za-z(\[]|[A-Za-z)\]]\$$|[a-z]\{[0-9]+(?:,[0-9]*)?\}|\)[?*+]")
            .expect("a fixed pattern compiles")
    });
    static WORDS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[\w ]+(?:\|[\w ]+)+$").expect("a fixed pattern compiles"));
    SIGNS.is_match(text) || WORDS.is_match(text)
}

fn is_path(text: &str) -> bool {
    text.len() > 1 && text.starts_with('/') && !text.contains(char::is_whitespace) && !text.contains(['*', '|'])
}

/// The name of a container, and nothing that Kubernetes or a program would say.
pub(super) fn is_name(text: &str) -> bool {
    let is_label = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && text.starts_with(|c: char| c.is_ascii_lowercase());
    is_label && reason(text).is_none() && sayings::of_phrase(text).is_none()
}

/// `0/3 nodes available: insufficient memory`: the scheduler's message, with or without its counts and "are".
fn scheduler_message(text: &str) -> Option<&str> {
    static NODES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^[0-9nmx<>]+/[0-9nmx<>]+ nodes? (?:(?:is|are) )?available\s*:\s*(?:[0-9nmx]+ )?(\S.*)$")
            .expect("a fixed pattern compiles")
    });
    NODES.captures(text)?.get(1).map(|reason| reason.as_str())
}

/// `Permission denied on /data`: the words and what they are said of.
fn split_object(text: &str) -> Option<(&str, &str)> {
    static OBJECT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(.*\S)\s+(?:on|for|to|in|at|from|opening|writing)\s+(\S+)$").expect("a fixed pattern compiles")
    });
    let found = OBJECT.captures(text)?;
    let object = found.get(2)?.as_str();
    (is_path(object) || super::words::is_address(object)).then_some((found.get(1)?.as_str(), object))
}
