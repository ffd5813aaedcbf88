//! Packages out of the Debian archives that this machine already uses, unpacked into a folder of our own.
//!
//! Works with private apt folders: the system's lists, cache and installed packages stay as they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Outcome, Trouble, ask, is_there, run, trouble};

/// Debian's own signing keys; apt checks every list and package against them.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// A view of one suite.
pub(crate) struct Archive {
    folder: PathBuf,
}

impl Archive {
    /// Reads the package lists of `suite` from the mirror that serves `archive` ("debian", "debian-security").
    pub(crate) fn open(folder: &Path, archive: &str, suite: &str) -> Outcome<Self> {
        if !is_there("apt-get") || !is_there("dpkg") {
            return trouble("apt-get and dpkg are not there, so Debian's packages cannot be used");
        }
        let folder = folder.join(format!("apt-{suite}"));
        for part in ["state/lists/partial", "cache/archives/partial", "etc"] {
            fs::create_dir_all(folder.join(part))?;
        }
        fs::write(folder.join("state/status"), "")?;
        let signed = if Path::new(KEYRING).is_file() { format!("[signed-by={KEYRING}] ") } else { String::new() };
        let source = format!("deb {signed}{} {suite} main\n", mirror(archive)?);
        fs::write(folder.join("etc/sources.list"), source)?;
        let view = Self { folder };
        run(view.apt("apt-get").args(["--quiet", "update"]))?;
        Ok(view)
    }

    /// The full version of `package` whose upstream part is `upstream`, when the suite has it.
    pub(crate) fn version(&self, package: &str, upstream: &str) -> Outcome<Option<String>> {
        let table = ask(self.apt("apt-cache").args(["madison", package]))?;
        let versions = table.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim);
        let wanted = |version: &&str| version.strip_prefix(upstream).is_some_and(|rest| rest.starts_with(['+', '-']));
        Ok(versions.into_iter().find(wanted).map(str::to_owned))
    }

    /// What `package` needs, by name, one level deep.
    pub(crate) fn needs(&self, package: &str) -> Outcome<Vec<String>> {
        let text = ask(self.apt("apt-cache").args(["depends", package]))?;
        let names = text.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
        Ok(names.filter(|name| !name.starts_with('<')).map(str::to_owned).collect())
    }

    /// Downloads and unpacks into `into`. `package` may carry `=version`.
    pub(crate) fn unpack(&self, package: &str, into: &Path) -> Outcome {
        let downloads = self.folder.join("downloads");
        if downloads.exists() {
            fs::remove_dir_all(&downloads)?;
        }
        fs::create_dir_all(&downloads)?;
        run(self.apt("apt-get").args(["--quiet", "download", package]).current_dir(&downloads))?;
        fs::create_dir_all(into)?;
        for entry in fs::read_dir(&downloads)? {
            run(Command::new("dpkg").arg("-x").arg(entry?.path()).arg(into))?;
        }
        Ok(fs::remove_dir_all(&downloads)?)
    }

    fn apt(&self, program: &str) -> Command {
        let mut apt = Command::new(program);
        let folder = self.folder.display();
        for option in [
            format!("Dir::State={folder}/state"),
            format!("Dir::State::status={folder}/state/status"),
            format!("Dir::Cache={folder}/cache"),
            format!("Dir::Etc::sourcelist={folder}/etc/sources.list"),
            "Dir::Etc::sourceparts=-".to_owned(),
            "APT::Sandbox::User=".to_owned(),
            "Acquire::Retries=2".to_owned(),
        ] {
            apt.args(["-o", &option]);
        }
        apt
    }
}

/// The mirror that this machine's own apt configuration names for an archive.
fn mirror(archive: &str) -> Outcome<String> {
    let repositories = ask(Command::new("apt-get").args(["indextargets", "--format", "$(REPO_URI)"]))?;
    let found =
        repositories.lines().map(|uri| uri.trim_end_matches('/')).find(|uri| uri.rsplit('/').next() == Some(archive));
    found
        .map(str::to_owned)
        .ok_or_else(|| Trouble(format!("apt on this machine has no source for the archive {archive:?}")))
}
