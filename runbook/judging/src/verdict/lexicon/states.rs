//! Words that Kubernetes uses for states and events, how much each says, and what exit codes mean.

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

const REASONS: [ReasonWord; 69] = [
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
    word("RegistryUnavailable", Settles, Container),
    word("SignatureValidationFailed", Settles, Container),
    word("CreatePodSandboxError", Settles, Container),
    word("KillContainerError", Settles, Container),
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
    word("OutOfephemeral-storage", Settles, Pod),
    word("OutOfpods", Settles, Pod),
    word("NodePorts", Settles, Pod),
    word("TopologyAffinityError", Settles, Pod),
    word("Unknown", Settles, Pod),
    word("SchedulingGated", Settles, Pod),
    word("Shutdown", Settles, Pod),
    word("Pending", Symptom, Pod),
    word("Running", Symptom, Pod),
    word("Succeeded", Symptom, Pod),
    word("Terminating", Symptom, Pod),
    word("Failed", Symptom, Pod),
    word("FailedScheduling", Settles, Event),
    word("FailedMount", Settles, Event),
    word("FailedAttachVolume", Settles, Event),
    word("FailedCreatePodSandBox", Settles, Event),
    word("FailedMapVolume", Settles, Event),
    word("FailedBinding", Settles, Event),
    word("ProvisioningFailed", Settles, Event),
    word("FailedCreate", Settles, Event),
    word("FailedKillPod", Settles, Event),
    word("FailedToRetrieveImagePullSecret", Settles, Event),
    word("TaintManagerEviction", Settles, Event),
    word("DNSConfigForming", Settles, Event),
    word("FileSystemResizeFailed", Settles, Event),
    word("VolumeResizeFailed", Settles, Event),
    word("InspectFailed", Settles, Event),
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

/// The reason that a word names, whatever its case; an `Init:` before it is looked through.
pub(crate) fn find_reason(word: &str) -> Option<&'static ReasonWord> {
    let bare = word.strip_prefix("Init:").unwrap_or(word);
    let bare = match bare {
        "OOMKill" | "OOM" => "OOMKilled",
        "CrashLoop" | "CrashLooping" | "CrashBackOff" | "CrashLoopBackoff" => "CrashLoopBackOff",
        "Back-off" | "Backoff" => "BackOff",
        other => other,
    };
    REASONS.iter().find(|reason| reason.name.eq_ignore_ascii_case(bare))
}

/// Whether a run that ended can carry this reason; the others stand only while a container waits.
pub(crate) fn is_termination(reason: &str) -> bool {
    ["OOMKilled", "Error", "Completed", "ContainerCannotRun", "StartError", "ContainerStatusUnknown"].contains(&reason)
}

/// Whether an event says why a container cannot start.
pub(crate) fn is_obstacle(reason: &str) -> bool {
    [
        "FailedMount",
        "FailedAttachVolume",
        "FailedScheduling",
        "FailedCreatePodSandBox",
        "NetworkNotReady",
        "FailedMapVolume",
    ]
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
    [
        "error",
        "completed",
        "failed",
        "pending",
        "backoff",
        "unknown",
        "running",
        "shutdown",
        "succeeded",
        "unhealthy",
        "terminating",
        "preempted",
        "preempting",
    ]
    .contains(&reason.to_lowercase().as_str())
}

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
