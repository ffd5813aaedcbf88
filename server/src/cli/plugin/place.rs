//! Which pod is meant and where the portal is: from the flags that kubectl's users know, and from the kubeconfig.

use std::path::PathBuf;

use access::PublicUrl;
use kube::config::Kubeconfig;
use runbook::names::{ContainerName, Namespace, ObjectName, RunbookPath};

/// A pod, in the words of a kubectl user.
#[derive(Debug, clap::Args)]
pub(super) struct Target {
    /// The pod: NAME or pod/NAME.
    pod: String,
    /// Its namespace; else the context's.
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,
    /// Its container; without one the container in most trouble is looked at.
    #[arg(short, long, value_name = "NAME")]
    container: Option<String>,
    /// The context; else the kubeconfig's current one. The portal knows clusters by their contexts.
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// The kubeconfig; else KUBECONFIG, else ~/.kube/config.
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Where the portal is.
    #[arg(long, value_name = "URL", env = "RUNLIGHT_URL")]
    portal: PublicUrl,
    /// The alert whose runbook is wanted; without one it is the runbook about crashes.
    #[arg(long, value_name = "NAME")]
    alert: Option<String>,
    /// The runbook's path in the library.
    #[arg(long, value_name = "PATH", conflicts_with = "alert")]
    runbook: Option<RunbookPath>,
}

/// A pod, and where to ask about it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) portal: PublicUrl,
    pub(super) alert: Option<String>,
    pub(super) runbook: Option<RunbookPath>,
    /// `cluster`, `namespace`, `pod`, `container`.
    pub(super) values: Vec<(&'static str, String)>,
}

impl Target {
    /// Everything that is known of the pod, or what is missing: one sentence.
    pub(super) fn place(&self) -> Result<Place, String> {
        let pod = match self.pod.split_once('/') {
            None => self.pod.as_str(),
            Some(("pod" | "pods" | "po", name)) => name,
            Some((kind, _)) => return Err(format!("{kind} is no pod. Write the pod's name, or pod/NAME.")),
        };
        pod.parse::<ObjectName>().map_err(|error| format!("{pod} is {error}"))?;
        let read = self.kubeconfig.as_ref().map_or_else(Kubeconfig::read, Kubeconfig::read_from);
        let chosen = read.as_ref().ok().and_then(|kubeconfig| {
            let name = self.context.as_ref().or(kubeconfig.current_context.as_ref()).filter(|name| !name.is_empty())?;
            Some((name.clone(), kubeconfig.contexts.iter().find(|context| context.name == *name)))
        });
        let Some(cluster) = self.context.clone().or_else(|| Some(chosen.as_ref()?.0.clone())) else {
            return Err("no context is known. Give one with --context, or set one in the kubeconfig.".into());
        };
        let of_context = chosen.and_then(|(_, context)| context?.context.as_ref()?.namespace.clone());
        let namespace = self.namespace.clone().or(of_context).unwrap_or_else(|| "default".into());
        namespace.parse::<Namespace>().map_err(|error| format!("{namespace} is {error}"))?;
        let mut values = vec![("cluster", cluster), ("namespace", namespace), ("pod", pod.to_owned())];
        if let Some(container) = &self.container {
            container.parse::<ContainerName>().map_err(|error| format!("{container} is {error}"))?;
            values.push(("container", container.clone()));
        }
        Ok(Place { portal: self.portal.clone(), alert: self.alert.clone(), runbook: self.runbook.clone(), values })
    }
}
