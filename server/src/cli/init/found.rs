//! What is there: contexts of kubeconfigs or the account of a pod, folders of runbooks, Proxmox nodes that answer.

use std::path::{Path, PathBuf};

use super::{
    Arguments,
    ask::{Ask, chosen},
    document,
};
use crate::sources::{
    self,
    cluster::{KubeContext, contexts},
};

/// Where a pod finds the token of its account.
const POD_TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";
/// Where runbooks lie as a rule.
const USUAL_FOLDERS: [&str; 4] = ["runbooks", "docs/runbooks", "doc/runbooks", "docs"];
/// Files and folders that are looked at before a folder is said to hold no runbook.
const MAX_LOOKED_AT: usize = 2_000;

/// What this process may look at.
pub(super) struct Home {
    kubeconfigs: Vec<PathBuf>,
    is_in_pod: bool,
}

/// All that goes into the file.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) clusters: Vec<FoundCluster>,
    /// The account of the pod that this is.
    pub(super) is_in_pod: bool,
    pub(super) folders: Vec<PathBuf>,
    pub(super) proxmox: Vec<FoundHost>,
    /// What could not be used, one sentence each.
    pub(super) notes: Vec<String>,
}

/// A context that becomes a section, or a comment when it cannot be used.
#[derive(Debug)]
pub(super) struct FoundCluster {
    pub(super) section: String,
    pub(super) kubeconfig: PathBuf,
    pub(super) context: KubeContext,
}

/// A node that becomes a section, or a comment when it does not answer.
#[derive(Debug)]
pub(super) struct FoundHost {
    pub(super) section: String,
    pub(super) url: String,
    pub(super) node: Option<String>,
    pub(super) host: String,
    /// Of the certificate that was seen and not turned down.
    pub(super) fingerprint: Option<String>,
    /// What is to be said of it, one sentence.
    pub(super) remark: Option<String>,
}

impl Home {
    pub(super) fn of_this_process() -> Self {
        let listed = std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty());
        let kubeconfigs = match listed {
            Some(list) => std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect(),
            None => std::env::home_dir()
                .map(|home| home.join(".kube/config"))
                .filter(|path| path.exists())
                .into_iter()
                .collect(),
        };
        let is_in_pod = std::env::var_os("KUBERNETES_SERVICE_HOST").is_some() && Path::new(POD_TOKEN).exists();
        Self { kubeconfigs, is_in_pod }
    }
}

/// Looks, and asks about what is not clear. Fails for an option that cannot be meant.
pub(super) async fn look(arguments: &Arguments, home: &Home, ask: &mut Ask) -> Result<Found, String> {
    let mut found = Found::default();
    look_for_clusters(arguments.kubeconfig.as_deref(), home, ask, &mut found)?;
    look_for_runbooks(&arguments.runbooks, ask, &mut found)?;
    let mut addresses = arguments.proxmox.clone();
    if addresses.is_empty() && ask.is_asking() {
        addresses.extend(Some(ask.line("Address of a Proxmox VE node (Enter for none):")).filter(|it| !it.is_empty()));
    }
    for address in addresses {
        look_at_proxmox(&address, ask, &mut found).await?;
    }
    Ok(found)
}

fn look_for_clusters(given: Option<&Path>, home: &Home, ask: &mut Ask, found: &mut Found) -> Result<(), String> {
    let paths = given.map_or_else(|| home.kubeconfigs.clone(), |path| vec![path.to_owned()]);
    for path in paths {
        let path = std::path::absolute(&path).map_err(|error| format!("{} is no path: {error}", path.display()))?;
        match contexts(&path) {
            Ok(contexts) => {
                if contexts.is_empty() {
                    found.notes.push(format!("The kubeconfig {} has no context.", path.display()));
                }
                for context in contexts {
                    let taken = found.clusters.iter().map(|cluster| cluster.section.as_str());
                    let section = unused(&section_of(&context.name), taken);
                    found.clusters.push(FoundCluster { section, kubeconfig: path.clone(), context });
                }
            }
            // An option that cannot be followed is an error; what merely lies around is passed over, and said.
            Err(sentence) if given.is_some() => return Err(sentence),
            Err(sentence) => found.notes.push(sentence),
        }
    }
    found.is_in_pod = found.clusters.is_empty() && home.is_in_pod;
    let usable: Vec<usize> =
        (0..found.clusters.len()).filter(|at| found.clusters[*at].context.problem.is_none()).collect();
    if ask.is_asking() && usable.len() > 1 {
        for (number, at) in usable.iter().enumerate() {
            let FoundCluster { context, .. } = &found.clusters[*at];
            let address = context.address.as_deref().unwrap_or("");
            ask.say(&document::on_one_line(&format!("  {} {} {address}", number + 1, context.name)));
        }
        let kept = loop {
            match chosen(&ask.line("Which of these clusters (numbers, Enter for all)?"), usable.len()) {
                Ok(kept) => break kept,
                Err(sentence) => ask.say(&sentence),
            }
        };
        let kept: Vec<usize> = kept.into_iter().map(|number| usable[number]).collect();
        let mut at = 0;
        found.clusters.retain(|_| {
            at += 1;
            kept.contains(&(at - 1)) || !usable.contains(&(at - 1))
        });
    }
    for FoundCluster { context, .. } in &found.clusters {
        if let Some(problem) = &context.problem {
            found.notes.push(format!("The context {} is left out, as a comment: {problem}", context.name));
        }
    }
    Ok(())
}

fn look_for_runbooks(given: &[PathBuf], ask: &mut Ask, found: &mut Found) -> Result<(), String> {
    let mut folders = given.to_vec();
    if folders.is_empty() {
        let proposed = USUAL_FOLDERS.iter().map(PathBuf::from).find(|folder| holds_markdown(folder));
        let question = match &proposed {
            Some(folder) => format!("Folder of runbooks (Enter for {}):", folder.display()),
            None => "Folder of runbooks (Enter for none):".to_owned(),
        };
        let answer = ask.line(&question);
        folders.extend(if answer.is_empty() { proposed } else { Some(PathBuf::from(answer)) });
    }
    for folder in folders {
        if !folder.is_dir() {
            return Err(format!("{} is not a folder. Give a folder with Markdown files.", folder.display()));
        }
        let folder =
            std::path::absolute(&folder).map_err(|error| format!("{} is no path: {error}", folder.display()))?;
        found.folders.push(folder);
    }
    Ok(())
}

/// Whether a folder, or one in it, holds a Markdown file.
fn holds_markdown(folder: &Path) -> bool {
    let mut waiting = vec![folder.to_owned()];
    let mut looked_at = 0;
    while let Some(folder) = waiting.pop() {
        // A folder that cannot be read holds nothing to propose.
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            looked_at += 1;
            if looked_at > MAX_LOOKED_AT {
                return false;
            }
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => waiting.push(path),
                Ok(_) if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md")) => return true,
                Ok(_) | Err(_) => {}
            }
        }
    }
    false
}

async fn look_at_proxmox(address: &str, ask: &mut Ask, found: &mut Found) -> Result<(), String> {
    let sources::Found { url, host, shown } = sources::knock(address).await.map_err(|problem| problem.to_string())?;
    let mut entry = FoundHost { section: String::new(), url, node: None, host, fingerprint: None, remark: None };
    match shown {
        Err(reason) => {
            let words = format!("{} showed no certificate: {reason}.", entry.url);
            found.notes.push(format!("{words} Its section is a comment."));
            entry.remark = Some(words);
        }
        Ok(shown) => {
            // Every node of Proxmox VE names itself in its certificate, unless somebody else has issued it.
            let name = shown.certificate.and_then(|it| it.common_name.filter(|_| it.organization.is_some()));
            entry.node =
                name.and_then(|name| name.split('.').next().map(str::to_owned)).filter(|name| !name.is_empty());
            entry.remark = shown.remark.map(|remark| format!("{}: {remark}", entry.url));
            found.notes.extend(entry.remark.clone());
            let fingerprint = shown.fingerprint.to_string();
            ask.say(&format!("{} shows the certificate {fingerprint}.", entry.url));
            match ask.agrees("Is it the one that its panel shows (the node, System, Certificates)?") {
                true => entry.fingerprint = Some(fingerprint),
                false => found
                    .notes
                    .push(format!("{} is left out, as a comment: its certificate was not the one.", entry.url)),
            }
        }
    }
    let own_name = match entry.host.parse::<std::net::IpAddr>() {
        Ok(_) => "pve",
        Err(_) => entry.host.split('.').next().unwrap_or("pve"),
    };
    let taken = found.proxmox.iter().map(|host| host.section.as_str());
    entry.section = unused(&section_of(entry.node.as_deref().unwrap_or(own_name)), taken);
    found.proxmox.push(entry);
    Ok(())
}

/// `homelab-prod` of `admin@homelab-prod`, or of a cloud's long name that ends so.
fn section_of(name: &str) -> String {
    let last = name.rsplit(['@', '/', ':']).find(|part| !part.is_empty()).unwrap_or(name);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let section: String = last.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    if section.is_empty() { "cluster".to_owned() } else { section }
}

fn unused<'a>(wanted: &str, taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let is_taken = |name: &str| taken.clone().any(|known| known == name);
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_else(|| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sections_as_people_speak_of_clusters() {
        for (context, section) in [
            ("admin@homelab-prod", "homelab-prod"),
            ("arn:aws:eks:eu-central-1:111122223333:cluster/prod", "prod"),
            ("k3d lab", "k3d-lab"),
            ("admin@", "admin"),
            ("kind-a.b", "kind-a.b"),
            ("日本", "--"),
        ] {
            assert_eq!(section_of(context), section);
        }
        assert_eq!(unused("a", ["a", "a-2"].into_iter()), "a-3");
    }
}
