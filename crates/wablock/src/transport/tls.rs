//! TLS: which servers are trusted, and the errors for those that are not.

use std::{borrow::Cow, error::Error as StdError, fs, io, sync::Arc};

use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore, client::Resumption};
use rustls_pki_types::{CertificateDer, pem::PemObject};

use crate::model::error::{Error, ErrorKind};

/// Sessions kept for faster handshakes. A client has one host; room for rustls's 256 is 15 KB a client.
const SESSIONS: usize = 8;

/// TLS 1.2 and 1.3 with an explicit provider: nothing is installed for the process. Roots: the system's, the bundled ones
/// (minimal images have none of their own), and the caller's. Plain http reads no certificate store.
pub(super) fn config(encrypted: bool, extra: &[String]) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    if encrypted {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    for given in extra {
        let pem = pem(given)?;
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|error| wrong(format!("cannot be read: {error}")))?;
        if certificates.is_empty() {
            return Err(wrong("holds no certificate"));
        }
        for certificate in certificates {
            roots
                .add(certificate)
                .map_err(|error| wrong(format!("holds a certificate that cannot be used: {error}")))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(ErrorKind::Config, format!("TLS cannot be set up: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    Ok(config)
}

fn wrong(why: impl Into<String>) -> Error {
    Error::of_option("ca_certificates", why)
        .with_hint("Give certificates in PEM text (-----BEGIN CERTIFICATE-----), or the path of a file with them.")
}

/// PEM text as it is given, or from the file whose path is given.
fn pem(given: &str) -> Result<Cow<'_, str>, Error> {
    if given.contains("-----BEGIN") {
        return Ok(Cow::Borrowed(given));
    }
    if given.trim().is_empty() || given.lines().count() > 1 {
        return Err(wrong("holds no certificate"));
    }
    // The path is not repeated: it may be something else that was put here by mistake.
    let bytes = fs::read(given.trim())
        .map_err(|error| wrong(format!("is neither PEM text nor the path of a file that can be read ({error})")))?;
    Ok(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

/// A connection that was refused because of the server's certificate or protocol. The same will happen again, so it is not
/// retried.
pub(super) fn trouble(error: &reqwest::Error, host: &str) -> Option<Error> {
    let mut cause: &(dyn StdError + 'static) = error;
    let tls = loop {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            break tls;
        }
        // An I/O error hides what it wraps from `source`.
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = match wrapped {
            Some(wrapped) => wrapped,
            None => cause.source()?,
        };
    };
    let (what, hint) = match tls {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::UnknownIssuer => (
                "the server's certificate is not from a trusted authority",
                "Give the authority's certificate in {ca_certificates} (behind an inspecting proxy: the proxy's). SSL_CERT_FILE is read too.",
            ),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
                "the server's certificate is for another name",
                "Check the host in {base_url}; it must be a name that the certificate holds.",
            ),
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => (
                "the server's certificate is not valid at this time",
                "Check this machine's clock; if it is right, the server needs a new certificate.",
            ),
            _ => ("the server's certificate cannot be trusted", "Check the host in {base_url}, and the way to it."),
        },
        rustls::Error::PeerIncompatible(_) | rustls::Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            ("the server does not speak TLS 1.2 or 1.3 as it must", "Check the host in {base_url}, and the way to it.")
        }
        _ => return None,
    };
    Some(
        Error::new(ErrorKind::Connection, format!("no secure connection to {host}: {what} ({tls})"))
            .with_hint_naming(hint)
            .with_retryable(false),
    )
}
