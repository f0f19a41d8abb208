//! The server that the benchmarks call: Meta's block list on one thread, with plain HTTP and TLS. It is strict, so that no
//! client is fast by doing less. It prints one line of JSON, its URLs and the certificate of its authority, and serves until
//! it is killed.
//!
//! `GET /_bench/reset?seed=64000` begins a run, `GET /_bench/stats` says what was seen in it.

mod api;
mod world;

use std::{cell::RefCell, error::Error, rc::Rc, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    task::{LocalSet, spawn_local},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

use crate::{api::Request, world::World};

const MOST_HEADERS: usize = 32;
/// The largest request here, 1,000 users, has about 32 kB.
const LONGEST_BODY: usize = 1024 * 1024;

type Shared = Rc<RefCell<World>>;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    LocalSet::new().block_on(&runtime, async {
        let world = Shared::default();
        let (tls, ca) = tls()?;
        let plain = TcpListener::bind("127.0.0.1:0").await?;
        let encrypted = TcpListener::bind("127.0.0.1:0").await?;
        let http = format!("http://127.0.0.1:{}", plain.local_addr()?.port());
        let https = format!("https://localhost:{}", encrypted.local_addr()?.port());
        println!("{}", serde_json::json!({"http": http, "https": https, "ca": ca}));
        loop {
            tokio::select! {
                accepted = plain.accept() => {
                    let (stream, _) = accepted?;
                    stream.set_nodelay(true)?;
                    spawn_local(serve(stream, Rc::clone(&world)));
                }
                accepted = encrypted.accept() => {
                    let (stream, _) = accepted?;
                    stream.set_nodelay(true)?;
                    let (tls, world) = (tls.clone(), Rc::clone(&world));
                    spawn_local(async move {
                        if let Ok(stream) = tls.accept(stream).await {
                            serve(stream, world).await;
                        }
                    });
                }
            }
        }
    })
}

/// A certificate for `localhost`, and the authority that signed it.
fn tls() -> Result<(TlsAcceptor, String), Box<dyn Error>> {
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // The library's default name is the same for every certificate.
    authority.distinguished_name.push(DnType::CommonName, "wablock benchmarks");
    let key = KeyPair::generate()?;
    let pem = authority.self_signed(&key)?.pem();
    let issuer = Issuer::new(authority, key);
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
    let secret = PrivateKeyDer::try_from(key.serialize_der())?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)?;
    Ok((TlsAcceptor::from(Arc::new(config)), pem))
}

/// Answers requests until the connection ends.
async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, world: Shared) {
    let (mut received, mut to_send) = (Vec::with_capacity(64 * 1024), Vec::new());
    while matches!(stream.read_buf(&mut received).await, Ok(1..)) {
        while let Some(length) = answer(&received, &mut to_send, &mut world.borrow_mut()) {
            received.drain(..length);
        }
        if stream.write_all(&to_send).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        to_send.clear();
    }
}

/// Answers the first complete request in `received` and says how long it was; `None` when none is complete.
fn answer(received: &[u8], to_send: &mut Vec<u8>, world: &mut World) -> Option<usize> {
    if received.is_empty() {
        return None;
    }
    let mut space = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut head = httparse::Request::new(&mut space);
    let refused = |world: &mut World, to_send: &mut Vec<u8>, why: &str| {
        world.refuse(why);
        write(to_send, 400, b"{}");
        Some(received.len())
    };
    let start = match head.parse(received) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return None,
        Err(error) => return refused(world, to_send, &format!("not HTTP: {error}")),
    };
    let header = |name: &str| {
        let found = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.and_then(|header| std::str::from_utf8(header.value).ok())
    };
    let length: usize = header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    if length > LONGEST_BODY || header("transfer-encoding").is_some() {
        return refused(world, to_send, "a body without a length, or a very long one");
    }
    let body = received.get(start..start + length)?;
    let target = head.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let method = head.method.unwrap_or_default();
    let request = Request { method, path, query, header: &header, body };
    match api::answer(&request, world) {
        Ok(body) => write(to_send, 200, &body),
        Err((status, why)) => {
            world.refuse(&why);
            let error = serde_json::json!({"error": {"message": why, "code": 100}});
            write(to_send, status, error.to_string().as_bytes());
        }
    }
    Some(start + length)
}

fn write(to_send: &mut Vec<u8>, status: u16, body: &[u8]) {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
    to_send.extend_from_slice(head.as_bytes());
    to_send.extend_from_slice(body);
}
