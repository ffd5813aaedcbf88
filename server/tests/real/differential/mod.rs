//! Every command of the public corpus that needs nothing outside the cluster, asked twice: of real kubectl in a shell,
//! and of the program `runlight check`. The rows must be the same, in the same order. Prints what was same, different
//! and not comparable.

mod compare;
mod explained;
mod prepare;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write,
    fs,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use futures::{StreamExt, stream};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use self::{
    compare::{Answer, Judgement},
    prepare::Prepared,
};
use crate::not_run::{NotRun, Ran, trials};
use crate::parts::Parts;

/// Commands that run at the same time.
const AT_ONCE: usize = 3;
/// Seconds that a command may take.
const LIMIT_S: &str = "15";
/// What `runlight check` exits with when it printed lines, or had none to print.
const ANSWERED: [i32; 2] = [0, 1];
/// Times that both are asked before a difference counts: pods go on crashing between the two.
const ATTEMPTS: usize = 3;

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![answers_every_corpus_command_as_kubectl_does,]
}

async fn answers_every_corpus_command_as_kubectl_does() -> Ran {
    let parts = Parts::find()?;
    let corpus = corpus()?;
    let commands = prepare::prepare(&corpus, &parts);
    let bench = Bench::set_up(&parts, &commands);
    let judged: Vec<(Prepared, Judgement)> = stream::iter(commands)
        .map(|command| async {
            let judgement = bench.judge(&command).await;
            (command, judgement)
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let report = report(&judged, kubectl_minor(&parts));
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("differential.txt");
    fs::write(&file, &report.text).expect("the folder can be written");
    eprintln!("{}\nall of it: {}", report.summary, file.display());
    assert_eq!(report.unexplained, 0, "see {}\n{}", file.display(), report.text);
    Ok(())
}

/// The collection of commands, or that it is missing.
fn corpus() -> Result<Vec<Value>, NotRun> {
    let file = fixtures::beside_the_checkout("corpus/commands.jsonl").map_err(NotRun)?;
    let text = fs::read_to_string(&file).expect("it can be read");
    Ok(text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect())
}

/// A shell with kubectl, and `runlight` with a configuration, both on the real cluster.
struct Bench {
    folder: tempfile::TempDir,
    path: String,
}

impl Bench {
    fn set_up(parts: &Parts, commands: &[Prepared]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let contexts: BTreeSet<String> = commands.iter().filter_map(|command| command.context.clone()).collect();
        prepare::write_kubeconfig(parts, &contexts, &folder.path().join("kubeconfig"));
        prepare::write_programs(parts, &folder.path().join("bin"));
        let config = json!({"clusters": {"real": {"kubeconfig": "kubeconfig", "aliases": contexts}}});
        let config = toml::to_string(&config).expect("it is plain data");
        fs::write(folder.path().join("runlight.toml"), config).expect("the folder can be written");
        fs::create_dir(folder.path().join("work")).expect("the folder can be written");
        let path = format!("{}:{}", folder.path().join("bin").display(), env::var("PATH").expect("there is a PATH"));
        Self { folder, path }
    }

    async fn judge(&self, command: &Prepared) -> Judgement {
        if let Some(reason) = &command.incomparable {
            return Judgement::NotComparable(reason.clone());
        }
        let mut judgement = Judgement::Same;
        for _ in 0..ATTEMPTS {
            let before = self.ask_shell(&command.text).await;
            let ours = self.ask_runlight(&command.text).await;
            judgement = compare::judge(command, &before, &ours);
            if !matches!(judgement, Judgement::Different { .. }) {
                return judgement;
            }
            // The same answer of Runlight may be the newer one.
            let after = self.ask_shell(&command.text).await;
            let again = compare::judge(command, &after, &ours);
            if !matches!(again, Judgement::Different { .. }) {
                return again;
            }
        }
        judgement
    }

    async fn ask_shell(&self, text: &str) -> Answer {
        let output = self.run("bash", &["-c", text]).await;
        Answer {
            lines: lines(&output.stdout),
            complaint: String::from_utf8_lossy(&output.stderr).into_owned(),
            is_cut: output.status.code() == Some(124),
        }
    }

    async fn ask_runlight(&self, text: &str) -> Answer {
        let config = self.folder.path().join("runlight.toml");
        let config = config.to_str().expect("a plain path");
        let arguments = ["check", "--config", config, "--cluster", "real", "--", text];
        let output = self.run(env!("CARGO_BIN_EXE_runlight"), &arguments).await;
        let has_answered = output.status.code().is_some_and(|code| ANSWERED.contains(&code));
        let said = String::from_utf8_lossy(&output.stderr);
        Answer {
            lines: lines(&output.stdout),
            complaint: if has_answered { String::new() } else { format!("{}: {said}", output.status) },
            is_cut: output.status.code() == Some(124),
        }
    }

    async fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new("timeout");
        command
            .args([LIMIT_S, program])
            .args(arguments)
            .env("PATH", &self.path)
            .env("KUBECONFIG", self.folder.path().join("kubeconfig"))
            .env("HOME", self.folder.path().join("work"))
            .current_dir(self.folder.path().join("work"))
            .stdin(Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("it does not panic");
        output.expect("the programs are there")
    }
}

fn lines(output: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(output).lines().map(str::to_owned).collect()
}

/// The minor version of the kubectl that is compared with: a foreign cluster comes with any.
fn kubectl_minor(parts: &Parts) -> u64 {
    let version = parts.kubectl(&["version", "--client", "-o", "json"]);
    let version: Value = serde_json::from_str(&version).expect("kubectl prints JSON");
    let minor = version["clientVersion"]["minor"].as_str().expect("kubectl tells its version");
    minor.trim_end_matches('+').parse().expect("a minor version is a number")
}

struct Report {
    summary: String,
    text: String,
    unexplained: usize,
}

fn report(judged: &[(Prepared, Judgement)], kubectl_minor: u64) -> Report {
    let (mut same, mut neither, mut unexplained) = (0, 0, 0);
    let mut different = String::new();
    let mut explained: BTreeMap<&str, usize> = BTreeMap::new();
    let mut not_comparable: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (command, judgement) in judged {
        match judgement {
            Judgement::Same => same += 1,
            Judgement::NeitherAnswers => neither += 1,
            Judgement::NotComparable(reason) => not_comparable.entry(reason).or_default().push(&command.text),
            Judgement::Different { theirs, ours } => match explained::why(command, theirs, kubectl_minor) {
                Some(reason) => *explained.entry(reason).or_default() += 1,
                None => {
                    unexplained += 1;
                    let _ = writeln!(different, "{}\n  kubectl:  {theirs}\n  runlight: {ours}", command.text);
                }
            },
        }
    }
    let not_comparable_count: usize = not_comparable.values().map(Vec::len).sum();
    let mut summary = format!(
        "{} commands: same {same}, same (neither answers) {neither}, different and explained {}, different {unexplained}, \
         not comparable {not_comparable_count}",
        judged.len(),
        explained.values().sum::<usize>(),
    );
    for (reason, count) in explained {
        let _ = write!(summary, "\n  explained: {count} because {reason}");
    }
    let mut text = format!("{different}\n");
    for (reason, commands) in &not_comparable {
        let _ = write!(summary, "\n  not comparable: {} because {reason}", commands.len());
        let _ = writeln!(text, "not comparable because {reason}:");
        for command in commands {
            let _ = writeln!(text, "  {}", command.replace('\n', " "));
        }
    }
    Report { text: format!("{summary}\n\n{text}"), summary, unexplained }
}
