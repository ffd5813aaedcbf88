//! A PostgreSQL of the system, started on a socket of its own and thrown away.

use std::{
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

/// A server that ends with this value.
pub(crate) struct Postgres {
    folder: tempfile::TempDir,
    programs: PathBuf,
    server: std::sync::Mutex<Child>,
    databases: AtomicU32,
}

impl Postgres {
    /// Starts one, or says why there is none.
    pub(crate) fn start() -> Result<Self, String> {
        let programs = find_programs().ok_or("no PostgreSQL is installed (Debian: postgresql)")?;
        let folder = tempfile::tempdir().map_err(|cause| cause.to_string())?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data).map_err(|cause| cause.to_string())?;
        // It refuses to run as root; then it runs as its own user.
        if let Some((user, group)) = other_user() {
            for path in [folder.path(), &data] {
                std::os::unix::fs::chown(path, Some(user), Some(group)).map_err(|cause| cause.to_string())?;
            }
        }
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).map_err(|cause| cause.to_string())?;
        let made = as_other(Command::new(programs.join("initdb")))
            .arg("-D")
            .arg(&data)
            .args(["-U", "runlight", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !made.is_ok_and(|status| status.success()) {
            return Err("initdb failed".into());
        }
        let server = serve(&programs, folder.path());
        let started = Self { folder, programs, server: std::sync::Mutex::new(server), databases: AtomicU32::new(0) };
        started.wait();
        Ok(started)
    }

    /// An empty database.
    pub(crate) fn new_database(&self) -> String {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::Relaxed));
        assert!(self.sql("postgres", &format!("CREATE DATABASE {name}")), "the database is made");
        let socket: String = self.folder.path().to_string_lossy().replace('/', "%2F");
        format!("postgres://runlight@{socket}/{name}")
    }

    /// Runs a statement. Gives whether it succeeded.
    pub(crate) fn sql(&self, database: &str, statement: &str) -> bool {
        let status = Command::new(self.programs.join("psql"))
            .args(["-q", "-U", "runlight", "-d", database, "-c", statement, "-h"])
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    }

    /// Stops the server at once.
    pub(crate) fn stop(&self) {
        self.tell("immediate");
    }

    /// Starts it again.
    pub(crate) fn start_again(&self) {
        *self.server.lock().expect("the server") = serve(&self.programs, self.folder.path());
        self.wait();
    }

    fn tell(&self, how: &str) {
        let stopped = as_other(Command::new(self.programs.join("pg_ctl")))
            .args(["stop", "-w", "-m", how, "-D"])
            .arg(self.folder.path().join("data"))
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        drop(stopped);
        drop(self.server.lock().expect("the server").wait());
    }

    /// Waits until it answers: each attempt is a process, so there is nothing to await.
    fn wait(&self) {
        while !self.sql("postgres", "SELECT 1") {
            let ended = self.server.lock().expect("the server").try_wait().expect("its state");
            assert!(ended.is_none(), "the server ended: {ended:?}");
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.tell("immediate");
    }
}

fn serve(programs: &Path, folder: &Path) -> Child {
    as_other(Command::new(programs.join("postgres")))
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder)
        .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=100"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("postgres starts")
}

fn find_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.flatten().map(|version| version.path().join("bin"));
    folders.filter(|folder| folder.join("initdb").exists() && folder.join("psql").exists()).max()
}

/// The user and group that PostgreSQL runs as, when we are root.
fn other_user() -> Option<(u32, u32)> {
    let id = |what: &str, of: &[&str]| -> Option<u32> {
        let output = Command::new("id").arg(what).args(of).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id("-u", &[])? != 0 {
        return None;
    }
    Some((id("-u", &["postgres"])?, id("-g", &["postgres"])?))
}

fn as_other(mut command: Command) -> Command {
    if let Some((user, group)) = other_user() {
        command.uid(user).gid(group);
    }
    command
}
