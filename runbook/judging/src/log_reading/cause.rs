//! The innermost cause of a stack trace, as the languages write it.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

use super::{entry::TRACEBACK, words};

/// A line that is an exception by its form: `module.SomeError: words`, `Error: words`, `SomeException`.
static EXCEPTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:Exception in thread .* |Uncaught |uncaughtException:? |Unhandled exception\. |\(node:\d+\) |Unhandled Promise ?Rejection:? )*",
        r"(?:[A-Za-z_$][\w$]*(?:[./:\\]|::))*[A-Za-z_$][\w$]*(?:Error|Exception|Exit|Interrupt|Failure|Fault|Warning)(?: \[\w+\])?(?: \(\d+\))?(?::\s|$)|",
        r"^(?:[a-z_]\w*\.)+[A-Z]\w*: \S",
    ))
    .expect("a fixed pattern compiles")
});

/// Exceptions that tell how a look-up failed rather than what was wrong.
static LOOKUP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:KeyError|AttributeError|IndexError|StopIteration|LookupError|TypeError)\b")
        .expect("a fixed pattern compiles")
});

/// Whether a line is an exception by its form.
pub(super) fn is_exception(line: &str) -> bool {
    EXCEPTION.is_match(line.trim_start())
}

/// Whether a line is an error that was thrown: by its form, or a plain "Error: …" over the frames of JavaScript.
pub(super) fn is_thrown(lines: &[Cow<'_, str>], at: usize) -> bool {
    let is_plain = lines[at].trim_start().starts_with("Error: ");
    let has_frames =
        lines.get(at + 1).is_some_and(|next| next.trim_start().starts_with("at ") && next.starts_with(' '));
    is_exception(&lines[at]) || (is_plain && has_frames)
}

/// The line of an entry that tells its innermost cause; none when the head says most.
pub(super) fn find(lines: &[Cow<'_, str>]) -> Option<usize> {
    postgres(lines)
        .or_else(|| below_category(lines))
        .or_else(|| banner(lines))
        .or_else(|| java(lines))
        .or_else(|| dotnet(lines))
        .or_else(|| anyhow(lines))
        .or_else(|| python(lines))
        .or_else(|| rust(lines))
        .or_else(|| cpp(lines))
        .or_else(|| node(lines))
        .or_else(|| first_exception(lines))
}

fn position(lines: &[Cow<'_, str>], is_it: impl Fn(&str) -> bool) -> Option<usize> {
    lines.iter().position(|line| is_it(line.trim_start()))
}

fn last_position(lines: &[Cow<'_, str>], is_it: impl Fn(&str) -> bool) -> Option<usize> {
    lines.iter().rposition(|line| is_it(line.trim_start()))
}

/// The message, not its hint.
fn postgres(lines: &[Cow<'_, str>]) -> Option<usize> {
    let head = lines.first()?;
    let says_it = |mark: &&str| head.find(*mark).is_some_and(|at| !head[at + mark.len()..].starts_with(' '));
    ["FATAL:  ", "PANIC:  ", "ERROR:  "].into_iter().find(says_it).map(|_| 0)
}

/// .NET's console names level and category in one line, and says the message in the next.
fn below_category(lines: &[Cow<'_, str>]) -> Option<usize> {
    static CATEGORY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:crit|fail|warn|info|dbug|trce): [\w.`]+\[\d+\]$").expect("a fixed pattern compiles")
    });
    if !CATEGORY.is_match(lines.first()?.trim_end()) {
        return None;
    }
    let deeper = || dotnet(lines).or_else(|| first_exception(lines));
    deeper().or_else(|| (1..lines.len()).find(|at| !lines[*at].trim().is_empty()))
}

/// Spring Boot's description of a failed start.
fn banner(lines: &[Cow<'_, str>]) -> Option<usize> {
    position(lines, |line| line.contains("APPLICATION FAILED TO START"))?;
    let head = position(lines, |line| line.starts_with("Description:"))?;
    (head + 1..lines.len()).find(|at| !lines[*at].trim().is_empty())
}

/// The deepest `Caused by:`.
fn java(lines: &[Cow<'_, str>]) -> Option<usize> {
    let is_cause = |line: &str| {
        line.strip_prefix("Caused by:")
            .or_else(|| line.strip_prefix("caused by:"))
            .is_some_and(|rest| !rest.trim().is_empty())
    };
    last_position(lines, is_cause)
}

/// The innermost `--->`.
fn dotnet(lines: &[Cow<'_, str>]) -> Option<usize> {
    last_position(lines, |line| line.starts_with("---> "))
}

/// The last of the causes that Rust's error reports number, or the only one.
fn anyhow(lines: &[Cow<'_, str>]) -> Option<usize> {
    let head = position(lines, |line| line.trim_end() == "Caused by:")?;
    let causes = (head + 1..lines.len()).take_while(|at| lines[*at].starts_with([' ', '\t']));
    causes.filter(|at| !lines[*at].trim().is_empty()).last()
}

/// The exception that began a chain, unless it only tells of a look-up and a later one says what was wrong.
fn python(lines: &[Cow<'_, str>]) -> Option<usize> {
    position(lines, |line| line.contains(TRACEBACK))?;
    let ends = exception_ends(lines);
    let first = *ends.first()?;
    let was_handled = lines.iter().any(|line| line.starts_with("During handling of"));
    let is_lookup = LOOKUP.is_match(lines[first].trim_start());
    Some(if ends.len() > 1 && was_handled && is_lookup { *ends.last()? } else { first })
}

/// The lines that end the traces of Python: an exception at the margin, behind frames.
fn exception_ends(lines: &[Cow<'_, str>]) -> Vec<usize> {
    let mut is_open = false;
    let mut ends = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.contains(TRACEBACK) {
            is_open = true;
        } else if is_open
            && !line.starts_with([' ', '\t'])
            && !line.is_empty()
            && at > 0
            && lines[at - 1].starts_with(' ')
        {
            ends.push(at);
            is_open = false;
        }
    }
    ends
}

/// The message of a Rust panic stands in the line after its place.
fn rust(lines: &[Cow<'_, str>]) -> Option<usize> {
    let head = position(lines, |line| line.contains("panicked at "))?;
    let says_it_there = lines[head].contains("panicked at '");
    let next = head + 1;
    let is_message = lines.get(next).is_some_and(|line| !line.trim().is_empty() && !line.starts_with("note: run with"));
    Some(if !says_it_there && lines[head].trim_end().ends_with(':') && is_message { next } else { head })
}

/// What a C++ exception carried.
fn cpp(lines: &[Cow<'_, str>]) -> Option<usize> {
    position(lines, |line| line.starts_with("what():"))
}

/// The cause that Node prints in brackets, else the error below the arrow.
fn node(lines: &[Cow<'_, str>]) -> Option<usize> {
    last_position(lines, |line| line.starts_with("[cause]: ")).or_else(|| {
        let arrow = position(lines, |line| !line.is_empty() && line.trim_end().bytes().all(|byte| byte == b'^'))?;
        (arrow + 1..lines.len()).find(|at| !lines[*at].trim().is_empty())
    })
}

/// The exception below a message that does not say more than it.
fn first_exception(lines: &[Cow<'_, str>]) -> Option<usize> {
    let at = (1..lines.len()).find(|at| is_thrown(lines, *at))?;
    let head = &lines[0];
    let head_tells = words::names_cause(head) && !words::is_consequence(head) && !words::names_cause(&lines[at]);
    (!head_tells && !head.starts_with("panic: ")).then_some(at)
}
