//! Addresses of sources, as the configuration writes them.

use std::net::IpAddr;

use reqwest::Url;

use super::ConfigProblem;

/// What an address of one kind of source may look like.
pub(super) struct Rules<'r> {
    /// What to write: one sentence.
    pub(super) remedy: &'r str,
    /// What travels with each question and must not be seen: "the token".
    pub(super) secret: Option<&'r str>,
    /// Where a login belongs instead: one sentence.
    pub(super) login_remedy: &'r str,
}

/// Reads an address, without its query. With a secret it is https, or http on this machine.
pub(super) fn read(key: &str, text: &str, rules: &Rules<'_>) -> Result<Url, ConfigProblem> {
    let problem = |problem: String| ConfigProblem::new(key, problem, rules.remedy);
    if text.is_empty() {
        return Err(problem("it is missing".into()));
    }
    let mut url: Url = text.parse().map_err(|error| problem(format!("{text} is no address: {error}")))?;
    let Some(host) = host(&url) else {
        return Err(problem(format!("{text} names no host")));
    };
    let is_loopback = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    match (url.scheme(), rules.secret) {
        ("https", _) => {}
        ("http", Some(secret)) if !is_loopback => {
            let problem = format!("with http {secret} would travel in the clear");
            return Err(ConfigProblem::new(key, problem, "Use https."));
        }
        ("http", _) => {}
        _ => return Err(problem(format!("{text} is not an http or https address"))),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ConfigProblem::new(key, "it holds credentials", rules.login_remedy));
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

/// The host without the brackets of IPv6.
pub(super) fn host(url: &Url) -> Option<String> {
    url.host_str().map(|host| host.trim_matches(['[', ']']).to_owned())
}
