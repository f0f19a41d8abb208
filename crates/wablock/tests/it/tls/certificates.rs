//! Which servers are trusted, and what is said of the others.

use rcgen::date_time_ymd;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use wablock::{Client, ClientOptions, ErrorKind, State, provider_from_value};

use crate::{
    support::stage::{PROVIDERS, Stage},
    tls::{Authority, BOTH, block, front, in_environment, self_signed, serve},
};

#[tokio::test]
async fn tls_1_2_and_1_3_work_under_an_authority_of_ones_own() {
    let stage = Stage::new();
    let authority = Authority::new();
    for versions in [BOTH, &[&TLS12], &[&TLS13]] {
        let port = front(&stage, authority.certificate("localhost", |_| ()), versions).await;
        for provider in PROVIDERS.iter().copied() {
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
        for provider in PROVIDERS.iter().copied() {
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
        ("not a certificate", "neither PEM text nor the path of a file"),
        ("two lines\nof text", "holds no certificate"),
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

#[tokio::test]
async fn the_systems_authorities_are_trusted() {
    let stage = Stage::new();
    let authority = Authority::new();
    let port = front(&stage, authority.certificate("localhost", |_| ()), BOTH).await;
    let file = std::env::temp_dir().join(format!("wablock-test-{}-{port}.pem", std::process::id()));
    std::fs::write(&file, &authority.pem).unwrap();
    let bases = [format!("https://localhost:{port}")];
    // The variable stands for the system's store, which a test must not change.
    let worked = in_environment(&stage, &bases, &[("SSL_CERT_FILE", file.to_str().unwrap())]).await;
    std::fs::remove_file(&file).unwrap();
    assert_eq!(worked, [true]);
    assert_eq!(in_environment(&stage, &bases, &[]).await, [false]);
}
