//! What is known of a flag: its names, what it takes, what it does.

/// A flag of a command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flag {
    /// Without its dashes; a flag that has only a short form repeats it here.
    pub(crate) long: &'static str,
    pub(crate) short: Option<char>,
    pub(crate) takes: Takes,
    pub(crate) role: Role,
}

/// What a flag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is part of the question.
    Used,
    /// It says how to reach or print, which Runlight does its own way.
    Ignored,
    /// It is known, and stops the command for this reason.
    Stops(&'static str),
}

/// What a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// `-w`, `--watch`, `--watch=false`.
    Nothing,
    /// `-n x`, `-nx`, `--namespace x`, `--namespace=x`.
    Value,
    /// `--color`, `--color=auto`: the value only after `=`.
    ValueAfterEquals,
    /// `--full`, `--full 1`, `--full=0`: the truth values of Proxmox' tools.
    Truth,
    /// `-20`: digits in place of a letter.
    Digits,
}

/// A flag without a value and without a short form.
pub(crate) const fn switch(long: &'static str) -> Flag {
    Flag { long, short: None, takes: Takes::Nothing, role: Role::Used }
}

/// A switch of Proxmox' tools, which may say 1 or 0.
pub(crate) const fn truth(long: &'static str) -> Flag {
    Flag { long, short: None, takes: Takes::Truth, role: Role::Used }
}

/// A flag with a value and without a short form.
pub(crate) const fn value(long: &'static str) -> Flag {
    Flag { long, short: None, takes: Takes::Value, role: Role::Used }
}

impl Flag {
    /// With a short form.
    pub(crate) const fn or(self, short: char) -> Self {
        Self { short: Some(short), ..self }
    }

    /// Accepted, and no part of the question.
    pub(crate) const fn ignored(self) -> Self {
        Self { role: Role::Ignored, ..self }
    }

    /// Known, and not answered.
    pub(crate) const fn stops(self, reason: &'static str) -> Self {
        Self { role: Role::Stops(reason), ..self }
    }

    /// With a value only after `=`.
    pub(crate) const fn maybe(self) -> Self {
        Self { takes: Takes::ValueAfterEquals, ..self }
    }

    /// `-20`.
    pub(crate) const fn digits(long: &'static str) -> Self {
        Self { long, short: None, takes: Takes::Digits, role: Role::Used }
    }
}
