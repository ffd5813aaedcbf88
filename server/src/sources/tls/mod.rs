//! Whom a source is trusted by: one pinned certificate, an authority of one's own, or the system's authorities. There
//! is no way to trust anybody.

mod certificate;
mod fingerprint;
mod seen;
mod words;

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

pub use self::{
    certificate::{Certificate, Lifetime},
    fingerprint::{Fingerprint, FingerprintMismatch, InvalidFingerprint},
    seen::{NotSeen, see},
};
pub(super) use self::{
    fingerprint::mismatch_in,
    words::{ALGORITHMS, Blame, TlsFailure, explain},
};
use super::ConfigProblem;

/// Where a source's trust comes from, with the words to say when it cannot be had.
pub(crate) struct Trust<'a> {
    /// `proxmox.pihanga`.
    pub(crate) section: &'a str,
    /// The pinned certificate.
    pub(crate) fingerprint: Option<&'a str>,
    /// A PEM file.
    pub(crate) ca_file: Option<&'a Path>,
    /// Where the fingerprint is to be found, one sentence.
    pub(crate) fingerprint_hint: &'a str,
    /// Where the authority is to be found, one sentence.
    pub(crate) ca_hint: &'a str,
}

impl Trust<'_> {
    /// Whether what the configuration itself says can be right, whatever its files hold.
    pub(super) fn check(&self) -> Result<(), ConfigProblem> {
        match (self.fingerprint, self.ca_file) {
            (Some(_), Some(_)) => Err(ConfigProblem::new(
                self.section,
                "it has both fingerprint and ca_file",
                "Keep the fingerprint; or the ca_file, where certificates are renewed by an authority.",
            )),
            (Some(text), None) => self.pinned(text).map(drop),
            (None, _) => Ok(()),
        }
    }

    fn pinned(&self, text: &str) -> Result<Fingerprint, ConfigProblem> {
        text.parse().map_err(|error: InvalidFingerprint| {
            ConfigProblem::new(format!("{}.fingerprint", self.section), format!("{error}"), self.fingerprint_hint)
        })
    }

    /// The client's side of TLS, or `None` for the system's authorities.
    pub(crate) fn client_config(&self) -> Result<Option<ClientConfig>, ConfigProblem> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = || {
            ClientConfig::builder_with_provider(provider.clone())
                .with_safe_default_protocol_versions()
                .expect("ring's provider supports the default protocol versions")
        };
        self.check()?;
        match (self.fingerprint, self.ca_file) {
            (Some(text), _) => {
                let verifier = Arc::new(fingerprint::PinnedCertificate::new(self.pinned(text)?, provider.clone()));
                Ok(Some(builder().dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()))
            }
            (None, Some(path)) => {
                Ok(Some(builder().with_root_certificates(self.read_roots(path)?).with_no_client_auth()))
            }
            (None, None) => Ok(None),
        }
    }

    fn read_roots(&self, path: &Path) -> Result<RootCertStore, ConfigProblem> {
        let key = format!("{}.ca_file", self.section);
        let problem = |what: String| {
            ConfigProblem::new(key.as_str(), format!("the file {} {what}", path.display()), self.ca_hint)
        };
        let certificates =
            CertificateDer::pem_file_iter(path).map_err(|error| problem(format!("cannot be read: {error}")))?;
        let mut roots = RootCertStore::empty();
        for certificate in certificates {
            let certificate = certificate.map_err(|error| problem(format!("cannot be read: {error}")))?;
            roots
                .add(certificate)
                .map_err(|error| problem(format!("holds a certificate that cannot be used: {error}")))?;
        }
        if roots.is_empty() {
            return Err(problem("holds no certificate".into()));
        }
        Ok(roots)
    }
}
