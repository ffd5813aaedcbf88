//! TLS of the portal's own, for those without a proxy in front: certificate and key out of files, read again when they are
//! replaced. Files that cannot be used do not take away what they held before.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    config,
    sources::{ConfigProblem, Renewed, Stamp},
};

/// The two files, and what they held.
#[derive(Debug)]
struct Certificates {
    certificate: PathBuf,
    key: PathBuf,
    kept: Renewed<Arc<CertifiedKey>>,
}

/// What makes TLS of connections, where `[server]` names a certificate.
pub(super) fn acceptor(server: &config::Server) -> Result<Option<TlsAcceptor>, ConfigProblem> {
    let (certificate, key) = match (&server.certificate_file, &server.key_file) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => (certificate.clone(), key.clone()),
        (Some(_), None) => {
            return Err(ConfigProblem::new(
                "server.key_file",
                "it is missing",
                "Name the file with the certificate's key.",
            ));
        }
        (None, Some(_)) => {
            return Err(ConfigProblem::new(
                "server.certificate_file",
                "it is missing",
                "Name the file with the certificate and those that lead to its authority.",
            ));
        }
    };
    let certificates = Certificates { certificate, key, kept: Renewed::default() };
    // What cannot be used now is said now.
    certificates.current()?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring's provider supports the default protocol versions")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(certificates));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}

impl Certificates {
    fn current(&self) -> Result<Arc<CertifiedKey>, ConfigProblem> {
        let stamp = Stamp::of([self.certificate.as_path(), self.key.as_path()]);
        let kept = self.kept.get(stamp, || read(&self.certificate, &self.key).map(Arc::new))?;
        Ok(Arc::clone(&kept))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.current().ok()
    }
}

fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, ConfigProblem> {
    let problem = |part: &str, file: &Path, cause: &dyn std::fmt::Display| {
        ConfigProblem::new(
            format!("server.{part}"),
            format!("{} cannot be used: {cause}", file.display()),
            "Both files are PEM: the certificate with those that lead to its authority, and its key.",
        )
    };
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|cause| problem("certificate_file", certificate, &cause))?;
    if chain.is_empty() {
        return Err(problem("certificate_file", certificate, &"it holds no certificate"));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|cause| problem("key_file", key, &cause))?;
    CertifiedKey::from_der(chain, private, &ring::default_provider()).map_err(|cause| problem("key_file", key, &cause))
}
