//! From a section to a client. Fails only for configuration that cannot be right; asks nothing.

use std::{path::Path, time::Duration};

use reqwest::{
    Client, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
    redirect::Policy,
};
use tokio::sync::Semaphore;

use super::{Login, MAX_CONCURRENT_QUESTIONS, Place, WebApi};
use crate::{
    config,
    sources::{
        ConfigProblem, address, connect_within,
        failure::{FailureLog, chain},
        secret_file,
        tls::Trust,
    },
};

/// Makes the client of a section.
pub(in crate::sources) fn connect(
    (kind, name): (&'static str, &str),
    section: &config::Monitoring,
    clusters: Vec<String>,
    timeout: Duration,
    max_bytes: usize,
) -> Result<WebApi, ConfigProblem> {
    let key = |part: &str| format!("{}.{name}.{part}", kind.to_lowercase());
    let has_secret = section.token_file.is_some() || section.user.is_some();
    let url = read_url(&key("url"), &section.url, has_secret)?;
    let external_url = match &section.external_url {
        Some(text) => read_url(&key("external_url"), text, false)?,
        None => url.clone(),
    };
    let (headers, login) = credentials(&key, section)?;
    let mut builder = Client::builder()
        .default_headers(headers)
        .connect_timeout(connect_within(timeout))
        .timeout(timeout)
        .redirect(Policy::none())
        .no_proxy();
    let trust = Trust {
        section: &format!("{}.{name}", kind.to_lowercase()),
        fingerprint: section.fingerprint.as_deref(),
        ca_file: section.ca_file.as_deref(),
        fingerprint_hint: "openssl x509 -noout -fingerprint -sha256 prints it.",
        ca_hint: "It holds the authority's certificate in PEM.",
    };
    if let Some(tls) = trust.client_config()? {
        builder = builder.tls_backend_preconfigured(tls);
    }
    let client = builder.build().map_err(|error| {
        let problem = format!("no client can be made of it: {}", chain(&error));
        ConfigProblem::new(format!("{}.{name}", kind.to_lowercase()), problem, "Check ca_file and fingerprint.")
    })?;
    let host = url.host_str().map_or("", |host| host.trim_matches(['[', ']']));
    let address = url.port_or_known_default().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let place = Place {
        kind,
        name: name.to_owned(),
        address,
        clusters,
        cluster_label: section.cluster_label.clone(),
        external_url: external_url.as_str().trim_end_matches('/').to_owned(),
        aliases: section.addresses.clone(),
    };
    let permits = Semaphore::new(MAX_CONCURRENT_QUESTIONS);
    Ok(WebApi { place, timeout, max_bytes, log: FailureLog::default(), url, client, login, permits })
}

fn read_url(key: &str, text: &str, has_secret: bool) -> Result<Url, ConfigProblem> {
    let rules = address::Rules {
        remedy: "Set it to the server's address, such as https://prometheus.example.org.",
        secret: has_secret.then_some("the password or token"),
        login_remedy: "Put the login into user and password_file, or into token_file.",
    };
    address::read(key, text, &rules)
}

/// The bearer token as a header, or the login of basic authentication.
fn credentials(
    key: &dyn Fn(&str) -> String,
    section: &config::Monitoring,
) -> Result<(HeaderMap, Option<Login>), ConfigProblem> {
    let mut headers = HeaderMap::new();
    match (&section.token_file, &section.user, &section.password_file) {
        (None, None, None) => Ok((headers, None)),
        (Some(path), None, None) => {
            let token = read_secret(&key("token_file"), path)?;
            let mut header = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| {
                let problem = format!("the file {} does not hold a token", path.display());
                ConfigProblem::new(key("token_file"), problem, "It holds one line, the token alone.")
            })?;
            header.set_sensitive(true);
            headers.insert(AUTHORIZATION, header);
            Ok((headers, None))
        }
        (None, Some(user), Some(path)) => {
            let password = read_secret(&key("password_file"), path)?;
            Ok((headers, Some(Login { user: user.clone(), password })))
        }
        (Some(_), _, _) => Err(ConfigProblem::new(
            key("token_file"),
            "there is a login for basic authentication, too",
            "Keep token_file, or user and password_file.",
        )),
        (None, Some(_), None) => {
            Err(ConfigProblem::new(key("password_file"), "it is missing", "Name a file that holds the password."))
        }
        (None, None, Some(_)) => {
            Err(ConfigProblem::new(key("user"), "it is missing", "Name the user whose password this is."))
        }
    }
}

fn read_secret(key: &str, path: &Path) -> Result<String, ConfigProblem> {
    let text = secret_file::read(key, path)?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() || secret.contains(['\r', '\n']) {
        let problem = format!("the file {} does not hold one line", path.display());
        return Err(ConfigProblem::new(key, problem, "It holds the secret alone, on one line."));
    }
    Ok(secret.to_owned())
}
