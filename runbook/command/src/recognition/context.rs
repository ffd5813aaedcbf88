//! What a file has said before a command: variables, aliases, and the session that a fence has opened.

use crate::shell::{self, Item, PlaceholderKind, Stage, Variable, Variables};

/// What earlier commands of the file set.
#[derive(Debug, Clone, Default)]
pub struct FenceContext {
    pub(super) variables: Variables,
    /// The host of a bare `ssh HOST`.
    pub(super) host: Option<String>,
}

impl FenceContext {
    /// Takes note of a command that has been read: `X=…`, `export X=…`, `alias k=…`, a bare `ssh HOST`, `exit`.
    pub fn absorb(&mut self, text: &str) {
        self.variables.begin_command();
        let Ok((script, placeholders)) = shell::parse(text, &self.variables) else { return };
        for item in &script.items {
            let Item::Pipe(stages) = item else { continue };
            let [stage] = stages.as_slice() else { continue };
            self.absorb_stage(stage, &placeholders);
        }
    }

    /// The fence is over: an open session ends with it.
    pub fn end_fence(&mut self) {
        self.host = None;
    }

    fn absorb_stage(&mut self, stage: &Stage, placeholders: &[shell::Placeholder]) {
        let words: Vec<&str> = stage.words.iter().map(|word| word.text.as_str()).collect();
        match words.as_slice() {
            [] => {
                for (name, word) in &stage.assignments {
                    self.set(name, &word.text, placeholders);
                }
            }
            ["export" | "declare" | "local" | "readonly" | "set", rest @ ..] => {
                for word in rest {
                    if let Some((name, value)) = word.split_once('=') {
                        self.set(name, value, placeholders);
                    }
                }
            }
            ["exit" | "logout", ..] => self.host = None,
            ["unset", names @ ..] => names.iter().for_each(|name| self.variables.unset(name)),
            _ => {
                if let Some(host) = super::wrapper::opened_session(stage, placeholders) {
                    self.host = Some(host);
                }
            }
        }
    }

    fn set(&mut self, name: &str, value: &str, placeholders: &[shell::Placeholder]) {
        let mut chars = value.chars();
        let first = chars.next().and_then(shell::marked_index).and_then(|index| placeholders.get(index));
        let variable = match first {
            // The whole value is one command's answer.
            Some(placeholder) if chars.as_str().is_empty() => match &placeholder.kind {
                PlaceholderKind::Answer { command, .. } => Variable::Answer(command.clone()),
                _ => return,
            },
            _ if value.chars().any(|c| shell::marked_index(c).is_some()) => return,
            _ if value.is_empty() => return,
            _ => Variable::Literal(value.to_owned()),
        };
        self.variables.set(name, variable);
    }
}
