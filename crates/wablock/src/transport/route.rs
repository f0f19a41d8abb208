//! The route to the provider, direct or through a proxy, and the errors when it fails.

use std::{error::Error as StdError, io};

use http::{HeaderMap, Uri, header};
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::{failure::Failure, resolve, tls};
use crate::model::{
    error::{Error, ErrorKind},
    secret::Secret,
};

/// How the provider is reached.
#[derive(Debug)]
pub(super) struct Route {
    /// Host and port of the provider.
    host: String,
    /// Host and port of the proxy, where one is used.
    proxy: Option<String>,
    /// URL of the proxy that the caller gave.
    given: Option<Secret>,
    password: Option<Secret>,
    loopback: bool,
}

impl Route {
    /// The way to the origin of `sample`. Checks a proxy that the caller gave, whether it will be used or not.
    pub(super) fn new(sample: &Uri, given: Option<&Secret>) -> Result<Self, Error> {
        let checked = given.map(checked_proxy).transpose()?;
        let loopback = sample.host().is_some_and(is_loopback);
        let encrypted = sample.scheme_str() == Some("https");
        let mut route = Self { host: place(sample, encrypted), proxy: None, given: None, password: None, loopback };
        if loopback {
            return Ok(route);
        }
        if let Some(url) = checked {
            route.proxy = Some(format!(
                "{}:{}",
                url.host_str().unwrap_or_default(),
                url.port_or_known_default().unwrap_or_default()
            ));
            let password = url.password().map(|text| percent_encoding::percent_decode_str(text).decode_utf8_lossy());
            route.password = password.map(|text| Secret::from(text.as_ref()));
            route.given = given.cloned();
        } else if let Some(found) = Matcher::from_system().intercept(sample) {
            // As the HTTP client finds it, in the environment or in the settings of the system.
            route.proxy = Some(place(found.uri(), found.uri().scheme_str() == Some("https")));
            let from_url = found.raw_auth().map(|(_, password)| Secret::from(password));
            let from_header = || found.basic_auth().and_then(|basic| password_of(basic.to_str().ok()?));
            route.password = from_url.or_else(from_header);
        }
        Ok(route)
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// True where the HTTP client itself looks for a proxy in the environment.
    pub(super) fn is_automatic(&self) -> bool {
        !self.loopback && self.given.is_none()
    }

    /// The proxy that the caller gave, for the HTTP client.
    pub(super) fn given_proxy(&self) -> Result<Option<reqwest::Proxy>, Error> {
        let Some(url) = &self.given else {
            return Ok(None);
        };
        reqwest::Proxy::all(url.expose()).map(Some).map_err(|_| not_a_proxy())
    }

    pub(super) fn password(&self) -> Option<&Secret> {
        self.password.as_ref()
    }

    /// What a request or answer that failed on its way says.
    pub(super) fn failed(&self, error: &reqwest::Error) -> Error {
        if let Some(error) = tls::trouble(error, &self.host).or_else(|| resolve::trouble(error)) {
            return error;
        }
        let cause = root_cause(error);
        let code = os_code(error);
        if error.is_connect() {
            return self.not_reached(error, &cause).with_os_code(code);
        }
        let error = if error.is_timeout() {
            Error::new(ErrorKind::Timeout, cause)
        } else if is_unreadable(error) {
            // Damaged on the way, most likely: another attempt may bring it whole.
            return Error::new(ErrorKind::Protocol, format!("the answer could not be read: {cause}"))
                .with_retryable(true);
        } else {
            Error::new(ErrorKind::Connection, format!("the connection to {} broke: {cause}", self.host))
        };
        error.with_os_code(code)
    }

    fn not_reached(&self, error: &reqwest::Error, cause: &str) -> Error {
        let host = &self.host;
        if let (Some(proxy), Some(refusal)) = (&self.proxy, tunnel_refusal(error)) {
            let text = format!("the proxy {proxy} refused to connect to {host}: {refusal}");
            return self.refused_by_proxy(text, refusal.contains("authorization"));
        }
        let place = self.proxy.as_ref().map_or_else(|| host.clone(), |proxy| format!("the proxy {proxy}"));
        if error.is_timeout() {
            return Error::new(ErrorKind::Timeout, format!("connecting to {place} timed out"));
        }
        let error = Error::new(ErrorKind::Connection, format!("cannot reach {place}: {cause}"));
        match (&self.proxy, &self.given) {
            (Some(_), Some(_)) => error.with_hint_naming("Check {proxy}, and that this machine may reach it."),
            (Some(_), None) => error.with_hint(
                "Check the proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names; NO_PROXY lists hosts to reach without it.",
            ),
            (None, _) => error.with_hint_naming("Check the network, and the host in {base_url} if you set it."),
        }
    }

    /// An answer from the proxy itself, not from the provider.
    pub(super) fn refusal(&self, status: u16, headers: &HeaderMap) -> Option<Failure> {
        let name =
            self.proxy.as_ref().map_or_else(|| "a proxy on the way".to_owned(), |proxy| format!("the proxy {proxy}"));
        if status == 407 {
            let text = format!("{name} refused the request: HTTP 407, proxy authorization required");
            return Some(Failure {
                error: self.refused_by_proxy(text, true).with_status(status),
                may_have_left: false,
            });
        }
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_page = kind.trim_start().to_ascii_lowercase().starts_with("text/html");
        if status == 403 && self.proxy.is_some() && is_page {
            let text =
                format!("{name} refused the request: HTTP 403 with a web page, which {} does not send", self.host);
            return Some(Failure {
                error: self.refused_by_proxy(text, false).with_status(status),
                may_have_left: true,
            });
        }
        None
    }

    fn refused_by_proxy(&self, text: String, wants_password: bool) -> Error {
        let error = Error::new(ErrorKind::Connection, text).with_retryable(false);
        match (wants_password, &self.given) {
            (true, Some(_)) => error.with_hint_naming("Check the user and the password in {proxy}."),
            (true, None) => error.with_hint("Give the proxy's user and password: http://user:password@host:port."),
            (false, _) => error.with_hint("Ask the proxy's administrator to allow this host."),
        }
    }
}

/// Host and port.
fn place(uri: &Uri, encrypted: bool) -> String {
    let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
    format!("{}:{port}", uri.host().unwrap_or_default())
}

/// The password in `Basic dXNlcjpwYXNz`.
fn password_of(basic: &str) -> Option<Secret> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let both = STANDARD.decode(basic.strip_prefix("Basic ")?.trim()).ok()?;
    let both = String::from_utf8(both).ok()?;
    both.split_once(':').map(|(_, password)| Secret::from(password))
}

/// Never repeats the URL: it may hold a password.
fn checked_proxy(given: &Secret) -> Result<Url, Error> {
    let text = given.expose().trim();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    if let Some((user, _)) = rest.rsplit_once('@')
        && user.contains(['#', '/', '?', '@', '\\', ' ', '[', ']'])
    {
        return Err(Error::of_option(
            "proxy",
            "has a user or password with a character that means something else in a URL",
        )
        .with_hint("Percent-encode the password: # is %23, / is %2F, @ is %40, ? is %3F."));
    }
    let url = Url::parse(text).map_err(|_| not_a_proxy())?;
    let is_plain = url.query().is_none() && url.fragment().is_none() && matches!(url.path(), "" | "/");
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) || !is_plain {
        return Err(not_a_proxy());
    }
    Ok(url)
}

fn not_a_proxy() -> Error {
    Error::of_option("proxy", "is not the URL of an HTTP proxy")
        .with_hint("Give it as http://host:port or http://user:password@host:port, the password percent-encoded.")
}

/// A proxy's answer if it refused `CONNECT`.
fn tunnel_refusal(error: &reqwest::Error) -> Option<String> {
    let refusal =
        causes(error).find_map(|cause| cause.to_string().strip_prefix("tunnel error: ").map(str::to_owned))?;
    match &*refusal {
        "unsuccessful" => Some("it does not allow that".to_owned()),
        "proxy authorization required" => Some(refusal),
        _ => None,
    }
}

/// The operating system's name for what went wrong, as C and Node spell it.
fn os_code(error: &reqwest::Error) -> Option<&'static str> {
    if error.is_connect() && error.is_timeout() {
        return Some("ETIMEDOUT");
    }
    if let Some(text) = causes(error).map(ToString::to_string).find(|text| text.starts_with("dns error")) {
        let passing =
            causes(error).any(|cause| cause.to_string().contains("emporary failure")) || text.contains("emporary");
        return Some(if passing { "EAI_AGAIN" } else { "ENOTFOUND" });
    }
    let of_io = |error: &io::Error| {
        Some(match error.kind() {
            io::ErrorKind::ConnectionRefused => "ECONNREFUSED",
            io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => "ECONNRESET",
            io::ErrorKind::ConnectionAborted => "ECONNABORTED",
            io::ErrorKind::TimedOut => "ETIMEDOUT",
            io::ErrorKind::HostUnreachable => "EHOSTUNREACH",
            io::ErrorKind::NetworkUnreachable => "ENETUNREACH",
            io::ErrorKind::AddrNotAvailable => "EADDRNOTAVAIL",
            io::ErrorKind::BrokenPipe => "EPIPE",
            io::ErrorKind::PermissionDenied => "EACCES",
            _ => return None,
        })
    };
    let incomplete = |cause: &(dyn StdError + 'static)| {
        cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message).then_some("ECONNRESET")
    };
    causes(error).find_map(|cause| cause.downcast_ref::<io::Error>().and_then(of_io).or_else(|| incomplete(cause)))
}

/// An error and what caused it, from the outside in.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut all = Vec::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        all.push(error);
        cause = error.source();
    }
    all.into_iter()
}

/// Whether an answer came that is wrong in itself: no HTTP, or a body that cannot be decoded. One that merely ended early
/// is not.
fn is_unreadable(error: &reqwest::Error) -> bool {
    let mut malformed = error.is_decode();
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
            if matches!(error.kind(), UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe) {
                return false;
            }
        }
        malformed |= error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse);
        cause = error.source();
    }
    malformed
}

/// The innermost cause. The outer layers repeat the URL, whose query may hold a proof of the secret.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
