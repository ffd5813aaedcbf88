//! From `[clusters.NAME]` to a client. Fails only for configuration that cannot be right; asks the cluster nothing.

use std::{path::Path, time::Duration};

use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};

use super::connection::Connection;
use crate::{
    config,
    sources::{ConfigProblem, connect_within, secret_file},
};

/// Makes the connection and says which kubeconfig context it is, if any.
pub(super) async fn connect(
    name: &str,
    section: &config::Cluster,
    timeout: Duration,
) -> Result<(Connection, Option<String>), ConfigProblem> {
    let key = format!("clusters.{name}");
    let (mut kube, context) = match (&section.kubeconfig, section.in_cluster) {
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
        (None, true) => (in_cluster(&key)?, None),
        (Some(path), false) => {
            let (kube, context) =
                from_kubeconfig(&key, path, section.context.as_deref(), section.credential_plugin).await?;
            (kube, Some(context))
        }
    };
    if kube.accept_invalid_certs {
        return Err(ConfigProblem::new(
            key,
            "its kubeconfig says insecure-skip-tls-verify, and Runlight trusts no unknown certificate",
            "Give the cluster's certificate-authority in the kubeconfig instead.",
        ));
    }
    kube.connect_timeout = Some(connect_within(timeout));
    // Time limits stand around each question, where a watch can be told from an answer; and a source in trouble is
    // shown as such, not asked again in silence.
    kube.read_timeout = None;
    kube.default_retry = false;
    let address = address_of(&kube.cluster_url);
    let url = kube.cluster_url.to_string();
    let client = kube::Client::try_from(kube).map_err(|error| {
        ConfigProblem::new(
            key,
            format!("its credentials or certificates cannot be used: {}", withhold_output(&error)),
            "Check certificate-authority, client-certificate, client-key and token in the kubeconfig.",
        )
    })?;
    Ok((Connection::new(name, address, url.trim_end_matches('/').to_owned(), client, timeout), context))
}

fn in_cluster(key: &str) -> Result<kube::Config, ConfigProblem> {
    kube::Config::incluster().map_err(|error| {
        ConfigProblem::new(
            format!("{key}.in_cluster"),
            format!("there is no service account here: {error}"),
            "Use kubeconfig outside a cluster; inside one, mount the service account's token.",
        )
    })
}

async fn from_kubeconfig(
    key: &str,
    path: &Path,
    context: Option<&str>,
    runs_plugin: bool,
) -> Result<(kube::Config, String), ConfigProblem> {
    let key = format!("{key}.kubeconfig");
    let kubeconfig = Kubeconfig::read_from(path).map_err(|error| match error {
        KubeconfigError::ReadConfig(io, _) => ConfigProblem::new(
            key.clone(),
            format!("the file {} cannot be read: {io}", path.display()),
            "Check the path and that the user that Runlight runs as may read it.",
        ),
        _ => ConfigProblem::new(
            key.clone(),
            format!("the file {} is not a kubeconfig", path.display()),
            "Check it with: kubectl config view --kubeconfig FILE.",
        ),
    })?;
    let known: Vec<&str> = kubeconfig.contexts.iter().map(|context| context.name.as_str()).collect();
    let context = match context.or(kubeconfig.current_context.as_deref()) {
        Some(context) if known.contains(&context) => context.to_owned(),
        Some(context) => {
            return Err(ConfigProblem::new(
                key,
                format!("the file {} has no context {context}", path.display()),
                format!("Set context to one of: {}.", known.join(", ")),
            ));
        }
        None => {
            return Err(ConfigProblem::new(
                key,
                format!("the file {} has no current context", path.display()),
                format!("Set context to one of: {}.", known.join(", ")),
            ));
        }
    };
    secret_file::warn_if_open(&key, path);
    if let Some(problem) = forbidden(&kubeconfig, &context, path, runs_plugin) {
        return Err(ConfigProblem { key, ..problem });
    }
    // The kubeconfig's own proxy counts; the environment's does not, since it is meant for the internet.
    let proxy = proxy_of(&kubeconfig, &context);
    let options = KubeConfigOptions { context: Some(context.clone()), ..KubeConfigOptions::default() };
    let mut kube = kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|error| {
        ConfigProblem::new(
            key,
            format!("the context {context} cannot be used: {error}"),
            "Check its cluster, user and the files they name.",
        )
    })?;
    if proxy.is_none() {
        kube.proxy_url = None;
    }
    Ok((kube, context))
}

/// What a kubeconfig may say and Runlight does not do unless its operator says so, too: start a program that fetches
/// credentials, and send credentials over a connection that everybody on the way can read.
fn forbidden(kubeconfig: &Kubeconfig, context: &str, path: &Path, runs_plugin: bool) -> Option<ConfigProblem> {
    let context = kubeconfig.contexts.iter().find(|known| known.name == context)?.context.as_ref()?;
    let user = kubeconfig.auth_infos.iter().find(|known| Some(&known.name) == context.user.as_ref());
    let user = user.and_then(|user| user.auth_info.as_ref());
    let starts_a_program = user.is_some_and(|user| user.exec.is_some() || user.auth_provider.is_some());
    if starts_a_program && !runs_plugin {
        return Some(ConfigProblem::new(
            "",
            format!("the file {} names a program that fetches credentials, and Runlight starts none", path.display()),
            "Give it a token or a client certificate; or set credential_plugin = true if that program may be started.",
        ));
    }
    let cluster = kubeconfig.clusters.iter().find(|known| known.name == context.cluster)?.cluster.as_ref()?;
    let server: http::Uri = cluster.server.as_deref()?.parse().ok()?;
    let is_in_the_clear = server.scheme_str() == Some("http") && !is_this_machine(server.host()?);
    let has_secret = user.is_some_and(|user| {
        user.token.is_some() || user.token_file.is_some() || user.password.is_some() || starts_a_program
    });
    (is_in_the_clear && has_secret).then(|| {
        ConfigProblem::new(
            "",
            format!("the server {server} in the file {} would get the credentials in the clear", path.display()),
            "Use its https:// address.",
        )
    })
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn proxy_of(kubeconfig: &Kubeconfig, context: &str) -> Option<String> {
    let context = kubeconfig.contexts.iter().find(|c| c.name == context)?.context.as_ref()?;
    let cluster = kubeconfig.clusters.iter().find(|c| c.name == context.cluster)?.cluster.as_ref()?;
    cluster.proxy_url.clone()
}

fn withhold_output(error: &kube::Error) -> String {
    match error {
        kube::Error::Auth(_) => "no credentials could be had".into(),
        other => crate::sources::failure::chain(other),
    }
}

/// `10.10.0.5:6443`, port always named.
fn address_of(url: &http::Uri) -> String {
    let default_port = if url.scheme_str() == Some("http") { 80 } else { 443 };
    format!("{}:{}", url.host().unwrap_or("?"), url.port_u16().unwrap_or(default_port))
}
