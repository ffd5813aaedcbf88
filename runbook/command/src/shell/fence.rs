//! Which lines of a fence are commands, which are comments, and which are output or anything else.

use std::ops::Range;

use super::MAX_COMMAND_BYTES;
use crate::recognition::is_known_program;

/// A stretch of a fence. Spans are byte ranges in the fence's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FencePart {
    /// A command.
    Command {
        /// Without its prompt; continuation lines are kept.
        text: String,
        /// From its first byte after the prompt to its last one before the line break.
        span: Range<usize>,
        /// The comment right above it.
        label: Option<String>,
    },
    /// A comment.
    Comment {
        /// Without its `#`.
        text: String,
        /// Its line, without the line break.
        span: Range<usize>,
    },
    /// Output, configuration, blank lines.
    Text {
        /// Line breaks inside are kept; the last one is not part of it.
        text: String,
        /// Its lines, without the last line break.
        span: Range<usize>,
    },
}

/// Cuts a fence into commands, comments and other text.
pub fn read_fence(text: &str) -> Vec<FencePart> {
    let lines: Vec<Range<usize>> = line_ranges(text);
    let has_prompts = lines.iter().any(|line| prompt_len(&text[line.clone()]).is_some());
    let has_plain_commands = lines.iter().any(|line| begins_command(&text[line.clone()], false));
    let mut parts: Vec<FencePart> = Vec::new();
    let mut follows_command = false;
    let mut looks = LookAhead { failures_left: MAX_UNCLOSED };
    let mut next = 0;
    while next < lines.len() {
        let line = lines[next].clone();
        let content = &text[line.clone()];
        let indent = content.len() - content.trim_start().len();
        let prompt = prompt_len(content).or_else(|| root_prompt(content, has_plain_commands || has_prompts));
        let start = line.start + prompt.unwrap_or(indent);
        if prompt.is_none() && content.trim_start().starts_with('#') {
            let comment = content.trim().trim_start_matches('#').trim().to_owned();
            parts.push(FencePart::Comment { text: comment, span: line.start + indent..line.end });
            next += 1;
            continue;
        }
        let is_command = match prompt {
            Some(_) => !text[start..line.end].trim().is_empty(),
            None => !has_prompts && begins_command(content, follows_command),
        };
        if !is_command {
            push_text(&mut parts, text, line);
            follows_command = follows_command && !content.trim().is_empty();
            next += 1;
            continue;
        }
        let last = looks.last_line(text, start, &lines, next);
        let end = start + text[start..lines[last].end].trim_end().len();
        let label = match parts.last() {
            Some(FencePart::Comment { text, .. }) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        parts.push(FencePart::Command { text: text[start..end].to_owned(), span: start..end, label });
        follows_command = true;
        next = last + 1;
    }
    parts
}

/// Whether inline code is a command: a known program with arguments.
pub fn is_command(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix("$ ").unwrap_or(text);
    let mut words = text.split_whitespace().skip_while(|word| is_assignment(word) || *word == "sudo");
    let (Some(program), Some(argument)) = (words.next(), words.next()) else { return false };
    let is_plain = argument.starts_with(|c: char| c.is_alphanumeric() || "-/<$'\"{.~@[|(".contains(c));
    is_known_program(program) && is_plain && !text.contains('\n') && argument != "="
}

fn line_ranges(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches('\n').trim_end_matches('\r');
        lines.push(at..at + content.len());
        at += line.len();
    }
    lines
}

fn push_text(parts: &mut Vec<FencePart>, whole: &str, line: Range<usize>) {
    if let Some(FencePart::Text { text, span }) = parts.last_mut() {
        text.push_str(&whole[span.end..line.end]);
        span.end = line.end;
        return;
    }
    parts.push(FencePart::Text { text: whole[line.clone()].to_owned(), span: line });
}

/// Length of a prompt: `$ `, `user@host:~$ `, `[root@host ~]# `.
fn prompt_len(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    let rest = &line[indent..];
    if rest.starts_with("$ ") {
        return Some(indent + 2);
    }
    let head = rest.get(..rest.len().min(80)).unwrap_or(rest);
    let mark = [" $ ", "$ ", "# "].iter().filter_map(|mark| head.find(mark).map(|at| (at, mark.len()))).min()?;
    let prompt = &head[..mark.0];
    let bracketed = prompt.starts_with('[') && prompt.ends_with(']');
    let inner = prompt.trim_start_matches('[').trim_end_matches(']');
    let (user, host) = inner.split_once('@')?;
    let is_name =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-<>".contains(&b));
    let host_end = host.find([':', ' ']).unwrap_or(host.len());
    let place = &host[host_end..];
    let is_place = bracketed || (place.starts_with(':') && !place.contains(' '));
    (is_name(user) && is_name(&host[..host_end]) && is_place).then_some(indent + mark.0 + mark.1)
}

/// `# kubectl get pods` is a root prompt only in a fence whose commands all look like that.
fn root_prompt(line: &str, has_other_commands: bool) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    let rest = line[indent..].strip_prefix("# ")?;
    let program = rest.split_whitespace().next()?;
    let is_root = !has_other_commands && is_command(rest) && crate::recognition::is_asked_of_a_source(program);
    is_root.then_some(indent + 2)
}

/// Whether a line without a prompt begins a command. Right after a command a line of an unknown program is output.
fn begins_command(line: &str, follows_command: bool) -> bool {
    let mut words = line.split_whitespace().peekable();
    let mut has_assignment = false;
    while let Some(word) = words.next_if(|word| is_assignment(word)) {
        has_assignment = true;
        // `X=$(kubectl get …)` and `X="two words"` are one word to the shell.
        if word.contains("$(") || word.contains('"') || word.contains('\'') || word.contains('`') {
            return true;
        }
    }
    let Some(program) = words.next() else { return has_assignment };
    let argument = words.peek().copied();
    if begins_block(program, argument, line) {
        return true;
    }
    if is_known_program(program) {
        // `kubectl: not found`, `Name = x` and prose are no commands.
        return argument.is_none_or(|word| !matches!(word, "=" | ":" | "is" | "are" | "=>" | "->"));
    }
    let is_path =
        program.starts_with("./") || program.starts_with("~/") || (program.starts_with('/') && program.len() > 1);
    if is_path && !program.ends_with(':') {
        return !follows_command || argument.is_some();
    }
    let is_variable = program.starts_with('$') && program.len() > 1;
    let is_plain = program.starts_with(|c: char| c.is_ascii_lowercase())
        && program.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b));
    let has_flag = words.any(|word| word.starts_with('-') && word.len() > 1 && !word.starts_with("->"));
    let has_verb = argument.is_some_and(|word| {
        word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && !line.trim_end().ends_with('.')
    });
    // Right after a command, a plain word with another one behind it is output more often than not.
    let is_command = has_flag || (has_verb && !follows_command);
    (is_variable && argument.is_some()) || (is_plain && is_command)
}

/// `for x in`, `while …`, `if …` of the shell, not of prose.
fn begins_block(word: &str, argument: Option<&str>, line: &str) -> bool {
    let is_tested = |word: &str| matches!(word, "[" | "[[" | "!" | "((" | "true" | "read") || is_known_program(word);
    match word {
        "for" => line.contains(" in ") && (line.contains(';') || line.trim_end().ends_with("do")),
        "while" | "until" | "if" => argument.is_some_and(is_tested),
        "case" => line.trim_end().ends_with(" in"),
        _ => false,
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

/// Most lines that one command may take: beyond them an unclosed quote would swallow the fence.
const MAX_COMMAND_LINES: usize = 200;
/// Most commands of a fence that are never closed. A fence with more holds something else than commands, and looking
/// for the end of each would read the same lines again and again.
const MAX_UNCLOSED: usize = 16;

/// Looks for the ends of commands that take several lines.
struct LookAhead {
    failures_left: usize,
}

impl LookAhead {
    /// The last line of the command that begins at `start`: continuation marks, open quotes, parentheses, loops and
    /// here-documents carry it on.
    fn last_line(&mut self, text: &str, start: usize, lines: &[Range<usize>], first: usize) -> usize {
        let mut state = Carry::default();
        let most = if self.failures_left == 0 { 1 } else { MAX_COMMAND_LINES };
        for (index, line) in lines.iter().enumerate().skip(first).take(most) {
            state.read(&text[line.start.max(start)..line.end]);
            if !state.carries_on() {
                return index;
            }
            if line.end - start > MAX_COMMAND_BYTES {
                break;
            }
        }
        if most > 1 && state.is_continued && state.is_flat() {
            return (first + MAX_COMMAND_LINES).min(lines.len()) - 1;
        }
        // Never closed: the first line alone is the command, and the reader sees why it is not read.
        self.failures_left = self.failures_left.saturating_sub(1);
        first
    }
}

/// What a line leaves open.
#[derive(Default)]
struct Carry {
    quote: Option<char>,
    parentheses: usize,
    blocks: usize,
    here_document: Option<String>,
    is_continued: bool,
}

impl Carry {
    fn carries_on(&self) -> bool {
        !self.is_flat() || self.is_continued
    }

    fn is_flat(&self) -> bool {
        self.quote.is_none() && self.parentheses == 0 && self.blocks == 0 && self.here_document.is_none()
    }

    fn read(&mut self, line: &str) {
        if let Some(end) = &self.here_document {
            if line.trim() == end {
                self.here_document = None;
            }
            self.is_continued = false;
            return;
        }
        let mut chars = line.char_indices().peekable();
        let mut word_start = true;
        let mut last = ' ';
        while let Some((at, c)) = chars.next() {
            match (self.quote, c) {
                (Some('\''), '\'') | (Some('"'), '"') | (Some('`'), '`') => self.quote = None,
                (Some('\''), _) => {}
                (_, '\\') if chars.peek().is_some() => {
                    chars.next();
                }
                (Some(_), _) => {}
                (None, '#') if word_start => break,
                (None, '\'' | '"' | '`') => self.quote = Some(c),
                (None, '(') => self.parentheses += 1,
                (None, ')') => self.parentheses = self.parentheses.saturating_sub(1),
                (None, '<') if line[at..].starts_with("<<") && !line[at..].starts_with("<<<") => {
                    let tag = line[at + 2..].trim_start_matches('-').trim_start();
                    let tag: String = tag
                        .chars()
                        .take_while(|c| c.is_alphanumeric() || "'\"_".contains(*c))
                        .filter(|c| !"'\"".contains(*c))
                        .collect();
                    if !tag.is_empty() {
                        self.here_document = Some(tag);
                    }
                }
                (None, _) if word_start => match keyword(&line[at..]) {
                    "for" | "while" | "until" | "if" | "case" | "{" if last == ' ' => self.blocks += 1,
                    "done" | "fi" | "esac" | "}" => self.blocks = self.blocks.saturating_sub(1),
                    _ => {}
                },
                _ => {}
            }
            word_start = c.is_whitespace() || ";|&(".contains(c);
            // A keyword counts only at the beginning of a command.
            if ";|&(".contains(c) {
                last = ' ';
            } else if !c.is_whitespace() {
                last = c;
            }
        }
        let end = line.trim_end();
        let is_open = self.quote.is_none() && (end.ends_with('|') || end.ends_with("&&"));
        self.is_continued = (line.ends_with('\\') && !line.ends_with("\\\\")) || is_open;
        if self.quote == Some('`') {
            // A backtick in prose or output is rarely closed.
            self.quote = None;
        }
    }
}

/// The word at the beginning of a text, when it is no longer than keywords are.
fn keyword(text: &str) -> &str {
    const LONGEST: usize = 5;
    let is_end = |c: char| c.is_whitespace() || c == ';';
    let end = text.char_indices().take(LONGEST + 1).find(|(_, c)| is_end(*c)).map(|(at, _)| at);
    let is_whole = || text.len() <= LONGEST;
    end.or_else(|| is_whole().then_some(text.len())).map_or("", |end| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `C` command, `#` comment, `T` text, each with its text.
    fn parts(text: &str) -> Vec<String> {
        let mark = |part: &FencePart| {
            let (kind, content, span) = match part {
                FencePart::Command { text, span, .. } => ("C", text, span),
                FencePart::Comment { text, span } => ("#", text, span),
                FencePart::Text { text, span } => ("T", text, span),
            };
            if kind != "#" {
                assert_eq!(&text[span.clone()], content);
            }
            format!("{kind} {content}")
        };
        read_fence(text).iter().map(mark).collect()
    }

    #[test]
    fn gives_a_command_the_comment_above_it() {
        let text = "# Pods that restart\nkubectl get pods -A \\\n  -o wide | tail -20\n\n# next\nqm list\n";
        assert_eq!(
            parts(text),
            ["# Pods that restart", "C kubectl get pods -A \\\n  -o wide | tail -20", "T ", "# next", "C qm list"]
        );
        let FencePart::Command { label, .. } = &read_fence(text)[1] else { panic!() };
        assert_eq!(label.as_deref(), Some("Pods that restart"));
    }

    #[test]
    fn tells_output_from_commands() {
        let text = "kubectl get pods\nNAME   READY\nweb-0  1/1\nkubectl logs web-0\nerror: not found";
        assert_eq!(
            parts(text),
            ["C kubectl get pods", "T NAME   READY\nweb-0  1/1", "C kubectl logs web-0", "T error: not found"]
        );
        assert_eq!(
            parts("$ kubectl get po\nkubectl is nice\nroot@pve:~# qm list\n"),
            ["C kubectl get po", "T kubectl is nice", "C qm list"]
        );
        assert_eq!(parts("[root@pve ~]# pvecm status\nQuorate: Yes"), ["C pvecm status", "T Quorate: Yes"]);
        assert_eq!(parts("apiVersion: v1\nkind: Pod"), ["T apiVersion: v1\nkind: Pod"]);
    }

    #[test]
    fn keeps_quotes_loops_and_here_documents_together() {
        let text = "kubectl get x -o json | jq '.items[] |\n  .a'\nfor i in 1 2; do\n  qm status $i\ndone\ncat <<EOF | kubectl apply -f -\na: b\nEOF\nqm list";
        assert_eq!(
            parts(text),
            [
                "C kubectl get x -o json | jq '.items[] |\n  .a'",
                "C for i in 1 2; do\n  qm status $i\ndone",
                "C cat <<EOF | kubectl apply -f -\na: b\nEOF",
                "C qm list"
            ]
        );
    }

    #[test]
    fn an_unclosed_quote_takes_one_line() {
        assert_eq!(parts("echo 'x\nqm list\n"), ["C echo 'x", "C qm list"]);
    }

    #[test]
    fn knows_inline_commands() {
        for text in ["kubectl get pods", "$ qm list --full", "KUBECONFIG=x kubectl get po", "sudo systemctl status x"] {
            assert!(is_command(text), "{text}");
        }
        for text in ["kubectl", "foo bar", "/etc/pve/jobs.cfg", "replicas: 3", "git = x", ""] {
            assert!(!is_command(text), "{text}");
        }
    }
}
