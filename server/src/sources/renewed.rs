//! What is made of files: kept while they stay as they are, made anew when one of them changes. A mounted Secret that is
//! replaced, a token that is rotated, a certificate that is renewed need no restart.

use std::{
    os::unix::fs::MetadataExt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::ConfigProblem;

/// What files look like at one moment. A file that is replaced, as Kubernetes replaces mounted ones, is another one; one
/// that is absent looks like nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<Option<Look>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    device: u64,
    inode: u64,
    length: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl Stamp {
    /// Looks at files, following links. Reads none.
    pub(crate) fn of<'p>(files: impl IntoIterator<Item = &'p Path>) -> Self {
        Self(files.into_iter().map(|file| std::fs::metadata(file).ok().map(|found| Look::of(&found))).collect())
    }
}

impl Look {
    fn of(found: &std::fs::Metadata) -> Self {
        Self {
            device: found.dev(),
            inode: found.ino(),
            length: found.len(),
            seconds: found.mtime(),
            nanoseconds: found.mtime_nsec(),
        }
    }
}

/// The thing that files make, once they have made one.
#[derive(Debug)]
pub(crate) struct Renewed<T> {
    kept: Mutex<Option<(Stamp, Arc<T>)>>,
}

impl<T> Default for Renewed<T> {
    fn default() -> Self {
        Self { kept: Mutex::new(None) }
    }
}

impl<T> Renewed<T> {
    /// What the files make now. Files that make nothing do not take away what they made before: it may still be
    /// accepted, and a file may be looked at while it is being written.
    pub(crate) fn get(
        &self,
        stamp: Stamp,
        make: impl FnOnce() -> Result<T, ConfigProblem>,
    ) -> Result<Arc<T>, ConfigProblem> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((seen, made)) = &*kept
            && *seen == stamp
        {
            return Ok(Arc::clone(made));
        }
        match (make(), &mut *kept) {
            (Ok(made), _) => {
                let made = Arc::new(made);
                *kept = Some((stamp, Arc::clone(&made)));
                Ok(made)
            }
            (Err(problem), Some((seen, made))) => {
                tracing::warn!("{problem} What stood there before is used on.");
                *seen = stamp;
                Ok(Arc::clone(made))
            }
            (Err(problem), None) => Err(problem),
        }
    }

    /// It is not accepted any more: the files are read again when it is next needed.
    pub(super) fn forget(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(file: &Path) -> Result<String, ConfigProblem> {
        let text = fs::read_to_string(file).map_err(|_| ConfigProblem::new("key", "it cannot be read", "Write it."))?;
        if text.is_empty() { Err(ConfigProblem::new("key", "it is empty", "Write it.")) } else { Ok(text) }
    }

    #[test]
    fn makes_it_anew_when_its_file_is_replaced_and_not_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("token");
        let renewed = Renewed::default();
        let look = || renewed.get(Stamp::of([file.as_path()]), || read(&file));
        assert!(look().is_err());
        fs::write(&file, "first").expect("written");
        let first = look().expect("a token");
        assert!(Arc::ptr_eq(&first, &look().expect("the same")));
        // As Kubernetes does: a new file takes the old one's place in one step.
        fs::write(folder.path().join("new"), "other").expect("written");
        fs::rename(folder.path().join("new"), &file).expect("renamed");
        assert_eq!(*look().expect("a token"), "other");
    }

    #[test]
    fn keeps_the_old_one_while_the_file_makes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("token");
        let renewed = Renewed::default();
        let look = || renewed.get(Stamp::of([file.as_path()]), || read(&file));
        fs::write(&file, "first").expect("written");
        look().expect("a token");
        fs::write(&file, "").expect("written");
        assert_eq!(*look().expect("the old one"), "first");
        fs::remove_file(&file).expect("removed");
        assert_eq!(*look().expect("the old one"), "first");
        renewed.forget();
        assert!(look().is_err());
    }
}
