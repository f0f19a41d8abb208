//! Looking up host names: one look-up of a name at a time for a client, and only this machine's addresses for its own names.

use std::{
    collections::HashMap,
    error::Error as StdError,
    fmt, io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::model::error::{Error, ErrorKind};

/// How a name is looked up. It may block.
type LookUp = fn(&str) -> io::Result<Vec<SocketAddr>>;

type Found = Result<Arc<[SocketAddr]>, Trouble>;

/// Looks up names for one client, by the system's own means. All connections that wait for a name wait for one look-up, so a
/// name server that is silent takes one thread, and other clients go on.
#[derive(Clone)]
pub(super) struct Resolver {
    look_up: LookUp,
    /// The origin is this machine by its name, so it must be by its address too.
    only_loopback: bool,
    running: Arc<Mutex<HashMap<String, Shared<BoxFuture<'static, Found>>>>>,
}

impl Resolver {
    pub(super) fn new(only_loopback: bool) -> Self {
        Self::over(system, only_loopback)
    }

    fn over(look_up: LookUp, only_loopback: bool) -> Self {
        Self { look_up, only_loopback, running: Arc::default() }
    }

    fn find(&self, name: &str) -> Shared<BoxFuture<'static, Found>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        // One that has ended is of no more use: addresses change.
        running.retain(|_, found| found.peek().is_none());
        if let Some(found) = running.get(name) {
            return found.clone();
        }
        let (host, look_up, only_loopback) = (name.to_owned(), self.look_up, self.only_loopback);
        let found = tokio::task::spawn_blocking(move || found(&host, look_up(&host), only_loopback));
        let found = found.map(|found| found.unwrap_or_else(|error| Err(Trouble::Failed(error.to_string()))));
        let found = found.boxed().shared();
        running.insert(name.to_owned(), found.clone());
        found
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.find(name.as_str());
        Box::pin(async move {
            let addresses = found.await?.to_vec();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

fn system(host: &str) -> io::Result<Vec<SocketAddr>> {
    (host, 0).to_socket_addrs().map(Iterator::collect)
}

fn found(host: &str, addresses: io::Result<Vec<SocketAddr>>, only_loopback: bool) -> Found {
    let mut addresses = addresses.map_err(|error| Trouble::Failed(error.to_string()))?;
    let elsewhere = addresses.first().map(SocketAddr::ip);
    if only_loopback {
        addresses.retain(|address| address.ip().to_canonical().is_loopback());
    }
    match elsewhere {
        Some(address) if addresses.is_empty() => Err(Trouble::NotThisMachine { host: host.to_owned(), address }),
        _ => Ok(addresses.into()),
    }
}

/// Why a name has no address.
#[derive(Clone, Debug)]
enum Trouble {
    Failed(String),
    NotThisMachine { host: String, address: IpAddr },
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(why) => f.write_str(why),
            Self::NotThisMachine { host, address } => {
                write!(f, "{host} is not this machine, it has the address {address}; nothing was sent in clear text")
            }
        }
    }
}

impl StdError for Trouble {}

/// A connection that was refused because a name of this machine has the address of another. The same will happen again, so
/// it is not retried.
pub(super) fn trouble(error: &reqwest::Error) -> Option<Error> {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(trouble @ Trouble::NotThisMachine { .. }) = error.downcast_ref::<Trouble>() {
            let error = Error::new(ErrorKind::Connection, format!("no connection: {trouble}"));
            let hint = "Use https, or check what the name means here: plain http goes to this machine only.";
            return Some(error.with_hint(hint).with_retryable(false));
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Condvar,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use super::*;

    static ASKED: AtomicUsize = AtomicUsize::new(0);
    static RELEASED: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

    fn silent(_: &str) -> io::Result<Vec<SocketAddr>> {
        ASKED.fetch_add(1, Ordering::SeqCst);
        let mut released = RELEASED.0.lock().unwrap();
        while !*released {
            released = RELEASED.1.wait(released).unwrap();
        }
        system("127.0.0.1")
    }

    #[test]
    fn a_silent_name_server_takes_one_thread_of_a_client_and_holds_up_no_other() {
        // As few threads as one client with a look-up for every connection would fill.
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(8).build().unwrap();
        runtime.block_on(async {
            let stalled = Resolver::over(silent, false);
            let waiting: Vec<_> = (0..64).map(|_| stalled.find("api.example")).collect();
            let other = Resolver::over(|_| system("127.0.0.1"), false);
            let found = other.find("other.example").await.unwrap();
            assert_eq!(found[0].ip(), IpAddr::from([127, 0, 0, 1]));
            while ASKED.load(Ordering::SeqCst) == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert_eq!(ASKED.load(Ordering::SeqCst), 1, "64 connections wait for one look-up");
            *RELEASED.0.lock().unwrap() = true;
            RELEASED.1.notify_all();
            for found in waiting {
                assert!(found.await.is_ok());
            }
            assert!(stalled.find("api.example").await.is_ok());
            assert_eq!(ASKED.load(Ordering::SeqCst), 2, "a look-up that has ended is not used again");
        });
    }

    #[test]
    fn a_name_of_this_machine_has_only_addresses_of_this_machine() {
        let list = |addresses: &[&str]| -> io::Result<Vec<SocketAddr>> {
            Ok(addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0)).collect())
        };
        for (addresses, kept) in [
            (&["127.0.0.1"][..], Some(1)),
            (&["::1", "127.0.0.1"], Some(2)),
            (&["127.8.9.10", "192.0.2.2"], Some(1)),
            (&["::ffff:127.0.0.1"], Some(1)),
            (&["192.0.2.2"], None),
            (&["10.0.0.1", "2001:db8::1", "0.0.0.0"], None),
            (&["::ffff:192.0.2.2"], None),
        ] {
            let result = found("evil.localhost", list(addresses), true);
            assert_eq!(result.as_ref().ok().map(|found| found.len()), kept, "{addresses:?}");
            if let Err(trouble) = result {
                assert!(trouble.to_string().contains("evil.localhost is not this machine"), "{trouble}");
            }
            assert_eq!(found("api.example", list(addresses), false).unwrap().len(), addresses.len());
        }
        assert_eq!(found("localhost", list(&[]), true).unwrap().len(), 0);
        assert!(found("nowhere", Err(io::Error::other("unknown")), true).is_err());
    }
}
