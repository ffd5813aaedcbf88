//! Set-up steps that may be killed at any moment and started twice at once: each leaves its result whole or not at all.
//!
//! A step looks whether its result is there, takes its lock, looks again, works in a folder beside the result, and puts
//! that folder into its place with one rename. What a killed run left behind is swept away by the next.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::run::{Outcome, Trouble, say};
use crate::workshop::Workshop;

/// Held while a step works; freed when dropped, and by the system when the process ends in any way.
pub(crate) struct Turn {
    _file: File,
}

impl Turn {
    /// Waits until no other process on this machine holds the turn of that name.
    pub(crate) fn take(workshop: &Workshop, name: &str) -> Outcome<Self> {
        let folder = workshop.cache.join("locks");
        fs::create_dir_all(&folder)?;
        let file = File::create(folder.join(name))?;
        if file.try_lock().is_err() {
            say(format!("waiting for another run that sets up {name}"));
            file.lock()?;
        }
        Ok(Self { _file: file })
    }
}

/// Makes `result`, a folder, with `make`, which gets an empty folder to fill. Nothing is done where `is_whole` says that
/// the result stands already.
pub(crate) fn make_once(
    workshop: &Workshop,
    name: &str,
    result: &Path,
    is_whole: impl Fn(&Path) -> bool,
    make: impl FnOnce(&Path) -> Outcome,
) -> Outcome {
    if is_whole(result) {
        return Ok(());
    }
    let _turn = Turn::take(workshop, name)?;
    if is_whole(result) {
        return Ok(());
    }
    let unfinished = with_suffix(result, ".unfinished");
    remove(&unfinished)?;
    fs::create_dir_all(&unfinished)?;
    make(&unfinished)?;
    if !is_whole(&unfinished) {
        return Err(Trouble(format!("setting up {name} left nothing usable in {}", unfinished.display())));
    }
    remove(result)?;
    Ok(fs::rename(&unfinished, result)?)
}

/// Removes a folder that may not be there.
pub(crate) fn remove(folder: &Path) -> Outcome {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Trouble(format!("cannot remove {}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;
    use crate::run::trouble;
    use crate::workshop::tests::Scratch;

    fn is_whole(folder: &Path) -> bool {
        folder.join("last").is_file()
    }

    fn make_both(folder: &Path) -> Outcome {
        fs::write(folder.join("first"), "")?;
        Ok(fs::write(folder.join("last"), "")?)
    }

    #[test]
    fn two_at_once_work_once() {
        let scratch = Scratch::new("two-at-once");
        let result = scratch.workshop.cache.join("tool");
        let made = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    make_once(&scratch.workshop, "tool", &result, is_whole, |folder| {
                        made.fetch_add(1, Ordering::SeqCst);
                        make_both(folder)
                    })
                    .expect("a tool");
                    assert!(is_whole(&result));
                });
            }
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_step_that_was_cut_off_leaves_nothing_in_the_place_and_nothing_for_the_next() {
        let scratch = Scratch::new("cut-off");
        let result = scratch.workshop.cache.join("tool");
        let cut_off = make_once(&scratch.workshop, "tool", &result, is_whole, |folder| {
            fs::write(folder.join("half"), "")?;
            trouble("the line went dead")
        });
        assert!(cut_off.is_err() && !result.exists());
        make_once(&scratch.workshop, "tool", &result, is_whole, make_both).expect("a tool");
        assert!(is_whole(&result) && !result.join("half").exists());
    }

    #[test]
    fn an_unusable_result_is_an_error_and_a_broken_one_is_replaced() {
        let scratch = Scratch::new("unusable");
        let result = scratch.workshop.cache.join("tool");
        let empty = make_once(&scratch.workshop, "tool", &result, is_whole, |_| Ok(()));
        assert!(empty.is_err_and(|trouble| trouble.0.contains("left nothing usable")) && !result.exists());
        fs::create_dir_all(&result).expect("half a tool");
        make_once(&scratch.workshop, "tool", &result, is_whole, make_both).expect("a tool");
        assert!(is_whole(&result));
    }
}
