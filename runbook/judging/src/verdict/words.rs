//! Tables of words: what runbooks call things, and what Kubernetes calls them.

/// First heads of tables that describe crashes, folded to lower case.
pub(crate) const PATTERN_HEADS: [&str; 33] = [
    "crash pattern",
    "crash type",
    "crash reason",
    "crash",
    "pattern",
    "symptom",
    "symptoms",
    "sign",
    "signal",
    "error",
    "error message",
    "error pattern",
    "error type",
    "failure",
    "failure mode",
    "failure pattern",
    "status",
    "pod status",
    "state",
    "pod state",
    "container state",
    "reason",
    "termination reason",
    "event",
    "message",
    "log message",
    "log line",
    "log pattern",
    "exit code",
    "what you see",
    "the event says",
    "event says",
    "event message",
];

/// Heads of the column that explains.
pub(crate) const CAUSE_HEADS: [&str; 11] = [
    "likely cause",
    "cause",
    "possible cause",
    "probable cause",
    "root cause",
    "causes",
    "likely causes",
    "meaning",
    "what it means",
    "explanation",
    "diagnosis",
];

/// Heads of the column that says what to do.
pub(crate) const ACTION_HEADS: [&str; 17] = [
    "action",
    "actions",
    "fix",
    "fixes",
    "remedy",
    "resolution",
    "solution",
    "what to do",
    "do this",
    "next step",
    "next steps",
    "recommended action",
    "mitigation",
    "response",
    "handling",
    "first action",
    "where to look",
];

/// A word that Kubernetes uses, and how much it says.
pub(crate) struct ReasonWord {
    /// As Kubernetes writes it.
    pub(crate) name: &'static str,
    pub(crate) weight: Weight,
    pub(crate) source: ReasonSource,
}

/// How much a reason says about the crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// It names the cause.
    Settles,
    /// It only says that something is wrong.
    Symptom,
}

/// Where Kubernetes writes a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReasonSource {
    /// In the state of a container.
    Container,
    /// In the status of the pod.
    Pod,
    /// In an event.
    Event,
}

const fn word(name: &'static str, weight: Weight, source: ReasonSource) -> ReasonWord {
    ReasonWord { name, weight, source }
}

use ReasonSource::{Container, Event, Pod};
use Weight::{Settles, Symptom};

const REASONS: [ReasonWord; 44] = [
    word("OOMKilled", Settles, Container),
    word("ImagePullBackOff", Settles, Container),
    word("ErrImagePull", Settles, Container),
    word("InvalidImageName", Settles, Container),
    word("ErrImageNeverPull", Settles, Container),
    word("ImageInspectError", Settles, Container),
    word("CreateContainerConfigError", Settles, Container),
    word("CreateContainerError", Settles, Container),
    word("RunContainerError", Settles, Container),
    word("ContainerCannotRun", Settles, Container),
    word("StartError", Settles, Container),
    word("PostStartHookError", Settles, Container),
    word("PreStopHookError", Settles, Container),
    word("ContainerStatusUnknown", Settles, Container),
    word("CrashLoopBackOff", Symptom, Container),
    word("ContainerCreating", Symptom, Container),
    word("PodInitializing", Symptom, Container),
    word("Error", Symptom, Container),
    word("Completed", Symptom, Container),
    word("Evicted", Settles, Pod),
    word("Preempting", Settles, Pod),
    word("Preempted", Settles, Pod),
    word("NodeLost", Settles, Pod),
    word("NodeAffinity", Settles, Pod),
    word("NodeShutdown", Settles, Pod),
    word("DeadlineExceeded", Settles, Pod),
    word("OutOfcpu", Settles, Pod),
    word("OutOfmemory", Settles, Pod),
    word("UnexpectedAdmissionError", Settles, Pod),
    word("Pending", Symptom, Pod),
    word("Failed", Symptom, Pod),
    word("FailedScheduling", Settles, Event),
    word("FailedMount", Settles, Event),
    word("FailedAttachVolume", Settles, Event),
    word("FailedCreatePodSandBox", Settles, Event),
    word("FailedPostStartHook", Settles, Event),
    word("FailedPreStopHook", Settles, Event),
    word("NetworkNotReady", Settles, Event),
    word("NodeNotReady", Settles, Event),
    word("SystemOOM", Settles, Event),
    word("OOMKilling", Settles, Event),
    word("ExceededGracePeriod", Settles, Event),
    word("Unhealthy", Symptom, Event),
    word("BackOff", Symptom, Event),
];

/// The reason that a word names, whatever its case.
pub(crate) fn find_reason(word: &str) -> Option<&'static ReasonWord> {
    let bare = word.strip_prefix("Init:").unwrap_or(word);
    REASONS.iter().find(|reason| reason.name.eq_ignore_ascii_case(bare))
}

/// Whether a run that ended can carry this reason; the others stand only while a container waits.
pub(crate) fn is_termination(reason: &str) -> bool {
    ["OOMKilled", "Error", "Completed", "ContainerCannotRun", "StartError", "ContainerStatusUnknown"].contains(&reason)
}

/// Whether an event says why a container cannot start.
pub(crate) fn is_obstacle(reason: &str) -> bool {
    ["FailedMount", "FailedAttachVolume", "FailedScheduling", "FailedCreatePodSandBox", "NetworkNotReady"]
        .contains(&reason)
}

/// Reasons between which the kubelet alternates for one and the same trouble.
pub(crate) fn siblings(reason: &str) -> &'static [&'static str] {
    match reason {
        "ImagePullBackOff" | "ErrImagePull" => &["ImagePullBackOff", "ErrImagePull"],
        "RunContainerError" | "StartError" | "ContainerCannotRun" => {
            &["RunContainerError", "StartError", "ContainerCannotRun"]
        }
        _ => &[],
    }
}

/// Whether prose means more by this word than the state: "error", "failed".
pub(crate) fn is_everyday_word(reason: &str) -> bool {
    ["error", "completed", "failed", "pending", "backoff"].contains(&reason.to_lowercase().as_str())
}

/// What a phrase of prose stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Reason(&'static str),
    ExitCode(i32),
    Words(&'static str),
    Timeout,
}

/// Phrases that runbooks write without a code span, longest first within one beginning.
pub(crate) const PHRASES: [(&str, Meaning); 42] = [
    ("out of memory", Meaning::Reason("OOMKilled")),
    ("oom killed", Meaning::Reason("OOMKilled")),
    ("oom kill", Meaning::Reason("OOMKilled")),
    ("oom", Meaning::Reason("OOMKilled")),
    ("crash looping", Meaning::Reason("CrashLoopBackOff")),
    ("crash loop", Meaning::Reason("CrashLoopBackOff")),
    ("crashloop", Meaning::Reason("CrashLoopBackOff")),
    ("image pull error", Meaning::Reason("ImagePullBackOff")),
    ("image pull failure", Meaning::Reason("ImagePullBackOff")),
    ("image pull fails", Meaning::Reason("ImagePullBackOff")),
    ("image pull failed", Meaning::Reason("ImagePullBackOff")),
    ("eviction", Meaning::Reason("Evicted")),
    ("unschedulable", Meaning::Reason("FailedScheduling")),
    ("segmentation fault", Meaning::ExitCode(139)),
    ("segfault", Meaning::ExitCode(139)),
    ("sigsegv", Meaning::ExitCode(139)),
    ("sigkill", Meaning::ExitCode(137)),
    ("sigterm", Meaning::ExitCode(143)),
    ("sigabrt", Meaning::ExitCode(134)),
    ("leader election lost", Meaning::Words("leader election lost")),
    ("leaderelection lost", Meaning::Words("leader election lost")),
    ("connection refused", Meaning::Words("connection refused")),
    ("connection reset by peer", Meaning::Words("connection reset by peer")),
    ("permission denied", Meaning::Words("permission denied")),
    ("no space left on device", Meaning::Words("no space left on device")),
    ("no such host", Meaning::Words("no such host")),
    ("no such file or directory", Meaning::Words("no such file or directory")),
    ("exec format error", Meaning::Words("exec format error")),
    ("certificate has expired", Meaning::Words("certificate has expired")),
    ("too many open files", Meaning::Words("too many open files")),
    ("address already in use", Meaning::Words("address already in use")),
    ("liveness probe failed", Meaning::Words("liveness probe failed")),
    ("liveness probe failure", Meaning::Words("liveness probe failed")),
    ("readiness probe failed", Meaning::Words("readiness probe failed")),
    ("readiness probe failure", Meaning::Words("readiness probe failed")),
    ("startup probe failed", Meaning::Words("startup probe failed")),
    ("startup probe failure", Meaning::Words("startup probe failed")),
    ("deadline exceeded", Meaning::Timeout),
    ("timed out", Meaning::Timeout),
    ("times out", Meaning::Timeout),
    ("timeouts", Meaning::Timeout),
    ("timeout", Meaning::Timeout),
];

/// Words that carry no condition of their own.
pub(crate) const FILLERS: [&str; 50] = [
    "the",
    "a",
    "an",
    "is",
    "are",
    "was",
    "of",
    "to",
    "from",
    "on",
    "for",
    "at",
    "by",
    "in",
    "its",
    "with",
    "api",
    "dns",
    "tls",
    "http",
    "https",
    "server",
    "request",
    "requests",
    "calls",
    "call",
    "reason",
    "status",
    "state",
    "pod",
    "pods",
    "container",
    "containers",
    "shows",
    "show",
    "shown",
    "seen",
    "error",
    "errors",
    "message",
    "messages",
    "event",
    "events",
    "log",
    "logs",
    "line",
    "process",
    "last",
    "terminated",
    "termination",
];

/// Words after which nothing can be looked up: an absence is not a fact that a bounded log can show.
pub(crate) const NEGATIONS: [&str; 8] = ["no", "not", "without", "never", "none", "nothing", "missing", "isn't"];

/// Patterns that mean "whatever is left", folded to lower case without hyphens.
pub(crate) const REMAINDERS: [&str; 20] = [
    "application specific errors",
    "application specific error",
    "application errors",
    "application error",
    "app specific errors",
    "app errors",
    "app error",
    "other errors",
    "other error",
    "other",
    "others",
    "anything else",
    "everything else",
    "any other",
    "any other error",
    "none of the above",
    "else",
    "otherwise",
    "unknown error",
    "something else",
];

/// What an exit code means, as the end of "exit code 137 (…)"; `None` for a code of the program's own.
pub fn explain_exit_code(code: i32) -> Option<&'static str> {
    Some(match code {
        0 => "ended without an error",
        1 => "the program gave up with an error",
        2 => "wrong use of the program, or an error of its own",
        125 => "the container runtime could not run it",
        126 => "the command cannot be executed",
        127 => "the command was not found",
        128 => "the container could not be started",
        129 => "ended by SIGHUP",
        130 => "ended by SIGINT",
        131 => "ended by SIGQUIT",
        132 => "an illegal instruction, SIGILL",
        134 => "aborted with SIGABRT",
        135 => "a bus error, SIGBUS",
        136 => "an arithmetic error, SIGFPE",
        137 => "killed with SIGKILL",
        139 => "a segmentation fault, SIGSEGV",
        141 => "a broken pipe, SIGPIPE",
        143 => "asked to end with SIGTERM",
        255 => "an exit status out of range",
        _ => return None,
    })
}
