//! The configuration as text, with comments that say what each key is for. What was found is quoted as TOML wants it, and
//! never breaks out of a comment.

use std::path::Path;

use super::found::{Found, FoundCluster, FoundHost};

/// What makes a token that only reads, on a Proxmox VE node.
pub(super) const PVEUM: [&str; 2] = [
    "pveum role add RunlightRead --privs \"Sys.Audit VM.Audit Datastore.Audit\" && pveum user add runlight@pve && \
     pveum acl modify / --users runlight@pve --roles RunlightRead",
    "pveum user token add runlight@pve ro --privsep 0",
];
/// How a token's file reads.
pub(super) const TOKEN_FORM: &str = "runlight@pve!ro=SECRET";

/// The whole file.
pub(super) fn write(found: &Found) -> String {
    let mut text = String::from(
        "# Runlight's configuration, written by `runlight init`. Relative paths are taken from this file's folder. Any key\n\
         # can be set by environment too: RUNLIGHT__SERVER__LISTEN=127.0.0.1:9000. Secrets stand in files, never here.\n\
         # `runlight doctor --config FILE` says what works and what is missing.\n\n\
         [server]\n\
         # Loopback only, as long as no authentication is configured: put a reverse proxy with authentication in front.\n\
         listen = \"127.0.0.1:8080\"\n\n\
         [library]\n\
         # Folders of Markdown files; the first one wins when two hold the same path.\n",
    );
    let folders: Vec<String> = found.folders.iter().map(|folder| quoted_path(folder)).collect();
    text.push_str(&format!("folders = [{}]\n", folders.join(", ")));
    write_clusters(found, &mut text);
    write_proxmox(found, &mut text);
    text.push_str(
        "\n# More sources, each with its own section: [backup.NAME] for a Proxmox Backup Server, [prometheus.NAME],\n\
         # [alertmanager.NAME]. deploy/runlight.example.toml has every key.\n",
    );
    text
}

fn write_clusters(found: &Found, text: &mut String) {
    text.push_str(
        "\n# One section for each cluster. A runbook's --context=admin@NAME, or the cluster label of an alert, finds it by the\n\
         # section's name, by \"admin@NAME\", by the context, or by an alias. deploy/rbac.yaml has a role that suffices.\n",
    );
    if found.is_in_pod {
        text.push_str("[clusters.this]\n# The account of the pod that Runlight runs in.\nin_cluster = true\n");
    } else if found.clusters.is_empty() {
        text.push_str("# No kubeconfig was found.\n# [clusters.homelab]\n# kubeconfig = \"kubeconfig\"\n# context = \"admin@homelab\"\n");
    }
    for FoundCluster { section, kubeconfig, context } in &found.clusters {
        let body = format!(
            "[clusters.{}]\nkubeconfig = {}\ncontext = {}\n",
            key(section),
            quoted_path(kubeconfig),
            quoted(&context.name)
        );
        if let Some(remark) = &context.remark {
            text.push_str(&format!("# {}\n", on_one_line(remark)));
        }
        match &context.problem {
            None => text.push_str(&body),
            Some(problem) => text.push_str(&format!("# {}\n{}", on_one_line(problem), commented(&body))),
        }
        text.push('\n');
    }
}

fn write_proxmox(found: &Found, text: &mut String) {
    text.push_str(
        "\n# One section for each Proxmox VE node. Make a token that only reads, there as root (Sys.Syslog would let it read\n\
         # the journal, VM.GuestAgent.Audit of version 9 ask guests for their addresses):\n",
    );
    PVEUM.iter().for_each(|line| text.push_str(&format!("#   {line}\n")));
    if found.proxmox.is_empty() {
        text.push_str(
            "# [proxmox.pve]\n# url = \"https://10.10.0.20:8006\"\n# token_file = \"pve.token\"\n# fingerprint = \"AA:BB:…\"\n",
        );
    }
    for FoundHost { section, url, node, host, fingerprint, remark } in &found.proxmox {
        let mut body = format!("[proxmox.{}]\nurl = {}\n", key(section), quoted(url));
        if let Some(node) = node.as_ref().filter(|node| *node != section) {
            body.push_str(&format!("# The node's name in Proxmox.\nnode = {}\n", quoted(node)));
        }
        body.push_str(&format!(
            "# Addresses by which runbooks reach it by ssh.\nssh_hosts = [{}]\n\
             # One line, readable by Runlight alone: {TOKEN_FORM}\ntoken_file = {}\n",
            quoted(host),
            quoted(&token_file(section)),
        ));
        if let Some(remark) = remark {
            text.push_str(&format!("# {}\n", on_one_line(remark)));
        }
        match fingerprint {
            Some(fingerprint) => text.push_str(&format!(
                "{body}# The certificate that it showed. Compare with its panel: the node, System, Certificates.\n\
                 fingerprint = {}\n",
                quoted(fingerprint)
            )),
            None => text.push_str(&commented(&format!("{body}fingerprint = \"AA:BB:…\"\n"))),
        }
        text.push('\n');
    }
}

/// `pve.token`: beside the configuration.
pub(super) fn token_file(section: &str) -> String {
    format!("{section}.token")
}

/// Text as one line, so that it cannot leave its comment or move a terminal's cursor.
pub(super) fn on_one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn commented(lines: &str) -> String {
    lines.lines().map(|line| format!("# {}\n", on_one_line(line))).collect()
}

fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}

fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

/// A TOML string on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::{config::Config, sources::cluster::KubeContext};

    fn cluster(section: &str, context: &str, problem: Option<&str>) -> FoundCluster {
        FoundCluster {
            section: section.into(),
            kubeconfig: PathBuf::from("/home/me/.kube/con \"fig\\"),
            context: KubeContext {
                name: context.into(),
                is_current: false,
                address: None,
                problem: problem.map(str::to_owned),
                remark: Some("Its plug-in\nis = \"odd\"".into()),
            },
        }
    }

    fn host(section: &str, fingerprint: Option<&str>) -> FoundHost {
        FoundHost {
            section: section.into(),
            url: "https://10.0.0.20:8006".into(),
            node: Some("pve1".into()),
            host: "10.0.0.20".into(),
            fingerprint: fingerprint.map(str::to_owned),
            remark: Some("It answered 595\n[clusters.evil]".into()),
        }
    }

    #[test]
    fn writes_what_its_own_reader_reads() {
        let pin = ["AB"; 32].join(":");
        let found = Found {
            clusters: vec![
                cluster("lab", "admin@lab", None),
                cluster("a.b", "weird \"name\"\n\u{7f}", None),
                cluster("gone", "gone", Some("It has no user.\n[clusters.evil]")),
            ],
            is_in_pod: false,
            folders: vec![PathBuf::from("/srv/run books")],
            proxmox: vec![host("pve1", Some(&pin)), host("other", None)],
            notes: Vec::new(),
        };
        let text = write(&found);
        let config: Config = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(config.clusters.keys().collect::<Vec<_>>(), ["a.b", "lab"]);
        assert_eq!(config.clusters["a.b"].context.as_deref(), Some("weird \"name\"\n\u{7f}"));
        assert_eq!(config.clusters["lab"].kubeconfig.as_deref(), Some(Path::new("/home/me/.kube/con \"fig\\")));
        assert_eq!(config.library.folders, [Path::new("/srv/run books")]);
        assert_eq!(config.proxmox.keys().collect::<Vec<_>>(), ["pve1"]);
        assert_eq!(config.proxmox["pve1"].fingerprint.as_deref(), Some(pin.as_str()));
        assert_eq!(config.proxmox["pve1"].token_file.as_deref(), Some(Path::new("pve1.token")));
    }

    #[test]
    fn writes_a_file_to_fill_in_when_nothing_was_found() {
        let text = write(&Found::default());
        let config: Config = toml::from_str(&text).expect("TOML");
        assert!(config.clusters.is_empty() && config.proxmox.is_empty() && config.library.folders.is_empty());
        assert!(text.contains("pveum user token add runlight@pve ro"), "{text}");
        let in_pod: Config = toml::from_str(&write(&Found { is_in_pod: true, ..Found::default() })).expect("TOML");
        assert!(in_pod.clusters["this"].in_cluster);
    }
}
