//! TLS on the relay's own side.

use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::options::{RelayError, RelayTls};
use crate::transport::file::read_regular;

pub(super) fn acceptor(tls: &RelayTls) -> Result<TlsAcceptor, RelayError> {
    let trouble = |path: &Path, reason: String| RelayError(format!("reading {}: {reason}", path.display()));
    let read = |path: &Path| read_regular(path).map_err(|reason| trouble(path, reason));
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(&tls.certificate)?).collect();
    let certificates = certificates.map_err(|error| trouble(&tls.certificate, error.to_string()))?;
    if certificates.is_empty() {
        return Err(trouble(&tls.certificate, "it holds no certificate in PEM form".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_slice(&read(&tls.key)?)
        .map_err(|_| trouble(&tls.key, "it holds no private key in PEM form".to_owned()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(|error| RelayError(format!("using the certificate and its key: {error}")))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
