//! Proxies: used for other hosts, never for this machine.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::TcpStream,
};

use crate::{Authority, BOTH, block, front, in_environment, sandbox, serve, stage::Stage};

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
