//! Why a TLS connection did not come about, in words that say whose certificate is meant.

use rustls::{AlertDescription, CertificateError, Error};

use super::mismatch_in;

/// A failed handshake.
pub(in crate::sources) struct TlsFailure {
    /// What the server does, as a sentence goes on behind its name: "shows a certificate that …".
    pub(in crate::sources) predicate: String,
    /// Whose certificate or key is to be put right.
    pub(in crate::sources) blame: Blame,
}

/// What is to be put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sources) enum Blame {
    /// The pinned certificate is another one now.
    Pin,
    /// The server's certificate is not trusted.
    Server,
    /// The server does not take the client's certificate.
    Client,
    /// The two sides have no algorithm in common.
    Algorithms,
    /// Something else answers at this address.
    Address,
}

/// Which keys and signatures this build's TLS takes.
pub(in crate::sources) const ALGORITHMS: &str = "RSA from 2,048 bits, P-256, P-384 and Ed25519, but not P-521";

/// Reads rustls' error.
pub(in crate::sources) fn explain(error: &Error) -> TlsFailure {
    if let Some(mismatch) = mismatch_in(error) {
        let predicate = format!("shows another certificate than the pinned one: {mismatch}");
        return TlsFailure { predicate, blame: Blame::Pin };
    }
    let (predicate, blame) = match error {
        Error::InvalidCertificate(
            CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. },
        ) => (
            format!("shows a certificate whose key or signature Runlight cannot check (it takes {ALGORITHMS})"),
            Blame::Algorithms,
        ),
        Error::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::ProtocolVersion)
        | Error::PeerIncompatible(_) => (
            format!("has no TLS version, key or signature in common with Runlight (it takes {ALGORITHMS})"),
            Blame::Algorithms,
        ),
        Error::AlertReceived(
            AlertDescription::BadCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRequired
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::UnsupportedCertificate,
        ) => (format!("does not accept the client's certificate: {error}"), Blame::Client),
        Error::AlertReceived(_) => (format!("ended the TLS connection: {error}"), Blame::Server),
        Error::InvalidMessage(_) => ("does not speak TLS on this port".to_owned(), Blame::Address),
        _ => (format!("shows a certificate that is not trusted: {error}"), Blame::Server),
    };
    TlsFailure { predicate, blame }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_whose_certificate_is_meant() {
        let expired = explain(&Error::InvalidCertificate(CertificateError::Expired));
        assert_eq!(expired.blame, Blame::Server);
        let ours = explain(&Error::AlertReceived(AlertDescription::CertificateExpired));
        assert_eq!(ours.blame, Blame::Client);
        assert!(ours.predicate.starts_with("does not accept the client's certificate"), "{}", ours.predicate);
        assert_eq!(explain(&Error::AlertReceived(AlertDescription::HandshakeFailure)).blame, Blame::Algorithms);
    }
}
