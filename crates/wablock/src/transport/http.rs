//! One HTTP exchange: no redirects, no retries, answers read up to a cap, TLS with a configuration of our own.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{Request, Response, Uri, header};
use url::Url;

use super::{failure::Failure, resolve::Resolver, route::Route, tls};
use crate::{
    config,
    model::{
        error::{Error, ErrorKind},
        secret::Secret,
    },
    options::ClientOptions,
    wording::said,
};

/// Memory reserved when a server announces a long answer.
const SPARED: usize = 256 * 1024;
const USER_AGENT: &str = concat!("wablock/", env!("CARGO_PKG_VERSION"));

/// A connection pool to one origin. Requests to other origins are refused, so credentials go only there.
#[derive(Debug)]
pub(crate) struct HttpClient {
    client: reqwest::Client,
    origin: Origin,
    route: Route,
    /// The last target as `http` and as reqwest have it: most requests of a client go to one URL, and reading it again
    /// would cost more than the rest of a request's preparation.
    target: Mutex<Option<(Uri, Url)>>,
    max_response_bytes: usize,
    attempt_timeout: Duration,
}

#[derive(Debug, PartialEq, Eq)]
struct Origin(Option<String>, Option<String>);

impl Origin {
    fn of(uri: &Uri) -> Self {
        Self(uri.scheme_str().map(str::to_owned), uri.authority().map(|authority| authority.as_str().to_owned()))
    }

    fn has(&self, uri: &Uri) -> bool {
        self.0.as_deref() == uri.scheme_str() && self.1.as_deref() == uri.authority().map(http::uri::Authority::as_str)
    }
}

impl HttpClient {
    /// A pool to the origin of `sample`. Starts no thread and opens no connection.
    pub(crate) fn new(sample: &Uri, options: &ClientOptions) -> Result<Self, Error> {
        let encrypted = sample.scheme_str() == Some("https");
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(config::IDLE_TIMEOUT)
            .http1_only()
            .tls_backend_preconfigured(tls::config(encrypted, &options.ca_certificates)?);
        let route = Route::new(sample, options.proxy.as_ref())?;
        builder = builder.dns_resolver(Arc::new(Resolver::new(route.is_loopback() && !encrypted)));
        if !route.is_automatic() {
            builder = builder.no_proxy();
        }
        if let Some(proxy) = route.given_proxy()? {
            builder = builder.proxy(proxy);
        }
        let client = builder.build().map_err(|error| {
            Error::new(ErrorKind::Config, format!("no HTTP client can be made: {}", super::route::root_cause(&error)))
        })?;
        Ok(Self {
            client,
            origin: Origin::of(sample),
            route,
            target: Mutex::default(),
            max_response_bytes: options.max_response_bytes,
            attempt_timeout: options.attempt_timeout,
        })
    }

    /// The password of the proxy, which a proxy may echo.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.route.password()
    }

    async fn exchange_once(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let mut answer = self
            .client
            .execute(self.prepare(request)?)
            .await
            .map_err(|error| Failure { may_have_left: !error.is_connect(), error: self.route.failed(&error) })?;
        if let Some(failure) = self.route.refusal(answer.status().as_u16(), answer.headers()) {
            return Err(failure);
        }
        if answer.status().is_redirection() {
            return Err(Failure { error: redirected(answer.status().as_u16()), may_have_left: true });
        }
        let mut parts = Response::builder().status(answer.status());
        if let Some(headers) = parts.headers_mut() {
            *headers = std::mem::take(answer.headers_mut());
        }
        let body = self.whole_body(&mut answer).await?;
        if read_size(&body) > config::MOST_READ_BYTES.max(self.max_response_bytes.saturating_mul(2)) {
            let error = Error::new(ErrorKind::Protocol, "the answer has too many parts to be read in little memory")
                .with_hint_naming(
                    "Raise {max_response_bytes}, or ask for smaller pages, if the provider's answers are that large.",
                );
            return Err(Failure { error, may_have_left: true });
        }
        parts
            .body(body)
            .map_err(|error| Failure { error: Error::new(ErrorKind::Protocol, error.to_string()), may_have_left: true })
    }

    /// The request as reqwest has it.
    fn prepare(&self, request: Request<Bytes>) -> Result<reqwest::Request, Failure> {
        let (parts, body) = request.into_parts();
        let url = self.url(&parts.uri).map_err(|error| Failure { error, may_have_left: false })?;
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(body.into());
        Ok(request)
    }

    fn url(&self, uri: &Uri) -> Result<Url, Error> {
        let mut target = self.target.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, url)) = &*target
            && known == uri
        {
            return Ok(url.clone());
        }
        let url = Url::parse(&uri.to_string())
            .map_err(|error| Error::new(ErrorKind::Config, format!("the URL of the request is not valid: {error}")))?;
        *target = Some((uri.clone(), url.clone()));
        Ok(url)
    }

    async fn whole_body(&self, answer: &mut reqwest::Response) -> Result<Bytes, Failure> {
        let mut whole = Bytes::new();
        let mut joined = BytesMut::new();
        while let Some(chunk) =
            answer.chunk().await.map_err(|error| Failure { error: self.route.failed(&error), may_have_left: true })?
        {
            let length = whole.len() + joined.len();
            if length + chunk.len() > self.max_response_bytes {
                let error = Error::new(
                    ErrorKind::Protocol,
                    format!("the answer is larger than {} bytes", self.max_response_bytes),
                )
                .with_hint_naming("Raise {max_response_bytes} if the provider's answers are that large.");
                return Err(Failure { error, may_have_left: true });
            }
            if length == 0 {
                // Most answers come in one piece, which need not be copied.
                whole = chunk;
                continue;
            }
            if joined.is_empty() {
                joined.reserve(announced(answer.headers()).min(SPARED).max(length + chunk.len()));
                joined.extend_from_slice(&std::mem::take(&mut whole));
            }
            joined.extend_from_slice(&chunk);
        }
        Ok(if joined.is_empty() { whole } else { joined.freeze() })
    }
}

/// One exchange of a request for an answer. A trait, so that waits can be tested without a network.
pub(crate) trait Exchange: Send + Sync {
    /// Sends a request and reads its whole answer, within the time for one attempt.
    fn exchange(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, Failure>> + Send;
}

impl Exchange for HttpClient {
    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        if !self.origin.has(request.uri()) {
            let error =
                Error::new(ErrorKind::Config, "the request would go to a different host than the configured one");
            return Err(Failure { error, may_have_left: false });
        }
        let limit = self.attempt_timeout;
        tokio::time::timeout(limit, self.exchange_once(request)).await.unwrap_or_else(|_| {
            let error = Error::new(ErrorKind::Timeout, format!("no complete answer within {}", said(limit)));
            Err(Failure { error, may_have_left: true })
        })
    }
}

/// The length that an answer announces; it may be wrong.
fn announced(headers: &header::HeaderMap) -> usize {
    headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok()).unwrap_or(0)
}

/// About the memory that JSON's parts take once they are read: a few bytes such as `{"a":0},` can become hundreds.
fn read_size(body: &[u8]) -> usize {
    // Short pieces whose counts fit into a byte: so the processor compares many bytes at once.
    let count = |wanted: u8| -> usize {
        body.chunks(usize::from(u8::MAX))
            .map(|piece| usize::from(piece.iter().map(|byte| u8::from(*byte == wanted)).sum::<u8>()))
            .sum()
    };
    count(b'{') * 640 + count(b'[') * 128 + count(b',') * 64
}

/// The body of a redirect does not come from the provider, and following it would send the credentials to another host.
fn redirected(status: u16) -> Error {
    Error::new(ErrorKind::Protocol, format!("HTTP {status} is a redirect, which wablock does not follow"))
        .with_status(status)
        .with_hint_naming(
            "Check {base_url}: credentials are sent to no other host. Check the block list to see whether it took effect.",
        )
}
