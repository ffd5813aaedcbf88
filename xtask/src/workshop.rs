//! Where things are: the checkout, the build folder outside it, and the cache of tools.
//!
//! Builds never go into the checkout, so that a fresh clone finds what an earlier one has built.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Outcome, Trouble, trouble};

/// The folders that every verb works with.
pub(crate) struct Workshop {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// `CARGO_TARGET_DIR`, or `target` in the cache.
    pub(crate) target: PathBuf,
    /// `runlight` in the user's cache folder.
    pub(crate) cache: PathBuf,
}

impl Workshop {
    /// Reads the environment that cargo gave.
    pub(crate) fn find() -> Outcome<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .ok_or_else(|| Trouble("start this as `cargo xtask`, from anywhere in the checkout".to_owned()))?;
        let root = PathBuf::from(manifest)
            .parent()
            .ok_or_else(|| Trouble("the xtask crate does not lie in a checkout".to_owned()))?
            .to_owned();
        let cache = env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| env::home_dir().map(|home| home.join(".cache")))
            .ok_or_else(|| Trouble("neither HOME nor XDG_CACHE_HOME is set".to_owned()))?
            .join("runlight");
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| cache.join("target"), |set| root.join(set));
        let workshop = Self { root, target, cache };
        workshop.must_be_writable()?;
        Ok(workshop)
    }

    /// Says at once which folder cannot be written and which variable names another one.
    fn must_be_writable(&self) -> Outcome {
        require_writable(&self.cache, "XDG_CACHE_HOME")?;
        require_writable(&self.target, "CARGO_TARGET_DIR")?;
        let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
        match home {
            // A machine may come with everything that cargo would download.
            Some(home) if !home.join("registry").is_dir() => require_writable(&home, "CARGO_HOME"),
            _ => Ok(()),
        }
    }

    /// A cargo command in the checkout, building into the target folder.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = self.command("cargo");
        cargo.env("CARGO_TARGET_DIR", &self.target);
        cargo
    }

    /// Any command in the checkout, without what cargo told this process about xtask itself.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                command.env_remove(name);
            }
        }
        command
    }

    /// The folder of tools that were installed for this project alone.
    pub(crate) fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }
}

/// Fails where nothing can be written below `folder`, which the person at the keyboard chooses by `variable`.
fn require_writable(folder: &Path, variable: &str) -> Outcome {
    let probe = folder.join(format!(".writable-{}", std::process::id()));
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(&probe, ""));
    match written.and_then(|()| fs::remove_file(&probe)) {
        Ok(()) => Ok(()),
        Err(error) => {
            trouble(format!("{} cannot be written ({error}). Set {variable} to a folder that can.", folder.display()))
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A workshop in a folder of its own, removed when dropped.
    pub(crate) struct Scratch {
        pub(crate) workshop: Workshop,
    }

    impl Scratch {
        pub(crate) fn new(name: &str) -> Self {
            let root = env::temp_dir().join(format!("runlight xtask ä {name} {}", std::process::id()));
            let (target, cache) = (root.join("target"), root.join("cache"));
            fs::create_dir_all(&cache).expect("a folder");
            Self { workshop: Workshop { root, target, cache } }
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.workshop.root).expect("a folder that can be removed");
        }
    }

    #[test]
    fn names_the_variable_of_a_folder_that_cannot_be_written() {
        let scratch = Scratch::new("writable");
        require_writable(&scratch.workshop.target, "CARGO_TARGET_DIR").expect("a folder that can be made");
        // Below a file no folder can be made, whoever asks.
        let file = scratch.workshop.root.join("file");
        fs::write(&file, "").expect("a file");
        let said = require_writable(&file.join("cache"), "XDG_CACHE_HOME").expect_err("no folder").0;
        assert!(
            said.contains("cannot be written") && said.ends_with("Set XDG_CACHE_HOME to a folder that can."),
            "{said}"
        );
    }
}
