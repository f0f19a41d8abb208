//! TLS and proxies: which servers are trusted, what is said of the others, and that loopback is never proxied.

mod certificates;
mod proxies;

use std::{net::SocketAddr, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use serde_json::{Value, json};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig, SupportedProtocolVersion,
        pki_types::{CertificateDer, PrivateKeyDer},
        version::{TLS12, TLS13},
    },
};
use wablock::{Client, ClientOptions, Error, State, provider_from_value};

use crate::support::stage::Stage;

const NUMBER: &str = "16505551234";
const BOTH: &[&SupportedProtocolVersion] = &[&TLS12, &TLS13];

/// A certificate authority made for one test.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        // A name of its own: the library's default is the same for every certificate.
        let name =
            format!("authority {}", key.public_key_raw().iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        params.distinguished_name.push(DnType::CommonName, name);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A certificate for `name`, with changes.
    fn certificate(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.der().clone(), key.serialize_der())
    }
}

/// A certificate and its key.
type Identity = (CertificateDer<'static>, Vec<u8>);

fn self_signed(name: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
    (certificate.der().clone(), key.serialize_der())
}

/// A TLS server in front of the sandbox; gives its port.
async fn front(stage: &Stage, (certificate, key): Identity, versions: &[&'static SupportedProtocolVersion]) -> u16 {
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::try_from(key).unwrap())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let behind = sandbox(stage);
    serve(move |connection| {
        let acceptor = acceptor.clone();
        async move {
            // A client that refuses the certificate ends the handshake.
            if let Ok(mut encrypted) = acceptor.accept(connection).await {
                let mut plain = TcpStream::connect(behind).await.unwrap();
                let _ = copy_bidirectional(&mut encrypted, &mut plain).await;
            }
        }
    })
    .await
}

fn sandbox(stage: &Stage) -> SocketAddr {
    stage.0.url().trim_start_matches("http://").parse().unwrap()
}

/// Listens on loopback and hands every connection to `answer`; gives the port.
async fn serve<F: Future<Output = ()> + Send + 'static>(answer: impl Fn(TcpStream) -> F + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(answer(connection));
        }
    });
    port
}

fn client(config: Value, options: Value) -> Client {
    let options = ClientOptions::from_value(options).unwrap();
    Client::new(provider_from_value(config).unwrap(), options).unwrap()
}

/// One block at `provider` behind `base`.
async fn block(stage: &Stage, provider: &str, base: &str, options: Value) -> Result<(), (Error, State, u32)> {
    let config = stage.config(provider, json!({ "base_url": format!("{base}/{provider}"), "allow_http": true }));
    match client(config, options).block([NUMBER]).await {
        Ok(report) => {
            assert!(report.is_ok());
            Ok(())
        }
        Err(failed) => {
            let report = failed.report().expect("a report");
            Err((failed.error().clone(), report.outcomes[0].state, report.requests))
        }
    }
}

const CASE: &str = "WABLOCK_TLS_CASE";

/// The second process: calls every host it is told, with nothing but the environment.
#[tokio::test]
#[ignore = "other tests start it in a process of its own"]
async fn in_a_process_of_its_own() {
    let case = std::env::var(CASE).expect("the other tests say what to do");
    let case: Value = serde_json::from_str(&case).unwrap();
    let mut worked = Vec::new();
    for config in case.as_array().unwrap() {
        worked.push(client(config.clone(), json!({ "max_retries": 0 })).block([NUMBER]).await.is_ok());
    }
    println!("\nRESULT {}", json!(worked));
}

/// Runs calls to `bases` in a process with these environment variables; tells which of them worked.
async fn in_environment(stage: &Stage, bases: &[String], vars: &[(&str, &str)]) -> Vec<bool> {
    let configs: Vec<_> = bases
        .iter()
        .map(|base| stage.config("meta", json!({ "base_url": format!("{base}/meta"), "allow_http": true })))
        .collect();
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command
        .args(["--exact", "tls::in_a_process_of_its_own", "--ignored", "--nocapture"])
        .env(CASE, json!(configs).to_string());
    command.envs(vars.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    serde_json::from_str(line.unwrap_or_else(|| panic!("{text} {}", String::from_utf8_lossy(&output.stderr)))).unwrap()
}
