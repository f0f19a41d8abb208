//! One connection: a request, an answer, and the next one. One lock that is never held across an await, one write per
//! answer. Written by hand because faults must write what a correct server cannot.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::engine::{self, Plan};
use crate::http::{Reply, Step};
use crate::request::{Head, Length, Refused, parse};
use crate::shared::Shared;

/// Largest request head and body.
const MAX_HEAD: usize = 64 << 10;
const MAX_BODY: usize = 16 << 20;

/// Waits until the faults are cleared again.
async fn released(shared: &Shared, times_cleared: u64) {
    loop {
        // Registered before looking, so that a command in between is not missed.
        let changed = shared.changed.notified();
        if shared.world().faults.times_cleared() != times_cleared {
            return;
        }
        changed.await;
    }
}

/// An invalid HTTP request, or the end of the connection.
enum Trouble {
    Status(u16),
    Gone,
    /// The connection is to end with a reset, which an orderly shutdown would prevent.
    Reset,
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Trouble {
        Trouble::Status(refused.0)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(_: std::io::Error) -> Trouble {
        Trouble::Gone
    }
}

/// Answers requests until the connection ends.
pub(crate) async fn serve_connection(stream: TcpStream, shared: &Shared) {
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
                let date = crate::clock::http_date(shared.world().state.clock.now_ms());
                let reply = Reply::typed(status, "text/plain; charset=UTF-8", crate::http::reason(status));
                connection.last_words(&reply.encode(&date, true, false)).await;
                return;
            }
        }
    }
    let _ = connection.stream.shutdown().await;
}

impl Connection {
    /// One request and its answer; false when the connection has ended.
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
        let (steps, ran_control, times_cleared) = {
            let mut world = shared.world();
            let (steps, ran_control) = engine::answer(&mut world, plan, head.request, head.keep_alive);
            (steps, ran_control, world.faults.times_cleared())
        };
        if ran_control {
            shared.changed.notify_waiters();
        }
        let open = self.perform(steps, times_cleared, shared).await?;
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
        // Gives up after a second if the client does not close.
        let _ = timeout(Duration::from_secs(1), talk).await;
    }

    async fn perform(&mut self, steps: Vec<Step>, times_cleared: u64, shared: &Shared) -> Result<bool, Trouble> {
        for step in steps {
            match step {
                Step::Bytes(bytes) => self.stream.write_all(&bytes).await?,
                Step::Drip(bytes, ms) => {
                    for byte in bytes {
                        // Even a pause of zero would take one timer tick.
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
                        () = released(shared, times_cleared) => {}
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

    /// Waits, unless the client has disconnected.
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
