//! From a section to a client. Fails only for configuration that cannot be right; asks nothing.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::{
    Client, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
    redirect::Policy,
};
use tokio::sync::Semaphore;

use super::{Login, MAX_CONCURRENT_QUESTIONS, Place, WebApi, place::section_of};
use crate::{
    config,
    sources::{
        ConfigProblem, address, connect_within,
        failure::{FailureLog, chain},
        figures::SourceFigures,
        renewed::{Renewed, Stamp},
        secret_file,
        tls::Trust,
    },
};

/// How the client is made, from files that may be wrong today and right tomorrow.
pub(super) struct Access {
    kind: &'static str,
    name: String,
    section: config::Monitoring,
    timeout: Duration,
}

/// A client with its login.
pub(super) struct Ready {
    pub(super) client: Client,
    pub(super) login: Option<Login>,
}

/// Takes a section. Fails for what is wrong in the configuration itself; what is wrong with the files that it names is a
/// state of the source.
pub(in crate::sources) fn connect(
    (kind, name): (&'static str, &str),
    section: &config::Monitoring,
    clusters: Vec<String>,
    timeout: Duration,
    max_bytes: usize,
) -> Result<WebApi, ConfigProblem> {
    let access = Access { kind, name: name.to_owned(), section: section.clone(), timeout };
    let key = |part: &str| access.key(part);
    let has_secret = section.token_file.is_some() || section.user.is_some();
    let url = read_url(&key("url"), &section.url, has_secret)?;
    let external_url = match &section.external_url {
        Some(text) => read_url(&key("external_url"), text, false)?,
        None => url.clone(),
    };
    check_login(&key, section)?;
    access.trust(&access.section_name()).check()?;
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
    Ok(WebApi {
        place,
        timeout,
        max_bytes,
        log: FailureLog::default(),
        figures: SourceFigures::default(),
        url,
        access,
        ready: Renewed::default(),
        permits,
    })
}

impl Access {
    /// What the files look like now.
    pub(super) fn stamp(&self) -> Stamp {
        let files = [&self.section.token_file, &self.section.password_file, &self.section.ca_file];
        Stamp::of(files.into_iter().flatten().map(PathBuf::as_path))
    }

    /// Reads the files and makes the client. Asks nobody.
    pub(super) fn make(&self) -> Result<Ready, ConfigProblem> {
        let (headers, login) = credentials(&|part| self.key(part), &self.section)?;
        let mut builder = Client::builder()
            .default_headers(headers)
            .connect_timeout(connect_within(self.timeout))
            .timeout(self.timeout)
            .redirect(Policy::none())
            .no_proxy();
        if let Some(tls) = self.trust(&self.section_name()).client_config()? {
            builder = builder.tls_backend_preconfigured(tls);
        }
        let client = builder.build().map_err(|error| {
            let problem = format!("no client can be made of it: {}", chain(&error));
            ConfigProblem::new(self.section_name(), problem, "Check ca_file and fingerprint.")
        })?;
        Ok(Ready { client, login })
    }

    fn trust<'a>(&'a self, section: &'a str) -> Trust<'a> {
        Trust {
            section,
            fingerprint: self.section.fingerprint.as_deref(),
            ca_file: self.section.ca_file.as_deref(),
            fingerprint_hint: "openssl x509 -noout -fingerprint -sha256 prints it.",
            ca_hint: "It holds the authority's certificate in PEM.",
        }
    }

    /// `prometheus.home`.
    fn section_name(&self) -> String {
        format!("{}.{}", section_of(self.kind), self.name)
    }

    fn key(&self, part: &str) -> String {
        format!("{}.{part}", self.section_name())
    }
}

fn read_url(key: &str, text: &str, has_secret: bool) -> Result<Url, ConfigProblem> {
    let rules = address::Rules {
        remedy: "Set it to the server's address, such as https://prometheus.example.org.",
        secret: has_secret.then_some("the password or token"),
        login_remedy: "Put the login into user and password_file, or into token_file.",
    };
    address::read(key, text, &rules)
}

/// One way to log in, or none, and all of it.
fn check_login(key: &dyn Fn(&str) -> String, section: &config::Monitoring) -> Result<(), ConfigProblem> {
    match (&section.token_file, &section.user, &section.password_file) {
        (None, None, None) | (Some(_), None, None) | (None, Some(_), Some(_)) => Ok(()),
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

/// The bearer token as a header, or the login of basic authentication.
fn credentials(
    key: &dyn Fn(&str) -> String,
    section: &config::Monitoring,
) -> Result<(HeaderMap, Option<Login>), ConfigProblem> {
    let mut headers = HeaderMap::new();
    if let Some(path) = &section.token_file {
        let token = read_secret(&key("token_file"), path)?;
        let mut header = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| {
            let problem = format!("the file {} does not hold a token", path.display());
            ConfigProblem::new(key("token_file"), problem, "It holds one line, the token alone.")
        })?;
        header.set_sensitive(true);
        headers.insert(AUTHORIZATION, header);
    }
    if let Some(tenant) = &section.tenant {
        let header = HeaderValue::from_str(tenant).map_err(|_| {
            ConfigProblem::new(key("tenant"), "it cannot stand in a header", "Use letters, digits and - _ . alone.")
        })?;
        headers.insert("x-scope-orgid", header);
    }
    let login = match (&section.user, &section.password_file) {
        (Some(user), Some(path)) => {
            Some(Login { user: user.clone(), password: read_secret(&key("password_file"), path)? })
        }
        _ => None,
    };
    Ok((headers, login))
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
