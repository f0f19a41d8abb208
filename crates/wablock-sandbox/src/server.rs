//! The HTTP/1.1 server: one task per connection on a runtime of its own, one lock that is never held across an
//! await, one write per answer. Written by hand because faults must write what a correct server cannot.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::engine::{self, Plan};
use crate::http::{Reply, Request, Step};
use crate::world::World;

/// Largest request head and body.
const MAX_HEAD: usize = 64 << 10;
const MAX_BODY: usize = 16 << 20;
const MAX_HEADERS: usize = 100;

/// What the server thread and the handle share.
#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
    /// Woken when faults may have been added or cleared.
    pub(crate) changed: Notify,
}

impl Shared {
    pub(crate) fn new(world: World) -> Shared {
        Shared { world: Mutex::new(world), changed: Notify::new() }
    }

    /// The state. A panic elsewhere does not take the sandbox down.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts until told to stop. A `port_closed` fault closes the listener and every connection for a while.
pub(crate) async fn serve(listener: TcpListener, address: SocketAddr, shared: Arc<Shared>, stop: Arc<Notify>) {
    let mut listener = listener;
    let (closing, _) = watch::channel(0u64);
    loop {
        // Registered before looking, so that a command in between is not missed.
        let changed = shared.changed.notified();
        let closed = shared.world().faults.close_port();
        if let Some(for_ms) = closed {
            drop(listener);
            closing.send_modify(|generation| *generation += 1);
            let until = Instant::now() + Duration::from_millis(for_ms);
            loop {
                let changed = shared.changed.notified();
                if !shared.world().faults.keeps_port_closed() {
                    break;
                }
                tokio::select! {
                    () = sleep_until(until) => break,
                    () = changed => {}
                    () = stop.notified() => return,
                }
            }
            shared.world().faults.port_opened();
            listener = match rebind(address).await {
                Some(listener) => listener,
                None => return,
            };
            continue;
        }
        tokio::select! {
            () = stop.notified() => return,
            () = changed => {}
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    let (shared, mut closing) = (Arc::clone(&shared), closing.subscribe());
                    tokio::spawn(async move {
                        tokio::select! {
                            () = connection(stream, &shared) => {}
                            _ = closing.changed() => {}
                        }
                    });
                } else {
                    // Out of file descriptors, most likely: give others a chance to close theirs.
                    sleep(Duration::from_millis(10)).await;
                }
            }
        }
    }
}

/// The same port again; somebody may hold it for a moment.
async fn rebind(address: SocketAddr) -> Option<TcpListener> {
    for _ in 0..500 {
        if let Ok(listener) = TcpListener::bind(address).await {
            return Some(listener);
        }
        sleep(Duration::from_millis(10)).await;
    }
    None
}

/// Waits until no fault holds answers back.
async fn released(shared: &Shared) {
    loop {
        // Registered before looking, so that a command in between is not missed.
        let changed = shared.changed.notified();
        if !shared.world().faults.holds_answers() {
            return;
        }
        changed.await;
    }
}

struct Head {
    request: Request,
    length: Length,
    keep_alive: bool,
    expects_continue: bool,
}

enum Length {
    Known(usize),
    Chunked,
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A request that HTTP itself does not allow, or the end of the connection.
enum Trouble {
    Status(u16),
    Gone,
    /// The connection is to end with a reset, which an orderly shutdown would prevent.
    Reset,
}

impl From<std::io::Error> for Trouble {
    fn from(_: std::io::Error) -> Trouble {
        Trouble::Gone
    }
}

async fn connection(stream: TcpStream, shared: &Shared) {
    // Without it small answers may wait for an acknowledgement; the rest works without.
    let _ = stream.set_nodelay(true);
    let mut connection = Connection { stream, buffer: Vec::with_capacity(4096) };
    loop {
        match connection.exchange(shared).await {
            Ok(true) => {}
            Ok(false) | Err(Trouble::Gone) => break,
            Err(Trouble::Reset) => {
                let _ = connection.stream.set_zero_linger();
                return;
            }
            Err(Trouble::Status(status)) => {
                let date = crate::clock::http_date(shared.world().clock.now_ms());
                let reply = Reply::typed(status, "text/plain; charset=UTF-8", crate::http::reason(status));
                connection.last_words(&reply.encode(&date, true, false)).await;
                return;
            }
        }
    }
    let _ = connection.stream.shutdown().await;
}

impl Connection {
    /// One request and its answer; false when the connection is over.
    async fn exchange(&mut self, shared: &Shared) -> Result<bool, Trouble> {
        let mut head = self.head().await?;
        let plan = engine::plan(&mut shared.world(), &head.request);
        if let Plan::Reset = plan {
            return Err(Trouble::Reset);
        }
        if head.expects_continue {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        head.request.body = match head.length {
            Length::Known(length) => self.body(length).await?,
            Length::Chunked => self.chunked_body().await?,
        };
        let (steps, ran_control) = {
            let mut world = shared.world();
            engine::answer(&mut world, plan, head.request, head.keep_alive)
        };
        if ran_control {
            shared.changed.notify_waiters();
        }
        let open = self.perform(steps, shared).await?;
        Ok(open && head.keep_alive)
    }

    /// Writes, and lets the client finish: closing on unread bytes would reset the connection and lose the answer.
    async fn last_words(&mut self, bytes: &[u8]) {
        let talk = async {
            self.stream.write_all(bytes).await?;
            self.stream.shutdown().await?;
            let mut seen = 0;
            while seen < MAX_BODY {
                self.buffer.clear();
                self.fill().await?;
                seen += self.buffer.len();
            }
            Ok::<(), Trouble>(())
        };
        // A client that does not go away is left after a second.
        let _ = timeout(Duration::from_secs(1), talk).await;
    }

    async fn perform(&mut self, steps: Vec<Step>, shared: &Shared) -> Result<bool, Trouble> {
        for step in steps {
            match step {
                Step::Bytes(bytes) => self.stream.write_all(&bytes).await?,
                Step::Drip(bytes, ms) => {
                    for byte in bytes {
                        // Even a pause of nothing would take a tick of the timer.
                        if ms > 0 {
                            sleep(Duration::from_millis(ms)).await;
                        }
                        self.stream.write_all(&[byte]).await?;
                    }
                }
                Step::Wait(ms) => self.wait(Duration::from_millis(ms)).await?,
                Step::Hold(ms) => {
                    tokio::select! {
                        waited = self.wait(Duration::from_millis(ms)) => waited?,
                        () = released(shared) => {}
                    }
                }
                Step::Repeat(bytes, times) => {
                    for _ in 0..times {
                        self.stream.write_all(&bytes).await?;
                    }
                }
                Step::Reset => return Err(Trouble::Reset),
                Step::Close => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Waits, but not for a client that has gone.
    async fn wait(&mut self, time: Duration) -> Result<(), Trouble> {
        let gone = async {
            loop {
                // What a client sends early stays in the buffer for the next exchange.
                if self.fill().await.is_err() || self.buffer.len() > MAX_HEAD {
                    break;
                }
            }
        };
        match timeout(time, gone).await {
            Ok(()) => Err(Trouble::Gone),
            Err(_) => Ok(()),
        }
    }

    async fn fill(&mut self) -> Result<(), Trouble> {
        self.buffer.reserve(4096);
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(Trouble::Gone),
            _ => Ok(()),
        }
    }

    async fn head(&mut self) -> Result<Head, Trouble> {
        loop {
            if let Some((head, used)) = parse(&self.buffer)? {
                if used > MAX_HEAD {
                    return Err(Trouble::Status(431));
                }
                self.buffer.drain(..used);
                return Ok(head);
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(Trouble::Status(431));
            }
            self.fill().await?;
        }
    }

    async fn body(&mut self, length: usize) -> Result<Vec<u8>, Trouble> {
        if length > MAX_BODY {
            return Err(Trouble::Status(413));
        }
        while self.buffer.len() < length {
            self.fill().await?;
        }
        let rest = self.buffer.split_off(length);
        Ok(std::mem::replace(&mut self.buffer, rest))
    }

    async fn chunked_body(&mut self) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        loop {
            let (used, size) = loop {
                match httparse::parse_chunk_size(&self.buffer) {
                    Ok(httparse::Status::Complete(found)) => break found,
                    Ok(httparse::Status::Partial) if self.buffer.len() < MAX_HEAD => self.fill().await?,
                    _ => return Err(Trouble::Status(400)),
                }
            };
            self.buffer.drain(..used);
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            if size.saturating_add(body.len()) > MAX_BODY {
                return Err(Trouble::Status(413));
            }
            if size == 0 {
                self.trailers().await?;
                return Ok(body);
            }
            let chunk = self.body(size + 2).await?;
            if !chunk.ends_with(b"\r\n") {
                return Err(Trouble::Status(400));
            }
            body.extend_from_slice(&chunk[..size]);
        }
    }

    /// Lines up to the empty one.
    async fn trailers(&mut self) -> Result<(), Trouble> {
        loop {
            match self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                Some(at) => {
                    self.buffer.drain(..at + 2);
                    if at == 0 {
                        return Ok(());
                    }
                }
                None if self.buffer.len() > MAX_HEAD => return Err(Trouble::Status(431)),
                None => self.fill().await?,
            }
        }
    }
}

/// A complete head and its length, `None` when more bytes are needed.
fn parse(buffer: &[u8]) -> Result<Option<(Head, usize)>, Trouble> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let used = match parsed.parse(buffer) {
        Ok(httparse::Status::Complete(used)) => used,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Trouble::Status(431)),
        Err(_) => return Err(Trouble::Status(400)),
    };
    let http_11 = parsed.version == Some(1);
    let headers: Vec<(String, String)> = parsed
        .headers
        .iter()
        .map(|h| (h.name.to_ascii_lowercase(), String::from_utf8_lossy(h.value).into_owned()))
        .collect();
    let target = parsed.path.unwrap_or("/");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request {
        method: parsed.method.unwrap_or("").to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Vec::new(),
    };
    let names = |name: &str| request.headers.iter().filter(|(n, _)| n == name).count();
    // HTTP/1.1 needs exactly one Host; two lengths are how requests get smuggled.
    if (http_11 && names("host") != 1) || names("content-length") > 1 || names("transfer-encoding") > 1 {
        return Err(Trouble::Status(400));
    }
    let length = match (request.header("transfer-encoding"), request.header("content-length")) {
        (Some(_), Some(_)) => return Err(Trouble::Status(400)),
        (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => Length::Chunked,
        (Some(_), None) => return Err(Trouble::Status(501)),
        (None, Some(text)) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
            Length::Known(text.parse().map_err(|_| Trouble::Status(413))?)
        }
        (None, Some(_)) => return Err(Trouble::Status(400)),
        (None, None) => Length::Known(0),
    };
    let connection = request.header("connection").unwrap_or("").to_ascii_lowercase();
    let keep_alive = if http_11 { !connection.contains("close") } else { connection.contains("keep-alive") };
    let expects_continue = http_11 && request.header("expect").is_some_and(|e| e.eq_ignore_ascii_case("100-continue"));
    Ok(Some((Head { request, length, keep_alive, expects_continue }, used)))
}
