//! Proxies: used for other hosts, never for this machine.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::TcpStream,
};

use wablock::{Client, ClientOptions, ErrorKind, LogLevel, Logger, Report, provider_from_value};

use crate::{
    support::stage::{PROVIDERS, Stage},
    tls::{Authority, BOTH, NUMBER, block, client, front, in_environment, sandbox, serve},
};

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

/// A proxy that answers every request, or every `CONNECT`, with its own refusal.
async fn refusing_proxy(status: &'static str) -> u16 {
    serve(move |mut connection| async move {
        let mut buffer = [0; 4096];
        let _ = connection.read(&mut buffer).await;
        let page = "<html>Blocked by policy</html>";
        let refusal = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
            page.len()
        );
        let _ = connection.write_all(refusal.as_bytes()).await;
    })
    .await
}

#[tokio::test]
async fn a_refusal_of_the_proxy_is_a_lost_connection_and_names_the_proxy_and_no_password() {
    let stage = Stage::new();
    for (status, hint) in [
        ("407 Proxy Authentication Required", "Check the user and the password in `proxy`."),
        ("403 Forbidden", "Ask the proxy's administrator to allow this host."),
    ] {
        let port = refusing_proxy(status).await;
        let options = json!({ "proxy": format!("http://user:pass-word@127.0.0.1:{port}"), "rate_limit": 1e6 });
        for (provider, scheme) in PROVIDERS.iter().flat_map(|provider| [(*provider, "https"), (*provider, "http")]) {
            let base = format!("{scheme}://wablock.test/{provider}");
            let config = stage.config(provider, json!({ "base_url": base, "allow_http": true }));
            let client = client(config, options.clone());
            let wrote = [client.block([NUMBER]).await, client.unblock([NUMBER]).await];
            // A web page in answer to a request that left: the proxy may have passed it on before.
            let state = if (scheme, status) == ("http", "403 Forbidden") { "unknown" } else { "not_sent" };
            for failed in &wrote {
                let report = failed.as_ref().unwrap_or_else(|failed| failed.report().expect("a report"));
                assert_eq!((report.outcomes[0].state.as_str(), report.requests), (state, 1), "{base} {status}");
            }
            let of_report = |report: Report| report.outcomes[0].error.as_deref().cloned().expect("an error");
            let errors = wrote.map(|result| result.map_or_else(|failed| failed.error().clone(), of_report));
            for error in errors.into_iter().chain([client.list().collect().await.unwrap_err()]) {
                let text = format!("{error} {error:?}");
                assert_eq!(error.kind(), ErrorKind::Connection, "{text}");
                assert!(error.message().starts_with(&format!("the proxy 127.0.0.1:{port} refused")), "{text}");
                assert_eq!((error.hint(), error.retryable(), error.provider_code()), (hint, false, None), "{text}");
                assert!(!text.contains("pass-word") && !text.contains("dXNlcjpwYXNzLXdvcmQ"), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn a_log_line_shows_an_address_and_large_counts_and_no_number() {
    const PADDING: usize = 1_234_567;
    let stage = Stage::new();
    let port = serve(|mut connection| async move {
        let mut buffer = [0; 4096];
        let _ = connection.read(&mut buffer).await;
        let body = format!("{{\"data\": []}}{}", " ".repeat(PADDING));
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        let _ = connection.write_all((head + &body).as_bytes()).await;
    })
    .await;
    for host in ["192.168.123.100:8080", "[2001:db8:1234:5678::9999]:8080", "10.123.123.123", "graph1234567.test"] {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let options = json!({ "proxy": format!("http://127.0.0.1:{port}"), "max_retries": 0 });
        let mut options = ClientOptions::from_value(options).unwrap();
        options.logger =
            Logger::new(LogLevel::Debug, Arc::new(move |record| sink.lock().unwrap().push(record.message.to_string())));
        let config = json!({ "base_url": format!("http://{host}/meta"), "allow_http": true, "version": "v26.0" });
        let client = Client::new(provider_from_value(stage.config("meta", config)).unwrap(), options).unwrap();
        assert!(client.list().collect().await.unwrap().is_empty());
        let lines = lines.lock().unwrap();
        let start = format!("GET {host}/meta/v26.0/106**********22/block_users: HTTP 200, 1,234,579 bytes, ");
        assert!(lines.iter().any(|line| line.starts_with(&start)), "{start} in {lines:?}");
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
