//! A portal that an author looks at while writing: lint's word on each runbook stands beside it, and a change is seen at
//! once.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::server_side::preview::LintView;

use super::Portal;
use crate::library::Entry;

/// What says something of a runbook's file. It reads files, so it is called where that holds nobody up.
pub struct Lint {
    folders: Vec<PathBuf>,
    read: Arc<dyn Fn(&Path) -> LintView + Send + Sync>,
}

impl Lint {
    /// Of files in the folders of the library, in its order.
    pub fn new(folders: Vec<PathBuf>, read: impl Fn(&Path) -> LintView + Send + Sync + 'static) -> Self {
        Self { folders, read: Arc::new(read) }
    }
}

impl fmt::Debug for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lint").field("folders", &self.folders).finish_non_exhaustive()
    }
}

impl Portal {
    /// From now on lint's word stands beside each runbook.
    pub fn show_lint(&self, lint: Lint) {
        // A second one changes nothing.
        drop(self.lint.set(lint));
    }

    /// Looks for changed files now, and not at the next look by itself.
    pub async fn look_again(&self) {
        let library = Arc::clone(&self.library);
        drop(tokio::task::spawn_blocking(move || library.rescan()).await);
    }

    /// What lint says of a runbook, in a preview.
    pub(super) async fn lint_of(&self, entry: &Entry) -> Option<LintView> {
        let lint = self.lint.get()?;
        let file = lint.folders.get(entry.folder)?.join(&entry.file);
        let read = Arc::clone(&lint.read);
        tokio::task::spawn_blocking(move || read(&file)).await.ok()
    }
}
