//! Checks at work: `fetch` asks the source and does not think, the judges think and do no IO. Identical questions that
//! are asked at the same moment are asked once.

mod backups;
mod binds;
mod captured;
mod costly;
mod describe;
mod facts;
mod fetch;
mod folding;
mod kept_logs;
mod logs;
mod masks;
mod node_runs;
mod once;
mod parts;
mod pods;
mod print;
mod query;
mod query_text;
mod remarked;
mod series_name;
mod several;
mod sheet;
mod standing;
mod stored_logs;
mod turns;
mod typed;
mod unanswered;
mod verdicts;
mod workers;
mod yaml;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError, Weak},
    time::Duration,
};

use futures::{
    FutureExt, StreamExt,
    future::{BoxFuture, Shared, WeakShared},
    stream::BoxStream,
};
use runbook::{
    binding::Bindings,
    check::{Check, ClusterAsk, ProxmoxAsk, Question},
    document::DailyWindow,
    names::CheckId,
    outcome::{Cause, Report, Unknown},
};

use crate::{
    clock::Clock,
    config::{self, SecretsInAnswers},
    sources::{
        Grant,
        remark::{self, Remark},
    },
};
pub use captured::JudgedCapture;
use costly::{bound_text, judge, too_costly};
use facts::CaseFiles;
pub use facts::{Captured, CapturedLog};
use fetch::Answer;
pub(crate) use fetch::cluster::find as find_cluster;
pub(crate) use masks::mask_lines;
use once::look_once;
use remarked::tell;
pub use runbook::telling::Telling;
pub use standing::{PanelAsk, PanelKind};
use turns::Turns;
use unanswered::unanswered;
pub use verdicts::Verdicts;

/// A check and the situation in which it is asked. Equal asks have equal answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ask {
    /// The typed question.
    pub check: Check,
    /// What the reader is looking at.
    pub situation: Situation,
}

/// What a page can follow: the check of a command, or a panel that stands on the page without one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A command's check.
    Check(Box<Ask>),
    /// A panel without a command: the verdict, the recovery.
    Panel(Box<PanelAsk>),
}

impl From<Ask> for Topic {
    fn from(ask: Ask) -> Self {
        Self::Check(Box::new(ask))
    }
}

impl From<PanelAsk> for Topic {
    fn from(ask: PanelAsk) -> Self {
        Self::Panel(Box::new(ask))
    }
}

/// What the reader is looking at, as far as it changes an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Situation {
    /// For whom it is asked: what is not granted is not asked. The empty grant shows nothing.
    pub grant: Grant,
    /// The cluster to ask when a command names none.
    pub cluster: Option<String>,
    /// Namespace of the alert's pod.
    pub namespace: Option<String>,
    /// The alert's pod: its row is marked, its restarts are drawn.
    pub pod: Option<String>,
    /// Its container: chosen where a command names none.
    pub container: Option<String>,
    /// The alert that the runbook serves: pods that its rule leaves out are marked.
    pub alert: Option<String>,
    /// Daily windows that the runbook names.
    pub windows: Arc<[DailyWindow]>,
    /// Words that the runbook looks for in logs.
    pub telling: Arc<[Telling]>,
    /// The runbook's check that shows the log of the pod that is bound.
    pub logs_check: Option<CheckId>,
    /// The one that shows the run that ended, of whichever pod is bound.
    pub ended_log_check: Option<CheckId>,
    /// Placeholders of the runbook: cells that hold a value for one bind it.
    pub parameters: Arc<[String]>,
}

impl Situation {
    /// The situation that bindings describe, for a command that stands in no runbook.
    pub fn of(grant: &Grant, bindings: &Bindings) -> Self {
        let value = |name: &str| bindings.get(name).map(str::to_owned);
        Self {
            grant: grant.clone(),
            cluster: value("cluster"),
            namespace: value("namespace"),
            pod: value("pod"),
            container: value("container"),
            ..Self::default()
        }
    }

    /// The same, without the pod.
    pub fn without_pod(&self) -> Self {
        Self { pod: None, container: None, ..self.clone() }
    }
}

impl Ask {
    /// The same situation, one question of several.
    fn about(&self, check: &Check) -> Self {
        Self { check: check.clone(), situation: self.situation.clone() }
    }
}

/// What a command prints.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Its lines.
    pub lines: Vec<String>,
    /// What was asked for too and could not be had: what a program says on its error stream beside its answer.
    pub complaints: Vec<Unknown>,
    /// What the sources say of their answers, as a program says on its error stream: entries left out, parts missing.
    pub remarks: Vec<Remark>,
    /// Whether the data of Secrets is among them, which the configuration lets be shown: nothing is made of it.
    pub holds_secret_data: bool,
}

type Running = Shared<BoxFuture<'static, Arc<Report>>>;

/// Runs checks, within limits.
pub struct Runner {
    clock: Clock,
    timeout: Duration,
    turns: Turns,
    case_files: Arc<CaseFiles>,
    secrets_in_answers: SecretsInAnswers,
    verdicts: Arc<Verdicts>,
    evidence: OnceLock<Weak<crate::evidence::Evidence>>,
    running: Mutex<HashMap<Topic, WeakShared<BoxFuture<'static, Arc<Report>>>>>,
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl Runner {
    /// A runner with the limits of `[server]`.
    pub fn new(clock: Clock, server: &config::Server) -> Arc<Self> {
        let timeout = Duration::from_millis(server.check_timeout_ms);
        Arc::new(Self {
            case_files: CaseFiles::new(clock, timeout),
            clock,
            timeout,
            turns: Turns::new(server.max_concurrent_checks),
            secrets_in_answers: server.secrets_in_answers,
            verdicts: Arc::default(),
            evidence: OnceLock::new(),
            running: Mutex::default(),
        })
    }

    /// What was judged last.
    pub fn verdicts(&self) -> &Arc<Verdicts> {
        &self.verdicts
    }

    /// How many checks ask a source now, and how many wait for their turn.
    pub fn queue(&self) -> (usize, usize) {
        self.turns.count()
    }

    /// Asks the source and judges the answer. Joins a run of the same topic that is under way.
    pub async fn run(self: &Arc<Self>, topic: &Topic) -> Arc<Report> {
        let report = self.join_or_start(topic).await;
        self.verdicts.note(topic, &report);
        // Whoever comes last removes the finished run; a new one may already have taken its place.
        let mut running = self.lock();
        if running.get(topic).is_some_and(|run| run.upgrade().is_none_or(|run| run.peek().is_some())) {
            running.remove(topic);
        }
        report
    }

    async fn print_one(&self, ask: &Ask) -> Result<Printed, Unknown> {
        let (deadline, now) = (self.deadline(), self.clock.now());
        let (answer, remarks) = self.fetch(ask).await?;
        let check = ask.check.clone();
        let printed = self.carry_out(deadline, &ask.check.filters, move |budget| {
            let lines = print::lines(&answer, now);
            let is_empty = lines.is_empty();
            let kept = runbook::filter::apply(&check.filters, lines, budget)?;
            Ok((answer, is_empty, kept))
        });
        let (answer, is_empty, kept) = printed.await?;
        if let Answer::Sheet(answer) = &answer
            && let Some(unknown) = answer.proves_nothing(&ask.check.filters, &kept)
        {
            return Err(unknown);
        }
        let lines = kept.into_iter().map(|line| line.text).collect();
        let holds_secret_data = holds_secret_data(&answer);
        let mut complaints = match answer {
            Answer::Parts(answer) => answer.complaints,
            Answer::Pods(answer) => pods::missing(&answer),
            _ => Vec::new(),
        };
        // Of what was asked for by name nothing is there: that is no answer.
        if is_empty && let Some(missing) = complaints.pop() {
            return Err(missing);
        }
        Ok(Printed { lines, complaints, remarks, holds_secret_data })
    }

    /// Whether the answer comes from a watch or a poll that runs anyway, so that a page can show it unasked.
    pub fn is_cached(&self, ask: &Ask) -> bool {
        match &ask.check.question {
            Question::Cluster(question) => match &question.ask {
                ClusterAsk::Get(get) => pods::is_answered_by_watch(get),
                _ => false,
            },
            Question::Proxmox(question) => matches!(question.ask, ProxmoxAsk::RunningTasks { .. }),
            Question::Several(checks) => checks.iter().all(|check| self.is_cached(&ask.about(check))),
            _ => false,
        }
    }

    /// Whether the pod that a reader looks at is none that the cluster has or that Runlight has seen: a name out of a
    /// link, most likely. The watch alone tells, so nothing is asked for it.
    pub fn is_about_a_stranger(&self, situation: &Situation) -> bool {
        self.case_files.is_stranger(situation)
    }

    /// Waits until the pod that a reader looks at is there.
    pub async fn until_known(&self, situation: &Situation) {
        let Ok(cluster) = find_cluster(&situation.grant, None, situation) else { return std::future::pending().await };
        let mut changes = cluster.pod_changes();
        while self.case_files.is_stranger(situation) {
            if changes.changed().await.is_err() {
                // The cluster is gone with its watch, and so is every answer about it.
                return std::future::pending().await;
            }
        }
    }

    /// Fires whenever the answer may have changed.
    pub fn changes(&self, topic: &Topic) -> BoxStream<'static, ()> {
        match topic {
            Topic::Check(ask) => fetch::changes(ask).boxed(),
            Topic::Panel(ask) => standing::changes(ask),
        }
    }

    fn join_or_start(self: &Arc<Self>, topic: &Topic) -> Running {
        let mut running = self.lock();
        if let Some(run) = running.get(topic).and_then(WeakShared::upgrade) {
            return run;
        }
        let (runner, asked) = (Arc::clone(self), topic.clone());
        let run = async move { Arc::new(runner.answer(&asked).await) }.boxed().shared();
        if let Some(weak) = run.downgrade() {
            running.insert(topic.clone(), weak);
        }
        run
    }

    async fn answer(&self, topic: &Topic) -> Report {
        match topic {
            Topic::Check(ask) => self.judge(ask).await,
            Topic::Panel(ask) => self.masked(standing::report(&self.case_files, ask).await),
        }
    }

    fn judge<'a>(&'a self, ask: &'a Ask) -> BoxFuture<'a, Report> {
        match &ask.check.question {
            Question::Several(checks) => self.judge_several(ask, checks).boxed(),
            Question::Each(each) => self.judge_each(ask, each).boxed(),
            _ => self.judge_one(ask).boxed(),
        }
    }

    async fn judge_one(&self, ask: &Ask) -> Report {
        let (deadline, asked_at) = (self.deadline(), self.clock.now());
        let (answer, remarks) = match self.fetch(&look_once(ask)).await {
            Ok(answer) => answer,
            Err(unknown) => return self.masked(unanswered(unknown, asked_at)),
        };
        // What was asked for is shown; what merely stands in an answer is not.
        let is_secret_data = holds_secret_data(&answer);
        let (asked, now) = (ask.clone(), self.clock.now());
        let judged = self.carry_out(deadline, &ask.check.filters, move |budget| judge(&answer, &asked, now, budget));
        let mut report = judged.await.unwrap_or_else(|unknown| unanswered(unknown, asked_at));
        remarks.iter().for_each(|remark| tell(&mut report, remark));
        bound_text(&mut report);
        if is_secret_data { report } else { self.masked(report) }
    }

    /// A report with dots for the secrets in it, unless the configuration lets them be shown.
    fn masked(&self, mut report: Report) -> Report {
        if self.secrets_in_answers == SecretsInAnswers::Mask {
            masks::mask(&mut report);
        }
        report
    }

    /// The lines that the command itself would print, with dots for the secrets in them as on a page.
    pub async fn print_for_reader(&self, ask: &Ask) -> Result<Printed, Unknown> {
        let mut printed = self.print(ask).await?;
        if self.secrets_in_answers == SecretsInAnswers::Mask && !printed.holds_secret_data {
            masks::mask_lines(&mut printed.lines);
        }
        Ok(printed)
    }

    async fn fetch(&self, ask: &Ask) -> Result<(Answer, Vec<Remark>), Unknown> {
        let limited = async {
            let _turn = self.turns.take().await;
            remark::collect(Box::pin(fetch::fetch(self.clock, ask))).await
        };
        match tokio::time::timeout(self.timeout, limited).await {
            Ok((answer, remarks)) => {
                let answer = self.with_kept_log(ask, answer).await;
                Ok((stored_logs::or_stored(ask, answer, self.clock).await?, remarks))
            }
            Err(_) => Err(self.timed_out()),
        }
    }

    fn timed_out(&self) -> Unknown {
        Cause::TimedOut.unknown(
            "The check",
            format!("There was no answer within {} s.", self.timeout.as_secs_f32()),
            "Try again; raise check_timeout_ms in [server] of runlight.toml if the source is slow.",
        )
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Topic, WeakShared<BoxFuture<'static, Arc<Report>>>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an answer is the data of Secrets, which the configuration lets be shown.
fn holds_secret_data(answer: &Answer) -> bool {
    match answer {
        Answer::Sheet(answer) => answer.is_secret_data,
        Answer::Parts(answer) => answer.parts.iter().any(holds_secret_data),
        _ => false,
    }
}
