//! A pod and its containers as a kubelet moves them: running, terminated, waiting out the back-off, running again.

use std::sync::Arc;

use document::time::Timestamp;

use super::workload::{Owner, Workload};
use crate::{Pace, dice::Dice, story::Trouble, voice::Voice};

/// A pod on a node.
#[derive(Debug, Clone)]
pub(crate) struct Pod {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) uid: String,
    pub(crate) node: &'static str,
    pub(crate) created_at: Timestamp,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) owner: Option<Owner>,
    pub(crate) workload: Option<Arc<Workload>>,
    pub(crate) ip: String,
    pub(crate) is_on_host_network: bool,
    pub(crate) containers: Vec<Container>,
}

/// One container of a pod.
#[derive(Debug, Clone)]
pub(crate) struct Container {
    pub(crate) name: &'static str,
    pub(crate) image: String,
    pub(crate) memory_limit: Option<&'static str>,
    pub(crate) voice: &'static Voice,
    pub(crate) trouble: Option<Trouble>,
    pub(crate) state: State,
    /// How it ended the time before: what `lastState` says.
    pub(crate) last: Option<Death>,
    pub(crate) restarts: u32,
    /// When it was started again, oldest first; for a past that is only told, as far as anybody may look back.
    pub(crate) restarted: Vec<Timestamp>,
    /// When its state changes next; absent for one that stays as it is.
    pub(crate) due: Option<Timestamp>,
    pub(crate) dice: Dice,
}

/// What a container does at present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Running(Life),
    Terminated(Death),
    Waiting { reason: &'static str, message: String },
}

/// A container that lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Life {
    /// `containerd://` and 64 hexadecimal digits.
    pub(crate) id: String,
    pub(crate) started_at: Timestamp,
}

/// A container that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Death {
    pub(crate) life: Life,
    pub(crate) finished_at: Timestamp,
    pub(crate) exit_code: i32,
    pub(crate) reason: &'static str,
}

/// What a kubelet tells the world through an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening {
    Died,
    BackedOff,
    Restarted,
    PullFailed,
    PullBackedOff,
}

impl Pod {
    /// The earliest moment at which something happens in it.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.containers.iter().filter_map(|container| container.due).min()
    }

    /// Lets everything happen that is due, and tells what it was.
    pub(crate) fn step(&mut self, now: Timestamp, pace: &Pace, is_under_pressure: bool) -> Vec<(usize, Happening)> {
        let (name, namespace, uid) = (self.name.clone(), self.namespace.clone(), self.uid.clone());
        let described = format!("{name}_{namespace}({uid})");
        self.containers
            .iter_mut()
            .enumerate()
            .filter_map(|(index, container)| {
                container.step(now, pace, is_under_pressure, &described).map(|happening| (index, happening))
            })
            .collect()
    }

    /// `Pending`, `Running` or `Succeeded`.
    pub(crate) fn phase(&self) -> &'static str {
        let never_started = |c: &Container| matches!(c.state, State::Waiting { .. }) && c.last.is_none();
        let succeeded = |c: &Container| matches!(&c.state, State::Terminated(d) if d.exit_code == 0 && c.due.is_none());
        if self.containers.iter().any(never_started) {
            "Pending"
        } else if self.containers.iter().all(succeeded) {
            "Succeeded"
        } else {
            "Running"
        }
    }

    /// Makes it a pod that was created just now.
    pub(crate) fn begin(&mut self, now: Timestamp) {
        self.created_at = now;
        for container in &mut self.containers {
            let id = format!("containerd://{}", container.dice.hex(64));
            container.state = State::Running(Life { id, started_at: now });
        }
    }

    /// Makes it a job's pod that began at `started_at` and has done its work.
    pub(crate) fn complete(&mut self, started_at: Timestamp) {
        self.created_at = started_at;
        for container in &mut self.containers {
            let life =
                Life { id: format!("containerd://{}", container.dice.hex(64)), started_at: started_at.plus_ms(2_000) };
            let finished_at = life.started_at.plus_ms(container.dice.between(4_000, 90_000));
            container.state = State::Terminated(Death { life, finished_at, exit_code: 0, reason: "Completed" });
        }
    }

    /// Whether every container runs.
    pub(crate) fn is_ready(&self) -> bool {
        self.containers.iter().all(Container::is_running)
    }
}

impl Container {
    pub(crate) fn is_running(&self) -> bool {
        matches!(self.state, State::Running(_))
    }

    /// Ends it now, in the way of its trouble, or with exit code 1.
    pub(crate) fn crash(&mut self, now: Timestamp, pace: &Pace) {
        let State::Running(life) = &self.state else { return };
        let (exit_code, reason) = self.trouble.map_or((1, "Error"), Trouble::ending);
        let death = Death { life: life.clone(), finished_at: now, exit_code, reason };
        self.state = State::Terminated(death);
        self.due = Some(now.plus_ms(self.dice.about(pace.terminated_ms)));
    }

    /// When it will crash, if it begins to run now.
    pub(crate) fn next_crash(&mut self, now: Timestamp, pace: &Pace) -> Option<Timestamp> {
        let trouble = self.trouble.filter(|trouble| trouble.is_recurring())?;
        Some(now.plus_ms(self.dice.about(trouble.life_ms(pace.running_ms))))
    }

    fn step(&mut self, now: Timestamp, pace: &Pace, is_under_pressure: bool, pod: &str) -> Option<Happening> {
        if self.due.is_none_or(|due| due > now) {
            return None;
        }
        match &self.state {
            State::Running(_) if self.trouble.is_some_and(Trouble::needs_pressure) && !is_under_pressure => {
                self.due = Some(now.plus_ms(self.dice.about(pace.running_ms)));
                None
            }
            State::Running(_) => {
                self.crash(now, pace);
                Some(Happening::Died)
            }
            State::Terminated(death) => {
                self.last = Some(death.clone());
                let message =
                    format!("back-off {} restarting failed container={} pod={pod}", back_off(self.restarts), self.name);
                self.state = State::Waiting { reason: "CrashLoopBackOff", message };
                self.due = Some(now.plus_ms(self.dice.about(pace.waiting_ms)));
                Some(Happening::BackedOff)
            }
            State::Waiting { reason, .. } if *reason == "CrashLoopBackOff" => {
                self.restarts += 1;
                self.restarted.push(now);
                let life = Life { id: format!("containerd://{}", self.dice.hex(64)), started_at: now };
                self.state = State::Running(life);
                self.due = self.next_crash(now, pace);
                Some(Happening::Restarted)
            }
            State::Waiting { reason, .. } => {
                let was_trying = *reason == "ErrImagePull";
                let wait_ms = if was_trying { pace.waiting_ms } else { pace.terminated_ms };
                self.due = Some(now.plus_ms(self.dice.about(wait_ms)));
                self.state = self.pull_state(was_trying);
                Some(if was_trying { Happening::PullBackedOff } else { Happening::PullFailed })
            }
        }
    }

    /// Waiting for an image that cannot be pulled: backing off, or just refused.
    pub(crate) fn pull_state(&self, is_backing_off: bool) -> State {
        let image = &self.image;
        if is_backing_off {
            let message = format!("Back-off pulling image \"{image}\": ErrImagePull: {}", pull_error(image));
            State::Waiting { reason: "ImagePullBackOff", message }
        } else {
            State::Waiting { reason: "ErrImagePull", message: pull_error(image) }
        }
    }
}

/// What containerd answers for a tag that is not there.
pub(crate) fn pull_error(image: &str) -> String {
    format!(
        "rpc error: code = NotFound desc = failed to pull and unpack image \"{image}\": failed to resolve reference \
         \"{image}\": {image}: not found"
    )
}

/// The kubelet doubles the wait from ten seconds to five minutes. The simulation waits less, but says the same.
fn back_off(restarts: u32) -> &'static str {
    match restarts {
        0 => "10s",
        1 => "20s",
        2 => "40s",
        3 => "1m20s",
        4 => "2m40s",
        _ => "5m0s",
    }
}
