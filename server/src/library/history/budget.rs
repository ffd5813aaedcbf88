//! What reading a history may cost. A repository is somebody else's file: a few kilobytes of it can hold more paths than
//! anybody could walk.

use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

use super::{Line, Unreadable};

/// Steps after which the clock is looked at.
const STEPS_BETWEEN_LOOKS: u64 = 256;

/// Steps and time that are left: one step for each object that is read, each line of a tree, each parent of a commit.
#[derive(Debug)]
pub(in crate::library) struct Budget {
    steps: u64,
    until: Instant,
}

/// Why reading stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// The budget is spent: what was not found is older than what was looked at.
    Spent,
    /// Something cannot be read.
    Unreadable(Unreadable),
}

/// The files that dates are looked for, by folder. Other folders are never entered, which also bounds how deep a search
/// goes.
#[derive(Debug, Default)]
pub(in crate::library) struct Wanted {
    files: HashSet<String>,
    pub(super) folders: HashMap<String, Wanted>,
}

impl Budget {
    /// So many steps, and no longer than that.
    pub(in crate::library) fn new(steps: u64, until: Instant) -> Self {
        Self { steps, until }
    }

    /// Pays for one step before it is taken.
    pub(super) fn pay(&mut self) -> Result<(), Stop> {
        self.steps = self.steps.checked_sub(1).ok_or(Stop::Spent)?;
        let is_look = self.steps.is_multiple_of(STEPS_BETWEEN_LOOKS);
        if is_look && Instant::now() >= self.until { Err(Stop::Spent) } else { Ok(()) }
    }

    /// Steps that are left.
    #[cfg(test)]
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }
}

impl Wanted {
    /// Whether a line of this folder's tree is looked for: a wanted file, or a folder that holds one.
    pub(super) fn has(&self, line: &Line) -> bool {
        match line.is_folder {
            true => self.folders.contains_key(&line.name),
            false => self.files.contains(&line.name),
        }
    }

    fn add(&mut self, name: &str) {
        match name.split_once('/') {
            Some((folder, rest)) => self.folders.entry(folder.to_owned()).or_default().add(rest),
            None => drop(self.files.insert(name.to_owned())),
        }
    }
}

impl<'n> FromIterator<&'n str> for Wanted {
    fn from_iter<I: IntoIterator<Item = &'n str>>(names: I) -> Self {
        let mut wanted = Self::default();
        names.into_iter().for_each(|name| wanted.add(name));
        wanted
    }
}

impl From<Unreadable> for Stop {
    fn from(cause: Unreadable) -> Self {
        Self::Unreadable(cause)
    }
}
