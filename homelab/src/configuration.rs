//! The homelab as configuration: a kubeconfig, token files, sample runbooks and the `runlight.toml` that names them.

use std::{fs, io, path::Path};

use k8s_openapi::ByteString;
use serde_json::json;

use super::{Homelab, Served, backup_server::BackupServer, cluster::Cluster, proxmox::Host};

/// The sample runbooks, by their path in the library.
const RUNBOOKS: &[(&str, &str)] = &[
    ("alerts/pod-crash-looping.md", include_str!("runbooks/alerts/pod-crash-looping.md")),
    ("alerts/image-pull-failing.md", include_str!("runbooks/alerts/image-pull-failing.md")),
    ("alerts/certificate-not-ready.md", include_str!("runbooks/alerts/certificate-not-ready.md")),
    ("infrastructure/backup-window-pressure.md", include_str!("runbooks/infrastructure/backup-window-pressure.md")),
    ("infrastructure/node-memory.md", include_str!("runbooks/infrastructure/node-memory.md")),
];

impl Homelab {
    /// Writes what a portal needs in order to use this homelab into `dir`, as `runlight.toml` and the files that it
    /// names, and answers what `runlight.toml` says.
    pub fn write_config(&self, dir: &Path) -> io::Result<String> {
        for (path, text) in RUNBOOKS {
            write(&dir.join("runbooks").join(path), text)?;
        }
        write_secret(&dir.join("kubeconfig"), &self.kubeconfig())?;
        for host in &self.hosts {
            write_secret(&dir.join(token_file(host.source.name)), &format!("{}\n", host.source.token))?;
        }
        let server = &self.backup.source;
        write_secret(&dir.join(token_file(server.name)), &format!("{}\n", server.token))?;
        for api in &self.monitoring {
            write_secret(&dir.join(token_file(api.source.name)), &format!("{}\n", api.source.token))?;
        }
        let text = self.runlight_toml(dir);
        write(&dir.join("runlight.toml"), &text)?;
        Ok(text)
    }

    /// One kubeconfig with a context `admin@NAME` for every cluster; kubectl can use it, too.
    pub fn kubeconfig(&self) -> String {
        let entries =
            |entry: fn(&Served<Cluster>) -> serde_json::Value| self.clusters.iter().map(entry).collect::<Vec<_>>();
        let current = self.clusters.first().map(|cluster| context_name(cluster.source.name));
        // JSON is YAML, and needs no second writer.
        format!(
            "{:#}\n",
            json!({
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": current,
                "clusters": entries(|cluster| json!({ "name": cluster.source.name, "cluster": {
                    "server": cluster.url(),
                    "certificate-authority-data": ByteString(cluster.certificate.pem.clone().into_bytes()),
                } })),
                "users": entries(|cluster| json!({
                    "name": context_name(cluster.source.name), "user": { "token": cluster.source.token },
                })),
                "contexts": entries(|cluster| json!({ "name": context_name(cluster.source.name), "context": {
                    "cluster": cluster.source.name, "user": context_name(cluster.source.name),
                } })),
            })
        )
    }

    fn runlight_toml(&self, dir: &Path) -> String {
        let path = |name: &str| quoted(&dir.join(name).to_string_lossy());
        let mut text = format!(
            "# The simulated homelab. It ends with the process that made this file.\n\n[library]\nfolders = [{}]\n\n[evidence]\nurl = {}\n",
            path("runbooks"),
            quoted(&format!("sqlite:{}", dir.join("evidence.db").to_string_lossy()))
        );
        for cluster in &self.clusters {
            let name = cluster.source.name;
            let context = quoted(&context_name(name));
            text.push_str(&format!("\n[clusters.{name}]\nkubeconfig = {}\ncontext = {context}\n", path("kubeconfig")));
        }
        for host in &self.hosts {
            let Host { name, address, .. } = *host.source;
            text.push_str(&format!(
                "\n[proxmox.{name}]\nurl = {}\nnode = {}\nssh_hosts = [{}]\ntoken_file = {}\nfingerprint = {}\n",
                quoted(&host.url()),
                quoted(name),
                quoted(address),
                path(&token_file(name)),
                quoted(&host.certificate.fingerprint),
            ));
        }
        let BackupServer { name, address, .. } = *self.backup.source;
        text.push_str(&format!(
            "\n[backup.{name}]\nurl = {}\nssh_hosts = [{}]\ntoken_file = {}\nfingerprint = {}\n",
            quoted(&self.backup.url()),
            quoted(address),
            path(&token_file(name)),
            quoted(&self.backup.certificate.fingerprint),
        ));
        let clusters: Vec<String> = self.clusters.iter().map(|cluster| quoted(cluster.source.name)).collect();
        for api in &self.monitoring {
            let name = api.source.name;
            let (port, own) =
                if name == "prometheus" { (9090, "prometheus-operated") } else { (9093, "alertmanager-operated") };
            let addresses =
                [format!("{name}.monitoring.svc:{port}"), format!("{own}:{port}"), format!("localhost:{port}")];
            text.push_str(&format!(
                "\n[{name}.home]\nurl = {}\nclusters = [{}]\naddresses = [{}]\ntoken_file = {}\nfingerprint = {}\n",
                quoted(&api.url()),
                clusters.join(", "),
                addresses.map(|address| quoted(&address)).join(", "),
                path(&token_file(name)),
                quoted(&api.certificate.fingerprint),
            ));
        }
        text
    }
}

impl<T> Served<T> {
    fn url(&self) -> String {
        format!("https://{}", self.endpoint.address())
    }
}

fn context_name(cluster: &str) -> String {
    format!("admin@{cluster}")
}

fn token_file(host: &str) -> String {
    format!("{host}.token")
}

/// A TOML string.
fn quoted(value: &str) -> String {
    toml::Value::from(value).to_string()
}

/// Writes a file for its owner alone.
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    write(path, text)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}
