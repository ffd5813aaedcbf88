//! Files that hold a secret: read once, and spoken of when everybody on the machine may read them, too.

use std::{io, path::Path};

use super::ConfigProblem;

/// The text of a token's or a password's file.
pub(super) fn read(key: &str, path: &Path) -> Result<String, ConfigProblem> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let problem = format!("the file {} cannot be read: {error}", path.display());
        ConfigProblem::new(key, problem, "Check the path and that the user that Runlight runs as may read it.")
    })?;
    warn_if_open(key, path);
    Ok(text)
}

/// Says so when others than the file's owner and group may read it. It is taken all the same: whether the machine has
/// other users, its operator knows.
pub(super) fn warn_if_open(key: &str, path: &Path) {
    match exposure(path) {
        Ok(Some(mode)) => tracing::warn!(
            key,
            file = %path.display(),
            mode = %format!("{mode:03o}"),
            "everybody on this machine may read this secret: chmod 600 FILE, or defaultMode: 0440 where Kubernetes mounts it"
        ),
        Ok(None) => {}
        Err(cause) => tracing::debug!(key, %cause, "the mode of a secret's file cannot be looked at"),
    }
}

/// The file's mode, when others may read it.
pub fn exposure(path: &Path) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt;
    const READ_BY_OTHERS: u32 = 0o004;
    let mode = std::fs::metadata(path)?.permissions().mode() & 0o777;
    Ok((mode & READ_BY_OTHERS != 0).then_some(mode))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn knows_which_secrets_lie_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("token");
        fs::write(&file, "secret").expect("written");
        for (mode, open) in
            [(0o600, None), (0o640, None), (0o644, Some(0o644)), (0o604, Some(0o604)), (0o666, Some(0o666))]
        {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("set");
            assert_eq!(exposure(&file).expect("there"), open, "{mode:o}");
        }
        assert!(exposure(&folder.path().join("absent")).is_err());
    }

    #[test]
    fn warns_of_an_open_secret_without_showing_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("token");
        fs::write(&file, "hunter2").expect("written");
        let logged = |mode| {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("set");
            crate::telemetry::tests::logged(|| {
                assert_eq!(read("proxmox.p.token_file", &file).expect("read"), "hunter2")
            })
        };
        assert_eq!(logged(0o600), "");
        let words = logged(0o644);
        assert!(words.contains("WARN") && words.contains("proxmox.p.token_file") && words.contains("644"), "{words}");
        assert!(!words.contains("hunter2"), "{words}");
    }
}
