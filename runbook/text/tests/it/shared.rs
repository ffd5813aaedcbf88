//! The fixtures that these tests read.

use std::path::PathBuf;

/// A homelab's runbook for pods that crash.
pub(crate) fn seed() -> String {
    fixtures::homelab_runbook().expect("it is part of the repository")
}

/// Every runbook of the fixtures with its path, in order.
pub(crate) fn library() -> Vec<(PathBuf, String)> {
    fixtures::library().expect("it is part of the repository")
}
