//! Which certificate a server shows, without trusting it: the handshake is broken off once it has been seen, so nothing
//! is ever sent to a server that nobody vouches for.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::explain;

/// Why no certificate was seen.
#[derive(Debug, thiserror::Error)]
pub enum NotSeen {
    /// The name cannot be one of a host.
    #[error("{0} is no name of a host")]
    NoHost(String),
    /// No answer within the limit.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// No connection came about.
    #[error("{}", crate::sources::failure::connection_words(.0))]
    Unreachable(std::io::Error),
    /// It answers, and shows no certificate.
    #[error("it {0}")]
    Refused(String),
}

/// The certificate that the server at `host` and `port` shows first, in DER.
pub async fn see(host: &str, port: u16, limit: Duration) -> Result<Vec<u8>, NotSeen> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| NotSeen::NoHost(host.to_owned()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let witness = Arc::new(Witness { seen: Mutex::new(None), provider: Arc::clone(&provider) });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring's provider supports the default protocol versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&witness) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let look = async {
        let stream = TcpStream::connect((host, port)).await.map_err(NotSeen::Unreachable)?;
        // It always ends in an error: the witness accepts nothing.
        Ok(TlsConnector::from(Arc::new(config)).connect(name, stream).await.err())
    };
    let ended = tokio::time::timeout(limit, look).await.map_err(|_| NotSeen::TimedOut(limit))??;
    if let Some(seen) = witness.seen.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Ok(seen);
    }
    match ended {
        Some(error) => match crate::sources::failure::find_cause::<Error>(&error) {
            Some(tls) => Err(NotSeen::Refused(explain(tls).predicate)),
            None => Err(NotSeen::Unreachable(error)),
        },
        None => Err(NotSeen::Refused("shows no certificate".to_owned())),
    }
}

/// Keeps what it is shown, and accepts nothing.
#[derive(Debug)]
struct Witness {
    seen: Mutex<Option<Vec<u8>>>,
    provider: Arc<CryptoProvider>,
}

impl Witness {
    fn refusal() -> Error {
        Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(end_entity.to_vec());
        Err(Self::refusal())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Self::refusal())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Self::refusal())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
