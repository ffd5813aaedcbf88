//! What the token may see. Without a privilege the API mostly answers 200 with an empty list, which must never be read
//! as "there is none": so the privilege is asked for first.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::{Connection, error::ApiError};
use crate::sources::remark::{self, Remark};

/// Privileges by path. The value says whether a privilege is handed down to paths below.
type Permissions = BTreeMap<String, BTreeMap<String, HandedDown>>;

/// One product writes 0 and 1, the other false and true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct HandedDown(bool);

impl<'de> Deserialize<'de> for HandedDown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Wire {
            Word(bool),
            Number(u64),
            Text(String),
        }
        Ok(Self(match Wire::deserialize(deserializer)? {
            Wire::Word(word) => word,
            Wire::Number(number) => number != 0,
            Wire::Text(text) => !matches!(text.as_str(), "" | "0" | "false"),
        }))
    }
}

impl Connection {
    /// Of privileges and the paths they are needed on, those that the token lacks.
    pub(super) async fn lacking<'p>(
        &self,
        wanted: &[(&'static str, &'p str)],
    ) -> Result<Vec<(&'static str, &'p str)>, ApiError> {
        let permissions: Permissions = self.get(&["access", "permissions"], &[]).await?;
        let lacks = |(privilege, path): &&(&'static str, &'p str)| !holds(&permissions, privilege, path);
        Ok(wanted.iter().filter(lacks).copied().collect())
    }

    /// Fails with the privilege's name unless the token holds it on a path.
    pub(in crate::sources) async fn require_privilege(
        &self,
        privilege: &'static str,
        path: &str,
    ) -> Result<(), ApiError> {
        self.require_any(&[privilege], path).await
    }

    /// Fails with the first privilege's name unless the token holds one of them on a path.
    pub(in crate::sources) async fn require_any(
        &self,
        privileges: &[&'static str],
        path: &str,
    ) -> Result<(), ApiError> {
        let permissions: Permissions = self.get(&["access", "permissions"], &[]).await?;
        match privileges {
            [] => Ok(()),
            _ if privileges.iter().any(|privilege| holds(&permissions, privilege, path)) => Ok(()),
            [privilege, ..] => {
                let elsewhere = held_below(&permissions, privilege, path);
                Err(ApiError::MissingPrivilege { privilege, path: path.into(), elsewhere })
            }
        }
    }
}

impl Connection {
    /// For lists that show what may be seen: passes with the privilege on `path`, and with the privilege on paths below
    /// alone, which makes the answer a part. Fails with the privilege's name when it holds nowhere.
    pub(in crate::sources) async fn require_somewhere(
        &self,
        privilege: &'static str,
        path: &str,
    ) -> Result<(), ApiError> {
        let permissions: Permissions = self.get(&["access", "permissions"], &[]).await?;
        if holds(&permissions, privilege, path) {
            return Ok(());
        }
        let seen = held_below(&permissions, privilege, path);
        if seen.is_empty() {
            return Err(ApiError::MissingPrivilege { privilege, path: path.into(), elsewhere: Vec::new() });
        }
        remark::leave(Remark::Partial(format!(
            "the token {} has {privilege} on {} alone, not on {path}; what it does not see is left out.",
            self.token_id(),
            some_of(&seen)
        )));
        Ok(())
    }
}

/// Paths that a sentence names.
const MAX_NAMED: usize = 6;

/// The first of many paths.
pub(in crate::sources) fn some_of(paths: &[String]) -> String {
    match paths.len() {
        many if many > MAX_NAMED => format!("{} and {} more", paths[..MAX_NAMED].join(", "), many - MAX_NAMED),
        _ => paths.join(", "),
    }
}

/// The paths below one on which the token holds a privilege.
fn held_below(permissions: &Permissions, privilege: &str, path: &str) -> Vec<String> {
    let above = format!("{}/", path.trim_end_matches('/'));
    let is_below = |(entry, held): &(&String, &BTreeMap<String, HandedDown>)| {
        entry.starts_with(&above) && held.contains_key(privilege)
    };
    permissions.iter().filter(is_below).map(|(entry, _)| entry.clone()).collect()
}

/// Whether the token holds a privilege on a path: there itself, or handed down from above. An entry for a path
/// already holds what is inherited, so the nearest entry decides.
fn holds(permissions: &Permissions, privilege: &str, path: &str) -> bool {
    if let Some(here) = permissions.get(path) {
        return here.contains_key(privilege);
    }
    let mut above = path;
    while let Some((parent, _)) = above.rsplit_once('/').filter(|_| above != "/") {
        let entry = permissions.get(if parent.is_empty() { "/" } else { parent });
        if let Some(entry) = entry {
            return entry.get(privilege).is_some_and(|handed_down| handed_down.0);
        }
        above = parent;
    }
    false
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn permissions(entries: &[(&str, u8)]) -> Permissions {
        let entry = |(path, handed_down): &(&str, u8)| ((*path).to_owned(), json!({"Sys.Audit": handed_down}));
        serde_json::from_value(entries.iter().map(entry).collect()).expect("permissions")
    }

    #[test]
    fn finds_privileges_here_and_above() {
        let path = "/nodes/pihanga";
        assert!(holds(&permissions(&[("/", 1)]), "Sys.Audit", path));
        assert!(holds(&permissions(&[(path, 0)]), "Sys.Audit", path));
        assert!(!holds(&permissions(&[("/", 0)]), "Sys.Audit", path));
        assert!(!holds(&permissions(&[("/nodes/ruapehu", 1)]), "Sys.Audit", path));
        assert!(!holds(&permissions(&[("/", 1)]), "VM.Audit", path));
        assert!(!holds(&Permissions::new(), "Sys.Audit", path));
        assert!(holds(&permissions(&[("/", 0)]), "Sys.Audit", "/"));
        assert!(!holds(&permissions(&[(path, 1)]), "Sys.Audit", "/"));
    }

    #[test]
    fn finds_privileges_on_single_guests_and_namespaces() {
        let some = permissions(&[("/vms/201", 1), ("/vms/305", 0), ("/vmsother", 1), ("/pool/prod", 1)]);
        assert_eq!(held_below(&some, "Sys.Audit", "/vms"), ["/vms/201", "/vms/305"]);
        assert_eq!(held_below(&some, "VM.Audit", "/vms"), Vec::<String>::new());
        assert!(holds(&permissions(&[("/datastore/main/team", 1)]), "Sys.Audit", "/datastore/main/team/old"));
        let many: Vec<String> = (0..9).map(|number| format!("/vms/{number}")).collect();
        assert_eq!(some_of(&many), "/vms/0, /vms/1, /vms/2, /vms/3, /vms/4, /vms/5 and 3 more");
    }

    #[test]
    fn lets_the_nearest_entry_decide() {
        let mut permissions = permissions(&[("/", 1)]);
        permissions.insert("/nodes/pihanga".into(), BTreeMap::new());
        assert!(!holds(&permissions, "Sys.Audit", "/nodes/pihanga"));
    }

    #[test]
    fn reads_both_ways_of_writing_them() {
        let backup = json!({"/": {"Sys.Audit": true, "Datastore.Audit": false}});
        let permissions: Permissions = serde_json::from_value(backup).expect("permissions");
        assert!(holds(&permissions, "Sys.Audit", "/system/tasks"));
        assert!(!holds(&permissions, "Datastore.Audit", "/datastore/store1"));
    }
}
