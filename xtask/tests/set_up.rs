//! The set-up scripts of `end2end/` under bad luck: two at once, and one that is killed in the middle. What they would
//! download is played by small programs that say when they were started and wait until they may go on.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What a script installs, and how the part that does the work is played.
struct Step {
    script: &'static str,
    arguments: &'static [&'static str],
    /// The program on the path that does the work; the others that the script starts.
    worker: (&'static str, &'static str),
    others: &'static [(&'static str, &'static str)],
    /// What stands in the cache when all is done.
    result: &'static str,
}

const PROXMOX: Step = Step {
    script: "proxmox/start",
    arguments: &["--install"],
    worker: (
        "python3",
        "wait_for_leave; mkdir -p \"$3/bin\"; printf '#!/bin/sh\\nexit 0\\n' >\"$3/bin/python\"; chmod +x \"$3/bin/python\"",
    ),
    others: &[],
    result: "fakepve/0.5.0/complete",
};

const HELM: Step = Step {
    script: "cluster/helm",
    arguments: &[],
    worker: ("go", "wait_for_leave; echo >\"$GOBIN/helm\"; chmod +x \"$GOBIN/helm\""),
    others: &[],
    result: "helm/v3.22.0/helm",
};

const DEBIAN: Step = Step {
    script: "install-debian",
    arguments: &["some-package"],
    worker: (
        "apt-get",
        "wait_for_leave; cp \"$RUNLIGHT_POLICY\" \"$STAGE/policy-seen\"; echo >\"$RUNLIGHT_CACHE/installed\"",
    ),
    others: &[
        ("dpkg-query", "[ ! -e \"$RUNLIGHT_CACHE/installed\" ] || echo 'install ok installed'"),
        ("dpkg", "exit 0"),
    ],
    result: "installed",
};

#[test]
fn two_at_once_do_the_work_once() {
    for step in [PROXMOX, HELM, DEBIAN] {
        let stage = Stage::new("two at once", &step);
        let runs = [stage.start(), stage.start()];
        stage.await_starts(1);
        stage.give_leave();
        for mut run in runs {
            assert!(run.wait().expect("an end").success(), "{}", step.script);
        }
        assert_eq!(stage.starts(), 1, "{}", step.script);
        assert!(stage.result().is_file(), "{}", step.script);
        assert!(!stage.policy().exists(), "{}", step.script);
    }
}

#[test]
fn a_run_that_is_killed_leaves_nothing_that_looks_finished() {
    for step in [PROXMOX, HELM, DEBIAN] {
        let stage = Stage::new("killed", &step);
        let mut killed = stage.start();
        stage.await_starts(1);
        kill_group(&mut killed);
        assert!(!stage.result().exists(), "{}", step.script);

        stage.give_leave();
        let again = stage.start().wait().expect("an end");
        assert!(again.success(), "{}", step.script);
        assert!(stage.result().is_file(), "{}", step.script);
        assert_eq!(stage.starts(), 2, "{}", step.script);
        assert!(!stage.policy().exists(), "{}: the killed run's policy is left", step.script);
    }
}

#[test]
fn services_stay_down_while_packages_are_installed_and_a_foreign_policy_is_left_alone() {
    let stage = Stage::new("policy", &DEBIAN);
    stage.give_leave();
    assert!(stage.start().wait().expect("an end").success());
    let seen = fs::read_to_string(stage.folder.join("policy-seen")).expect("a policy while apt works");
    assert!(seen.ends_with("exit 101\n"), "{seen}");

    let stage = Stage::new("foreign policy", &DEBIAN);
    stage.give_leave();
    fs::write(stage.policy(), "#!/bin/sh\nexit 0\n").expect("a policy");
    assert!(stage.start().wait().expect("an end").success());
    assert_eq!(fs::read_to_string(stage.policy()).expect("the policy is there"), "#!/bin/sh\nexit 0\n");
}

/// A folder with a cache, and a path that begins with the played programs.
struct Stage {
    folder: PathBuf,
    step: &'static str,
    arguments: &'static [&'static str],
    result: &'static str,
}

impl Stage {
    fn new(name: &str, step: &Step) -> Self {
        let name = format!("runlight ü {name} {} {}", step.script.replace('/', " "), std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(folder.join("bin")).expect("a folder");
        fs::create_dir_all(folder.join("cache")).expect("a folder");
        let (worker, work) = step.worker;
        let wait = "wait_for_leave() { echo started >>\"$STAGE/starts\"; until [ -e \"$STAGE/leave\" ]; do sleep 0.02; done; }";
        play(&folder, worker, &format!("{wait}\n{work}"));
        step.others.iter().for_each(|(program, text)| play(&folder, program, text));
        Self { folder, step: step.script, arguments: step.arguments, result: step.result }
    }

    /// Starts the script in a group of processes of its own.
    fn start(&self) -> Child {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end").join(self.step);
        let path = format!("{}:{}", self.folder.join("bin").display(), std::env::var("PATH").expect("a path"));
        let mut command = Command::new(script);
        command.args(self.arguments).env("PATH", path).env("STAGE", &self.folder);
        command.env("RUNLIGHT_CACHE", self.folder.join("cache")).env("RUNLIGHT_POLICY", self.policy());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.process_group(0).spawn().expect("the script starts")
    }

    fn give_leave(&self) {
        fs::write(self.folder.join("leave"), "").expect("a file");
    }

    /// How often the work was begun.
    fn starts(&self) -> usize {
        fs::read_to_string(self.folder.join("starts")).map_or(0, |text| text.lines().count())
    }

    fn await_starts(&self, wanted: usize) {
        let patience = Instant::now() + Duration::from_secs(120);
        while self.starts() < wanted {
            assert!(Instant::now() < patience, "{} never began its work", self.step);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn result(&self) -> PathBuf {
        self.folder.join("cache").join(self.result)
    }

    fn policy(&self) -> PathBuf {
        self.folder.join("policy-rc.d")
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What is left in the folder for temporary files does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn play(folder: &Path, program: &str, text: &str) {
    let file = folder.join("bin").join(program);
    fs::write(&file, format!("#!/bin/sh\n{text}\n")).expect("a program");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("a program that can be started");
}

/// As a power cut would: the script and all that it started, without a word.
fn kill_group(child: &mut Child) {
    let group = format!("-{}", child.id());
    let killed = Command::new("kill").args(["-KILL", "--", &group]).status().expect("kill starts");
    assert!(killed.success());
    child.wait().expect("an end");
}
