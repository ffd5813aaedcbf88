//! The pattern language: what a row asks for, as typed data. Says it to a reader ("read as: …") and writes it as a cell;
//! reads and judges nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Clauses, joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// Every one holds: `+`, "and", "with".
    All(Vec<Condition>),
    /// At least one holds: `/`, "or".
    Any(Vec<Condition>),
    /// It does not hold: "but not", "without".
    Not(Box<Condition>),
    /// One clause.
    Is(Clause),
}

/// One thing to look up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clause {
    /// A word that Kubernetes uses for a state or an event: `OOMKilled`, `FailedMount`, `Init:0/1`.
    Reason(String),
    /// The phase of the pod, whatever its containers say.
    Phase(String),
    /// How the process ended.
    Exit(ExitCodes),
    /// One line that says all of this.
    Line {
        /// What the line must hold.
        parts: Vec<LinePart>,
        /// Where it is looked for.
        place: Place,
    },
    /// A probe of the container fails.
    Probe(Probe),
    /// The node of the pod has a trouble.
    Node(NodeTrouble),
    /// More restarts are counted than this.
    Restarts {
        /// How many are not enough.
        more_than: u32,
    },
    /// The container is ready.
    Ready,
    /// The run ended within so many seconds of its start.
    Soon {
        /// At most.
        within_s: u32,
    },
    /// It has been so for at least so many seconds.
    Lasting {
        /// At least.
        at_least_s: u32,
    },
    /// No other row fits.
    Rest,
    /// It is about the container of this name.
    Container(String),
    /// Prose that could not be read: a line that holds its words speaks for the row, their absence proves nothing.
    Prose(String),
}

/// Exit codes from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitCodes {
    /// The lowest.
    pub from: i32,
    /// The highest.
    pub to: i32,
}

impl ExitCodes {
    /// One code alone.
    pub fn only(code: i32) -> Self {
        Self { from: code, to: code }
    }

    /// Whether a code is among them.
    pub fn hold(self, code: i32) -> bool {
        (self.from..=self.to).contains(&code)
    }
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinePart {
    /// These words; case and spacing do not matter, and a placeholder stands for anything.
    Words(String),
    /// A regular expression, tried on each line without regard to case.
    Regex(String),
    /// A host, with or without a port: `127.0.0.1:7445`.
    Address(String),
    /// Any of the ways in which programs say one thing.
    Says(Saying),
    /// A kind of object: "ConfigMap".
    Object(String),
    /// A product, by its name or by the port that it listens on.
    Product {
        /// As the lexicon calls it.
        name: String,
        /// Whether the line must name it; else it must only not name another one.
        is_required: bool,
    },
    /// A path in a file system.
    Path(String),
}

/// What programs say in many ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Saying {
    /// Time ran out.
    Timeout,
    /// A connection was refused.
    Refused,
    /// A name could not be resolved.
    NoHost,
    /// Something may not be done.
    Permission,
    /// A disk is full.
    NoSpace,
    /// Memory ran out.
    Memory,
    /// A port is taken.
    InUse,
    /// Something is not there.
    NotFound,
    /// A command is not there.
    NoCommand,
    /// A certificate is not accepted.
    Certificate,
    /// Credentials are not accepted.
    Credentials,
    /// Anything that reports an error.
    Error,
}

/// Which probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// It restarts the container.
    Liveness,
    /// It keeps traffic away.
    Readiness,
    /// It gives a slow start its time.
    Startup,
}

/// What is wrong with a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeTrouble {
    /// It does not report, or says that it is not ready.
    NotReady,
    /// It is short of disk.
    Disk,
    /// It is short of memory.
    Memory,
    /// It is short of process ids.
    Pids,
}

/// Where text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Both logs, events, and the messages of states.
    Anywhere,
    /// Both logs, and the messages of states (which may quote the log).
    Logs,
    /// The log of the run that ended.
    PreviousLog,
    /// Events alone.
    Events,
}

impl Saying {
    /// A phrase that says it, and that is read as it.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Refused => "connection refused",
            Self::NoHost => "no such host",
            Self::Permission => "permission denied",
            Self::NoSpace => "no space left on device",
            Self::Memory => "memory exhausted",
            Self::InUse => "address already in use",
            Self::NotFound => "not found",
            Self::NoCommand => "command not found",
            Self::Certificate => "certificate invalid",
            Self::Credentials => "authentication failed",
            Self::Error => "errors",
        }
    }
}

impl Probe {
    /// As the kubelet begins its message.
    pub fn word(self) -> &'static str {
        match self {
            Self::Liveness => "Liveness",
            Self::Readiness => "Readiness",
            Self::Startup => "Startup",
        }
    }
}

impl NodeTrouble {
    /// As a node's conditions call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotReady => "NotReady",
            Self::Disk => "DiskPressure",
            Self::Memory => "MemoryPressure",
            Self::Pids => "PIDPressure",
        }
    }
}

/// How a reader is told what a condition asks for.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((core, more)) = self.better_with() {
            return write!(f, "{core}, the better with {}", Self::All(more.to_vec()));
        }
        let (parts, joint) = match self {
            Self::Is(clause) => return clause.fmt(f),
            Self::Not(condition) => return write!(f, "not ({condition})"),
            Self::All(parts) => (parts, ", and "),
            Self::Any(parts) => (parts, " or "),
        };
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                f.write_str(joint)?;
            }
            match part {
                Self::Any(_) if joint != " or " => write!(f, "({part})")?,
                Self::All(_) if joint == " or " => write!(f, "({part})")?,
                _ => part.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reason(name) => write!(f, "state or event {name}"),
            Self::Phase(name) => write!(f, "phase {name}"),
            Self::Exit(codes) => codes.fmt(f),
            Self::Line { parts, place } => {
                f.write_str("text ")?;
                for (at, part) in parts.iter().enumerate() {
                    if at > 0 {
                        f.write_str(" with ")?;
                    }
                    part.fmt(f)?;
                }
                place.fmt(f)
            }
            Self::Probe(probe) => write!(f, "a failed {} probe", probe.word().to_lowercase()),
            Self::Node(trouble) => write!(f, "node {}", trouble.word()),
            Self::Restarts { more_than: 0 } => f.write_str("restarts"),
            Self::Restarts { more_than } => write!(f, "more than {more_than} restarts"),
            Self::Ready => f.write_str("ready"),
            Self::Soon { within_s } => write!(f, "ended within {within_s} s of its start"),
            Self::Lasting { at_least_s } => write!(f, "for at least {at_least_s} s"),
            Self::Rest => f.write_str("no other row"),
            Self::Container(name) => write!(f, "container {name}"),
            Self::Prose(words) => write!(f, "the words \"{words}\" in one line"),
        }
    }
}

impl fmt::Display for ExitCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (from, to) if from == to => write!(f, "exit code {from}"),
            (from, to) => write!(f, "exit code {from} to {to}"),
        }
    }
}

impl fmt::Display for LinePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => write!(f, "\"{words}\""),
            Self::Regex(pattern) => write!(f, "matching the regular expression {pattern}"),
            Self::Address(address) => f.write_str(address),
            Self::Says(Saying::Timeout) => f.write_str("a timeout"),
            Self::Says(Saying::Error) => f.write_str("that reports an error"),
            Self::Says(saying) => write!(f, "like \"{}\"", saying.phrase()),
            Self::Object(kind) => write!(f, "naming a {kind}"),
            Self::Product { name, is_required: true } => write!(f, "naming {name}"),
            Self::Product { name, is_required: false } => write!(f, "naming no other than {name}"),
            Self::Path(path) => write!(f, "the path {path}"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anywhere => "",
            Self::Logs => " in logs",
            Self::PreviousLog => " in the previous log",
            Self::Events => " in events",
        })
    }
}

impl Condition {
    /// A condition, and what makes it say more where it holds, too: the first suffices.
    pub(crate) fn with_the_better(core: Self, more: Self) -> Self {
        Self::Any(vec![Self::All(vec![core.clone(), more]), core])
    }

    fn better_with(&self) -> Option<(&Self, &[Self])> {
        let Self::Any(parts) = self else { return None };
        let [Self::All(all), core] = parts.as_slice() else { return None };
        let (first, more) = all.split_first()?;
        (first == core).then_some((core, more))
    }

    /// The condition as a cell of a table that reads as it again.
    pub fn write_cell(&self) -> String {
        let join = |parts: &[Self], joint: &str| parts.iter().map(Self::write_cell).collect::<Vec<_>>().join(joint);
        if let Some((core, more)) = self.better_with() {
            return format!("{} ({})", join(more, " + "), core.write_cell());
        }
        match self {
            Self::All(parts) => join(parts, " + "),
            Self::Any(parts) => join(parts, " / "),
            Self::Not(condition) => format!("not {}", condition.write_cell()),
            Self::Is(clause) => clause.write_cell(),
        }
    }
}

impl Clause {
    fn write_cell(&self) -> String {
        match self {
            Self::Reason(name) => format!("`{name}`"),
            Self::Phase(name) => format!("phase {name}"),
            Self::Exit(codes) => codes.to_string(),
            Self::Line { parts, place } => {
                let parts: Vec<String> = parts.iter().map(LinePart::write_cell).collect();
                format!("{}{place}", parts.join(" "))
            }
            Self::Probe(probe) => format!("{} probe failed", probe.word()),
            Self::Node(NodeTrouble::NotReady) => "node not ready".into(),
            Self::Node(trouble) => trouble.word().into(),
            Self::Restarts { more_than: 0 } => "restarting".into(),
            Self::Restarts { more_than } => format!("restart count > {more_than}"),
            Self::Ready => "ready".into(),
            Self::Soon { within_s } => format!("within {within_s} seconds of start"),
            Self::Lasting { at_least_s } => format!("for more than {at_least_s} seconds"),
            Self::Rest => "none of the above".into(),
            Self::Container(name) => format!("container `{name}`"),
            Self::Prose(words) => words.clone(),
        }
    }
}

impl LinePart {
    fn write_cell(&self) -> String {
        match self {
            Self::Words(words) | Self::Regex(words) | Self::Path(words) => format!("`{words}`"),
            Self::Address(address) => format!("`{address}`"),
            Self::Says(saying) => saying.phrase().into(),
            Self::Object(kind) => kind.clone(),
            Self::Product { name, is_required: true } => format!("to {name}"),
            Self::Product { name, is_required: false } => name.clone(),
        }
    }
}
