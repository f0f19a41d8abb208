//! The listener: one task per connection on a runtime of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until};

use crate::connection::serve_connection;
use crate::shared::Shared;

/// Accepts connections until it is stopped. A `port_closed` fault closes the listener and every connection for a while.
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
                            () = serve_connection(stream, &shared) => {}
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

/// Binds the same port again, which another process may hold for a moment.
async fn rebind(address: SocketAddr) -> Option<TcpListener> {
    for _ in 0..500 {
        if let Ok(listener) = TcpListener::bind(address).await {
            return Some(listener);
        }
        sleep(Duration::from_millis(10)).await;
    }
    None
}
