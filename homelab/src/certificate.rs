//! Self-signed certificates for the simulated API servers, made afresh at every start.

use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

use super::StartError;

/// A certificate for 127.0.0.1 and a host name, with what clients need in order to trust it.
pub(super) struct Certificate {
    /// The certificate, for kubeconfigs.
    pub(super) pem: String,
    /// SHA-256 of its DER form as the Proxmox panel shows it: `AA:BB:…`.
    pub(super) fingerprint: String,
    /// What serves it.
    pub(super) acceptor: TlsAcceptor,
}

impl Certificate {
    /// Makes one.
    pub(super) fn issue(host: &str) -> Result<Self, StartError> {
        let names = vec![host.to_owned(), "localhost".to_owned(), "127.0.0.1".to_owned()];
        let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names)?;
        Ok(Self {
            pem: cert.pem(),
            fingerprint: fingerprint(cert.der()),
            acceptor: TlsAcceptor::from(Arc::new(server_config(&cert, &signing_key)?)),
        })
    }
}

fn server_config(certificate: &rcgen::Certificate, key: &KeyPair) -> Result<ServerConfig, rustls::Error> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
}

fn fingerprint(der: &[u8]) -> String {
    Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}
