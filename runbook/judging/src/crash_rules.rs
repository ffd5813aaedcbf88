//! What a runbook itself says of crashes and recovery, read once for every judgement that rests on it.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use text::runbook::Runbook;

use crate::{
    memory::MemoryRule,
    recovery::find_stated_rule,
    verdict::{Classifier, built_in, find_classifier},
};

/// What a runbook says of crashes and recovery. Equal only to itself: a file that was read anew is another one.
#[derive(Debug, Clone)]
pub struct CrashRules(Arc<Rules>);

#[derive(Debug)]
struct Rules {
    classifier: Option<Classifier>,
    recovery: Option<(i64, String)>,
    memory: MemoryRule,
}

impl CrashRules {
    /// Reads it out of a runbook.
    pub fn of(runbook: &Runbook) -> Self {
        Self(Arc::new(Rules {
            classifier: find_classifier(&runbook.blocks, &runbook.commands).map(|(_, classifier)| classifier),
            recovery: find_stated_rule(runbook),
            memory: MemoryRule::find(runbook),
        }))
    }

    /// Its table as rules, when it has one.
    pub fn classifier(&self) -> Option<&Classifier> {
        self.0.classifier.as_ref()
    }

    /// What crashes are judged by: its own rows, else Runlight's.
    pub fn judged_by(&self) -> &Classifier {
        self.classifier().unwrap_or_else(|| built_in())
    }

    /// How long must be quiet, when it says so: milliseconds, and its words.
    pub fn recovery(&self) -> Option<&(i64, String)> {
        self.0.recovery.as_ref()
    }

    /// How it raises memory limits.
    pub fn memory(&self) -> &MemoryRule {
        &self.0.memory
    }
}

impl PartialEq for CrashRules {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for CrashRules {}

impl Hash for CrashRules {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}
