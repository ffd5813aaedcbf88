//! Opens what lies in a library folder without following any link, so that whoever may write there cannot make Runlight
//! read a file from elsewhere, however well a link is exchanged between looking and opening. Where a link that stays in
//! the folder leads is found out before; it is opened by its real place.

use std::{
    fs::File,
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    path::{Component, Path, PathBuf},
};

use rustix::fs::{Dir, Mode, OFlags, open, openat};

/// How a file is opened for reading. A pipe must not keep the reader waiting.
const FILE: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::NONBLOCK);
/// How a folder is opened for listing.
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::DIRECTORY);

/// A folder of the library, held open.
#[derive(Debug)]
pub(super) struct Root {
    folder: OwnedFd,
    /// Its real place.
    place: PathBuf,
}

impl Root {
    /// The folder that the configuration names; links up to it are the operator's.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let place = folder.canonicalize()?;
        let folder = open(&place, FOLDER, Mode::empty())?;
        Ok(Self { folder, place })
    }

    /// Where it really lies.
    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    /// An ordinary file by its path from the folder.
    pub(super) fn file(&self, path: &Path) -> io::Result<File> {
        let file = File::from(beneath(self.folder.as_fd(), path, FILE)?);
        match file.metadata()?.is_file() {
            true => Ok(file),
            false => Err(io::Error::other("it is no ordinary file")),
        }
    }

    /// The entries of a folder by its path from this one; the empty path is this one.
    pub(super) fn list(&self, path: &Path) -> io::Result<Dir> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Ok(Dir::read_from(beneath(self.folder.as_fd(), path, FOLDER)?)?)
    }
}

fn beneath(root: BorrowedFd<'_>, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
    #[cfg(target_os = "linux")]
    {
        use rustix::{
            fs::{ResolveFlags, openat2},
            io::Errno,
        };
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match openat2(root, path, flags, Mode::empty(), resolve) {
            // Kernels before 5.6 do not know it, and some sandboxes forbid it.
            Err(Errno::NOSYS | Errno::PERM | Errno::INVAL) => {}
            opened => return Ok(opened?),
        }
    }
    step_by_step(root, path, flags)
}

/// The same by a system call for each part of the path.
fn step_by_step(root: BorrowedFd<'_>, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(name),
            Component::CurDir => {}
            _ => return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path leads out of the folder")),
        }
    }
    let Some((last, folders)) = parts.split_last() else {
        return Ok(openat(root, ".", flags | OFlags::NOFOLLOW, Mode::empty())?);
    };
    let mut folder = None;
    for name in folders {
        let from = folder.as_ref().map_or(root, OwnedFd::as_fd);
        let next =
            openat(from, *name, OFlags::PATH | OFlags::CLOEXEC | OFlags::DIRECTORY | OFlags::NOFOLLOW, Mode::empty())?;
        folder = Some(next);
    }
    let from = folder.as_ref().map_or(root, OwnedFd::as_fd);
    Ok(openat(from, *last, flags | OFlags::NOFOLLOW, Mode::empty())?)
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        io::Read,
        os::unix::fs::symlink,
        sync::atomic::{AtomicBool, Ordering},
        thread,
    };

    use rustix::fs::{CWD, RenameFlags, renameat_with};

    use super::*;

    type Open = fn(BorrowedFd<'_>, &Path, OFlags) -> io::Result<OwnedFd>;
    const WAYS: [Open; 2] = [beneath, step_by_step];
    /// Exchanges of a link while files are opened.
    const EXCHANGES: usize = 20_000;

    fn read(open: Open, root: &Root, path: &str) -> io::Result<String> {
        let mut text = String::new();
        File::from(open(root.folder.as_fd(), Path::new(path), FILE)?).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn opens_what_lies_beneath_and_nothing_else() {
        let (outside, inside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        fs::write(outside.path().join("x.md"), "outside").expect("written");
        fs::create_dir_all(inside.path().join("a/b")).expect("created");
        fs::write(inside.path().join("a/b/x.md"), "inside").expect("written");
        symlink(outside.path().join("x.md"), inside.path().join("link.md")).expect("linked");
        symlink(outside.path(), inside.path().join("out")).expect("linked");
        symlink("a/b/x.md", inside.path().join("near.md")).expect("linked");
        let root = Root::open(inside.path()).expect("a folder");
        let name = outside.path().file_name().expect("a name").to_str().expect("UTF-8");
        for open in WAYS {
            assert_eq!(read(open, &root, "a/b/x.md").expect("beneath"), "inside");
            let around = format!("../{name}/x.md");
            for path in ["link.md", "out/x.md", "near.md", "a/../../x.md", "/etc/passwd", "a/b/../../../x.md", &around]
            {
                assert!(read(open, &root, path).is_err(), "{path}");
            }
        }
        assert!(root.file(Path::new("a")).is_err() && root.list(Path::new("out")).is_err());
        assert!(root.list(Path::new("")).is_ok() && root.list(Path::new("a/b")).is_ok());
    }

    /// Exchanges a file for a link, and a folder for one, again and again while the same path is opened.
    #[test]
    fn no_exchange_of_a_link_leads_out() {
        let (outside, inside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        fs::write(outside.path().join("x.md"), "outside").expect("written");
        let place = |name: &str| inside.path().join(name);
        fs::create_dir(place("folder")).expect("created");
        fs::write(place("folder/x.md"), "inside").expect("written");
        fs::write(place("x.md"), "inside").expect("written");
        symlink(outside.path().join("x.md"), place("link")).expect("linked");
        symlink(outside.path(), place("folder-link")).expect("linked");
        let exchange = |a: &str, b: &str| renameat_with(CWD, place(a), CWD, place(b), RenameFlags::EXCHANGE);
        if exchange("x.md", "link").is_err() {
            eprintln!("NOT RUN: this file system cannot exchange names");
            return;
        }
        let root = Root::open(inside.path()).expect("a folder");
        let is_over = AtomicBool::new(false);
        let mut read_inside = 0;
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..EXCHANGES {
                    exchange("x.md", "link").expect("exchanged");
                    exchange("folder", "folder-link").expect("exchanged");
                }
                is_over.store(true, Ordering::Release);
            });
            while !is_over.load(Ordering::Acquire) {
                for (open, path) in
                    [(WAYS[0], "x.md"), (WAYS[0], "folder/x.md"), (WAYS[1], "x.md"), (WAYS[1], "folder/x.md")]
                {
                    if let Ok(text) = read(open, &root, path) {
                        assert_eq!(text, "inside");
                        read_inside += 1;
                    }
                }
            }
        });
        assert!(read_inside > 0, "nothing was opened at all");
    }
}
