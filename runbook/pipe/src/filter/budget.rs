//! What carrying out filters, templates and paths may cost. Whoever is about to look at text or to build something asks
//! here first; once the means are spent, or somebody has said stop, every further request is denied. That bounds time
//! and memory, whatever a runbook asks and whatever a source answers.

use std::{
    cell::Cell,
    fmt,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Steps for one answer: a few seconds' work at most.
const STEPS: u64 = if cfg!(test) { 500_000 } else { 50_000_000 };
/// Bytes that one stage may build.
const STAGE_BYTES: u64 = 128 << 20;
/// How much room a text takes, in its own lengths, once it has been read into values.
const READ_FACTOR: u64 = 4;
/// Bytes of text that are looked at in one step.
const BYTES_PER_STEP: usize = 64;

/// Says stop to work that is under way, from any thread.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Whoever works sees it at the next step.
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has been said.
    pub fn is_said(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why work ended before there was an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooCostly {
    /// It takes too many steps.
    Steps,
    /// It builds too much.
    Bytes,
    /// Somebody said stop.
    Stopped,
}

impl fmt::Display for TooCostly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Steps => "It takes more steps than Runlight spends on one answer.",
            Self::Bytes => "It builds more than the 128 MiB that Runlight spends on one answer.",
            Self::Stopped => "It was not done within the time limit.",
        })
    }
}

impl std::error::Error for TooCostly {}

/// What is left of the means. Clones share them.
#[derive(Debug, Clone)]
pub struct Budget(Rc<Means>);

#[derive(Debug)]
struct Means {
    steps_left: Cell<u64>,
    bytes_left: Cell<u64>,
    stage_bytes: u64,
    spent: Cell<Option<TooCostly>>,
    stop: Stop,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Stop::default())
    }
}

impl Budget {
    /// The means for one answer, until somebody says stop.
    pub fn new(stop: Stop) -> Self {
        Self::of(STEPS, STAGE_BYTES, stop)
    }

    /// Means of another size: steps for all, bytes for each stage.
    pub fn of(steps: u64, stage_bytes: u64, stop: Stop) -> Self {
        let (steps_left, bytes_left) = (Cell::new(steps), Cell::new(stage_bytes));
        Self(Rc::new(Means { steps_left, bytes_left, stage_bytes, spent: Cell::new(None), stop }))
    }

    /// Pays for steps.
    ///
    /// # Errors
    /// When the means do not suffice, now or before.
    pub fn pay(&self, steps: usize) -> Result<(), TooCostly> {
        self.check()?;
        let steps = u64::try_from(steps).unwrap_or(u64::MAX).saturating_add(1);
        match self.0.steps_left.get().checked_sub(steps) {
            Some(left) => {
                self.0.steps_left.set(left);
                Ok(())
            }
            None => Err(self.exhaust(TooCostly::Steps)),
        }
    }

    /// Pays for a look at text.
    ///
    /// # Errors
    /// When the means do not suffice, now or before.
    pub fn scan(&self, size_bytes: usize) -> Result<(), TooCostly> {
        self.pay(size_bytes / BYTES_PER_STEP)
    }

    /// Pays for something that is about to be built.
    ///
    /// # Errors
    /// When the means do not suffice, now or before.
    pub fn build(&self, size_bytes: usize) -> Result<(), TooCostly> {
        self.scan(size_bytes)?;
        match self.0.bytes_left.get().checked_sub(u64::try_from(size_bytes).unwrap_or(u64::MAX)) {
            Some(left) => {
                self.0.bytes_left.set(left);
                Ok(())
            }
            None => Err(self.exhaust(TooCostly::Bytes)),
        }
    }

    /// Takes all that is left, where what asks has no way to fail.
    pub fn exhaust(&self, reason: TooCostly) -> TooCostly {
        let reason = self.0.spent.get().unwrap_or(reason);
        self.0.spent.set(Some(reason));
        reason
    }

    /// Whether work may go on.
    ///
    /// # Errors
    /// When the means are spent.
    pub fn check(&self) -> Result<(), TooCostly> {
        match self.0.spent.get() {
            Some(reason) => Err(reason),
            None if self.0.stop.is_said() => Err(self.exhaust(TooCostly::Stopped)),
            None => Ok(()),
        }
    }

    /// The next stage begins: what the one before built is its input, or gone.
    pub(crate) fn begin_stage(&self) {
        self.begin_stage_on(0);
    }

    /// The next stage begins with a text that may take as much more, read into values, as its length alone allows.
    pub(crate) fn begin_stage_on(&self, size_bytes: usize) {
        let more = u64::try_from(size_bytes).unwrap_or(u64::MAX).saturating_mul(READ_FACTOR);
        self.0.bytes_left.set(self.0.stage_bytes.saturating_add(more));
    }
}
