//! From `[clusters.NAME]` to a plan for a client: whose account, which API server. Reads the kubeconfig and the files that
//! it names; asks nobody and starts no program.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use kube::config::{AuthInfo, ExecInteractiveMode, Kubeconfig};

use super::{
    credentials::{self, Facts},
    link::{Target, Trouble},
};
use crate::{
    config,
    sources::{Cause, ConfigProblem, connect_within, renewed::Stamp, secret_file},
};

/// A section, as far as it can be judged without its files.
#[derive(Debug, Clone)]
pub(super) struct Section {
    /// The cluster's name in the configuration.
    pub(super) name: String,
    /// Time that an answer may take.
    pub(super) timeout: Duration,
    account: Account,
}

/// Whose account asks.
#[derive(Debug, Clone)]
enum Account {
    /// That of the pod that Runlight runs in.
    Pod,
    /// That of a context.
    Kubeconfig { path: PathBuf, context: Option<String> },
}

/// What a section's files come to at one moment.
pub(super) struct Reading {
    /// Where the API server is, if that much can be read.
    pub(super) target: Option<Target>,
    /// How to make a client.
    pub(super) plan: Result<Plan, Trouble>,
}

/// All that it takes to make a client.
pub(super) struct Plan {
    pub(super) kube: kube::Config,
    pub(super) facts: Facts,
}

impl Section {
    /// Takes a section of the configuration.
    pub(super) fn new(name: &str, section: &config::Cluster, timeout: Duration) -> Result<Self, ConfigProblem> {
        let key = format!("clusters.{name}");
        let account = match (&section.kubeconfig, section.in_cluster) {
            (Some(_), true) => {
                return Err(ConfigProblem::new(key, "it has both kubeconfig and in_cluster", "Keep one of the two."));
            }
            (None, false) => {
                return Err(ConfigProblem::new(
                    key,
                    "it has neither kubeconfig nor in_cluster",
                    "Set kubeconfig = \"PATH\", or in_cluster = true where Runlight runs in that cluster.",
                ));
            }
            (None, true) => Account::Pod,
            (Some(path), false) => Account::Kubeconfig { path: path.clone(), context: section.context.clone() },
        };
        Ok(Self { name: name.to_owned(), timeout, account })
    }

    /// What the kubeconfig looks like now. The token of a pod's account is read again by the client itself.
    pub(super) fn stamp(&self) -> Stamp {
        match &self.account {
            Account::Pod => Stamp::of([]),
            Account::Kubeconfig { path, .. } => Stamp::of([path.as_path()]),
        }
    }

    /// Reads what the section names, as it is now.
    pub(super) fn read(&self) -> Reading {
        match &self.account {
            Account::Pod => self.read_pod(),
            Account::Kubeconfig { path, context } => match self.choose(path, context.as_deref()) {
                Err(trouble) => Reading { target: None, plan: Err(trouble) },
                Ok((kubeconfig, context)) => self.read_context(path, kubeconfig, context),
            },
        }
    }

    /// The kubeconfig with its context.
    pub(super) fn choose(&self, path: &Path, context: Option<&str>) -> Result<(Kubeconfig, String), Trouble> {
        let kubeconfig =
            Kubeconfig::read_from(path).map_err(|error| credentials::unreadable(&self.name, path, &error))?;
        let known: Vec<&str> = kubeconfig.contexts.iter().map(|context| context.name.as_str()).collect();
        let wanted = context.or(kubeconfig.current_context.as_deref()).filter(|context| !context.is_empty());
        let missing = match wanted {
            Some(context) if known.contains(&context) => {
                let context = context.to_owned();
                return Ok((kubeconfig, context));
            }
            Some(context) => format!("has no context {context}"),
            None => "has no current context".to_owned(),
        };
        let remedy = match known.as_slice() {
            [] => "It has no context at all: write one into it, or name another file as kubeconfig.".to_owned(),
            known => {
                format!("Set context in [clusters.{}] of runlight.toml to one of: {}.", self.name, known.join(", "))
            }
        };
        Err(Trouble {
            kind: Cause::Unauthorized,
            reason: format!("The kubeconfig {} of {} {missing}.", path.display(), self.name),
            remedy,
        })
    }

    fn read_context(&self, path: &Path, kubeconfig: Kubeconfig, context: String) -> Reading {
        let facts = facts_of(&self.name, path, &kubeconfig, &context);
        let target = target_of(&kubeconfig, &context, &facts);
        secret_file::warn_if_open(&format!("clusters.{}.kubeconfig", self.name), path);
        // The kubeconfig's own proxy counts; the environment's does not, since it is meant for the internet.
        let has_proxy = cluster_of(&kubeconfig, &context).is_some_and(|cluster| cluster.proxy_url.is_some());
        Reading { target, plan: self.plan(kubeconfig, context, has_proxy, facts) }
    }

    fn plan(
        &self,
        mut kubeconfig: Kubeconfig,
        context: String,
        has_proxy: bool,
        facts: Facts,
    ) -> Result<Plan, Trouble> {
        if let Some(exec) = user_of_mut(&mut kubeconfig, &context).and_then(|user| user.exec.as_mut()) {
            if exec.interactive_mode == Some(ExecInteractiveMode::Always) {
                return Err(credentials::wants_a_terminal(&facts));
            }
            // There is no terminal here, and what a plug-in prints beside its answer belongs to nobody who reads the log.
            exec.interactive_mode = Some(ExecInteractiveMode::Never);
        }
        if sends_in_the_clear(&kubeconfig, &context) {
            return Err(credentials::in_the_clear(&facts));
        }
        kubeconfig.current_context = Some(context);
        let mut kube = kube::Config::try_from(kubeconfig).map_err(|error| credentials::unusable(&facts, &error))?;
        if kube.accept_invalid_certs {
            return Err(credentials::skips_verification(&facts));
        }
        if !has_proxy {
            kube.proxy_url = None;
        }
        Ok(Plan { kube: bounded(kube, self.timeout), facts })
    }

    fn read_pod(&self) -> Reading {
        match kube::Config::incluster() {
            Ok(kube) => {
                let facts = Facts::of_pod(&self.name);
                let target = Target {
                    address: address_of(&kube.cluster_url),
                    url: kube.cluster_url.to_string().trim_end_matches('/').to_owned(),
                    default_namespace: kube.default_namespace.clone(),
                    context: None,
                    has_credentials: true,
                    facts: facts.clone(),
                };
                Reading { target: Some(target), plan: Ok(Plan { kube: bounded(kube, self.timeout), facts }) }
            }
            Err(error) => Reading {
                target: None,
                plan: Err(Trouble {
                    kind: Cause::Unauthorized,
                    reason: format!("There is no service account for {} here: {error}.", self.name),
                    remedy: "Use kubeconfig outside a cluster; inside one, mount the service account's token.".into(),
                }),
            },
        }
    }
}

fn bounded(mut kube: kube::Config, timeout: Duration) -> kube::Config {
    kube.connect_timeout = Some(connect_within(timeout));
    // Time limits stand around each question, where a watch can be told from an answer; and a source in trouble is
    // shown as such, not asked again in silence.
    kube.read_timeout = None;
    kube.default_retry = false;
    kube
}

fn target_of(kubeconfig: &Kubeconfig, name: &str, facts: &Facts) -> Option<Target> {
    let context = kubeconfig.contexts.iter().find(|context| context.name == name)?.context.as_ref()?;
    let url: http::Uri = cluster_of(kubeconfig, name)?.server.as_ref()?.parse().ok()?;
    Some(Target {
        address: address_of(&url),
        url: url.to_string().trim_end_matches('/').to_owned(),
        default_namespace: context
            .namespace
            .clone()
            .filter(|it| !it.is_empty())
            .unwrap_or_else(|| "default".to_owned()),
        context: Some(name.to_owned()),
        has_credentials: user_of(kubeconfig, name).is_some_and(has_credentials),
        facts: facts.clone(),
    })
}

fn facts_of(name: &str, path: &Path, kubeconfig: &Kubeconfig, context: &str) -> Facts {
    let user = user_of(kubeconfig, context);
    Facts {
        cluster: name.to_owned(),
        kubeconfig: Some(path.to_owned()),
        context: context.to_owned(),
        plugin: user
            .and_then(|user| user.exec.as_ref())
            .map(|exec| exec.command.clone().unwrap_or_else(|| "(no command)".to_owned())),
        provider: user.and_then(|user| user.auth_provider.as_ref()).map(|provider| provider.name.clone()),
        certificate: user.and_then(credentials::client_certificate),
    }
}

/// Whether a user of a kubeconfig says who it is.
pub(super) fn has_credentials(user: &AuthInfo) -> bool {
    user.token.is_some()
        || user.token_file.is_some()
        || user.exec.is_some()
        || user.auth_provider.is_some()
        || user.username.is_some()
        || user.client_certificate.is_some()
        || user.client_certificate_data.is_some()
}

/// Whether everybody on the way could read the credentials of a context.
fn sends_in_the_clear(kubeconfig: &Kubeconfig, context: &str) -> bool {
    let server = cluster_of(kubeconfig, context).and_then(|cluster| cluster.server.as_ref()?.parse::<http::Uri>().ok());
    let is_open = server
        .as_ref()
        .is_some_and(|server| server.scheme_str() == Some("http") && !server.host().is_some_and(is_this_machine));
    is_open && user_of(kubeconfig, context).is_some_and(has_credentials)
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The cluster of a context.
pub(super) fn cluster_of<'a>(kubeconfig: &'a Kubeconfig, context: &str) -> Option<&'a kube::config::Cluster> {
    let context = kubeconfig.contexts.iter().find(|known| known.name == context)?.context.as_ref()?;
    kubeconfig.clusters.iter().find(|cluster| cluster.name == context.cluster)?.cluster.as_ref()
}

/// The user of a context.
pub(super) fn user_of<'a>(kubeconfig: &'a Kubeconfig, context: &str) -> Option<&'a AuthInfo> {
    let context = kubeconfig.contexts.iter().find(|known| known.name == context)?.context.as_ref()?;
    let user = context.user.as_ref()?;
    kubeconfig.auth_infos.iter().find(|known| known.name == *user)?.auth_info.as_ref()
}

fn user_of_mut<'a>(kubeconfig: &'a mut Kubeconfig, context: &str) -> Option<&'a mut AuthInfo> {
    let context = kubeconfig.contexts.iter().find(|known| known.name == context)?.context.as_ref()?;
    let user = context.user.clone()?;
    kubeconfig.auth_infos.iter_mut().find(|known| known.name == user)?.auth_info.as_mut()
}

/// `10.10.0.5:6443`, port always named.
fn address_of(url: &http::Uri) -> String {
    let default_port = if url.scheme_str() == Some("http") { 80 } else { 443 };
    format!("{}:{}", url.host().unwrap_or("?"), url.port_u16().unwrap_or(default_port))
}
