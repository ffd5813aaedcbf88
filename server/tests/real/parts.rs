//! Finds the real parts by the variables that `end2end/real` sets, and asks the cluster through kubectl.

use std::{
    env,
    path::PathBuf,
    process::{Command, Output},
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::not_run::{NotRun, Ran};

/// Held shared by tests that need the cluster whole, and alone by those that break it.
static WHOLE: RwLock<()> = RwLock::new(());

/// The real cluster.
pub(crate) struct Parts {
    _turn: Turn,
    folder: PathBuf,
    kubectl: PathBuf,
    restart: Option<PathBuf>,
    /// The namespace that holds the pods in trouble.
    pub(crate) namespace: String,
}

enum Turn {
    Shared { _guard: RwLockReadGuard<'static, ()> },
    Alone { _guard: RwLockWriteGuard<'static, ()> },
}

impl Parts {
    /// The parts, or what is missing.
    pub(crate) fn find() -> Result<Self, NotRun> {
        Self::find_in_turn(|| Turn::Shared { _guard: WHOLE.read().unwrap_or_else(PoisonError::into_inner) })
    }

    /// As `find`, for a test that breaks the cluster: no other test uses it meanwhile.
    pub(crate) fn find_alone() -> Result<Self, NotRun> {
        Self::find_in_turn(|| Turn::Alone { _guard: WHOLE.write().unwrap_or_else(PoisonError::into_inner) })
    }

    fn find_in_turn(turn: impl FnOnce() -> Turn) -> Result<Self, NotRun> {
        let missing =
            || NotRun("RUNLIGHT_REAL_CLUSTER is not set; end2end/real brings a cluster up and sets it".into());
        let folder = env::var_os("RUNLIGHT_REAL_CLUSTER").ok_or_else(missing)?;
        let kubectl = env::var_os("RUNLIGHT_REAL_KUBECTL").expect("end2end/real sets all variables");
        let namespace = env::var("RUNLIGHT_REAL_NAMESPACE").expect("end2end/real sets all variables");
        let restart = env::var_os("RUNLIGHT_REAL_RESTART").filter(|path| !path.is_empty()).map(PathBuf::from);
        Ok(Self { _turn: turn(), folder: folder.into(), kubectl: kubectl.into(), restart, namespace })
    }

    /// The kubeconfig of `admin`, `view`, `nothing` or `expired`.
    pub(crate) fn kubeconfig(&self, user: &str) -> PathBuf {
        self.folder.join(user)
    }

    /// The kubectl program.
    pub(crate) fn kubectl_program(&self) -> &std::path::Path {
        &self.kubectl
    }

    /// Runs kubectl as the admin, with whatever it answers.
    pub(crate) fn try_kubectl(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.kubectl);
        command.env_remove("KUBECONFIG").arg("--kubeconfig").arg(self.kubeconfig("admin")).args(arguments);
        command.output().expect("kubectl can be started")
    }

    /// Runs kubectl as the admin; its standard output.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> String {
        let output = self.try_kubectl(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "kubectl {arguments:?}: {error}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Objects of a kind as JSON: `get_json(&["pods", "-A"])`.
    pub(crate) fn get_json(&self, arguments: &[&str]) -> Value {
        let text = self.kubectl(&[&["get", "-o", "json"], arguments].concat());
        serde_json::from_str(&text).expect("kubectl prints JSON")
    }

    /// Makes objects in the namespace from YAML text.
    pub(crate) fn apply(&self, yaml: &str) {
        use std::io::Write;
        let mut command = Command::new(&self.kubectl);
        command.env_remove("KUBECONFIG").arg("--kubeconfig").arg(self.kubeconfig("admin"));
        command.args(["apply", "-n", &self.namespace, "-f", "-"]);
        let mut child = command.stdin(std::process::Stdio::piped()).spawn().expect("kubectl can be started");
        child.stdin.take().expect("it is piped").write_all(yaml.as_bytes()).expect("kubectl reads its input");
        assert!(child.wait().expect("kubectl ends").success());
    }

    /// Stops and starts a part of the cluster (`api-server`), where the cluster is ours to restart.
    pub(crate) fn restart(&self, program: &str) -> Ran {
        let refused = || NotRun(format!("{program} cannot be restarted: the cluster is not one of end2end/cluster/up"));
        let script = self.restart.as_ref().ok_or_else(refused)?;
        assert!(Command::new(script).arg(program).status().expect("the script can be started").success());
        Ok(())
    }

    /// The status of a pod as JSON.
    pub(crate) fn pod(&self, name: &str) -> Value {
        self.get_json(&["pod", name, "-n", &self.namespace])
    }
}

/// Tries until the closure gives something; panics with what it waits for after two minutes.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(120);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < end, "{what} did not come within two minutes");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
