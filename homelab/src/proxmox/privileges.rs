//! What the token may do. A token without a privilege mostly meets empty lists, not refusals.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// What the documentation advises for Runlight, with the two that answer more: the journal and guests' agents.
const ADVISED: [&str; 5] = ["Sys.Audit", "Sys.Syslog", "VM.Audit", "Datastore.Audit", "VM.GuestAgent.Audit"];

/// The privileges of the token's role, which is given on `/` and handed down.
#[derive(Debug)]
pub(super) struct Privileges(BTreeSet<&'static str>);

impl Default for Privileges {
    fn default() -> Self {
        Self(ADVISED.into())
    }
}

impl Privileges {
    pub(super) fn allow(&mut self, privilege: &'static str, is_allowed: bool) {
        if is_allowed {
            self.0.insert(privilege);
        } else {
            self.0.remove(privilege);
        }
    }

    pub(super) fn hold(&self, privilege: &str) -> bool {
        self.0.contains(privilege)
    }

    /// `GET /access/permissions`.
    pub(super) fn document(&self) -> Value {
        let held: Value = self.0.iter().map(|privilege| ((*privilege).to_owned(), json!(1))).collect();
        ["/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms"]
            .into_iter()
            .map(|path| (path.to_owned(), held.clone()))
            .collect()
    }
}
