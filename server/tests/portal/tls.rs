//! The portal's own TLS, and a certificate that is renewed under it.

use std::{path::Path, sync::Arc};

use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{NOON, World, soon};

/// Writes a certificate of its own for localhost, and gives what trusts it.
fn renew(folder: &Path) -> Arc<ClientConfig> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    for (name, text) in [("key.pem", made.signing_key.serialize_pem()), ("certificate.pem", made.cert.pem())] {
        // Renewal replaces files; it does not write into them.
        std::fs::write(folder.join("new"), text).expect("written");
        std::fs::rename(folder.join("new"), folder.join(name)).expect("moved");
    }
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    // A session that goes on would show no certificate.
    config.resumption = rustls::client::Resumption::disabled();
    Arc::new(config)
}

async fn probe(address: std::net::SocketAddr, trust: &Arc<ClientConfig>) -> Result<String, std::io::Error> {
    let stream = tokio::net::TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    let mut stream = tokio_rustls::TlsConnector::from(Arc::clone(trust)).connect(name, stream).await?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    // Some ends of a connection are no ends of TLS; what was read tells.
    let _ = stream.read_to_end(&mut answer).await;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn a_renewed_certificate_is_used_without_a_restart() {
    let world = World::start(NOON).await;
    let folder = tempfile::tempdir().expect("a folder");
    let first = renew(folder.path());
    let mut server = world.config.server.clone();
    server.listen = "127.0.0.1:0".parse().expect("an address");
    server.certificate_file = Some(folder.path().join("certificate.pem"));
    server.key_file = Some(folder.path().join("key.pem"));
    let (tell, told) = tokio::sync::oneshot::channel();
    let portal = Arc::clone(&world.portal);
    let running = tokio::spawn(async move {
        let announce = move |address| tell.send(address).expect("the test waits for it");
        server::http::serve(portal, &server, announce).await.expect("a free port");
    });
    let address = soon("the address", told).await.expect("it listens");
    assert!(probe(address, &first).await.expect("an answer").starts_with("HTTP/1.1 200"));
    let second = renew(folder.path());
    assert!(probe(address, &second).await.expect("an answer").starts_with("HTTP/1.1 200"));
    assert!(probe(address, &first).await.is_err(), "the old one is gone");
    // A file that is broken takes nothing away.
    std::fs::write(folder.path().join("certificate.pem"), "no certificate").expect("written");
    assert!(probe(address, &second).await.expect("an answer").starts_with("HTTP/1.1 200"));
    running.abort();
}

#[tokio::test]
async fn half_of_tls_does_not_start() {
    let world = World::start(NOON).await;
    let folder = tempfile::tempdir().expect("a folder");
    let _trust = renew(folder.path());
    let (certificate, key, other) =
        (folder.path().join("certificate.pem"), folder.path().join("key.pem"), folder.path().join("other"));
    std::fs::write(&other, "nothing").expect("written");
    for (certificate_file, key_file, complaint) in [
        (Some(certificate.clone()), None, "server.key_file"),
        (None, Some(key.clone()), "server.certificate_file"),
        (Some(other.clone()), Some(key), "server.certificate_file"),
        (Some(certificate), Some(other), "server.key_file"),
    ] {
        let server = server::config::Server { certificate_file, key_file, ..world.config.server.clone() };
        let error = server::http::serve(Arc::clone(&world.portal), &server, |_| {}).await.expect_err("refused");
        assert!(error.to_string().starts_with(complaint), "{error}");
    }
}
