//! Text to runbook, steps and typed checks; pipe filters; verdict rules.
//!
//! Pure: no IO, no clock, no async, no Leptos. Reading returns a value and its problems; it does not fail.

pub mod alerts;
pub mod binding;
pub mod chart;
pub mod check;
pub mod document;
pub mod filter;
pub mod host;
pub mod log_text;
pub mod memory;
pub mod names;
pub mod outcome;
pub mod problem;
pub mod recovery;
pub mod server_work;
pub mod starter;
pub mod suspect;
pub mod tally;
pub mod time;
pub mod verdict;

#[cfg(feature = "parse")]
mod admonition;
#[cfg(feature = "parse")]
mod anchor;
#[cfg(feature = "parse")]
mod builder;
#[cfg(feature = "parse")]
mod code;
#[cfg(feature = "parse")]
pub mod columns;
#[cfg(feature = "parse")]
pub mod command;
#[cfg(feature = "parse")]
pub mod daily;
#[cfg(feature = "parse")]
pub mod describe;
#[cfg(feature = "parse")]
pub mod explain;
#[cfg(feature = "parse")]
mod front_matter;
#[cfg(feature = "parse")]
pub mod gotemplate;
#[cfg(feature = "parse")]
pub mod helm;
#[cfg(feature = "parse")]
mod html;
#[cfg(feature = "parse")]
pub mod jsonpath;
#[cfg(feature = "parse")]
mod lines;
#[cfg(feature = "parse")]
mod link;
#[cfg(feature = "parse")]
pub mod lookup;
#[cfg(feature = "parse")]
mod markdown;
#[cfg(feature = "parse")]
mod metadata;
#[cfg(feature = "parse")]
mod parse;
#[cfg(feature = "parse")]
pub mod promql;
#[cfg(feature = "parse")]
mod prose;
#[cfg(feature = "parse")]
pub mod proxmox;
#[cfg(feature = "parse")]
pub mod search;
#[cfg(feature = "parse")]
mod secret;
#[cfg(feature = "parse")]
pub mod shell;
#[cfg(feature = "parse")]
mod shortcode;
#[cfg(feature = "parse")]
mod source;
#[cfg(feature = "parse")]
mod steps;
pub mod text;
#[cfg(feature = "parse")]
mod window;

#[cfg(feature = "parse")]
pub use parse::parse;
#[cfg(feature = "parse")]
pub use source::MASK;
