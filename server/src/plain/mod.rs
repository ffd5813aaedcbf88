//! What pages show, as plain text: for terminals and for assistants. Writes what it is given, with bounds; asks nothing,
//! judges nothing, and knows no rights: whoever calls it has looked at those.

mod cut;
mod evidence;
mod report;
mod runbook;
mod verdict;

pub use cut::cut;
pub use evidence::evidence;
pub use report::report;
pub use runbook::{Standing, runbook};
pub use verdict::verdict;
