//! `docs/commands.md`, written from the tables that the recogniser reads.

use super::{
    args::{Flag, Role, Style, Takes},
    stages::STAGES,
    table::{Does, PROGRAMS, Verb},
};

const INTRODUCTION: &str = "\
# Commands

What Runlight makes of a command in a runbook. This page is written from the table that the recogniser reads
(`runbook/command/src/recognition`); a test keeps it true. `runlight explain` says the same of any command.

- A command that is recognised in full becomes a **check**: a typed question to one source.
- A command that is understood and will not be run is **refused**, for the reason given here.
- Everything else is **unknown**: one flag, stage or substitution that is not listed here is enough.

Nothing here can change anything. The data of Secrets is not read, unless the operator sets `secret_data = \"show\"` in
a cluster's section of `runlight.toml`; their names, types, labels and sizes may be seen in any case.

Wrappers are taken off: `sudo`, `watch`, `timeout`, `env`, `nohup`, `time`, `k3s kubectl`, `sshpass`, `ssh HOST CMD`,
`bash -c CMD`. A bare `ssh HOST` holds for the rest of its fence. `2>/dev/null` and `2>&1` are accepted, `> file` is
offered as a download, `a; b` and `a && b` are asked one after the other, `for x in a b; do …; done` once for each word.

";

const XARGS: &str = "
`xargs` is read where it feeds a command of this page (`-n N`, `-I{}`, `-r`, `-t`, `-P`): at most 32 questions, each
recognised anew with its words, which may hold letters, digits and `-._:/@` only. Without words nothing is asked.
";

/// The whole page.
pub fn print_reference() -> String {
    let mut out = INTRODUCTION.to_owned();
    out.push_str("## Filters\n\nStages behind a pipe that Runlight carries out itself.\n\n| filter | does | flags |\n|---|---|---|\n");
    for stage in STAGES {
        let names = code_list(stage.names.iter().copied());
        out.push_str(&format!("| {names} | {} | {} |\n", stage.summary, flags(stage.flags, Style::Posix)));
    }
    out.push_str(XARGS);
    for program in PROGRAMS.iter().flat_map(|programs| programs.iter()) {
        out.push_str(&format!("\n## {}\n\n{}.\n\n", code_list(program.names.iter().copied()), program.summary));
        if !program.flags.is_empty() {
            out.push_str(&format!("Flags everywhere: {}.\n\n", flags(program.flags, program.style)));
        }
        match &program.does {
            Does::Verbs(verbs) => {
                out.push_str("| command | outcome | flags, or why not |\n|---|---|---|\n");
                verbs.iter().for_each(|verb| print_verb(&mut out, program.names[0], verb, program.style));
            }
            Does::Asks(_) => out.push_str("A check.\n"),
            Does::Refuses(_, reason) => out.push_str(&format!("Refused: {reason}\n")),
        }
    }
    out
}

fn print_verb(out: &mut String, path: &str, verb: &Verb, style: Style) {
    let names = verb.names.join("|");
    let path = format!("{path} {names}");
    match &verb.does {
        Does::Asks(_) => out.push_str(&format!("| `{}` | check | {} |\n", escape(&path), flags(verb.flags, style))),
        Does::Refuses(_, reason) => out.push_str(&format!("| `{}` | refused | {reason} |\n", escape(&path))),
        Does::Verbs(verbs) => verbs.iter().for_each(|verb| print_verb(out, &path, verb, style)),
    }
}

fn code_list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn flags(flags: &[Flag], style: Style) -> String {
    let spelling = |flag: &Flag| {
        let value = match flag.takes {
            Takes::Nothing => "",
            Takes::Value => " …",
            Takes::ValueAfterEquals => "[=…]",
            Takes::Truth => " [0|1]",
            Takes::Digits => return "`-N`".to_owned(),
        };
        let short = flag.short.map(|letter| format!("-{letter}"));
        let has_long = flag.long.len() > 1 || style == Style::Perl;
        let long = has_long.then(|| format!("--{}", flag.long));
        let names: Vec<String> = short.into_iter().chain(long).collect();
        let ignored = if flag.role == Role::Ignored { " (ignored)" } else { "" };
        format!("`{}{value}`{ignored}", escape(&names.join(", ")))
    };
    flags.iter().filter(|flag| !matches!(flag.role, Role::Stops(_))).map(spelling).collect::<Vec<_>>().join(", ")
}

/// A bar inside a table's cell.
fn escape(text: &str) -> String {
    text.replace('|', "\\|")
}
