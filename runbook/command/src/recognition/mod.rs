//! From a command line to a typed question. Default deny: one flag, stage or substitution that is not in the table
//! and the whole command is *unknown*; verbs that change something are refused by name.

mod args;
mod context;
mod permission;
mod programs;
mod read;
mod reason;
mod recognise;
mod reference;
mod stages;
mod table;
mod wrapper;
mod written;
mod xargs;

mod gitops;
mod kubectl;
mod monitoring;
mod proxmox;

pub use context::FenceContext;
pub use kubectl::{is_raw_path, prints_secret_data};
pub use permission::SecretData;
pub use read::{IfShown, ReadCommand, read, read_promql, recognise};
pub use reference::print_reference;
pub use written::Command;

/// Whether a word names a program that commands begin with.
pub fn is_known_program(word: &str) -> bool {
    table::find(word).is_some() || wrapper::is_wrapper(word) || programs::find(word).is_some()
}

/// Whether a program asks a source that Runlight can ask, too.
pub(crate) fn is_asked_of_a_source(word: &str) -> bool {
    table::find(word).is_some() || wrapper::is_wrapper(word)
}
