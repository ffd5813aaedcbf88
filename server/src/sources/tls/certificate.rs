//! What a certificate says of itself: version, key, names, and until when it holds. Trusts nothing and verifies nothing.

use runbook::time::Timestamp;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use x509_parser::prelude::{FromDer, X509Certificate};

/// The curve P-521, which the TLS of this build takes neither in keys nor in signatures.
const P_521: &str = "1.3.132.0.35";
/// A certificate that ends within this time is worth a word, unless it is renewed that often anyway.
const SOON_MS: i64 = 14 * runbook::time::DAY_MS;

/// A certificate, as far as people need to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// 1 or 3.
    pub version: u32,
    /// From when it holds.
    pub not_before: Timestamp,
    /// Until when it holds.
    pub not_after: Timestamp,
    /// Whose it is: the common name.
    pub common_name: Option<String>,
    /// The organisation that it names.
    pub organization: Option<String>,
    /// Whether its key is on the curve P-521.
    pub is_p_521: bool,
}

/// How long a certificate still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// It has ended, or has not begun.
    Over,
    /// It ends in this many days.
    EndsIn(i64),
    /// It holds for this many days more, and nobody needs to do anything.
    Long(i64),
}

impl Certificate {
    /// Reads a certificate in DER.
    pub fn read(der: &[u8]) -> Option<Self> {
        let (_, read) = X509Certificate::from_der(der).ok()?;
        let text = |value: Option<&x509_parser::x509::AttributeTypeAndValue<'_>>| {
            value.and_then(|value| value.as_str().ok()).map(|text| text.chars().filter(|c| !c.is_control()).collect())
        };
        let curve = read.public_key().algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok());
        Some(Self {
            version: read.version().0 + 1,
            not_before: Timestamp(read.validity().not_before.timestamp().saturating_mul(1_000)),
            not_after: Timestamp(read.validity().not_after.timestamp().saturating_mul(1_000)),
            common_name: text(read.subject().iter_common_name().next()),
            organization: text(read.subject().iter_organization().next()),
            is_p_521: curve.is_some_and(|curve| curve.to_id_string() == P_521),
        })
    }

    /// The first certificate of a PEM text.
    pub fn first_of(pem: &[u8]) -> Option<Self> {
        CertificateDer::pem_slice_iter(pem).find_map(Result::ok).and_then(|der| Self::read(&der))
    }

    /// How long it still holds. Short-lived certificates are renewed all the time: they are near their end only in
    /// the last third of their life.
    pub fn lifetime(&self, now: Timestamp) -> Lifetime {
        let left_ms = self.not_after.ms_since(now);
        let days = left_ms.div_euclid(runbook::time::DAY_MS);
        match () {
            () if left_ms <= 0 || now.0 < self.not_before.0 => Lifetime::Over,
            () if left_ms < SOON_MS && left_ms * 3 < self.not_after.ms_since(self.not_before) => Lifetime::EndsIn(days),
            () => Lifetime::Long(days),
        }
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
    use runbook::time::DAY_MS;

    use super::*;

    fn certificate() -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["pve1.example.org".to_owned()]).expect("a name");
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2027, 1, 1);
        params.distinguished_name.push(DnType::CommonName, "pve1.example.org");
        params.distinguished_name.push(DnType::OrganizationName, "Proxmox Virtual Environment");
        params.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate").der().to_vec()
    }

    #[test]
    fn reads_names_version_and_end() {
        let read = Certificate::read(&certificate()).expect("a certificate");
        assert_eq!(read.version, 3);
        assert_eq!(read.common_name.as_deref(), Some("pve1.example.org"));
        assert_eq!(read.organization.as_deref(), Some("Proxmox Virtual Environment"));
        assert!(!read.is_p_521);
        assert_eq!(Certificate::read(b"no certificate"), None);
    }

    #[test]
    fn says_how_long_it_holds() {
        let read = Certificate::read(&certificate()).expect("a certificate");
        let before_end = |ms: i64| read.lifetime(read.not_after.plus_ms(-ms));
        assert_eq!(before_end(9 * DAY_MS + 1), Lifetime::EndsIn(9));
        assert_eq!(before_end(100 * DAY_MS), Lifetime::Long(100));
        assert_eq!(before_end(0), Lifetime::Over);
        assert_eq!(read.lifetime(read.not_before.plus_ms(-1)), Lifetime::Over);
        // One that lives for three days and has two left is renewed by somebody.
        let short = Certificate { not_after: read.not_before.plus_ms(3 * DAY_MS), ..read.clone() };
        assert_eq!(short.lifetime(read.not_before.plus_ms(DAY_MS)), Lifetime::Long(2));
    }
}
