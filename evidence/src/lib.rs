//! What was: crashes with what they were captured with, kept where they outlive the pod; incidents with their notes;
//! pages that somebody shared. SQLite in a file, or PostgreSQL.
//!
//! Knows no source, no runbook and no clock: what it keeps is handed to it, with the time. A store that is down, full or
//! slow is a state that can be read; whoever hands something over never waits for it.

mod capture;
mod difference;
mod fingerprint;
mod id;
mod incident;
mod keeper;
mod log;
mod message;
mod shared_page;
mod store;

pub use capture::{Asked, BackupThen, Capture, ConfigHash, Crash, CrashKey, Ended, Judged, KeptEvent, Owner};
pub use difference::{Difference, difference};
pub use fingerprint::{Fingerprint, normalise};
pub use id::EvidenceId;
pub use incident::{Alert, Entry, EntryKind, Incident};
pub use keeper::{Keeper, KeeperFigures, Now, Standing};
pub use log::{KeptLine, KeptLog, MAX_LOG_BYTES};
pub use message::Message;
pub use shared_page::SharedPage;
pub use store::{
    CrashRow, Figures, Found, Gone, Hour, Kept, Limits, Mode, Neighbours, Pruned, Seen, Store, StoreError, Subject,
};
