//! The one door out of the views: what a portal must be able to answer. Every method takes the caller first.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use runbook::{
    binding::Bindings,
    document::Runbook,
    names::{CheckId, RunbookPath},
    outcome::Report,
    starter::Starter,
    time::Timestamp,
    verdict::Classifier,
};

use super::{
    alerts::{AlertView, FiringView},
    doctor::Examination,
    evidence::{CrashesView, EvidenceView},
    incident::IncidentView,
    library::{Freshness, LibraryQuery, LibraryView, Related, Row},
    preview::LintView,
};
use crate::error::WireError;

/// Who asks.
pub use access::Caller;

/// What the views need from a portal.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    /// What the home page shows beside the library: how the sources stand.
    async fn home(&self, caller: &Caller) -> Result<HomeView, WireError>;

    /// What each source lets Runlight see, as far as the caller may know of it. Sources are asked seldom, however many
    /// people look.
    async fn doctor(&self, caller: &Caller) -> Result<Arc<Examination>, WireError>;

    /// What the caller may see.
    async fn account(&self, caller: &Caller) -> Result<AccountView, WireError>;

    /// One page of the library: what the filters of an address leave of it.
    async fn library(&self, caller: &Caller, query: &LibraryQuery) -> Result<LibraryView, WireError>;

    /// The best few runbooks for words as they are typed, and how many there are.
    async fn search(&self, caller: &Caller, words: &str) -> Result<(usize, Vec<Row>), WireError>;

    /// A runbook with its bindings and with every report that is there without waiting for a slow source, plus those
    /// that the query asks to run (`run=ID`).
    async fn open_runbook(&self, caller: &Caller, path: &RunbookPath, query: &Query) -> Result<RunbookView, WireError>;

    /// The runbook for an alert: `path` is what stands behind `/alert/` or `/runbooks/`, decoded.
    async fn find_runbook(&self, caller: &Caller, path: &str, query: &Query) -> Result<Found, WireError>;

    /// What a permanent link leads to. What is no longer kept is an error with status 410 that says what it was.
    async fn evidence(&self, caller: &Caller, id: &str) -> Result<EvidenceView, WireError>;

    /// One firing of one alert.
    async fn incident(&self, caller: &Caller, id: &str) -> Result<IncidentView, WireError>;

    /// Runs one check of a runbook. A source that cannot be asked is a report with the outcome *unknown*; an error
    /// means that the question itself was wrong.
    async fn run_check(
        &self,
        caller: &Caller,
        path: &RunbookPath,
        check: &CheckId,
        bindings: &BTreeMap<String, String>,
    ) -> Result<CheckAnswer, WireError>;
}

/// What somebody may see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountView {
    /// Kind and name of each source.
    pub sources: Vec<(&'static str, String)>,
    /// How many sources are shown to others alone.
    pub withheld: usize,
    /// Whom to ask for more.
    pub contact: Option<String>,
}

/// Names and values of a page's query, in order, decoded, repeated ones kept.
pub type Query = Vec<(String, String)>;

/// What an alert's link leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// One runbook.
    One {
        /// Its address.
        path: RunbookPath,
        /// The anchor of the section about the alert, when that is not the whole file.
        section: Option<String>,
        /// The link's query, put right where that was unambiguous.
        query: Query,
    },
    /// Several, or none.
    Choice(Box<AlertChoice>),
}

/// An alert without a runbook of its own, or with several.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertChoice {
    /// Its name; empty when the link names none.
    pub alert: String,
    /// Its labels, as the link carries them.
    pub labels: Query,
    /// What the link held that could not be used, one sentence each.
    pub notes: Vec<String>,
    /// Runbooks that suit equally well.
    pub candidates: Vec<Candidate>,
    /// Runbooks that might be meant, when none suits.
    pub near: Vec<Candidate>,
    /// A beginning for the missing runbook.
    pub starter: Option<Starter>,
    /// Its live state; `None` when nothing that knows alerts is configured, or the link names none.
    pub state: Option<AlertView>,
    /// When the page was made.
    pub now: Timestamp,
}

/// A runbook to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its address.
    pub path: RunbookPath,
    /// The anchor of the section about the alert.
    pub section: Option<String>,
    /// Its title.
    pub title: String,
    /// Why it is offered.
    pub reasons: Vec<String>,
}

/// What running a check came to.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckAnswer {
    /// What was found.
    pub report: Report,
}

/// What the home page shows.
#[derive(Debug, Clone)]
pub struct HomeView {
    /// What fires; `None` when no Alertmanager is configured.
    pub firing: Option<FiringView>,
    /// When the page was made.
    pub now: Timestamp,
    /// The configured sources and how they stand.
    pub sources: Vec<SourceStatus>,
    /// Links to try, when the portal runs on the simulated homelab.
    pub demo_links: Vec<DemoLink>,
}

/// A link that the demo offers.
#[derive(Debug, Clone)]
pub struct DemoLink {
    /// What is wrong there, one sentence.
    pub story: String,
    /// Address on this portal.
    pub href: String,
}

/// How a source stands.
#[derive(Debug, Clone)]
pub struct SourceStatus {
    /// Its name in the configuration.
    pub name: String,
    /// "Kubernetes" or "Proxmox VE".
    pub kind: &'static str,
    /// `Ok`: what is known, one sentence. `Err`: why it cannot be asked and what to do.
    pub state: Result<String, runbook::outcome::Unknown>,
}

/// A runbook opened for a situation.
#[derive(Debug, Clone)]
pub struct RunbookView {
    /// Its address.
    pub path: RunbookPath,
    /// Its text and commands.
    pub runbook: Arc<Runbook>,
    /// Where the file lies: path in the library folder, with the extension.
    pub file: String,
    /// Valid values from the query.
    pub bindings: Bindings,
    /// What the query held that could not be used, one sentence each.
    pub query_notes: Vec<String>,
    /// Parameters that the runbook uses, in order of first use, standard ones (cluster, namespace, pod, container)
    /// first when it has any check.
    pub parameters: Vec<String>,
    /// Clusters that `cluster` may name.
    pub clusters: Vec<String>,
    /// Alert labels that came in the query: `severity`, and any other label that is no parameter.
    pub labels: Vec<(String, String)>,
    /// Values that the runbook's own commands give for parameters without one.
    pub offers: BTreeMap<String, Offer>,
    /// State of each check: absent means idle.
    pub panels: BTreeMap<CheckId, PanelState>,
    /// Panels that stand on the page without a command, in order.
    pub standing: Vec<StandingPanel>,
    /// The runbook's table as rules, when it has one: the marks of the verdict stand at its rows.
    pub classifier: Option<Classifier>,
    /// The live state of its alert; `None` when it serves none, or when nothing that knows alerts is configured.
    pub alert: Option<AlertView>,
    /// Crashes of the pod's owner that were kept; `None` without a pod, or when nothing is kept here.
    pub crashes: Option<CrashesView>,
    /// What lint says of its file, where an author looks at a preview.
    pub lint: Option<LintView>,
    /// How far it can be trusted.
    pub freshness: Option<Freshness>,
    /// Related runbooks that exist: the path as written in the file -> its address.
    pub links: BTreeMap<String, RunbookPath>,
    /// Which version of the file this is.
    pub revision: String,
    /// Pictures of the library that the text shows: the source as written -> what is known of it.
    pub pictures: BTreeMap<String, Picture>,
    /// Runbooks that a reader may want next, the likeliest first.
    pub related: Vec<Related>,
    /// Runbooks whose text links here.
    pub backlinks: Vec<Related>,
    /// When the page was made.
    pub now: Timestamp,
}

/// A picture that a runbook shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// It lies in the library.
    There {
        /// Its address on this portal.
        address: String,
        /// Width and height in pixels, where the file says so.
        size: Option<(u32, u32)>,
    },
    /// It cannot be shown: one sentence.
    Missing(String),
}

/// A panel that stands on the page without a command.
#[derive(Debug, Clone, PartialEq)]
pub struct StandingPanel {
    /// The id under which its updates come.
    pub id: CheckId,
    /// The value of `data-panel`.
    pub word: &'static str,
    /// Where it stands.
    pub place: Place,
    /// How it starts.
    pub state: PanelState,
    /// What is being asked, one sentence, for as long as there is no answer.
    pub asking: String,
}

/// Where a standing panel stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Under the alert strip.
    Top,
    /// Folded under the verdict, with what else helps to fix it.
    Fix,
    /// Under the heading with this anchor.
    Section(String),
    /// Under this block of the runbook.
    Block(usize),
}

/// A value that a command of the runbook gives for a parameter. The reader may take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The value.
    pub value: String,
    /// The command that gave it.
    pub command: String,
}

/// How a check's panel starts.
#[derive(Debug, Clone, PartialEq)]
pub enum PanelState {
    /// Not run yet.
    Idle,
    /// It needs these parameters first.
    Needs(Vec<String>),
    /// A binding breaks a rule: one sentence.
    Invalid(String),
    /// It has been run.
    Done(Box<Report>),
}
