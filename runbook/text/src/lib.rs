//! From Markdown to a runbook: what it says of itself, its steps, commands, windows and alerts; search and lookup.
//!
//! Pure. Reading never fails: it returns a value and its problems. Judges nothing.

pub mod alerts;
pub mod lookup;
pub mod prose;
pub mod runbook;
pub mod search;
pub mod secret;
pub mod starter;
pub mod suspect;
pub mod telling;

mod admonition;
mod anchor;
mod builder;
mod code;
mod effort;
mod front_matter;
mod html;
mod lines;
mod link;
mod markdown;
mod metadata;
mod parse;
mod plain;
mod shortcode;
mod source;
mod steps;
mod vault;
mod window;

pub use command::mark::MASK;
pub use effort::{LIBRARY_STEPS, TooMuchToRead};
pub use parse::{parse, parse_within};
pub use plain::plain;
