//! Who asks. Made at the door only: from a session, a trusted proxy's headers, or a token.

use std::{fmt, sync::Arc};

use crate::{Groups, Scope};

/// Who asks, after signing in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    /// Somebody on this machine: no way to sign in is configured, and only loopback is served.
    Local,
    /// Somebody who has signed in.
    Person(Arc<Person>),
    /// A program with a token.
    Machine(Arc<Machine>),
}

/// Somebody who has signed in. Two people of the same name from two issuers are two people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Person {
    /// Who vouches for them: a provider's issuer, `proxy`, or `local`.
    pub issuer: String,
    /// Who they are there; never given to somebody else.
    pub subject: String,
    /// What they are called.
    pub name: String,
    /// Their groups, as the issuer tells them.
    pub groups: Groups,
}

/// A program with a token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Machine {
    /// The token's name in the configuration.
    pub name: String,
    /// What the token is for.
    pub scopes: Vec<Scope>,
    /// Groups that the configuration gives it.
    pub groups: Groups,
}

impl Caller {
    /// The groups that rights are decided by. Whoever is on this machine alone has none and needs none.
    pub fn groups(&self) -> Option<&Groups> {
        match self {
            Self::Local => None,
            Self::Person(person) => Some(&person.groups),
            Self::Machine(machine) => Some(&machine.groups),
        }
    }

    /// Whether a program's token is for this; people may do what readers do, by themselves or through an assistant, and
    /// read the figures.
    pub fn may(&self, scope: Scope) -> bool {
        match self {
            Self::Local => true,
            Self::Person(_) => matches!(scope, Scope::Read | Scope::Metrics | Scope::Mcp),
            Self::Machine(machine) => machine.scopes.contains(&scope),
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("this machine"),
            Self::Person(person) => f.write_str(&person.name),
            Self::Machine(machine) => write!(f, "token {}", machine.name),
        }
    }
}
