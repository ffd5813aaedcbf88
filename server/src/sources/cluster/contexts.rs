//! The contexts of a kubeconfig, and which of them can lead to a cluster. Reads files; asks nobody.

use std::{path::Path, time::Duration};

use kube::config::{Kubeconfig, KubeconfigError};

use super::section::Section;
use crate::config;

/// A context of a kubeconfig.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeContext {
    /// Its name.
    pub name: String,
    /// Whether the kubeconfig chooses it.
    pub is_current: bool,
    /// `10.10.0.5:6443`, as far as it can be read.
    pub address: Option<String>,
    /// Why it cannot be used as it is, one sentence.
    pub problem: Option<String>,
    /// What its user should know, one sentence.
    pub remark: Option<String>,
}

/// The contexts in the file's order, or why there are none: one sentence.
pub fn contexts(path: &Path) -> Result<Vec<KubeContext>, String> {
    let kubeconfig = Kubeconfig::read_from(path).map_err(|error| match error {
        KubeconfigError::ReadConfig(io, _) => format!("The kubeconfig {} cannot be read: {io}.", path.display()),
        _ => format!("The file {} is not a kubeconfig.", path.display()),
    })?;
    let mut contexts: Vec<KubeContext> = Vec::new();
    for context in &kubeconfig.contexts {
        // Of two with one name kubectl knows the first.
        if !context.name.is_empty() && contexts.iter().all(|known| known.name != context.name) {
            let is_current = kubeconfig.current_context.as_ref() == Some(&context.name);
            contexts.push(read(path, &context.name, is_current));
        }
    }
    Ok(contexts)
}

fn read(path: &Path, name: &str, is_current: bool) -> KubeContext {
    let section = config::Cluster {
        kubeconfig: Some(path.to_owned()),
        context: Some(name.to_owned()),
        ..config::Cluster::default()
    };
    let reading = match Section::new(name, &section, Duration::from_secs(1)) {
        Ok(section) => section.read(),
        Err(problem) => {
            let problem = Some(problem.to_string());
            return KubeContext { name: name.to_owned(), is_current, address: None, problem, remark: None };
        }
    };
    let target = reading.target.as_ref();
    let has_no_user = target.is_some_and(|target| !target.has_credentials);
    let problem = match reading.plan {
        Err(trouble) => Some(format!("{} {}", trouble.reason, trouble.remedy)),
        Ok(_) if has_no_user => {
            Some("It has no user with credentials, so the cluster would be asked as nobody.".to_owned())
        }
        Ok(_) => None,
    };
    let plugin = target.and_then(|target| target.facts.plugin.as_ref());
    let remark = match (plugin, target.is_some_and(|target| target.url.starts_with("http:"))) {
        (Some(plugin), _) => {
            Some(format!("Its credentials come from the program {plugin}, which must work here, too."))
        }
        (None, true) => Some("Its server is http: nothing says who answers there.".to_owned()),
        (None, false) => None,
    };
    KubeContext {
        name: name.to_owned(),
        is_current,
        address: target.map(|target| target.address.clone()),
        problem,
        remark,
    }
}
