//! Programs that only run another command: `sudo`, `watch`, `ssh HOST`. What they run is what is asked.

use super::{
    args::{Arg, ArgsError, Flag, Known, Parsed, Style, parse, switch, value},
    reason::{Stop, refused, unknown},
};
use crate::{
    check::Cause,
    shell::{Placeholder, Stage, Word},
};

/// What a wrapper runs.
pub(super) enum Inner<'a> {
    /// The rest of its words.
    Words(Vec<Arg<'a>>),
    /// A command line inside its words, and the host it would run on.
    Line { line: Word, host: Option<Arg<'a>> },
}

/// A wrapper: its flags, and how many words stand between them and the command.
struct Wrapper {
    names: &'static [&'static str],
    flags: &'static [Flag],
    operands: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The words after it are the command.
    Words,
    /// The words after it are `NAME=value` and then the command.
    Environment,
    /// The words after it are a verb, which must be `kubectl`, and its arguments.
    Kubectl,
    /// The words after it, joined, are a command line.
    Line,
    /// Like `Line`, on another host.
    Remote,
    /// The command line is the value of `-c`.
    ShellText,
}

static WRAPPERS: &[Wrapper] = &[
    Wrapper {
        names: &["sudo", "doas"],
        flags: &[
            value("user").or('u').ignored(),
            switch("preserve-env").or('E').maybe(),
            switch("set-home").or('H'),
            switch("non-interactive").or('n'),
        ],
        operands: 0,
        kind: Kind::Words,
    },
    Wrapper {
        names: &["watch"],
        flags: &[
            value("interval").or('n').ignored(),
            switch("differences").or('d').maybe(),
            switch("no-title").or('t'),
            switch("color").or('c'),
            switch("no-wrap").or('w'),
            switch("chgexit").or('g'),
        ],
        operands: 0,
        kind: Kind::Line,
    },
    Wrapper {
        names: &["timeout", "gtimeout"],
        flags: &[value("kill-after").or('k').ignored(), value("signal").or('s').ignored(), switch("foreground")],
        operands: 1,
        kind: Kind::Words,
    },
    Wrapper { names: &["env"], flags: &[], operands: 0, kind: Kind::Environment },
    Wrapper { names: &["time", "nohup", "command", "nice", "stdbuf"], flags: &[], operands: 0, kind: Kind::Words },
    Wrapper {
        names: &["k3s", "microk8s", "rke2", "k0s", "minikube"],
        flags: &[value("profile").or('p').ignored()],
        operands: 0,
        kind: Kind::Kubectl,
    },
    Wrapper {
        names: &["sshpass"],
        flags: &[value("password").or('p').ignored(), value("file").or('f').ignored(), switch("environment").or('e')],
        operands: 0,
        kind: Kind::Words,
    },
    Wrapper { names: &["ssh"], flags: SSH_FLAGS, operands: 1, kind: Kind::Remote },
    Wrapper {
        names: &["bash", "sh", "zsh", "dash", "ash"],
        flags: &[switch("command").or('c'), switch("login").or('l'), switch("exit-on-error").or('e')],
        operands: 0,
        kind: Kind::ShellText,
    },
];

const SSH_FLAGS: &[Flag] = &[
    value("port").or('p').ignored(),
    value("identity").or('i').ignored(),
    value("option").or('o').ignored(),
    value("login").or('l').ignored(),
    value("config").or('F').ignored(),
    value("jump").or('J').ignored(),
    switch("tty").or('t'),
    switch("no-tty").or('T'),
    switch("quiet").or('q'),
    switch("verbose").or('v'),
    switch("no-input").or('n'),
    switch("agent").or('A'),
    switch("x11").or('X'),
    switch("x11-trusted").or('Y'),
    switch("compress").or('C'),
    switch("ipv4").or('4'),
    switch("ipv6").or('6'),
];

/// Variables that tell a program where or how to print, and nothing about what it asks.
pub(super) fn is_harmless_variable(name: &str) -> bool {
    matches!(name, "KUBECONFIG" | "TZ" | "LANG" | "LC_ALL" | "TERM" | "NO_COLOR" | "COLUMNS" | "SSHPASS" | "PAGER")
        || name.starts_with("PBS_")
        || name.starts_with("PROXMOX_OUTPUT_")
}

/// Variables by which a shell reads or finds what follows, so that the text does not say what would run.
pub(super) fn changes_the_shell(name: &str) -> bool {
    matches!(name, "IFS" | "PATH" | "ENV" | "BASH_ENV" | "SHELLOPTS" | "BASHOPTS") || name.starts_with("LD_")
}

/// Whether a word names a wrapper.
pub(crate) fn is_wrapper(word: &str) -> bool {
    find(word).is_some()
}

fn find(word: &str) -> Option<&'static Wrapper> {
    WRAPPERS.iter().find(|wrapper| wrapper.names.contains(&word))
}

/// What a wrapper runs; `None` when the first word is none.
pub(super) fn unwrap<'a>(words: &[Arg<'a>], ignored: &mut Vec<usize>) -> Option<Result<Inner<'a>, Stop>> {
    let name = words.first()?;
    let wrapper = find(super::programs::base_name(name.as_str()))?;
    Some(unwrap_known(wrapper, words, ignored))
}

fn unwrap_known<'a>(wrapper: &'static Wrapper, words: &[Arg<'a>], ignored: &mut Vec<usize>) -> Result<Inner<'a>, Stop> {
    let name = &words[0];
    let span = name.span().start..words.last().unwrap_or(name).span().end;
    let parsed = read_flags(wrapper, words, span.clone())?;
    ignored.extend(&parsed.ignored);
    let mut rest = parsed.operands;
    let program = name.as_str();
    match wrapper.kind {
        Kind::Words => {
            if rest.len() <= wrapper.operands {
                return Err(unknown(span, format!("`{program}` runs nothing here.")));
            }
            for operand in rest.drain(..wrapper.operands) {
                ignored.extend(operand.word.placeholders());
            }
            Ok(Inner::Words(rest))
        }
        Kind::Environment => {
            let is_assignment =
                |arg: &Arg<'_>| arg.as_str().split_once('=').is_some_and(|(name, _)| is_harmless_variable(name));
            let first = rest.iter().position(|arg| !is_assignment(arg));
            match first {
                Some(at) if !rest[at].as_str().contains('=') => Ok(Inner::Words(rest.split_off(at))),
                Some(at) => Err(unknown(rest[at].span(), "This variable changes how the program runs.")),
                None => Err(refused(Cause::Local, span, "This prints or sets variables of a shell.")),
            }
        }
        Kind::Kubectl => match rest.first() {
            Some(verb) if verb.as_str() == "kubectl" => Ok(Inner::Words(rest)),
            _ => Err(super::programs::explain(name, words, None)),
        },
        Kind::Line if rest.is_empty() => Err(unknown(span, format!("`{program}` runs nothing here."))),
        Kind::Line => Ok(Inner::Line { line: join(&rest), host: None }),
        Kind::Remote => {
            if rest.is_empty() {
                return Err(unknown(span, "`ssh` names no host."));
            }
            // `ssh $SSH_OPTS root@pve …`: how to reach the host is Runlight's own business.
            while rest.len() > 1 && is_options(&rest[0]) {
                ignored.extend(rest.remove(0).word.placeholders());
            }
            let mut host = rest.remove(0);
            let at = host.as_str().rfind('@').map_or(0, |at| at + 1);
            host.text = host.as_str()[at..].to_owned().into();
            if rest.is_empty() {
                let reason =
                    format!("This opens a session on {}. The commands that follow are asked of it.", host.as_str());
                return Err(refused(Cause::Interactive, span, reason));
            }
            Ok(Inner::Line { line: join(&rest), host: Some(host) })
        }
        Kind::ShellText => match rest.as_slice() {
            [line] if parsed_has_command(words) => Ok(Inner::Line { line: line.word.clone(), host: None }),
            [] => Err(refused(Cause::Interactive, span, "This opens a shell.")),
            _ => Err(refused(Cause::NeedsShell, span, "This runs a script, whose text is not here.")),
        },
    }
}

/// Whether a word is a variable that holds options.
fn is_options(arg: &Arg<'_>) -> bool {
    let name = arg.as_str().strip_prefix('<').and_then(|text| text.strip_suffix('>')).filter(|_| arg.is_open());
    name.is_some_and(|name| {
        !name.contains('<') && ["opts", "options", "args", "flags"].iter().any(|end| name.ends_with(end))
    })
}

fn parsed_has_command(words: &[Arg<'_>]) -> bool {
    words.iter().skip(1).any(|arg| {
        let text = arg.as_str();
        text.starts_with('-') && !text.starts_with("--") && text.contains('c')
    })
}

fn read_flags<'a>(
    wrapper: &'static Wrapper,
    words: &[Arg<'a>],
    span: std::ops::Range<usize>,
) -> Result<Parsed<'a>, Stop> {
    let name = words[0].as_str();
    let mut parsed = match parse(&words[1..], Known { lists: &[wrapper.flags], style: Style::Leading }, span) {
        Ok(parsed) => parsed,
        Err(ArgsError::Stop(stop)) => return Err(stop),
        Err(ArgsError::Unknown(flag)) => {
            return Err(unknown(flag.span, format!("`{}` is not a flag of `{name}` that Runlight knows.", flag.flag)));
        }
    };
    // `ssh HOST -- CMD`.
    if wrapper.kind == Kind::Remote && parsed.operands.get(1).is_some_and(|arg| arg.as_str() == "--") {
        parsed.operands.remove(1);
    }
    Ok(parsed)
}

/// Words joined by blanks, as `ssh` sends them.
fn join(words: &[Arg<'_>]) -> Word {
    if let [only] = words {
        return only.word.clone();
    }
    let text: Vec<&str> = words.iter().map(|arg| arg.word.text.as_str()).collect();
    Word {
        text: text.join(" "),
        span: words[0].span().start..words[words.len() - 1].span().end,
        verbatim_at: None,
        has_placeholder: words.iter().any(|arg| arg.word.has_placeholder),
        is_quoted: true,
    }
}

/// The host of a bare `ssh HOST`: what follows in its fence would run there.
pub(crate) fn opened_session(stage: &Stage, placeholders: &[Placeholder]) -> Option<String> {
    let name = |index: usize| format!("<{}>", placeholders.get(index).map_or("", |p| p.name.as_str()));
    let words: Vec<Arg<'_>> = stage.words.iter().map(|word| Arg { text: word.expand(name), word }).collect();
    let at = words.iter().position(|arg| arg.as_str() == "ssh")?;
    let is_wrapped = words[..at].first().is_none_or(|arg| is_wrapper(arg.as_str()));
    let parsed = read_flags(find("ssh")?, &words[at..], 0..0).ok()?;
    match parsed.operands.as_slice() {
        [host] if is_wrapped => {
            let host = host.as_str();
            Some(host[host.rfind('@').map_or(0, |at| at + 1)..].to_owned())
        }
        _ => None,
    }
}
