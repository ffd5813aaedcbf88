//! Where things are: the checkout, the build folder outside it, and the cache of tools.
//!
//! Builds never go into the checkout, so that a fresh clone finds what an earlier one has built.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::run::{Outcome, Trouble};

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
        Ok(Self { root, target, cache })
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

    /// The site's folder, made by the verb `client`.
    pub(crate) fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The folder of tools that were installed for this project alone.
    pub(crate) fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }
}
