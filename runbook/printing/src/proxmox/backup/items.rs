//! Lists of what is configured: jobs, remotes, users, disks and the like. One table says where each comes from and
//! which columns it has.

use super::{Field, Object, Sheet, draw, draw_one, numeric, sized, text, timed};
use crate::proxmox::units::Offset;

/// Where a list comes from, and how it is shown.
#[derive(Debug)]
pub struct Listing {
    /// As the command calls it: `verify-job`.
    pub what: &'static str,
    /// The path of the API, by parts.
    pub path: &'static [&'static str],
    /// The privilege without which the list is short or empty, and where it is needed.
    pub needs: (&'static str, &'static str),
    fields: &'static [Field],
}

const LISTINGS: &[Listing] = &[
    Listing {
        what: "datastore",
        path: &["config", "datastore"],
        needs: ("Datastore.Audit", "/datastore"),
        fields: &[text("name"), text("path"), text("comment")],
    },
    Listing {
        what: "verify-job",
        path: &["config", "verify"],
        needs: ("Datastore.Audit", "/datastore"),
        fields: &[
            text("id"),
            text("store"),
            text("schedule"),
            numeric("ignore-verified"),
            numeric("outdated-after"),
            text("comment"),
        ],
    },
    Listing {
        what: "sync-job",
        path: &["config", "sync"],
        needs: ("Datastore.Audit", "/datastore"),
        fields: &[
            text("id"),
            text("store"),
            text("remote"),
            text("remote-store"),
            text("schedule"),
            text("group-filter"),
            text("comment"),
        ],
    },
    Listing {
        what: "prune-job",
        path: &["config", "prune"],
        needs: ("Datastore.Audit", "/datastore"),
        fields: &[
            text("id"),
            numeric("disable"),
            text("store"),
            text("ns"),
            text("schedule"),
            numeric("keep-last"),
            numeric("keep-hourly"),
            numeric("keep-daily"),
            numeric("keep-weekly"),
            numeric("keep-monthly"),
            numeric("keep-yearly"),
        ],
    },
    Listing {
        what: "remote",
        path: &["config", "remote"],
        needs: ("Remote.Audit", "/remote"),
        fields: &[text("name"), text("host"), text("auth-id"), text("fingerprint"), text("comment")],
    },
    Listing {
        what: "disk",
        path: &["nodes", "localhost", "disks", "list"],
        needs: ("Sys.Audit", "/system/disks"),
        fields: &[
            text("name"),
            text("used"),
            numeric("gpt"),
            text("disk-type"),
            sized("size"),
            text("model"),
            numeric("wearout"),
            text("status"),
        ],
    },
    Listing {
        what: "user",
        path: &["access", "users"],
        needs: ("Sys.Audit", "/access/users"),
        fields: &[
            text("userid"),
            numeric("enable"),
            timed("expire"),
            text("firstname"),
            text("lastname"),
            text("email"),
            text("comment"),
        ],
    },
    Listing {
        what: "acl",
        path: &["access", "acl"],
        needs: ("Sys.Audit", "/access/acl"),
        fields: &[text("ugid"), text("path"), numeric("propagate"), text("roleid")],
    },
    Listing {
        what: "network",
        path: &["nodes", "localhost", "network"],
        needs: ("Sys.Audit", "/system/network/interfaces"),
        fields: &[
            text("name"),
            text("type"),
            numeric("autostart"),
            text("method"),
            text("method6"),
            text("cidr"),
            text("gateway"),
            text("bridge_ports"),
        ],
    },
    Listing {
        what: "traffic-control",
        path: &["config", "traffic-control"],
        needs: ("Sys.Audit", "/system/traffic-control"),
        fields: &[
            text("name"),
            text("rate-in"),
            text("burst-in"),
            text("rate-out"),
            text("burst-out"),
            text("network"),
            text("timeframe"),
            text("comment"),
        ],
    },
];

/// The list that a command asks for.
pub fn listing(what: &str) -> Option<&'static Listing> {
    LISTINGS.iter().find(|listing| listing.what == what)
}

impl Listing {
    /// The field that names an entry.
    pub fn key(&self) -> &'static str {
        self.fields.first().map_or("name", |field| field.name)
    }

    /// `… list`.
    pub fn draw(&self, objects: &[Object], offset: Offset) -> Sheet {
        draw(self.fields, objects, offset)
    }

    /// `… show NAME`: every field of one entry.
    pub fn draw_one(&self, object: Object) -> Sheet {
        draw_one(object)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn draws_stores_as_the_manager_does() {
        let objects: Vec<Object> =
            serde_json::from_value(json!([{"name": "main", "path": "/mnt/main", "gc-schedule": "daily"}]))
                .expect("objects");
        let expected = "\
┌──────┬───────────┬─────────┐
│ name │ path      │ comment │
╞══════╪═══════════╪═════════╡
│ main │ /mnt/main │         │
└──────┴───────────┴─────────┘
";
        let listing = listing("datastore").expect("it is known");
        assert_eq!(listing.draw(&objects, Offset::default()).printed(), expected);
        let one = listing.draw_one(objects[0].clone()).printed();
        assert!(one.contains("│ gc-schedule │ daily     │"), "{one}");
    }

    #[test]
    fn shows_no_password_of_a_remote() {
        let object = serde_json::from_value(json!({"name": "far", "password": "hunter2"})).expect("an object");
        assert!(!listing("remote").expect("it is known").draw_one(object).printed().contains("hunter2"));
    }
}
