//! The portal: what the views ask for, answered from the library, the checks and the live topics.

mod assist;
mod audit;
mod backend;
pub(crate) mod backup_figures;
mod download;
mod evidence;
mod figures;
mod find;
mod follow;
mod incidents;
mod kept_reports;
pub mod link;
mod offers;
mod open;
mod permit;
mod preview;
pub mod query;
mod standing;
mod withheld;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use app::server_side::{
    backend::{Caller, DemoLink},
    doctor::Examination,
};
use runbook::{
    binding::Bindings,
    check::{ClusterAsk, Logs, Question, Reading},
    crash_rules::CrashRules,
    document::Runbook,
    names::CheckId,
    outcome::Report,
    time::Timestamp,
};
use tokio::sync::watch;

pub use self::{
    assist::RunbookText,
    figures::{Figures, Kept, Watched},
    follow::Shown,
    incidents::IncidentFormat,
    preview::Lint,
};
use crate::{
    alerts::Alerts,
    checks::{Ask, PanelAsk, PanelKind, Printed, Runner, Situation, Topic},
    clock::Clock,
    config::{self, Config},
    doctor::Doctor,
    evidence::Evidence,
    library::{Entry, Library, NoPicture, PictureFile},
    live::{Board, Hub},
    sign_in::SignIn,
    sources::{
        ConfigProblem, Grant, Sources,
        cluster::{Cluster, PodWatchState},
    },
};

/// An alert whose link the home page offers to try: only the demo has some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What is wrong, one sentence.
    pub sentence: String,
    /// The alert's name.
    pub alert: String,
    /// Its labels.
    pub labels: Vec<(String, String)>,
}

/// How far the portal is on its way to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Open,
    Draining,
    Closing,
}

/// Everything behind the doors.
pub struct Portal {
    clock: Clock,
    library: Arc<Library>,
    sources: Arc<Sources>,
    runner: Arc<Runner>,
    hub: Arc<Hub>,
    alerts: Arc<Alerts>,
    board: Arc<Board>,
    doctor: Doctor,
    sign_in: Arc<SignIn>,
    evidence: OnceLock<Arc<Evidence>>,
    examples: Vec<Example>,
    lint: OnceLock<Lint>,
    stage: watch::Sender<Stage>,
    started: Instant,
    checks_run: AtomicU64,
    configuration_is_refused: AtomicBool,
    backup_look: backup_figures::BackupLook,
}

impl Portal {
    /// Begins to read the library and to watch the sources. Neither a source that is down nor a library that takes long
    /// keeps the portal from opening.
    pub async fn open(config: &Config, clock: Clock, examples: Vec<Example>) -> Result<Arc<Self>, ConfigProblem> {
        let sign_in = SignIn::open(config)?;
        let sources = Arc::new(Sources::connect(config, clock).await?);
        let library = Library::new(config.library.folders.clone()).with_history(config.library.history);
        let library = Arc::new(library);
        tokio::spawn(Arc::clone(&library).keep_fresh());
        let runner = Runner::new(clock, &config.server);
        Ok(Arc::new(Self {
            clock,
            alerts: Alerts::new(Arc::clone(&library), Arc::clone(runner.verdicts()), clock),
            board: Arc::default(),
            doctor: Doctor::new(
                config.clone(),
                Arc::clone(&sources),
                Arc::clone(&library),
                Arc::clone(&sign_in),
                clock,
            ),
            evidence: OnceLock::new(),
            library,
            sign_in,
            sources,
            hub: Hub::new(Arc::clone(&runner)),
            runner,
            examples,
            lint: OnceLock::new(),
            stage: watch::Sender::new(Stage::Open),
            started: Instant::now(),
            checks_run: AtomicU64::new(0),
            configuration_is_refused: AtomicBool::new(false),
            backup_look: backup_figures::BackupLook::default(),
        }))
    }

    /// Whether a configuration can be right. Asks no source.
    pub async fn check(config: &Config, clock: Clock) -> Result<(), ConfigProblem> {
        SignIn::open(config)?;
        Sources::connect(config, clock).await.map(drop)
    }

    /// The file of the configuration has changed, and what it holds now cannot be used.
    pub fn refuse_configuration(&self) {
        self.configuration_is_refused.store(true, Ordering::Relaxed);
    }

    /// What a caller may see. Nothing is asked without it.
    fn grant(&self, caller: &Caller) -> Grant {
        self.sources.grant(caller.groups())
    }

    /// Who may sign in, and who has.
    pub fn sign_in(&self) -> &Arc<SignIn> {
        &self.sign_in
    }

    /// Begins to keep what was. A command that only asks once does not.
    pub fn keep_evidence(&self, section: &config::Evidence) -> Result<(), ConfigProblem> {
        let evidence = Evidence::start(section, self.clock, &self.sources, &self.library, &self.runner)?;
        self.runner.read_kept_logs(&evidence);
        self.alerts.hear_of_silence(&evidence);
        // A second start changes nothing.
        drop(self.evidence.set(evidence));
        Ok(())
    }

    /// Begins to tell the configuration's receivers of verdicts, where it names any. Ends with the runtime.
    pub fn tell_receivers(&self, config: &Config) -> Result<(), ConfigProblem> {
        if let Some(evidence) = self.evidence()
            && let Some(notifier) = crate::notify::Notifier::of(config, evidence)?
        {
            tokio::spawn(notifier.run());
        }
        Ok(())
    }

    /// What was kept, where anything is.
    pub fn evidence(&self) -> Option<&Arc<Evidence>> {
        self.evidence.get()
    }

    /// Waits until the library has been read once.
    pub async fn library_read(&self) {
        self.library.read().await;
    }

    /// The portal's time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How every source, file and folder stands. `None` when the look broke off.
    pub async fn examine(&self) -> Option<Arc<Examination>> {
        self.doctor.look().await
    }

    /// Links that the demo offers; empty outside it.
    pub fn demo_links(&self) -> Vec<DemoLink> {
        self.links(self.sources.own())
    }

    /// Links about clusters that somebody may see.
    fn links(&self, grant: &Grant) -> Vec<DemoLink> {
        let is_seen = |example: &&Example| {
            !example.labels.iter().any(|(name, value)| name == "cluster" && grant.withholds_cluster(value))
        };
        self.examples.iter().filter(is_seen).map(|example| self.link(example)).collect()
    }

    /// Runs one command that stands in no runbook and returns the lines that the command itself would print.
    pub async fn print_check(
        &self,
        command: &str,
        bindings: &BTreeMap<String, String>,
    ) -> Result<Vec<String>, PrintError> {
        Ok(self.print_command(command, bindings).await?.lines)
    }

    /// The same, with what the sources say of their answers beside it.
    pub async fn print_command(
        &self,
        command: &str,
        bindings: &BTreeMap<String, String>,
    ) -> Result<Printed, PrintError> {
        let (own, bindings) = (self.sources.own(), Bindings(bindings.clone()));
        let read = runbook::command::read(command, &runbook::command::FenceContext::default());
        let read = match read.showing_secret_data() {
            Some(shown) if permit::permits(&shown.resolve(&bindings), &Situation::of(own, &bindings)) => shown,
            _ => read,
        };
        let check = read.resolve(&bindings).map_err(|error| {
            PrintError::NotACheck(match read.reading {
                Reading::Refused(refusal) | Reading::Unknown(refusal) => refusal.reason,
                Reading::Check { .. } => open::explain_binding(&error),
            })
        })?;
        let ask = Ask { check, situation: Situation::of(own, &bindings) };
        let printed = self.runner.print(&ask).await.map_err(PrintError::NoAnswer)?;
        match printed.complaints.is_empty() {
            true => Ok(printed),
            false => Err(PrintError::Incomplete { lines: printed.lines, complaints: printed.complaints }),
        }
    }

    /// The verdict on a pod by a runbook that need not stand in the library.
    pub async fn judge(&self, runbook: &Runbook, bindings: &BTreeMap<String, String>) -> Report {
        let mut situation = Situation::of(self.sources.own(), &Bindings(bindings.clone()));
        situation.windows = runbook.windows.clone().into();
        self.run_panel(PanelAsk { kind: PanelKind::Verdict, situation, rules: CrashRules::of(runbook) }).await
    }

    /// A picture of the library.
    pub fn picture(&self, _caller: &Caller, address: &str) -> Result<PictureFile, NoPicture> {
        self.library.picture(address)
    }

    /// Begins to send readers away: probes say so, streams end one after another, pages are still answered.
    pub fn drain(&self) {
        self.advance(Stage::Draining);
    }

    /// Ends every open stream, so that the process can stop without cutting a page's check short.
    pub fn stop(&self) {
        self.advance(Stage::Closing);
    }

    /// Whether `drain` or `stop` has been called.
    pub fn is_stopping(&self) -> bool {
        *self.stage.borrow() > Stage::Open
    }

    /// Waits for `drain` or `stop`.
    pub async fn draining(&self) {
        self.reach(Stage::Draining).await;
    }

    /// Waits for `stop`.
    pub async fn stopped(&self) {
        self.reach(Stage::Closing).await;
    }

    fn advance(&self, stage: Stage) {
        self.stage.send_modify(|now| *now = stage.max(*now));
    }

    async fn reach(&self, stage: Stage) {
        // The sender lives as long as the portal, so waiting cannot fail.
        let _ = self.stage.subscribe().wait_for(|now| *now >= stage).await;
    }

    /// What `/metrics` shows.
    pub fn figures(&self) -> Figures {
        let shelf = self.library.shelf();
        let (checks_asking, checks_waiting) = self.runner.queue();
        Figures {
            uptime_s: self.started.elapsed().as_secs(),
            checks_run: self.checks_run.load(Ordering::Relaxed),
            checks_asking,
            checks_waiting,
            live_topics: self.hub.topic_count(),
            runbooks: shelf.entries.len(),
            library_folders_failing: shelf.failing_folders().count(),
            library_remarks: shelf.remarks.len(),
            configuration_is_refused: self.configuration_is_refused.load(Ordering::Relaxed),
            sources: self.sources.own().standings(),
            watches: self.sources.own().clusters().iter().map(|cluster| self.watched(cluster)).collect(),
            evidence: None,
        }
    }

    fn watched(&self, cluster: &Cluster) -> Watched {
        let view = cluster.pods();
        Watched {
            cluster: cluster.name().to_owned(),
            is_live: matches!(view.state, PodWatchState::Live { .. }),
            silent_s: cluster.heard_at().map(|at| self.now().ms_since(at) as f64 / 1_000.0),
            pods: view.pods.len(),
        }
    }

    async fn run(&self, ask: &Ask) -> Report {
        self.checks_run.fetch_add(1, Ordering::Relaxed);
        (*self.runner.run(&Topic::from(ask.clone())).await).clone()
    }

    async fn run_panel(&self, ask: PanelAsk) -> Report {
        self.checks_run.fetch_add(1, Ordering::Relaxed);
        // It goes on when the page stops waiting: the next page, and the live stream, join it.
        let (runner, topic) = (Arc::clone(&self.runner), Topic::from(ask));
        let run = tokio::spawn(async move { (*runner.run(&topic).await).clone() });
        run.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    fn ask(
        entry: &Entry,
        command: &runbook::document::Command,
        (grant, bindings): (&Grant, &Bindings),
    ) -> Result<Ask, runbook::binding::BindError> {
        let check = permit::permitted(command, grant, bindings).resolve(bindings)?;
        Ok(Ask { check, situation: situation(entry, grant, bindings) })
    }
}

/// What a reader of a runbook looks at.
fn situation(entry: &Entry, grant: &Grant, bindings: &Bindings) -> Situation {
    Situation {
        alert: entry.runbook.metadata.alert.clone(),
        windows: Arc::clone(&entry.windows),
        telling: Arc::clone(&entry.telling),
        logs_check: logs_check(&entry.runbook, |_| true),
        ended_log_check: logs_check(&entry.runbook, |logs| logs.previous)
            .or_else(|| logs_check(&entry.runbook, |_| true)),
        parameters: Arc::clone(&entry.parameters),
        ..Situation::of(grant, bindings)
    }
}

/// The first check that shows such a log of whichever pod is bound.
fn logs_check(runbook: &runbook::document::Runbook, is_wanted: fn(&Logs) -> bool) -> Option<CheckId> {
    let shows_logs = |command: &&runbook::document::Command| {
        let Reading::Check { check } = &command.reading else { return false };
        let Question::Cluster(question) = &check.question else { return false };
        let ClusterAsk::Logs(logs) = &question.ask else { return false };
        is_wanted(logs) && command.parameters.iter().any(|name| name == "pod")
    };
    runbook.commands.iter().find(shows_logs).map(|command| command.id.clone())
}

/// Why a command printed nothing.
#[derive(Debug)]
pub enum PrintError {
    /// It is refused, unknown, or a placeholder is empty: one sentence.
    NotACheck(String),
    /// Some of what was asked for could not be had.
    Incomplete {
        /// What the command prints of the rest.
        lines: Vec<String>,
        /// What is missing, and why.
        complaints: Vec<runbook::outcome::Unknown>,
    },
    /// The source could not be asked.
    NoAnswer(runbook::outcome::Unknown),
}
