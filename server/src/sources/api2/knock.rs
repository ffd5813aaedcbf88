//! Who answers at an address: one question without any token, for somebody who has yet to make one.

use std::time::Duration;

use reqwest::redirect::Policy;

use super::{VIRTUAL_ENVIRONMENT, connect::read_url, error::said};
use crate::sources::{
    ConfigProblem, failure,
    tls::{self, Certificate, Fingerprint, NotSeen, Trust},
};

/// Time that each of the two looks may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was found at an address.
#[derive(Debug)]
pub struct Found {
    /// The address with its port: `https://10.10.0.20:8006`.
    pub url: String,
    /// The host alone.
    pub host: String,
    /// The certificate that it shows, or why none was seen.
    pub shown: Result<Shown, NotSeen>,
}

/// A certificate that was shown, and what stood behind it.
#[derive(Debug)]
pub struct Shown {
    /// For the configuration.
    pub fingerprint: Fingerprint,
    /// What the certificate says of itself.
    pub certificate: Option<Certificate>,
    /// What is odd about the answer, one sentence; `None` when a Proxmox VE asked for a token.
    pub remark: Option<String>,
}

/// Looks at an address as a person types it: `10.10.0.20`, `pve1.example.org:8006`, `https://…`.
pub async fn knock(typed: &str) -> Result<Found, ConfigProblem> {
    let typed = typed.trim();
    let text = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let (mut url, host) = read_url(VIRTUAL_ENVIRONMENT, "address", &text)?;
    if url.scheme() != "https" {
        return Err(ConfigProblem::new(
            "address",
            format!("{typed} is not https"),
            "Proxmox answers by https on 8006.",
        ));
    }
    let port = url.port_or_known_default().unwrap_or(VIRTUAL_ENVIRONMENT.port);
    let shown = match tls::see(&host, port, PATIENCE).await {
        Err(not_seen) => Err(not_seen),
        Ok(der) => {
            let fingerprint = Fingerprint::of(&der);
            let mut question = url.clone();
            question.set_path("/api2/json/version");
            let remark = remark(question, fingerprint).await;
            Ok(Shown { fingerprint, certificate: Certificate::read(&der), remark })
        }
    };
    url.set_path("");
    // The port is written out, so that the file says all that was found.
    let bracketed = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    Ok(Found { url: format!("https://{bracketed}:{port}"), host, shown })
}

/// Only the server whose certificate has just been seen is asked, and it is told nothing.
async fn remark(question: reqwest::Url, fingerprint: Fingerprint) -> Option<String> {
    let pin = fingerprint.to_string();
    let trust = Trust { section: "address", fingerprint: Some(&pin), ca_file: None, fingerprint_hint: "", ca_hint: "" };
    let tls = match trust.client_config() {
        Ok(Some(tls)) => tls,
        Ok(None) | Err(_) => return Some("It could not be asked.".to_owned()),
    };
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(PATIENCE)
        .timeout(PATIENCE)
        .redirect(Policy::none())
        .no_proxy()
        .build();
    let answer = match client {
        Ok(client) => client.get(question).send().await,
        Err(error) => Err(error),
    };
    let mut response = match answer {
        Ok(response) => response,
        Err(error) => return Some(format!("It did not answer: {}.", failure::connection_words(&error))),
    };
    let code = response.status().as_u16();
    let body = match response.chunk().await {
        Ok(Some(chunk)) => said(&chunk),
        Ok(None) | Err(_) => None,
    };
    let words = body.map_or_else(String::new, |said| format!(": {}", said.trim_end_matches('.')));
    match code {
        401 => None,
        595..=599 => Some(format!(
            "It answered {code}{words}: it passes questions on to a node that it does not reach. Look at pvedaemon \
             there, and at the node's name in the cluster."
        )),
        500..=594 => Some(format!("It answered {code}{words}: look at pveproxy and pvedaemon there.")),
        code => Some(format!("It answered {code}, which no Proxmox VE does without a token: check the address.")),
    }
}
