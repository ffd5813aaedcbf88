//! From a section of the configuration to a client. Fails only for configuration that cannot be right; asks the host
//! nothing.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Connection, Product};
use crate::sources::{ConfigProblem, address, connect_within, renewed::Stamp, secret_file, tls::Trust};
use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
    redirect::Policy,
};

/// A section of the configuration, as far as both products have it.
pub(in crate::sources) struct Section<'a> {
    /// What it is.
    pub(in crate::sources) product: &'static Product,
    /// Its name.
    pub(in crate::sources) name: &'a str,
    /// Where the API is.
    pub(in crate::sources) url: &'a str,
    /// The node to ask about.
    pub(in crate::sources) node: &'a str,
    /// A file with the token.
    pub(in crate::sources) token_file: Option<&'a Path>,
    /// The pinned certificate.
    pub(in crate::sources) fingerprint: Option<&'a str>,
    /// The authority's certificate.
    pub(in crate::sources) ca_file: Option<&'a Path>,
}

/// How the client is made, from files that may be wrong today and right tomorrow.
pub(super) struct Access {
    product: &'static Product,
    /// `proxmox.pihanga`.
    whole: String,
    token_file: PathBuf,
    fingerprint: Option<String>,
    ca_file: Option<PathBuf>,
    timeout: Duration,
}

/// A client with the token in its headers.
pub(super) struct Ready {
    /// `runlight@pve!ro`: the token without its secret.
    pub(super) token_id: String,
    pub(super) client: reqwest::Client,
}

/// The connection, and the host that its address names. Fails for what is wrong in the configuration itself; what is
/// wrong with the files that it names is a state of the source.
pub(in crate::sources) fn connect(
    section: &Section<'_>,
    timeout: Duration,
) -> Result<(Connection, String), ConfigProblem> {
    let product = section.product;
    let whole = format!("{}.{}", product.section, section.name);
    let (url, host) = read_url(product, &format!("{whole}.url"), section.url)?;
    let token_file = section.token_file.ok_or_else(|| {
        let remedy =
            format!("Name a file with one line {}; make the token in {}.", product.token_form, product.tokens_at);
        ConfigProblem::new(format!("{whole}.token_file"), "it is missing", remedy)
    })?;
    let access = Access {
        product,
        whole,
        token_file: token_file.to_owned(),
        fingerprint: section.fingerprint.map(str::to_owned),
        ca_file: section.ca_file.map(Path::to_owned),
        timeout,
    };
    access.trust().check()?;
    let address = format!("{host}:{}", url.port_or_known_default().unwrap_or(product.port));
    Ok((Connection::new(section, address, url, access, timeout), host))
}

impl Access {
    /// What the files look like now.
    pub(super) fn stamp(&self) -> Stamp {
        Stamp::of([Some(&self.token_file), self.ca_file.as_ref()].into_iter().flatten().map(PathBuf::as_path))
    }

    /// Reads the files and makes the client. Asks nobody.
    pub(super) fn make(&self) -> Result<Ready, ConfigProblem> {
        let (token_id, header) = read_token(self.product, &format!("{}.token_file", self.whole), &self.token_file)?;
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, header);
        let mut builder = reqwest::Client::builder()
            .default_headers(headers)
            .connect_timeout(connect_within(self.timeout))
            .timeout(self.timeout)
            .redirect(Policy::none())
            .no_proxy();
        if let Some(tls) = self.trust().client_config()? {
            builder = builder.tls_backend_preconfigured(tls);
        }
        let client = builder.build().map_err(|error| {
            ConfigProblem::new(
                self.whole.as_str(),
                format!("no client can be made of it: {}", crate::sources::failure::chain(&error)),
                "Check ca_file and fingerprint.",
            )
        })?;
        Ok(Ready { token_id, client })
    }

    fn trust(&self) -> Trust<'_> {
        Trust {
            section: &self.whole,
            fingerprint: self.fingerprint.as_deref(),
            ca_file: self.ca_file.as_deref(),
            fingerprint_hint: self.product.fingerprint_hint,
            ca_hint: self.product.ca_hint,
        }
    }
}

pub(super) fn read_url(product: &Product, key: &str, text: &str) -> Result<(Url, String), ConfigProblem> {
    let remedy = format!("Set it to the API's address, such as {}.", product.example_url);
    let login_remedy = "Put the token into token_file instead.";
    let rules = address::Rules { remedy: &remedy, secret: Some("the token"), login_remedy };
    let mut url = address::read(key, text, &rules)?;
    let no_host = || ConfigProblem::new(key, format!("{text} names no host"), remedy.as_str());
    if url.scheme() == "https" && url.port().is_none() && !text.trim_end_matches('/').ends_with(":443") {
        url.set_port(Some(product.port)).map_err(|()| no_host())?;
    }
    url.set_path("/api2/json");
    let host = address::host(&url).ok_or_else(no_host)?;
    Ok((url, host))
}

/// The token's id, which may be shown, and the header, which never is.
fn read_token(product: &Product, key: &str, path: &Path) -> Result<(String, HeaderValue), ConfigProblem> {
    let text = secret_file::read(key, path)?;
    let line = text.trim();
    let line = line.strip_prefix(product.scheme).unwrap_or(line);
    let wrong = || {
        ConfigProblem::new(
            key,
            format!("the file {} does not hold a token", path.display()),
            format!("It holds one line: {}.", product.token_form),
        )
    };
    let (id, secret) = line.split_once(product.separator).ok_or_else(wrong)?;
    if !id.contains('@') || !id.contains('!') || secret.is_empty() || line.contains(char::is_whitespace) {
        return Err(wrong());
    }
    let mut header = HeaderValue::from_str(&format!("{}{line}", product.scheme)).map_err(|_| wrong())?;
    header.set_sensitive(true);
    Ok((id.to_owned(), header))
}
