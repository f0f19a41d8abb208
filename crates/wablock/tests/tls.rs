//! TLS and proxies: which servers are trusted, what is said of the others, and that loopback is never proxied.

mod stage;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use serde_json::{Value, json};
use stage::{PROVIDERS, Stage};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
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
use wablock::{Client, ClientOptions, Error, ErrorKind, State, provider_from_value};

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

#[tokio::test]
async fn tls_1_2_and_1_3_work_under_an_authority_of_ones_own() {
    let stage = Stage::new();
    let authority = Authority::new();
    for versions in [BOTH, &[&TLS12], &[&TLS13]] {
        let port = front(&stage, authority.certificate("localhost", |_| ()), versions).await;
        for provider in PROVIDERS {
            let options = json!({ "ca_certificates": authority.pem });
            block(&stage, provider, &format!("https://localhost:{port}"), options).await.unwrap();
        }
    }
    // Several authorities in one text, and an address instead of a name.
    let port = front(&stage, authority.certificate("127.0.0.1", |_| ()), BOTH).await;
    let options = json!({ "ca_certificates": format!("{}\n# ours\n{}", Authority::new().pem, authority.pem) });
    block(&stage, "meta", &format!("https://127.0.0.1:{port}"), options).await.unwrap();
}

#[tokio::test]
async fn a_bad_certificate_is_refused_before_anything_is_sent_and_says_what_helps() {
    let stage = Stage::new();
    let ours = Authority::new();
    let theirs = Authority::new();
    let own = self_signed("localhost");
    let trusted = Some(&ours.pem);
    let servers = [
        ("self-signed", own, trusted, "not from a trusted authority", "`ca_certificates`"),
        (
            "unknown authority",
            theirs.certificate("localhost", |_| ()),
            trusted,
            "not from a trusted",
            "`ca_certificates`",
        ),
        ("no authority given", ours.certificate("localhost", |_| ()), None, "not from a trusted", "`ca_certificates`"),
        ("wrong name", ours.certificate("other.example", |_| ()), trusted, "for another name", "`base_url`"),
        ("part of the name", ours.certificate("localhost.example", |_| ()), trusted, "for another name", "`base_url`"),
        ("wildcard", ours.certificate("*.localhost", |_| ()), trusted, "for another name", "`base_url`"),
        (
            "expired",
            ours.certificate("localhost", |params| params.not_after = date_time_ymd(2024, 1, 1)),
            trusted,
            "not valid at this time",
            "clock",
        ),
        (
            "not yet valid",
            ours.certificate("localhost", |params| params.not_before = date_time_ymd(2900, 1, 1)),
            trusted,
            "not valid at this time",
            "clock",
        ),
    ];
    for (name, identity, authority, message, hint) in servers {
        let port = front(&stage, identity, BOTH).await;
        let options = json!({ "ca_certificates": authority });
        for provider in PROVIDERS {
            let base = format!("https://localhost:{port}");
            let (error, state, requests) = block(&stage, provider, &base, options.clone()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connection, "{name}: {error}");
            assert!(error.message().contains(message) && error.hint().contains(hint), "{name}: {error}");
            assert!(!error.retryable() && requests == 1, "{name}: trying again cannot help");
            assert_eq!(state, State::NotSent, "{name}");
        }
    }
    assert_eq!(stage.control("requests", json!({}))["total"], 0, "nothing reached the server");
}

/// rustls has no TLS 1.1 to serve with, so its hello is written by hand: the client must leave there and then.
#[tokio::test]
async fn tls_1_1_is_refused() {
    let mut hello = vec![0x03, 0x02];
    hello.extend([7; 32]); // random
    hello.extend([0, 0xC0, 0x13, 0]); // no session, ECDHE_RSA_WITH_AES_128_CBC_SHA, no compression
    let mut record = vec![0x16, 0x03, 0x02, 0, u8::try_from(hello.len() + 4).unwrap()];
    record.extend([2, 0, 0, u8::try_from(hello.len()).unwrap()]);
    record.extend(hello);
    let port = serve(move |mut connection| {
        let record = record.clone();
        async move {
            let mut buffer = [0; 4096];
            let _ = connection.read(&mut buffer).await;
            let _ = connection.write_all(&record).await;
            let _ = connection.read(&mut buffer).await;
        }
    })
    .await;
    let stage = Stage::new();
    let (error, state, _) = block(&stage, "meta", &format!("https://localhost:{port}"), json!({})).await.unwrap_err();
    assert_eq!((error.kind(), state), (ErrorKind::Connection, State::NotSent));
    assert!(error.message().contains("does not speak TLS 1.2 or 1.3"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing() {
    let stage = Stage::new();
    let base = stage.0.url().replace("http://", "https://");
    let (error, state, _) = block(&stage, "meta", &base, json!({ "max_retries": 0 })).await.unwrap_err();
    assert_eq!((error.kind(), state), (ErrorKind::Connection, State::NotSent), "{error}");
    let credential = stage.config("meta", json!({}))["access_token"].as_str().unwrap().to_owned();
    assert!(!stage.control("requests", json!({})).to_string().contains(&credential));
}

#[test]
fn plain_http_is_for_this_machine_or_by_consent() {
    let stage = Stage::new();
    let taken = |url: &str, consent: Value| {
        provider_from_value(stage.config("meta", json!({ "base_url": url, "allow_http": consent })))
    };
    for url in
        ["http://127.0.0.1:1", "http://127.8.8.8", "http://localhost:8080/x", "http://[::1]:1", "http://a.localhost"]
    {
        assert!(taken(url, Value::Null).is_ok(), "{url}");
    }
    for url in [
        "http://graph.facebook.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://notlocalhost",
        "http://[::ffff:10.0.0.1]",
        "http://[2001:db8::1]",
    ] {
        let error = taken(url, Value::Null).unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.message().contains("`base_url`"), "{url}: {error}");
        assert!(error.hint().contains("`allow_http`"), "{url}: {error}");
        assert!(taken(url, json!(false)).is_err(), "{url}");
        assert!(taken(url, json!(true)).is_ok(), "{url}");
    }
    for url in ["ftp://127.0.0.1", "file:///etc/passwd", "ws://127.0.0.1", "127.0.0.1", "data:,x", ""] {
        assert!(taken(url, json!(true)).is_err(), "{url}");
    }
}

#[test]
fn authorities_that_cannot_be_read_are_told_by_name() {
    let stage = Stage::new();
    for (pem, why) in [
        ("", "holds no certificate"),
        ("not a certificate", "holds no certificate"),
        ("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----", "cannot be read"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "cannot be used"),
    ] {
        let options = ClientOptions::from_value(json!({ "ca_certificates": pem })).unwrap();
        let provider = provider_from_value(stage.config("meta", json!({}))).unwrap();
        let error = Client::new(provider, options).unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.message().contains("`ca_certificates`"), "{error}");
        assert!(error.message().contains(why), "{pem:?}: {error}");
    }
}

/// A proxy on loopback: tunnels `CONNECT` to `tunnel`, passes plain requests to the sandbox, remembers every head.
async fn proxy(stage: &Stage, tunnel: u16) -> (u16, Arc<Mutex<Vec<String>>>) {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let (seen, behind) = (Arc::clone(&heads), sandbox(stage));
    let port = serve(move |mut connection| {
        let seen = Arc::clone(&seen);
        async move {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match connection.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => break,
                }
            }
            let head = String::from_utf8(head).unwrap();
            seen.lock().unwrap().push(head.clone());
            if head.starts_with("CONNECT ") {
                let mut server = TcpStream::connect(("127.0.0.1", tunnel)).await.unwrap();
                connection.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
                let _ = copy_bidirectional(&mut connection, &mut server).await;
            } else {
                let mut server = TcpStream::connect(behind).await.unwrap();
                server.write_all(head.replacen("http://wablock.test", "", 1).as_bytes()).await.unwrap();
                let _ = copy_bidirectional(&mut connection, &mut server).await;
            }
        }
    })
    .await;
    (port, heads)
}

#[tokio::test]
async fn a_given_proxy_is_used_for_other_hosts_and_never_for_this_machine() {
    let stage = Stage::new();
    let authority = Authority::new();
    let tls = front(&stage, authority.certificate("wablock.test", |_| ()), BOTH).await;
    let (port, heads) = proxy(&stage, tls).await;
    let options = json!({ "proxy": format!("http://user:pass-word@127.0.0.1:{port}"), "max_retries": 0,
        "ca_certificates": authority.pem });

    block(&stage, "meta", "http://wablock.test", options.clone()).await.unwrap();
    block(&stage, "nxcloud", "https://wablock.test", options.clone()).await.unwrap();
    {
        let heads = heads.lock().unwrap();
        assert_eq!(heads.len(), 2, "{heads:?}");
        assert!(heads[0].starts_with("POST http://wablock.test/meta/v26.0/"), "{}", heads[0]);
        assert!(heads[1].starts_with("CONNECT wablock.test:443 "), "{}", heads[1]);
        assert!(!heads[1].to_lowercase().contains("accesskey"), "the proxy sees no credential: {}", heads[1]);
        // user:pass-word in base64
        assert!(heads.iter().all(|head| head.contains("dXNlcjpwYXNzLXdvcmQ=")), "{heads:?}");
    }
    let own = sandbox(&stage).port();
    for host in ["127.0.0.1", "localhost", "127.0.0.2", "[::1]", "a.localhost", "LOCALHOST", "localhost."] {
        for scheme in ["http", "https"] {
            // Some of these names are not answered here; none may go through the proxy.
            let _ = block(&stage, "sinch", &format!("{scheme}://{host}:{own}"), options.clone()).await;
        }
    }
    assert_eq!(heads.lock().unwrap().len(), 2, "loopback went through the proxy");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told_without_its_password() {
    let stage = Stage::new();
    let port = serve(|mut connection| async move {
        let mut buffer = [0; 4096];
        let _ = connection.read(&mut buffer).await;
        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let _ = connection.write_all(refusal.as_bytes()).await;
    })
    .await;
    let options = json!({ "proxy": format!("http://user:pass-word@127.0.0.1:{port}"), "max_retries": 0 });
    for base in ["https://wablock.test", "http://wablock.test"] {
        let (error, ..) = block(&stage, "meta", base, options.clone()).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("pass-word"), "{error}");
        assert!(!error.to_string().contains("dXNlcjpwYXNzLXdvcmQ"), "{error}");
        let text = error.to_string().to_lowercase();
        assert!(text.contains("proxy") || text.contains("407"), "{error}");
    }
}

const CASE: &str = "WABLOCK_TLS_CASE";

/// The second process of the test below: calls every host it is told, with nothing but the environment.
#[tokio::test]
async fn in_a_process_of_its_own() {
    let Ok(case) = std::env::var(CASE) else { return };
    let case: Value = serde_json::from_str(&case).unwrap();
    let worked: Vec<_> = {
        let mut worked = Vec::new();
        for config in case.as_array().unwrap() {
            worked.push(client(config.clone(), json!({ "max_retries": 0 })).block([NUMBER]).await.is_ok());
        }
        worked
    };
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
    command.args(["--exact", "in_a_process_of_its_own", "--nocapture"]).env(CASE, json!(configs).to_string());
    command.envs(vars.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    serde_json::from_str(line.unwrap_or_else(|| panic!("{text} {}", String::from_utf8_lossy(&output.stderr)))).unwrap()
}

#[tokio::test]
async fn the_environments_proxy_is_used_for_other_hosts_and_never_for_this_machine() {
    let stage = Stage::new();
    let (port, heads) = proxy(&stage, 9).await;
    let url = format!("http://127.0.0.1:{port}");
    let everywhere =
        ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, &*url));
    let own = stage.0.url().to_owned();
    let named = own.replace("127.0.0.1", "localhost");
    let tls = own.replace("http://", "https://");
    let worked = in_environment(&stage, &[own, named, tls], &everywhere).await;
    assert_eq!(worked, [true, true, false], "straight to this machine");
    assert_eq!(heads.lock().unwrap().len(), 0, "loopback went through the proxy");

    let other = ["http://wablock.test".to_owned()];
    assert_eq!(in_environment(&stage, &other, &[("http_proxy", &*url)]).await, [true], "the proxy answers for it");
    assert_eq!(heads.lock().unwrap().len(), 1);
    let excepted = [("http_proxy", &*url), ("no_proxy", "wablock.test")];
    assert_eq!(in_environment(&stage, &other, &excepted).await, [false], "no such host without the proxy");
    assert_eq!(heads.lock().unwrap().len(), 1, "NO_PROXY is honoured");
}

#[tokio::test]
async fn the_systems_authorities_are_trusted() {
    let stage = Stage::new();
    let authority = Authority::new();
    let port = front(&stage, authority.certificate("localhost", |_| ()), BOTH).await;
    let file = std::env::temp_dir().join(format!("wablock-test-{}-{port}.pem", std::process::id()));
    std::fs::write(&file, &authority.pem).unwrap();
    let bases = [format!("https://localhost:{port}")];
    // This variable is how a system's store is told on Linux; elsewhere the store itself would have to be changed.
    let worked = in_environment(&stage, &bases, &[("SSL_CERT_FILE", file.to_str().unwrap())]).await;
    std::fs::remove_file(&file).unwrap();
    assert_eq!(worked, [cfg!(target_os = "linux")]);
    assert_eq!(in_environment(&stage, &bases, &[]).await, [false]);
}
