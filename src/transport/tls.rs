//! One TLS configuration for both engines: the system's trust, the user's own CA file, or no check at all.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ConfigBuilder, DigitallySignedStruct, RootCertStore, SignatureScheme, WantsVerifier};
use rustls_platform_verifier::Verifier;

use super::error::SendError;
use crate::model::Network;

/// The configuration for connections that use TLS, or, where none does, one that trusts nobody and costs nothing.
pub(super) async fn config_if(is_needed: bool, network: &Network) -> Result<ClientConfig, SendError> {
    if !is_needed {
        let builder = builder(&Arc::new(rustls::crypto::ring::default_provider()))?;
        return Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth());
    }
    let network = network.clone();
    // Reading the system's certificates takes longer than a shared thread should be held.
    let read = tokio::task::spawn_blocking(move || config(&network)).await;
    read.map_err(|error| SendError::Setting(format!("Setting TLS up: {error}")))?
}

fn builder(provider: &Arc<CryptoProvider>) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, SendError> {
    ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| SendError::Setting(format!("Setting TLS up: {error}")))
}

/// The configuration that these settings ask for. HTTP/1.1 alone is offered: requests are shown as they go over such a connection.
fn config(network: &Network) -> Result<ClientConfig, SendError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = builder(&provider)?;
    let verifier: Arc<dyn ServerCertVerifier> = if network.accept_invalid_certificates {
        Arc::new(AcceptAny(provider))
    } else {
        let roots = network.ca_file.as_deref().map(read_roots).transpose()?.unwrap_or_default();
        let verifier = Verifier::new_with_extra_roots(roots, provider).map_err(|error| {
            SendError::Setting(format!(
                "Reading the trusted certificates: {error}. Check the CA file in the settings and the system's certificates"
            ))
        })?;
        Arc::new(verifier)
    };
    let mut config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn read_roots(path: &Path) -> Result<Vec<CertificateDer<'static>>, SendError> {
    let trouble = |reason: String| {
        SendError::Setting(format!(
            "Reading the CA file {}: {reason}. It must hold certificates in PEM form (-----BEGIN CERTIFICATE-----)",
            path.display()
        ))
    };
    let bytes = super::file::read_regular(path).map_err(trouble)?;
    let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let roots = roots.map_err(|error| trouble(error.to_string()))?;
    if roots.is_empty() { Err(trouble("it holds no certificate".to_owned())) } else { Ok(roots) }
}

/// Takes any certificate, but still wants the handshake to be signed by its key.
#[derive(Debug)]
struct AcceptAny(Arc<CryptoProvider>);

impl ServerCertVerifier for AcceptAny {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
