//! Volumes: one table says for each kind of source what kubectl calls it and which fields it prints.

use serde_json::Value;

use super::{
    labels::{pairs, shorten},
    look::{Look, print},
    page::Page,
    storage,
};

/// How a field is printed.
#[derive(Debug, Clone, Copy)]
enum As {
    /// As it is; nothing when absent.
    Plain,
    /// `true` or `false`.
    Truth,
    /// A word in place of an absent one.
    Or(&'static str),
    /// Entries joined by commas.
    List,
}

/// A kind of volume: its field in the object, what kubectl calls it, and the fields that it prints.
struct Source {
    field: &'static str,
    words: &'static str,
    rows: &'static [(&'static str, &'static str, As)],
}

const SOURCES: &[Source] = &[
    Source {
        field: "hostPath",
        words: "HostPath (bare host directory volume)",
        rows: &[("Path", "path", As::Plain), ("HostPathType", "type", As::Or("<none>"))],
    },
    Source {
        field: "emptyDir",
        words: "EmptyDir (a temporary directory that shares a pod's lifetime)",
        rows: &[("Medium", "medium", As::Plain), ("SizeLimit", "sizeLimit", As::Or("<unset>"))],
    },
    Source {
        field: "secret",
        words: "Secret (a volume populated by a Secret)",
        rows: &[("SecretName", "secretName", As::Plain), ("Optional", "optional", As::Truth)],
    },
    Source {
        field: "configMap",
        words: "ConfigMap (a volume populated by a ConfigMap)",
        rows: &[("Name", "name", As::Plain), ("Optional", "optional", As::Truth)],
    },
    Source {
        field: "persistentVolumeClaim",
        words: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        rows: &[("ClaimName", "claimName", As::Plain), ("ReadOnly", "readOnly", As::Truth)],
    },
    Source {
        field: "nfs",
        words: "NFS (an NFS mount that lasts the lifetime of a pod)",
        rows: &[("Server", "server", As::Plain), ("Path", "path", As::Plain), ("ReadOnly", "readOnly", As::Truth)],
    },
    Source {
        field: "csi",
        words: "CSI (a Container Storage Interface (CSI) volume source)",
        rows: &[
            ("Driver", "driver", As::Plain),
            ("FSType", "fsType", As::Plain),
            ("VolumeHandle", "volumeHandle", As::Plain),
            ("ReadOnly", "readOnly", As::Truth),
        ],
    },
    Source {
        field: "local",
        words: "LocalVolume (a persistent volume backed by local storage on a node)",
        rows: &[("Path", "path", As::Plain)],
    },
    Source {
        field: "image",
        words: "Image (a container image or OCI artifact)",
        rows: &[("Reference", "reference", As::Plain), ("PullPolicy", "pullPolicy", As::Plain)],
    },
    Source {
        field: "iscsi",
        words: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        rows: &[
            ("TargetPortal", "targetPortal", As::Plain),
            ("IQN", "iqn", As::Plain),
            ("Lun", "lun", As::Or("0")),
            ("FSType", "fsType", As::Plain),
            ("ReadOnly", "readOnly", As::Truth),
            ("Portals", "portals", As::Or("[]")),
            ("DiscoveryCHAPAuth", "chapAuthDiscovery", As::Truth),
            ("SessionCHAPAuth", "chapAuthSession", As::Truth),
            ("InitiatorName", "initiatorName", As::Or("<none>")),
        ],
    },
    Source {
        field: "rbd",
        words: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        rows: &[
            ("CephMonitors", "monitors", As::Or("[]")),
            ("RBDImage", "image", As::Plain),
            ("FSType", "fsType", As::Plain),
            ("RBDPool", "pool", As::Plain),
            ("RadosUser", "user", As::Plain),
            ("Keyring", "keyring", As::Plain),
            ("ReadOnly", "readOnly", As::Truth),
        ],
    },
    Source {
        field: "cephfs",
        words: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        rows: &[
            ("Monitors", "monitors", As::Or("[]")),
            ("Path", "path", As::Plain),
            ("User", "user", As::Plain),
            ("SecretFile", "secretFile", As::Plain),
            ("ReadOnly", "readOnly", As::Truth),
        ],
    },
    Source {
        field: "fc",
        words: "FC (a Fibre Channel disk)",
        rows: &[
            ("TargetWWNs", "targetWWNs", As::List),
            ("LUN", "lun", As::Or("<none>")),
            ("FSType", "fsType", As::Plain),
            ("ReadOnly", "readOnly", As::Truth),
        ],
    },
    Source {
        field: "glusterfs",
        words: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        rows: &[
            ("EndpointsName", "endpoints", As::Plain),
            ("Path", "path", As::Plain),
            ("ReadOnly", "readOnly", As::Truth),
        ],
    },
    Source {
        field: "flexVolume",
        words: "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        rows: &[
            ("Driver", "driver", As::Plain),
            ("FSType", "fsType", As::Plain),
            ("ReadOnly", "readOnly", As::Truth),
            ("Options", "options", As::Or("map[]")),
        ],
    },
    Source {
        field: "awsElasticBlockStore",
        words: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        rows: &[
            ("VolumeID", "volumeID", As::Plain),
            ("FSType", "fsType", As::Plain),
            ("Partition", "partition", As::Or("0")),
            ("ReadOnly", "readOnly", As::Truth),
        ],
    },
    Source {
        field: "gcePersistentDisk",
        words: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        rows: &[
            ("PDName", "pdName", As::Plain),
            ("FSType", "fsType", As::Plain),
            ("Partition", "partition", As::Or("0")),
            ("ReadOnly", "readOnly", As::Truth),
        ],
    },
];

/// The volumes of a pod or of a template.
pub(super) fn write_volumes(page: &mut Page, volumes: &[Value], is_template: bool) {
    let (space, name_space) = if is_template { ("  ", " ") } else { ("", "") };
    if volumes.is_empty() {
        page.line(0, format_args!("{space}Volumes:\t<none>"));
        return;
    }
    page.line(0, format_args!("{space}Volumes:"));
    for volume in volumes {
        page.line(1, format_args!("{name_space}{}:", volume.text("name")));
        write_source(page, volume);
    }
}

/// The source of a volume, or of a persistent volume.
pub(super) fn write_source(page: &mut Page, holder: &Value) {
    if holder.has("projected") {
        return write_projected(page, holder.at("projected"));
    }
    if holder.has("downwardAPI") {
        page.row(2, "Type", "DownwardAPI (a volume populated by information about the pod)");
        page.line(2, "Items:");
        for item in holder.list("downwardAPI.items") {
            for field in ["fieldRef.fieldPath", "resourceFieldRef.resource"].into_iter().filter(|field| item.has(field))
            {
                page.line(3, format_args!("{} -> {}", item.text(field), item.text("path")));
            }
        }
        return;
    }
    if holder.has("ephemeral") {
        let words = "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)";
        page.row(2, "Type", words);
        return storage::write_claim(page, 2, holder.at("ephemeral.volumeClaimTemplate"), storage::Claim::Template);
    }
    let Some(source) = SOURCES.iter().find(|source| holder.has(source.field)) else {
        return page.line(1, "<unknown>");
    };
    let value = holder.at(source.field);
    page.row(2, "Type", source.words);
    for (title, field, style) in source.rows {
        // Only a persistent volume has a handle.
        if *field == "volumeHandle" && !value.has(field) {
            continue;
        }
        let words = match style {
            As::Plain => value.print(field),
            As::Truth => value.is_true(field).to_string(),
            As::Or(absent) => value.print_or(field, absent),
            As::List => value.joined(field, ", "),
        };
        page.row(2, title, words);
    }
    if source.field == "csi" {
        page.rows(2, "VolumeAttributes", pairs(value.at("volumeAttributes")).iter().map(|line| shorten(line, 140)));
    }
}

fn write_projected(page: &mut Page, projected: &Value) {
    page.row(2, "Type", "Projected (a volume that contains injected data from multiple sources)");
    for source in projected.list("sources") {
        let named = [("SecretName", "secret"), ("ConfigMapName", "configMap")];
        if let Some((title, field)) = named.into_iter().find(|(_, field)| source.has(field)) {
            page.row(2, title, source.at(field).text("name"));
            page.row(2, "Optional", source.at(field).is_true("optional"));
        } else if source.has("downwardAPI") {
            page.row(2, "DownwardAPI", true);
        } else if source.has("serviceAccountToken") {
            page.row(2, "TokenExpirationSeconds", print(source.at("serviceAccountToken.expirationSeconds")));
        }
    }
}
