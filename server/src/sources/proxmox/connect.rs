//! From `[proxmox.NAME]` to a client. Fails only for configuration that cannot be right; asks the host nothing.

use std::{path::Path, sync::Arc, time::Duration};

use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
    redirect::Policy,
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::{
    connection::Connection,
    fingerprint::{Fingerprint, PinnedCertificate},
};
use crate::{config, sources::ConfigProblem};

/// Time that a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Where the API listens when the address names no port.
const API_PORT: u16 = 8006;

pub(super) fn connect(
    name: &str,
    section: &config::Proxmox,
    timeout: Duration,
) -> Result<(Connection, String), ConfigProblem> {
    let key = |part: &str| format!("proxmox.{name}.{part}");
    let (url, host) = read_url(&key("url"), &section.url)?;
    let token_file = section.token_file.as_deref().ok_or_else(|| {
        ConfigProblem::new(
            key("token_file"),
            "it is missing",
            "Name a file with one line USER@REALM!TOKENID=SECRET; make the token in Datacenter, Permissions, API Tokens.",
        )
    })?;
    let (token_id, header) = read_token(&key("token_file"), token_file)?;
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, header);

    let mut builder = reqwest::Client::builder()
        .default_headers(headers)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(timeout)
        .redirect(Policy::none())
        .no_proxy();
    if let Some(tls) = trust(name, section)? {
        builder = builder.tls_backend_preconfigured(tls);
    }
    let client = builder.build().map_err(|error| {
        ConfigProblem::new(
            format!("proxmox.{name}"),
            format!("no client can be made of it: {}", crate::sources::failure::chain(&error)),
            "Check ca_file and fingerprint.",
        )
    })?;
    let address = format!("{host}:{}", url.port_or_known_default().unwrap_or(API_PORT));
    let node = section.node.clone().unwrap_or_else(|| name.to_owned());
    Ok((Connection::new(name, node, address, token_id, url, client, timeout), host))
}

fn read_url(key: &str, text: &str) -> Result<(Url, String), ConfigProblem> {
    let remedy = "Set it to the API's address, such as https://10.10.0.20:8006.";
    if text.is_empty() {
        return Err(ConfigProblem::new(key, "it is missing", remedy));
    }
    let mut url: Url =
        text.parse().map_err(|error| ConfigProblem::new(key, format!("{text} is no address: {error}"), remedy))?;
    let Some(host) = url.host_str() else {
        return Err(ConfigProblem::new(key, format!("{text} names no host"), remedy));
    };
    let host = host.trim_matches(['[', ']']).to_owned();
    let is_loopback = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if is_loopback => {}
        "http" => {
            return Err(ConfigProblem::new(key, "with http the token would travel in the clear", "Use https."));
        }
        _ => return Err(ConfigProblem::new(key, format!("{text} is not an https address"), remedy)),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ConfigProblem::new(key, "it holds credentials", "Put the token into token_file instead."));
    }
    if url.scheme() == "https" && url.port().is_none() && !text.trim_end_matches('/').ends_with(":443") {
        url.set_port(Some(API_PORT)).map_err(|()| ConfigProblem::new(key, format!("{text} has no host"), remedy))?;
    }
    url.set_path("/api2/json");
    url.set_query(None);
    url.set_fragment(None);
    Ok((url, host))
}

/// The token's id, which may be shown, and the header, which never is.
fn read_token(key: &str, path: &Path) -> Result<(String, HeaderValue), ConfigProblem> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        ConfigProblem::new(
            key,
            format!("the file {} cannot be read: {error}", path.display()),
            "Check the path and that the user that Runlight runs as may read it.",
        )
    })?;
    let line = text.trim();
    let line = line.strip_prefix("PVEAPIToken=").unwrap_or(line);
    let wrong = || {
        ConfigProblem::new(
            key,
            format!("the file {} does not hold a token", path.display()),
            "It holds one line: USER@REALM!TOKENID=SECRET.",
        )
    };
    let (id, secret) = line.split_once('=').ok_or_else(wrong)?;
    if !id.contains('@') || !id.contains('!') || secret.is_empty() || line.contains(char::is_whitespace) {
        return Err(wrong());
    }
    let mut header = HeaderValue::from_str(&format!("PVEAPIToken={line}")).map_err(|_| wrong())?;
    header.set_sensitive(true);
    Ok((id.to_owned(), header))
}

/// Whom to trust: a pinned certificate, an authority, or (`None`) the system's authorities.
fn trust(name: &str, section: &config::Proxmox) -> Result<Option<ClientConfig>, ConfigProblem> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = || {
        ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .expect("ring's provider supports the default protocol versions")
    };
    match (&section.fingerprint, &section.ca_file) {
        (Some(_), Some(_)) => Err(ConfigProblem::new(
            format!("proxmox.{name}"),
            "it has both fingerprint and ca_file",
            "Keep the fingerprint; or the ca_file, where certificates are renewed by an authority.",
        )),
        (Some(text), None) => {
            let fingerprint: Fingerprint = text.parse().map_err(|error| {
                ConfigProblem::new(
                    format!("proxmox.{name}.fingerprint"),
                    format!("{error}"),
                    "Copy it from the Proxmox panel: the node, System, Certificates, pve-ssl.pem.",
                )
            })?;
            let verifier = Arc::new(PinnedCertificate::new(fingerprint, provider.clone()));
            Ok(Some(builder().dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()))
        }
        (None, Some(path)) => {
            let roots = read_roots(&format!("proxmox.{name}.ca_file"), path)?;
            Ok(Some(builder().with_root_certificates(roots).with_no_client_auth()))
        }
        (None, None) => Ok(None),
    }
}

fn read_roots(key: &str, path: &Path) -> Result<RootCertStore, ConfigProblem> {
    let problem = |what: String| {
        let problem = format!("the file {} {what}", path.display());
        ConfigProblem::new(
            key,
            problem,
            "It holds the authority's certificate in PEM; on the host: /etc/pve/pve-root-ca.pem.",
        )
    };
    let certificates =
        CertificateDer::pem_file_iter(path).map_err(|error| problem(format!("cannot be read: {error}")))?;
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        let certificate = certificate.map_err(|error| problem(format!("cannot be read: {error}")))?;
        roots.add(certificate).map_err(|error| problem(format!("holds a certificate that cannot be used: {error}")))?;
    }
    if roots.is_empty() {
        return Err(problem("holds no certificate".into()));
    }
    Ok(roots)
}
