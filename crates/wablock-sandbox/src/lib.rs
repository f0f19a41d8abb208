//! A strict local simulator of WhatsApp block-list APIs: Meta Cloud API, its resellers and hosts compatible with it, NxCloud,
//! 99digital and Sinch's standalone WhatsApp API v1.
//!
//! [`Sandbox::start`] serves them all on one loopback port, on a thread of its own. [`Sandbox::control`] is the test
//! interface: ready configurations, seeds, the clock, the record of requests, and faults. The same commands
//! work over HTTP, as `POST {url}/__sandbox/{command}`.
//!
//! ```
//! use serde_json::json;
//! let sandbox = wablock_sandbox::Sandbox::start(wablock_sandbox::Options::default())?;
//! let config = sandbox.control("config", json!({"provider": "meta"}))?;
//! assert_eq!(config["phone_number_id"], "106540352242922");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It tests the `wablock` client and therefore shares no code with it: signatures, cursors and limits are implemented
//! again here, from the providers' documentation.
//!
//! # Magic numbers
//!
//! | number | what happens |
//! |---|---|
//! | 15550131047 | has sent no message in the last 24 hours (block) |
//! | 15550131021 | is the business's own number (block) |
//! | 15550139101 | meets a full list (block) |
//! | 15550139103 | meets an internal error (block, unblock) |
//! | 15550130429 | is throttled (block, unblock) |
//! | 15550131000 | meets an unknown error (block, unblock) |
//! | 15550000400 | is not a valid number (block, unblock) |
//!
//! Sinch has no 24-hour rule and no errors per user: only 15550000400 fails there, and the call fails with it.

mod accounts;
mod clock;
mod connection;
mod control;
mod cursor;
mod encodings;
mod engine;
mod error;
mod faults;
mod graph;
mod http;
mod keys;
mod list;
mod magic;
mod operation;
mod program;
mod record;
mod request;
mod server;
mod settings;
mod shared;
mod signature;
mod simulator;
mod simulators;
mod state;
mod tweaks;
mod world;

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use serde_json::{Value, json};
use tokio::sync::Notify;

pub use error::ControlError;
pub use program::Program;

/// Where to listen.
#[derive(Debug, Clone)]
pub struct Options {
    /// A loopback address; others are refused.
    pub host: IpAddr,
    /// 0 lets the system choose.
    pub port: u16,
}

impl Default for Options {
    fn default() -> Options {
        Options { host: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 0 }
    }
}

/// A running sandbox. Dropping it stops it.
#[derive(Debug)]
pub struct Sandbox {
    url: String,
    shared: Arc<shared::Shared>,
    stop: Arc<Notify>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Threads do not survive a fork: a copy of this handle in a child process has nothing to stop.
    process: u32,
}

impl Sandbox {
    /// Binds the port and starts the server's thread. Blocks only for that, so it can be called from async code.
    ///
    /// # Errors
    /// When the address is not a loopback address, or the port cannot be bound.
    pub fn start(options: Options) -> io::Result<Sandbox> {
        if !options.host.is_loopback() {
            let why = format!("the sandbox listens on loopback addresses only, not on {}", options.host);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let listener = TcpListener::bind(SocketAddr::new(options.host, options.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let url = format!("http://{address}");
        let shared = Arc::new(shared::Shared::new(world::World::new(url.clone())));
        let stop = Arc::new(Notify::new());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (for_thread, stopped) = (Arc::clone(&shared), Arc::clone(&stop));
        let thread = std::thread::Builder::new().name("wablock-sandbox".to_owned()).spawn(move || {
            runtime.block_on(async move {
                if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                    server::serve(listener, address, for_thread, stopped).await;
                }
            });
        })?;
        Ok(Sandbox { url, shared, stop, thread: Mutex::new(Some(thread)), process: std::process::id() })
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The ids of the providers.
    #[must_use]
    pub fn providers() -> Vec<&'static str> {
        simulators::names()
    }

    /// Carries out one command: JSON in, JSON out. `help` lists the commands with their keys.
    ///
    /// # Errors
    /// For an unknown command, an unknown key or an invalid value; the text says what was expected.
    pub fn control(&self, command: &str, body: Value) -> Result<Value, ControlError> {
        if self.process != std::process::id() {
            return Err(ControlError::new(format!(
                "the sandbox runs in the process that started it; from another process, use HTTP: POST {}/__sandbox/{command}",
                self.url
            )));
        }
        let answer = control::run(&mut self.shared.world(), command, body);
        self.shared.changed.notify_waiters();
        answer
    }

    /// The environment variables that give a program the configuration of a provider.
    ///
    /// # Errors
    /// For an unknown provider.
    pub fn env(&self, provider: &str) -> Result<BTreeMap<String, String>, ControlError> {
        self.typed("env", provider, |answer| answer)
    }

    /// The ids on a provider's list, sorted.
    ///
    /// # Errors
    /// For an unknown provider.
    pub fn blocked(&self, provider: &str) -> Result<Vec<String>, ControlError> {
        self.typed("inspect", provider, |mut answer| answer["blocked"].take())
    }

    fn typed<T: serde::de::DeserializeOwned>(
        &self,
        command: &str,
        provider: &str,
        part: impl FnOnce(Value) -> Value,
    ) -> Result<T, ControlError> {
        let answer = self.control(command, json!({"provider": provider}))?;
        serde_json::from_value(part(answer)).map_err(|why| ControlError::new(format!("{command}: {why}")))
    }

    /// Stops the server, closes its connections and waits for its thread. Stopping twice is fine.
    pub fn stop(&self) {
        if self.process != std::process::id() {
            return;
        }
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            self.stop.notify_one();
            // A panic of the thread was printed already; there is nothing left to stop.
            let _ = thread.join();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop();
    }
}
